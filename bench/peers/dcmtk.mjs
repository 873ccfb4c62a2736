// DCMTK's command lines. Times are of the whole process.

import { headerLine, headerLines, objectLine } from '../data/header-line.mjs';
import { checksumOf } from '../data/checksum.mjs';
import { isInstalled, runIntoFile, runProgram, takeLastFrames } from './external.mjs';
import { pictureSize, sizeOfPng, THUMBNAIL } from './png.mjs';

export function isAvailable() {
  return isInstalled('dcmdump');
}

export async function load() {
  return {
    headers,
    'functional-groups-open': openGroups,
    'functional-groups-positions': allPositions,
    rle,
    'codec-jpeg': (data) => decodeFrames('dcmdjpeg', ['+cn', '+px'], data),
    'codec-jpeg-12': (data) => decodeFrames('dcmdjpeg', ['+cn'], data),
    'codec-jpeg-lossless': (data) => decodeFrames('dcmdjpeg', ['+cn', '+px'], data),
    'codec-jpeg-ls': (data) => decodeFrames('dcmdjpls', [], data),
    thumbnail: (data) => middlePicture(data, THUMBNAIL, pictureSize),
    'thumbnails-native': (data) => middlePicture(data, data.size, sizeOfPng),
  };
}

async function headers({ files }) {
  const tags = ['0008,0018', '0020,0013', '0020,0032', '0028,0010', '0028,0011'];
  const { took, values } = await dump(tags, ['--search-first', ...files]);
  const lines = [];
  for (let i = 0; i < values.length; i += 5) {
    const [uid, number, position, rows, columns] = values.slice(i, i + 5);
    lines.push(headerLine(uid, number, rows, columns, position.split('\\')));
  }
  return external(took, headerLines(lines));
}

async function openGroups({ file }) {
  const tags = ['0008,0018', '0028,0008', '0028,0010', '0028,0011'];
  const { took, values } = await dump(tags, ['--search-first', file]);
  const [uid, frames, rows, columns] = values;
  return external(took, objectLine(uid, frames, rows, columns));
}

async function allPositions({ file }) {
  const { took, values } = await dump(['0020,0032'], [file]);
  const numbers = values.flatMap((position) => position.split('\\').map(Number));
  return external(took, Float64Array.from(numbers));
}

function external(took, found) {
  return { external: { ...took, ...checksumOf(found) } };
}

/** The values of these tags in all headers, file after file in the order in which they are named. */
async function dump(tags, args) {
  const wanted = tags.flatMap((tag) => ['+P', tag]);
  const common = ['--quiet', '--stop-before-elem', '7fe0,0010', ...wanted];
  const { took, output } = await runProgram('dcmdump', [...common, ...args]);
  const matches = output.matchAll(/^ *\(\S+ \S\S (?:\[(.*?)\]|(\S+))/gm);
  return { took, values: Array.from(matches, (match) => match[1] ?? match[2]) };
}

function rle(data) {
  return runIntoFile('dcmdrle', [data.file], (bytes, take) => takeLastFrames(bytes, data, take));
}

function decodeFrames(program, args, data) {
  return runIntoFile(program, [...args, data.file], (bytes, take) =>
    takeLastFrames(bytes, data, take),
  );
}

function middlePicture({ file, frames }, size, taken) {
  const args = ['--frame', (frames >> 1) + 1, '+Wi', 1, '+Sxv', size, '--write-png', file];
  return runIntoFile('dcmj2pnm', args.map(String), (png, take) => take(taken(png)));
}
