// What is no work and in no time, in a process of its own:
//
//     node --expose-gc bench/aside.mjs before|held SUITE CONTENDER MANIFEST
//
// `before` does what was done long before the work: an index that is saved. `held` says what stays in
// memory as long as a file is open, of what the work needed; what all files share is not in it.

import { setImmediate } from 'node:timers/promises';
import { loadAside } from './contenders.mjs';
import { readManifest } from './data/prepare.mjs';

/** What is smaller than this is less than what V8 keeps by the way, and measured many times over. */
const SMALL = 4 * 1024 * 1024;
const MANY = 32;
const COLLECTIONS = 5;

async function run(kind, suite, contender, manifest) {
  const work = (await loadAside(contender))[kind]?.[suite];
  const data = readManifest(manifest);
  if (work === undefined) return {};
  if (kind === 'held') return { heldBytes: await heldBytes(work, data) };
  await work(data);
  return {};
}

async function heldBytes(open, data) {
  const one = await heldBy(1, open, data);
  return one < SMALL ? heldBy(MANY, open, data) : one;
}

/** By each of so many. The first turn is not counted: what V8 keeps of code stays behind. */
async function heldBy(count, open, data) {
  await close(await openAll(count, open, data));
  const before = await collected();
  const opened = await openAll(count, open, data);
  const after = await collected();
  await close(opened);
  return (after - before) / count;
}

async function openAll(count, open, data) {
  const opened = [];
  for (let i = 0; i < count; i += 1) opened.push(await open(data));
  return opened;
}

async function close(opened) {
  for (const each of opened) await each.close?.();
}

/** What is alive, array buffers among what is external. */
async function collected() {
  for (let turn = 0; turn < COLLECTIONS; turn += 1) {
    globalThis.gc();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const [kind, suite, contender, manifest] = process.argv.slice(2);
console.log(JSON.stringify(await run(kind, suite, contender, manifest)));
