import { describe, expect, it } from 'vitest';
import type { AnatomicalPlane, PlaneFrame } from '../../src/series/anatomical-planes.ts';
import { planeLayout } from '../../src/series/anatomical-planes.ts';
import { buildVolume } from '../../src/series/build-volume.ts';
import { planSeries } from '../../src/series/plan-series.ts';
import type { Planned, PlannedSlice } from '../../src/series/plan.ts';
import type { PlannedInstance } from '../../src/series/slice.ts';
import { streamPlanes } from '../../src/series/plane-stream.ts';
import { chosenPart } from '../../src/series/volume-grid.ts';
import type { PlaneOptions, ReadSlice } from '../../src/series/volume.ts';
import { madeSlice } from '../support/made-slices.ts';
import type { MadeAttributes } from '../support/made-slices.ts';
import { codeOf } from '../support/open-built.ts';
import { slicePhantom } from '../support/slice-phantom.ts';

const FIRST = { duplicates: 'first' } as const;
const SMALL: MadeAttributes = { Rows: 5, Columns: 7 };

function at(z: number, name: string, attributes: MadeAttributes = {}): PlannedSlice {
  return madeSlice({ z, name, attributes: { ...SMALL, ...attributes } });
}

function numbered(z: number, name: string, InstanceNumber: number): PlannedSlice {
  return at(z, name, { InstanceNumber });
}

function namesOf({ slices }: Planned<PlannedInstance>): string[] {
  return slices.map(({ instance }) => instance.name);
}

/** Each slice has one value: ten times its number in the order that was given. */
function reading(slices: readonly PlannedSlice[]): ReadSlice<PlannedInstance> {
  const phantom = slicePhantom({ slices: [{ at: [0, 0, 0] }], value: () => 0 });
  const [blank] = phantom.planned.slices;
  return async (slice, { signal }) => {
    if (blank === undefined) throw new Error('a phantom has a slice');
    const frame = await phantom.readSlice(blank, { signal });
    const value = 10 * slices.findIndex(({ instance }) => instance === slice.instance);
    frame.data.fill(value as never);
    return frame;
  };
}

async function valuesOf(slices: readonly PlannedSlice[], options: PlaneOptions): Promise<number[]> {
  const volume = await buildVolume(planSeries(slices), reading(slices), options);
  return Array.from({ length: volume.size[2] }, (_, k) => Number(volume.data[35 * k]));
}

const STACK = [
  ...[numbered(0, 'a', 1), numbered(2, 'b', 2), numbered(2, 'c', 3), numbered(4, 'd', 4)],
  numbered(6, 'e', 5),
];
const WITH_GAP = [...STACK, numbered(10, 'f', 6)];

describe('duplicates', () => {
  it('what is a little higher by rounding is no later slice', () => {
    const slices = [
      ...[numbered(0, 'a', 1), numbered(2, 'late', 9), numbered(2.004, 'early', 2)],
      ...[numbered(4, 'c', 3), numbered(6, 'd', 4)],
    ];
    expect(namesOf(chosenPart(planSeries(slices), FIRST))).toEqual(['a', 'early', 'c', 'd']);
  });

  it('takes the first by Instance Number, then by name, whatever order they are given in', () => {
    const byNumber = [
      ...[numbered(0, 'a', 1), numbered(2, 'b', 9), numbered(2, 'c', 2), numbered(4, 'd', 3)],
      numbered(6, 'e', 4),
    ];
    expect(namesOf(chosenPart(planSeries(byNumber), FIRST))).toEqual(['a', 'c', 'd', 'e']);
    expect(namesOf(chosenPart(planSeries(byNumber.toReversed()), FIRST))).toEqual([
      ...['a', 'c', 'd', 'e'],
    ]);
    const byName = [at(0, 'a'), at(2, 'IM10'), at(2, 'IM2'), at(4, 'd'), at(6, 'e')];
    expect(namesOf(chosenPart(planSeries(byName), FIRST))).toEqual(['a', 'IM2', 'd', 'e']);
  });

  it('makes a volume of what is left, and says what was left out', () => {
    const before = planSeries(STACK);
    expect(before.plan.verdict).toBe('stack');
    const { plan, parts } = chosenPart(before, FIRST);
    expect(plan).toMatchObject({ verdict: 'volume', size: [7, 5, 4], spacing: [0.5, 0.5, 2] });
    expect(plan.reasons).toEqual(
      before.plan.reasons.filter(({ code }) => code === 'DUPLICATE_POSITION'),
    );
    expect(plan.reasons).toMatchObject([{ instances: ['b', 'c'] }]);
    expect(plan.slices.map(({ name }) => name)).toEqual(['a', 'b', 'd', 'e']);
    expect(plan.byteLength).toBe(7 * 5 * 4 * 2);
    expect(parts).toEqual([]);
  });

  it('takes one of three at one place, and of two copies of each place but one', () => {
    const three = [...STACK, numbered(2, 'x', 7)];
    expect(namesOf(chosenPart(planSeries(three), FIRST))).toEqual(['a', 'b', 'd', 'e']);
    const copies = [0, 1, 2, 3, 4].flatMap((k) => [
      numbered(2 * k, `a${k}`, k + 1),
      ...(k === 4 ? [] : [numbered(2 * k, `b${k}`, k + 11)]),
    ]);
    const before = planSeries(copies);
    expect(before.plan.reasons.map(({ code }) => code)).toContain('DUPLICATE_POSITION');
    const { plan } = chosenPart(before, FIRST);
    expect(plan.verdict).toBe('volume');
    expect(plan.slices.map(({ name }) => name)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
    expect(plan.reasons).toHaveLength(4);
  });

  it('leaves none of slices that are all at one place, and a plan without duplicates as it is', () => {
    const one = chosenPart(planSeries([numbered(2, 'a', 1), numbered(2, 'b', 2)]), FIRST);
    expect(one.plan.verdict).toBe('none');
    const regular = planSeries([0, 2, 4].map((z) => at(z, `IM${z}`)));
    expect(chosenPart(regular, FIRST)).toBe(regular);
  });

  it('says still what is missing beside them, and is held against it', () => {
    const planned = planSeries(STACK, undefined, [
      { instances: new Set([STACK[0]?.instance].flatMap((one) => one ?? [])), count: 2 },
    ]);
    const { verdict, reasons } = chosenPart(planned, FIRST).plan;
    expect(verdict).toBe('stack');
    expect(reasons.map(({ code }) => code)).toEqual(['DUPLICATE_POSITION', 'INCOMPLETE']);
    const gap = chosenPart(planSeries(WITH_GAP), FIRST).plan;
    expect(gap.verdict).toBe('stack');
    expect(gap.reasons.map(({ code }) => code)).toEqual(['DUPLICATE_POSITION', 'MISSING_SLICES']);
  });

  it('goes with fillGaps and resample, which refuse them otherwise', async () => {
    expect(await valuesOf(STACK, FIRST)).toEqual([0, 10, 30, 40]);
    for (const options of [{ fillGaps: 'linear' }, { fillGaps: 77 }] as const) {
      const refused = buildVolume(planSeries(WITH_GAP), reading(WITH_GAP), options);
      expect(await codeOf(refused)).toBe('NOT_A_VOLUME');
    }
    expect(await valuesOf(WITH_GAP, { ...FIRST, fillGaps: 77 })).toEqual([0, 10, 30, 40, 77, 50]);
    const refused = buildVolume(planSeries(STACK), reading(STACK), { resample: true });
    expect(await codeOf(refused)).toBe('NOT_A_VOLUME');
    const even = await valuesOf(STACK, { ...FIRST, resample: 1 });
    expect(even).toEqual([0, 5, 10, 20, 30, 35, 40]);
  });

  it.each(['axial', 'coronal', 'sagittal'] as const)(
    'streams the %s planes of the volume',
    async (plane: AnatomicalPlane) => {
      const options = { ...FIRST, fillGaps: 'linear' } as const;
      const volume = await buildVolume(planSeries(WITH_GAP), reading(WITH_GAP), options);
      const { count } = planeLayout(volume, plane);
      const streamed: PlaneFrame[] = [];
      const planes = streamPlanes(planSeries(WITH_GAP), plane, reading(WITH_GAP), options);
      for await (const one of planes) streamed.push(one);
      expect(streamed).toEqual(Array.from({ length: count }, (_, k) => volume.plane(plane, k)));
      expect(volume.regular).toBe(true);
    },
  );

  it('is of the part that is chosen', () => {
    const others = [0, 2, 4].map((z) => at(z, `wide${z}`, { Columns: 9 }));
    const series = planSeries([...STACK, ...others]);
    expect(series.parts).toHaveLength(2);
    expect(chosenPart(series, FIRST)).toBe(series);
    const part = series.parts.findIndex(({ plan }) => plan.verdict === 'stack');
    const { plan } = chosenPart(series, { ...FIRST, part });
    expect(plan).toMatchObject({ verdict: 'volume', size: [7, 5, 4] });
    expect(plan.labels).toEqual(series.parts[part]?.plan.labels);
  });

  it('is first, and nothing else', () => {
    const wrong = { duplicates: 'last' as 'first' };
    const usage: unknown = expect.objectContaining({ code: 'USAGE' });
    expect(() => chosenPart(planSeries(STACK), wrong)).toThrow(usage);
    expect(() => chosenPart(planSeries([at(0, 'a')]), wrong)).toThrow(usage);
  });
});
