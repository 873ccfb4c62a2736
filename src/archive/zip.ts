import type { Source } from '../bytes/source.ts';
import { whileOpen } from '../bytes/while-open.ts';
import type { Listing, Member } from '../collection/listing.ts';
import { FramedexError, type Warning } from '../errors.ts';
import type { ArchiveLimits, ArchiveOptions } from './archive-options.ts';
import type { ZipDirectory, ZipRecord } from './zip-record.ts';
import { DEFLATED, type MemberReading, memberSource, STORED } from './zip-member.ts';

const LOCAL_HEADER_LENGTH = 30;
/** Deflate's best is 1032:1; a little more for a file of a few bytes. */
const GREATEST_RATIO = 1032;
const RATIO_ROOM = 1024;

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

/**
 * Lists a zip archive. Only its end and its central directory are read; a member's bytes are read
 * when they are asked for. The listing takes the source over: closing it closes the source. When
 * `openZip` fails, the source is the caller's still.
 *
 * Names are labels and never paths, so `../x` and `/x` are as good as any. They are unique: the
 * second file of one name is called `name (2)`, the third `name (3)`. Directories are left out. What
 * is wrong with one member is its `fault`; the others can be read. Throws `ZIP_FORMAT`, `ZIP_LIMIT`.
 */
export async function openZip(source: Source, options: ArchiveOptions): Promise<Listing> {
  const { members: entries, directoryBytes } = options.limits;
  const directory = await options.readDirectory(source, { entries, directoryBytes });
  warnAbout(directory, options.onWarning);
  let closed = false;
  const isOpen = (): boolean => !closed;
  const reading: MemberReading = {
    archive: source,
    directoryStart: directory.start,
    inflating: options.inflating,
  };
  return {
    name: source.name,
    members: membersOf(directory, reading, options.limits, isOpen),
    close: async () => {
      closed = true;
      await source.close?.();
    },
  };
}

function membersOf(
  directory: ZipDirectory,
  reading: MemberReading,
  limits: ArchiveLimits,
  isOpen: () => boolean,
): readonly Member[] {
  const unique = uniqueNames();
  const overlapping = overlaps(directory);
  const members: Member[] = [];
  for (const stored of directory.records) {
    if (stored.name.endsWith('/') && stored.size === 0) continue;
    const name = unique(printable(stored.name));
    const record = name === stored.name ? stored : { ...stored, name };
    const { size } = record;
    const fault = faultOf(stored, name, limits) ?? overlapping.get(stored);
    if (fault !== undefined) members.push(faulty(name, size, fault));
    else members.push({ name, size, open: () => whileOpen(memberSource(record, reading), isOpen) });
  }
  for (const { name, error } of directory.broken) {
    members.push(faulty(unique(printable(name)), 0, error));
  }
  return members;
}

function faulty(name: string, size: number, fault: FramedexError): Member {
  return {
    name,
    size,
    fault,
    open: () => {
      throw fault;
    },
  };
}

/** What the directory alone tells against a member. */
function faultOf(
  record: ZipRecord,
  name: string,
  limits: ArchiveLimits,
): FramedexError | undefined {
  const { size, compressedSize, method, flags, offset } = record;
  if (record.name === '' || printable(record.name) !== record.name) {
    const summary = 'a name that is empty or has control characters';
    return new FramedexError('ZIP_NAME', summary, { name, offset });
  }
  if (record.symbolicLink) {
    const advice = 'Links in archives are not followed';
    return new FramedexError('ZIP_SYMLINK', 'a symbolic link', { name, offset, advice });
  }
  if ((flags & 1) !== 0) {
    const found = method === 99 ? 'AES' : undefined;
    const advice = 'Decrypt the archive first';
    return new FramedexError('ZIP_ENCRYPTED', 'encrypted', { name, offset, found, advice });
  }
  if (method !== STORED && method !== DEFLATED) {
    const found = `${METHODS.get(method) ?? 'method'} (${method})`;
    const expected = 'stored or deflated';
    const advice = 'Unpack the archive with a tool that knows the method, and open the folder';
    const details = { name, offset, expected, found, advice };
    return new FramedexError('ZIP_METHOD', 'a compression method that is not read', details);
  }
  if (method === STORED && compressedSize !== size) {
    const details = { name, offset, expected: `${size} bytes`, found: `${compressedSize}` };
    return new FramedexError('ZIP_SIZE_MISMATCH', 'stored with two different sizes', details);
  }
  if (size > compressedSize * GREATEST_RATIO + RATIO_ROOM) {
    const details = {
      name,
      offset,
      expected: 'at most 1032:1',
      found: `${size}:${compressedSize}`,
    };
    return new FramedexError('ZIP_RATIO', 'a size that deflate cannot reach', details);
  }
  if (size > limits.memberBytes) {
    const limit = limits.memberBytes;
    const advice = 'Raise limits.maxArchiveMemberBytes if you trust the archive';
    const details = { name, offset, limit, found: `${size} bytes`, advice };
    return new FramedexError('ZIP_LIMIT', 'the member is too big', details);
  }
  return undefined;
}

/**
 * Members that share bytes with one before them or with the directory: of all archives that come to
 * more than 1032 times their size, none does without that, and none that is sound has it.
 */
function overlaps({ records, start }: ZipDirectory): ReadonlyMap<ZipRecord, FramedexError> {
  const faults = new Map<ZipRecord, FramedexError>();
  const overlap = (record: ZipRecord, summary: string): void => {
    const { name, offset } = record;
    faults.set(record, new FramedexError('ZIP_OVERLAP', summary, { name, offset }));
  };
  let free = 0;
  for (const record of [...records].sort((a, b) => a.offset - b.offset)) {
    const end = record.offset + LOCAL_HEADER_LENGTH + record.nameLength + record.compressedSize;
    if (end > start) overlap(record, 'its bytes run into the central directory');
    else if (record.offset < free) overlap(record, 'its bytes are also those of another member');
    else free = end;
  }
  return faults;
}

function uniqueNames(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    let times = (seen.get(name) ?? 0) + 1;
    let unique = times === 1 ? name : `${name} (${times})`;
    while (times > 1 && seen.has(unique)) {
      times += 1;
      unique = `${name} (${times})`;
    }
    seen.set(name, times);
    if (times > 1) seen.set(unique, 1);
    return unique;
  };
}

/** Control characters could steer a terminal, and NUL ends a name for half of all programs. */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '\ufffd');
}

function warnAbout(
  { records, broken, base, count, end }: ZipDirectory,
  onWarning: ((warning: Warning) => void) | undefined,
): void {
  const warn = (message: string, offset: number): void =>
    onWarning?.({ code: 'ZIP_FORMAT', message, offset });
  if (base !== 0) warn(`${base} bytes precede the archive`, 0);
  const found = records.length + broken.length;
  if (found !== count) warn(`the end record promises ${count} files, there are ${found}`, end);
}
