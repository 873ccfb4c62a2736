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

describe('K17: time', () => {
  it('goes on over midnight', () => {
    const clocks = ['20200101 235930', '20200102 000010', '20200102 000050'];
    for (const which of ['Acquisition', 'Content'] as const) {
      const slices = volumes(3, (v) => {
        const [date, time] = clocks[v]?.split(' ') ?? [];
        return { [`${which}Date`]: date, [`${which}Time`]: time };
      });
      const { stacks } = apart(slices);
      expect(stacks.flatMap((stack) => stack.slices)).toEqual(slices);
      expect(stacks).toHaveLength(3);
    }
  });

  const clock = (v: number, s: number): MadeAttributes => {
    const seconds = 36_000 + v * 4 + s;
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const two = (number: number): string => String(number).padStart(2, '0');
    return { AcquisitionTime: `${two(hours)}${two(minutes)}${two(seconds % 60)}` };
  };

  it('a scan that was broken off, of which each slice has a clock of its own', () => {
    const slices = volumes(30, clock).slice(0, -1);
    const { stacks } = apart(slices.toReversed());
    expect(stacks.map((stack) => stack.slices.length)).toEqual([...Array<number>(29).fill(4), 3]);
    expect(stacks.flatMap((stack) => stack.slices)).toEqual(slices);
  });

  it.each([0, 7, 38, 60, 119])('image %i of a cine is missing, and no other moves', (lost) => {
    const slices = volumes(30, (v, s) => ({ TriggerTime: v * (30 + s) + s }));
    const wanted = slices.filter((_, k) => k !== lost);
    const { stacks } = apart(wanted);
    expect(stacks).toHaveLength(30);
    const phaseOf = ({ labels }: (typeof stacks)[number]): number =>
      Number(/\d+/u.exec(labels[0]?.value ?? '')?.[0]) - 1;
    for (const stack of stacks) {
      const phase = phaseOf(stack);
      const whole = slices.slice(phase * 4, phase * 4 + 4);
      expect(stack.slices).toEqual(whole.filter((slice) => slice !== slices[lost]));
    }
  });

  it('numbers that go volume by volume, and break off', () => {
    const slices = volumes(3, (v, s) => ({ InstanceNumber: v * 4 + s + 1 })).slice(0, -1);
    expect(shape(apart(slices.toReversed()))).toEqual([
      [4, 'run 1 of 3'],
      [4, 'run 2 of 3'],
      [3, 'run 3 of 3'],
    ]);
  });

  it.each([
    [3, 0.02],
    [5, 0.3],
  ])('volumes %f mm from slice to slice, each %f mm beside the one before', (distance, shift) => {
    const slices = Array.from({ length: 30 }, (_, k) => {
      const [time, place] = [Math.floor(k / 10), k % 10];
      return madeSlice({
        z: place * distance + time * shift,
        attributes: { TemporalPositionIdentifier: time + 1 },
      });
    });
    const stacks = apart(slices.toReversed());
    expect(stacks.stacks.map((stack) => stack.slices.length)).toEqual([10, 10, 10]);
    expect(stacks.stacks.flatMap((stack) => stack.slices)).toEqual(slices);
    expect(codes(stacks)).toEqual(['MIXED_TIME']);
  });

  it('acquisitions by turns are no shifted volumes', () => {
    const slices = Array.from({ length: 20 }, (_, k) =>
      madeSlice({ z: k * 2.5, attributes: { AcquisitionNumber: (k % 2) + 1 } }),
    );
    expect(shape(apart(slices))).toEqual([[20]]);
  });
});

describe('K17: of several explanations', () => {
  it('the one counts that mixes no contrasts', () => {
    const slices = volumes(2, (e, k) => ({
      AcquisitionNumber: ((k + e) % 2) + 1,
      EchoTime: e === 0 ? 5 : 80,
    }));
    const stacks = apart(slices);
    expect(shape(stacks)).toEqual([
      [4, '5 ms'],
      [4, '80 ms'],
    ]);
    expect(codes(stacks)).toEqual(['MIXED_ECHO']);
  });

  it('frames have the instances that they are of, where nothing else tells', () => {
    const slices = ['DOSE2', 'DOSE1'].flatMap((name) => {
      const instance = { ...madeSlice({ name }).instance };
      const frames = { count: 4, of: () => instance.dataset };
      const whole = { ...instance, frames };
      return [0, 1, 2, 3].map((frame): PlannedSlice => ({
        ...madeSlice({ name, frame, z: frame, attributes: { InstanceNumber: 1 } }),
        instance: whole,
      }));
    });
    expect(shape(apart(slices))).toEqual([
      [4, 'instance 1 of 2'],
      [4, 'instance 2 of 2'],
    ]);
  });

  it('indices of frames that a file claims by thousands cost nothing', () => {
    const slices = volumes(2, (v, s) => ({
      DimensionIndexValues: Array<number>(3000).fill(s === 0 ? 1 : 2 + v),
    }));
    expect(shape(apart(slices))).toEqual([[8]]);
  }, 5000);
});
