import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from '../support/platform.ts';
import { imagePixel, sequence } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { listingOf, sliceParts } from '../support/slices.ts';

/** An enhanced CT of frames of one pixel at `zs`, of which only so many have a group. */
function enhanced(
  zs: readonly number[],
  groups: number = zs.length,
  [number, total]: readonly number[] = [],
): DicomParts {
  const measures = sequence(0x00289110, [[[0x00280030, 'DS', '0.5\\0.5']]]);
  const axial = sequence(0x00209116, [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]);
  const frames = zs
    .slice(0, groups)
    .map((z) => [sequence(0x00209113, [[[0x00200032, 'DS', `0\\0\\${z}`]]])]);
  const part: ElementLike[] =
    number === undefined || total === undefined
      ? []
      : [
          [0x00200242, 'UI', '2.25.91'],
          [0x00209161, 'UI', '2.25.90'],
          [0x00209162, 'US', number],
          [0x00209163, 'US', total],
          [0x00209228, 'UL', (number - 1) * zs.length],
        ];
  const elements: ElementLike[] = [
    [0x00080018, 'UI', `2.25.1${number ?? 0}`],
    [0x00080060, 'CS', 'CT'],
    [0x0020000d, 'UI', '2.25.7'],
    [0x0020000e, 'UI', '2.25.8'],
    ...part,
    ...imagePixel({ rows: 1, columns: 1, numberOfFrames: zs.length }),
    sequence(0x52009229, [[axial, measures]]),
    sequence(0x52009230, frames),
    [0x7fe00010, 'OW', zs.map((_, i) => i)],
  ];
  return { elements };
}

async function seriesOf(objects: readonly DicomParts[]): Promise<Series> {
  const listing = listingOf(Object.fromEntries(objects.map((object, k) => [`IM${k}`, object])));
  const collection = createCollection({ listing, context: createContext(), options: {} });
  const [series] = await collection.series();
  if (series === undefined) throw new Error('no series');
  return series;
}

describe('what belongs to a volume and has no place in it', () => {
  it('K17: frames that no functional group describes', async () => {
    const { verdict, reasons } = (await seriesOf([enhanced([0, 2, 4, 6, 8], 3)])).plan();
    expect([verdict, reasons]).toEqual([
      'stack',
      [
        {
          ...{ code: 'INCOMPLETE', instances: ['IM0'], count: 2 },
          message: '2 frames of which nothing says where they are',
        },
      ],
    ]);
    const one = (await seriesOf([enhanced([0, 2], 1)])).plan();
    expect(one.reasons.map(({ code, count }) => [code, count])).toEqual([
      ['ONE_SLICE', undefined],
      ['INCOMPLETE', 1],
    ]);
  });

  it('K17: parts of a concatenation that are missing, at its end too', async () => {
    const parts = [1, 2, 3, 4].map((number) =>
      enhanced(
        [0, 1, 2].map((k) => 3 * (number - 1) + k),
        3,
        [number, 4],
      ),
    );
    expect((await seriesOf(parts)).plan()).toMatchObject({ verdict: 'volume', reasons: [] });
    const cut = await seriesOf(parts.slice(0, 2));
    expect(cut.plan().verdict).toBe('stack');
    expect(cut.plan().reasons).toEqual([
      {
        ...{ code: 'INCOMPLETE', instances: ['IM0', 'IM1'], count: 2 },
        message: '2 parts of the concatenation not there',
      },
    ]);
    expect((await cut.volume()).regular).toBe(false);
  });
});

describe('a plan', () => {
  it("K17: is its caller's own: what is changed in it is changed for nobody else", async () => {
    const series = await seriesOf([0, 2, 4].map((z) => sliceParts({ z, position: `1\\2\\${z}` })));
    const expected = series.plan();
    const plan = series.plan();
    plan.affine.fill(7);
    Object.assign(plan.spacing, [9, 9, 9]);
    expect(series.plan()).toEqual(expected);
    const volume = await series.volume();
    expect(volume.affine).toEqual(expected.affine);
    volume.affine.fill(7);
    expect(series.plan()).toEqual(expected);
    expect((await series.volume()).affine).toEqual(expected.affine);
  });
});

describe('doses', () => {
  const dose = (z: number, scaling: string): DicomParts =>
    sliceParts({ z, intercept: '5', more: [[0x3004000e, 'DS', scaling]] });

  it('K17: are stored values times Dose Grid Scaling (PS3.3 C.8.8.3)', async () => {
    const series = await seriesOf([0, 2, 4].map((z) => dose(z, '0.25')));
    const rescale = { slope: 0.25, intercept: 0 };
    expect(series.plan()).toMatchObject({ verdict: 'volume', reasons: [], rescale });
    expect((await series.volume()).display.rescale).toEqual(rescale);
    await using file = await series.instances[0]?.open();
    expect((await file?.frame(0))?.display.rescale).toEqual(rescale);
  });

  it('K17: of different scaling are mixed', async () => {
    const series = await seriesOf([0, 2, 4].map((z) => dose(z, z === 2 ? '0.5' : '0.25')));
    expect(series.plan().reasons).toMatchObject([{ code: 'MIXED_RESCALE', instances: ['IM1'] }]);
    const { data } = await series.volume();
    expect([data[0], data[6], data[12]]).toEqual([0, 1, 1]);
  });

  it('K17: a scaling of 0, and a slope of 0, is none, as a frame has it', async () => {
    const zero = await seriesOf([0, 2].map((z) => dose(z, '0')));
    const slope = await seriesOf([0, 2].map((z) => sliceParts({ z, slope: '0' })));
    expect(zero.plan().rescale).toEqual({ slope: 1, intercept: 5 });
    expect(slope.plan().rescale).toEqual({ slope: 1, intercept: 0 });
  });
});
