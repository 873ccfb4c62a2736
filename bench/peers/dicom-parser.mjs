// dicom-parser as its documentation shows it: the whole file as a byte array.

import { readFileSync } from 'node:fs';
import dicomParser from 'dicom-parser';
import { headerLine, headerLines, objectLine } from '../data/header-line.mjs';

export async function load() {
  return {
    headers,
    'functional-groups-open': openGroups,
    'functional-groups-positions': allPositions,
    'one-frame': oneFrame,
    'frame-index-count': (data, take) => take(String(indexed(data).count)),
    'frame-index-frame': (data, take) => take(middleOf(indexed(data))),
    'native-all': nativeAll,
  };
}

export async function loadAside() {
  return { held: { 'frame-index-count': indexed, 'frame-index-frame': indexed } };
}

/** @param {any} dataSet as dicom-parser gives it */
export function line(dataSet) {
  return headerLine(
    dataSet.string('x00080018'),
    dataSet.intString('x00200013'),
    dataSet.uint16('x00280010'),
    dataSet.uint16('x00280011'),
    dataSet.string('x00200032').split('\\'),
  );
}

function headers({ files }, take) {
  const untilTag = 'x7fe00010';
  const lines = files.map((path) => line(dicomParser.parseDicom(readFileSync(path), { untilTag })));
  take(headerLines(lines));
}

function openGroups({ file }, take) {
  const dataSet = dicomParser.parseDicom(readFileSync(file), { untilTag: 'x7fe00010' });
  take(
    objectLine(
      dataSet.string('x00080018'),
      dataSet.intString('x00280008'),
      dataSet.uint16('x00280010'),
      dataSet.uint16('x00280011'),
    ),
  );
}

function allPositions({ file }, take) {
  const dataSet = dicomParser.parseDicom(readFileSync(file), { untilTag: 'x7fe00010' });
  const { items } = dataSet.elements.x52009230;
  const positions = new Float64Array(3 * items.length);
  items.forEach((group, frame) => {
    const [plane] = group.dataSet.elements.x00209113.items;
    for (let axis = 0; axis < 3; axis += 1) {
      positions[3 * frame + axis] = plane.dataSet.floatString('x00200032', axis);
    }
  });
  take(positions);
}

/** The frames of native 16-bit pixel data, as views. */
function frames(bytes) {
  const dataSet = dicomParser.parseDicom(bytes);
  const { dataOffset } = dataSet.elements.x7fe00010;
  const length = 2 * dataSet.uint16('x00280010') * dataSet.uint16('x00280011');
  const count = dataSet.intString('x00280008');
  const frame = (i) => bytes.subarray(dataOffset + i * length, dataOffset + (i + 1) * length);
  return { count, frame };
}

function oneFrame({ file }, take) {
  const { count, frame } = frames(readFileSync(file));
  take(frame(count >> 1));
}

/** With a table made of the ends of the images where there is none, as its documentation has it. */
function indexed({ file }) {
  const dataSet = dicomParser.parseDicom(readFileSync(file));
  const pixelData = dataSet.elements.x7fe00010;
  if (pixelData.fragments === undefined) {
    return { dataSet, pixelData, count: dataSet.intString('x00280008') };
  }
  const { basicOffsetTable } = pixelData;
  const table =
    basicOffsetTable.length > 0
      ? basicOffsetTable
      : dicomParser.createJPEGBasicOffsetTable(dataSet, pixelData);
  return { dataSet, pixelData, table, count: table.length };
}

function middleOf({ dataSet, pixelData, table, count }) {
  const middle = count >> 1;
  if (table !== undefined) {
    return dicomParser.readEncapsulatedImageFrame(dataSet, pixelData, middle, table);
  }
  const length = 2 * dataSet.uint16('x00280010') * dataSet.uint16('x00280011');
  const start = pixelData.dataOffset + middle * length;
  return dataSet.byteArray.subarray(start, start + length);
}

function nativeAll({ file }, take) {
  const { count, frame } = frames(readFileSync(file));
  for (let i = 0; i < count; i += 1) take(frame(i));
}
