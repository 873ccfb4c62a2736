// dcm2niix, which reads no archives: unzip first, and both count.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksum } from '../data/checksum.mjs';
import { isInstalled, runProgram } from './external.mjs';

/** Where a NIfTI-1 header has columns, rows and slices, and where the voxels start. */
const DIMENSIONS = [42, 44, 46];
const VOXELS = 108;

export function isAvailable() {
  return isInstalled('unzip', ['-v']) && isInstalled('dcm2niix', ['-h']);
}

export async function load() {
  return { 'zip-volume': volume };
}

async function volume({ zip }) {
  const folder = mkdtempSync(join(tmpdir(), 'framedex-bench-'));
  try {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    mkdirSync(to);
    const unzip = await runProgram('unzip', ['-q', zip, '-d', from]);
    const convert = await runProgram('dcm2niix', ['-z', 'n', '-b', 'n', '-o', to, from]);
    const sum = checksum();
    for (const name of readdirSync(to)) sum.take(topDown(readFileSync(join(to, name))));
    const coldMs = unzip.took.coldMs + convert.took.coldMs;
    const peakRss = Math.max(unzip.took.peakRss, convert.took.peakRss);
    return { external: { coldMs, peakRss, ...sum.result() } };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The voxels, of 16 bits, with the rows that it writes bottom up. */
function topDown(file) {
  const [columns, rows, slices] = DIMENSIONS.map((at) => file.readInt16LE(at));
  const start = file.readFloatLE(VOXELS);
  const length = 2 * columns;
  const volume = Buffer.alloc(length * rows * slices);
  for (let row = 0; row < rows * slices; row += 1) {
    const slice = Math.floor(row / rows);
    const from = start + (slice * rows + rows - 1 - (row % rows)) * length;
    file.copy(volume, row * length, from, from + length);
  }
  return volume;
}
