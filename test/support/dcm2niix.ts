import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A volume as dcm2niix wrote it (NIfTI-1, little endian). */
export interface Nifti {
  readonly name: string;
  readonly size: readonly [number, number, number];
  /** Of a fourth dimension. */
  readonly count: number;
  /** The first three rows of voxel to millimetres, x to the right, y to the front, z to the head. */
  readonly affine: readonly number[];
  /** Stored values; undefined of types that are no grey values. */
  readonly data: ArrayLike<number> | undefined;
}

/** Why there is nothing to compare with; undefined where it can be run. */
export function whyNoDcm2niix(): string | undefined {
  const { error } = spawnSync('dcm2niix', ['-v'], { stdio: 'ignore' });
  return error === undefined ? undefined : 'dcm2niix cannot be run';
}

const run = promisify(execFile);

/** What dcm2niix makes of these files, and what it says; it fails with a status of its own where it makes nothing. */
export async function converted(
  paths: readonly string[],
): Promise<{ readonly volumes: readonly Nifti[]; readonly said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'framedex-dcm2niix-'));
  try {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    mkdirSync(from);
    mkdirSync(to);
    paths.forEach((path, i) => {
      symlinkSync(path, join(from, `${i}.dcm`));
    });
    const said = await run('dcm2niix', ['-z', 'n', '-b', 'n', '-o', to, from]).then(
      ({ stdout }) => stdout,
      (failed: unknown) => String(failed),
    );
    const names = readdirSync(to).filter((name) => name.endsWith('.nii'));
    const volumes = names.sort().map((name) => readNifti(name, readFileSync(join(to, name))));
    return { volumes, said };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readNifti(name: string, file: Buffer): Nifti {
  const dimension = (k: number): number => Math.max(1, file.readInt16LE(40 + 2 * k));
  const size = [dimension(1), dimension(2), dimension(3)] as const;
  const cells = size[0] * size[1] * size[2];
  const start = file.readFloatLE(108);
  return {
    name,
    size,
    count: dimension(4),
    affine: Array.from({ length: 12 }, (_, k) => file.readFloatLE(280 + 4 * k)),
    data: samples(file.readInt16LE(70), Uint8Array.from(file.subarray(start)).buffer, cells),
  };
}

/** By the numbers that NIfTI-1 gives data types. */
function samples(type: number, bytes: ArrayBuffer, length: number): Nifti['data'] {
  if (type === 2) return new Uint8Array(bytes, 0, length);
  if (type === 4) return new Int16Array(bytes, 0, length);
  if (type === 8) return new Int32Array(bytes, 0, length);
  if (type === 16) return new Float32Array(bytes, 0, length);
  if (type === 512) return new Uint16Array(bytes, 0, length);
  if (type === 768) return new Uint32Array(bytes, 0, length);
  return undefined;
}
