// Framedex with planes out of a volume instead of straight from the slices.

import { volumePlanes } from './framedex-planes.mjs';

export async function load() {
  return worksOf(await import('../../dist/node/index.js'));
}

/** @param {typeof import('../../dist/node/index.js')} framedex */
export function worksOf(framedex) {
  return { 'volume-planes': volumePlanes(framedex) };
}
