import { crc32, deflateSync } from 'node:zlib';

/** Width and height of a thumbnail where nothing else is said. */
export const THUMBNAIL = 128;

/**
 * The nearest pixel of each place through a window, each row behind PNG's filter byte.
 * @param {Uint16Array} samples of a square frame @param {number} columns
 * @param {number} centre @param {number} width @param {number} [size] of the picture
 */
export function nearestPicture(samples, columns, centre, width, size = THUMBNAIL) {
  const low = centre - width / 2;
  const scale = 255 / width;
  const step = columns / size;
  const rows = new Uint8ClampedArray(size * (size + 1));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const sample = samples[Math.floor(y * step) * columns + Math.floor(x * step)];
      rows[y * (size + 1) + 1 + x] = (sample - low) * scale;
    }
  }
  return rows;
}

/** @param {Uint8ClampedArray} rows @param {number} [size] width and height */
export function encodePng(rows, size = THUMBNAIL) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** What two programs that resample differently can agree on. @param {Uint8Array} png */
export function pictureSize(png) {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  if (bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error('that is no PNG');
  return `PNG ${bytes.readUInt32BE(16)} x ${bytes.readUInt32BE(20)}`;
}

/** Width and height alone, for those who write no PNG. @param {Uint8Array} png */
export function sizeOfPng(png) {
  return pictureSize(png).replace('PNG ', '');
}

/** The same of a PGM. @param {Buffer} bytes */
export function mapSize(bytes) {
  const found = /^P5\s+(?:#[^\n]*\n)*(\d+)\s+(\d+)\s/.exec(bytes.toString('latin1', 0, 200));
  if (found === null) throw new Error('that is no PGM');
  return `${found[1]} x ${found[2]}`;
}

function chunk(type, bytes) {
  const whole = Buffer.alloc(12 + bytes.length);
  whole.writeUInt32BE(bytes.length, 0);
  whole.write(type, 4, 'latin1');
  bytes.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + bytes.length)), 8 + bytes.length);
  return whole;
}
