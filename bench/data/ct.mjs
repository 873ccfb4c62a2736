// W1 and W3: a CT series as loose files and as a zip archive.

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { dicomFile, EXPLICIT_LITTLE, PIXEL_DATA, uid } from '../../fixtures/make/write-dicom.mjs';
import { writeZip } from '../../fixtures/make/write-zip.mjs';
import { ctHeader, FIELD } from './ct-header.mjs';
import { headerLine, headerLines } from './header-line.mjs';
import { bytesOf, checksum, checksumOf } from './checksum.mjs';
import { noisySlice, phantomSlice } from './pixels.mjs';

const SERIES_INSTANCE_UID = 0x0020000e;
const SERIES_NUMBER = 0x00200011;
/** Millimetres from slice to slice. */
const DISTANCE = 1.25;

/** @typedef {{ count: number, matrix: number }} SeriesSize */

/**
 * Loose files; `files` are in the order of their names.
 * @param {string} folder @param {SeriesSize} size
 */
export function ctFolder(folder, size) {
  mkdirSync(join(folder, 'ct'), { recursive: true });
  const files = [];
  const lines = [];
  for (const slice of slices(size)) {
    const path = join(folder, 'ct', slice.name);
    writeFileSync(path, slice.bytes);
    files.push(path);
    lines.push(slice.line);
  }
  return { folder: join(folder, 'ct'), files, expected: checksumOf(headerLines(lines)) };
}

/**
 * Several series in one folder, each with as many slices as `count` says.
 * @param {string} folder @param {SeriesSize & { series: number }} size
 */
export function ctSeriesFolder(folder, { series, ...size }) {
  for (let number = 1; number <= series; number += 1) {
    const at = join(folder, 'ct', String(number));
    mkdirSync(at, { recursive: true });
    for (const { name, bytes } of slices(size, number)) writeFileSync(join(at, name), bytes);
  }
  return { folder: join(folder, 'ct') };
}

/**
 * A deflated archive, members in an order that is not that of the slices. `members` (offsets of the
 * pixels, in spatial order) are for the bare floor, which must not parse.
 * @param {string} folder @param {SeriesSize} size
 */
export function ctZip(folder, size) {
  const path = join(folder, 'ct.zip');
  /** @type {{ name: string, index: number, pixelOffset: number, line: string }[]} */
  const members = [];
  const volume = new Uint16Array(size.count * size.matrix ** 2);
  const descriptor = openSync(path, 'w');
  writeZip(collected(slices(size), members, volume), (bytes) => writeSync(descriptor, bytes));
  closeSync(descriptor);

  const sliceLength = 2 * size.matrix ** 2;
  const middle = size.count >> 1;
  const start = middle * sliceLength;
  return {
    zip: path,
    ...size,
    members: members.map(({ name, index, pixelOffset }) => ({ name, index, pixelOffset })),
    expected: {
      list: checksumOf(headerLines(members.map((member) => member.line))),
      slice: checksumOf(bytesOf(volume).subarray(start, start + sliceLength)),
      volume: checksumOf(volume),
      planes: planesOf(volume, size),
    },
  };
}

/**
 * All axial planes, all coronal, all sagittal, each with the size of its picture: axial from the feet up with the right on the
 * left and the front up, coronal from front to back with the head up, sagittal from right to left with the front on the left.
 * Rows go from right to left and columns from front to back as they are stored.
 */
function planesOf(volume, { count, matrix }) {
  const sum = checksum();
  const square = `${matrix} x ${matrix}`;
  // Square pixels: the axis with the longer ones is stretched.
  const aspect = (DISTANCE * matrix) / FIELD;
  const across =
    aspect < 1
      ? `${Math.round(matrix / aspect)} x ${count}`
      : `${matrix} x ${Math.round(count * aspect)}`;
  const plane = (rows, size, sampleAt) => {
    const samples = new Uint16Array(rows * matrix);
    for (let i = 0; i < samples.length; i += 1) {
      samples[i] = volume[sampleAt(Math.floor(i / matrix), i % matrix)];
    }
    sum.take(samples);
    sum.take(size);
  };
  const up = (row) => (count - 1 - row) * matrix * matrix;
  for (let z = 0; z < count; z += 1) {
    plane(matrix, square, (row, column) => (z * matrix + row) * matrix + column);
  }
  for (let y = 0; y < matrix; y += 1) {
    plane(count, across, (row, column) => up(row) + y * matrix + column);
  }
  for (let x = 0; x < matrix; x += 1) {
    plane(count, across, (row, column) => up(row) + column * matrix + x);
  }
  return sum.result();
}

function* collected(series, members, volume) {
  for (const { name, index, bytes, pixels, line } of series) {
    members.push({ name, index, pixelOffset: bytes.length - pixels.byteLength, line });
    volume.set(pixels, index * pixels.length);
    yield { name, bytes };
  }
}

/**
 * Slices in the order of their names, which jump by 7 through space (so 7 must not divide `count`).
 * @param {SeriesSize} size @param {number} [series] its number, where there are several
 */
function* slices({ count, matrix }, series) {
  const base = phantomSlice(matrix);
  const pixels = new Uint16Array(base.length);
  for (let file = 0; file < count; file += 1) {
    const index = (file * 7 + 3) % count;
    noisySlice(base, index, pixels);
    const position = [-FIELD / 2, -FIELD / 2, index * DISTANCE];
    const sopInstanceUID = uid(['bench ct', ...(series ? [series] : []), index].join(' '));
    yield {
      name: `IM${String(file + 1).padStart(5, '0')}`,
      index,
      pixels,
      bytes: dicomFile(EXPLICIT_LITTLE, [
        ...inSeries(
          ctHeader({ sopInstanceUID, instanceNumber: count - index, matrix, position }),
          series,
        ),
        [PIXEL_DATA, 'OW', bytesOf(pixels)],
      ]),
      line: headerLine(sopInstanceUID, count - index, matrix, matrix, position),
    };
  }
}

/** The header as one of that series. */
function inSeries(header, series) {
  if (series === undefined) return header;
  const own = new Map([
    [SERIES_INSTANCE_UID, uid(`bench ct series ${series}`)],
    [SERIES_NUMBER, series],
  ]);
  return header.map(([tag, vr, value]) => [tag, vr, own.get(tag) ?? value]);
}
