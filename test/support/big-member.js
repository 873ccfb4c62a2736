import { crc32, deflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { createInflatedCache } from '../../src/inflate/inflated-cache.js';
import { createInflatedMember } from '../../src/inflate/inflated-member.js';
import { nodeInflater } from '../../src/node/inflater.js';
export const MiB = 2 ** 20;
/** Enough for some checkpoints, which are 1 MiB apart at least. */
export const SIZE = 6 * MiB;
/** Longer than what is read of headers. */
export const FRAME = 200_000;
/** What the member inflates to, and what it is deflated to. */
export const plain = pixels(SIZE);
export const deflated = new Uint8Array(deflateRawSync(plain));
const checksum = crc32(plain);
/** Noise of few values, so that blocks of deflate are everywhere, and matches reach back. */
function pixels(length) {
  let state = 1;
  return Uint8Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return index % 50_000 < 9000 ? index % 91 : (state >>> 16) & 31;
  });
}
/** A member that is too big to be inflated as a whole, though it is small. */
export function bigMember(given = {}) {
  const source = memorySource(given.deflated ?? deflated, 'd');
  const cache = createInflatedCache(64 * MiB);
  const claims = { source, size: SIZE, crc32: checksum, name: 'x', offset: 77 };
  const inflating = { inflater: nodeInflater, cache, wholeBytes: 65_536 };
  return createInflatedMember({ ...claims, ...given }, { ...inflating, ...given });
}
/** Reads, and compares. */
export async function sameRead(source, offset, length) {
  sameBytes(await source.read(offset, length), offset, length);
}
export function sameBytes(bytes, offset, length) {
  expect(Buffer.compare(bytes, plain.subarray(offset, offset + length))).toBe(0);
}
