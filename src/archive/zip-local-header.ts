import { FramedexError } from '../errors.ts';
import { crc32 } from '../inflate/crc32.ts';
import { LOCAL_HEADER_LENGTH } from './zip-faults.ts';
import type { ZipRecord } from './zip-record.ts';

// APPNOTE.TXT 4.3.7.
const LOCAL_HEADER = 0x04034b50;
/** APPNOTE.TXT 4.4.4: bit 0, encrypted; bit 3, sizes and CRC-32 follow the data. */
const ENCRYPTED = 1;
const DESCRIPTOR = 8;
/** APPNOTE.TXT 4.4.8: the size is in the zip64 extra field. */
const IN_ZIP64 = 0xffffffff;

/**
 * Bytes from the local header to the data: only it tells, since its extra field is not that of the
 * directory. What it says of the file must be what the directory says; `ZIP_LOCAL_MISMATCH`.
 */
export function localHeaderLength(head: Uint8Array, record: ZipRecord): number {
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
    throw localMismatch(record, 'a local header', 'something else');
  }
  const flags = view.getUint16(6, true) & (ENCRYPTED | DESCRIPTOR);
  const expectedFlags = record.flags & (ENCRYPTED | DESCRIPTOR);
  if (flags !== expectedFlags) throw localMismatch(record, `flags ${expectedFlags}`, `${flags}`);
  const method = view.getUint16(8, true);
  if (method !== record.method) throw localMismatch(record, `method ${record.method}`, `${method}`);
  const nameLength = view.getUint16(26, true);
  const name = head.subarray(LOCAL_HEADER_LENGTH, LOCAL_HEADER_LENGTH + nameLength);
  if (nameLength !== record.nameLength || crc32(name) !== record.nameCrc32) {
    throw localMismatch(record, 'the name that the directory gives', 'another');
  }
  if ((flags & DESCRIPTOR) === 0) compareSizes(view, record);
  return LOCAL_HEADER_LENGTH + nameLength + view.getUint16(28, true);
}

function compareSizes(view: DataView, record: ZipRecord): void {
  const sum = view.getUint32(14, true);
  if (sum !== record.crc32) {
    throw localMismatch(record, `CRC-32 ${record.crc32.toString(16)}`, sum.toString(16));
  }
  const compressedSize = view.getUint32(18, true);
  if (compressedSize !== IN_ZIP64 && compressedSize !== record.compressedSize) {
    throw localMismatch(record, `${record.compressedSize} bytes compressed`, `${compressedSize}`);
  }
  const size = view.getUint32(22, true);
  if (size !== IN_ZIP64 && size !== record.size) {
    throw localMismatch(record, `${record.size} bytes`, `${size}`);
  }
}

/** The error for a local header that contradicts the directory. */
export function localMismatch(
  { name, offset }: ZipRecord,
  expected: string,
  found: string,
): FramedexError<'ZIP_LOCAL_MISMATCH'> {
  const summary = 'the local header contradicts the central directory';
  return new FramedexError('ZIP_LOCAL_MISMATCH', summary, { name, offset, expected, found });
}
