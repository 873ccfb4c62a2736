import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import { rankSeries } from '../../src/collection/rank-series.ts';
import type { RankCriteria, RankedSeries } from '../../src/collection/rank-series.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from '../support/platform.ts';
import { encapsulated } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';
import { listingOf, sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';

const AXIAL = '1\\0\\0\\0\\1\\0';
const SAGITTAL = '0\\1\\0\\0\\0\\-1';
/** Bytes that no codec is asked about. */
const FRAME = Uint8Array.of(1, 2, 3, 4);

/** A series of slices `step` millimetres apart, and what makes it special. */
interface Made extends SliceParts {
  readonly count: number;
  readonly step: number;
  readonly number?: number;
  readonly imageType?: string;
  readonly sopClass?: string;
  /** Instead of `step`. */
  readonly positions?: (k: number) => string;
  readonly modality?: string;
  readonly description?: string;
}

function objectsOf(made: Made, k: number): Record<string, DicomParts> {
  const { count, step, number = k, imageType = 'ORIGINAL\\PRIMARY\\AXIAL', ...rest } = made;
  const { sopClass, positions, ...more } = rest;
  const along = more.orientation === SAGITTAL ? 0 : 2;
  const own = new Map<number, string>([
    ...(more.modality === undefined ? [] : [[0x00080060, more.modality] as const]),
    ...(more.description === undefined ? [] : [[0x0008103e, more.description] as const]),
  ]);
  return Object.fromEntries(
    Array.from({ length: count }, (_, z): [string, DicomParts] => {
      const origin = [0, 0, 0].map((_zero, axis) => (axis === along ? z * step : 0));
      const position = positions?.(z) ?? origin.join('\\');
      const parts = sliceParts({
        ...{ position, series: `2.25.${100 + k}`, instanceNumber: z + 1 },
        ...more,
        more: [
          ...(imageType === '' ? [] : [[0x00080008, 'CS', imageType] as const]),
          ...(sopClass === undefined ? [] : [[0x00080016, 'UI', sopClass] as const]),
          [0x00200011, 'IS', String(number)],
          ...(more.more ?? []),
        ],
      });
      const elements = (parts.elements ?? []).map((one) => {
        if ('encode' in one) return one;
        if (one[0] === 0x00080018) return [one[0], 'UI', `2.25.${1000 * k + z}`] as const;
        const value = own.get(one[0]);
        return value === undefined ? one : ([one[0], one[1], value] as const);
      });
      return [`S${k}/IM${String(z).padStart(4, '0')}`, { ...parts, elements }];
    }),
  );
}

async function seriesOf(...made: readonly Made[]): Promise<Series[]> {
  const listing = listingOf(
    Object.assign({}, ...made.map(objectsOf)) as Record<string, DicomParts>,
  );
  const collection = createCollection({ listing, context: createContext(), options: {} });
  return collection.series();
}

async function ranked(made: readonly Made[], criteria?: RankCriteria): Promise<RankedSeries[]> {
  return rankSeries(await seriesOf(...made), criteria);
}

/** Numbers of the series, in the order that they were made, as they rank. */
function places(all: readonly RankedSeries[]): number[] {
  return all.map(({ series }) => Number(series.uid.slice('2.25.'.length)) - 100);
}

function reason(
  one: RankedSeries | undefined,
  code: string,
): RankedSeries['reasons'][number] | undefined {
  return one?.reasons.find((each) => each.code === code);
}

const THICK = { count: 60, step: 5 };
const THIN = { count: 222, step: 1.25 };

describe('rankSeries', () => {
  it('222 slices at 1.25 mm beat 60 at 5 mm', async () => {
    const all = await ranked([THICK, THIN]);
    expect(places(all)).toEqual([1, 0]);
    expect(all.map(({ eligible, part }) => [eligible, part])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
    expect(reason(all[0], 'SLICES')).toEqual({
      ...{ code: 'SLICES', met: true, message: '222 slices', value: 222 },
    });
    expect(reason(all[0], 'SPACING')).toMatchObject({
      ...{ met: true, message: '1.25 mm from slice to slice', value: 1.25 },
    });
    expect(reason(all[0], 'ORIENTATION')).toMatchObject({ met: true, message: 'axial', value: 0 });
  });

  it('puts two kernels of equal geometry by their Series Number', async () => {
    const kernels = [
      { ...THICK, number: 4 },
      { ...THICK, number: 3 },
    ];
    expect(places(await ranked(kernels))).toEqual([1, 0]);
  });

  it('of as many slices takes the thinnest, then those of the smallest pixels', async () => {
    const all = await ranked([
      { count: 4, step: 2, spacing: '1\\1' },
      { count: 4, step: 1, spacing: '1\\1' },
      { count: 4, step: 1, spacing: '0.5\\0.5' },
    ]);
    expect(places(all)).toEqual([2, 1, 0]);
  });

  it('K17: of as many and as thin slices takes originals, then what says nothing, then derived ones', async () => {
    const all = await ranked([
      { count: 5, step: 1, imageType: 'DERIVED\\PRIMARY\\AXIAL' },
      { count: 5, step: 1, imageType: '' },
      { count: 5, step: 1 },
    ]);
    expect(places(all)).toEqual([2, 1, 0]);
    expect(reason(all[2], 'IMAGE_TYPE')?.message).toBe('derived images (Image Type DERIVED)');
    const original = await ranked(
      [
        { count: 9, step: 1, imageType: 'DERIVED\\SECONDARY' },
        { count: 8, step: 1, imageType: '' },
        { count: 3, step: 1 },
      ],
      { original: true },
    );
    expect(original.map(({ eligible }) => eligible)).toEqual([true, false, false]);
    expect(places(original)[0]).toBe(2);
  });

  it('K17: slices count before what the images are and how they lie', async () => {
    // 300 reconstructed without noise, which makers call DERIVED, before 2 to time the contrast medium.
    const derived = { count: 300, step: 0.625, imageType: 'DERIVED\\PRIMARY\\AXIAL' };
    expect(places(await ranked([{ count: 2, step: 50 }, derived]))).toEqual([1, 0]);
    // Thin sagittal slices of a head before thick axial ones.
    const sagittal = { count: 192, step: 1, orientation: SAGITTAL };
    expect(places(await ranked([{ count: 22, step: 6 }, sagittal]))).toEqual([1, 0]);
  });

  it('K17: chooses localizers and reformatted images where they are asked for alone', async () => {
    const made = [
      { count: 9, step: 1, imageType: 'ORIGINAL\\PRIMARY\\LOCALIZER' },
      { count: 8, step: 1, imageType: 'DERIVED\\SECONDARY\\MPR' },
      { count: 4, step: 1 },
      { count: 7, step: 1, imageType: 'ORIGINAL\\PRIMARY\\AXIAL\\MIP' },
    ];
    const all = await ranked(made);
    expect(places(all)).toEqual([2, 1, 3, 0]);
    expect(all.map(({ eligible }) => eligible)).toEqual([true, false, false, false]);
    expect(reason(all[1], 'IMAGE_TYPE')).toMatchObject({
      met: false,
      message: 'reformatted or projected images (Image Type MPR), chosen only where asked for',
    });
    const asked = await ranked(made, { accept: ['reformat'] });
    expect(places(asked)).toEqual([2, 1, 3, 0]);
    expect(asked.map(({ eligible }) => eligible)).toEqual([true, true, true, false]);
    const [scout] = await ranked(made, { accept: ['localizer'], minimumSlices: 9 });
    expect(scout).toMatchObject({ eligible: true, plan: { size: [3, 2, 9] } });
  });

  it('K17: a segmentation is no image to choose, however many slices it has', async () => {
    const made = [
      { count: 9, step: 1, sopClass: '1.2.840.10008.5.1.4.1.1.66.4' },
      { count: 4, step: 1 },
    ];
    const all = await ranked(made);
    expect(places(all)).toEqual([1, 0]);
    expect(all.map(({ eligible }) => eligible)).toEqual([true, false]);
    const asked = await ranked(made, { accept: ['segmentation'], minimumSlices: 9 });
    expect(asked[0]).toMatchObject({ eligible: true, plan: { size: [3, 2, 9] } });
  });

  it('K17: distances that differ by the rounding of positions are one', async () => {
    const positions = (k: number): string =>
      `0\\0\\${(1.25 * k - (k === 8 ? 0.0003 : 0)).toFixed(4)}`;
    const derived = { count: 9, step: 1, imageType: 'DERIVED\\PRIMARY', positions };
    expect(places(await ranked([derived, { count: 9, step: 1.25 }]))).toEqual([1, 0]);
  });

  it('puts axial ones first of as many and as thin slices, and names the plane from the geometry', async () => {
    const made = [
      { count: 4, step: 1, orientation: SAGITTAL },
      { count: 4, step: 1, spacing: '1\\1', orientation: AXIAL },
      // Turned by 20 degrees about the patient's x axis, as slices of a head are.
      { count: 4, step: 1, orientation: '1\\0\\0\\0\\0.9396926\\-0.3420201' },
    ];
    const all = await ranked(made);
    expect(places(all)).toEqual([2, 1, 0]);
    expect(all.map((one) => reason(one, 'ORIENTATION')?.message)).toEqual([
      'axial, 20.0 degrees off',
      'axial',
      'sagittal',
    ]);
    const asked = await ranked(made, { orientation: 'sagittal' });
    expect(places(asked)).toEqual([0, 2, 1]);
    expect(asked.map(({ eligible }) => eligible)).toEqual([true, false, false]);
    expect(reason(asked[1], 'ORIENTATION')?.message).toContain('; sagittal is asked for');
  });

  it('filters from headers only, and says in what a series fails', async () => {
    const made = [
      { ...THICK, modality: 'CT' },
      { ...THIN, modality: 'MR', description: 'Secret T1' },
      { ...THIN, modality: 'CT' },
      { count: 10, step: 1, modality: 'CT' },
    ];
    const criteria: RankCriteria = {
      ...{ modality: 'ct', minimumSlices: 50, maximumSpacing: 3 },
      orientation: 'axial',
      original: true,
    };
    const all = await ranked(made, criteria);
    expect(places(all)[0]).toBe(2);
    const failed = (place: number): string[] =>
      (all.find((_, k) => places(all)[k] === place)?.reasons ?? [])
        .filter(({ met }) => !met)
        .map(({ message }) => message);
    expect([0, 1, 2, 3].map(failed)).toEqual([
      ['5 mm from slice to slice; 3 mm at most are asked for'],
      ['not ct, as is asked for'],
      [],
      ['10 slices; 50 at least are asked for'],
    ]);
    const named = await ranked(made, { description: /^secret/gi, modality: ['PT', 'MR'] });
    expect(named.map(({ eligible }) => eligible)).toEqual([true, false, false, false]);
    expect(JSON.stringify(named.map(({ reasons }) => reasons))).not.toContain('Secret');
    expect((await ranked(made, { description: 'SECRET' }))[0]?.eligible).toBe(true);
  });

  it('a pattern that remembers its place finds the same in every series', async () => {
    const made = [THICK, THIN, THICK].map((one) => ({ ...one, description: 'abdomen' }));
    const all = await ranked(made, { description: /abdomen/g });
    expect(all.every(({ eligible }) => eligible)).toBe(true);
  });

  it('K17: a stack with a gap is chosen only where a stack is asked for', async () => {
    const [gapped, whole] = [
      objectsOf({ count: 12, step: 2 }, 0),
      objectsOf({ count: 4, step: 2 }, 1),
    ];
    const rest = Object.fromEntries(
      Object.entries(gapped).filter(([name]) => name !== 'S0/IM0005'),
    );
    const listing = listingOf({ ...rest, ...whole });
    const context = createContext();
    const series = await createCollection({ listing, context, options: {} }).series();
    const volumes = rankSeries(series);
    expect(places(volumes)).toEqual([1, 0]);
    expect(volumes[1]).toMatchObject({ eligible: false, part: undefined });
    expect(reason(volumes[1], 'VERDICT')).toMatchObject({ met: false });
    expect(reason(volumes[1], 'EVENNESS')).toMatchObject({ met: false, value: 1 });
    const stacks = rankSeries(series, { verdict: 'stack' });
    // One is as good as the other: 11 slices are more than 4.
    expect(stacks.map(({ eligible }) => eligible)).toEqual([true, true]);
    expect(places(stacks)).toEqual([0, 1]);
    // Of a stack, the largest distance counts: there is a slice missing in this one.
    const narrow = rankSeries(series, { verdict: 'stack', maximumSpacing: 3 });
    expect(narrow.map(({ eligible }) => eligible)).toEqual([true, false]);
    expect(reason(narrow[1], 'SPACING')?.value).toBeCloseTo(4, 6);
  });

  it('has each part of a series that is taken apart, and not the whole', async () => {
    const scout = objectsOf({ count: 1, step: 1, orientation: SAGITTAL }, 0);
    const listing = listingOf({
      ...Object.fromEntries(Object.entries(scout).map(([name, one]) => [`${name}-scout`, one])),
      ...Object.fromEntries(
        Object.entries(objectsOf({ count: 5, step: 2 }, 0)).map(([name, one]) => [
          name,
          {
            ...one,
            elements: (one.elements ?? []).map((element) =>
              !('encode' in element) && element[0] === 0x00080018
                ? ([element[0], 'UI', `2.25.9${name.slice(-2)}`] as const)
                : element,
            ),
          },
        ]),
      ),
    });
    const collection = createCollection({ listing, context: createContext(), options: {} });
    const all = rankSeries(await collection.series());
    expect(all.map(({ part, eligible, plan }) => [part, eligible, plan.size[2]])).toEqual([
      [0, true, 5],
      [1, false, 1],
    ]);
    expect(all.map(({ plan }) => plan.verdict)).toEqual(['volume', 'none']);
  });

  it('does not choose what nothing decodes, and puts objects without pixels last', async () => {
    const unknown = { ...THIN, transferSyntax: '1.2.840.10008.1.2.4.92' };
    const made = [THICK, THIN].map((one, k) => objectsOf(one, k));
    const coded = Object.entries(objectsOf(unknown, 2)).map(([name, one]): [string, DicomParts] => {
      const elements = (one.elements ?? []).filter(
        (element) => !('encode' in element) && element[0] !== 0x7fe00010,
      );
      return [name, { ...one, elements: [...elements, encapsulated({ frames: [FRAME] })] }];
    });
    const report: DicomParts = {
      elements: [
        [0x00080060, 'CS', 'SR'],
        [0x0020000e, 'UI', '2.25.103'],
      ],
    };
    const objects = Object.assign({}, ...made, Object.fromEntries(coded), { report }) as Record<
      string,
      DicomParts
    >;
    const listing = listingOf(objects);
    const all = rankSeries(
      await createCollection({ listing, context: createContext(), options: {} }).series(),
    );
    expect(places(all)).toEqual([1, 0, 2, 3]);
    expect(all.map(({ eligible }) => eligible)).toEqual([true, true, false, false]);
    expect(reason(all[2], 'CODEC')).toMatchObject({ met: false });
  });

  it('refuses criteria that are none', async () => {
    for (const criteria of [
      { verdict: 'none' },
      { minimumSlices: 0 },
      { minimumSlices: 1.5 },
      { maximumSpacing: Number.NaN },
      { maximumSpacing: -1 },
      { orientation: 'oblique' },
      { original: 'yes' },
      { modality: [] },
      { modality: 7 },
      { accept: 'localizer' },
      { minSlices: 50 },
      { accept: ['original'] },
      { description: 7 },
      null,
    ]) {
      const run = Promise.resolve().then(() => rankSeries([], criteria as unknown as RankCriteria));
      expect(await codeOf(run), JSON.stringify(criteria)).toBe('USAGE');
    }
    expect(rankSeries([])).toEqual([]);
  });

  it('says how many slices are asked for only where they are', async () => {
    const one = [{ count: 1, step: 1 }];
    const words = async (criteria?: RankCriteria): Promise<string | undefined> =>
      reason((await ranked(one, criteria))[0], 'SLICES')?.message;
    expect(await words()).toBe('1 slice; a volume has 2 at least');
    expect(await words({ minimumSlices: 2 })).toBe('1 slice; 2 at least are asked for');
    expect(await words({ minimumSlices: 1 })).toBe('1 slice');
  });

  it('shows the value that is refused', () => {
    const said: readonly (readonly [criteria: unknown, found: string])[] = [
      [{ verdict: 'none' }, '"none"'],
      [{ minimumSlices: 1.5 }, '1.5'],
      [{ maximumSpacing: Number.NaN }, 'NaN'],
      [{ original: 'yes' }, '"yes"'],
      [{ accept: ['localizer', 'original'] }, '["localizer", "original"]'],
      [{ modality: [] }, '[]'],
      [{ minSlices: 50 }, '"minSlices"'],
      [{ description: {} }, 'an object'],
      [null, 'null'],
    ];
    for (const [criteria, found] of said) {
      expect(() => rankSeries([], criteria as RankCriteria)).toThrow(`found ${found}`);
    }
  });

  it('comes to the same order however the series are given', async () => {
    const made = [THICK, THIN, THICK, { ...THIN, number: 1 }, { ...THIN, number: 0 }];
    const small = made.map((one) => ({ ...one, count: Math.ceil(one.count / 30) }));
    const series = await seriesOf(...small, { count: 1, step: 1 }, { count: 3, step: 2 });
    const wanted = places(rankSeries(series));
    fc.assert(
      fc.property(fc.shuffledSubarray(series, { minLength: series.length }), (shuffled) => {
        expect(places(rankSeries(shuffled))).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });
});
