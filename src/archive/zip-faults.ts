import { FramedexError } from '../errors.ts';
import type { ArchiveLimits } from './archive-options.ts';
import { isPlausible, sizeFault } from './plausible-size.ts';
import { LONGEST_NAME, recordAt } from './zip-record.ts';
import type { BrokenRecord, ZipDirectory, ZipRecord } from './zip-record.ts';

/** APPNOTE.TXT 4.4.5: the two methods that are read. */
export const STORED = 0;
export const DEFLATED = 8;

// APPNOTE.TXT 4.4.4.
const ENCRYPTED = 1;
const STRONG_ENCRYPTION = 0x40;
const DECRYPT = 'Decrypt the archive first';
/** APPNOTE.TXT 4.3.7: the header before the bytes of each file, without its name. */
export const LOCAL_HEADER_LENGTH = 30;
/** APPNOTE.TXT 4.4.5, as far as archivers write them. */
const METHODS = new Map([
  [1, 'Shrink'],
  [6, 'Implode'],
  [9, 'Deflate64'],
  [12, 'BZip2'],
  [14, 'LZMA'],
  [20, 'zstd'],
  [93, 'zstd'],
  [94, 'MP3'],
  [95, 'xz'],
  [96, 'JPEG'],
  [97, 'WavPack'],
  [98, 'PPMd'],
  [99, 'AES'],
]);

const CONTROL = /\p{Cc}/u;

/** What is wrong with a row of the directory beside its record. */
export type Oddity = 'name' | 'missing' | 'runs into the directory' | 'shares bytes' | BrokenRecord;

/** What the directory alone tells against a member. */
export function faultOf(
  record: ZipRecord,
  oddity: Oddity | undefined,
  limits: ArchiveLimits,
): FramedexError | undefined {
  const { name, offset } = record;
  if (typeof oddity === 'object') return brokenRecord(name, oddity);
  if (oddity === 'name') {
    const summary = 'a name that is empty, longer than any path, or has control characters';
    return new FramedexError('ZIP_NAME', summary, { name, offset });
  }
  return unreadable(record) ?? impossible(record, limits) ?? misplaced(record, oddity);
}

/** It is made when it is asked for: of an archive of nothing else, each would keep its stack. */
function brokenRecord(name: string, { what, offset }: BrokenRecord): FramedexError {
  if (what === 'strong encryption') {
    const advice = DECRYPT;
    return new FramedexError('ZIP_ENCRYPTED', 'strong encryption', { name, offset, advice });
  }
  const summary =
    what === 'rest'
      ? 'the rest of the central directory is broken'
      : 'its record in the central directory is broken';
  return new FramedexError('ZIP_FORMAT', summary, { name, offset });
}

/** Whether its record alone tells against a member; there may be 100,000, and their errors take time. */
function isRefused(record: ZipRecord, limits: ArchiveLimits): boolean {
  const { flags, method, symbolicLink, size, compressedSize } = record;
  if (symbolicLink || (flags & (ENCRYPTED | STRONG_ENCRYPTION)) !== 0) return true;
  if (method !== DEFLATED && (method !== STORED || size !== compressedSize)) return true;
  return !isPlausible(record, limits);
}

/** What this package does not read. */
function unreadable({
  name,
  offset,
  symbolicLink,
  flags,
  method,
}: ZipRecord): FramedexError | undefined {
  if (symbolicLink) {
    const advice = 'Links in archives are not followed';
    return new FramedexError('ZIP_SYMLINK', 'a symbolic link', { name, offset, advice });
  }
  if ((flags & (ENCRYPTED | STRONG_ENCRYPTION)) !== 0) {
    const found = method === 99 ? 'AES' : undefined;
    const advice = DECRYPT;
    return new FramedexError('ZIP_ENCRYPTED', 'encrypted', { name, offset, found, advice });
  }
  if (method === STORED || method === DEFLATED) return undefined;
  return new FramedexError('ZIP_METHOD', 'a compression method that is not read', {
    name,
    offset,
    expected: 'stored or deflated',
    found: `${METHODS.get(method) ?? 'method'} (${method})`,
    advice: 'Unpack the archive with a tool that knows the method, and open the folder',
  });
}

/** Sizes that are lies, or more than is allowed. */
function impossible(record: ZipRecord, limits: ArchiveLimits): FramedexError | undefined {
  const { name, offset, size, compressedSize, method } = record;
  if (method === STORED && compressedSize !== size) {
    const details = { name, offset, expected: `${size} bytes`, found: `${compressedSize}` };
    return new FramedexError('ZIP_SIZE_MISMATCH', 'stored with two different sizes', details);
  }
  return sizeFault(record, limits);
}

/** Where its bytes are, they cannot be its own. */
function misplaced(record: ZipRecord, oddity: Oddity | undefined): FramedexError | undefined {
  if (oddity === undefined) return undefined;
  const { name, offset } = record;
  if (oddity === 'missing') {
    const needed = bytesTaken(record);
    const available = Math.max(0, offset + needed);
    const advice = 'Get the whole archive: its beginning is missing';
    const details = { name, offset: 0, needed, available, advice };
    return new FramedexError('TRUNCATED', 'the member begins before what is left', details);
  }
  const summary =
    oddity === 'shares bytes'
      ? 'its bytes are also those of another member'
      : 'its bytes run into the central directory';
  return new FramedexError('ZIP_OVERLAP', summary, { name, offset });
}

/**
 * Rows with a fault that their records do not tell. Members that share bytes with one before them or with
 * the directory are such: of all archives that come to more than 1032 times their size, none does without
 * that, and none that is sound has it. What is refused anyway takes no bytes from others.
 */
export function odditiesOf(directory: ZipDirectory, limits: ArchiveLimits): Map<number, Oddity> {
  const { records, names, broken, start } = directory;
  const found = new Map<number, Oddity>(broken);
  for (const [row, name] of names.entries()) {
    if (!broken.has(row) && isOddName(name, records.nameLengths[row] ?? 0)) found.set(row, 'name');
  }
  let free = 0;
  for (const row of inOrderOf(records.offsets, records.offsets.length)) {
    const record = recordAt(records, row, '');
    if (found.has(row) || isRefused(record, limits)) continue;
    const end = record.offset + bytesTaken(record);
    if (record.offset < 0) found.set(row, 'missing');
    else if (end > start) found.set(row, 'runs into the directory');
    else if (record.offset < free) found.set(row, 'shares bytes');
    else free = end;
  }
  return found;
}

/** Local header and data, at the least. */
function bytesTaken({ nameLength, compressedSize }: ZipRecord): number {
  return LOCAL_HEADER_LENGTH + nameLength + compressedSize;
}

function isOddName(name: string, stored: number): boolean {
  const length = Math.max(name.length, stored);
  return length === 0 || length > LONGEST_NAME || CONTROL.test(name);
}

/** Rows by their offsets; the first of two at one place first. */
function inOrderOf(offsets: Float64Array, rows: number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const sorted = order.every((row) => row === 0 || (offsets[row - 1] ?? 0) <= (offsets[row] ?? 0));
  if (sorted) return order;
  return order.sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0) || a - b);
}
