import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planeGeometry, planeLayout } from '../../src/series/anatomical-planes.ts';
import type { AnatomicalPlane } from '../../src/series/anatomical-planes.ts';
import type { Vector } from '../../src/series/geometry.ts';
import { planeCells } from '../../src/series/plane-cells.ts';
import { turned } from '../support/acquisition.ts';
import { codeOf } from '../support/open-built.ts';
import { affineOf, pixelPlace } from '../support/plane-phantom.ts';
import { voxelPlace } from '../support/slice-phantom.ts';

const PLANES: readonly AnatomicalPlane[] = ['axial', 'coronal', 'sagittal'];
/** PS3.3 C.7.6.2.1.1: x to the left, y to the back, z to the head. */
const WAYS = {
  axial: { across: [1, 0, 0], down: [0, 1, 0], through: [0, 0, 1] },
  coronal: { across: [1, 0, 0], down: [0, 0, -1], through: [0, 1, 0] },
  sagittal: { across: [0, 1, 0], down: [0, 0, -1], through: [1, 0, 0] },
} as const;

const times = ([x, y, z]: Vector, by: number): Vector => [x * by, y * by, z * by];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const closeTo = (a: Vector, b: Vector): void => {
  a.forEach((value, k) => {
    expect(value).toBeCloseTo(b[k] ?? NaN, 6);
  });
};

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const distance = fc.double({ min: 0.2, max: 8, noNaN: true });
const grids = fc
  .record({
    angles: fc.tuple(angle, angle, angle),
    spacing: fc.tuple(distance, distance, distance),
    shear: fc.tuple(fc.double({ min: -0.5, max: 0.5, noNaN: true }), fc.constantFrom(0, 1)),
    size: fc.tuple(...([1, 1, 1] as const).map(() => fc.integer({ min: 1, max: 6 }))),
  })
  .map(({ angles, spacing, shear: [lean, tilted], size }) => {
    const { row, column, normal } = turned(...angles);
    const step = plus(times(normal, spacing[2]), times(column, lean * tilted * spacing[2]));
    const affine = affineOf(times(row, spacing[0]), times(column, spacing[1]), step, [-7, 30, 4.5]);
    return { size: [size[0] ?? 1, size[1] ?? 1, size[2] ?? 1] as const, affine };
  });

describe('planeLayout', () => {
  it('K17: of a straight, head first, supine CT has slices as axial planes, and the head up', () => {
    const affine = affineOf([0.5, 0, 0], [0, 0.5, 0], [0, 0, 2], [-100, -90, -300]);
    const grid = { size: [40, 30, 20], affine } as const;
    expect(planeLayout(grid, 'axial')).toMatchObject({
      ...{ count: 20, rows: 30, columns: 40, distance: 2, obliqueness: 0, skew: 0 },
      ...{ axes: [0, 1, 2], flipped: [false, false, false] },
      geometry: { origin: [-100, -90, -300], spacing: [0.5, 0.5] },
    });
    expect(planeLayout(grid, 'coronal')).toMatchObject({
      ...{ count: 30, rows: 20, columns: 40, distance: 0.5, obliqueness: 0, skew: 0 },
      ...{ axes: [0, 2, 1], flipped: [false, true, false] },
      // Row 0 is the slice at the top.
      geometry: {
        origin: [-100, -90, -262],
        row: [1, 0, 0],
        column: [0, 0, -1],
        spacing: [2, 0.5],
      },
    });
    expect(planeLayout(grid, 'sagittal')).toMatchObject({
      ...{ count: 40, rows: 20, columns: 30, axes: [1, 2, 0], flipped: [false, true, false] },
      geometry: { origin: [-100, -90, -262], row: [0, 1, 0], column: [0, 0, -1] },
    });
  });

  it('K17: of sagittal slices, which are in order to the right, counts from right to left', () => {
    // Rows to the back, columns to the feet: the normal is to the right.
    const affine = affineOf([0, 1, 0], [0, 0, -1], [-3, 0, 0], [60, -90, 80]);
    const layout = planeLayout({ size: [9, 8, 7], affine }, 'sagittal');
    expect(layout).toMatchObject({ axes: [0, 1, 2], flipped: [false, false, true], count: 7 });
    expect(layout.geometry.origin).toEqual([42, -90, 80]);
  });

  it('K17: of a prone or feet first patient, pictures are turned, not mirrored', () => {
    const prone = affineOf([-1, 0, 0], [0, -1, 0], [0, 0, 1], [50, 40, 0]);
    const { flipped, geometry } = planeLayout({ size: [4, 5, 6], affine: prone }, 'axial');
    expect([flipped, geometry.origin]).toEqual([
      [true, true, false],
      [47, 36, 0],
    ]);
  });

  it('K17: pixels are where the affine has their voxels, whatever the grid', () => {
    fc.assert(
      fc.property(grids, fc.constantFrom(...PLANES), (grid, plane) => {
        const layout = planeLayout(grid, plane);
        const [columns, rows] = grid.size;
        expect(new Set(layout.axes).size).toBe(3);
        expect(layout.count * layout.rows * layout.columns).toBe(columns * rows * grid.size[2]);
        for (let k = 0; k < layout.count; k++) {
          const geometry = planeGeometry(grid, layout, k);
          const { start, across, down } = planeCells(grid.size, layout, k);
          for (const [r, c] of [
            [0, 0],
            [layout.rows - 1, 0],
            [0, layout.columns - 1],
            [layout.rows - 1, layout.columns - 1],
          ] as const) {
            const at = start + r * down + c * across;
            const voxel = [at % columns, Math.floor(at / columns) % rows] as const;
            const slice = Math.floor(at / (columns * rows));
            closeTo(pixelPlace(geometry, r, c), voxelPlace(grid.affine, [...voxel, slice]));
          }
        }
      }),
    );
  });

  it('K17: rows, columns and planes go the ways of radiologists, whatever the grid', () => {
    fc.assert(
      fc.property(grids, fc.constantFrom(...PLANES), (grid, plane) => {
        const layout = planeLayout(grid, plane);
        const { across, down, through } = WAYS[plane];
        expect(dot(layout.geometry.row, across)).toBeGreaterThanOrEqual(0);
        expect(dot(layout.geometry.column, down)).toBeGreaterThanOrEqual(0);
        const first = planeGeometry(grid, layout, 0).origin;
        const second = planeGeometry(grid, layout, 1).origin;
        expect(dot(plus(second, times(first, -1)), through)).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it('K17: the three planes share out the axes: none is two planes', () => {
    fc.assert(
      fc.property(grids, (grid) => {
        const through = PLANES.map((plane) => planeLayout(grid, plane).axes[2]);
        expect(new Set(through).size).toBe(3);
      }),
    );
  });

  it('K17: says how oblique a grid is', () => {
    const { row, column, normal } = turned(0, (44 / 180) * Math.PI, 0);
    const grid = { size: [2, 2, 2], affine: affineOf(row, column, normal, [0, 0, 0]) } as const;
    expect(planeLayout(grid, 'axial').obliqueness).toBeCloseTo(44, 9);
    expect(planeLayout(grid, 'axial').axes).toEqual([0, 1, 2]);
    expect(planeLayout(grid, 'coronal').axes).toEqual([0, 2, 1]);
  });

  it.each([44.999_999_9, 45, 45.000_000_1])(
    'K17: half way between two planes slices are axial: %f degrees',
    (degrees) => {
      const { row, column, normal } = turned(0, (degrees / 180) * Math.PI, 0);
      const grid = { size: [2, 2, 2], affine: affineOf(row, column, normal, [0, 0, 0]) } as const;
      expect(planeLayout(grid, 'axial').axes[2]).toBe(2);
    },
  );

  it('K17: of a tilted gantry says which planes are skewed, and measures along the way', () => {
    const tan = Math.tan((20 / 180) * Math.PI);
    const affine = affineOf([1, 0, 0], [0, 1, 0], [0, 5 * tan, 5], [0, 0, 0]);
    const grid = { size: [4, 4, 4], affine } as const;
    const sagittal = planeLayout(grid, 'sagittal');
    expect(sagittal.skew).toBeCloseTo(20, 9);
    expect(sagittal.geometry.spacing[0]).toBeCloseTo(5 / Math.cos((20 / 180) * Math.PI), 9);
    const coronal = planeLayout(grid, 'coronal');
    expect(coronal.skew).toBeCloseTo(0, 9);
    expect(coronal.geometry.spacing[0]).toBeCloseTo(5 / Math.cos((20 / 180) * Math.PI), 9);
    expect(coronal.distance).toBeCloseTo(Math.cos((20 / 180) * Math.PI), 9);
    expect(planeLayout(grid, 'axial')).toMatchObject({ skew: 0, distance: 5 });
  });

  it('refuses what is no plane', async () => {
    const affine = affineOf([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]);
    const none = 'frontal' as AnatomicalPlane;
    const layout = async () => planeLayout({ size: [1, 1, 1], affine }, none);
    expect(await codeOf(layout())).toBe('USAGE');
  });
});
