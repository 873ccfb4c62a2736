// W2, W4 and W5: one object with many frames, native or RLE.

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { rleEncode } from '../../fixtures/make/rle-encode.mjs';
import {
  dicomFile,
  elementHead,
  EXPLICIT_LITTLE,
  item,
  PIXEL_DATA,
  RLE_LOSSLESS,
  SEQUENCE_DELIMITER,
  uid,
  UNDEFINED_LENGTH,
} from '../../fixtures/make/write-dicom.mjs';
import { bytesOf, checksum } from './checksum.mjs';
import { noisySlice, phantomSlice } from './pixels.mjs';

const MULTI_FRAME_WORD_SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.3';

/** @typedef {{ frames: number, matrix: number }} MultiFrameSize */

/** @param {string} folder @param {MultiFrameSize} size */
export function nativeFile(folder, size) {
  const path = join(folder, 'native.dcm');
  const descriptor = openSync(path, 'w');
  const head = header(EXPLICIT_LITTLE, size);
  const length = size.frames * 2 * size.matrix ** 2;
  writeSync(descriptor, Buffer.concat([head, elementHead(PIXEL_DATA, 'OW', length)]));
  const expected = writeFrames(size, (bytes) => writeSync(descriptor, bytes));
  closeSync(descriptor);
  return { file: path, ...size, pixelOffset: head.length + 12, expected };
}

/**
 * The same with pixels in its middle frame alone. File systems that can do without set no room aside for
 * the others.
 * @param {string} folder @param {MultiFrameSize} size
 */
export function sparseFile(folder, size) {
  const path = join(folder, 'sparse.dcm');
  const descriptor = openSync(path, 'w');
  const length = 2 * size.matrix ** 2;
  const pixelData = elementHead(PIXEL_DATA, 'OW', size.frames * length);
  const head = Buffer.concat([header(EXPLICIT_LITTLE, size), pixelData]);
  writeSync(descriptor, head);
  const base = phantomSlice(size.matrix);
  const pixels = noisySlice(base, size.frames >> 1, new Uint16Array(base.length));
  const place = head.length + (size.frames >> 1) * length;
  writeSync(descriptor, bytesOf(pixels), 0, length, place);
  ftruncateSync(descriptor, head.length + size.frames * length);
  closeSync(descriptor);
  return { file: path, ...size, pixelOffset: head.length };
}

/**
 * Fragments without an offset table, as most RLE files are.
 * @param {string} folder @param {MultiFrameSize} size
 */
export function rleFile(folder, size) {
  const { matrix } = size;
  const path = join(folder, 'rle.dcm');
  const descriptor = openSync(path, 'w');
  const head = header(RLE_LOSSLESS, size);
  writeSync(descriptor, head);
  writeSync(descriptor, elementHead(PIXEL_DATA, 'OB', UNDEFINED_LENGTH));
  writeSync(descriptor, item(new Uint8Array(0)));
  const shape = { rows: matrix, columns: matrix, samplesPerPixel: 1, bytesPerSample: 2 };
  /** @type {{ offset: number, length: number }[]} */
  const fragments = [];
  let offset = head.length + 12 + 8;
  const expected = writeFrames(size, (bytes) => {
    const encoded = rleEncode(bytes, shape);
    writeSync(descriptor, item(encoded));
    fragments.push({ offset: offset + 8, length: encoded.length });
    offset += 8 + encoded.length;
  });
  writeSync(descriptor, item(new Uint8Array(0), SEQUENCE_DELIMITER));
  closeSync(descriptor);
  return { file: path, ...size, fragments, expected };
}

/** Everything before the pixel data. @param {string} syntax @param {MultiFrameSize} size */
function header(syntax, { frames, matrix }) {
  return dicomFile(syntax, [
    [0x00080016, 'UI', MULTI_FRAME_WORD_SECONDARY_CAPTURE],
    [0x00080018, 'UI', uid(`bench ${syntax} ${frames}`)],
    [0x00080060, 'CS', 'OT'],
    [0x00100010, 'PN', 'Sample^Bench'],
    [0x00100020, 'LO', 'BENCH'],
    [0x0020000d, 'UI', uid('bench study')],
    [0x0020000e, 'UI', uid(`bench ${syntax} series`)],
    [0x00200013, 'IS', 1],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', frames],
    [0x00280009, 'AT', Buffer.from('18006310', 'hex')],
    [0x00280010, 'US', matrix],
    [0x00280011, 'US', matrix],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 16],
    [0x00280102, 'US', 15],
    [0x00280103, 'US', 0],
    [0x00281050, 'DS', 1064],
    [0x00281051, 'DS', 400],
  ]);
}

/** Every frame differs. @param {MultiFrameSize} size @param {(bytes: Uint8Array) => void} write */
function writeFrames({ frames, matrix }, write) {
  const base = phantomSlice(matrix);
  const pixels = new Uint16Array(base.length);
  const all = checksum();
  const middle = checksum();
  for (let frame = 0; frame < frames; frame += 1) {
    noisySlice(base, frame, pixels);
    write(bytesOf(pixels));
    all.take(pixels);
    if (frame === frames >> 1) middle.take(pixels);
  }
  return { all: all.result(), middle: middle.result() };
}
