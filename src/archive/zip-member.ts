import { isSynchronous, shifted, type Source } from '../bytes/source.ts';
import { crc32 as portableCrc32 } from '../inflate/crc32.ts';
import { createInflatedMember } from '../inflate/inflated-member.ts';
import type { Inflating } from '../inflate/inflating.ts';
import type { InflationMeter } from '../inflate/inflation-stats.ts';
import { StoredMember } from './stored-member.ts';
import { LOCAL_HEADER_LENGTH, STORED } from './zip-faults.ts';
import { localHeaderLength, localMismatch } from './zip-local-header.ts';
import type { ZipRecord } from './zip-record.ts';

/** Room for the local extra field, whose length only the local header tells. */
const EXTRA_ROOM = 64;
/** A first read up to this long is joined with the reading of the local header. */
const JOINED = 65536;

/** What reading a member takes. */
export interface MemberReading {
  readonly archive: Source;
  readonly directoryStart: number;
  readonly inflating: Inflating;
  /** Counts what inflating all members does. */
  readonly inflation: InflationMeter;
  readonly isOpen: () => boolean;
}

/** The bytes of one member, however often it is opened. */
export interface MemberBytes {
  open(): Source;
  /** Gives up what was inflated. */
  close(): void;
  /** Whether something was found out that the next one who opens it should not have to. */
  readonly lasting: boolean;
}

/**
 * A member's bytes: those of a stored one are `stored-member.ts`, of a deflated one
 * `inflate/inflated-member.ts`. Reads throw `ZIP_LOCAL_MISMATCH` when the local header contradicts the
 * central directory.
 */
export function memberBytes(record: ZipRecord, reading: MemberReading): MemberBytes {
  const { inflating, inflation } = reading;
  const source = locatedBytes(record, reading);
  if (record.method === STORED) return storedMember(source, record, reading);
  const { name, size, offset } = record;
  const member = createInflatedMember(
    { source, size, crc32: record.crc32, name, offset, above: inflation },
    inflating,
  );
  const identity = { crc32: record.crc32 };
  return {
    open: () => ({ ...member.open(), identity, remote: reading.archive.remote }),
    close: () => {
      member.close();
    },
    // Where a big one can be resumed took a run over all of it. There are few of them.
    lasting: size > inflating.wholeBytes,
  };
}

function storedMember(source: Source, record: ZipRecord, reading: MemberReading): MemberBytes {
  const { name, crc32 } = record;
  const checksum = reading.inflating.inflater.crc32 ?? portableCrc32;
  return new StoredMember({ source, name, crc32, checksum, isOpen: reading.isOpen });
}

/**
 * Reads of the member as reads of the archive. As long as the local header was not read, they are taken to begin
 * where they can at the earliest, and to end where they do with a usual extra field.
 */
function announcing(
  { offset, nameLength }: ZipRecord,
  { willRead }: Source,
  start: () => number,
): Source['willRead'] {
  return (
    willRead &&
    ((ranges) => {
      if (start() >= 0) return willRead(shifted(ranges, start()));
      const least = shifted(ranges, offset + LOCAL_HEADER_LENGTH + nameLength);
      return willRead(least.map((range) => ({ ...range, length: range.length + EXTRA_ROOM })));
    })
  );
}

/** Where the bytes begin, only the local header tells; it is read with the first of them. */
function locatedBytes(record: ZipRecord, { archive, directoryStart }: MemberReading): Source {
  const size = record.compressedSize;
  let start = -1;
  const within = (at: number, wanted: number): number => Math.max(0, Math.min(wanted, size - at));
  const headLength = (at: number, length: number): number => {
    const joined = at === 0 && length <= JOINED ? length : 0;
    return LOCAL_HEADER_LENGTH + record.nameLength + EXTRA_ROOM + joined;
  };
  /** Takes the header in, and gives the bytes wanted if they came with it. */
  const locate = (head: Uint8Array, at: number, length: number): Uint8Array | undefined => {
    const found = record.offset + localHeaderLength(head, record);
    if (found + size > directoryStart) {
      throw localMismatch(record, 'data that ends before the central directory', 'more');
    }
    start = found;
    const from = start - record.offset + at;
    return from + length <= head.length ? head.subarray(from, from + length) : undefined;
  };

  const located: Source = {
    name: record.name,
    size,
    fresh: archive.fresh ?? false,
    remote: archive.remote,
    willRead: announcing(record, archive, () => start),
    read: async (at, wanted, options) => {
      const length = within(at, wanted);
      if (start < 0) {
        const signal = options?.signal;
        const head = await archive.read(record.offset, headLength(at, length), { signal });
        const bytes = locate(head, at, length);
        if (bytes !== undefined) return placed(bytes, options?.into);
      }
      return archive.read(start + at, length, options);
    },
  };
  if (!isSynchronous(archive)) return located;
  return {
    ...located,
    readSync: (at, wanted, into) => {
      const length = within(at, wanted);
      if (start < 0) {
        const head = archive.readSync(record.offset, headLength(at, length));
        const bytes = locate(head, at, length);
        if (bytes !== undefined) return placed(bytes, into);
      }
      return archive.readSync(start + at, length, into);
    },
  };
}

function placed(bytes: Uint8Array, into: Uint8Array | undefined): Uint8Array {
  if (into === undefined) return bytes;
  into.set(bytes);
  return into.subarray(0, bytes.length);
}
