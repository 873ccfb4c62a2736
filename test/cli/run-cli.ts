import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/command-line.ts';
import type { Output } from '../../src/cli/io.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';

export const SAMPLE: string = fileURLToPath(
  new URL('../../fixtures/sample-study.zip', import.meta.url),
);

/** What a run wrote, and its exit code. */
export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly bytes: Buffer;
}

export interface Surroundings {
  readonly stdin?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Standard output and error are terminals. */
  readonly terminal?: boolean | undefined;
  /** Happens before each write to standard output. */
  readonly onWrite?: (() => void) | undefined;
}

/** A command line, run in this process. */
export async function cli(args: readonly string[], around: Surroundings = {}): Promise<Result> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const isTTY = around.terminal ?? false;
  const into = (list: Buffer[], before?: () => void): Output => ({
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

async function* chunked(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) {
    yield await Promise.resolve(bytes.subarray(at, at + 1000));
  }
}

/** A folder for the files of a test. */
export interface Scratch {
  readonly folder: string;
  /** Writes a file and gives its path. */
  put(name: string, bytes: Uint8Array | string): string;
  path(name: string): string;
  remove(): void;
}

export function scratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'framedex cli '));
  const path = (name: string): string => join(folder, name);
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
export function twoFrames(more: readonly ElementLike[] = []): ReturnType<typeof dicom> {
  const tagOf = (one: ElementLike): number => ('encode' in one ? (one.tag ?? 0) : one[0]);
  const elements: ElementLike[] = [
    ...more,
    ...imagePixel({ rows: 2, columns: 3, numberOfFrames: 2 }),
    [0x7fe00010, 'OW', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ];
  return dicom({ elements: elements.sort((a, b) => tagOf(a) - tagOf(b)) });
}
