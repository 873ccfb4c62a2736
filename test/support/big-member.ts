import { expect } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import type { DeflatedMember } from '../../src/inflate/deflated-member.ts';
import { createInflatedCache } from '../../src/inflate/inflated-cache.ts';
import { createInflatedMember, type InflatedMember } from '../../src/inflate/inflated-member.ts';
import type { Inflating } from '../../src/inflate/inflating.ts';
import { differsAt } from './differs-at.ts';
import { crc32, deflateRaw } from './outside.ts';
import { inflater } from './platform.ts';

export const MiB: number = 2 ** 20;
/** Enough for some checkpoints, which are 1 MiB apart at least. */
export const SIZE: number = 6 * MiB;
/** Longer than what is read of headers. */
export const FRAME = 200_000;

/** What the member inflates to, and what it is deflated to. */
export const plain: Uint8Array = pixels(SIZE);
export const deflated: Uint8Array = deflateRaw(plain);
const checksum = crc32(plain);

/** Noise of few values, so that blocks of deflate are everywhere, and matches reach back. */
function pixels(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return index % 50_000 < 9000 ? index % 91 : (state >>> 16) & 31;
  });
}

/** What differs from a sound member that is opened as usual. */
export type BigMemberGiven = Partial<DeflatedMember & Inflating> & {
  readonly deflated?: Uint8Array | undefined;
};

/** A member that is too big to be inflated as a whole, though it is small. */
export function bigMember(given: BigMemberGiven = {}): InflatedMember {
  const source = memorySource(given.deflated ?? deflated, 'd');
  const cache = createInflatedCache(64 * MiB);
  const claims = { source, size: SIZE, crc32: checksum, name: 'x', offset: 77 };
  const inflating = { inflater, cache, wholeBytes: 65_536 };
  return createInflatedMember({ ...claims, ...given }, { ...inflating, ...given });
}

/** Reads, and compares. */
export async function sameRead(source: Source, offset: number, length: number): Promise<void> {
  sameBytes(await source.read(offset, length), offset, length);
}

export function sameBytes(bytes: Uint8Array, offset: number, length: number): void {
  expect(differsAt(bytes, plain.subarray(offset, offset + length))).toBeUndefined();
}
