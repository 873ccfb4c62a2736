import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import { labelVolume } from '../../src/collection/label-volume.ts';
import { render } from '../../src/display/render.ts';
import { createContext } from '../../src/node/context.ts';
import { encodeVolume } from '../../src/series/encode-volume.ts';
import {
  drawn,
  grid,
  labelsOf,
  segmentation,
  seriesOf,
  TWO_SEGMENTS,
} from '../support/segmentation.ts';
import type { SegmentationParts } from '../support/segmentation.ts';
import { listingOf, sliceParts } from '../support/slices.ts';

describe('labelVolume: the grid of the frames themselves', () => {
  it('puts frames of one bit, of interleaved segments and out of order, in their places', async () => {
    const labels = await labelsOf(TWO_SEGMENTS);
    expect(drawn(labels)).toEqual([
      ['102', '102'],
      ['010', '000'],
      ['000', '002'],
    ]);
    expect(labels.data).toBeInstanceOf(Uint8Array);
    expect(labels.size).toEqual([3, 2, 3]);
    expect(labels.spacing).toEqual([0.25, 0.5, 2]);
    expect([...labels.affine]).toEqual([...grid().affine]);
    expect(labels.segments.map(({ number, label }) => [number, label])).toEqual([
      [1, 'S1'],
      [2, 'S2'],
    ]);
    expect([labels.overlapping, labels.regular, labels.made, labels.unverified]).toEqual([
      0,
      true,
      [],
      undefined,
    ]);
    const { verdict, samples, byteLength, size, reasons } = labels.plan;
    expect([verdict, samples, byteLength, size, reasons]).toEqual([
      'volume',
      'Uint8Array',
      18,
      [3, 2, 3],
      [],
    ]);
  });

  it.each([
    ['of Spacing Between Slices', '2', [0, 2, 8], 5],
    ['of the nearest frames without it', undefined, [0, 2, 8], 5],
    ['of the nearest frames where positions are no multiples of it', '1.5', [0, 2, 8], 5],
    ['that nearest frames do not show', '2', [0, 6], 4],
  ])('leaves slices without a frame background, %s', async (_, between, zs, count) => {
    const frames = zs.map((z) => ({ z, segment: 1, data: [1, 1] }));
    const labels = await labelsOf({ rows: 1, columns: 2, between, frames });
    const filled = zs.map((z) => z / 2);
    const expected = Array.from({ length: count }, (__, k) => [filled.includes(k) ? '11' : '00']);
    expect(drawn(labels)).toEqual(expected);
    expect(labels.spacing[2]).toBe(2);
  });

  it('refuses frames at uneven distances, and names one', async () => {
    const frames = [0, 2, 5].map((z) => ({ z, segment: 1, data: [1] }));
    await expect(labelsOf({ rows: 1, columns: 1, frames })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: expect.stringMatching(/^frame [12] does not lie on the grid$/) as string,
      details: { name: 'S0', found: expect.stringMatching(/mm beside voxels$/) as string },
    });
  });

  it('refuses more slices than anyone has', async () => {
    const frames = [0, 0.01, 1000].map((z) => ({ z, segment: 1, data: [1] }));
    await expect(labelsOf({ rows: 1, columns: 1, between: '0.01', frames })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
    });
  });

  it('follows slices that are sheared, and says the tilt', async () => {
    const frames = [0, 1, 3].map((k) => ({
      position: `0\\${k}\\${k}`,
      segment: 1,
      data: [1, 0],
    }));
    const labels = await labelsOf({ rows: 1, columns: 2, frames });
    expect(drawn(labels)).toEqual([['10'], ['10'], ['00'], ['10']]);
    expect([2, 6, 10].map((k) => labels.affine[k])).toEqual([0, 1, 1]);
    expect(labels.spacing[2]).toBeCloseTo(1, 12);
    expect(labels.plan.tilt).toBeCloseTo(45, 9);
    expect(() => labels.plane('sagittal', 0)).toThrow(/skewed/);
  });

  it('takes one slice', async () => {
    const one = { rows: 1, columns: 2, frames: [{ z: 5, data: [0, 1] }] };
    const labels = await labelsOf({ ...one, between: '3' });
    expect([drawn(labels), labels.spacing[2], labels.affine[11]]).toEqual([[['01']], 3, 5]);
  });
});

describe('labelVolume: on the grid of the images', () => {
  it('keeps the place of voxels in a larger grid, and in one that is cut', async () => {
    const larger = await labelsOf(TWO_SEGMENTS, { on: grid([4, 4, 5], [-0.25, -1, -2]) });
    expect(drawn(larger)).toEqual([
      ['0000', '0000', '0000', '0000'],
      ['0000', '0000', '0102', '0102'],
      ['0000', '0000', '0010', '0000'],
      ['0000', '0000', '0000', '0002'],
      ['0000', '0000', '0000', '0000'],
    ]);
    // What is cut off is empty.
    const only = { on: grid([2, 2, 2]), segments: [1] };
    expect(drawn(await labelsOf(TWO_SEGMENTS, only))).toEqual([
      ['10', '10'],
      ['01', '00'],
    ]);
  });

  it('refuses labels outside of it, and names the frame', async () => {
    await expect(labelsOf(TWO_SEGMENTS, { on: grid([2, 2, 3]) })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frame 0 has labels outside of the grid',
      details: { name: 'S0', found: '1 pixel outside' },
    });
  });

  it.each([
    ['half a slice off', grid([3, 2, 3], [0, 0, 1]), '1 mm beside'],
    ['a third of a column off', grid([3, 2, 3], [0.08, 0, 0]), '0.08 mm beside'],
    ['of other pixels', { ...grid(), affine: grid().affine.with(0, 0.5) }, 'that are no voxels'],
    // A column is nearly a voxel, three of them are not.
    ['nearly of its pixels', { ...grid(), affine: grid().affine.with(0, 0.275) }, 'mm beside'],
    ['turned by 45 degrees', turned(), 'that are no voxels'],
  ])('refuses frames that are %s', async (_, on, found) => {
    await expect(labelsOf(TWO_SEGMENTS, { on })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frame 0 does not lie on the grid',
      details: { name: 'S0', found: expect.stringContaining(found) as string },
    });
  });

  it('takes positions that are rounded', async () => {
    const labels = await labelsOf(TWO_SEGMENTS, { on: grid([3, 2, 3], [0.02, -0.03, 0.09]) });
    expect(drawn(labels)).toEqual(drawn(await labelsOf(TWO_SEGMENTS)));
  });

  it.each([
    ['from left to right', '-1\\0\\0\\0\\1\\0', '0.5\\0\\2', ['001', '010']],
    ['from below', '1\\0\\0\\0\\-1\\0', '0\\0.5\\2', ['010', '100']],
    ['turned by a half', '-1\\0\\0\\0\\-1\\0', '0.5\\0.5\\2', ['010', '001']],
  ])('turns a mask %s as it lies', async (_, orientation, position, expected) => {
    const frames = [{ position, segment: 1, data: [1, 0, 0, 0, 1, 0] }];
    const labels = await labelsOf({ rows: 2, columns: 3, orientation, frames }, { on: grid() });
    expect(drawn(labels)[1]).toEqual(expected);
  });

  it('puts rows where columns are, and coronal masks across axial slices', async () => {
    const axial = {
      rows: 3,
      columns: 2,
      spacing: '0.25\\0.5',
      orientation: '0\\1\\0\\1\\0\\0',
      frames: [{ z: 4, segment: 1, data: [1, 0, 0, 0, 1, 1] }],
    };
    expect(drawn(await labelsOf(axial, { on: grid() }))[2]).toEqual(['101', '001']);
    // Rows downwards, from the third slice to the first.
    const coronal = {
      rows: 3,
      columns: 3,
      spacing: '2\\0.25',
      orientation: '1\\0\\0\\0\\0\\-1',
      frames: [{ position: '0\\0.5\\4', segment: 1, data: [1, 1, 0, 0, 0, 1, 0, 0, 0] }],
    };
    expect(drawn(await labelsOf(coronal, { on: grid() }))).toEqual([
      ['000', '000'],
      ['000', '001'],
      ['000', '110'],
    ]);
  });

  it('has one place with the volume and the plan of the images', async () => {
    const images = [0, 2, 4].map((z) => sliceParts({ z, instanceNumber: z }));
    const ct = await seriesOf(Object.fromEntries(images.map((one, k) => [`CT${k}`, one])));
    const expected = drawn(await labelsOf(TWO_SEGMENTS));
    for (const on of [ct.plan(), await ct.volume()]) {
      const labels = await labelsOf(TWO_SEGMENTS, { on });
      expect(drawn(labels)).toEqual(expected);
      expect([...labels.affine]).toEqual([...on.affine]);
    }
  });

  it('refuses the plan of one image, which may be at no place', async () => {
    const nowhere = await seriesOf({ A: sliceParts({ position: '' }) });
    await expect(labelsOf(TWO_SEGMENTS, { on: nowhere.plan() })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'the grid for the labels is not regular',
      details: { found: 'a plan whose verdict is none' },
    });
  });

  it('refuses a stack as a grid, and takes what is made of it', async () => {
    const images = [0, 2, 4, 8].map((z) => sliceParts({ z, instanceNumber: z }));
    const ct = await seriesOf(Object.fromEntries(images.map((one, k) => [`CT${k}`, one])));
    for (const on of [ct.plan(), await ct.volume()]) {
      await expect(labelsOf(TWO_SEGMENTS, { on })).rejects.toMatchObject({
        code: 'NOT_A_VOLUME',
        summary: 'the grid for the labels is not regular',
      });
    }
    const filled = await ct.volume({ fillGaps: 'linear' });
    const labels = await labelsOf(TWO_SEGMENTS, { on: filled });
    expect(drawn(labels).slice(0, 3)).toEqual(drawn(await labelsOf(TWO_SEGMENTS)));
    expect(labels.size).toEqual(filled.size);
  });
});

/** The grid about z by 45 degrees. */
function turned(): ReturnType<typeof grid> {
  const s = Math.SQRT1_2;
  const affine = [0.25 * s, -0.5 * s, 0, 0, 0.25 * s, 0.5 * s, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
  return { ...grid(), affine: Float64Array.from(affine) };
}

describe('labelVolume: as a volume', () => {
  it('gives planes in the colours of the segments, and oblique ones of whole numbers', async () => {
    const labels = await labelsOf(TWO_SEGMENTS);
    // Front to back, head up.
    const plane = labels.plane('coronal', 1);
    expect([...plane.data]).toEqual([0, 0, 2, 0, 0, 0, 1, 0, 2]);
    expect(plane.display.pixelAspect).toBe(8);
    const image = render(labels.plane('axial', 0));
    const pixel = (k: number): number[] => [
      ...image.data.subarray(k * image.channels, k * image.channels + 3),
    ];
    // L*a*b* 53.2, 80.1, 67.2 is sRGB red; 0 is black.
    expect(pixel(1)).toEqual([0, 0, 0]);
    const [red = 0, green = 0, blue = 0] = pixel(2);
    expect(red).toBeGreaterThan(245);
    expect(Math.max(green, blue)).toBeLessThan(10);
    expect(pixel(0)).not.toEqual([0, 0, 0]);
    const [row, column] = [
      [1, 0, 0],
      [0, 1, 0],
    ] as const;
    const spacing = [0.5, 0.125] as const;
    const cut = { origin: [-0.25, 0, 0.5], row, column, spacing, rows: 1, columns: 7 } as const;
    expect([...labels.oblique(cut).data]).toEqual([0, 0, 1, 0, 0, 2, 2]);
  });

  it('is written to NRRD', async () => {
    const labels = await labelsOf(TWO_SEGMENTS);
    const pieces: Uint8Array[] = [];
    for await (const piece of encodeVolume(labels, 'nrrd')) pieces.push(piece.slice());
    const bytes = Buffer.concat(pieces);
    const end = bytes.indexOf('\n\n') + 2;
    expect(bytes.subarray(0, end).toString()).toMatch(/^type: (uint8|uchar|unsigned char)$/m);
    expect([...bytes.subarray(end)]).toEqual([...labels.data]);
  });

  it('says how far it is, and stops', async () => {
    const seen: string[] = [];
    await labelsOf(TWO_SEGMENTS, { onProgress: (done, total) => seen.push(`${done}/${total}`) });
    expect(seen).toEqual(['1/4', '2/4', '3/4', '4/4']);
    const aborted = new AbortController();
    const stop = (done: number): void => {
      if (done === 2) aborted.abort(new Error('enough'));
    };
    await expect(
      labelsOf(TWO_SEGMENTS, { signal: aborted.signal, onProgress: stop }),
    ).rejects.toThrow('enough');
  });
});

describe('labelVolume: what is none', () => {
  it('refuses what has no place in a patient, in words', async () => {
    const tiled = { ...TWO_SEGMENTS, more: [[0x00480006, 'UL', 30] as const] };
    await expect(labelsOf(tiled)).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'its frames are tiles of a slide',
    });
    const frames = [{ position: '', segment: 1, data: [1] }];
    await expect(labelsOf({ rows: 1, columns: 1, frames })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frame 0 does not say where it lies',
    });
    const some = [...frames, { z: 1, segment: 1, data: [1] }];
    await expect(labelsOf({ rows: 1, columns: 1, frames: some })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frame 0 does not say where it lies',
    });
  });

  it('refuses fewer places than frames, other Frames of Reference, and missing parts', async () => {
    const more = [[0x00280008, 'IS', '5'] as const];
    const five = segmentation(TWO_SEGMENTS);
    const elements = five.elements?.map((one) =>
      !('encode' in one) && one[0] === 0x00280008 ? (more[0] ?? one) : one,
    );
    await expect(labelVolume(await seriesOf({ A: { elements } }))).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frame 4 does not say where it lies',
    });
    const one = { rows: 1, columns: 1, frames: [{ segment: 1, data: [1] }] };
    const far = { ...one, frames: [{ z: 1, segment: 1, data: [1] }] };
    await expect(labelsOf([one, { ...far, reference: '2.25.99' }])).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'frames are of different places',
    });
    const part = (number: number): SegmentationParts['more'] => [
      [0x00200242, 'UI', '2.25.90'],
      [0x00209161, 'UI', '2.25.91'],
      [0x00209162, 'US', number],
      [0x00209163, 'US', 2],
      [0x00209228, 'UL', number - 1],
    ];
    const both = await labelsOf([
      { ...one, more: part(1) },
      { ...far, more: part(2) },
    ]);
    expect([...both.data]).toEqual([1, 1]);
    await expect(labelsOf({ ...one, more: part(1) })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'parts of it are missing',
    });
  });

  it('refuses images, and segmentations of no known type', async () => {
    const ct = await seriesOf({ A: sliceParts() });
    await expect(labelVolume(ct)).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      summary: 'it is no segmentation',
    });
    await expect(labelsOf({ ...TWO_SEGMENTS, type: 'OTHER' })).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
    });
    const overlap = 'all' as 'lowest';
    await expect(labelsOf(TWO_SEGMENTS, { overlap })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

// What is opened is closed, also where a frame is refused.
describe('labelVolume: files', () => {
  it('are closed', async () => {
    const listing = listingOf({ A: segmentation(TWO_SEGMENTS) });
    const collection = createCollection({ listing, context: createContext(), options: {} });
    const [series] = await collection.series();
    if (series === undefined) throw new Error('no series');
    await labelVolume(series);
    await expect(labelVolume(series, { on: grid([1, 1, 1]) })).rejects.toThrow(/outside/);
    expect(listing.opened.length).toBeGreaterThan(2);
    expect(listing.opened.every(({ closed }) => closed)).toBe(true);
  });
});
