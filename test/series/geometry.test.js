import { describe, expect, it } from 'vitest';
import { cross, dot, imagePlane, isParallel, norm, subtract } from '../../src/series/geometry.js';
import { openBuilt } from '../support/open-built.js';
import { sliceParts } from '../support/slices.js';
async function datasetOf(position, orientation) {
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
    const plane = imagePlane(await datasetOf('0\\0\\0', '2\\0\\0\\0\\0.5\\0'));
    expect(plane).toMatchObject({ row: [1, 0, 0], column: [0, 1, 0], normal: [0, 0, 1] });
  });
  it.each([
    ['no position', '', '1\\0\\0\\0\\1\\0'],
    ['no orientation', '0\\0\\0', ''],
    ['a position of two', '0\\0', '1\\0\\0\\0\\1\\0'],
    ['an orientation of five', '0\\0\\0', '1\\0\\0\\0\\1'],
    ['a vector of zeros', '0\\0\\0', '0\\0\\0\\0\\1\\0'],
    ['vectors on one line', '0\\0\\0', '1\\0\\0\\1\\0\\0'],
    ['words', '0\\0\\top', '1\\0\\0\\0\\1\\0'],
  ])('K17: is nothing for %s', async (_, position, orientation) => {
    expect(imagePlane(await datasetOf(position, orientation))).toBeUndefined();
  });
});
describe('isParallel', () => {
  it('takes rounding for nothing, a tenth of a degree for something', async () => {
    const at = async (angle) => {
      const [c, s] = [Math.cos(angle).toFixed(8), Math.sin(angle).toFixed(8)];
      return imagePlane(await datasetOf('0\\0\\0', `${c}\\${s}\\0\\-${s}\\${c}\\0`));
    };
    const [flat, near, far, turned] = await Promise.all([at(0), at(1e-4), at(0.01), at(1.57)]);
    if (!flat || !near || !far || !turned) throw new Error('no plane');
    expect([isParallel(flat, near), isParallel(flat, far), isParallel(flat, turned)]).toEqual([
      ...[true, false, false],
    ]);
  });
});
