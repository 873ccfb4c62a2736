import { describe, expect, it } from 'vitest';
import {
  FIRST,
  SECOND,
  THIRD,
  codes,
  concatenationOf,
  pixelsOf,
  placesOf,
  runs,
} from '../support/concatenation-part.ts';
import { codeOf } from '../support/open-built.ts';

describe('parts that contradict each other', () => {
  it('copies of a part are named, and the first counts', async () => {
    const copy = { ...SECOND, values: [30, 40] };
    const concatenation = await concatenationOf([FIRST, SECOND, copy, THIRD]);
    expect(concatenation.issues).toEqual([
      {
        code: 'DUPLICATE_PART',
        message: 'part 2 is there more than once, the first counts',
        instances: ['IM2'],
      },
    ]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('offsets that no two frames share count, whatever the numbers say', async () => {
    for (const numbers of [
      [3, 2, 1],
      [1, 1, 1],
      [undefined, undefined, undefined],
      [0, 1, 2],
    ]) {
      const parts = [FIRST, SECOND, THIRD].map((one, k) => ({ ...one, number: numbers[k] }));
      const concatenation = await concatenationOf(parts);
      expect([codes(concatenation), concatenation.missing]).toEqual([['PART_NUMBER'], []]);
      await using frames = await concatenation.open();
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
    const [first, second] = [FIRST, SECOND].map((one) => ({ ...one, number: 2, total: 4 }));
    const fewer = await concatenationOf([first ?? FIRST, second ?? SECOND]);
    expect(fewer.issues.map(({ message }) => message)).toContain('2 of 4 parts are there');
    expect(fewer.missing).toEqual([{ numbers: [], from: 5, count: undefined }]);
  });

  it('offsets that are absent, or that two frames share, give way to numbers without a gap', async () => {
    for (const offsets of [
      [undefined, undefined, undefined],
      [0, 0, 0],
      [0, 2, 5],
      [0, 3, undefined],
    ]) {
      const parts = [FIRST, SECOND, THIRD].map((one, k) => ({ ...one, offset: offsets[k] }));
      const concatenation = await concatenationOf(parts);
      expect([codes(concatenation), concatenation.missing]).toEqual([['FRAME_OFFSET'], []]);
      await using frames = await concatenation.open();
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('without offsets, nothing behind a missing part is given a number', async () => {
    const parts = [FIRST, THIRD].map((one) => ({ ...one, offset: undefined }));
    const concatenation = await concatenationOf(parts);
    expect(concatenation.issues.map(({ code, instances }) => [code, instances])).toEqual([
      ['FRAME_OFFSET', ['IM0', 'IM1']],
      ['UNPLACED_PART', ['IM1']],
    ]);
    expect(concatenation.missing).toEqual([{ numbers: runs(2), from: 3, count: undefined }]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2]);
    const none = await concatenationOf([{ values: [1] }, { values: [2] }]);
    expect([codes(none), none.frameCount]).toEqual([['FRAME_OFFSET', 'UNPLACED_PART'], 0]);
    expect(none.missing).toEqual([{ numbers: [], from: 0, count: undefined }]);
    expect(await codeOf((await none.open()).thumbnail())).toBe('FRAME_RANGE');
  });

  it('numbers of one part twice, with offsets that overlap: the first counts', async () => {
    const parts = [FIRST, { ...SECOND, offset: 1 }, { ...THIRD, number: 2, offset: 2 }];
    const concatenation = await concatenationOf(parts);
    expect(codes(concatenation)).toEqual(['DUPLICATE_PART', 'FRAME_OFFSET']);
    expect(placesOf(concatenation)).toEqual([
      ['IM0', 0, 3],
      ['IM1', 3, 2],
    ]);
  });

  it('frames that the offsets leave out, and the numbers do not, are missing', async () => {
    const gap = await concatenationOf([
      { ...FIRST, total: 2 },
      { ...SECOND, offset: 4, total: 2 },
    ]);
    expect(codes(gap)).toEqual(['FRAME_OFFSET']);
    expect(gap.missing).toEqual([{ numbers: [], from: 3, count: 1 }]);
    expect(gap.issues[0]?.message).toBe('the frame offsets leave out 1 frame, the numbers no part');
    const none = await concatenationOf([FIRST, { ...SECOND, number: 3, total: 3 }]);
    expect(codes(none)).toEqual(['FRAME_OFFSET']);
    expect(none.missing).toEqual([{ numbers: runs(2), from: 3, count: 0 }]);
    await using frames = await none.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4]);
  });

  it('totals that differ, or that a number is beyond, are named', async () => {
    const differ = await concatenationOf([FIRST, { ...SECOND, total: 4 }, THIRD]);
    expect(codes(differ)).toEqual(['PART_TOTAL']);
    expect(differ.missing).toEqual([{ numbers: runs(4), from: 9, count: undefined }]);
    const beyond = await concatenationOf(
      [FIRST, SECOND, THIRD].map((one) => ({ ...one, total: 2 })),
    );
    expect(beyond.issues.map(({ code, instances }) => [code, instances])).toEqual([
      ['PART_TOTAL', ['IM2']],
    ]);
  });

  it('pixels that differ are named, and stay readable as they are', async () => {
    const concatenation = await concatenationOf([FIRST, { ...SECOND, columns: 3 }, THIRD]);
    expect(concatenation.issues).toEqual([
      {
        code: 'MIXED_PIXELS',
        message: 'Columns is not that of the other parts',
        instances: ['IM1'],
      },
    ]);
    await using frames = await concatenation.open();
    expect((await frames.frame(3)).columns).toBe(3);
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('where Number of Frames is no number, the next offset tells', async () => {
    const concatenation = await concatenationOf([FIRST, { ...SECOND, frames: '-1' }, THIRD]);
    expect(codes(concatenation)).toEqual(['FRAME_COUNT']);
    expect(placesOf(concatenation)[1]).toEqual(['IM1', 3, 2]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const parts = [FIRST, { ...SECOND, frames: '-1' }, THIRD];
    const shared = await concatenationOf([FIRST, { ...SECOND, offset: 5, frames: '-1' }, THIRD]);
    expect(codes(shared)).toEqual(['FRAME_COUNT', 'FRAME_OFFSET', 'UNPLACED_PART']);
    const without = await concatenationOf(parts.map((one) => ({ ...one, offset: undefined })));
    expect(codes(without)).toEqual(['FRAME_COUNT', 'FRAME_OFFSET', 'UNPLACED_PART']);
    expect(without.parts.length).toBe(2);
    expect(without.missing).toEqual([{ numbers: [], from: 4, count: undefined }]);
  });

  it('where Number of Frames of the last part is no number, there may be more', async () => {
    for (const offsets of [true, false]) {
      const parts = [FIRST, SECOND, { ...THIRD, frames: 'x' }];
      const uncounted = await concatenationOf(
        offsets ? parts : parts.map((one) => ({ ...one, offset: undefined })),
      );
      expect(codes(uncounted)).toEqual(offsets ? ['FRAME_COUNT'] : ['FRAME_COUNT', 'FRAME_OFFSET']);
      expect(uncounted.missing).toEqual([{ numbers: [], from: 6, count: undefined }]);
      await using frames = await uncounted.open();
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5]);
      await expect(frames.frame(6)).rejects.toThrow('Nothing tells whether there are more.');
    }
    // A part that is known to be missing says it as well.
    const more = await concatenationOf([FIRST, { ...SECOND, frames: 'x' }]);
    expect(more.missing).toEqual([{ numbers: runs(3), from: 4, count: undefined }]);
  });
});
