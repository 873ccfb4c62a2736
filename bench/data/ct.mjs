// W1 and W3: a CT series as loose files and as a zip archive.

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { dicomFile, EXPLICIT_LITTLE, PIXEL_DATA, uid } from '../../fixtures/make/write-dicom.mjs';
import { writeZip } from '../../fixtures/make/write-zip.mjs';
import { headerLine, headerLines } from './header-line.mjs';
import { bytesOf, checksumOf } from './checksum.mjs';
import { noisySlice, phantomSlice } from './pixels.mjs';

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
    },
  };
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
 * @param {SeriesSize} size
 */
function* slices({ count, matrix }) {
  const base = phantomSlice(matrix);
  const pixels = new Uint16Array(base.length);
  for (let file = 0; file < count; file += 1) {
    const index = (file * 7 + 3) % count;
    noisySlice(base, index, pixels);
    const position = [-192, -192, index * 1.25];
    const sopInstanceUID = uid(`bench ct ${index}`);
    yield {
      name: `IM${String(file + 1).padStart(5, '0')}`,
      index,
      pixels,
      bytes: dicomFile(EXPLICIT_LITTLE, [
        ...identity(sopInstanceUID),
        ...acquisition(count - index),
        ...image(matrix, position),
        [PIXEL_DATA, 'OW', bytesOf(pixels)],
      ]),
      line: headerLine(sopInstanceUID, count - index, matrix, matrix, position),
    };
  }
}

function identity(sopInstanceUID) {
  return [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY', 'AXIAL', 'CT_SOM5 SPI']],
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00080018, 'UI', sopInstanceUID],
    [0x00080020, 'DA', '20240115'],
    [0x00080030, 'TM', '101500.000000'],
    [0x00080050, 'SH', '1'],
    [0x00080060, 'CS', 'CT'],
    [0x00080070, 'LO', 'framedex'],
    [0x00080080, 'LO', 'Synthetic hospital'],
    [0x00080090, 'PN', 'Nobody^At^All'],
    [0x00081030, 'LO', 'Synthetic chest'],
    [0x0008103e, 'LO', 'Chest 1.25'],
    [0x00081140, 'SQ', [reference('scout'), reference('topogram')]],
    [0x00090010, 'LO', 'FRAMEDEX BENCH'],
    [0x00091001, 'UN', Buffer.alloc(128, 7)],
    [0x00100010, 'PN', 'Sample^Bench'],
    [0x00100020, 'LO', 'BENCH'],
    [0x00100030, 'DA', '19700101'],
    [0x00100040, 'CS', 'O'],
  ];
}

function reference(name) {
  return [
    [0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00081155, 'UI', uid(`bench ${name}`)],
  ];
}

function acquisition(instanceNumber) {
  return [
    [0x00180015, 'CS', 'CHEST'],
    [0x00180050, 'DS', 1.25],
    [0x00180060, 'DS', 120],
    [0x00180090, 'DS', 384],
    [0x00181020, 'LO', 'synthetic 1.0'],
    [0x00181030, 'LO', 'Chest routine'],
    [0x00181120, 'DS', 0],
    [0x00181151, 'IS', 250],
    [0x00181210, 'SH', 'B31f'],
    [0x00185100, 'CS', 'HFS'],
    [0x0020000d, 'UI', uid('bench study')],
    [0x0020000e, 'UI', uid('bench series')],
    [0x00200010, 'SH', '1'],
    [0x00200011, 'IS', 2],
    [0x00200012, 'IS', 1],
    [0x00200013, 'IS', instanceNumber],
  ];
}

function image(matrix, position) {
  return [
    [0x00200032, 'DS', position],
    [0x00200037, 'DS', [1, 0, 0, 0, 1, 0]],
    [0x00200052, 'UI', uid('bench frame of reference')],
    [0x00201041, 'DS', position[2]],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', matrix],
    [0x00280011, 'US', matrix],
    [0x00280030, 'DS', [384 / matrix, 384 / matrix]],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 12],
    [0x00280102, 'US', 11],
    [0x00280103, 'US', 0],
    [0x00281050, 'DS', 40],
    [0x00281051, 'DS', 400],
    [0x00281052, 'DS', -1024],
    [0x00281053, 'DS', 1],
    [0x00400275, 'SQ', [[[0x00400007, 'LO', 'CT chest']]]],
  ];
}
