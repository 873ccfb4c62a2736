// One large multi-frame object, deflated in an archive of its own: nowhere in it can be read without
// what comes before, unless somebody has been there.

import { closeSync, createReadStream, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { randomNumbers } from '../../fixtures/make/phantom.mjs';
import { checksum } from './checksum.mjs';
import { nativeFile } from './multi-frame.mjs';
import { noisySlice, phantomSlice } from './pixels.mjs';

const NAME = 'CT.dcm';
const PIECE = 1 << 20;
const SEED = 2718;
// APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16.
const LOCAL_LENGTH = 30 + NAME.length;
const RECORD_LENGTH = 46 + NAME.length;
const FIRST_OF_1980 = 0x0021;

/**
 * The archive, and the same object in a file, which is what a copy of all that was inflated would be.
 * `asked` are the middle frame and as many others as `picks`, here and there.
 * @param {string} folder
 * @param {{ frames: number, matrix: number, picks: number, wholeMemberBytes?: number }} size with
 *   `wholeMemberBytes` where the member would be inflated as a whole
 */
export async function deflatedObject(folder, { picks, wholeMemberBytes, ...size }) {
  const plain = nativeFile(folder, size);
  const zip = join(folder, 'deflated.zip');
  const compressedSize = await writeDeflated(plain.file, zip);
  const random = randomNumbers(SEED);
  const others = Array.from({ length: picks }, () => Math.floor(random() * size.frames));
  const asked = [size.frames >> 1, ...others];
  return {
    ...size,
    zip,
    file: plain.file,
    member: NAME,
    compressedOffset: LOCAL_LENGTH,
    compressedSize,
    size: statSync(plain.file).size,
    pixelOffset: plain.pixelOffset,
    asked,
    savedIndex: join(folder, 'index.json'),
    wholeMemberBytes,
    expected: checksumOfFrames(size.matrix, asked),
  };
}

/** In bounded memory. @param {string} from @param {string} to @returns its bytes when deflated */
async function writeDeflated(from, to) {
  const descriptor = openSync(to, 'w');
  let at = LOCAL_LENGTH;
  let crc = 0;
  const deflate = createDeflateRaw({ level: 6, chunkSize: PIECE });
  await pipeline(
    createReadStream(from, { highWaterMark: PIECE }),
    async function* summed(pieces) {
      for await (const piece of pieces) {
        crc = crc32(piece, crc);
        yield piece;
      }
    },
    deflate,
    async (pieces) => {
      for await (const piece of pieces) at += writeSync(descriptor, piece, 0, piece.length, at);
    },
  );
  const compressedSize = at - LOCAL_LENGTH;
  const shared = sharedFields(crc, compressedSize, statSync(from).size);
  writeSync(descriptor, localHeader(shared), 0, LOCAL_LENGTH, 0);
  writeSync(descriptor, directory(shared, at), 0, RECORD_LENGTH + 22, at);
  closeSync(descriptor);
  return compressedSize;
}

/** The fields that local header and central record have in common. */
function sharedFields(crc, compressedSize, size) {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt16LE(FIRST_OF_1980, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(compressedSize, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(NAME.length, 22);
  return fields;
}

function localHeader(shared) {
  return Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(NAME)]);
}

function directory(shared, at) {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(RECORD_LENGTH, 12);
  end.writeUInt32LE(at, 16);
  const record = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, Buffer.alloc(14)]);
  return Buffer.concat([record, Buffer.from(NAME), end]);
}

function checksumOfFrames(matrix, frames) {
  const base = phantomSlice(matrix);
  const pixels = new Uint16Array(base.length);
  const sum = checksum();
  for (const frame of frames) sum.take(noisySlice(base, frame, pixels));
  return sum.result();
}
