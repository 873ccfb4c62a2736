import { FramedexError } from '../errors.ts';
import type { ArchiveLimits } from './archive-options.ts';
import { sizeFault } from './plausible-size.ts';
import type { ZipDirectory, ZipRecord } from './zip-record.ts';

/** APPNOTE.TXT 4.4.5: the two methods that are read. */
export const STORED = 0;
export const DEFLATED = 8;

// APPNOTE.TXT 4.4.4.
const ENCRYPTED = 1;
const STRONG_ENCRYPTION = 0x40;
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

/** What is wrong with a row of the directory beside its record. */
export type Oddity = 'name' | 'runs into the directory' | 'shares bytes' | FramedexError;

/** What the directory alone tells against a member. */
export function faultOf(
  record: ZipRecord,
  oddity: Oddity | undefined,
  limits: ArchiveLimits,
): FramedexError | undefined {
  const { name, offset } = record;
  if (oddity instanceof FramedexError) return oddity;
  if (oddity === 'name') {
    const summary = 'a name that is empty, longer than any path, or has control characters';
    return new FramedexError('ZIP_NAME', summary, { name, offset });
  }
  return unreadable(record) ?? impossible(record, limits) ?? overlap(record, oddity);
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
    const advice = 'Decrypt the archive first';
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

function overlap(
  { name, offset }: ZipRecord,
  oddity: Oddity | undefined,
): FramedexError | undefined {
  if (oddity === undefined) return undefined;
  const summary =
    oddity === 'shares bytes'
      ? 'its bytes are also those of another member'
      : 'its bytes run into the central directory';
  return new FramedexError('ZIP_OVERLAP', summary, { name, offset });
}

/**
 * Members that share bytes with one before them or with the directory: of all archives that come to
 * more than 1032 times their size, none does without that, and none that is sound has it.
 */
export function overlaps({ records, names, broken, start }: ZipDirectory): Map<number, Oddity> {
  const { offsets, compressedSizes, nameLengths } = records;
  const found = new Map<number, Oddity>(broken);
  let free = 0;
  for (const row of inOrderOf(offsets, names.length)) {
    if (broken.has(row)) continue;
    const offset = offsets[row] ?? 0;
    const bytes = LOCAL_HEADER_LENGTH + (nameLengths[row] ?? 0) + (compressedSizes[row] ?? 0);
    if (offset + bytes > start) found.set(row, 'runs into the directory');
    else if (offset < free) found.set(row, 'shares bytes');
    else free = offset + bytes;
  }
  return found;
}

/** Rows by their offsets; the first of two at one place first. */
function inOrderOf(offsets: Float64Array, rows: number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const sorted = order.every((row) => row === 0 || (offsets[row - 1] ?? 0) <= (offsets[row] ?? 0));
  if (sorted) return order;
  return order.sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0) || a - b);
}
