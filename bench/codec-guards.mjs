#!/usr/bin/env node
// The table of what damaged code streams become, of this build, and of what memory stays taken after
// 2,000 good ones (the resident set of the process; the first 200 are not counted):
//
//     node --expose-gc bench/codec-guards.mjs [COUNT]

import { readFileSync } from 'node:fs';
import { defaultCodecs } from '../dist/codecs/default-codecs.js';
import { createRegistry } from '../dist/codecs/registry.js';
import { nodeInflater } from '../dist/node/inflater.js';
import { wasmOfPackage } from '../dist/node/wasm.js';
import { cutCounts, DAMAGED, flipCounts } from './damage.mjs';

const FOLDER = new URL('../fixtures/code-streams/', import.meta.url);

const WARM_UP = 200;
const DECODES = 2000;

const [count = 500] = process.argv.slice(2).map(Number);
const index = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8'));
const registry = createRegistry(defaultCodecs, { inflater: nodeInflater, wasm: wasmOfPackage });

console.log(
  `| ${count} each | cut: error | exact | silent | flipped: error | exact | other samples | broke the decoder | slowest ms | MB more |`,
);
console.log('| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |');
for (const [title, name] of Object.entries(DAMAGED)) {
  const { transferSyntax, pixel, file } = index.find((one) => one.name === name);
  const whole = Uint8Array.from(readFileSync(new URL(file, FOLDER)));
  const decode = async (bytes) => (await registry.decode({ transferSyntax, pixel, bytes })).bytes;
  const grown = await growth(() => decode(whole.slice()));
  const cut = await cutCounts(decode, whole, count);
  const flip = await flipCounts(decode, whole, count);
  const silent = cut.changed + cut.resized + cut.untyped;
  const broke = cut.poisoned + flip.poisoned + flip.untyped + flip.resized;
  const slowest = Math.max(cut.slowest, flip.slowest).toFixed(0);
  console.log(
    `| ${[title, cut.error, cut.exact, silent, flip.error, flip.exact, flip.changed, broke, slowest, grown].join(' | ')} |`,
  );
}

/** Megabytes. @param {() => Promise<unknown>} decode */
async function growth(decode) {
  for (let i = 0; i < WARM_UP; i += 1) await decode();
  const before = residentSet();
  for (let i = 0; i < DECODES; i += 1) await decode();
  return ((residentSet() - before) / 1e6).toFixed(1);
}

function residentSet() {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
