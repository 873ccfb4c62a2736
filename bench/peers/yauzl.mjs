// yauzl as its documentation shows it, a stream for each member, with dicom-parser behind it.

import dicomParser from 'dicom-parser';
import { openPromise } from 'yauzl';
import { headerLines } from '../data/header-line.mjs';
import { line } from './dicom-parser.mjs';

export async function load() {
  return works(Infinity);
}

/** @param {number} headLength bytes of a member after which its stream is given up for a header */
export function works(headLength) {
  return {
    'zip-list': ({ zip }, take) => zipList(zip, headLength, take),
    'zip-slice': ({ zip }, take) => zipSlice(zip, headLength, take),
    'zip-volume': ({ zip }, take) => zipVolume(zip, take),
  };
}

/** @param {any} archive @param {any} entry @param {number} most */
export async function memberBytes(archive, entry, most) {
  const parts = [];
  let length = 0;
  for await (const part of await archive.openReadStreamPromise(entry)) {
    parts.push(part);
    length += part.length;
    if (length >= most) break;
  }
  return Buffer.concat(parts);
}

async function dataSets(zip, headLength) {
  const archive = await openPromise(zip, { autoClose: false });
  const found = [];
  for await (const entry of archive.eachEntry()) {
    const bytes = await memberBytes(archive, entry, headLength);
    const dataSet = dicomParser.parseDicom(bytes, { untilTag: 'x7fe00010' });
    found.push({
      entry,
      text: line(dataSet),
      z: Number(dataSet.string('x00200032').split('\\')[2]),
    });
  }
  return { archive, found };
}

function pixels(bytes) {
  const { dataOffset, length } = dicomParser.parseDicom(bytes).elements.x7fe00010;
  return bytes.subarray(dataOffset, dataOffset + length);
}

async function zipList(zip, headLength, take) {
  const { archive, found } = await dataSets(zip, headLength);
  take(headerLines(found.map(({ text }) => text)));
  archive.close();
}

async function zipSlice(zip, headLength, take) {
  const { archive, found } = await dataSets(zip, headLength);
  found.sort((a, b) => a.z - b.z);
  take(pixels(await memberBytes(archive, found[found.length >> 1].entry, Infinity)));
  archive.close();
}

/** Members are read once and kept: the stream of a member can't be cut where it is needed whole. */
async function zipVolume(zip, take) {
  const archive = await openPromise(zip, { autoClose: false });
  const slices = [];
  for await (const entry of archive.eachEntry()) {
    const bytes = await memberBytes(archive, entry, Infinity);
    const dataSet = dicomParser.parseDicom(bytes, { untilTag: 'x7fe00010' });
    slices.push({ bytes: pixels(bytes), z: Number(dataSet.string('x00200032').split('\\')[2]) });
  }
  slices.sort((a, b) => a.z - b.z);
  take(Buffer.concat(slices.map(({ bytes }) => bytes)));
  archive.close();
}
