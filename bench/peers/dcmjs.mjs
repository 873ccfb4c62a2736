// dcmjs as its documentation shows it: the whole file as an array buffer.

import { readFileSync } from 'node:fs';
import dcmjs from 'dcmjs';
import { openPromise } from 'yauzl';
import { headerLine, headerLines, objectLine } from '../data/header-line.mjs';
import { memberBytes } from './yauzl.mjs';

const { DicomMessage } = dcmjs.data;
dcmjs.log.setLevel?.('silent');

export async function load() {
  return {
    headers,
    'functional-groups-open': openGroups,
    'functional-groups-positions': allPositions,
    'one-frame': oneFrame,
    'zip-list': zipList,
    'zip-slice': zipSlice,
    'zip-volume': zipVolume,
  };
}

function arrayBuffer(path) {
  return ownBuffer(readFileSync(path));
}

function ownBuffer({ buffer, byteOffset, length }) {
  return byteOffset === 0 && length === buffer.byteLength
    ? buffer
    : buffer.slice(byteOffset, byteOffset + length);
}

function readHeader(path) {
  return DicomMessage.readFile(arrayBuffer(path), { untilTag: '7FE00010' }).dict;
}

function headers({ files }, take) {
  take(headerLines(files.map((path) => line(readHeader(path)))));
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

function openGroups({ file }, take) {
  const dict = readHeader(file);
  const [uid, frames, rows, columns] = ['00080018', '00280008', '00280010', '00280011'].map(
    (tag) => dict[tag].Value[0],
  );
  take(objectLine(uid, frames, rows, columns));
}

function allPositions({ file }, take) {
  const groups = readHeader(file)['52009230'].Value;
  const positions = new Float64Array(3 * groups.length);
  groups.forEach((group, frame) => {
    const [plane] = group['00209113'].Value;
    positions.set(plane['00200032'].Value, 3 * frame);
  });
  take(positions);
}

function oneFrame({ file }, take) {
  const { dict } = DicomMessage.readFile(arrayBuffer(file));
  const length = 2 * dict['00280010'].Value[0] * dict['00280011'].Value[0];
  const middle = Number(dict['00280008'].Value[0]) >> 1;
  take(new Uint8Array(dict['7FE00010'].Value[0], middle * length, length));
}

/** Members through the streams of yauzl, each as a whole, with what `make` makes of it. */
async function eachMember({ zip }, options, make) {
  const archive = await openPromise(zip, { autoClose: false });
  const made = [];
  for await (const entry of archive.eachEntry()) {
    const bytes = await memberBytes(archive, entry, Infinity);
    made.push(make(DicomMessage.readFile(ownBuffer(bytes), options).dict));
  }
  archive.close();
  return made;
}

async function zipList(data, take) {
  take(headerLines(await eachMember(data, { untilTag: '7FE00010' }, line)));
}

/** It has no way back to a member whose header was read, so that all slices are kept. */
async function slices(data) {
  const found = await eachMember(data, {}, (dict) => ({
    z: dict['00200032'].Value[2],
    bytes: new Uint8Array(dict['7FE00010'].Value[0]),
  }));
  return found.sort((a, b) => a.z - b.z).map(({ bytes }) => bytes);
}

async function zipSlice(data, take) {
  const found = await slices(data);
  take(found[found.length >> 1]);
}

async function zipVolume(data, take) {
  take(Buffer.concat(await slices(data)));
}
