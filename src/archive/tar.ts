import { slice } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import { whileOpen } from '../bytes/while-open.ts';
import type { Listing, Member } from '../collection/listing.ts';
import { FramedexError } from '../errors.ts';
import { nextTurn } from '../inflate/next-turn.ts';
import { bytesAt } from './archive-bytes.ts';
import type { ArchiveOptions, ArchiveUse } from './archive-options.ts';
import { printable, uniqueNames } from './member-names.ts';
import {
  BLOCK,
  isZeroBlock,
  longName,
  readPaxRecords,
  readTarHeader,
  sparseListGoesOn,
  wholeNumber,
} from './tar-header.ts';
import type { TarHeader } from './tar-header.ts';

/** Many headers are read at once, where that is possible: the thread gets a turn this often. */
const TURN_MILLISECONDS = 8;
/** What keeping an extended header takes beside its bytes, about: a tar of nothing else ends too. */
const EXTENDED_HEADER = 128;
/** How far behind the end other things are looked for: tapes are written in records of this size at most. */
const LONGEST_RECORD = 65536;

/** Headers no farther from each other than so are near. */
const NEAR = 4096;
const MOST_AHEAD = 65536;

type PaxRecords = ReadonlyMap<string, string>;

/** A walk from header to header. */
interface Walk {
  readonly source: Source;
  readonly options: ArchiveOptions;
  readonly used: ArchiveUse;
  readonly members: Member[];
  readonly unique: (name: string) => string;
  readonly isOpen: () => boolean;
  /** Where the next header is. */
  at: number;
  /** What was read last, and where that is; how much is read at least. */
  seen: Uint8Array;
  seenAt: number;
  ahead: number;
  /** Files and all else that has a header of its own. */
  count: number;
  /** Of GNU's long name, and of extended headers, for the next member; of global ones, for all that follow. */
  name: string | undefined;
  records: PaxRecords;
  global: PaxRecords;
}

const NO_RECORDS: PaxRecords = new Map();

/**
 * Lists a tar: ustar, pax, GNU's form, and the old one without magic. All headers are read, since there is
 * no directory, and nothing of the files between them; a member is a part of the source, read in place.
 * The listing takes the source over: closing it closes the source. When this fails, the source is the
 * caller's still.
 *
 * Names are labels and never paths, as those of zip: unique, and without the `./` that they may begin
 * with. What is no file, but a link, a device or a sparse file, is a member with a `fault`. Where a header
 * is damaged, or the tar ends early, the members before it can be read. Throws `ZIP_FORMAT` for what is no
 * tar, `ZIP_LIMIT`.
 */
export async function openTar(source: Source, options: ArchiveOptions): Promise<Listing> {
  let closed = false;
  const walk: Walk = {
    source,
    options,
    used: options.used ?? { members: 0, directoryBytes: 0 },
    members: [],
    unique: uniqueNames(),
    isOpen: () => !closed,
    at: 0,
    seen: new Uint8Array(0),
    seenAt: -Infinity,
    ahead: BLOCK,
    count: 0,
    name: undefined,
    records: NO_RECORDS,
    global: NO_RECORDS,
  };
  let turn = Date.now();
  while (await step(walk)) {
    options.signal?.throwIfAborted();
    options.onProgress?.(Math.min(walk.at, source.size), source.size);
    if (Date.now() - turn > TURN_MILLISECONDS) {
      await nextTurn();
      turn = Date.now();
    }
  }
  return {
    name: source.name,
    members: walk.members,
    close: async () => {
      closed = true;
      await source.close?.();
    },
  };
}

/** Goes over one header and what belongs to it; false where the tar ends. */
async function step(walk: Walk): Promise<boolean> {
  const { source, at } = walk;
  const block = await bytesOf(walk, at, BLOCK);
  if (block.length === 0) {
    warn(walk, 'the tar has no end: it may have been cut', at);
    return false;
  }
  if (block.length < BLOCK) return endWith(walk, cut(walk, at, BLOCK, block.length));
  if (isZeroBlock(block)) {
    await lookBehind(walk);
    return false;
  }
  const header = readTarHeader(block);
  if (header === undefined) {
    const summary = at === 0 ? 'not a tar: its first header is damaged' : 'a damaged header';
    const fault = new FramedexError('ZIP_FORMAT', summary, { name: source.name, offset: at });
    if (at === 0) throw fault;
    return endWith(walk, fault);
  }
  walk.at = at + BLOCK;
  return 'LKxgX'.includes(header.type)
    ? takeExtension(walk, header, at)
    : takeMember(walk, header, at);
}

/** What is said of the next member: its bytes are taken in. */
async function takeExtension(walk: Walk, header: TarHeader, at: number): Promise<boolean> {
  const { size, type } = header;
  use(walk, 'directoryBytes', size + EXTENDED_HEADER);
  const bytes = await bytesOf(walk, walk.at, size);
  if (bytes.length < size) return endWith(walk, cut(walk, at, size, bytes.length));
  walk.at += blocks(size);
  if (type === 'L') walk.name = longName(bytes);
  if (type === 'L' || type === 'K') return true;
  const records = readPaxRecords(bytes);
  if (records === undefined) {
    const { name } = walk.source;
    const summary = 'a damaged extended header';
    return endWith(walk, new FramedexError('ZIP_FORMAT', summary, { name, offset: at }));
  }
  if (type === 'g') walk.global = new Map([...walk.global, ...records]);
  else walk.records = records;
  return true;
}

/** A file, or what else has a name. */
async function takeMember(walk: Walk, header: TarHeader, at: number): Promise<boolean> {
  use(walk, 'members', 1);
  const { type } = header;
  const record = (keyword: string): string | undefined => {
    const value = walk.records.get(keyword) ?? walk.global.get(keyword);
    return value === '' ? undefined : value;
  };
  const isSparse =
    type === 'S' || [...walk.records.keys()].some((key) => key.startsWith('GNU.sparse.'));
  const own = record('path') ?? walk.name ?? header.name;
  const given = (isSparse ? record('GNU.sparse.name') : undefined) ?? own;
  const size = wholeNumber(record('size') ?? String(header.size));
  walk.name = undefined;
  walk.records = NO_RECORDS;
  if (size === undefined) {
    const { name } = walk.source;
    const summary = 'an extended header with a size that is none';
    return endWith(walk, new FramedexError('ZIP_FORMAT', summary, { name, offset: at }));
  }
  const id = `tar#${walk.count}`;
  walk.count += 1;
  if (header.sparseGoesOn && type === 'S') await passSparseList(walk);
  const start = walk.at;
  if (!'123456'.includes(type)) walk.at += blocks(size);
  // Directories, GNU's lists of them and of renamed files, its label. The oldest form tells a directory by its name.
  if ('5DNV'.includes(type) || (type === '0' && given.endsWith('/'))) return true;
  const place = { id, at, start, size, type, isSparse, stored: given.replace(/^(\.\/+)+/, '') };
  walk.members.push(memberOf(place, walk));
  return true;
}

/** Where a member is, and what it is. */
interface Place {
  readonly id: string;
  readonly at: number;
  readonly start: number;
  readonly size: number;
  readonly type: string;
  readonly isSparse: boolean;
  readonly stored: string;
}

function memberOf(place: Place, { source, options, unique, isOpen }: Walk): Member {
  const { id, start, size, stored } = place;
  const name = unique(printable(stored));
  const fault = faultOf(place, name, source, options.limits.memberBytes);
  const member = { name, size, id, compressedSize: size };
  if (fault !== undefined) {
    const open = (): never => {
      throw fault;
    };
    return { ...member, fault, open };
  }
  const { identity } = source;
  const open = (): Source => whileOpen({ ...slice(source, start, size, name), identity }, isOpen);
  return { ...member, open };
}

/** What a header tells against its file. */
function faultOf(
  { at, start, size, type, isSparse, stored }: Place,
  name: string,
  source: Source,
  limit: number,
): FramedexError | undefined {
  const details = { name, offset: at };
  if (stored === '' || printable(stored) !== stored) {
    return new FramedexError('ZIP_NAME', 'a name that is empty or has control characters', details);
  }
  if (type === '1' || type === '2') {
    const summary = type === '1' ? 'a link to another member' : 'a symbolic link';
    const advice = 'Links in archives are not followed';
    return new FramedexError('ZIP_SYMLINK', summary, { ...details, advice });
  }
  if ('346'.includes(type)) {
    const found = type === '6' ? 'a pipe' : 'a device';
    return new FramedexError('IO', 'not a regular file', { ...details, found });
  }
  if (type === 'M') {
    const advice = 'Unpack all volumes with tar -M, and open the folder';
    return new FramedexError('ZIP_FORMAT', 'begins in another volume', { ...details, advice });
  }
  if (isSparse) {
    const advice = 'Unpack the archive with tar, and open the folder';
    return new FramedexError('ZIP_METHOD', 'a sparse file, which is not read', {
      ...details,
      advice,
    });
  }
  if (size > limit) {
    const advice = 'Raise limits.maxArchiveMemberBytes if you trust the archive';
    const found = `${size} bytes`;
    return new FramedexError('ZIP_LIMIT', 'the member is too big', {
      ...details,
      limit,
      found,
      advice,
    });
  }
  if (start + size <= source.size) return undefined;
  return new FramedexError('TRUNCATED', 'the tar ends inside the member', {
    ...{ name, offset: start, needed: size, available: Math.max(0, source.size - start) },
    advice: 'Get the archive again from where it came',
  });
}

/** GNU's old sparse files have more blocks between header and data. */
async function passSparseList(walk: Walk): Promise<void> {
  for (let goesOn = true; goesOn;) {
    use(walk, 'directoryBytes', BLOCK);
    const block = await bytesOf(walk, walk.at, BLOCK);
    goesOn = block.length === BLOCK && sparseListGoesOn(block);
    walk.at += BLOCK;
  }
}

/** Another tar may stand behind the end of this one, where files were joined: that is told. */
async function lookBehind(walk: Walk): Promise<void> {
  const rest = await bytesOf(walk, walk.at + BLOCK, LONGEST_RECORD);
  if (isZeroBlock(rest)) return;
  warn(walk, 'what follows the end of the tar is not read', walk.at);
}

/** The rest cannot be told apart: it is one member, with this fault. */
function endWith(walk: Walk, fault: FramedexError): false {
  const name = walk.unique(`(file ${walk.count + 1} and later)`);
  const open = (): never => {
    throw fault;
  };
  walk.members.push({ name, size: 0, id: `tar#${walk.count}`, fault, open });
  return false;
}

function cut({ source }: Walk, offset: number, needed: number, available: number): FramedexError {
  const { name } = source;
  const details = { name, offset, needed, available };
  return new FramedexError('TRUNCATED', 'the tar ends inside a header', details);
}

function warn({ options }: Walk, message: string, offset: number): void {
  options.onWarning?.({ code: 'ZIP_FORMAT', message, offset });
}

const LIMITS = {
  members: 'maxArchiveMembers',
  directoryBytes: 'maxArchiveDirectoryBytes',
} as const;

/** Counts what is used of a limit. */
function use(walk: Walk, what: keyof ArchiveUse, amount: number): void {
  walk.used[what] += amount;
  const limit = walk.options.limits[what];
  if (walk.used[what] <= limit) return;
  throw new FramedexError('ZIP_LIMIT', 'the archive is too big', {
    name: walk.source.name,
    limit,
    found:
      what === 'members'
        ? `${walk.used.members} files and more`
        : `${walk.used.directoryBytes} bytes and more`,
    advice: `Raise limits.${LIMITS[what]} if you trust the archive`,
  });
}

/** Headers that are near each other are read together: the more of them, the more at once. */
async function bytesOf(walk: Walk, at: number, length: number): Promise<Uint8Array> {
  const { source, options, seen, seenAt } = walk;
  const from = at - seenAt;
  if (from >= 0 && from + length <= seen.length) return seen.subarray(from, from + length);
  walk.ahead = from - seen.length < NEAR ? Math.min(walk.ahead * 2, MOST_AHEAD) : BLOCK;
  walk.seen = await bytesAt(source, at, Math.max(length, walk.ahead), options.signal);
  walk.seenAt = at;
  return walk.seen.subarray(0, length);
}

/** Bytes filled up to whole blocks. */
function blocks(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
