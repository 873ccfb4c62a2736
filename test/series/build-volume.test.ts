import { describe, expect, it } from 'vitest';
import { buildVolume } from '../../src/series/build-volume.ts';
import type { ReadSlice, Volume, VolumeOptions } from '../../src/series/volume.ts';
import { codeOf } from '../support/open-built.ts';
import { issue, slicePhantom } from '../support/slice-phantom.ts';
import type { NamedInstance, PhantomParts, PhantomSlice } from '../support/slice-phantom.ts';

const along = (...places: number[]): PhantomSlice[] =>
  places.map((place) => ({ at: [0, 0, place] }));

/** Of slices whose stored value is how many millimetres from the first they are. */
const BY_PLACE = { value: ([, , z]: readonly [number, number, number]) => z + 30 } as const;
const GAP = {
  ...BY_PLACE,
  slices: along(0, 2, 8, 10),
  verdict: 'stack',
  reasons: [issue('MISSING_SLICES', 'IM1', 'IM2')],
} as const;
const MIXED = {
  value: () => 10,
  slices: [0, 2, 4].map((z): PhantomSlice => ({
    at: [0, 0, z],
    rescale: { slope: z + 1, intercept: -1 },
  })),
  reasons: [issue('MIXED_RESCALE', 'IM0', 'IM1', 'IM2')],
} as const;

function volumeOf(parts: PhantomParts, options: VolumeOptions = {}, threads = 0): Promise<Volume> {
  const { planned, readSlice } = slicePhantom(parts);
  return buildVolume(planned, readSlice, options, threads);
}

/** The first sample of each slice. */
const firsts = ({ data, size: [columns, rows, slices] }: Volume): number[] =>
  Array.from({ length: slices }, (_, k) => Number(data[k * columns * rows]));

describe('buildVolume', () => {
  it('K17: a stack stays as it is, and says that it is not regular', async () => {
    const volume = await volumeOf(GAP);
    expect(firsts(volume)).toEqual([0, 2, 8, 10]);
    expect(volume).toMatchObject({ regular: false, made: [], size: [7, 5, 4] });
  });

  it('K17: fills gaps, and says with what', async () => {
    const linear = await volumeOf(GAP, { fillGaps: 'linear' });
    expect(firsts(linear)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(linear).toMatchObject({ regular: true, made: [2, 3], size: [7, 5, 6] });
    expect(linear.data).toBeInstanceOf(Int16Array);
    expect(firsts(await volumeOf(GAP, { fillGaps: -1000 }))).toEqual([0, 2, -1000, -1000, 8, 10]);
    expect(await codeOf(volumeOf(GAP, { fillGaps: 40_000 }))).toBe('USAGE');
  });

  it('K17: resamples: evenly spaced slices, all of them in order', async () => {
    const volume = await volumeOf(GAP, { resample: 4, fillGaps: 'linear' });
    expect(firsts(volume)).toEqual([0, 4, 8]);
    expect(volume).toMatchObject({ regular: true, made: [1], spacing: [0.5, 0.75, 4] });
    const tilted = along(0, 2, 4).map(({ at: [x, , z] }): PhantomSlice => ({
      at: [x, z * 0.75, z],
    }));
    const straight = await volumeOf({ ...BY_PLACE, slices: tilted }, { resample: true, fill: -7 });
    expect(straight.size).toEqual([7, 9, 3]);
    // By columns: two rows down for each slice.
    const column = (k: number): number[] =>
      Array.from({ length: 9 }, (_, y) => Number(straight.data[(k * 9 + y) * 7]));
    expect([0, 1, 2].map(column)).toEqual([
      [0, 0, 0, 0, 0, -7, -7, -7, -7],
      [-7, -7, 2, 2, 2, 2, 2, -7, -7],
      [-7, -7, -7, -7, 4, 4, 4, 4, 4],
    ]);
  });

  it('K17: modality values of slices that differ in rescale, in as many bits as they need', async () => {
    const volume = await volumeOf({ ...MIXED, padding: { low: 10, high: 10 } });
    expect(firsts(volume)).toEqual([9, 29, 49]);
    expect(volume).toMatchObject({
      data: expect.any(Float32Array) as unknown,
      rescale: { slope: 1, intercept: 0 },
    });
    expect(volume).not.toHaveProperty('rescales');
    // Each slice has its own modality value for padding.
    expect(volume.display).toMatchObject({
      rescale: { slope: 1, intercept: 0 },
      padding: undefined,
    });
    const long = await volumeOf({ ...MIXED, type: Uint32Array, value: () => 2 ** 32 - 1 });
    expect(firsts(long)).toEqual([1, 3, 5].map((slope) => (2 ** 32 - 1) * slope - 1));
  });

  it('K17: or the stored values, and the rescale of each slice', async () => {
    const volume = await volumeOf(MIXED, { mixedRescale: 'stored' });
    expect(firsts(volume)).toEqual([10, 10, 10]);
    const rescales = [1, 3, 5].map((slope) => ({ slope, intercept: -1 }));
    expect(volume).toMatchObject({
      rescales,
      rescale: rescales[0],
      data: expect.any(Int16Array) as unknown,
    });
    const gap = { ...MIXED, verdict: 'stack' } as const;
    const reasons = [...MIXED.reasons, issue('MISSING_SLICES', 'IM1', 'IM2')];
    const slices = MIXED.slices.map(({ rescale }, k): PhantomSlice => ({
      at: [0, 0, [0, 2, 6][k] ?? 0],
      rescale,
    }));
    const stored = { mixedRescale: 'stored' } as const;
    const one = await volumeOf({ ...gap, reasons, slices }, { ...stored, fillGaps: 3 });
    expect(one.rescales?.map(({ slope }) => slope)).toEqual([1, 3, 3, 5]);
    const between = volumeOf({ ...gap, reasons, slices }, { ...stored, fillGaps: 'linear' });
    expect(await codeOf(between)).toBe('USAGE');
    // Modality values can be interpolated: 29 and 49.
    const values = await volumeOf({ ...gap, reasons, slices }, { fillGaps: 'linear' });
    expect(firsts(values)).toEqual([9, 29, 39, 49]);
  });

  it('builds in the memory that it is given, from its beginning on', async () => {
    const parts = { ...BY_PLACE, slices: along(0, 2, 4) };
    const bytes = 3 * 35 * 2;
    for (const into of [new ArrayBuffer(bytes), new SharedArrayBuffer(bytes + 100)]) {
      const volume = await volumeOf(parts, { into });
      expect(volume.data.buffer).toBe(into);
      expect(volume.data).toHaveLength(3 * 35);
      expect(firsts(volume)).toEqual([0, 2, 4]);
    }
    expect(await codeOf(volumeOf(parts, { into: new ArrayBuffer(bytes - 1) }))).toBe('USAGE');
    const shared = await volumeOf(parts, { shared: true, into: new SharedArrayBuffer(bytes) });
    expect(shared.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    const unshared = volumeOf(parts, { shared: true, into: new ArrayBuffer(bytes) });
    expect(await codeOf(unshared)).toBe('USAGE');
    expect((await volumeOf(parts, { shared: true })).data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(
      await codeOf(volumeOf(GAP, { resample: 1, fillGaps: 'linear', into: new ArrayBuffer(700) })),
    ).toBe('USAGE');
  });

  it.each([
    ['direct', {}],
    ['resampled', { resample: 3 }],
  ])('P05: writes nothing more to memory of others once it has failed: %s', async (_, options) => {
    const parts = { ...BY_PLACE, slices: along(...Array.from({ length: 12 }, (_, k) => 2 * k)) };
    const { planned, readSlice } = slicePhantom(parts);
    let underWay = 0;
    const failing: ReadSlice<NamedInstance> = async (slice, how) => {
      underWay++;
      try {
        if (slice === planned.slices[3]) throw new Error('no slice 3');
        await new Promise((resolve) => setTimeout(resolve, 5));
        return await readSlice(slice, how);
      } finally {
        underWay--;
      }
    };
    const into = new ArrayBuffer(12 * 35 * 2);
    await expect(buildVolume(planned, failing, { ...options, into })).rejects.toThrow('no slice 3');
    expect(underWay).toBe(0);
  });

  it('takes the slice in the middle for the model: what shows its planes, and what the others have to be', async () => {
    const { planned, readSlice, reads } = slicePhantom({
      ...BY_PLACE,
      slices: along(0, 2, 4, 6, 8),
    });
    const told: string[] = [];
    const windowed: ReadSlice<NamedInstance> = async (slice, how) => {
      const frame = await readSlice(slice, how);
      const center = planned.slices.indexOf(slice);
      return {
        ...frame,
        display: { ...frame.display, windows: [{ number: 0, center, width: 1 }] },
      };
    };
    const onProgress = (done: number, total: number): unknown => told.push(`${done}/${total}`);
    const volume = await buildVolume(planned, windowed, { onProgress });
    expect(volume.display.windows).toMatchObject([{ center: 2 }]);
    expect(reads).toEqual([2, 0, 1, 3, 4]);
    expect(told).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5']);
    const inverted: ReadSlice<NamedInstance> = async (slice, how) => ({
      ...(await readSlice(slice, how)),
      ...(slice === planned.slices[4] && { photometricInterpretation: 'MONOCHROME1' }),
    });
    await expect(buildVolume(planned, inverted, {})).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      details: { name: 'IM4', expected: 'MONOCHROME2', found: 'MONOCHROME1' },
    });
  });

  it('K17: builds the part that is chosen, and none of a series that has to be taken apart', async () => {
    const { planned, readSlice } = slicePhantom({ ...BY_PLACE, slices: along(0, 2, 4) });
    const { plan, slices } = planned;
    const size: [number, number, number] = [7, 5, 2];
    const parts = [planned, { plan: { ...plan, size }, slices: slices.slice(1), parts: [] }];
    const series = {
      ...planned,
      plan: { ...plan, verdict: 'none', parts: parts.map((one) => one.plan) },
      parts,
    } as const;
    expect(await codeOf(buildVolume(series, readSlice, {}))).toBe('NOT_A_VOLUME');
    expect(firsts(await buildVolume(series, readSlice, { part: 1 }))).toEqual([2, 4]);
    expect(await codeOf(buildVolume(series, readSlice, { part: 2 }))).toBe('USAGE');
  });
});
