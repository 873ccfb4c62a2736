import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Samples } from '../../src/frames/frame.ts';
import type { EncodeVolumeOptions } from '../../src/series/encode-volume.ts';
import type { Volume } from '../../src/series/volume.ts';
import {
  SAMPLES,
  SHEARED,
  SHORTS,
  TURNED,
  bytesOf,
  parts,
  raw,
  volumeOf,
} from '../support/encoded-volumes.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex volumes '));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function python(script: string, ...args: string[]): unknown {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', script, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function whyNo(command: string, args: readonly string[]): string | undefined {
  const { error } = spawnSync(command, args, { stdio: 'ignore' });
  return error === undefined ? undefined : `${command} cannot be run`;
}

function whyNoModule(name: string): string | undefined {
  const { status } = spawnSync('/usr/bin/python3', ['-c', `import ${name}`], { stdio: 'ignore' });
  return status === 0 ? undefined : `/usr/bin/python3 has no ${name}`;
}

const noUnu = whyNo('teem-unu', ['about']);
const noNumpy = whyNoModule('numpy');
const noNibabel = whyNoModule('nibabel');

describe.skipIf(noUnu !== undefined)(`teem reads it (${noUnu ?? 'unu'})`, () => {
  /** What unu writes of what it read. */
  const again = async (volume: Volume, options?: EncodeVolumeOptions): Promise<Buffer> => {
    const path = join(folder, 'in.nrrd');
    const copy = join(folder, 'out.nrrd');
    writeFileSync(path, await bytesOf(volume, 'nrrd', options));
    const args = ['save', '-f', 'nrrd', '-e', 'raw', '-i', path, '-o', copy];
    const { status, stderr } = spawnSync('teem-unu', args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return readFileSync(copy);
  };

  it.each(SAMPLES.map((data) => [data.constructor.name, data] as const))(
    'with equal samples: %s',
    async (_, data) => {
      for (const gzip of [false, true]) {
        const { body } = parts(await again(volumeOf(data), { gzip }));
        expect(body.equals(raw(data))).toBe(true);
      }
    },
  );

  it('with the same place in the patient, and the same key/value pairs', async () => {
    const volume = volumeOf(SHORTS, { affine: SHEARED, rescale: { slope: 0.1, intercept: -1024 } });
    const { header } = parts(await again(volume, { stored: true }));
    const field = (name: string): string =>
      new RegExp(`^${name}:=? ?(.*)$`, 'm').exec(header)?.[1] ?? '';
    const numbers = (name: string): number[] =>
      (field(name).match(/-?[\d.]+(?:e[-+]?\d+)?/g) ?? []).map(Number);
    expect(field('space')).toBe('left-posterior-superior');
    expect(numbers('sizes')).toEqual([4, 3, 2]);
    const column = (k: number): number[] => [0, 4, 8].map((row) => SHEARED[row + k] ?? Number.NaN);
    expect(numbers('space directions')).toEqual([0, 1, 2].flatMap(column));
    expect(numbers('space origin')).toEqual(column(3));
    expect(field('kinds')).toBe('domain domain domain');
    expect(field('space units')).toBe('"mm" "mm" "mm"');
    expect(field('modality_slope')).toBe('0.1');
    expect(field('modality_intercept')).toBe('-1024');
  });
});

describe.skipIf(noNumpy !== undefined)(`NumPy reads it (${noNumpy ?? 'numpy'})`, () => {
  const SCRIPT = `
import json, sys, numpy
a = numpy.load(sys.argv[1], allow_pickle=False)
print(json.dumps([a.dtype.str, a.shape, [str(v) for v in a.ravel()], bool(a.flags.c_contiguous), str(a[1, 2, 3])]))`;

  it.each(SAMPLES.map((data) => [data.constructor.name, data] as const))(
    'with equal samples: %s',
    async (_, data) => {
      const path = join(folder, 'a.npy');
      writeFileSync(path, await bytesOf(volumeOf(data), 'npy'));
      const [, shape, values, isC, last] = python(SCRIPT, path) as [
        ...[string, number[], string[], boolean, string],
      ];
      expect(shape).toEqual([2, 3, 4]);
      expect(isC).toBe(true);
      if (typeof data[0] === 'bigint') {
        expect(values).toEqual([...data].map(String));
        expect(last).toBe(String(data[23]));
      } else {
        const Type = data.constructor as new (values: number[]) => Samples;
        expect(new Type(values.map(Number))).toEqual(data);
      }
    },
  );
});

interface ReadByNibabel {
  readonly affine: number[][];
  readonly qform: number[][] | null;
  readonly sform: number[][];
  readonly zooms: number[];
  readonly type: string;
  readonly units: string[];
  readonly slope: [number, number];
  readonly raw: string[];
  readonly values: number[];
}

describe.skipIf(noNibabel !== undefined)(`nibabel reads it (${noNibabel ?? 'nibabel'})`, () => {
  const SCRIPT = `
import json, sys, numpy, nibabel
i = nibabel.load(sys.argv[1])
q = i.get_qform(coded=True)[0]
print(json.dumps({'affine': i.affine.tolist(), 'qform': None if q is None else q.tolist(), 'sform': i.get_sform(coded=True)[0].tolist(),
  'zooms': [float(z) for z in i.header.get_zooms()], 'type': i.get_data_dtype().str, 'units': i.header.get_xyzt_units(), 'slope': [float(i.dataobj.slope), float(i.dataobj.inter)],
  'raw': [str(v) for v in numpy.asarray(i.dataobj.get_unscaled()).ravel(order='F')], 'values': i.get_fdata().ravel(order='F').tolist()}))`;
  const read = async (volume: Volume, options?: EncodeVolumeOptions): Promise<ReadByNibabel> => {
    const path = join(folder, options?.gzip === true ? 'a.nii.gz' : 'a.nii');
    writeFileSync(path, await bytesOf(volume, 'nifti', options));
    return python(SCRIPT, path) as ReadByNibabel;
  };
  const closeTo = (found: readonly number[][] | null, expected: readonly number[]): void => {
    expect(found).not.toBeNull();
    const most = Math.max(...(found ?? []).flat().map((x, k) => Math.abs(x - (expected[k] ?? 0))));
    // As near as float32 has a hundred millimetres.
    expect(most).toBeLessThan(1e-5);
  };
  /** x and y the other way round. */
  const ras = (affine: readonly number[]): number[] => affine.map((v, k) => (k < 8 ? -v : v));

  it.each(SAMPLES.map((data) => [data.constructor.name, data] as const))(
    'with equal samples: %s',
    async (name, data) => {
      const { raw: values, type, slope } = await read(volumeOf(data));
      const kind = { F: 'f', U: 'u', I: 'i', B: name.includes('U') ? 'u' : 'i' }[name.charAt(0)];
      expect(type.slice(1)).toBe(`${kind ?? ''}${data.BYTES_PER_ELEMENT}`);
      expect(slope).toEqual([1, 0]);
      if (typeof data[0] === 'bigint') expect(values).toEqual([...data].map(String));
      else
        expect(new (data.constructor as new (v: number[]) => Samples)(values.map(Number))).toEqual(
          data,
        );
    },
  );

  it('in its place: sform and qform are the affine in RAS', async () => {
    const { affine, qform, sform, zooms, units } = await read(volumeOf(SHORTS));
    closeTo(affine, ras(TURNED));
    closeTo(sform, ras(TURNED));
    closeTo(qform, ras(TURNED));
    expect(zooms).toEqual([0.5, 0.25, 2]);
    expect(units).toEqual(['mm', 'unknown']);
  });

  /** Rotations whose quaternion has each of its four parts as the largest, and mirrored ones. */
  const turns: readonly (readonly [string, readonly number[]])[] = [
    ['as patients lie', [0.5, 0, 0, 1, 0, 0.25, 0, 2, 0, 0, 2, 3]],
    ['head first down', [0.5, 0, 0, 1, 0, -0.25, 0, 2, 0, 0, -2, 3]],
    ['turned about y', [-0.5, 0, 0, 1, 0, 0.25, 0, 2, 0, 0, -2, 3]],
    ['turned about z', [-0.5, 0, 0, 1, 0, -0.25, 0, 2, 0, 0, 2, 3]],
    ['coronal', [0.5, 0, 0, 1, 0, 0, 2, 2, 0, -0.25, 0, 3]],
    ['sagittal', [0, 0, 2, 1, 0.5, 0, 0, 2, 0, 0.25, 0, 3]],
    ['sagittal, head up', [0, 0, -2, 1, 0.5, 0, 0, 2, 0, -0.25, 0, 3]],
    ['coronal, leant back', [0.5, 0, 0, 1, 0, 0.15, 1.6, 2, 0, -0.2, 1.2, 3]],
    ['axial, leant back', [0.5, 0, 0, 1, 0, 0.2, -1.2, 2, 0, 0.15, 1.6, 3]],
    ['the other hand', [0.5, 0, 0, 1, 0, 0.25, 0, 2, 0, 0, -2, 3]],
  ];

  it.each(turns)('with a qform that is the sform: %s', async (_, rows) => {
    const affine = [...rows, 0, 0, 0, 1];
    const found = await read(volumeOf(SHORTS, { affine }));
    closeTo(found.sform, ras(affine));
    closeTo(found.qform, ras(affine));
  });

  it('without a qform where float32 does not hold it: a hair beside a half turn', async () => {
    const [cos, sin] = [Math.cos(0.002), Math.sin(0.002)];
    const rows = [0.5 * cos, -0.25 * sin, 0, 1, 0.5 * sin, 0.25 * cos, 0, 2, 0, 0, 2, 3];
    const { affine, qform } = await read(volumeOf(SHORTS, { affine: [...rows, 0, 0, 0, 1] }));
    closeTo(affine, ras([...rows, 0, 0, 0, 1]));
    expect(qform).toBeNull();
  });

  it('sheared, without a qform', async () => {
    const { affine, qform } = await read(volumeOf(SHORTS, { affine: SHEARED }));
    closeTo(affine, ras(SHEARED));
    expect(qform).toBeNull();
  });

  it('with modality values, compressed or not', async () => {
    const volume = volumeOf(SHORTS, { rescale: { slope: 0.5, intercept: -1024 } });
    for (const gzip of [false, true]) {
      const { values, raw: stored } = await read(volume, { gzip });
      expect(values).toEqual([...SHORTS].map((value) => value * 0.5 - 1024));
      expect(stored).toEqual([...SHORTS].map(String));
    }
  });
});
