import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from '../../src/node/context.ts';
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
  });
});
