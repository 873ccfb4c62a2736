// A minimal private parser on the same system calls: what the work costs without any robustness.

import { constants, inflateRawSync } from 'node:zlib';
import { headerLine, headerLines } from '../data/header-line.mjs';
import { bytesOf } from '../data/checksum.mjs';
import { parseHeader, unpackFrame, zipDirectory } from './minimal-parser.mjs';
import { encodePng, nearestPicture, pictureSize } from './png.mjs';
import { HEAD, withFile } from './read-file.mjs';

const MEMBER_HEAD = 4096;

export async function load() {
  return {
    headers,
    'one-frame': oneFrame,
    'zip-list': zipList,
    'zip-slice': zipSlice,
    'zip-volume': zipVolume,
    rle,
    'native-all': nativeAll,
    unpack: (data, take) => allBits(data, take, false),
    'unpack-packed': (data, take) => allBits(data, take, true),
    thumbnail,
  };
}

function line({ elements }) {
  const position = elements.get(0x00200032).split('\\');
  return headerLine(
    elements.get(0x00080018),
    elements.get(0x00200013),
    elements.get(0x00280010),
    elements.get(0x00280011),
    position,
  );
}

function headers({ files }, take) {
  const lines = files.map((path) => withFile(path, (read) => line(parseHeader(read(HEAD, 0)))));
  take(headerLines(lines));
}

function frameGeometry(read) {
  const { elements, pixelOffset } = parseHeader(read(HEAD, 0));
  const length = 2 * elements.get(0x00280010) * elements.get(0x00280011);
  return { elements, pixelOffset, length, frames: Number(elements.get(0x00280008)) };
}

function middleFrame(path) {
  return withFile(path, (read) => {
    const { elements, pixelOffset, length, frames } = frameGeometry(read);
    return { elements, bytes: read(length, pixelOffset + (frames >> 1) * length) };
  });
}

function oneFrame({ file }, take) {
  take(middleFrame(file).bytes);
}

function nativeAll({ file }, take) {
  withFile(file, (read) => {
    const { pixelOffset, length, frames } = frameGeometry(read);
    for (let i = 0; i < frames; i += 1) take(read(length, pixelOffset + i * length));
  });
}

/** Bit by bit. */
function allBits({ file }, take, packed) {
  withFile(file, (read) => {
    const { elements, pixelOffset } = parseHeader(read(HEAD, 0));
    const count = elements.get(0x00280010) * elements.get(0x00280011);
    for (let i = 0; i < Number(elements.get(0x00280008)); i += 1) {
      const first = Math.floor((i * count) / 8);
      const bytes = read(Math.ceil(((i + 1) * count) / 8) - first, pixelOffset + first);
      take(frameBits(bytes, (i * count) % 8, count, packed));
    }
  });
}

function frameBits(bytes, start, count, packed) {
  const out = new Uint8Array(packed ? Math.ceil(count / 8) : count);
  for (let k = 0, bit = start; k < count; k += 1, bit += 1) {
    const pixel = (bytes[bit >> 3] >> (bit & 7)) & 1;
    if (packed) out[k >> 3] |= pixel << (k & 7);
    else out[k] = pixel;
  }
  return out;
}

function rle({ file }, take) {
  withFile(file, (read) => {
    const { pixelOffset, length, frames } = frameGeometry(read);
    const samples = new Uint8Array(length);
    let at = pixelOffset + 8 + read(8, pixelOffset).readUInt32LE(4);
    for (let i = 0; i < frames; i += 1) {
      const encodedLength = read(8, at).readUInt32LE(4);
      unpackFrame(read(encodedLength, at + 8), samples);
      take(samples);
      at += 8 + encodedLength;
    }
  });
}

function listMembers(read, size) {
  const finishFlush = constants.Z_SYNC_FLUSH;
  return zipDirectory(read, size).map((member) => {
    const start = 30 + member.nameLength;
    const bytes = read(Math.min(start + member.compressedSize, MEMBER_HEAD), member.offset);
    const header = parseHeader(inflateRawSync(bytes.subarray(start), { finishFlush }));
    const z = Number(header.elements.get(0x00200032).split('\\')[2]);
    return { ...member, header, z };
  });
}

function inSpace(read, size) {
  return listMembers(read, size).sort((a, b) => a.z - b.z);
}

function pixels(read, { offset, nameLength, compressedSize, size, header }) {
  const packed = read(compressedSize, offset + 30 + nameLength);
  const bytes = inflateRawSync(packed, { chunkSize: size + 64 });
  return bytes.subarray(header.pixelOffset, header.pixelOffset + header.pixelLength);
}

function zipList({ zip }, take) {
  withFile(zip, (read, size) => {
    take(headerLines(listMembers(read, size()).map((member) => line(member.header))));
  });
}

function zipSlice({ zip }, take) {
  withFile(zip, (read, size) => {
    const members = inSpace(read, size());
    take(pixels(read, members[members.length >> 1]));
  });
}

function zipVolume({ zip }, take) {
  withFile(zip, (read, size) => {
    const members = inSpace(read, size());
    const length = members[0].header.pixelLength;
    const volume = new Uint16Array((members.length * length) / 2);
    members.forEach((member, i) => bytesOf(volume).set(pixels(read, member), i * length));
    take(volume);
  });
}

/** Every n-th pixel through the window. */
function thumbnail({ file }, take) {
  const { elements, bytes } = middleFrame(file);
  const columns = elements.get(0x00280011);
  take(pictureSize(encodePng(windowed(bytes, columns, elements))));
}

function windowed(bytes, columns, elements) {
  return nearestPicture(
    new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2),
    columns,
    Number(elements.get(0x00281050)),
    Number(elements.get(0x00281051)),
  );
}
