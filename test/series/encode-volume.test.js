import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeVolume, encodedVolume } from '../../src/series/encode-volume.js';
let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex volumes '));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
/** 4 columns, 3 rows, 2 slices: axes perpendicular and turned, so that no number can stand for another. */
const SIZE = [4, 3, 2];
/** About z by the angle of the 3-4-5 triangle, columns 0.5 mm and rows 0.25 mm apart, slices 2 mm. */
const TURNED = [0.3, -0.2, 0, -100.5, 0.4, 0.15, 0, 20.125, 0, 0, 2, 1e-7, 0, 0, 0, 1];
/** The same with slices that go 1 mm to the back for each 2 mm up. */
const SHEARED = TURNED.with(6, 1);
const DISPLAY = {
  rescale: { slope: 1, intercept: 0 },
  modalityLut: undefined,
  windows: [],
  voiLuts: [],
  voiFunction: 'LINEAR',
  inverse: false,
};
function volumeOf(data, parts = {}) {
  const {
    size = SIZE,
    affine = TURNED,
    regular = true,
    rescale = { slope: 1, intercept: 0 },
  } = parts;
  const { rescales, plan = { reasons: [] } } = parts;
  const none = () => {
    throw new Error('not asked for');
  };
  return {
    ...{
      data,
      size,
      spacing: [0.5, 0.25, 2],
      affine: Float64Array.from(affine),
      rescale,
      rescales,
    },
    ...{ display: DISPLAY, plan, made: [], regular, plane: none, oblique: none },
  };
}
async function bytesOf(volume, format, options) {
  const pieces = [];
  for await (const piece of encodeVolume(volume, format, options)) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}
/** 24 values that use all of the type: its ends and what is between. */
const SAMPLES = [
  Uint8Array.from({ length: 24 }, (_, k) => (k === 23 ? 255 : k)),
  Int8Array.from({ length: 24 }, (_, k) => (k === 23 ? -128 : k - 12)),
  Uint16Array.from({ length: 24 }, (_, k) => (k === 23 ? 65535 : 257 * k)),
  Int16Array.from({ length: 24 }, (_, k) => (k === 23 ? -32768 : 1000 * k - 5000)),
  Uint32Array.from({ length: 24 }, (_, k) => (k === 23 ? 2 ** 32 - 1 : 65537 * k)),
  Int32Array.from({ length: 24 }, (_, k) => (k === 23 ? -(2 ** 31) : 65537 * k - 70000)),
  Float32Array.from({ length: 24 }, (_, k) => k / 3),
  Float64Array.from({ length: 24 }, (_, k) => k / 3),
  BigUint64Array.from({ length: 24 }, (_, k) => (k === 23 ? 2n ** 64n - 1n : BigInt(k))),
  BigInt64Array.from({ length: 24 }, (_, k) => (k === 23 ? -(2n ** 63n) : BigInt(k - 12))),
];
function raw({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength);
}
const SHORTS = Int16Array.from({ length: 24 }, (_, k) => 100 * k);
/** What is in front of the samples, which an empty line ends. */
function parts(file) {
  const end = file.indexOf('\n\n') + 2;
  return { header: file.subarray(0, end).toString(), body: file.subarray(end) };
}
describe('NRRD', () => {
  it('has the header that the format asks for, and the samples behind it', async () => {
    const { header, body } = parts(await bytesOf(volumeOf(SHORTS, { affine: SHEARED }), 'nrrd'));
    expect(header.split('\n')).toEqual([
      'NRRD0005',
      'type: short',
      'dimension: 3',
      'space: left-posterior-superior',
      'sizes: 4 3 2',
      'space directions: (0.3,0.4,0) (-0.2,0.15,0) (0,1,2)',
      'kinds: domain domain domain',
      'endian: little',
      'encoding: raw',
      'space units: "mm" "mm" "mm"',
      'space origin: (-100.5,20.125,1e-7)',
      '',
      '',
    ]);
    expect(body.equals(raw(SHORTS))).toBe(true);
  });
  it('keeps numbers so that they come back as they were', async () => {
    const affine = TURNED.with(0, 0.1 + 0.2).with(3, -123.45600000000002);
    const { header } = parts(await bytesOf(volumeOf(SHORTS, { affine }), 'nrrd'));
    expect(header).toContain('(0.30000000000000004,');
    expect(header).toContain('(-123.45600000000002,');
  });
  it('compresses the samples, not the header', async () => {
    const { header, body } = parts(await bytesOf(volumeOf(SHORTS), 'nrrd', { gzip: true }));
    expect(header).toContain('\nencoding: gzip\n');
    expect(gunzipSync(body).equals(raw(SHORTS))).toBe(true);
  });
  it('has stored values where they are asked for, with the rescale as key/value pairs', async () => {
    const volume = volumeOf(SHORTS, { rescale: { slope: 0.1, intercept: -1024 } });
    const { header, body } = parts(await bytesOf(volume, 'nrrd', { stored: true }));
    expect(header).toContain('\nmodality_slope:=0.1\nmodality_intercept:=-1024\n');
    expect(header).not.toMatch(/old ?(min|max)/);
    expect(body.equals(raw(SHORTS))).toBe(true);
  });
});
describe('modality values', () => {
  const hounsfield = { slope: 1, intercept: -1024 };
  const cases = [
    ['of the same type', Int16Array.of(0, 24), hounsfield, Int16Array.of(-1024, -1000)],
    ['signed', Uint16Array.of(0, 4095), hounsfield, Int16Array.of(-1024, 3071)],
    ['unsigned that fit', Uint16Array.of(2000, 65535), hounsfield, Uint16Array.of(976, 64511)],
    ['of more bits', Uint16Array.of(0, 65535), hounsfield, Int32Array.of(-1024, 64511)],
    ['below the type', Int16Array.of(-32768, 0), hounsfield, Int32Array.of(-33792, -1024)],
    ['downwards', Uint8Array.of(0, 200), { slope: -1, intercept: 0 }, Int16Array.of(-0, -200)],
    ['of 8 bits', Uint8Array.of(0, 100), { slope: 1, intercept: -100 }, Int8Array.of(-100, 0)],
    [
      'too large for 32',
      Uint32Array.of(0, 2 ** 32 - 1),
      hounsfield,
      Float64Array.of(-1024, 4294966271),
    ],
    [
      'with a part of one',
      Uint16Array.of(0, 3),
      { slope: 0.5, intercept: 1 },
      Float32Array.of(1, 2.5),
    ],
    [
      'of 32 bits with a part',
      Int32Array.of(1, 3),
      { slope: 0.5, intercept: 0 },
      Float64Array.of(0.5, 1.5),
    ],
    ['of floats', Float32Array.of(1, 0.5), { slope: 2, intercept: 0 }, Float32Array.of(2, 1)],
    ['of 64 bits', BigInt64Array.of(1n, -3n), { slope: 2, intercept: 1 }, Float64Array.of(3, -5)],
    [
      'none to make',
      Uint16Array.of(0, 65535),
      { slope: 1, intercept: 0 },
      Uint16Array.of(0, 65535),
    ],
  ];
  it.each(cases)('are %s', async (_, data, rescale, expected) => {
    const size = [2, 1, 1];
    const volume = volumeOf(data, { size, rescale });
    const encoded = encodedVolume(volume, 'npy');
    expect(encoded.samples).toBe(expected.constructor.name);
    expect(encoded.rescale).toEqual({ slope: 1, intercept: 0 });
    const file = await bytesOf(volume, 'npy');
    expect(file.subarray(128).equals(raw(expected))).toBe(true);
  });
  it('are made piece by piece, as many as there are', async () => {
    const data = Uint16Array.from({ length: 1_100_000 }, (_, k) => k % 4096);
    const volume = volumeOf(data, { size: [1100, 1000, 1], rescale: hounsfield });
    const { body } = parts(await bytesOf(volume, 'nrrd'));
    expect(body.equals(raw(Int16Array.from(data, (value) => value - 1024)))).toBe(true);
  });
});
describe('npy', () => {
  it('has slices, rows and columns in C order behind a header of a multiple of 64 bytes', async () => {
    const file = await bytesOf(volumeOf(SHORTS), 'npy');
    expect([...file.subarray(0, 10)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]);
    const text = file.subarray(10, 128).toString();
    expect(text.trimEnd()).toBe("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, 4), }");
    expect(text.endsWith(' \n')).toBe(true);
    expect(file.subarray(128).equals(raw(SHORTS))).toBe(true);
  });
  it('is not compressed', () => {
    expect(() => encodeVolume(volumeOf(SHORTS), 'npy', { gzip: true })).toThrow(/USAGE.*npy/);
  });
});
describe('NIfTI', () => {
  it('has each field in its place (nifti1.h)', async () => {
    const rescale = { slope: 2, intercept: -1024 };
    const file = await bytesOf(volumeOf(SHORTS, { rescale }), 'nifti');
    expect(file.readInt32LE(0)).toBe(348);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((k) => file.readInt16LE(40 + 2 * k))).toEqual([
      ...[3, 4, 3, 2],
      ...[1, 1, 1, 1],
    ]);
    expect([file.readInt16LE(70), file.readInt16LE(72)]).toEqual([4, 16]);
    expect(file.readFloatLE(108)).toBe(352);
    expect([file.readFloatLE(112), file.readFloatLE(116)]).toEqual([2, -1024]);
    expect(file[123]).toBe(2);
    expect(file.subarray(344, 352).toString('latin1')).toBe('n+1\0\0\0\0\0');
    expect(file.subarray(352).equals(raw(SHORTS))).toBe(true);
  });
  it('says slope 1 where there is no rescale: 0 would say that there is none to be trusted', async () => {
    const file = await bytesOf(volumeOf(SHORTS), 'nifti');
    expect([file.readFloatLE(112), file.readFloatLE(116)]).toEqual([1, 0]);
  });
  it('has a qform where the axes are perpendicular, and none where they are sheared', async () => {
    const straight = await bytesOf(volumeOf(SHORTS), 'nifti');
    expect([straight.readInt16LE(252), straight.readInt16LE(254)]).toEqual([1, 1]);
    const sheared = await bytesOf(volumeOf(SHORTS, { affine: SHEARED }), 'nifti');
    expect([sheared.readInt16LE(252), sheared.readInt16LE(254)]).toEqual([0, 1]);
  });
  it('is compressed as a whole', async () => {
    const plain = await bytesOf(volumeOf(SHORTS), 'nifti');
    const packed = await bytesOf(volumeOf(SHORTS), 'nifti', { gzip: true });
    expect(gunzipSync(packed).equals(plain)).toBe(true);
  });
  it('holds 32,767 columns and no more', async () => {
    const volume = (columns) => volumeOf(new Uint8Array(columns), { size: [columns, 1, 1] });
    expect((await bytesOf(volume(32767), 'nifti')).length).toBe(352 + 32767);
    expect(() => encodeVolume(volume(32768), 'nifti')).toThrow(/USAGE.*32768.*NRRD/);
  });
  it('refuses a slope of 0, which it has for none', () => {
    const rescale = { slope: 0, intercept: 5 };
    expect(() => encodeVolume(volumeOf(SHORTS, { rescale }), 'nifti')).toThrow(/USAGE.*slope/);
  });
});
describe.each(['nrrd', 'npy', 'nifti'])('%s', (format) => {
  it('K17: refuses a volume that is not regular, unless as it is', async () => {
    const gap = { code: 'UNEVEN_SPACING', message: '7.000 mm', instances: [] };
    const plan = { reasons: [gap] };
    const volume = volumeOf(SHORTS, { regular: false, plan });
    expect(() => encodeVolume(volume, format)).toThrow(/NOT_A_VOLUME.*7\.000 mm/);
    expect((await bytesOf(volume, format, { asIs: true })).length).toBeGreaterThan(48);
  });
  it('K17: refuses slices that have a rescale each', () => {
    const rescales = [
      { slope: 1, intercept: 0 },
      { slope: 2, intercept: 0 },
    ];
    expect(() => encodeVolume(volumeOf(SHORTS, { rescales }), format)).toThrow(/USAGE.*rescale/);
  });
  it('gives views of the samples, and copies none', async () => {
    const data = new Uint16Array(2 ** 20);
    const views = [];
    for await (const piece of encodeVolume(volumeOf(data, { size: [1024, 1024, 1] }), format)) {
      views.push(piece.buffer === data.buffer);
    }
    expect(views).toEqual([false, true, true]);
  });
  it('ends where it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const volume = volumeOf(new Uint16Array(2 ** 20), { size: [1024, 1024, 1] });
    const pieces = encodeVolume(volume, format, { signal: controller.signal });
    await pieces.next();
    controller.abort(reason);
    await expect(pieces.next()).rejects.toBe(reason);
  });
});
describe.each(['nrrd', 'nifti'])('%s, compressed', (format) => {
  it('takes samples that threads share', async () => {
    const shared = new Int16Array(new SharedArrayBuffer(48));
    shared.set(SHORTS);
    const file = await bytesOf(volumeOf(shared), format, { gzip: true });
    const body = format === 'nrrd' ? parts(file).body : file;
    expect(
      gunzipSync(body)
        .subarray(format === 'nrrd' ? 0 : 352)
        .equals(raw(SHORTS)),
    ).toBe(true);
  });
  it('ends where it is aborted, and where nobody reads on', async () => {
    const data = Uint32Array.from({ length: 2 ** 20 }, (_, k) => Math.imul(k, 2654435761));
    const volume = volumeOf(data, { size: [1024, 1024, 1] });
    const controller = new AbortController();
    const reason = new Error('enough');
    const pieces = encodeVolume(volume, format, { gzip: true, signal: controller.signal });
    await pieces.next();
    await pieces.next();
    controller.abort(reason);
    const rest = async () => {
      while ((await pieces.next()).done !== true);
    };
    await expect(rest()).rejects.toBe(reason);
    const left = encodeVolume(volume, format, { gzip: true });
    await left.next();
    await left.next();
    await expect(left.return(undefined)).resolves.toMatchObject({ done: true });
  });
});
function python(script, ...args) {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', script, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
function whyNo(command, args) {
  const { error } = spawnSync(command, args, { stdio: 'ignore' });
  return error === undefined ? undefined : `${command} cannot be run`;
}
function whyNoModule(name) {
  const { status } = spawnSync('/usr/bin/python3', ['-c', `import ${name}`], { stdio: 'ignore' });
  return status === 0 ? undefined : `/usr/bin/python3 has no ${name}`;
}
const noUnu = whyNo('teem-unu', ['about']);
const noNumpy = whyNoModule('numpy');
const noNibabel = whyNoModule('nibabel');
describe.skipIf(noUnu !== undefined)(`teem reads it (${noUnu ?? 'unu'})`, () => {
  /** What unu writes of what it read. */
  const again = async (volume, options) => {
    const path = join(folder, 'in.nrrd');
    const copy = join(folder, 'out.nrrd');
    writeFileSync(path, await bytesOf(volume, 'nrrd', options));
    const args = ['save', '-f', 'nrrd', '-e', 'raw', '-i', path, '-o', copy];
    const { status, stderr } = spawnSync('teem-unu', args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return readFileSync(copy);
  };
  it.each(SAMPLES.map((data) => [data.constructor.name, data]))(
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
    const field = (name) => new RegExp(`^${name}:=? ?(.*)$`, 'm').exec(header)?.[1] ?? '';
    const numbers = (name) => (field(name).match(/-?[\d.]+(?:e[-+]?\d+)?/g) ?? []).map(Number);
    expect(field('space')).toBe('left-posterior-superior');
    expect(numbers('sizes')).toEqual([4, 3, 2]);
    const column = (k) => [0, 4, 8].map((row) => SHEARED[row + k] ?? Number.NaN);
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
  it.each(SAMPLES.map((data) => [data.constructor.name, data]))(
    'with equal samples: %s',
    async (_, data) => {
      const path = join(folder, 'a.npy');
      writeFileSync(path, await bytesOf(volumeOf(data), 'npy'));
      const [, shape, values, isC, last] = python(SCRIPT, path);
      expect(shape).toEqual([2, 3, 4]);
      expect(isC).toBe(true);
      if (typeof data[0] === 'bigint') {
        expect(values).toEqual([...data].map(String));
        expect(last).toBe(String(data[23]));
      } else {
        const Type = data.constructor;
        expect(new Type(values.map(Number))).toEqual(data);
      }
    },
  );
});
describe.skipIf(noNibabel !== undefined)(`nibabel reads it (${noNibabel ?? 'nibabel'})`, () => {
  const SCRIPT = `
import json, sys, numpy, nibabel
i = nibabel.load(sys.argv[1])
q = i.get_qform(coded=True)[0]
print(json.dumps({'affine': i.affine.tolist(), 'qform': None if q is None else q.tolist(), 'sform': i.get_sform(coded=True)[0].tolist(),
  'zooms': [float(z) for z in i.header.get_zooms()], 'type': i.get_data_dtype().str, 'units': i.header.get_xyzt_units(), 'slope': [float(i.dataobj.slope), float(i.dataobj.inter)],
  'raw': [str(v) for v in numpy.asarray(i.dataobj.get_unscaled()).ravel(order='F')], 'values': i.get_fdata().ravel(order='F').tolist()}))`;
  const read = async (volume, options) => {
    const path = join(folder, options?.gzip === true ? 'a.nii.gz' : 'a.nii');
    writeFileSync(path, await bytesOf(volume, 'nifti', options));
    return python(SCRIPT, path);
  };
  const closeTo = (found, expected) => {
    expect(found).not.toBeNull();
    const most = Math.max(...(found ?? []).flat().map((x, k) => Math.abs(x - (expected[k] ?? 0))));
    // As near as float32 has a hundred millimetres.
    expect(most).toBeLessThan(1e-5);
  };
  /** x and y the other way round. */
  const ras = (affine) => affine.map((v, k) => (k < 8 ? -v : v));
  it.each(SAMPLES.map((data) => [data.constructor.name, data]))(
    'with equal samples: %s',
    async (name, data) => {
      const { raw: values, type, slope } = await read(volumeOf(data));
      const kind = { F: 'f', U: 'u', I: 'i', B: name.includes('U') ? 'u' : 'i' }[name.charAt(0)];
      expect(type.slice(1)).toBe(`${kind ?? ''}${data.BYTES_PER_ELEMENT}`);
      expect(slope).toEqual([1, 0]);
      if (typeof data[0] === 'bigint') expect(values).toEqual([...data].map(String));
      else expect(new data.constructor(values.map(Number))).toEqual(data);
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
  const turns = [
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
