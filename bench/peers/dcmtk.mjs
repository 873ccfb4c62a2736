// DCMTK's command lines. Times are of the whole process.

import { headerLine, headerLines } from '../data/header-line.mjs';
import { checksum } from '../data/checksum.mjs';
import { isInstalled, runIntoFile, runProgram, takeLastFrames } from './external.mjs';
import { pictureSize, THUMBNAIL } from './png.mjs';

export function isAvailable() {
  return isInstalled('dcmdump');
}

export async function load() {
  return { headers, rle, thumbnail };
}

async function headers({ files }) {
  const tags = ['0008,0018', '0020,0013', '0020,0032', '0028,0010', '0028,0011'];
  const wanted = tags.flatMap((tag) => ['+P', tag]);
  const args = ['--quiet', '-s', '--stop-after-elem', '0028,0011', ...wanted, ...files];
  const { took, output } = await runProgram('dcmdump', args);
  const sum = checksum();
  sum.take(headerLines(parseDump(output)));
  return { external: { ...took, ...sum.result() } };
}

/** Five lines for each file, in the order in which `+P` names the tags. */
function parseDump(output) {
  const values = output
    .match(/^\(.*$/gm)
    ?.map((text) => /^\S+ \S\S (?:\[(.*?)\]|(\S+))/.exec(text));
  const texts = values.map((match) => match[1] ?? match[2]);
  const lines = [];
  for (let i = 0; i < texts.length; i += 5) {
    const [uid, number, position, rows, columns] = texts.slice(i, i + 5);
    lines.push(headerLine(uid, number, rows, columns, position.split('\\')));
  }
  return lines;
}

function rle(data) {
  return runIntoFile('dcmdrle', [data.file], (bytes, take) => takeLastFrames(bytes, data, take));
}

function thumbnail({ file, frames }) {
  const args = ['--frame', (frames >> 1) + 1, '+Wi', 1, '+Sxv', THUMBNAIL, '--write-png', file];
  return runIntoFile('dcmj2pnm', args.map(String), (png, take) => take(pictureSize(png)));
}
