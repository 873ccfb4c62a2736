import { readdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AnatomicalPlane, ImageFormat } from '../node/index.ts';
import { systemErrorCode } from '../node/io-error.ts';
import { usage } from './arguments.ts';
import type { IndexedIo } from './given-index.ts';
import type { OpenedInput } from './inputs.ts';
import { makeFolder, refuseInputs, refuseMembers, writeNamed } from './output-file.ts';

/** A folder of pictures of planes. */
export interface PlaneFolder {
  /** `axial-0042.png`. */
  nameOf(plane: AnatomicalPlane, index: number): string;
  /** The folder is made when it is needed; the picture is there as a whole or not at all. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Pictures of such planes that are from before. */
  left(plane: AnatomicalPlane): number;
}

const EXTENSIONS = { png: '.png', jpeg: '.jpg', webp: '.webp' } as const;

/** Digits of a number in a name: so many at least, so that names stand in the order of planes. */
const DIGITS = 4;

/** What is there already, and who may be read there. */
export interface PlaneFolderParts {
  readonly folder: string;
  readonly format: ImageFormat;
  readonly planes: readonly AnatomicalPlane[];
  /** The most planes that there can be of a kind. */
  readonly most: number;
  readonly overwrite: boolean;
  readonly input: string;
  readonly opened: OpenedInput;
  readonly io: IndexedIo;
}

/**
 * A folder that has no pictures of such planes yet: those of two runs together would be taken for one series. With `overwrite`, they are
 * replaced, unless they are what is read.
 *
 * @throws FramedexError `USAGE`.
 */
export async function planeFolder(parts: PlaneFolderParts): Promise<PlaneFolder> {
  const { folder, format, planes, overwrite, input, opened, io } = parts;
  const pattern = new RegExp(`^(${planes.join('|')})-\\d+\\${EXTENSIONS[format]}$`, 'i');
  const before = new Set(namesIn(folder).filter((name) => pattern.test(name)));
  const [first] = before;
  if (first !== undefined && !overwrite) {
    const are = before.size === 1 ? 'is' : `and ${before.size - 1} more are`;
    throw usage(`${join(folder, first)} ${are} there already: --overwrite replaces such pictures`);
  }
  for (const name of before) {
    const path = join(folder, name);
    refuseInputs(path, [input], io);
    await refuseMembers(path, opened);
  }
  const digits = Math.max(DIGITS, String(parts.most).length);
  return {
    nameOf: (plane, index) =>
      `${plane}-${String(index).padStart(digits, '0')}${EXTENSIONS[format]}`,
    async write(name, bytes) {
      makeFolder(folder);
      await writeNamed(join(folder, name), bytes);
      before.delete(name);
    },
    left: (plane) => [...before].filter((name) => name.startsWith(`${plane}-`)).length,
  };
}

/**
 * Refuses what cannot be a folder, nor be made one, because a file is there: before slices are read for nothing.
 *
 * @throws FramedexError `USAGE`.
 */
export function refuseFile(folder: string): void {
  let place = folder;
  while (statsOf(place) === undefined && dirname(place) !== place) place = dirname(place);
  if (statsOf(place)?.isDirectory() === false) throw usage(`${place} is no folder to write to`);
}

/** Undefined also where a file stands in the way: what is above says so. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** None of what is no folder: making it says what is wrong. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return [];
  }
}
