import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/command-line.js';
import { dicom, imagePixel } from '../support/build-dicom.js';
export const SAMPLE = fileURLToPath(new URL('../../fixtures/sample-study.zip', import.meta.url));
/** A command line, run in this process. */
export async function cli(args, around = {}) {
  const out = [];
  const err = [];
  const isTTY = around.terminal ?? false;
  const into = (list, before) => ({
    isTTY,
    write: (data) =>
      new Promise((resolve) => {
        before?.();
        list.push(typeof data === 'string' ? Buffer.from(data) : Buffer.from(data));
        resolve();
      }),
  });
  const code = await runCommandLine(args, {
    stdout: into(out, around.onWrite),
    stderr: into(err),
    stdin: () => chunked(around.stdin ?? new Uint8Array(0)),
    signal: around.signal ?? new AbortController().signal,
  });
  const bytes = Buffer.concat(out);
  return { code, out: bytes.toString(), err: Buffer.concat(err).toString(), bytes };
}
async function* chunked(bytes) {
  for (let at = 0; at < bytes.length; at += 1000) {
    yield await Promise.resolve(bytes.subarray(at, at + 1000));
  }
}
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'framedex cli '));
  const path = (name) => join(folder, name);
  return {
    folder,
    path,
    put(name, bytes) {
      writeFileSync(path(name), bytes);
      return path(name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
/** Two frames of 2 x 3 pixels of 16 bits, 1 to 12, and what else is asked for, in order of tags. */
export function twoFrames(more = []) {
  const tagOf = (one) => ('encode' in one ? (one.tag ?? 0) : one[0]);
  const elements = [
    ...more,
    ...imagePixel({ rows: 2, columns: 3, numberOfFrames: 2 }),
    [0x7fe00010, 'OW', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ];
  return dicom({ elements: elements.sort((a, b) => tagOf(a) - tagOf(b)) });
}
