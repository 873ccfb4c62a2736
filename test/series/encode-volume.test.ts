import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Samples } from '../../src/frames/frame.ts';
import { encodeVolume, encodedVolume } from '../../src/series/encode-volume.ts';
import type { VolumePlan } from '../../src/series/plan.ts';
import type { Volume } from '../../src/series/volume.ts';
import {
  SHEARED,
  SHORTS,
  TURNED,
  bytesOf,
  parts,
  raw,
  volumeOf,
} from '../support/encoded-volumes.ts';

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
  const cases: readonly (readonly [
    what: string,
    data: Samples,
    rescale: Volume['rescale'],
    expected: Samples,
  ])[] = [
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
    const size: [number, number, number] = [2, 1, 1];
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
    const volume = (columns: number): Volume =>
      volumeOf(new Uint8Array(columns), { size: [columns, 1, 1] });
    expect((await bytesOf(volume(32767), 'nifti')).length).toBe(352 + 32767);
    expect(() => encodeVolume(volume(32768), 'nifti')).toThrow(/USAGE.*32768.*NRRD/);
  });

  it('K17: refuses a format that is none, at once', () => {
    const format = 'xyz' as string as 'npy';
    expect(() => encodeVolume(volumeOf(SHORTS), format)).toThrow(/USAGE.*nrrd, npy, nifti/);
  });

  it('refuses a slope of 0, which it has for none', () => {
    const rescale = { slope: 0, intercept: 5 };
    expect(() => encodeVolume(volumeOf(SHORTS, { rescale }), 'nifti')).toThrow(/USAGE.*slope/);
  });
});

describe.each(['nrrd', 'npy', 'nifti'] as const)('%s', (format) => {
  it('K17: refuses a volume that is not regular, unless as it is', async () => {
    const gap = { code: 'UNEVEN_SPACING', message: '7.000 mm', instances: [] } as const;
    const plan = { reasons: [gap] } as unknown as VolumePlan;
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
    const views: boolean[] = [];
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

describe.each(['nrrd', 'nifti'] as const)('%s, compressed', (format) => {
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
    const rest = async (): Promise<void> => {
      while ((await pieces.next()).done !== true);
    };
    await expect(rest()).rejects.toBe(reason);
    const left = encodeVolume(volume, format, { gzip: true });
    await left.next();
    await left.next();
    await expect(left.return(undefined)).resolves.toMatchObject({ done: true });
  });
});
