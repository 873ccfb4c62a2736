// One bit a pixel, as segmentations have them: frames of an odd number of pixels start inside a byte.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  dicomFile,
  elementHead,
  EXPLICIT_LITTLE,
  PIXEL_DATA,
  uid,
} from '../../fixtures/make/write-dicom.mjs';
import { checksum } from './checksum.mjs';

const MULTI_FRAME_SINGLE_BIT_SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.1';

/** @param {string} folder @param {{ frames: number, matrix: number }} size */
export function bitsFile(folder, { frames, matrix }) {
  const path = join(folder, 'bits.dcm');
  const head = header(frames, matrix);
  const count = matrix ** 2;
  const bytes = 2 * Math.ceil((frames * count) / 16);
  const bits = new Uint8Array(bytes);
  const unpacked = checksum();
  const packed = checksum();
  for (let frame = 0; frame < frames; frame += 1) {
    const pixels = disc(frame, frames, matrix);
    const alone = new Uint8Array(Math.ceil(count / 8));
    for (let k = 0, bit = frame * count; k < count; k += 1, bit += 1) {
      alone[k >> 3] |= pixels[k] << (k & 7);
      bits[bit >> 3] |= pixels[k] << (bit & 7);
    }
    unpacked.take(pixels);
    packed.take(alone);
  }
  writeFileSync(path, Buffer.concat([head, elementHead(PIXEL_DATA, 'OB', bytes), bits]));
  const expected = { unpacked: unpacked.result(), packed: packed.result() };
  return { file: path, frames, matrix, pixelOffset: head.length + 12, expected };
}

/** A disc with holes, larger from frame to frame, as bytes of 0 and 1. */
function disc(frame, frames, matrix) {
  const centre = matrix / 2;
  const radius = (centre * (frame + 1)) / frames;
  return Uint8Array.from({ length: matrix ** 2 }, (_, k) => {
    const [x, y] = [k % matrix, Math.floor(k / matrix)];
    const inside = (x - centre) ** 2 + (y - centre) ** 2 < radius ** 2;
    return inside && (x * y + frame) % 7 !== 0 ? 1 : 0;
  });
}

/** @param {number} frames @param {number} matrix */
function header(frames, matrix) {
  return dicomFile(EXPLICIT_LITTLE, [
    [0x00080016, 'UI', MULTI_FRAME_SINGLE_BIT_SECONDARY_CAPTURE],
    [0x00080018, 'UI', uid(`bench bits ${frames}`)],
    [0x00080060, 'CS', 'OT'],
    [0x00100010, 'PN', 'Sample^Bench'],
    [0x00100020, 'LO', 'BENCH'],
    [0x0020000d, 'UI', uid('bench study')],
    [0x0020000e, 'UI', uid('bench bits series')],
    [0x00200013, 'IS', 1],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', frames],
    [0x00280009, 'AT', Buffer.from('18006310', 'hex')],
    [0x00280010, 'US', matrix],
    [0x00280011, 'US', matrix],
    [0x00280100, 'US', 1],
    [0x00280101, 'US', 1],
    [0x00280102, 'US', 0],
    [0x00280103, 'US', 0],
  ]);
}
