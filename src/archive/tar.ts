import type { Source } from '../bytes/source.ts';
import type { Listing, Member } from '../collection/listing.ts';
import { FramedexError } from '../errors.ts';
import { turns } from '../inflate/next-turn.ts';
import { bytesAt } from './archive-bytes.ts';
import type { ArchiveOptions, ArchiveUse } from './archive-options.ts';
import { uniqueNames } from './member-names.ts';
import type { StoredName } from './member-names.ts';
import {
  LONG_NAME_BYTES,
  longName,
  noRecords,
  takePaxRecords,
  wholeNumber,
} from './tar-extension.ts';
import type { PaxRecords } from './tar-extension.ts';
import { BLOCK, isZeroBlock, readTarHeader, sparseListGoesOn } from './tar-header.ts';
import type { TarHeader } from './tar-header.ts';
import { lostMember, TarMember } from './tar-member.ts';
import type { TarReading } from './tar-member.ts';

/** What keeping an extended header takes beside its bytes, about: a tar of nothing else ends too. */
const EXTENDED_HEADER = 128;
/** Longer than so is no extended header that anybody writes, and none is read. */
const LONGEST_EXTENSION = 1024 * 1024;
/** How far behind the end other things are looked for: tapes are written in records of this size at most. */
const LONGEST_RECORD = 65536;

/** Headers no farther from each other than so are near. */
const NEAR = 4096;
const MOST_AHEAD = 65536;

const DAMAGED = 'Get the archive again from where it came';

/** A walk from header to header. */
interface Walk {
  readonly source: Source;
  /** All of this that members keep: what was read last may be a part of something big. */
  readonly reading: TarReading;
  readonly options: ArchiveOptions;
  readonly used: ArchiveUse;
  readonly members: Member[];
  /** Where the next header is. */
  at: number;
  /** What was read last, and where that is; how much is read at least. */
  seen: Uint8Array;
  seenAt: number;
  ahead: number;
  /** Files and all else that has a header of its own. */
  count: number;
  /** Of GNU's long name, and of extended headers, for the next member; of global ones, for all that follow. */
  name: StoredName | undefined;
  records: PaxRecords;
  readonly global: PaxRecords;
  /** What keeps what was said of the next member from being believed. */
  fault: ((name: string) => FramedexError) | undefined;
  /** A header that is none was met, and none behind it yet. */
  damage: FramedexError | undefined;
  /** Blocks that were looked at for one. */
  passed: number;
}

/**
 * Lists a tar: ustar, pax, GNU's form, and the old one without magic. All headers are read, since there is
 * no directory, and nothing of the files between them; a member is a part of the source, read in place.
 * The listing takes the source over: closing it closes the source. When this fails, the source is the
 * caller's still.
 *
 * Names are labels and never paths, as those of zip: unique, and without the `./` that they may begin
 * with. What is no file, but a link, a device or a sparse file, is a member with a `fault`. So is what
 * stands between a header that is damaged and the next one, which is looked for; where there is none, or
 * the tar ends early, the members before it can be read. Throws `ZIP_FORMAT` for what is no tar,
 * `ZIP_LIMIT`.
 */
export async function openTar(source: Source, options: ArchiveOptions): Promise<Listing> {
  let closed = false;
  const walk: Walk = {
    source,
    reading: {
      source,
      memberBytes: options.limits.memberBytes,
      unique: uniqueNames(),
      isOpen: () => !closed,
    },
    options,
    used: options.used ?? { members: 0, directoryBytes: 0 },
    members: [],
    at: 0,
    seen: new Uint8Array(0),
    seenAt: -Infinity,
    ahead: BLOCK,
    count: 0,
    name: undefined,
    records: noRecords(),
    global: noRecords(),
    fault: undefined,
    damage: undefined,
    passed: 0,
  };
  const turn = turns();
  while (await step(walk)) {
    options.signal?.throwIfAborted();
    options.onProgress?.(Math.min(walk.at, source.size), source.size);
    await turn();
  }
  return {
    name: source.name,
    members: walk.members,
    remote: source.remote,
    willRead: source.willRead,
    close: async () => {
      closed = true;
      await source.close?.();
    },
  };
}

/** Goes over one header and what belongs to it; false where the tar ends. */
async function step(walk: Walk): Promise<boolean> {
  const { at, damage } = walk;
  const block = await bytesOf(walk, at, BLOCK);
  const header = readTarHeader(block);
  if (header === undefined && damage !== undefined) return lookFurther(walk, damage, block);
  if (header !== undefined && damage !== undefined) endDamage(walk, damage);
  if (block.length === 0) {
    warn(walk, 'the tar has no end: it may have been cut', at);
    return false;
  }
  if (block.length < BLOCK) return endWith(walk, cut(walk, at, BLOCK));
  if (isZeroBlock(block)) {
    await lookBehind(walk);
    return false;
  }
  if (header === undefined) return beginDamage(walk);
  walk.at = at + BLOCK;
  return 'LKxgX'.includes(header.type)
    ? takeExtension(walk, header, at)
    : takeMember(walk, header, at);
}

/** From here on, block by block, a header is looked for. */
function beginDamage(walk: Walk): boolean {
  const { name } = walk.source;
  const isFirst = walk.at === 0;
  const summary = isFirst ? 'not a tar: its first header is damaged' : 'a damaged header';
  const details = { name, offset: walk.at, advice: DAMAGED };
  walk.damage = new FramedexError('ZIP_FORMAT', summary, details);
  if (isFirst) throw walk.damage;
  use(walk, 'members', 1);
  forget(walk);
  walk.at += BLOCK;
  return true;
}

/** Zeros are no end here: they may be a file's. */
function lookFurther(walk: Walk, damage: FramedexError, { length }: Uint8Array): boolean {
  walk.passed += BLOCK;
  walk.at += BLOCK;
  const isLost = length < BLOCK || walk.passed > walk.options.limits.directoryBytes;
  return isLost ? endWith(walk, damage) : true;
}

/** Between the damage and the next header may have been one file or many. */
function endDamage(walk: Walk, damage: FramedexError): void {
  const name = walk.reading.unique(`(damaged at byte ${damage.details.offset ?? 0})`);
  walk.members.push(lostMember(name, walk.count, damage));
  walk.count += 1;
  walk.damage = undefined;
}

/** What is said of the next member, or of all of them: as much of it as is used is taken in. */
async function takeExtension(walk: Walk, { size, type }: TarHeader, at: number): Promise<boolean> {
  const { source, at: start } = walk;
  const isTooLong = type !== 'L' && type !== 'K' && size > LONGEST_EXTENSION;
  const length =
    isTooLong || type === 'K' ? 0 : type === 'L' ? Math.min(size, LONG_NAME_BYTES) : size;
  use(walk, 'directoryBytes', length + EXTENDED_HEADER);
  if (start + size > source.size) return endWith(walk, cut(walk, start, size));
  const bytes = await bytesOf(walk, start, length);
  walk.at += blocks(size);
  // Names of links are not used.
  if (type === 'K') return true;
  if (type === 'L') {
    walk.name = longName(bytes);
    return true;
  }
  const isGlobal = type === 'g';
  if (!isTooLong && takePaxRecords(bytes, isGlobal ? walk.global : walk.records)) return true;
  const fault = (name: string): FramedexError =>
    badExtension(name, at, isTooLong ? size : undefined);
  if (isGlobal) return endWith(walk, fault(source.name));
  walk.fault = fault;
  return true;
}

/** A file, or what else has a name. */
async function takeMember(walk: Walk, header: TarHeader, at: number): Promise<boolean> {
  use(walk, 'members', 1);
  const { records, global, members } = walk;
  const { type } = header;
  const isSparse = type === 'S' || records.isSparse || global.isSparse;
  const own = chosen(records.path, global.path) ?? walk.name ?? unlimited(header.name);
  const name = (isSparse ? chosen(records.sparseName, global.sparseName) : undefined) ?? own;
  const said = records.size ?? global.size ?? '';
  const wanted = said === '' ? header.size : wholeNumber(said);
  // What the header itself says leads on, then.
  const size = wanted ?? header.size;
  const fault = wanted === undefined ? (shown: string) => badSize(shown, at) : walk.fault;
  forget(walk);
  const number = walk.count;
  walk.count += 1;
  if (header.sparseGoesOn && type === 'S') await passSparseList(walk);
  const start = walk.at;
  if (!'123456'.includes(type)) walk.at += blocks(size);
  // Directories, GNU's lists of them and of renamed files, its label. The oldest form tells a directory by its name.
  const isFolder = type === '0' && !name.isTooLong && name.text.endsWith('/');
  if (isFolder || '5DNV'.includes(type)) return true;
  members.push(
    new TarMember({ number, at, start, size, type, isSparse, name, fault }, walk.reading),
  );
  return true;
}

/** What was said of a member is of no other. */
function forget(walk: Walk): void {
  walk.name = undefined;
  walk.records = noRecords();
  walk.fault = undefined;
}

/** What is said of one goes before what is said of all; an empty name takes both back. */
function chosen(own: StoredName | undefined, all: StoredName | undefined): StoredName | undefined {
  const name = own ?? all;
  return name?.text === '' ? undefined : name;
}

function unlimited(text: string): StoredName {
  return { text, isTooLong: false };
}

function badExtension(name: string, offset: number, size: number | undefined): FramedexError {
  const details = { name, offset, advice: DAMAGED };
  if (size === undefined)
    return new FramedexError('ZIP_FORMAT', 'a damaged extended header', details);
  const limit = LONGEST_EXTENSION;
  const found = `${size} bytes`;
  return new FramedexError('ZIP_LIMIT', 'its extended header is too big', {
    name,
    offset,
    limit,
    found,
  });
}

function badSize(name: string, offset: number): FramedexError {
  const details = { name, offset, advice: DAMAGED };
  return new FramedexError('ZIP_FORMAT', 'an extended header with a size that is none', details);
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
  const name = walk.reading.unique(`(file ${walk.count + 1} and later)`);
  walk.members.push(lostMember(name, walk.count, fault));
  return false;
}

function cut({ source }: Walk, offset: number, needed: number): FramedexError {
  const available = Math.max(0, source.size - offset);
  const details = { name: source.name, offset, needed, available, advice: DAMAGED };
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
