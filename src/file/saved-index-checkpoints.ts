import type { Source } from '../bytes/source.ts';
import { base64Of, bytesOf } from './saved-index-base64.ts';
import {
  MOST_LENGTH,
  badIndex,
  integerAt,
  kindOf,
  listAt,
  numbersAt,
  within,
} from './saved-index-json.ts';
import type { IndexPlace, Place } from './saved-index-json.ts';
import type { SavedCheckpoints, SavedIdentity } from './saved-index.ts';

/** How far back deflate may refer (RFC 1951 2). */
const WINDOW = 32_768;
/** More than there are in the biggest member that is read, by far. */
const MOST_POINTS = 65_536;
const MOST_OFFSET = Number.MAX_SAFE_INTEGER;

/** Where a source can be resumed, as JSON; undefined where it cannot, or that is not known yet. */
export function savedCheckpoints({ archived, identity }: Source): SavedCheckpoints | undefined {
  const index = archived?.checkpoints?.();
  // By its checksum alone the member is known again.
  if (index === undefined || identity?.crc32 !== index.crc32) return undefined;
  const { size, compressedSize, crc32, bits, starts, checksums, windows } = index;
  return {
    size,
    compressedSize,
    crc32,
    checksums: [...checksums],
    bits: differences(bits),
    lengths: differences(starts),
    windows: windows.slice(1).map(base64Of),
  };
}

function differences(values: Float64Array): number[] {
  return Array.from(values.subarray(1), (value, k) => value - (values[k] ?? 0));
}

/**
 * Reads what should be saved checkpoints: of the member that the index is of, as many of all as there are
 * points, and no window longer than it can be. Whether they can be used, the member sees: their checksums
 * must come to that of the archive.
 *
 * @throws FramedexError `INDEX_FORMAT`.
 */
export function parseCheckpoints(place: Place, source: SavedIdentity): SavedCheckpoints {
  const size = integerAt(place, 'size', 1, MOST_OFFSET);
  const crc32 = integerAt(place, 'crc32', 0, MOST_LENGTH);
  if (size !== source.size || crc32 !== source.crc32) {
    throw badIndex(place, 'of the member that the index is of');
  }
  const compressedSize = integerAt(place, 'compressedSize', 1, MOST_OFFSET);
  const checksums = numbersAt(place, 'checksums', 0, MOST_POINTS);
  const bits = numbersAt(place, 'bits', 1, MOST_POINTS, MOST_OFFSET);
  const lengths = numbersAt(place, 'lengths', 1, MOST_POINTS, MOST_OFFSET);
  const windows = listAt(place, 'windows', MOST_POINTS);
  const points = checksums.length;
  for (const [key, list] of Object.entries({ bits, lengths, windows })) {
    if (list.length === points - 1) continue;
    throw badIndex(within(place, key), `an array of ${points - 1}`, kindOf(list));
  }
  const texts = windowTexts(windows, lengths, within(place, 'windows'));
  return { size, compressedSize, crc32, checksums, bits, lengths, windows: texts };
}

/** Texts as long as their windows are in base64. */
function windowTexts(
  windows: readonly unknown[],
  lengths: readonly number[],
  { name, path }: IndexPlace,
): readonly string[] {
  let start = 0;
  return Array.from(windows, (text, k) => {
    start += lengths[k] ?? 0;
    const expected = 4 * Math.ceil(Math.min(WINDOW, start) / 3);
    if (typeof text === 'string' && text.length === expected) return text;
    throw badIndex({ name, path: `${path}[${k}]` }, `base64 of length ${expected}`, kindOf(text));
  });
}

/**
 * Has a source resumed at the points that were saved, where it is a member that can be, and that does not
 * know better. The source must be the one that the index is of.
 *
 * @throws FramedexError `INDEX_FORMAT`; `SOURCE_CHANGED`.
 */
export function restoreCheckpoints(
  { archived, identity }: Source,
  saved: SavedCheckpoints,
  place: IndexPlace,
): void {
  if (archived?.useCheckpoints === undefined || identity?.crc32 !== saved.crc32) return;
  if (archived.checkpoints?.() !== undefined) return;
  const { size, compressedSize, crc32, checksums } = saved;
  archived.useCheckpoints({
    size,
    compressedSize,
    crc32,
    bits: sums(saved.bits),
    starts: sums(saved.lengths),
    checksums: Uint32Array.from(checksums),
    windows: [new Uint8Array(0), ...windowsOf(saved, within(place, 'checkpoints'))],
  });
}

/** From 0 on. */
function sums(values: readonly number[]): Float64Array {
  const all = new Float64Array(values.length + 1);
  for (let k = 0; k < values.length; k++) all[k + 1] = (all[k] ?? 0) + (values[k] ?? 0);
  return all;
}

function windowsOf({ windows }: SavedCheckpoints, place: IndexPlace): Uint8Array[] {
  return windows.map((text, k) => bytesOf(text, within(place, `windows[${k}]`)));
}
