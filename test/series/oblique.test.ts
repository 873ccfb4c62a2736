import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnatomicalPlane } from '../../src/series/anatomical-planes.ts';
import type { Vector } from '../../src/series/geometry.ts';
import { obliquePlane } from '../../src/series/oblique.ts';
import type { ObliquePlane } from '../../src/series/volume.ts';
import { volumePlane } from '../../src/series/volume-plane.ts';
import { turned } from '../support/acquisition.ts';
import { codeOf } from '../support/open-built.ts';
import { affineOf, pixelPlace, slabOf } from '../support/plane-phantom.ts';

const STRAIGHT = affineOf([0.5, 0, 0], [0, 0.25, 0], [0, 0, 2], [-10, 20, -30]);
const PLANES: readonly AnatomicalPlane[] = ['axial', 'coronal', 'sagittal'];
const linear = ([x, y, z]: Vector): number => 3 * x - 7 * y + 2 * z + 11;
const noisy = (_: unknown, at: number): number => (Math.imul(at + 1, 2654435761) >>> 16) % 4000;
const codeIn = (action: () => unknown) => codeOf((async () => action())());
/** Along x, at the first voxel's row and slice of {@link STRAIGHT}. */
const LINE: ObliquePlane = {
  ...{ origin: [-10, 20, -30], row: [1, 0, 0], column: [0, 1, 0], spacing: [0.25, 0.25] },
  ...{ rows: 1, columns: 5 },
};

describe('obliquePlane', () => {
  it('K17: has linear values exactly, any way through any grid, and fill outside of it', () => {
    const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    const lean = fc.double({ min: -0.5, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(angle, angle, angle, angle, lean, (a, b, c, d, shear) => {
        const { row, column, normal } = turned(a, b, c);
        const step = normal.map((value, k) => 2 * value + shear * (column[k] ?? 0));
        const [x = 0, y = 0, z = 0] = step;
        const affine = affineOf(row, column, [x, y, z], [0, 0, 0]);
        const slab = slabOf([6, 6, 4], affine, linear, { type: Float64Array });
        const cut = turned(d, c, a);
        const plane = {
          ...{ origin: [2.5 * row[0] - cut.row[0], 0.1, 0.2] as const, fill: -1e6 },
          ...{
            row: cut.row,
            column: cut.column,
            spacing: [0.5, 0.7] as const,
            rows: 9,
            columns: 8,
          },
        };
        const { data, geometry } = obliquePlane(slab, plane);
        data.forEach((value: number | bigint, i: number) => {
          if (Number(value) === -1e6) return;
          const place = pixelPlace(geometry, Math.floor(i / 8), i % 8);
          expect(Number(value)).toBeCloseTo(linear(place), 3);
        });
      }),
    );
  });

  it.each(PLANES)('K17: along the grid, it is the plane of the volume: %s', (plane) => {
    const { row, column, normal } = turned(0.3, -0.2, 0.1);
    const affine = affineOf(row, column, normal, [5, -3, 8]);
    for (const type of [Int16Array, Float32Array]) {
      const slab = slabOf([5, 4, 3], affine, noisy, { type });
      for (const k of [0, 2]) {
        const own = volumePlane(slab, plane, k);
        const { geometry, rows, columns } = own;
        expect(obliquePlane(slab, { ...geometry, rows, columns }).data).toEqual(own.data);
      }
    }
  });

  it('without an origin, the middle of the plane is that of the volume', () => {
    const { row, column, normal } = turned(0.3, -0.2, 0.1);
    const affine = affineOf(row, column, normal, [5, -3, 8]);
    const slab = slabOf([5, 3, 3], affine, linear, { type: Float64Array });
    const cut = turned(1, 2, 3);
    const { geometry } = obliquePlane(slab, {
      ...{ row: cut.row, column: cut.column, spacing: [0.5, 0.7], rows: 9, columns: 7 },
    });
    const middle = ([0, 1, 2] as const).map((k) => 2 * row[k] + column[k] + normal[k]);
    const place = pixelPlace(geometry, 4, 3);
    [5, -3, 8].forEach((at, k) => expect(place[k]).toBeCloseTo(at + (middle[k] ?? 0), 9));
  });

  it('K17: rounds whole numbers to the nearest, halves to the even one', () => {
    const slab = slabOf([3, 1, 1], STRAIGHT, (_, at) => [-1, 0, 1][at] ?? 0);
    expect([...obliquePlane(slab, LINE).data]).toEqual([-1, 0, 0, 0, 1]);
    const steep = slabOf([3, 1, 1], STRAIGHT, (_, at) => [1, 2, 5][at] ?? 0);
    expect([...obliquePlane(steep, LINE).data]).toEqual([1, 2, 2, 4, 5]);
    const large = slabOf([3, 1, 1], STRAIGHT, () => 4294967295, { type: Uint32Array });
    expect([...obliquePlane(large, LINE).data]).toEqual(Array(5).fill(4294967295));
  });

  it('K17: padding makes no mean with tissue', () => {
    const { display } = slabOf([1, 1, 1], STRAIGHT, () => 0);
    const padded = { ...display, padding: { low: -2000, high: -1990 } };
    const slab = slabOf([3, 1, 1], STRAIGHT, (_, at) => [-1995, 40, 60][at] ?? 0, {
      display: padded,
    });
    expect([...obliquePlane(slab, LINE).data]).toEqual([-1995, -2000, 40, 50, 60]);
    expect([...obliquePlane(slab, { ...LINE, fill: 7 }).data]).toEqual([-1995, 7, 40, 50, 60]);
  });

  it('K17: what is outside is fill, by default the least value there is', () => {
    const slab = slabOf([2, 1, 1], STRAIGHT, (_, at) => [10, -5][at] ?? 0);
    const plane = { ...LINE, origin: [-10.5, 20, -30], spacing: [1, 0.5] } as const;
    expect([...obliquePlane(slab, plane).data]).toEqual([-5, 10, -5, -5, -5]);
    expect([...obliquePlane(slab, { ...plane, fill: 3 }).data]).toEqual([3, 10, -5, 3, 3]);
  });

  it('K17: segments and colours have no mean', () => {
    const values = (_: unknown, at: number): number => [1, 9][at] ?? 0;
    const palette = { photometricInterpretation: 'PALETTE COLOR' };
    const plane = { ...LINE, columns: 3, spacing: [1, 0.2] } as const;
    const colours = slabOf([2, 1, 1], STRAIGHT, values, palette);
    expect([...obliquePlane(colours, plane).data]).toEqual([1, 1, 9]);
    const { display } = colours;
    const labels = {
      ...display,
      segmentation: { type: 'LABELMAP', maximumFractionalValue: 1, segments: [] },
    } as const;
    const segments = slabOf([2, 1, 1], STRAIGHT, values, { display: labels });
    expect([...obliquePlane(segments, plane).data]).toEqual([1, 1, 9]);
  });

  it('K17: is a frame with its geometry and the aspect of its pixels', () => {
    const slab = slabOf([2, 2, 2], STRAIGHT, noisy, { unverified: true });
    const plane = obliquePlane(slab, { ...LINE, spacing: [3, 0.5] });
    expect(plane).toMatchObject({ index: 0, rows: 1, columns: 5, unverified: true });
    expect(plane.display.pixelAspect).toBe(6);
    const { origin, row, column } = LINE;
    expect(plane.geometry).toEqual({ origin, row, column, spacing: [3, 0.5] });
  });

  it('K17: refuses a stack that is not regular, and 64 bits', async () => {
    const uneven = slabOf([2, 2, 2], STRAIGHT, noisy, { regular: false });
    expect(await codeIn(() => obliquePlane(uneven, LINE))).toBe('NOT_A_VOLUME');
    const long = slabOf([1, 1, 1], STRAIGHT, noisy, { data: BigInt64Array.of(1n) });
    expect(await codeIn(() => obliquePlane(long, LINE))).toBe('NOT_A_VOLUME');
    const flat = slabOf([1, 1, 1], new Float64Array(16), noisy);
    expect(await codeIn(() => obliquePlane(flat, LINE))).toBe('NOT_A_VOLUME');
  });

  it.each([
    [{ rows: 0 }],
    [{ columns: 16_385 }],
    [{ columns: 1.5 }],
    [{ spacing: [0, 1] }],
    [{ spacing: [1, Infinity] }],
    [{ origin: [NaN, 0, 0] }],
    [{ row: [2, 0, 0] }],
    [{ row: [0, 0, 0] }],
    [{ column: [Math.SQRT1_2, Math.SQRT1_2, 0] }],
    [{ fill: 40_000 }],
  ] as const)('refuses %j', async (odd) => {
    const slab = slabOf([2, 2, 2], STRAIGHT, noisy);
    expect(await codeIn(() => obliquePlane(slab, { ...LINE, ...odd }))).toBe('USAGE');
  });
});
