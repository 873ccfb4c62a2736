import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSeries } from '../../src/series/plan-series.ts';
import type { Planned, PlannedSlice } from '../../src/series/plan.ts';
import type { PlanTolerances } from '../../src/series/tolerances.ts';
import { bareSlice } from '../support/acquisition.ts';
import { slicesOf } from '../support/slices.ts';
import { codeOf } from '../support/open-built.ts';

const AXIAL = [1, 0, 0, 0, 1, 0];
const CORONAL = [1, 0, 0, 0, 0, -1];

type Values = Parameters<typeof bareSlice>[1];

function slice(name: string, z: number, values: Values = {}): PlannedSlice {
  const place: Values = {
    ...{ ImagePositionPatient: [0, 0, z], ImageOrientationPatient: AXIAL },
    PixelSpacing: [0.5, 0.5],
  };
  return bareSlice(name, { ...place, ...values });
}

const axial = (count: number, values: Values = {}, prefix = 'AX'): PlannedSlice[] =>
  Array.from({ length: count }, (_, k) => slice(`${prefix}${k}`, 2 * k, values));

const codesOf = ({ plan }: Planned<unknown>): string[] => plan.reasons.map(({ code }) => code);
const names = ({ slices }: Planned<{ readonly name: string }>): string[] =>
  slices.map(({ instance }) => instance.name);

describe('the plan of a series', () => {
  it('K17: of one stack is that of the stack', () => {
    const planned = planSeries(axial(4));
    expect(planned.plan).toMatchObject({ verdict: 'volume', reasons: [], parts: [] });
    expect(planned.plan).toMatchObject({ size: [512, 512, 4], spacing: [0.5, 0.5, 2] });
    expect(planned.plan).not.toHaveProperty('labels');
    expect(planned.plan.slices[3]).toEqual({ name: 'AX3', frame: 0, position: 6 });
  });

  it('K17: that is taken apart has the reasons, and all parts, the best first', () => {
    const scout = bareSlice('SCOUT', {
      ...{ ImagePositionPatient: [0, -100, 0], ImageOrientationPatient: CORONAL },
      PixelSpacing: [0.5, 0.5],
    });
    const planned = planSeries([scout, ...axial(5)]);
    const { plan, parts } = planned;
    expect([plan.verdict, codesOf(planned)]).toEqual(['none', ['MIXED_ORIENTATION']]);
    expect(plan.reasons[0]).toMatchObject({ instances: ['SCOUT'], count: 2 });
    expect(plan.parts.map(({ verdict, size }) => [verdict, size[2]])).toEqual([
      ['volume', 5],
      ['none', 1],
    ]);
    expect(plan.parts[1]?.reasons.map(({ code }) => code)).toEqual(['ONE_SLICE']);
    expect(plan.parts.every(({ labels }) => labels?.length === 1)).toBe(true);
    // Its measures are those of the first part, its slices those of all.
    const { size, spacing, affine, samples, byteLength } = plan;
    expect(plan.parts[0]).toMatchObject({ size, spacing, affine, samples, byteLength });
    expect(names(planned)).toEqual(['AX0', 'AX1', 'AX2', 'AX3', 'AX4', 'SCOUT']);
    expect(plan.slices.map(({ name }) => name)).toEqual(names(planned));
    expect(parts.map(({ plan: part }) => part)).toEqual(plan.parts);
    expect(parts.map(names)).toEqual([names(planned).slice(0, 5), ['SCOUT']]);
  });

  it('K17: a smaller volume is better than a larger stack', () => {
    const uneven = [0, 2, 5, 6, 10, 11, 17].map((z, k) => slice(`U${k}`, z, { Rows: 64 }));
    const { plan } = planSeries([...uneven, ...axial(4)]);
    expect(plan.parts.map(({ verdict, size }) => [verdict, size[2]])).toEqual([
      ['volume', 4],
      ['stack', 7],
    ]);
    expect(plan.size[2]).toBe(4);
  });

  it('K17: copies of an instance are named, and count once', () => {
    const copies = (which: string): PlannedSlice[] =>
      axial(4).map((one) => ({
        ...one,
        instance: { ...one.instance, name: `${one.instance.name}-${which}` },
      }));
    const more = [...copies('b').slice(1, 3), ...copies('c').slice(2, 3)];
    const planned = planSeries([...more, ...axial(4)]);
    expect(planned.plan).toMatchObject({
      verdict: 'volume',
      size: [512, 512, 4],
      reasons: [
        { code: 'DUPLICATE_INSTANCE', instances: ['AX1', 'AX1-b'], count: 1 },
        { code: 'DUPLICATE_INSTANCE', instances: ['AX2', 'AX2-b', 'AX2-c'], count: 2 },
      ],
    });
    expect(names(planned)).toEqual(['AX0', 'AX1', 'AX2', 'AX3']);
  });

  it('K17: points in time are parts, each a volume', () => {
    const acquisitions = fc.record({
      times: fc.integer({ min: 2, max: 5 }),
      places: fc.integer({ min: 3, max: 12 }),
      order: fc.array(fc.integer(), { minLength: 60, maxLength: 60 }),
    });
    fc.assert(
      fc.property(acquisitions, ({ times, places, order }) => {
        const slices = Array.from({ length: times }, (_, t) =>
          axial(places, { TemporalPositionIdentifier: t + 1 }, `T${t}-`),
        ).flat();
        const shuffled = slices
          .map((one, k) => ({ one, key: order[k] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const planned = planSeries(shuffled);
        expect([planned.plan.verdict, codesOf(planned)]).toEqual(['none', ['MIXED_TIME']]);
        expect(planned.plan.reasons[0]?.count).toBe(times);
        expect(names(planned)).toEqual(slices.map(({ instance }) => instance.name));
        expect(planned.plan.parts).toHaveLength(times);
        for (const part of planned.plan.parts) {
          expect(part).toMatchObject({ verdict: 'volume', reasons: [], size: [512, 512, places] });
        }
      }),
    );
  });

  it('K17: of what is no image, of one slice, of nothing', async () => {
    expect(planSeries([]).plan).toMatchObject({
      ...{ verdict: 'none', reasons: [], size: [0, 0, 0], slices: [], parts: [], byteLength: 0 },
      samples: undefined,
    });
    const [built] = await slicesOf([{ z: 1 }]);
    if (built === undefined) throw new Error('no slice');
    const report = { ...built, instance: { ...built.instance, frameCount: 0 } };
    expect(codesOf(planSeries([report]))).toEqual(['NO_PIXELS']);
    const one = planSeries([built]);
    expect([one.plan.verdict, codesOf(one)]).toEqual(['none', ['ONE_SLICE']]);
  });

  it.each([
    ['MOSAIC', { ImageType: ['ORIGINAL', 'PRIMARY', 'M', 'ND', 'MOSAIC'] }],
    ['COLOUR', { SamplesPerPixel: 3 }],
    ['MULTI_FRAME', { NumberOfFrames: 7 }],
  ] as const)('K17: %s is none', (code, values) => {
    const planned = planSeries(axial(3, values));
    expect([planned.plan.verdict, codesOf(planned)]).toEqual(['none', [code]]);
  });

  it.each([
    [{ BitsAllocated: 8, PixelRepresentation: 0 }, 'Uint8Array', 1],
    [{ BitsAllocated: 8, PixelRepresentation: 1 }, 'Int8Array', 1],
    [{ BitsAllocated: 1, PixelRepresentation: 0 }, 'Uint8Array', 1],
    [{ BitsAllocated: 12, PixelRepresentation: 0 }, 'Uint16Array', 2],
    [{ BitsAllocated: 16, PixelRepresentation: undefined }, 'Uint16Array', 2],
    [{ BitsAllocated: 32, PixelRepresentation: 1 }, 'Int32Array', 4],
    [{ BitsAllocated: 64, PixelRepresentation: 0 }, 'BigUint64Array', 8],
    // Integers or floats: the header does not say it (PS3.3 C.7.6.24).
    [{ BitsAllocated: 32, PixelRepresentation: undefined }, undefined, 4],
    [{ BitsAllocated: 24, PixelRepresentation: 0 }, undefined, 0],
    [{ BitsAllocated: undefined, PixelRepresentation: 0 }, undefined, 0],
  ] as const)('the samples of %o are %s', (values, samples, bytes) => {
    const { plan } = planSeries(axial(2, values));
    expect([plan.samples, plan.byteLength]).toEqual([samples, 512 * 512 * 2 * bytes]);
  });

  it.each([
    ...[{ spacing: Number.NaN }, { rounding: -1 }, { tilt: Infinity }],
    ...[{ spacing: 0.5 }, { orientation: 91 }, { orientation: 360 }],
    ...[{ spacing: null as unknown as number }, null, 'none'],
  ] as unknown as readonly PlanTolerances[])(
    'K17: a tolerance that is none would hide gaps, and is refused: %o',
    async (tolerances) => {
      const planned = Promise.resolve().then(() => planSeries(axial(3), tolerances));
      expect(await codeOf(planned)).toBe('USAGE');
    },
  );
});
