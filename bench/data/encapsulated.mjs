// Encapsulated frames by the thousand: what an index of them costs depends on how many there are, and
// on what tells where each one starts. Each is a JPEG image that says its number in a comment.

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  dicomFile,
  elementHead,
  item,
  PIXEL_DATA,
  SEQUENCE_DELIMITER,
  uid,
  UNDEFINED_LENGTH,
} from '../../fixtures/make/write-dicom.mjs';
import { checksumOf } from './checksum.mjs';
import { nativeFile } from './multi-frame.mjs';

const MULTI_FRAME_BYTE_SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7.2';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const ITEM_HEADER = 8;

/** Rows and columns of the images. */
const MATRIX = 64;
/** Bytes to be written at once. */
const PIECE = 4 * 1024 * 1024;
/** Digits of a frame's number. */
const DIGITS = 8;

/**
 * @typedef {object} EncapsulatedShape
 * @property {number} frames
 * @property {number} frameBytes of the middle frame; the others are up to 12 bytes longer
 * @property {number} fragments of each frame: 1 or 2
 * @property {boolean} table whether there is a Basic Offset Table with entries
 */

/** @param {string} folder @param {EncapsulatedShape} shape */
export function encapsulatedFile(folder, shape) {
  const path = join(folder, 'encapsulated.dcm');
  const head = Buffer.concat([
    header(shape.frames),
    elementHead(PIXEL_DATA, 'OB', UNDEFINED_LENGTH),
  ]);
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, head);
  const table = item(shape.table ? offsetTable(shape) : new Uint8Array(0));
  writeSync(descriptor, table);
  writeFrames(descriptor, shape);
  writeSync(descriptor, item(new Uint8Array(0), SEQUENCE_DELIMITER));
  closeSync(descriptor);
  const middle = shape.frames >> 1;
  return {
    file: path,
    ...shape,
    headerLength: head.length,
    middle: middlePlace(head.length + table.length, shape),
    expected: {
      count: checksumOf(String(shape.frames)),
      middle: checksumOf(jpegImage(middle, frameLength(shape, middle))),
    },
  };
}

/**
 * The same, with the least that tells where its frames are beside it: the header, and 32 bits for the
 * length of each fragment.
 * @param {string} folder @param {EncapsulatedShape} shape
 */
export function savedFile(folder, shape) {
  const data = encapsulatedFile(folder, shape);
  const path = join(folder, 'lengths');
  const lengths = new Uint32Array(shape.frames * shape.fragments);
  for (let k = 0; k < lengths.length; k += 1) lengths[k] = fragmentLength(shape, k);
  writeFileSync(path, Buffer.concat([header(shape.frames), Buffer.from(lengths.buffer)]));
  return { ...data, flatIndex: path, savedIndex: join(folder, 'index.json') };
}

/**
 * Native frames of about the same size.
 * @param {string} folder @param {{ frames: number, matrix: number }} size
 */
export function nativeFrames(folder, size) {
  const { pixelOffset, expected, ...data } = nativeFile(folder, size);
  const length = 2 * size.matrix ** 2;
  return {
    ...data,
    headerLength: pixelOffset,
    middle: { offset: pixelOffset + (size.frames >> 1) * length, length },
    expected: { count: checksumOf(String(size.frames)), middle: expected.middle },
  };
}

/**
 * Frames differ in length, so that no arithmetic finds them.
 * @param {Pick<EncapsulatedShape, 'frames' | 'frameBytes'>} shape @param {number} frame
 */
function frameLength({ frames, frameBytes }, frame) {
  return frameBytes + 2 * (Math.abs(frame - (frames >> 1)) % 7);
}

/** @param {EncapsulatedShape} shape @param {number} k counted through all frames */
export function fragmentLength(shape, k) {
  const length = frameLength(shape, Math.floor(k / shape.fragments));
  if (shape.fragments === 1) return length;
  const half = 2 * (length >> 2);
  return k % 2 === 0 ? half : length - half;
}

/** Where each frame's first item is, counted from that of the first one (PS3.5 A.4). @param {EncapsulatedShape} shape */
function offsetTable(shape) {
  const offsets = new Uint32Array(shape.frames);
  let at = 0;
  for (let frame = 0; frame < shape.frames; frame += 1) {
    offsets[frame] = at;
    at += shape.fragments * ITEM_HEADER + frameLength(shape, frame);
  }
  return new Uint8Array(offsets.buffer);
}

/**
 * The middle frame, with the item header between its fragments where there are two.
 * @param {number} firstItem @param {EncapsulatedShape} shape
 */
function middlePlace(firstItem, shape) {
  const middle = shape.frames >> 1;
  let at = firstItem;
  for (let frame = 0; frame < middle; frame += 1) {
    at += shape.fragments * ITEM_HEADER + frameLength(shape, frame);
  }
  const between = (shape.fragments - 1) * ITEM_HEADER;
  return { offset: at + ITEM_HEADER, length: frameLength(shape, middle) + between };
}

/** Some megabytes at a time: there are hundreds of them. @param {number} descriptor @param {EncapsulatedShape} shape */
function writeFrames(descriptor, shape) {
  /** @type {Map<number, Buffer>} images by their lengths, which are few */
  const images = new Map();
  const itemHead = item(new Uint8Array(0));
  const piece = Buffer.allocUnsafe(PIECE);
  let filled = 0;
  const put = (/** @type {Uint8Array} */ bytes) => {
    if (filled + bytes.length > PIECE) {
      writeSync(descriptor, piece, 0, filled);
      filled = 0;
    }
    piece.set(bytes, filled);
    filled += bytes.length;
  };
  for (let frame = 0; frame < shape.frames; frame += 1) {
    const length = frameLength(shape, frame);
    const image = images.get(length) ?? jpegImage(frame, length);
    images.set(length, image);
    writeNumber(image, frame);
    for (let part = 0, at = 0; part < shape.fragments; part += 1) {
      const fragment = fragmentLength(shape, frame * shape.fragments + part);
      itemHead.writeUInt32LE(fragment, 4);
      put(itemHead);
      put(image.subarray(at, at + fragment));
      at += fragment;
    }
  }
  writeSync(descriptor, piece, 0, filled);
}

/**
 * A grey image of {@link MATRIX} pixels each way as baseline JPEG (T.81 B), filled up with a comment to
 * so many bytes. Its Huffman tables have one code each, a zero: no difference, and end of block.
 * @param {number} number @param {number} length
 */
function jpegImage(number, length) {
  const blocks = (MATRIX / 8) ** 2;
  const before = Buffer.concat([
    Buffer.of(0xff, 0xd8),
    segment(0xfe, Buffer.alloc(DIGITS)),
    segment(0xdb, Buffer.alloc(65, 1).fill(0, 0, 1)),
    segment(0xc0, Buffer.of(8, 0, MATRIX, 0, MATRIX, 1, 1, 0x11, 0)),
    segment(0xc4, huffmanTable(0x00)),
    segment(0xc4, huffmanTable(0x10)),
  ]);
  const behind = Buffer.concat([
    segment(0xda, Buffer.of(1, 1, 0, 0, 63, 0)),
    Buffer.alloc((2 * blocks) / 8),
    Buffer.of(0xff, 0xd9),
  ]);
  const filling = Buffer.alloc(length - before.length - behind.length - 4, 0x55);
  const image = Buffer.concat([before, segment(0xfe, filling), behind]);
  writeNumber(image, number);
  return image;
}

/** Into the comment that the image starts with. @param {Buffer} image @param {number} number */
function writeNumber(image, number) {
  image.write(String(number).padStart(DIGITS, '0'), 6, 'latin1');
}

/** @param {number} marker @param {Uint8Array} bytes */
function segment(marker, bytes) {
  const head = Buffer.of(0xff, marker, 0, 0);
  head.writeUInt16BE(2 + bytes.length, 2);
  return Buffer.concat([head, bytes]);
}

/** One code of one bit, for the value 0. @param {number} kind and number of the table */
function huffmanTable(kind) {
  return Buffer.alloc(18).fill(kind, 0, 1).fill(1, 1, 2);
}

/** @param {number} frames */
function header(frames) {
  return dicomFile(JPEG_BASELINE, [
    [0x00080016, 'UI', MULTI_FRAME_BYTE_SECONDARY_CAPTURE],
    [0x00080018, 'UI', uid(`bench encapsulated ${frames}`)],
    [0x00080060, 'CS', 'OT'],
    [0x00100010, 'PN', 'Sample^Bench'],
    [0x00100020, 'LO', 'BENCH'],
    [0x0020000d, 'UI', uid('bench study')],
    [0x0020000e, 'UI', uid('bench encapsulated series')],
    [0x00200013, 'IS', 1],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', frames],
    [0x00280009, 'AT', Buffer.from('18006310', 'hex')],
    [0x00280010, 'US', MATRIX],
    [0x00280011, 'US', MATRIX],
    [0x00280100, 'US', 8],
    [0x00280101, 'US', 8],
    [0x00280102, 'US', 7],
    [0x00280103, 'US', 0],
    [0x00282110, 'CS', '01'],
  ]);
}
