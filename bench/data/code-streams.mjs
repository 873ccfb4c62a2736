// Files of frames that other people's encoders encoded: the phantom as a scanner gives it, 12 bits with
// noise, and a colour picture. The smallest is a fixture, so that it needs no encoder.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  convert,
  decodeFile,
  encodeFile,
  isInstalled,
  portableMap,
} from '../../fixtures/make/encoders.mjs';
import { picture } from '../../fixtures/make/picture.mjs';
import { readImage } from '../../fixtures/make/read-dicom.mjs';
import {
  dicomFile,
  elementHead,
  item,
  PIXEL_DATA,
  SEQUENCE_DELIMITER,
  uid,
  UNDEFINED_LENGTH,
} from '../../fixtures/make/write-dicom.mjs';
import { bytesOf, checksum } from './checksum.mjs';
import { noisySlice, phantomSlice } from './pixels.mjs';

const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const FIXTURES = new URL('../../fixtures/code-streams/', import.meta.url);
const ITEM_HEADER = 8;
/** In which the phantom is looked at. */
const WINDOW = [
  [0x00281050, 'DS', 1064],
  [0x00281051, 'DS', 400],
];

/** What encodes each kind, under which transfer syntax, and the fixture that stands for it. */
export const KINDS = {
  jpeg: {
    syntax: '4.50',
    program: 'dcmcjpeg',
    encode: lossyBy('+eb'),
    bits: 8,
    fixture: 'jpeg-u8',
  },
  'jpeg-12': {
    ...{ syntax: '4.51', program: 'dcmcjpeg', encode: lossyBy('+ee'), bits: 12 },
    fixture: 'jpeg-u12-extended',
  },
  'jpeg-lossless': {
    ...{ syntax: '4.70', program: 'dcmcjpeg', encode: fileBy('dcmcjpeg', '+e1'), bits: 12 },
    ...{ fixture: 'jpeg-lossless-u12', seed: 45 },
  },
  'jpeg-ls': {
    ...{ syntax: '4.80', program: 'dcmcjpls', encode: fileBy('dcmcjpls'), bits: 12 },
    ...{ fixture: 'jpeg-ls-u12', seed: 22 },
  },
  'jpeg-2000': {
    ...{
      syntax: '4.90',
      program: 'opj_compress',
      encode: mapBy('opj_compress', 'out.j2k'),
      bits: 12,
    },
    ...{ fixture: 'jpeg-2000-u12', seed: 101 },
  },
  htj2k: {
    ...{ syntax: '4.201', program: 'ojph_compress', bits: 12 },
    ...{ encode: mapBy('ojph_compress', 'out.j2c', '-reversible', 'true') },
    ...{ fixture: 'htj2k-u12', seed: 131 },
  },
  'jpeg-xl': {
    ...{ syntax: '4.110', program: 'cjxl', encode: byJpegXl, bits: 16 },
    ...{ fixture: 'jpeg-xl-u16', seed: 151 },
  },
};

/** @param {keyof typeof KINDS} kind */
export function canEncode(kind) {
  return isInstalled(KINDS[kind].program);
}

/**
 * @param {string} folder @param {keyof typeof KINDS} kind
 * @param {{ frames: number, matrix: number, samples: 1 | 3 }} size
 */
export function encodedFile(folder, kind, { frames, matrix, samples }) {
  const { encode, bits } = KINDS[kind];
  const pixel = pixelOf(matrix, samples, samples === 3 ? 8 : bits);
  const made = Array.from({ length: frames }, (_, frame) => {
    const cells = cellsOf(pixel, frame);
    return { cells, ...encode(pixel, cells) };
  });
  return writtenFile(folder, kind, made[0].pixel ?? pixel, made);
}

/**
 * A file for each slice of a series, beside one another.
 * @param {string} folder @param {keyof typeof KINDS} kind @param {{ count: number, matrix: number }} size
 */
export function encodedSeries(folder, kind, { count, matrix }) {
  const files = Array.from({ length: count }, (_, slice) => {
    const at = join(folder, String(slice));
    mkdirSync(at);
    const { encode, bits } = KINDS[kind];
    const pixel = pixelOf(matrix, 1, bits);
    const cells = cellsOf(pixel, slice);
    const encoded = encode(pixel, cells);
    return writtenFile(at, kind, encoded.pixel ?? pixel, [{ cells, ...encoded }]).file;
  });
  return { files };
}

/** One frame, that of the fixture. @param {string} folder @param {keyof typeof KINDS} kind */
export function fixtureFile(folder, kind) {
  const { fixture, seed } = KINDS[kind];
  const index = JSON.parse(readFileSync(new URL('index.json', FIXTURES), 'utf8'));
  const { file, pixel, expected } = index.find(({ name }) => name === fixture);
  const bytes = readFileSync(new URL(file, FIXTURES));
  const cells =
    seed === undefined ? readFileSync(new URL(expected.file, FIXTURES)) : picture(pixel, seed);
  if (seed !== undefined && digest(cells) !== expected.sha256) throw new Error(`not ${fixture}`);
  return writtenFile(folder, kind, pixel, [{ cells, bytes }]);
}

/** @param {Uint8Array} cells */
function digest(cells) {
  return createHash('sha256').update(cells).digest('hex');
}

function pixelOf(matrix, samplesPerPixel, bitsStored) {
  return {
    rows: matrix,
    columns: matrix,
    samplesPerPixel,
    photometricInterpretation: samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
    planarConfiguration: 0,
    bitsAllocated: bitsStored > 8 ? 16 : 8,
    bitsStored,
    highBit: bitsStored - 1,
    pixelRepresentation: 0,
    cells: 'integer',
  };
}

/** The phantom in as many bits as are stored; a colour picture is a test picture. */
function cellsOf(pixel, frame) {
  if (pixel.samplesPerPixel === 3) return picture(pixel, 1 + frame);
  const base = phantomSlice(pixel.columns);
  const slice = noisySlice(base, frame, new Uint16Array(base.length));
  if (pixel.bitsStored === 16) return bytesOf(slice.map((value) => value * 16));
  return pixel.bitsStored === 8 ? Uint8Array.from(slice, (value) => value >> 4) : bytesOf(slice);
}

function writtenFile(folder, kind, pixel, made) {
  const path = join(folder, `${kind}.dcm`);
  const head = Buffer.concat([
    header(`1.2.840.10008.1.2.${KINDS[kind].syntax}`, pixel, made.length),
    elementHead(PIXEL_DATA, 'OB', UNDEFINED_LENGTH),
    item(new Uint8Array(0)),
  ]);
  const sum = checksum();
  const fragments = [];
  const items = made.map(({ bytes, cells }, i) => {
    const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
    const before = fragments[i - 1] ?? { offset: head.length, length: 0 };
    fragments.push({ offset: before.offset + before.length + ITEM_HEADER, length: even.length });
    sum.take(cells);
    return item(even);
  });
  writeFileSync(path, Buffer.concat([head, ...items, item(new Uint8Array(0), SEQUENCE_DELIMITER)]));
  const frameLength = made[0].cells.length;
  return { file: path, pixel, frames: made.length, frameLength, fragments, expected: sum.result() };
}

function header(syntax, pixel, frames) {
  const planes = pixel.samplesPerPixel === 1 ? [] : [[0x00280006, 'US', 0]];
  return dicomFile(syntax, [
    [0x00080016, 'UI', SECONDARY_CAPTURE],
    [0x00080018, 'UI', uid(`bench ${syntax}`)],
    [0x00080060, 'CS', 'OT'],
    [0x00100010, 'PN', 'Sample^Bench'],
    [0x00100020, 'LO', 'BENCH'],
    [0x0020000d, 'UI', uid('bench study')],
    [0x0020000e, 'UI', uid(`bench ${syntax} series`)],
    [0x00280002, 'US', pixel.samplesPerPixel],
    [0x00280004, 'CS', pixel.photometricInterpretation],
    ...planes,
    [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', pixel.rows],
    [0x00280011, 'US', pixel.columns],
    [0x00280100, 'US', pixel.bitsAllocated],
    [0x00280101, 'US', pixel.bitsStored],
    [0x00280102, 'US', pixel.highBit],
    [0x00280103, 'US', pixel.pixelRepresentation],
    ...(pixel.bitsStored === 12 ? WINDOW : []),
  ]);
}

function fileBy(program, ...args) {
  return (pixel, cells) => {
    const image = readImage(encodeFile(program, args, pixel, cells));
    return { bytes: image.fragments[0], pixel: image.pixel };
  };
}

/** What is expected is what DCMTK decodes. */
function lossyBy(...args) {
  return (pixel, cells) => {
    const file = encodeFile('dcmcjpeg', [...args, '+cr'], pixel, cells);
    const image = readImage(file);
    const decoded = readImage(decodeFile('dcmdjpeg', ['+cn', '+px'], file)).cells;
    return { bytes: image.fragments[0], pixel: image.pixel, cells: decoded };
  };
}

function mapBy(program, output, ...args) {
  return (pixel, cells) => {
    const input = pixel.samplesPerPixel === 3 ? 'in.ppm' : 'in.pgm';
    const map = portableMap(pixel, samplesOf(pixel, cells));
    return { bytes: convert(program, [...args, '-i', 'IN', '-o', 'OUT'], input, map, output) };
  };
}

function byJpegXl(pixel, cells) {
  const map = portableMap(pixel, samplesOf(pixel, cells));
  return { bytes: convert('cjxl', ['IN', 'OUT', '-d', '0', '-e', '5'], 'in.pnm', map, 'out.jxl') };
}

function samplesOf({ bitsAllocated }, cells) {
  if (bitsAllocated === 8) return cells;
  return new Uint16Array(cells.buffer, cells.byteOffset, cells.length / 2);
}
