// Info-ZIP's unzip, which writes members to a pipe, one behind the other, with dicom-parser behind it.
// What it reads and the memory it takes are not counted: it is another process.

import { spawn } from 'node:child_process';
import dicomParser from 'dicom-parser';
import { headerLines } from '../data/header-line.mjs';
import { line } from './dicom-parser.mjs';
import { isInstalled } from './external.mjs';
import { zipDirectory } from './minimal-parser.mjs';
import { withFile } from './read-file.mjs';

export function isAvailable() {
  return isInstalled('unzip', ['-v']);
}

export async function load() {
  return { 'zip-list': zipList, 'zip-slice': zipSlice, 'zip-volume': zipVolume };
}

/** Members as they come out of the pipe; their sizes are those of the directory. */
async function* members(zip, names = []) {
  const directory = withFile(zip, (read, size) => zipDirectory(read, size()));
  const wanted =
    names.length === 0 ? directory : directory.filter(({ name }) => names.includes(name));
  const program = spawn('unzip', ['-p', zip, ...names], { stdio: ['ignore', 'pipe', 'inherit'] });
  let bytes = Buffer.allocUnsafeSlow(wanted[0].size);
  let [filled, k] = [0, 0];
  for await (const piece of program.stdout) {
    for (let at = 0; at < piece.length;) {
      const count = piece.copy(bytes, filled, at);
      at += count;
      filled += count;
      if (filled < bytes.length) continue;
      yield { name: wanted[k].name, bytes };
      k += 1;
      if (k === wanted.length) return;
      [bytes, filled] = [Buffer.allocUnsafeSlow(wanted[k].size), 0];
    }
  }
  throw new Error('unzip gave less than the directory says');
}

function position(dataSet) {
  return Number(dataSet.string('x00200032').split('\\')[2]);
}

async function headers(zip) {
  const found = [];
  for await (const { name, bytes } of members(zip)) {
    const dataSet = dicomParser.parseDicom(bytes, { untilTag: 'x7fe00010' });
    found.push({ name, text: line(dataSet), z: position(dataSet) });
  }
  return found;
}

function pixels(bytes) {
  const { dataOffset, length } = dicomParser.parseDicom(bytes).elements.x7fe00010;
  return bytes.subarray(dataOffset, dataOffset + length);
}

async function zipList({ zip }, take) {
  take(headerLines((await headers(zip)).map(({ text }) => text)));
  return { readsElsewhere: true };
}

async function zipSlice({ zip }, take) {
  const found = (await headers(zip)).sort((a, b) => a.z - b.z);
  for await (const { bytes } of members(zip, [found[found.length >> 1].name])) take(pixels(bytes));
  return { readsElsewhere: true };
}

async function zipVolume({ zip }, take) {
  const slices = [];
  for await (const { bytes } of members(zip)) {
    const dataSet = dicomParser.parseDicom(bytes, { untilTag: 'x7fe00010' });
    slices.push({ bytes: pixels(bytes), z: position(dataSet) });
  }
  slices.sort((a, b) => a.z - b.z);
  take(Buffer.concat(slices.map(({ bytes }) => bytes)));
  return { readsElsewhere: true };
}
