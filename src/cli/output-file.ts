import {
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { isFramedexError } from '../errors.ts';
import { ioError } from '../node/io-error.ts';
import { usage } from './arguments.ts';

/**
 * Writes a file that the user named: it is overwritten, and is there as a whole or not at all. What
 * is no regular file, such as /dev/null, is written to as it is.
 *
 * @throws FramedexError `IO`.
 */
export async function writeNamed(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isFile()) writeFileSync(path, bytes);
    else replace(stats === undefined ? path : realpathSync(path), bytes);
  } catch (error) {
    throw ioError(error, path, 'write the file');
  }
  return Promise.resolve();
}

/**
 * Writes a file whose name was made up: `base.png`, or where that is taken `base-2.png`,
 * `base-3.png` and so on. Nothing is overwritten; a file that holds these very bytes already is left
 * as it is.
 *
 * @param taken names, in lower case, that other pictures of this run have
 * @returns the path
 * @throws FramedexError `IO`.
 */
export function writeBeside(path: string, bytes: Uint8Array, taken: Set<string>): string {
  const extension = extname(path);
  const base = join(dirname(path), basename(path, extension));
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${base}-${number}${extension}`;
    const key = candidate.toLowerCase();
    if (taken.has(key)) continue;
    try {
      const stats = lstatSync(candidate, { throwIfNoEntry: false });
      if (stats !== undefined && !holds(candidate, stats, bytes)) continue;
      if (stats === undefined) replace(candidate, bytes);
    } catch (error) {
      throw ioError(error, candidate, 'write the file');
    }
    taken.add(key);
    return candidate;
  }
}

/**
 * Makes a folder, and those above it. One by one: Node's own `recursive` never ends where the
 * system refuses a name in a folder that exists, as /proc does.
 *
 * @throws FramedexError `IO`.
 */
export function makeFolder(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (dirname(path) !== path) makeFolder(dirname(path));
    mkdirSync(path);
  } catch (error) {
    throw isFramedexError(error) ? error : ioError(error, path, 'make the folder');
  }
}

/** No verb writes over what it reads. */
export function refuseInput(output: string, input: string): void {
  const [archive = input] = input.split('!/');
  const there = [output, input, archive].map(identity);
  if (there[0] === undefined || !there.slice(1).includes(there[0])) return;
  throw usage(`${output} is what is read: write somewhere else`);
}

function identity(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? `${stats.dev} ${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}

function holds(path: string, stats: Stats, bytes: Uint8Array): boolean {
  return stats.isFile() && stats.size === bytes.length && readFileSync(path).equals(bytes);
}

/** Beside the place first, then into it: nobody meets half a file. */
function replace(path: string, bytes: Uint8Array): void {
  const beside = join(dirname(path), `.framedex-${process.pid}.part`);
  try {
    writeFileSync(beside, bytes, { flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
