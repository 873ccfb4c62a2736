import { isSynchronous, type Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import { crc32 } from '../inflate/crc32.ts';
import { createInflatedMember } from '../inflate/inflated-member.ts';
import type { Inflating } from '../inflate/inflating.ts';
import type { ZipRecord } from './zip-record.ts';

/** APPNOTE.TXT 4.4.5: the two methods that are read. */
export const STORED = 0;
export const DEFLATED = 8;

// APPNOTE.TXT 4.3.7: the header before the bytes of each file.
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_LENGTH = 30;
/** Room for the local extra field, whose length only the local header tells. */
const EXTRA_ROOM = 64;
/** A first read up to this long is joined with the reading of the local header. */
const JOINED = 65536;
/** APPNOTE.TXT 4.4.4: bit 0, encrypted; bit 3, sizes and CRC-32 follow the data. */
const ENCRYPTED_OR_DESCRIPTOR = 0b1001;

/** What reading a member takes. */
export interface MemberReading {
  readonly archive: Source;
  readonly directoryStart: number;
  readonly inflating: Inflating;
}

/**
 * A member as a source. A stored one is a part of the archive, read at any place without a copy; its
 * CRC-32 is not checked, since that takes all of its bytes and a frame is only some of them. A
 * deflated one is checked whenever it is inflated whole: `ZIP_SIZE_MISMATCH`, `ZIP_CRC`. Both throw
 * `ZIP_LOCAL_MISMATCH` when the local header contradicts the central directory.
 */
export function memberSource(record: ZipRecord, reading: MemberReading): Source {
  const { archive, directoryStart, inflating } = reading;
  const source = storedBytes(archive, record, directoryStart);
  const identity = { crc32: record.crc32 };
  if (record.method === STORED) return { ...source, identity };
  const { name, size, offset } = record;
  const member = createInflatedMember(
    { source, size, crc32: record.crc32, name, offset },
    inflating,
  );
  return { ...member.open(), identity };
}

/** Where the bytes begin, only the local header tells; it is read with the first of them. */
function storedBytes(archive: Source, record: ZipRecord, directoryStart: number): Source {
  const size = record.compressedSize;
  let start = -1;
  const within = (at: number, wanted: number): number => Math.max(0, Math.min(wanted, size - at));
  const headLength = (at: number, length: number): number => {
    const joined = at === 0 && length <= JOINED ? length : 0;
    return LOCAL_HEADER_LENGTH + record.nameLength + EXTRA_ROOM + joined;
  };
  /** Takes the header in, and gives the bytes wanted if they came with it. */
  const locate = (head: Uint8Array, at: number, length: number): Uint8Array | undefined => {
    const found = record.offset + headerLength(head, record);
    if (found + size > directoryStart) {
      throw mismatch(record, 'data that ends before the central directory', 'more');
    }
    start = found;
    const from = start - record.offset + at;
    return from + length <= head.length ? head.subarray(from, from + length) : undefined;
  };

  const stored: Source = {
    name: record.name,
    size,
    fresh: archive.fresh ?? false,
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
  if (!isSynchronous(archive)) return stored;
  return {
    ...stored,
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

/** Bytes from the local header to the data. The local extra field is not that of the directory. */
function headerLength(head: Uint8Array, record: ZipRecord): number {
  if (head.length < LOCAL_HEADER_LENGTH) {
    throw new FramedexError('TRUNCATED', 'the archive ends inside a local header', {
      name: record.name,
      offset: record.offset,
      needed: LOCAL_HEADER_LENGTH,
      available: head.length,
    });
  }
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(0, true) !== LOCAL_HEADER) {
    throw mismatch(record, 'a local header', 'something else');
  }
  const flags = view.getUint16(6, true) & ENCRYPTED_OR_DESCRIPTOR;
  const expectedFlags = record.flags & ENCRYPTED_OR_DESCRIPTOR;
  if (flags !== expectedFlags) throw mismatch(record, `flags ${expectedFlags}`, `${flags}`);
  const method = view.getUint16(8, true);
  if (method !== record.method) throw mismatch(record, `method ${record.method}`, `${method}`);
  const nameLength = view.getUint16(26, true);
  const name = head.subarray(LOCAL_HEADER_LENGTH, LOCAL_HEADER_LENGTH + nameLength);
  if (nameLength !== record.nameLength || crc32(name) !== record.nameCrc32) {
    throw mismatch(record, 'the name that the directory gives', 'another');
  }
  return LOCAL_HEADER_LENGTH + nameLength + view.getUint16(28, true);
}

function mismatch(record: ZipRecord, expected: string, found: string): FramedexError {
  const { name, offset } = record;
  const summary = 'the local header contradicts the central directory';
  return new FramedexError('ZIP_LOCAL_MISMATCH', summary, { name, offset, expected, found });
}
