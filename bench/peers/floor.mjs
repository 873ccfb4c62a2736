// The bare floor: the system calls and the inflate that the work needs at least, and no parsing.
// Where things are comes from the generator. Headers are read and not understood.

import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { constants, inflateRawSync } from 'node:zlib';
import { bytesOf } from '../data/checksum.mjs';
import { CODE_STREAM_KINDS } from '../data/code-stream-kinds.mjs';
import { fragmentLength } from '../data/encapsulated.mjs';
import { zipDirectory } from './minimal-parser.mjs';
import { takeAsked } from './asked-frames.mjs';
import { encodePng, nearestPicture, sizeOfPng } from './png.mjs';
import { HEAD, withFile } from './read-file.mjs';

/** Compressed bytes of a member that its header is inflated from. */
const MEMBER_HEAD = 4096;
const ITEM_HEADER = 8;
/** Bytes of a fragment that tell whether an image starts there. */
const IMAGE_START = 4;

export async function load() {
  return {
    headers,
    'functional-groups-open': wholeHeader,
    'functional-groups-positions': wholeHeader,
    'one-frame': oneFrame,
    'frame-index-count': (data) => withIndex(data, () => undefined),
    'frame-index-frame': middleFrame,
    'zip-list': zipList,
    'zip-slice': zipSlice,
    'zip-volume': zipVolume,
    // Inflating alone, once, as for the volume.
    'volume-planes': (data) => zipVolume(data, () => undefined),
    'deflated-random': randomFrames,
    rle: fragments,
    'native-all': nativeAll,
    unpack: (data) => allBits(data, data.matrix ** 2),
    'unpack-packed': (data) => allBits(data, Math.ceil(data.matrix ** 2 / 8)),
    // Reading alone, as for RLE.
    thumbnail: (data) => oneFrame(data, () => undefined),
    'thumbnails-native': barePicture,
    'thumbnails-jpeg-2000': fragments,
    'thumbnails-htj2k': fragments,
    'thumbnails-series': ({ files }) => files.forEach((path) => readFileSync(path)),
    'thumbnails-sheet': readFolder,
    ...Object.fromEntries(CODE_STREAM_KINDS.map((kind) => [`codec-${kind}`, fragments])),
  };
}

/** Into the same memory each time: nothing but opening, reading and closing. */
function headers({ files }) {
  const bytes = Buffer.allocUnsafeSlow(HEAD);
  for (const path of files) {
    const descriptor = openSync(path, 'r');
    readSync(descriptor, bytes, 0, HEAD, 0);
    closeSync(descriptor);
  }
}

/** All functional groups among it, in one read. */
function wholeHeader({ file, headerLength }) {
  const descriptor = openSync(file, 'r');
  readSync(descriptor, Buffer.allocUnsafeSlow(headerLength), 0, headerLength, 0);
  closeSync(descriptor);
}

function oneFrame(data, take) {
  const length = 2 * data.matrix ** 2;
  withFile(data.file, (read) => take(read(length, data.pixelOffset + (data.frames >> 1) * length)));
}

/** The frame in one read, every so many pixels of it, and the PNG of these. */
function barePicture(data, take) {
  const { size, matrix } = data;
  oneFrame(data, (bytes) => {
    const samples = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    take(sizeOfPng(encodePng(nearestPicture(samples, matrix, 1064, 400, size), size)));
  });
}

function readFolder({ folder }) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) readFileSync(join(entry.parentPath, entry.name));
  }
}

/** Opens the file and reads whatever tells where its frames are. */
function withIndex(data, use) {
  if (data.kind === 'saved') withFile(data.flatIndex, (read, size) => read(size(), 0));
  const descriptor = openSync(data.file, 'r');
  if (data.kind === 'saved') fstatSync(descriptor);
  else readIndex(descriptor, data);
  use(descriptor);
  closeSync(descriptor);
}

/**
 * The header, which is all for native frames; then the offset table, or 8 bytes of each item, with
 * those behind them that tell fragments apart where a frame has several.
 */
function readIndex(descriptor, data) {
  const { kind, frames, fragments, headerLength } = data;
  const table = ITEM_HEADER + (kind === 'table' ? 4 * frames : 0);
  const bytes = Buffer.allocUnsafeSlow(Math.max(headerLength, table));
  readSync(descriptor, bytes, 0, headerLength, 0);
  if (kind === 'native') return;
  readSync(descriptor, bytes, 0, table, headerLength);
  if (kind === 'table') return;
  const seen = ITEM_HEADER + (fragments > 1 ? IMAGE_START : 0);
  let at = headerLength + table;
  for (let k = 0; k < frames * fragments; k += 1) {
    readSync(descriptor, bytes, 0, seen, at);
    at += ITEM_HEADER + fragmentLength(data, k);
  }
  readSync(descriptor, bytes, 0, ITEM_HEADER, at);
}

/** In one read; of two fragments, the item header between them is cut out. */
function middleFrame(data, take) {
  withIndex(data, (descriptor) => {
    const { offset, length } = data.middle;
    const bytes = Buffer.allocUnsafeSlow(length);
    readSync(descriptor, bytes, 0, length, offset);
    if (data.fragments !== 2) return take(bytes);
    const first = fragmentLength(data, 2 * (data.frames >> 1));
    bytes.copyWithin(first, first + ITEM_HEADER);
    take(bytes.subarray(0, length - ITEM_HEADER));
  });
}

function nativeAll(data, take) {
  const length = 2 * data.matrix ** 2;
  withFile(data.file, (read) => {
    for (let i = 0; i < data.frames; i += 1) take(read(length, data.pixelOffset + i * length));
  });
}

/** Reading alone: what lies between it and the others is decoding. */
function fragments(data) {
  withFile(data.file, (read) => {
    for (const { offset, length } of data.fragments) read(length, offset);
  });
}

/** The bytes of each frame, and as much new memory as its pixels take, filled. */
function allBits(data, length) {
  const count = data.matrix ** 2;
  withFile(data.file, (read) => {
    for (let i = 0; i < data.frames; i += 1) {
      const first = Math.floor((i * count) / 8);
      read(Math.ceil(((i + 1) * count) / 8) - first, data.pixelOffset + first);
      new Uint8Array(length).fill(1);
    }
  });
}

function zipList(data) {
  withFile(data.zip, (read, size) => inflateHeads(read, zipDirectory(read, size())));
}

function inflateHeads(read, members) {
  const finishFlush = constants.Z_SYNC_FLUSH;
  for (const { offset, nameLength, compressedSize } of members) {
    const start = 30 + nameLength;
    const bytes = read(Math.min(start + compressedSize, MEMBER_HEAD), offset);
    inflateRawSync(bytes.subarray(start), { finishFlush });
  }
}

function zipSlice(data, take) {
  withFile(data.zip, (read, size) => {
    const members = zipDirectory(read, size());
    inflateHeads(read, members);
    const middle = data.members.findIndex(({ index }) => index === data.count >> 1);
    take(inflateMember(read, members[middle]).subarray(data.members[middle].pixelOffset));
  });
}

function zipVolume(data, take) {
  const length = data.matrix ** 2;
  const volume = new Uint16Array(data.count * length);
  withFile(data.zip, (read, size) => {
    zipDirectory(read, size()).forEach((member, i) => {
      const { index, pixelOffset } = data.members[i];
      const pixels = inflateMember(read, member).subarray(pixelOffset);
      bytesOf(volume).set(pixels, 2 * index * length);
    });
  });
  take(volume);
}

/** In one piece: many small ones would have to be joined, which takes half as long again. */
function inflateMember(read, { offset, nameLength, compressedSize, size }) {
  return inflateRawSync(read(compressedSize, offset + 30 + nameLength), { chunkSize: size + 64 });
}

/** Of a copy that somebody inflated before. */
async function randomFrames({ file, matrix, pixelOffset, asked }, take) {
  const length = 2 * matrix ** 2;
  const descriptor = openSync(file, 'r');
  const read = (frame) => {
    const bytes = Buffer.allocUnsafeSlow(length);
    readSync(descriptor, bytes, 0, length, pixelOffset + frame * length);
    return bytes;
  };
  const details = await takeAsked(asked, read, take);
  closeSync(descriptor);
  return { details };
}
