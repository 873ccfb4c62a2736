// dicom-parser in the hands of somebody who knows the format: it is given only the start of a file,
// and the pixels are read by position. None of this is in its documentation.

import dicomParser from 'dicom-parser';
import { headerLines } from '../data/header-line.mjs';
import { line } from './dicom-parser.mjs';
import { unpackFrame } from './minimal-parser.mjs';
import { encodePng, nearestPicture, pictureSize } from './png.mjs';
import { withFile } from './read-file.mjs';

const HEAD = 16384;

export async function load() {
  return { headers, 'one-frame': oneFrame, rle, 'native-all': nativeAll, thumbnail };
}

function parseHead(read) {
  return dicomParser.parseDicom(read(HEAD, 0), { untilTag: 'x7fe00010' });
}

function headers({ files }, take) {
  take(headerLines(files.map((path) => withFile(path, (read) => line(parseHead(read))))));
}

function geometry(read) {
  const dataSet = parseHead(read);
  const { dataOffset } = dataSet.elements.x7fe00010;
  const columns = dataSet.uint16('x00280011');
  const length = 2 * dataSet.uint16('x00280010') * columns;
  return { dataSet, columns, length, count: dataSet.intString('x00280008'), dataOffset };
}

function oneFrame({ file }, take) {
  withFile(file, (read) => {
    const { count, length, dataOffset } = geometry(read);
    take(read(length, dataOffset + (count >> 1) * length));
  });
}

function nativeAll({ file }, take) {
  withFile(file, (read) => {
    const { count, length, dataOffset } = geometry(read);
    for (let i = 0; i < count; i += 1) take(read(length, dataOffset + i * length));
  });
}

function thumbnail({ file }, take) {
  withFile(file, (read) => {
    const { dataSet, columns, count, length, dataOffset } = geometry(read);
    const bytes = read(length, dataOffset + (count >> 1) * length);
    const samples = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
    const centre = dataSet.floatString('x00281050');
    const width = dataSet.floatString('x00281051');
    take(pictureSize(encodePng(nearestPicture(samples, columns, centre, width))));
  });
}

/** It finds the fragments in the whole file; it has no decoder, so this one is of the bench. */
function rle({ file }, take) {
  withFile(file, (read, size) => {
    const dataSet = dicomParser.parseDicom(read(size(), 0));
    const pixelData = dataSet.elements.x7fe00010;
    const samples = new Uint8Array(2 * dataSet.uint16('x00280010') * dataSet.uint16('x00280011'));
    pixelData.fragments.forEach((_, i) => {
      unpackFrame(
        dicomParser.readEncapsulatedPixelDataFromFragments(dataSet, pixelData, i),
        samples,
      );
      take(samples);
    });
  });
}
