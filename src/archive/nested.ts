import type { InflationStats } from '../bytes/archived.ts';
import { isSynchronous } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import { isOfTheWay } from '../collection/listing.ts';
import type { Listing, Member } from '../collection/listing.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { turns } from '../inflate/next-turn.ts';
import { archiveKindOf, isArchiveName, KIND_BYTES } from './archive-kind.ts';
import type { ArchiveKind } from './archive-kind.ts';
import { memberPath, uniqueNames } from './member-names.ts';

/** What an archive turned out to be; one that gzip compressed is what is in it, unless that is one file. */
export interface OpenedArchive {
  readonly kind: ArchiveKind;
  readonly listing: Listing;
}

/**
 * Opens a member that may be an archive, by its name. Undefined, and the source closed, where its bytes
 * say that it is none.
 */
export type OpenInner = (source: Source) => Promise<OpenedArchive | undefined>;

/**
 * A folder or archive in which each archive is replaced by what it holds, named `archive.zip!/member`; a
 * gzip file of one file keeps its own name. One that cannot be opened is a member with a `fault`. Closing
 * the listing closes all of them; when this fails, `outer` is open still.
 */
export async function withArchives(
  outer: Listing,
  openInner: OpenInner,
  signal?: AbortSignal,
): Promise<Listing> {
  if (!outer.members.some(({ name }) => isArchiveName(name))) return outer;
  const members: Member[] = [];
  const archives: Listing[] = [];
  const unique = uniqueNames();
  const closeArchives = (): Promise<unknown> =>
    Promise.all(archives.map((archive) => archive.close()));
  try {
    const turn = turns();
    for (const member of outer.members) {
      await turn();
      signal?.throwIfAborted();
      const opened = isArchiveName(member.name)
        ? await openMember(member, outer, openInner)
        : undefined;
      if (opened === undefined || isFramedexError(opened)) {
        const kept = opened === undefined ? member : faultyMember(member, opened);
        members.push(renamed(kept, unique(member.name), member.id, true));
        continue;
      }
      archives.push(opened.listing);
      for (const inner of opened.listing.members) {
        const isAlone = opened.kind === 'gzip';
        const name = isAlone ? member.name : memberPath(member.name, inner.name);
        const id = isAlone
          ? member.id
          : memberPath(member.id ?? member.name, inner.id ?? inner.name);
        members.push(renamed(inner, unique(name), id, false));
      }
    }
  } catch (error) {
    await closeArchives();
    throw error;
  }
  return {
    name: outer.name,
    members,
    remote: outer.remote,
    willRead: outer.willRead,
    get inflation() {
      return sumOf([outer, ...archives].map(({ inflation }) => inflation));
    },
    close: async () => {
      await closeArchives();
      await outer.close();
    },
  };
}

/** The same listing; those of its members that are archives are refused, with this advice, when read. */
export function refusingArchives(listing: Listing, advice: string): Listing {
  if (!listing.members.some(({ name }) => isArchiveName(name))) return listing;
  return {
    name: listing.name,
    members: listing.members.map((member) => {
      if (!isArchiveName(member.name) || member.fault !== undefined) return member;
      const { name, size, id, compressedSize, place } = member;
      const path = memberPath(listing.name, name);
      const open = (): Source => refusingArchive(member.open(), path, advice);
      return { name, size, id, compressedSize, place, open };
    }),
    remote: listing.remote,
    willRead: listing.willRead,
    get inflation() {
      return listing.inflation;
    },
    close: () => listing.close(),
  };
}

/** The same source, whose first bytes are refused with `ZIP_NESTED`, under that name, where they begin an archive. */
export function refusingArchive(source: Source, name: string, advice: string): Source {
  const seen = (bytes: Uint8Array, offset: number): Uint8Array => {
    if (offset !== 0) return bytes;
    const kind = archiveKindOf(bytes.subarray(0, KIND_BYTES));
    if (kind === undefined) return bytes;
    const details = { name, found: kind, advice };
    throw new FramedexError('ZIP_NESTED', 'an archive in an archive', details);
  };
  const read: Source['read'] = async (offset, length, options) =>
    seen(await source.read(offset, length, options), offset);
  if (!isSynchronous(source)) return { ...source, read };
  const readSync = (offset: number, length: number, into?: Uint8Array): Uint8Array =>
    seen(source.readSync(offset, length, into), offset);
  return { ...source, read, readSync };
}

/** The member of that name, or else of that id. */
export function memberNamed({ members }: Listing, nameOrId: string): Member | undefined {
  return members.find(({ name }) => name === nameOrId) ?? members.find(({ id }) => id === nameOrId);
}

async function openMember(
  member: Member,
  outer: Listing,
  openInner: OpenInner,
): Promise<OpenedArchive | FramedexError | undefined> {
  if (member.fault !== undefined) return undefined;
  try {
    return await openInner(member.open());
  } catch (error) {
    if (!isFramedexError(error) || error.code === 'CLOSED') throw error;
    if (isOfTheWay(error, outer)) throw error;
    return error;
  }
}

function faultyMember({ name, size, compressedSize }: Member, fault: FramedexError): Member {
  const open = (): never => {
    throw fault;
  };
  return { name, size, compressedSize, fault, open };
}

/** @param isOuter - Where it is in the archive in the archive, says nothing of the whole. */
function renamed(member: Member, name: string, id: string | undefined, isOuter: boolean): Member {
  const place = isOuter ? member.place : undefined;
  const isSame = member.name === name && member.id === id;
  if (isSame && (isOuter || member.place === undefined)) return member;
  const { size, compressedSize, fault } = member;
  const open = (): Source => ({ ...member.open(), name });
  return { name, size, id, compressedSize, place, fault, open };
}

function sumOf(all: readonly (InflationStats | undefined)[]): InflationStats | undefined {
  const known = all.filter((one) => one !== undefined);
  const [first] = known;
  if (first === undefined) return undefined;
  const sum: Record<keyof InflationStats, number> = { ...first };
  const kinds = Object.keys(first) as (keyof InflationStats)[];
  for (const one of known.slice(1)) for (const kind of kinds) sum[kind] += one[kind];
  return sum;
}
