import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Samples } from '../../src/frames/frame.ts';
import { planeLayout } from '../../src/series/anatomical-planes.ts';
import type { AnatomicalPlane } from '../../src/series/anatomical-planes.ts';
import { volumePlane } from '../../src/series/volume-plane.ts';
import { turned } from '../support/acquisition.ts';
import { codeOf } from '../support/open-built.ts';
import { affineOf, pixelPlace, slabOf } from '../support/plane-phantom.ts';

const STRAIGHT = affineOf([0.5, 0, 0], [0, 0.25, 0], [0, 0, 2], [-10, 20, -30]);
const SHEARED = affineOf([1, 0, 0], [0, 1, 0], [0, 1, 5], [0, 0, 0]);
const PLANES: readonly AnatomicalPlane[] = ['axial', 'coronal', 'sagittal'];
const count = (_: unknown, at: number): number => at;
const codeIn = (action: () => unknown) => codeOf((async () => action())());

describe('volumePlane', () => {
  it('K17: is a picture with the head up, and with the aspect of its pixels', () => {
    const slab = slabOf([2, 3, 2], STRAIGHT, count);
    const axial = volumePlane(slab, 'axial', 1);
    expect(axial).toMatchObject({ index: 1, rows: 3, columns: 2, samplesPerPixel: 1 });
    expect([...axial.data]).toEqual([6, 7, 8, 9, 10, 11]);
    expect(axial.display.pixelAspect).toBe(0.5);
    const coronal = volumePlane(slab, 'coronal', 1);
    expect([...coronal.data]).toEqual([8, 9, 2, 3]);
    expect([coronal.display.pixelAspect, coronal.geometry.origin]).toEqual([4, [-10, 20.25, -28]]);
    const sagittal = volumePlane(slab, 'sagittal', 0);
    expect([...sagittal.data]).toEqual([6, 8, 10, 0, 2, 4]);
    expect(sagittal).toMatchObject({ rows: 2, columns: 3, display: { pixelAspect: 8 } });
  });

  it('K17: each pixel is the voxel at its place in the patient', () => {
    const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    fc.assert(
      fc.property(angle, angle, angle, fc.constantFrom(...PLANES), (a, b, c, plane) => {
        const { row, column, normal } = turned(a, b, c);
        const linear = ([x, y, z]: readonly number[]): number =>
          100 * (x ?? 0) + 10 * (y ?? 0) + (z ?? 0);
        const affine = affineOf(row, column, normal, [5, -3, 8]);
        const slab = slabOf([3, 4, 5], affine, linear, { type: Float64Array });
        const layout = planeLayout(slab, plane);
        for (let k = 0; k < layout.count; k++) {
          const { data, geometry, rows, columns } = volumePlane(slab, plane, k);
          expect(data.length).toBe(rows * columns);
          data.forEach((value: number | bigint, i: number) => {
            const place = pixelPlace(geometry, Math.floor(i / columns), i % columns);
            expect(Number(value)).toBeCloseTo(linear(place), 6);
          });
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [Uint8Array],
    [Int8Array],
    [Uint16Array],
    [Uint32Array],
    [Int32Array],
    [Float32Array],
    [Float64Array],
  ])('gives copies of the type of the volume: %o', (type) => {
    const slab = slabOf([2, 3, 2], STRAIGHT, count, { type });
    for (const plane of PLANES) {
      const { data } = volumePlane(slab, plane, 0);
      expect(data).toBeInstanceOf(type);
      expect(data.buffer).not.toBe(slab.data.buffer);
    }
  });

  it('cuts integers of 64 bits', () => {
    const data: Samples = BigInt64Array.from([0n, -1n, 2n ** 60n, 3n]);
    const slab = slabOf([1, 2, 2], STRAIGHT, count, { data });
    expect(volumePlane(slab, 'sagittal', 0).data).toEqual(
      BigInt64Array.from([2n ** 60n, 3n, 0n, -1n]),
    );
  });

  it('K17: cuts an uneven stack into its slices only, which are where their files have them', async () => {
    const origins = [0, 2, 7].map((z) => [-10, 20, -30 + z] as const);
    const slab = slabOf([2, 3, 3], STRAIGHT, count, { regular: false, origins });
    expect(volumePlane(slab, 'axial', 2).geometry.origin).toEqual([-10, 20, -23]);
    for (const plane of ['coronal', 'sagittal'] as const) {
      expect(await codeIn(() => volumePlane(slab, plane, 0))).toBe('NOT_A_VOLUME');
      expect(volumePlane(slab, plane, 0, { asIs: true }).rows).toBe(3);
    }
  });

  it('K17: slices of an uneven stack that are turned have the place of their own corner', () => {
    const prone = affineOf([-1, 0, 0], [0, -1, 0], [0, 0, -3], [50, 40, 0]);
    const origins = [0, -3, -10].map((z) => [50, 40, z] as const);
    const slab = slabOf([4, 5, 3], prone, count, { regular: false, origins });
    const plane = volumePlane(slab, 'axial', 0);
    expect(plane.geometry.origin).toEqual([47, 36, -10]);
    expect(plane.data[0]).toBe(59);
  });

  it('K17: refuses planes that a tilted gantry skews, and no others', async () => {
    const slab = slabOf([2, 2, 2], SHEARED, count);
    expect(await codeIn(() => volumePlane(slab, 'sagittal', 0))).toBe('NOT_A_VOLUME');
    const skewed = volumePlane(slab, 'sagittal', 0, { asIs: true });
    expect(skewed.geometry.spacing[0]).toBeCloseTo(Math.sqrt(26), 12);
    expect(volumePlane(slab, 'coronal', 0).display.pixelAspect).toBeCloseTo(Math.sqrt(26), 12);
    expect(volumePlane(slab, 'axial', 0).rows).toBe(2);
  });

  it('K17: a slice has its own rescale, planes across several must have one', async () => {
    const rescales = [1, 2].map((slope) => ({ slope, intercept: -slope }));
    const slab = slabOf([2, 3, 2], STRAIGHT, count, { rescales });
    expect(volumePlane(slab, 'axial', 1).display.rescale).toEqual({ slope: 2, intercept: -2 });
    expect(await codeIn(() => volumePlane(slab, 'coronal', 0))).toBe('USAGE');
    const same = { slope: 3, intercept: 1 };
    const alike = slabOf([2, 3, 2], STRAIGHT, count, { rescales: [same, same] });
    expect(volumePlane(alike, 'coronal', 0).display.rescale).toEqual(same);
    // A slice that is flipped to another plane number has the rescale of the slice.
    const down = affineOf([1, 0, 0], [0, -1, 0], [0, 0, -1], [0, 0, 0]);
    const flipped = volumePlane(slabOf([2, 3, 2], down, count, { rescales }), 'axial', 0);
    expect(flipped.display.rescale).toEqual({ slope: 2, intercept: -2 });
  });

  it('O22: says that its volume was not verified', () => {
    const slab = slabOf([2, 2, 2], STRAIGHT, count);
    expect(volumePlane(slab, 'axial', 0)).not.toHaveProperty('unverified');
    expect(volumePlane({ ...slab, unverified: true }, 'axial', 0).unverified).toBe(true);
  });

  it.each([-1, 2, 0.5, NaN])('refuses plane %d of two', async (k) => {
    const slab = slabOf([2, 3, 2], STRAIGHT, count);
    expect(await codeIn(() => volumePlane(slab, 'axial', k))).toBe('USAGE');
  });
});
