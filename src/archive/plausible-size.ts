import { FramedexError } from '../errors.ts';
import { GREATEST_RATIO } from '../inflate/deflate-bounds.ts';
import type { ArchiveLimits } from './archive-options.ts';

/** A file of a few bytes inflates to a little more. */
const RATIO_ROOM = 1024;
/** Blank frames come near that, so up to here nothing that deflate can do is too much. */
const PLAUSIBLE = 256 * 1024 * 1024;

/** What an archive says of a member's bytes. */
export interface ClaimedSize {
  readonly name: string;
  /** Where it is in the archive, for messages. */
  readonly offset: number;
  readonly size: number;
  readonly compressedSize: number;
}

/** Whether so many compressed bytes can stand for so many. */
export function isReachable({ size, compressedSize }: ClaimedSize): boolean {
  return size <= compressedSize * GREATEST_RATIO + RATIO_ROOM;
}

/** Whether a member may be inflated, by its size alone. */
export function isPlausible(claimed: ClaimedSize, limits: ArchiveLimits): boolean {
  const { size, compressedSize } = claimed;
  if (!isReachable(claimed) || size > limits.memberBytes) return false;
  return size <= PLAUSIBLE || size <= compressedSize * limits.ratio;
}

/** Why it may not. */
export function sizeFault(claimed: ClaimedSize, limits: ArchiveLimits): FramedexError | undefined {
  if (isPlausible(claimed, limits)) return undefined;
  const { name, offset, size, compressedSize } = claimed;
  const found = `${size}:${compressedSize}`;
  if (!isReachable(claimed)) {
    const details = { name, offset, expected: `at most ${GREATEST_RATIO}:1`, found };
    return new FramedexError('ZIP_RATIO', 'a size that deflate cannot reach', details);
  }
  if (size > limits.memberBytes) {
    const limit = limits.memberBytes;
    const advice = 'Raise limits.maxArchiveMemberBytes if you trust the archive';
    const details = { name, offset, limit, found: `${size} bytes`, advice };
    return new FramedexError('ZIP_LIMIT', 'the member is too big', details);
  }
  const expected = `at most ${limits.ratio}:1 beyond 256 MiB`;
  const advice = 'Raise limits.maxArchiveRatio if you trust the archive';
  const details = { name, offset, expected, found, advice };
  return new FramedexError('ZIP_RATIO', 'it inflates to more than is plausible', details);
}
