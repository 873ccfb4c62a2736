// Framedex with an index that was saved before, checkpoints among it.

import { readFileSync, writeFileSync } from 'node:fs';
import { memberPath, randomFrames } from './framedex-deflated.mjs';

export async function load() {
  return worksOf(await import('../../dist/node/index.js'));
}

export async function loadAside() {
  return asideOf(await import('../../dist/node/index.js'));
}

/** @param {typeof import('../../dist/node/index.js')} framedex */
export function worksOf(framedex) {
  return { 'deflated-random': (data, take) => savedFrames(framedex, data, take) };
}

/** @param {typeof import('../../dist/node/index.js')} framedex */
export function asideOf(framedex) {
  return { before: { 'deflated-random': (data) => saveCheckpoints(framedex, data) } };
}

async function saveCheckpoints({ createContext, open }, data) {
  const { wholeMemberBytes, savedIndex } = data;
  const context = createContext({ wholeMemberBytes });
  const file = await open(memberPath(data), { context });
  await file.prepare();
  writeFileSync(savedIndex, JSON.stringify(await file.toIndex({ checkpoints: true })));
  await file.close();
  await context.close();
}

/** The bytes of the index count as read. */
async function savedFrames(framedex, data, take) {
  const text = readFileSync(data.savedIndex);
  const index = JSON.parse(text.toString());
  const said = await randomFrames(framedex, data, take, { index });
  return { ...said, bytesRead: said.bytesRead + text.length };
}
