import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { VolumeFormat } from '../node/index.ts';
import { usage } from './arguments.ts';
import type { Io } from './io.ts';

/** Where a volume goes, and as what. */
export interface VolumeTarget {
  /** Undefined: standard output. */
  readonly path: string | undefined;
  readonly format: VolumeFormat;
  readonly gzip: boolean;
}

interface TargetValues {
  readonly output?: string | undefined;
  readonly format?: string | undefined;
  readonly gzip?: boolean | undefined;
}

const EXTENSIONS: readonly (readonly [extension: string, format: VolumeFormat, gzip: boolean])[] = [
  ['.nrrd', 'nrrd', false],
  ['.npy', 'npy', false],
  ['.nii', 'nifti', false],
  ['.nii.gz', 'nifti', true],
];

/**
 * What `-o OUT`, `--format` and `--gzip` mean. The name of a file says its format.
 *
 * @throws FramedexError `USAGE`.
 */
export function volumeTarget(
  { output, format: named, gzip = false }: TargetValues,
  { stdout }: Pick<Io, 'stdout'>,
): VolumeTarget {
  if (output === undefined || output === '')
    throw usage('-o is missing: where does the volume go?');
  const format = formatOf(named);
  if (format === 'npy' && gzip) throw notCompressed();
  if (output === '-') {
    if (stdout.isTTY) throw usage('a volume is not for a terminal: send it to a file with -o FILE');
    if (format === undefined) throw usage('-o - has no name that says what to write: --format F');
    return { path: undefined, format, gzip };
  }
  const there = statsOf(output);
  // /dev/null and its like take anything.
  if (there?.isFile() === false && !there.isDirectory() && format !== undefined) {
    return { path: output, format, gzip };
  }
  return fileTarget(output, format, gzip);
}

function fileTarget(
  path: string,
  named: VolumeFormat | undefined,
  isCompressed: boolean,
): VolumeTarget {
  const own = EXTENSIONS.find(([extension]) => path.toLowerCase().endsWith(extension));
  if (own === undefined) {
    const endings = EXTENSIONS.map(([extension]) => extension).join(', ');
    throw usage(`volumes end in ${endings}: not ${JSON.stringify(path)}`);
  }
  const [, format, gzip] = own;
  if (named !== undefined && named !== format) {
    throw usage(`--format ${named} is not that of ${JSON.stringify(path)}`);
  }
  if (isCompressed && format === 'npy') throw notCompressed();
  if (isCompressed && format === 'nifti' && !gzip) {
    throw usage(`compressed NIfTI ends in .nii.gz: not ${JSON.stringify(path)}`);
  }
  // Before all slices are read for nothing.
  if (statsOf(dirname(path))?.isDirectory() !== true) {
    throw usage(`${dirname(path)} is no folder to write to`);
  }
  return { path, format, gzip: gzip || isCompressed };
}

function formatOf(text: string | undefined): VolumeFormat | undefined {
  if (text === undefined || text === 'nrrd' || text === 'npy' || text === 'nifti') return text;
  throw usage(`--format is nrrd, npy or nifti, not ${JSON.stringify(text)}`);
}

function notCompressed(): Error {
  return usage('npy is not compressed: --gzip is for NRRD and NIfTI');
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // Writing to it will say what is wrong.
    return undefined;
  }
}
