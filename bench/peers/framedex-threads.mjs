// Framedex with two threads that decode, whatever the machine has.

import { decodingWith } from './framedex.mjs';

const THREADS = 2;

export async function load() {
  return decodingWith(await import('../../dist/node/index.js'), THREADS);
}
