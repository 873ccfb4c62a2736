import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { createContext, open } from '../../src/node/index.js';
const corpus = process.env['FRAMEDEX_CORPUS'];
const manifest = corpus === undefined ? undefined : join(corpus, 'manifest.json');
const here = manifest !== undefined && existsSync(manifest);
if (!here) {
  console.warn(
    'SKIPPED: encoded pixels of real files. Set FRAMEDEX_CORPUS to the folder that holds them.',
  );
}
/** Frames that are not what the manifest has, and why that is right. */
const KNOWN = {
  'derived/jpeg_truncated_in_fragment.dcm #16':
    'the file ends within the fragment: the other decoder filled what is not there with grey',
};
/** Every transfer syntax of the corpus of which frames are compared. */
const SYNTAXES = [
  ...['1.98', '5', '8.1', '4.50', '4.51', '4.53', '4.55', '4.57', '4.70', '4.80', '4.81'],
  ...['4.90', '4.91', '4.110', '4.111', '4.112', '4.201', '4.202', '4.203'],
].map((end) => `1.2.840.10008.1.2.${end}`);
const BLOCKS = 8;
// In this thread: a worker runs what is built.
const context = createContext({ workers: 0 });
describe.skipIf(!here)('encoded pixels of real files, as independent decoders have them', () => {
  const files = (here ? JSON.parse(readFileSync(manifest, 'utf8')) : []).filter(
    ({ frames = [], pixel }) =>
      frames.some(({ frags }) => frags !== undefined) && pixel?.streamRanges === undefined,
  );
  const counts = new Map();
  it.each(files)('F09 $file', async (expected) => {
    const { file: name, frames = [], effectiveTransferSyntaxUID: syntax } = expected;
    const file = await open(join(corpus ?? '', 'files', name), { context });
    try {
      const faults = [];
      for (const [i, frame] of frames.entries()) {
        const fault = await faultOf(file, expected, frame, i);
        const known = KNOWN[`${name} #${i}`];
        if (fault !== undefined && known === undefined) faults.push(`#${i}: ${fault}`);
        if (fault === undefined && known !== undefined) faults.push(`#${i}: no longer known`);
      }
      expect(faults).toEqual([]);
      const of = syntax ?? '';
      counts.set(of, (counts.get(of) ?? 0) + frames.length);
    } finally {
      await file.close();
    }
  });
  it('are of all transfer syntaxes', () => {
    expect([...counts.keys()].toSorted()).toEqual(SYNTAXES.toSorted());
  });
});
async function faultOf(file, { pixel }, { sha, stat, grid, err, missing }, i) {
  let frame;
  try {
    frame = await file.frame(i);
  } catch (error) {
    const isExpected = err !== undefined || missing === true;
    return isExpected && isFramedexError(error) ? undefined : String(error);
  }
  if (err !== undefined || missing === true) return `decoded, but: ${err ?? 'it is missing'}`;
  if (sha !== undefined) return sha256(frame.data) === sha ? undefined : 'other values';
  if (stat === undefined) return 'nothing is known of it';
  const tolerance = pixel?.tolerance ?? { sample: 0, mean: 0 };
  return statFault(frame, stat, tolerance) ?? gridFault(frame, grid ?? [], tolerance.sample);
}
function statFault({ data, samplesPerPixel: samples }, stat, tolerance) {
  for (const [sample, [least, largest, mean]] of stat.entries()) {
    let [low, high, sum] = [Infinity, -Infinity, 0];
    for (let k = sample; k < data.length; k += samples) {
      const value = Number(data[k]);
      low = Math.min(low, value);
      high = Math.max(high, value);
      sum += value;
    }
    const found = (sum * samples) / data.length;
    if (Math.abs(found - mean) > tolerance.mean) return `mean ${found} instead of ${mean}`;
    const off = Math.max(Math.abs(low - least), Math.abs(high - largest));
    if (off > tolerance.sample) return `${low} to ${high} instead of ${least} to ${largest}`;
  }
  return undefined;
}
function gridFault({ data, rows, columns, samplesPerPixel: samples }, grid, most) {
  const edge = (block, size) => Math.floor((block * size) / BLOCKS);
  for (const [block, means] of grid.entries()) {
    const [across, down] = [block % BLOCKS, Math.floor(block / BLOCKS)];
    const [left, right] = [edge(across, columns), edge(across + 1, columns)];
    const [top, bottom] = [edge(down, rows), edge(down + 1, rows)];
    for (const [sample, mean] of means.entries()) {
      let sum = 0;
      for (let y = top; y < bottom; y += 1) {
        for (let x = left; x < right; x += 1) {
          sum += Number(data[(y * columns + x) * samples + sample]);
        }
      }
      const found = sum / ((right - left) * (bottom - top));
      if (Math.abs(found - mean) > most) return `block ${block}: mean ${found} instead of ${mean}`;
    }
  }
  return undefined;
}
function sha256({ buffer, byteOffset, byteLength }) {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
