import { describe, expect, it } from 'vitest';
import type { Samples } from '../../src/frames/frame.ts';
import type { Vector } from '../../src/series/geometry.ts';
import { fillValue } from '../../src/series/fill-value.ts';
import { gridSlices, usedSlices } from '../../src/series/grid-slices.ts';
import type { GridSlice } from '../../src/series/grid-slices.ts';
import type { ReadSlice } from '../../src/series/volume.ts';
import type { GridOptions, VolumeGrid } from '../../src/series/volume-grid.ts';
import { volumeGrid } from '../../src/series/volume-grid.ts';
import { codeOf } from '../support/open-built.ts';
import { issue, OBLIQUE, slicePhantom, STRAIGHT, voxelPlace } from '../support/slice-phantom.ts';
import type {
  NamedInstance,
  Phantom,
  PhantomParts,
  PhantomSlice,
} from '../support/slice-phantom.ts';

/** A value that grows evenly in a direction that is along no axis: linear interpolation gives it exactly. */
const slope = ([x, y, z]: Vector): number => 1000 + 3.25 * x - 2.5 * y + 4.125 * z;

const OUTSIDE = -9999;

/** All slices of a grid, as they were when they were given. */
async function slicesOf(
  phantom: Phantom,
  options: GridOptions,
  more: {
    readonly readSlice?: ReadSlice<NamedInstance> | undefined;
    readonly mixed?: boolean | undefined;
    readonly fill?: number | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly threads?: number | undefined;
    readonly modelNumber?: number | undefined;
  } = {},
): Promise<{ grid: VolumeGrid; slices: Samples[]; given: GridSlice[] }> {
  const { planned, readSlice } = phantom;
  const grid = volumeGrid(planned, options);
  const middle = planned.slices[planned.slices.length >> 1];
  if (middle === undefined) throw new Error('no slices');
  const model = await phantom.readSlice(middle, {});
  phantom.reads.length = 0;
  const slices: Samples[] = [];
  const given: GridSlice[] = [];
  const { mixed = false, fill = OUTSIDE, threads = 0, signal, modelNumber } = more;
  const parts = { planned, grid, model, mixed, fill, threads, signal, modelNumber };
  for await (const slice of gridSlices({ ...parts, readSlice: more.readSlice ?? readSlice })) {
    given.push(slice);
    slices.push(slice.data.slice());
  }
  return { grid, slices, given };
}

/** Whether each voxel has the value of its place, or is outside; and how many are not. */
function voxels(
  { grid, slices }: { grid: VolumeGrid; slices: readonly Samples[] },
  value: (place: Vector) => number,
): { inside: number; outside: number; worst: number } {
  const [columns] = grid.size;
  let [inside, outside, worst] = [0, 0, 0];
  slices.forEach((data, z) => {
    data.forEach((found: number | bigint, j: number) => {
      if (Number(found) === OUTSIDE) outside++;
      else {
        inside++;
        const place = voxelPlace(grid.affine, [j % columns, Math.floor(j / columns), z]);
        worst = Math.max(worst, Math.abs(Number(found) - value(place)));
      }
    });
  });
  return { inside, outside, worst };
}

const FLOATS = { value: slope, type: Float64Array } as const;

const at = (...all: (readonly [number, number, number])[]): PhantomSlice[] =>
  all.map((place) => ({ at: place }));

describe('gridSlices', () => {
  const cases: [
    string,
    Partial<PhantomParts> & Pick<PhantomParts, 'slices'>,
    GridOptions,
    number,
  ][] = [
    ['a tilted gantry', { slices: at([0, 0, 0], [0, 0.3, 2], [0, 0.6, 4], [0, 0.9, 6]) }, {}, 35],
    ['tilted the other way', { slices: at([0, 0, 0], [0, -1, 2], [0, -2, 4], [0, -3, 6]) }, {}, 35],
    ['sheared both ways', { slices: at([0, 0, 0], [0.2, -0.3, 2], [0.4, -0.6, 4]) }, {}, 35],
    [
      'uneven distances',
      { slices: at([0, 0, 0], [0, 0, 2], [0, 0, 4], [0, 0, 5.3], [0, 0, 8]) },
      {},
      35,
    ],
    [
      'a slice that is displaced',
      { slices: at([0, 0, 0], [0, 0, 2], [0.7, -0.4, 4], [0, 0, 6]) },
      {},
      35,
    ],
    [
      'thin slices between thick',
      { slices: at([0, 0.1, 0], [0, 0.2, 2], [0, 0.3, 4]) },
      { resample: 0.3 },
      35,
    ],
    [
      'thick slices',
      { slices: at([0, 0, 0], [0, 0.1, 2], [0, 0.2, 4], [0, 0.3, 6]) },
      { resample: 2.7 },
      35,
    ],
    [
      'a gap in a tilted gantry',
      { slices: at([0, 0, 0], [0, 0.3, 2], [0, 0.6, 4], [0, 1.2, 8], [0, 1.5, 10]) },
      { fillGaps: 'linear' },
      35,
    ],
  ];
  const planes = [
    ['straight', STRAIGHT],
    ['oblique', OBLIQUE],
  ] as const;

  it.each(cases.flatMap((one) => planes.map((plane) => [...one, ...plane] as const)))(
    'K17: resampled, %s: every voxel has the value of its place (%#)',
    async (_, parts, options, cells, _name, plane) => {
      const phantom = slicePhantom({
        ...{ ...FLOATS, plane, verdict: 'stack', reasons: [issue('TILT')] },
        ...parts,
      });
      const made = await slicesOf(phantom, { resample: true, ...options });
      const { inside, outside, worst } = voxels(made, slope);
      expect(worst).toBeLessThan(1e-9);
      // The grid is around all slices, and what is outside is not most of it: each plane loses the parts of cells at its edges.
      const [columns, rows, count] = made.grid.size;
      expect(inside + outside).toBe(columns * rows * count);
      expect(inside).toBeGreaterThanOrEqual(count * (cells - 7 - 2 * 5));
      expect(phantom.reads).toHaveLength(new Set(phantom.reads).size);
    },
  );

  it('K17: cells of slices that lie on the grid are not changed, and none of them is lost', async () => {
    // Two cells aside a slice: 1 mm.
    const slices = at([0, 0, 0], [1, 0, 2], [2, 0, 4]);
    const noise = ([x, y, z]: Vector): number =>
      Math.round(500 * Math.sin(x * 91 + y * 7 + z * 13));
    const phantom = slicePhantom({ slices, value: noise, reasons: [issue('TILT')] });
    const made = await slicesOf(phantom, { resample: true });
    expect(made.grid.size).toEqual([11, 5, 3]);
    expect(voxels(made, noise)).toEqual({ inside: 3 * 35, outside: 3 * 4 * 5, worst: 0 });
  });

  it('K17: gaps are filled with what is between, exactly, and with one value', async () => {
    const slices = at([0, 0, 0], [0, 0.3, 2], [0, 0.9, 6], [0, 1.2, 8]);
    const parts = { ...FLOATS, slices, plane: OBLIQUE, verdict: 'stack' } as const;
    const reasons = [issue('MISSING_SLICES', 'IM1', 'IM2'), issue('TILT', 'IM0')];
    const linear = await slicesOf(slicePhantom({ ...parts, reasons }), { fillGaps: 'linear' });
    expect(voxels(linear, slope)).toMatchObject({ inside: 5 * 35, outside: 0 });
    expect(voxels(linear, slope).worst).toBeLessThan(1e-9);
    const one = await slicesOf(slicePhantom({ ...parts, reasons }), { fillGaps: -5 });
    expect([...(one.slices[2] ?? [])]).toEqual(Array<number>(35).fill(-5));
    const resampled = { fillGaps: -5, resample: 1 };
    const both = await slicesOf(slicePhantom({ ...parts, reasons }), resampled);
    expect(both.grid.recipes.map(({ value }) => value)).toEqual([
      ...[undefined, undefined, undefined, -5, -5, -5, undefined, undefined, undefined],
    ]);
  });

  it('K17: whole numbers are rounded, halves to the even one, below 0 too', async () => {
    const values = [-3, -2, -1, 0, 1, 2, 3];
    const phantom = slicePhantom({
      slices: at([0, 0, 0], [0, 0, 2]),
      rows: 1,
      // Slice 0 has the numbers, slice 1 the next ones: between are halves.
      value: ([x, , z]) => (values[Math.round((x + 10) / 0.5)] ?? 0) + (z + 30) / 2,
    });
    const { slices } = await slicesOf(phantom, { resample: 1 });
    expect(slices[1]).toEqual(new Int16Array([-2, -2, 0, 0, 2, 2, 4]));
  });

  it('K17: what stands for no pixel is mixed with nothing', async () => {
    const padded = ([x, , z]: Vector): number => (x < -9 && z < -29 ? -2000 : x + 100);
    const phantom = slicePhantom({
      ...{ slices: at([0, 0, 0], [0, 0, 2]), rows: 1, value: padded, type: Float32Array },
      padding: { low: -2000, high: -2000 },
    });
    const { slices } = await slicesOf(phantom, { resample: 1 });
    expect([...(slices[1] ?? [])]).toEqual([OUTSIDE, OUTSIDE, 91, 91.5, 92, 92.5, 93]);
    expect([...(slices[0] ?? [])].slice(0, 2)).toEqual([-2000, -2000]);
  });

  it('K17: modality values of slices that differ in rescale', async () => {
    const slices: PhantomSlice[] = [
      { at: [0, 0, 0], rescale: { slope: 0.5, intercept: 1 } },
      { at: [0, 0, 2], rescale: { slope: 4, intercept: -1 } },
    ];
    const phantom = slicePhantom({ slices, value: () => 10, padding: { low: 10, high: 10 } });
    const plain = await slicesOf(phantom, {}, { mixed: true });
    expect(plain.slices.map((data) => data[0])).toEqual([6, 39]);
    expect(plain.slices[0]).toBeInstanceOf(Float32Array);
    // The padding of each slice has its own modality value; the fill has that of the model, as its rescale says.
    const between = await slicesOf(phantom, { resample: 1 }, { mixed: true, fill: 2 });
    expect(between.slices[1]?.[0]).toBe(7);
    const precise = slicePhantom({ slices, value: () => 2 ** 31 - 1, type: Int32Array });
    const long = await slicesOf(precise, {}, { mixed: true });
    expect(long.slices.map((data) => data[0])).toEqual([2 ** 30 + 0.5, 2 ** 33 - 5]);
  });

  it('K17: does not take a slice of another rescale for one of the same', async () => {
    const slices: PhantomSlice[] = [
      { at: [0, 0, 0] },
      { at: [0, 0, 2] },
      { at: [0, 0, 4], rescale: { slope: 2, intercept: 0 } },
    ];
    expect(await codeOf(slicesOf(slicePhantom({ slices, value: () => 1 }), {}))).toBe(
      'NOT_A_VOLUME',
    );
  });

  it('integers of 64 bits stay what they are, and are not interpolated', async () => {
    const parts = { slices: at([0, 0, 0], [0, 0, 2]), value: () => 7, type: BigUint64Array };
    expect((await slicesOf(slicePhantom(parts), {})).slices[1]?.[0]).toBe(7n);
    expect(await codeOf(slicesOf(slicePhantom(parts), { resample: 1 }))).toBe('NOT_A_VOLUME');
  });

  it('reads each slice that is used once, in order, and a few ahead', async () => {
    const places = Array.from({ length: 40 }, (_, k) => [0, 0, 2 * k] as const);
    const phantom = slicePhantom({ slices: at(...places), value: () => 1 });
    let [underWay, most] = [0, 0];
    const readSlice: ReadSlice<NamedInstance> = async (slice, options) => {
      most = Math.max(most, ++underWay);
      const frame = await phantom.readSlice(slice, options);
      underWay--;
      return frame;
    };
    await slicesOf(phantom, {}, { readSlice });
    expect(phantom.reads).toEqual(places.map((_, k) => k));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
    const { grid } = await slicesOf(phantom, { resample: 8 }, { readSlice, modelNumber: 20 });
    expect(usedSlices(grid)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
    // The model was read before.
    expect(phantom.reads).toEqual([0, 4, 8, 12, 16, 24, 28, 32, 36]);
  });

  it('P05: stops reading when it is left, aborted, or a slice fails', async () => {
    const places = Array.from({ length: 40 }, (_, k) => [0, 0, 2 * k] as const);
    const phantom = slicePhantom({ slices: at(...places), value: () => 1 });
    const controller = new AbortController();
    const failing: ReadSlice<NamedInstance> = (slice, options) => {
      if (slice === phantom.planned.slices[9]) return Promise.reject(new Error('no slice 9'));
      if (slice === phantom.planned.slices[3]) controller.abort('enough');
      return phantom.readSlice(slice, options);
    };
    await expect(slicesOf(phantom, {}, { readSlice: failing })).rejects.toThrow('no slice 9');
    expect(phantom.reads.length).toBeLessThan(20);
    const { signal } = controller;
    expect(await codeOf(slicesOf(phantom, {}, { readSlice: failing, signal }))).toBe('enough');
  });

  it('O22: says of which slices an archive has not compared the checksum', async () => {
    const phantom = slicePhantom({ slices: at([0, 0, 0], [0, 0, 2], [0, 0, 4]), value: () => 1 });
    const readSlice: ReadSlice<NamedInstance> = async (slice, options) => ({
      ...(await phantom.readSlice(slice, options)),
      ...(slice === phantom.planned.slices[1] && { unverified: true }),
    });
    const { given } = await slicesOf(phantom, { resample: 1 }, { readSlice });
    expect(given.map(({ unverified }) => unverified)).toEqual([false, true, true, true, false]);
  });
});

describe('fillValue', () => {
  const model = async (parts: Partial<PhantomParts>) => {
    const phantom = slicePhantom({ slices: at([0, 0, 0]), value: ([x]) => x * 2, ...parts });
    const [slice] = phantom.planned.slices;
    if (slice === undefined) throw new Error('no slice');
    return phantom.readSlice(slice, {});
  };

  it('is what was asked for, the padding, or the least value', async () => {
    expect(fillValue(await model({}))).toBe(-20);
    expect(fillValue(await model({ padding: { low: -30, high: -25 } }))).toBe(-30);
    expect(fillValue(await model({ padding: { low: 40_000, high: 40_000 } }))).toBe(-20);
    expect(fillValue(await model({}), 5)).toBe(5);
  });

  it('is refused where the samples cannot have it', async () => {
    const signed = await model({});
    for (const wrong of [40_000, 0.5, NaN]) {
      expect(() => fillValue(signed, wrong)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    }
    const unsigned = await model({ type: Uint8Array, value: () => 1 });
    expect(() => fillValue(unsigned, -1)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(fillValue(await model({ type: Float32Array }), 0.5)).toBe(0.5);
  });
});
