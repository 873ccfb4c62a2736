// The bare floor: the system calls and the inflate that the work needs at least, and no parsing.
// Where things are comes from the generator. Headers are read and not understood.

import { closeSync, openSync, readSync } from 'node:fs';
import { constants, inflateRawSync } from 'node:zlib';
import { bytesOf } from '../data/checksum.mjs';
import { zipDirectory } from './minimal-parser.mjs';
import { HEAD, withFile } from './read-file.mjs';

/** Compressed bytes of a member that its header is inflated from. */
const MEMBER_HEAD = 4096;

export async function load() {
  return {
    headers,
    'functional-groups-open': wholeHeader,
    'functional-groups-positions': wholeHeader,
    'one-frame': oneFrame,
    'zip-list': zipList,
    'zip-slice': zipSlice,
    'zip-volume': zipVolume,
    rle,
    'native-all': nativeAll,
    // Reading alone, as for RLE.
    thumbnail: (data) => oneFrame(data, () => undefined),
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

function nativeAll(data, take) {
  const length = 2 * data.matrix ** 2;
  withFile(data.file, (read) => {
    for (let i = 0; i < data.frames; i += 1) take(read(length, data.pixelOffset + i * length));
  });
}

/** Reading alone: what lies between it and the others is decoding. */
function rle(data) {
  withFile(data.file, (read) => {
    for (const { offset, length } of data.fragments) read(length, offset);
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

function inflateMember(read, { offset, nameLength, compressedSize }) {
  return inflateRawSync(read(compressedSize, offset + 30 + nameLength));
}
