// Programs that decode a code stream each time they are started: their times are with that, and without
// that of writing the code streams into files.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPortableMap } from '../../fixtures/make/encoders.mjs';
import { checksum } from '../data/checksum.mjs';
import { runProgram } from './external.mjs';

/**
 * @param {string} program @param {string} extension of its input
 * @param {(input: string, output: string) => string[]} args
 * @param {(map: Buffer, pixel: object) => ArrayBufferView | string} [taken] of what it wrote
 */
export function eachFrame(program, extension, args, taken = cellsOf) {
  return async ({ file, fragments, pixel }) => {
    const folder = mkdtempSync(join(tmpdir(), 'framedex-bench-'));
    try {
      const bytes = readFileSync(file);
      const sum = checksum();
      let [coldMs, peakRss] = [0, 0];
      for (const { offset, length } of fragments) {
        const input = join(folder, `in.${extension}`);
        const output = join(folder, pixel.samplesPerPixel === 3 ? 'out.ppm' : 'out.pgm');
        writeFileSync(input, bytes.subarray(offset, offset + length));
        const { took } = await runProgram(program, args(input, output));
        coldMs += took.coldMs;
        peakRss = Math.max(peakRss, took.peakRss);
        sum.take(taken(readFileSync(output), pixel));
      }
      return { external: { coldMs, peakRss, ...sum.result() } };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

function cellsOf(map, { bitsAllocated }) {
  const samples = readPortableMap(map);
  return bitsAllocated === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples);
}
