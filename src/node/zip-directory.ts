import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import type * as Yauzl from 'yauzl';
import type { Entry } from 'yauzl';
import type { Source } from '../bytes/source.ts';
import {
  afterRecord,
  brokenPart,
  FLAGS_AT,
  isSymbolicLink,
  NAME_LENGTH_AT,
  noteRest,
  readDirectoryBytes,
  RECORD_LENGTH,
  viewOf,
  type DirectoryBytes,
} from '../archive/zip-directory.ts';
import { turns } from '../inflate/next-turn.ts';
import {
  createRecords,
  LONGEST_NAME,
  type BrokenRecord,
  type DirectoryLimits,
  type ZipDirectory,
  type ZipRecords,
} from '../archive/zip-record.ts';

// It is CommonJS, which takes three times as long when it is imported.
const { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } = createRequire(
  import.meta.url,
)('yauzl') as typeof Yauzl;

/** APPNOTE.TXT 4.4.4: bit 11 of the flags. */
const UTF_8 = 0x800;

/**
 * Reads the central directory. yauzl is shown a copy of it with an end record of our own, because by
 * itself it refuses archives with bytes before or after them; and without the records that it gives up
 * at, which are set aside here. Throws `ZIP_FORMAT` when there is no directory and `ZIP_LIMIT` when it
 * is too big.
 */
export async function readDirectory(
  source: Source,
  limits: DirectoryLimits,
  signal?: AbortSignal,
): Promise<ZipDirectory> {
  const read = await readDirectoryBytes(source, limits, signal, END_LENGTH);
  const { rows, start, end, count, modulo, base } = read;
  const names = new Array<string>(rows);
  const broken = new Map<number, BrokenRecord>();
  noteRest(read, names, broken);
  const kept = setBrokenAside(read, names, broken);
  const records = createRecords(rows);
  const takeTurn = turns(signal);
  let row = 0;
  for await (const entry of entriesIn(kept.bytes, kept.rows)) {
    while (broken.has(row)) row += 1;
    setRecord(records, row, entry, base);
    names[row] = nameOf(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields);
    row += 1;
    const turn = takeTurn();
    if (turn !== undefined) await turn;
  }
  return { start, end, count, modulo, base, records, names, broken };
}

/**
 * Moves the records that yauzl reads together, to the front, with room for an end record; of the others it notes
 * what they are.
 */
function setBrokenAside(
  { bytes: given, length: end, start }: DirectoryBytes,
  names: string[],
  broken: Map<number, BrokenRecord>,
): { readonly rows: number; readonly bytes: Buffer } {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
  const view = viewOf(bytes);
  let rows = 0;
  let length = 0;
  let next: number | undefined;
  for (let at = 0, row = 0; at < end; at = next, row += 1) {
    next = afterRecord(view, at, end) ?? end;
    const what = brokenPart(view, at);
    if (what === undefined) {
      if (length !== at) bytes.copyWithin(length, at, next);
      length += next - at;
      rows += 1;
      continue;
    }
    broken.set(row, { what, offset: start + at });
    const name = at + RECORD_LENGTH;
    const raw = bytes.subarray(name, name + bytes.readUInt16LE(at + NAME_LENGTH_AT));
    names[row] = nameOf(bytes.readUInt16LE(at + FLAGS_AT), raw, []);
  }
  return { rows, bytes: bytes.subarray(0, length + END_LENGTH) };
}

/** The records, of which there are so many: the number in the archive's own end may be a lie. */
async function* entriesIn(bytes: Buffer, rows: number): AsyncGenerator<Entry, void, undefined> {
  writeEnd(bytes, rows);
  const zip = await fromRandomAccessReaderPromise(new MemoryReader(bytes), bytes.length, {
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: false,
  });
  yield* zip.eachEntry();
}

/** Answers at once: yauzl asks for the next record only when it is done with the last. */
class MemoryReader extends RandomAccessReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super();
    this.#bytes = bytes;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    callback(null, this.#bytes.copy(buffer, offset, position, position + length));
  }
}

const END_LENGTH = 56 + 20 + 22;

/** APPNOTE.TXT 4.3.14 to 4.3.16, for a directory that begins at 0. */
function writeEnd(bytes: Buffer, rows: number): void {
  const length = bytes.length - END_LENGTH;
  const end = bytes.subarray(length).fill(0);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(rows), 32);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(length), 64);
  end.writeUInt32LE(0x06054b50, 76);
}

function setRecord(records: ZipRecords, row: number, entry: Entry, base: number): void {
  const { fileNameRaw } = entry;
  records.offsets[row] = base + entry.relativeOffsetOfLocalHeader;
  records.compressedSizes[row] = entry.compressedSize;
  records.sizes[row] = entry.uncompressedSize;
  records.checksums[row] = entry.crc32;
  records.nameChecksums[row] = crc32(fileNameRaw);
  records.nameLengths[row] = fileNameRaw.length;
  records.methods[row] = entry.compressionMethod;
  records.flags[row] = entry.generalPurposeBitFlag;
  records.symbolicLinks[row] = isSymbolicLink(entry.versionMadeBy, entry.externalFileAttributes)
    ? 1
    : 0;
}

/**
 * Many archivers write UTF-8 and do not say so; no other text of theirs is valid UTF-8 by chance. What is
 * not is code page 437, as APPNOTE.TXT D.1 has it.
 */
function nameOf(flags: number, stored: Buffer, extraFields: Entry['extraFields']): string {
  const raw = stored.subarray(0, LONGEST_NAME);
  const charset = !isAscii(raw) && isUtf8(raw) ? UTF_8 : 0;
  return getFileNameLowLevel(flags | charset, raw, extraFields, false);
}
