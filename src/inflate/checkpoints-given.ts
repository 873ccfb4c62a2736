import type { CheckpointIndex } from '../bytes/archived.ts';
import { FramedexError } from '../errors.ts';
import { joinedCrc32 } from './crc32-joined.ts';
import { WINDOW_LENGTH } from './deflate-bounds.ts';
import type { DeflatedMember } from './deflated-member.ts';
import { isServing } from './indexed-reads.ts';

/**
 * Looks at an index that was saved before it is used. Its checksums make up that of the archive, so a
 * stretch that agrees with its own is right; one whose point is elsewhere does not agree.
 *
 * @throws FramedexError `SOURCE_CHANGED` for one of another member, `INDEX_FORMAT` for one that is none.
 */
export function assertUsable(index: CheckpointIndex, member: DeflatedMember): void {
  const { size, source, crc32, name } = member;
  if (index.size !== size || index.compressedSize !== source.size || index.crc32 !== crc32) {
    throw new FramedexError('SOURCE_CHANGED', 'the checkpoints are those of another member', {
      name,
      expected: `${source.size} bytes that inflate to ${size}, CRC-32 ${crc32.toString(16)}`,
      found: `${index.compressedSize}, ${index.size}, ${index.crc32.toString(16)}`,
      advice: 'Make the index again',
    });
  }
  const wrong = wrongPart(index);
  if (wrong === undefined) return;
  throw new FramedexError('INDEX_FORMAT', 'the checkpoints cannot be used', {
    name,
    ...wrong,
    advice: 'Make the index again',
  });
}

function wrongPart(index: CheckpointIndex): { expected: string; found: string } | undefined {
  const { bits, starts, checksums, windows, size, compressedSize } = index;
  const lengths = [bits, starts, checksums, windows].map(({ length }) => length);
  if (bits.length === 0 || lengths.some((length) => length !== bits.length)) {
    return { expected: 'as many of each as there are points', found: lengths.join(', ') };
  }
  if (!isAscending(bits, compressedSize * 8)) {
    return { expected: 'bits that ascend from 0', found: 'others' };
  }
  if (!isAscending(starts, size)) {
    return { expected: 'starts that ascend from 0', found: 'others' };
  }
  const misfit = windows.findIndex(
    (window, at) => window.length !== Math.min(WINDOW_LENGTH, starts[at] ?? 0),
  );
  if (misfit >= 0) {
    return {
      expected: `${Math.min(WINDOW_LENGTH, starts[misfit] ?? 0)} bytes before point ${misfit}`,
      found: `${windows[misfit]?.length ?? 0}`,
    };
  }
  if (joined(index) !== index.crc32) {
    return { expected: 'checksums that make up that of the whole', found: 'others' };
  }
  if (!isServing(index)) return { expected: 'points that are closer', found: 'long stretches' };
  return undefined;
}

/** CRC-32 of all stretches together. */
function joined({ checksums, starts, size }: CheckpointIndex): number {
  return checksums.reduce((sum, checksum, at) => {
    return joinedCrc32(sum, checksum, (starts[at + 1] ?? size) - (starts[at] ?? 0));
  }, 0);
}

/** Whole numbers from 0 on, each greater than the one before and less than `end`. */
function isAscending(numbers: Float64Array, end: number): boolean {
  return numbers.every((number, at) => {
    if (!Number.isSafeInteger(number) || number >= end) return false;
    return at === 0 ? number === 0 : number > (numbers[at - 1] ?? Infinity);
  });
}
