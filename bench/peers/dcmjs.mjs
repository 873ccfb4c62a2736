// dcmjs as its documentation shows it: the whole file as an array buffer.

import { readFileSync } from 'node:fs';
import dcmjs from 'dcmjs';
import { headerLine, headerLines } from '../data/header-line.mjs';

const { DicomMessage } = dcmjs.data;
dcmjs.log.setLevel?.('silent');

export async function load() {
  return { headers, 'one-frame': oneFrame };
}

function arrayBuffer(path) {
  const { buffer, byteOffset, length } = readFileSync(path);
  return byteOffset === 0 && length === buffer.byteLength
    ? buffer
    : buffer.slice(byteOffset, byteOffset + length);
}

function headers({ files }, take) {
  const untilTag = '7FE00010';
  const lines = files.map((path) =>
    line(DicomMessage.readFile(arrayBuffer(path), { untilTag }).dict),
  );
  take(headerLines(lines));
}

function line(dict) {
  return headerLine(
    dict['00080018'].Value[0],
    dict['00200013'].Value[0],
    dict['00280010'].Value[0],
    dict['00280011'].Value[0],
    dict['00200032'].Value,
  );
}

function oneFrame({ file }, take) {
  const { dict } = DicomMessage.readFile(arrayBuffer(file));
  const length = 2 * dict['00280010'].Value[0] * dict['00280011'].Value[0];
  const middle = Number(dict['00280008'].Value[0]) >> 1;
  take(new Uint8Array(dict['7FE00010'].Value[0], middle * length, length));
}
