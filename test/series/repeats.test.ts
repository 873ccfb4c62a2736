import { describe, expect, it } from 'vitest';
import type { PlannedSlice } from '../../src/series/plan.ts';
import type { PlannedInstance } from '../../src/series/slice.ts';
import { stacksOf } from '../../src/series/stacks.ts';
import type { Stacks } from '../../src/series/stacks.ts';
import { DEFAULT_TOLERANCES } from '../../src/series/tolerances.ts';
import { madeSlice } from '../support/made-slices.ts';
import type { MadeAttributes } from '../support/made-slices.ts';

function apart(slices: readonly PlannedSlice[]): Stacks<PlannedInstance> {
  return stacksOf(slices, DEFAULT_TOLERANCES);
}

function shape({ stacks }: Stacks<PlannedInstance>): [number, ...string[]][] {
  return stacks.map(({ slices, labels }) => [slices.length, ...labels.map(({ value }) => value)]);
}

const codes = ({ reasons }: Stacks<PlannedInstance>): string[] => reasons.map(({ code }) => code);

/** `count` volumes of four slices, one behind the other. */
function volumes(
  count: number,
  of: (volume: number, slice: number) => MadeAttributes,
): PlannedSlice[] {
  return Array.from({ length: count * 4 }, (_, k) => {
    const [volume, slice] = [Math.floor(k / 4), k % 4];
    return madeSlice({ z: slice * 2.5, attributes: of(volume, slice) });
  });
}

describe('what explains repeated places', () => {
  it.each<[string, string, (volume: number, slice: number) => MadeAttributes, string[]]>([
    ['stack ID', 'MIXED_STACK', (v) => ({ StackID: `${v + 9}` }), ['stack 9', 'stack 10']],
    [
      'acquisition',
      'MIXED_ACQUISITION',
      (v) => ({ AcquisitionNumber: v + 1 }),
      ['acquisition 1', 'acquisition 2'],
    ],
    ['echo time', 'MIXED_ECHO', (v) => ({ EchoTime: 4.92 * (v + 1) }), ['4.92 ms', '9.84 ms']],
    ['echo number', 'MIXED_ECHO', (v) => ({ EchoNumbers: [v + 1] }), ['echo 1', 'echo 2']],
    ['b-value', 'MIXED_B_VALUE', (v) => ({ DiffusionBValue: v * 1000 }), ['b 0', 'b 1000']],
    [
      'gradient',
      'MIXED_GRADIENT',
      (v) => ({ DiffusionGradientOrientation: v === 0 ? undefined : [0, 0.6, 0.8] }),
      ['no gradient direction', 'direction 0 0.6 0.8'],
    ],
    [
      'temporal position',
      'MIXED_TIME',
      (v) => ({ TemporalPositionIdentifier: v + 1 }),
      ['time 1 of 2', 'time 2 of 2'],
    ],
    [
      'temporal position of frames',
      'MIXED_TIME',
      (v) => ({ TemporalPositionIndex: v + 1 }),
      ['time 1 of 2', 'time 2 of 2'],
    ],
    ['trigger time', 'MIXED_PHASE', (v) => ({ TriggerTime: 40 * v }), ['0 ms', '40 ms']],
    [
      'trigger delay of frames',
      'MIXED_PHASE',
      (v) => ({ NominalCardiacTriggerDelayTime: 40.5 * v }),
      ['0 ms', '40.5 ms'],
    ],
    [
      'part of the cardiac cycle',
      'MIXED_PHASE',
      (v, s) => ({ NominalPercentageOfCardiacPhase: 40 + 35 * v, InstanceNumber: s * 2 + v }),
      ['40 %', '75 %'],
    ],
    [
      'image type',
      'MIXED_IMAGE_TYPE',
      (v) => ({ ImageType: ['DERIVED', 'PRIMARY', v === 0 ? 'F' : 'W', 'ND'] }),
      ['F', 'W'],
    ],
    [
      'inversion',
      'MIXED_CONTRAST',
      (v) => ({ InversionTime: 300 + v }),
      ['inversion 300 ms', 'inversion 301 ms'],
    ],
    [
      'flip angle',
      'MIXED_CONTRAST',
      (v) => ({ FlipAngle: 5 * v + 5 }),
      ['flip angle 5', 'flip angle 10'],
    ],
    [
      'kernel',
      'MIXED_CONTRAST',
      (v) => ({ ConvolutionKernel: [v === 0 ? 'B30f' : 'B70f'] }),
      ['kernel B30f', 'kernel B70f'],
    ],
    ['energy', 'MIXED_CONTRAST', (v) => ({ KVP: v === 0 ? 80 : 140 }), ['80 kV', '140 kV']],
    [
      'frame reference time',
      'MIXED_TIME',
      (v) => ({ FrameReferenceTime: 5e5 * v }),
      ['time 1 of 2', 'time 2 of 2'],
    ],
    [
      'acquisition time',
      'MIXED_TIME',
      (v) => ({ AcquisitionTime: v === 0 ? '101500.25' : '101500.5' }),
      ['time 1 of 2', 'time 2 of 2'],
    ],
    [
      'an index of frames',
      'REPEATED',
      (v, s) => ({ DimensionIndexValues: [1, s + 1, v + 1] }),
      ['dimension 3: 1', 'dimension 3: 2'],
    ],
    [
      'instance numbers',
      'REPEATED',
      (v, s) => ({ InstanceNumber: v * 4 + s + 1 }),
      ['run 1 of 2', 'run 2 of 2'],
    ],
  ])('%s', (_, code, of, [first, second]) => {
    const slices = volumes(2, of);
    const stacks = apart(slices.toReversed());
    expect(shape(stacks)).toEqual([
      [4, first],
      [4, second],
    ]);
    expect(stacks.stacks.flatMap((stack) => stack.slices)).toEqual(slices);
    expect(stacks.reasons).toMatchObject([{ code, count: 2 }]);
    expect(stacks.reasons[0]?.instances).toEqual(
      slices.slice(4).map(({ instance }) => instance.name),
    );
  });

  it('numbers that are rounded are one value', () => {
    const slices = volumes(2, (v, s) => ({ EchoTime: 4.92 * (v + 1) + 1e-5 * s }));
    expect(shape(apart(slices))).toEqual([
      [4, '4.92 ms'],
      [4, '9.84 ms'],
    ]);
  });

  it('a last point in time that was not finished is a part nevertheless', () => {
    const slices = volumes(3, (v) => ({ TemporalPositionIdentifier: v + 1 })).slice(0, -3);
    expect(shape(apart(slices))).toEqual([
      [4, 'time 1 of 3'],
      [4, 'time 2 of 3'],
      [1, 'time 3 of 3'],
    ]);
  });

  it('diffusion: b-values and directions together, b 0 without one', () => {
    const slices = volumes(5, (v) => ({
      DiffusionBValue: [0, 500, 500, 1000, 1000][v] ?? 0,
      DiffusionGradientOrientation: v === 0 ? undefined : v % 2 === 0 ? [0, 1, 0] : [1, 0, 0],
    }));
    const stacks = apart(slices);
    expect(shape(stacks)).toEqual([
      [4, 'b 0', 'no gradient direction'],
      [4, 'b 500', 'direction 0 1 0'],
      [4, 'b 500', 'direction 1 0 0'],
      [4, 'b 1000', 'direction 0 1 0'],
      [4, 'b 1000', 'direction 1 0 0'],
    ]);
    expect(codes(stacks)).toEqual(['MIXED_B_VALUE', 'MIXED_GRADIENT']);
  });

  it('diffusion: directions alone explain it, and the b-value is said with them', () => {
    const slices = volumes(3, (v) => ({
      DiffusionBValue: v === 0 ? 0 : 1000,
      DiffusionGradientOrientation: [undefined, [1, 0, 0], [0, 1, 0]][v],
    }));
    expect(shape(apart(slices))).toEqual([
      [4, 'b 0', 'no gradient direction'],
      [4, 'b 1000', 'direction 0 1 0'],
      [4, 'b 1000', 'direction 1 0 0'],
    ]);
  });

  it('cardiac phases of which each slice has times of its own go by their order', () => {
    const slices = volumes(3, (v, s) => ({
      TriggerTime: v * (30 + s) + s,
      InstanceNumber: s * 3 + v,
    }));
    const stacks = apart(slices);
    expect(shape(stacks)).toEqual([
      [4, 'phase 1 of 3'],
      [4, 'phase 2 of 3'],
      [4, 'phase 3 of 3'],
    ]);
    expect(stacks.stacks.flatMap((stack) => stack.slices)).toEqual(slices);
    expect(codes(stacks)).toEqual(['MIXED_PHASE']);
    expect(stacks.reasons[0]?.message).toBe(
      'trigger time differs: 4 each of phase 1 of 3, phase 2 of 3, phase 3 of 3',
    );
  });

  it('echoes and phases of which each slice has times of its own', () => {
    const slices = volumes(4, (v, s) => ({
      EchoTime: v % 2 === 0 ? 2 : 4,
      TriggerTime: Math.floor(v / 2) * (30 + s) + s,
    }));
    expect(shape(apart(slices))).toEqual([
      [4, '2 ms', 'phase 1 of 2'],
      [4, '2 ms', 'phase 2 of 2'],
      [4, '4 ms', 'phase 1 of 2'],
      [4, '4 ms', 'phase 2 of 2'],
    ]);
  });

  it('parts of a body that overlap are told by their acquisition', () => {
    const station = (first: number, AcquisitionNumber: number): PlannedSlice[] =>
      Array.from({ length: 5 }, (_, k) =>
        madeSlice({ z: first + k, attributes: { AcquisitionNumber } }),
      );
    expect(shape(apart([...station(0, 1), ...station(4, 2), ...station(8, 3)]))).toEqual([
      [5, 'acquisition 1'],
      [5, 'acquisition 2'],
      [5, 'acquisition 3'],
    ]);
  });

  it('what moved in its plane between two points in time is told apart too', () => {
    const slices = volumes(2, (v, s) => ({
      TemporalPositionIdentifier: v + 1,
      ImagePositionPatient: [v * 3, 0, s * 2.5],
    }));
    expect(shape(apart(slices)).map(([count]) => count)).toEqual([4, 4]);
  });
});

describe('what explains nothing', () => {
  it.each<[string, PlannedSlice[]]>([
    ['nothing said', volumes(2, () => ({}))],
    [
      'images of one place',
      Array.from({ length: 9 }, (_, k) =>
        madeSlice({ attributes: { TemporalPositionIdentifier: k } }),
      ),
    ],
    [
      'a clock that runs on through a volume with one place twice',
      [0, 1, 2, 3, 3, 4, 5, 6].map((z, k) =>
        madeSlice({ z, attributes: { ContentTime: k < 4 ? '101500' : '101501' } }),
      ),
    ],
    [
      'an acquisition for every four slices, and one slice twice',
      [...Array.from({ length: 16 }, (_, k) => k), 6].map((z, k) =>
        madeSlice({ z, attributes: { AcquisitionNumber: k === 16 ? 4 : Math.floor(z / 4) } }),
      ),
    ],
    [
      'a value of each image',
      volumes(2, (v, s) => ({
        TriggerTime: s === 0 ? undefined : v * 4 + s,
        AcquisitionNumber: v * 4 + s,
      })),
    ],
    [
      'instance numbers that go slice by slice',
      volumes(2, (v, s) => ({ InstanceNumber: s * 2 + v })),
    ],
  ])('K17: %s: one stack', (_, slices) => {
    const stacks = apart(slices);
    expect([shape(stacks), codes(stacks)]).toEqual([[[slices.length]], []]);
  });

  it('slices that are near are at one place only within the tolerance', () => {
    const slices = [
      // Unevenly, so that the one are not the others that were shifted.
      ...[0, 2.5, 5, 9.1, 11.6].map((z) => madeSlice({ z })),
      ...[0, 2.5, 5, 9.1, 11.6].map((z) => madeSlice({ z: z + 0.05 })),
    ];
    const told = slices.map((slice, k): PlannedSlice => {
      const get = slice.attributes.get;
      const attributes: PlannedSlice['attributes'] = {
        ...slice.attributes,
        get: (keyword) =>
          keyword === 'AcquisitionNumber' ? ((k < 5 ? 1 : 2) as never) : get(keyword),
      };
      return { ...slice, attributes };
    });
    expect(apart(told).stacks.length).toBe(1);
    const { stacks } = stacksOf(told, { ...DEFAULT_TOLERANCES, spacing: 0.15 });
    expect(stacks.length).toBe(2);
  });
});
