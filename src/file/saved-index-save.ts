import { readExactly } from '../bytes/source.ts';
import type { ReadOptions, Source } from '../bytes/source.ts';
import type { Header } from '../dicom/header.ts';
import { FramedexError } from '../errors.ts';
import type { LaidOutIndex } from '../frames/frame-index.ts';
import { savedCheckpoints } from './saved-index-checkpoints.ts';
import { MOST_HEAD, WARNING_CODES, checksumOf } from './saved-index-format.ts';
import { fingerprintOf } from './saved-index-hash.ts';
import { savedHeader } from './saved-index-header.ts';
import type { SeenBytes } from './saved-index-header.ts';
import { savedFrames } from './saved-index-layout.ts';
import { INDEX_VERSION } from './saved-index.ts';
import type { FileIndexJson, SavedIdentity, SavedWarning } from './saved-index.ts';

/** What an index is made from, beside the header and the frames. */
export interface Savable {
  /** What was opened: of a deflated data set, the file. */
  readonly source: Source;
  /** What it was opened with leaves no element out before the pixel data. */
  readonly complete: boolean;
  readonly seen: SeenBytes;
  /** What it was opened with: neither the header nor the first bytes are looked at again. */
  readonly given?: Pick<FileIndexJson, 'source' | 'header'> | undefined;
}

const NUMBER_OF_FRAMES = 0x00280008;

/**
 * The index of a file.
 *
 * @param checkpoints whether it holds where a deflated member can be resumed
 * @throws FramedexError `USAGE` where the header pass was told to stop before the pixel data.
 */
export function saveIndex(
  { source, complete, seen, given }: Savable,
  header: Header,
  frames: LaidOutIndex,
  checkpoints: boolean,
): FileIndexJson {
  if (header.partial) {
    throw new FramedexError('USAGE', 'a file that was opened with until has no index to save', {
      name: header.name,
      advice: 'Open it without until.',
    });
  }
  const { pixelData, transferSyntax, littleEndian } = header;
  const saved = savedFrames(frames);
  const isWhole = complete && header.source.size === source.size && !transferSyntax.deflated;
  const index: Omit<FileIndexJson, 'checksum'> = {
    framedex: INDEX_VERSION,
    source: identityOf(source, given?.source.head ?? headOf(source, seen)),
    transferSyntax: transferSyntax.uid,
    littleEndian,
    header: given === undefined ? (isWhole ? savedHeader(header, seen) : undefined) : given.header,
    pixelData: pixelData && { ...pixelData },
    frames: saved,
    // What is wrong with native frames is found again by arithmetic.
    warnings: saved === undefined || saved.layout.kind === 'native' ? [] : savedWarnings(header),
    checkpoints: checkpoints ? savedCheckpoints(source) : undefined,
  };
  return { ...index, checksum: checksumOf(index) };
}

function headOf(source: Source, seen: SeenBytes): SavedIdentity['head'] {
  const [first] = seen(0, Math.min(source.size, MOST_HEAD)) ?? [];
  const bytes = first?.offset === 0 ? first.bytes : new Uint8Array(0);
  return { length: bytes.length, hash: fingerprintOf(bytes) };
}

function identityOf({ size, identity }: Source, head: SavedIdentity['head']): SavedIdentity {
  const { modified, etag, crc32 } = identity ?? {};
  return { size, modified, etag, crc32, head };
}

/** What looking for the frames found: neither what the header shows again, nor values. */
function savedWarnings({ warnings, pixelData }: Header): SavedWarning[] {
  const start = pixelData?.offset ?? Infinity;
  return warnings.list.flatMap(({ code, message, offset, tag }) => {
    const known = WARNING_CODES.find((one) => one === code);
    if (known === undefined || tag === NUMBER_OF_FRAMES) return [];
    const anywhere = known === 'FRAME_COUNT' || known === 'OFFSET_TABLE';
    return anywhere || offset >= start ? [{ code: known, message, offset, tag }] : [];
  });
}

/**
 * Compares a source with what the index was made from: its size, and a mark that both have, or else the
 * first bytes, which is the only read. A file that was copied has another time: that it is the same
 * would take reading all of it.
 *
 * @throws FramedexError `SOURCE_CHANGED`.
 */
export async function checkIdentity(
  saved: SavedIdentity,
  source: Source,
  options: ReadOptions,
): Promise<void> {
  if (saved.size !== source.size) {
    throw changed(source, `${saved.size} bytes`, `${source.size}`);
  }
  let marks = 0;
  for (const mark of ['modified', 'etag', 'crc32'] as const) {
    const was = saved[mark];
    const is = source.identity?.[mark];
    if (was === undefined || is === undefined) continue;
    if (was !== is) throw changed(source, `${WORDS[mark]} ${textOf(mark, was)}`, textOf(mark, is));
    marks++;
  }
  if (marks > 0) return;
  const { length, hash } = saved.head;
  const found = fingerprintOf(await readExactly(source, 0, length, options));
  if (found !== hash) throw changed(source, `first bytes with the hash ${hash}`, found);
}

const WORDS = { modified: 'that it was written at', etag: 'the ETag', crc32: 'CRC-32' };

function textOf(mark: keyof typeof WORDS, value: number | string): string {
  return mark === 'modified' && typeof value === 'number' ? timeText(value) : String(value);
}

/** The most that a `Date` holds. */
const MOST_TIME = 8.64e15;

/** A time as ISO 8601 has it, with what file systems tell beyond the millisecond. */
function timeText(milliseconds: number): string {
  if (Math.abs(milliseconds) > MOST_TIME) return `${milliseconds} ms since 1970`;
  const whole = Math.floor(milliseconds);
  const more = Math.floor((milliseconds - whole) * 1e4);
  const digits = more === 0 ? '' : String(more).padStart(4, '0');
  return new Date(whole).toISOString().replace('Z', `${digits}Z`);
}

export function changed({ name }: Source, expected: string, found: string): FramedexError {
  return new FramedexError('SOURCE_CHANGED', 'it is not what the index was made from', {
    name,
    expected,
    found,
    advice: 'Make the index again.',
  });
}
