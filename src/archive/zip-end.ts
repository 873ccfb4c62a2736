import { readExactly, type Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import type { DirectoryExtent } from './zip-record.ts';

// APPNOTE.TXT 4.3.7, 4.3.12, 4.3.14 to 4.3.16.
const LOCAL_HEADER = 0x04034b50;
const RECORD = 0x02014b50;
const END = 0x06054b50;
const END_LENGTH = 22;
const ZIP64_END = 0x06064b50;
const ZIP64_END_LENGTH = 56;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const LONGEST_COMMENT = 65535;
/** A comment can be full of what looks like end records; so many are tried. */
const MOST_ENDS = 64;

/**
 * Finds the central directory from the end of the source. Bytes before the archive, bytes after it
 * and comments that look like an end record are no obstacle. Throws `ZIP_FORMAT`.
 */
export async function findDirectory(
  source: Source,
  signal?: AbortSignal,
): Promise<DirectoryExtent> {
  const tailLength = Math.min(
    source.size,
    ZIP64_END_LENGTH + ZIP64_LOCATOR_LENGTH + END_LENGTH + LONGEST_COMMENT,
  );
  const tail: Tail = {
    source,
    signal,
    start: source.size - tailLength,
    bytes: await readExactly(source, source.size - tailLength, tailLength, { signal }),
  };
  const view = viewOf(tail.bytes);
  let tried = 0;
  let empty: DirectoryExtent | undefined;
  for (let at = tailLength - END_LENGTH; at >= 0 && tried < MOST_ENDS; at -= 1) {
    if (view.getUint32(at, true) !== END) continue;
    tried += 1;
    const extent = await directoryOf(tail, tail.start + at);
    if (extent !== undefined && extent.end > extent.start) return extent;
    empty ??= extent;
  }
  // Zeros in a comment look like the end of an archive without files: believed only at last.
  if (empty !== undefined) return empty;
  throw await notAnArchive(tail, tried > 0);
}

/** The end of the source: what is asked for there costs no further read. */
interface Tail {
  readonly source: Source;
  readonly signal: AbortSignal | undefined;
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** What an end record says. */
interface EndRecord {
  /** Where the directory must end at the latest. */
  readonly position: number;
  readonly disk: number;
  readonly count: number;
  readonly modulo: number;
  readonly size: number;
  readonly offset: number;
}

async function directoryOf(tail: Tail, position: number): Promise<DirectoryExtent | undefined> {
  const end = (await zip64End(tail, position)) ?? (await plainEnd(tail, position));
  if (end === undefined) return undefined;
  const { position: before, count, modulo, size, offset } = end;
  if (count === 0 && size === 0) return { start: before, end: before, count, modulo, base: 0 };
  const asWritten = await isRecord(tail, offset, before);
  const start = asWritten ? offset : before - size;
  if (!asWritten && !(await isRecord(tail, start, before))) return undefined;
  if (end.disk !== 0) {
    throw new FramedexError('ZIP_FORMAT', 'one part of an archive in several parts', {
      name: tail.source.name,
      offset: position,
      advice: 'Join the parts first: zip -s 0 parts.zip --out whole.zip',
    });
  }
  return { start, end: before, count, modulo, base: start - offset };
}

async function plainEnd(tail: Tail, position: number): Promise<EndRecord | undefined> {
  const view = await bytesAt(tail, position, END_LENGTH);
  if (view === undefined) return undefined;
  if (position + END_LENGTH + view.getUint16(20, true) > tail.source.size) return undefined;
  return {
    position,
    disk: view.getUint16(4, true),
    count: view.getUint16(10, true),
    modulo: 65536,
    size: view.getUint32(12, true),
    offset: view.getUint32(16, true),
  };
}

/** The locator gives a position that is wrong when bytes precede the archive: then look before it. */
async function zip64End(tail: Tail, position: number): Promise<EndRecord | undefined> {
  const locatorAt = position - ZIP64_LOCATOR_LENGTH;
  const locator = await bytesAt(tail, locatorAt, ZIP64_LOCATOR_LENGTH);
  if (locator?.getUint32(0, true) !== ZIP64_LOCATOR) return undefined;
  for (const at of [unsigned64(locator, 8), locatorAt - ZIP64_END_LENGTH]) {
    const view = await bytesAt(tail, at, ZIP64_END_LENGTH);
    if (view?.getUint32(0, true) !== ZIP64_END) continue;
    return {
      position: at,
      disk: view.getUint32(16, true),
      count: unsigned64(view, 32),
      modulo: Infinity,
      size: unsigned64(view, 40),
      offset: unsigned64(view, 48),
    };
  }
  return undefined;
}

async function isRecord(tail: Tail, at: number, before: number): Promise<boolean> {
  if (at + 4 > before) return false;
  return (await bytesAt(tail, at, 4))?.getUint32(0, true) === RECORD;
}

async function bytesAt(tail: Tail, at: number, length: number): Promise<DataView | undefined> {
  const { source, signal, start, bytes } = tail;
  if (!Number.isSafeInteger(at) || at < 0 || at + length > source.size) return undefined;
  if (at >= start) return viewOf(bytes.subarray(at - start, at - start + length));
  return viewOf(await readExactly(source, at, length, { signal }));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function unsigned64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

/** Of what begins like a zip archive, or has an end, it can be said what is missing. */
async function notAnArchive(
  { source, signal }: Tail,
  hasEnd: boolean,
): Promise<FramedexError<'ZIP_FORMAT'>> {
  const { name, size } = source;
  const head = await readExactly(source, 0, Math.min(size, 4), { signal });
  const begins = head.length === 4 && viewOf(head).getUint32(0, true) === LOCAL_HEADER;
  if (!hasEnd && !begins) return new FramedexError('ZIP_FORMAT', 'not a zip archive', { name });
  const advice = 'It may have been cut: compare its size with the original, or run zip -FF on it';
  const summary = hasEnd
    ? 'the central directory is not where the end record says'
    : 'the end of the central directory is missing';
  return new FramedexError('ZIP_FORMAT', summary, { name, advice });
}
