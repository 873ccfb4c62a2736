import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from '../support/platform.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';
import { listingOf, sliceParts } from '../support/slices.ts';

async function seriesOf(objects: readonly DicomParts[]) {
  const listing = listingOf(Object.fromEntries(objects.map((object, k) => [`IM${k}`, object])));
  const collection = createCollection({ listing, context: createContext(), options: {} });
  return { all: await collection.series(), listing };
}

async function onlySeries(objects: readonly DicomParts[]): Promise<Series> {
  const { all } = await seriesOf(objects);
  const [series] = all;
  if (series === undefined || all.length > 1) throw new Error(`${all.length} series`);
  return series;
}

describe('groupSeries', () => {
  it('one series in two studies is two (PS3.3 A.1.2)', async () => {
    const other = sliceParts({ z: 1 });
    const moved = {
      ...other,
      elements: (other.elements ?? []).map((one) =>
        !('encode' in one) && one[0] === 0x0020000d ? ([one[0], 'UI', '2.25.77'] as const) : one,
      ),
    };
    const { all } = await seriesOf([sliceParts({ z: 0 }), moved]);
    expect(all.map(({ uid, study }) => [uid, study])).toEqual([
      ['2.25.8', '2.25.7'],
      ['2.25.8', '2.25.77'],
    ]);
  });

  it('objects without any UID are one series, not lost', async () => {
    const bare: DicomParts = { elements: [[0x00080060, 'CS', 'OT']] };
    const { uid, study, modality, instances } = await onlySeries([bare, bare]);
    expect([uid, study, modality, instances.length]).toEqual(['', '', 'OT', 2]);
  });
});

describe('thumbnail of a series', () => {
  it('is of the middle slice, by space and not by name', async () => {
    const series = await onlySeries(
      [2, 0, 1].map((z) =>
        sliceParts({
          z,
          rows: 2 + z,
          columns: 1,
          pixels: [0x7fe00010, 'OW', Array<number>(2 + z).fill(z)],
          spacing: '1\\1',
        }),
      ),
    );
    expect(await series.thumbnail()).toMatchObject({ width: 1, height: 3 });
  });

  it('passes over instances without an image', async () => {
    const note: DicomParts = {
      elements: [
        [0x0020000d, 'UI', '2.25.7'],
        [0x0020000e, 'UI', '2.25.8'],
      ],
    };
    const series = await onlySeries([note, sliceParts({ spacing: '1\\1' }), note]);
    expect(await series.thumbnail()).toMatchObject({ width: 3, height: 2 });
  });

  it('I07: of a series without images says so', async () => {
    const series = await onlySeries([{ elements: [[0x00080060, 'CS', 'SR']] }]);
    expect(await codeOf(series.thumbnail())).toBe('NO_PIXEL_DATA');
    expect(series.plan().reasons[0]?.code).toBe('NO_PIXELS');
    const sizeOnly = { elements: imagePixel({ rows: 2, columns: 2 }) };
    const { reasons } = (await onlySeries([sizeOnly])).plan();
    expect(reasons.map(({ code }) => code)).toEqual(['NO_PIXELS']);
  });
});

describe('an instance that is cut', () => {
  const { bytes, pixelOffset = 0 } = dicom(sliceParts({ z: 1 }));
  it.each([
    ['in its header', pixelOffset - 44, 'TRUNCATED_VALUE'],
    ['in its pixels', bytes.length - 4, 'PIXEL_LENGTH'],
    ['before its pixels', pixelOffset, 'PIXEL_LENGTH'],
  ])('A28: %s says so without being opened', async (_, length, code) => {
    const listing = listingOf({
      whole: sliceParts({ z: 0 }),
      cut: bytes.subarray(0, length),
      next: sliceParts({ z: 2 }),
    });
    const all = await createCollection({ listing, context: createContext(), options: {} }).series();
    const instances = all.flatMap((series) => series.instances);
    const cut = instances.find(({ name }) => name === 'cut');
    expect(cut?.warnings[0]?.code).toBe(code);
    const incomplete = all.flatMap((series) => series.plan().reasons);
    expect(incomplete).toContainEqual(
      expect.objectContaining({ code: 'INCOMPLETE', instances: ['cut'] }),
    );
    expect(all.map((series) => series.plan().verdict)).not.toContain('volume');
  });

  it('a Number of Frames that is no count takes no pixels away', async () => {
    const odd = [0, 1].map((z) => sliceParts({ z, more: [[0x00280008, 'IS', 'x']] }));
    const { instances } = await onlySeries(odd);
    expect(instances.map(({ frameCount }) => frameCount)).toEqual([1, 1]);
    expect(instances.flatMap(({ warnings }) => warnings.map(({ code }) => code))).not.toContain(
      'PIXEL_LENGTH',
    );
  });

  it('pixels shorter than rows and columns need are missing too', async () => {
    const short = sliceParts({ z: 1, pixels: [0x7fe00010, 'OW', [1, 2, 3]] });
    const series = await onlySeries([sliceParts({ z: 0 }), short, sliceParts({ z: 2 })]);
    expect(series.plan().reasons).toMatchObject([{ code: 'INCOMPLETE', instances: ['IM1'] }]);
  });
});
