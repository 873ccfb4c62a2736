import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/dicom/dataset.ts';
import { cross, dot, imagePlane, isParallel, norm, subtract } from '../../src/series/geometry.ts';
import type { ImagePlane } from '../../src/series/geometry.ts';
import { openBuilt } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

async function datasetOf(position: string, orientation: string): Promise<Dataset> {
  return (await openBuilt(sliceParts({ position, orientation }))).file.dataset;
}

describe('vectors', () => {
  it('by hand', () => {
    expect(dot([1, 2, 3], [4, 5, 6])).toBe(32);
    expect(cross([1, 0, 0], [0, 1, 0])).toEqual([0, 0, 1]);
    expect(cross([1, 2, 3], [4, 5, 6])).toEqual([-3, 6, -3]);
    expect(subtract([1, 2, 3], [3, 2, 1])).toEqual([-2, 0, 2]);
    expect(norm([2, 3, 6])).toBe(7);
  });
});

describe('imagePlane', () => {
  it('is where the image is, with unit vectors, and the normal by the right hand', async () => {
    const plane = imagePlane(await datasetOf('-1\\2.5\\3', '0\\1\\0\\0\\0\\-1'));
    expect(plane).toMatchObject({ origin: [-1, 2.5, 3], row: [0, 1, 0], column: [0, 0, -1] });
    expect(plane?.normal.map((part) => part + 0)).toEqual([-1, 0, 0]);
  });

  it('makes unit vectors of what is nearly so', async () => {
    const plane = imagePlane(await datasetOf('0\\0\\0', '1.009\\0\\0\\0\\0.991\\0'));
    expect(plane).toMatchObject({ row: [1, 0, 0], column: [0, 1, 0], normal: [0, 0, 1] });
    // Two decimals of 45 degrees, three of any.
    for (const rounded of [
      '0.71\\0.71\\0\\-0.71\\0.71\\0',
      '0.866\\0.5\\0\\-0.499\\0.866\\0.018',
    ]) {
      expect(imagePlane(await datasetOf('0\\0\\0', rounded))).toBeDefined();
    }
  });

  it.each([
    ['no position', '', '1\\0\\0\\0\\1\\0'],
    ['no orientation', '0\\0\\0', ''],
    ['a position of two', '0\\0', '1\\0\\0\\0\\1\\0'],
    ['an orientation of five', '0\\0\\0', '1\\0\\0\\0\\1'],
    ['a vector of zeros', '0\\0\\0', '0\\0\\0\\0\\1\\0'],
    ['vectors on one line', '0\\0\\0', '1\\0\\0\\1\\0\\0'],
    ['vectors of other lengths than 1', '0\\0\\0', '1.02\\0\\0\\0\\1\\0'],
    ['a column of half the length', '0\\0\\0', '1\\0\\0\\0\\0.5\\0'],
    ['an angle of 60 degrees between rows and columns', '0\\0\\0', '1\\0\\0\\0.5\\0.8660254\\0'],
    ['an angle of 89.8 degrees', '0\\0\\0', '1\\0\\0\\0.00349\\0.9999939\\0'],
    ['a position beyond all numbers', '0\\0\\1e308', '1\\0\\0\\0\\1\\0'],
    ['a position beyond a kilometre', '0\\-1000001\\0', '1\\0\\0\\0\\1\\0'],
    ['words', '0\\0\\top', '1\\0\\0\\0\\1\\0'],
  ])('K17: is nothing for %s', async (_, position, orientation) => {
    expect(imagePlane(await datasetOf(position, orientation))).toBeUndefined();
  });
});

describe('isParallel', () => {
  it('takes rounding for nothing, a tenth of a degree for something', async () => {
    const at = async (angle: number): Promise<ReturnType<typeof imagePlane>> => {
      const [c, s] = [Math.cos(angle).toFixed(8), Math.sin(angle).toFixed(8)];
      return imagePlane(await datasetOf('0\\0\\0', `${c}\\${s}\\0\\-${s}\\${c}\\0`));
    };
    const [flat, near, far, turned] = await Promise.all([at(0), at(1e-4), at(0.01), at(1.57)]);
    if (!flat || !near || !far || !turned) throw new Error('no plane');
    expect([isParallel(flat, near), isParallel(flat, far), isParallel(flat, turned)]).toEqual([
      ...[true, false, false],
    ]);
  });

  it('counts the degrees it is told, of rows as of columns; a mirrored plane is another one', async () => {
    const planeOf = async (orientation: string): Promise<ImagePlane> => {
      const plane = imagePlane(await datasetOf('0\\0\\0', orientation));
      if (plane === undefined) throw new Error('no plane');
      return plane;
    };
    const flat = await planeOf('1\\0\\0\\0\\1\\0');
    // A column of which the tangent is that of two degrees.
    const nodded = await planeOf('1\\0\\0\\0\\1\\0.0349208');
    const rolled = await planeOf('1\\0\\0.0349208\\0\\1\\0');
    for (const plane of [nodded, rolled]) {
      expect([isParallel(flat, plane, 1.999), isParallel(flat, plane, 2.001)]).toEqual([
        false,
        true,
      ]);
    }
    for (const mirrored of ['-1\\0\\0\\0\\1\\0', '1\\0\\0\\0\\-1\\0', '-1\\0\\0\\0\\-1\\0']) {
      expect(isParallel(flat, await planeOf(mirrored), 30)).toBe(false);
    }
    expect(isParallel(flat, flat, 0)).toBe(true);
  });
});
