import { describe, expect, it } from 'vitest';
import {
  joinedStretches,
  lastStartingBy,
  mergedRuns,
  missingOf,
} from '../../src/bytes/coalesce.ts';

const options = { size: 1000, gap: 10, longest: 100 };

function range(offset: number, length: number): { offset: number; length: number } {
  return { offset, length };
}

describe('announced ranges', () => {
  it('are joined where no more than the gap is between them', () => {
    expect(mergedRuns([range(0, 20), range(30, 20), range(61, 9)], options)).toEqual([
      { start: 0, end: 50, first: 0 },
      { start: 61, end: 70, first: 2 },
    ]);
  });

  it('are joined in whatever order they come, and remember which came first', () => {
    expect(mergedRuns([range(500, 10), range(30, 20), range(0, 20)], options)).toEqual([
      { start: 0, end: 50, first: 1 },
      { start: 500, end: 510, first: 0 },
    ]);
  });

  it('make runs that end with a range, none longer than the longest', () => {
    const ranges = Array.from({ length: 8 }, (_, k) => range(30 * k, 30));
    const runs = mergedRuns(ranges, options);
    expect(runs.map(({ start, end }) => [start, end])).toEqual([
      [0, 90],
      [90, 180],
      [180, 240],
    ]);
  });

  it('are cut where one alone is longer, and never overlap', () => {
    const runs = mergedRuns([range(0, 60), range(50, 250), range(60, 20)], options);
    expect(runs.map(({ start, end }) => [start, end])).toEqual([
      [0, 60],
      [60, 160],
      [160, 260],
      [260, 300],
    ]);
  });

  it('are left out where they are no part of the source', () => {
    const nothing = [range(-50, 40), range(NaN, 5), range(1, NaN), range(1000, 4), range(5, -3)];
    expect(mergedRuns(nothing, options)).toEqual([]);
    expect(mergedRuns([range(-5, 10), range(990, Infinity)], options)).toEqual([
      { start: 0, end: 5, first: 0 },
      { start: 990, end: 1000, first: 1 },
    ]);
  });
});

describe('what is missing of a stretch', () => {
  const bounds = { start: 100, end: 200 };

  it('is all of it where nothing is there', () => {
    expect(missingOf(bounds, [])).toEqual([bounds]);
    expect(missingOf(bounds, [{ start: 0, end: 100 }])).toEqual([bounds]);
    expect(missingOf(bounds, [{ start: 200, end: 300 }])).toEqual([bounds]);
  });

  it('is what lies between stretches, which may overlap', () => {
    const present = [
      { start: 90, end: 110 },
      { start: 120, end: 150 },
      { start: 130, end: 140 },
      { start: 190, end: 250 },
    ];
    expect(missingOf(bounds, present)).toEqual([
      { start: 110, end: 120 },
      { start: 150, end: 190 },
    ]);
    expect(missingOf(bounds, [{ start: 0, end: 500 }])).toEqual([]);
  });

  it('is joined over what is there where that is short', () => {
    const missing = [
      { start: 0, end: 10 },
      { start: 20, end: 30 },
      { start: 41, end: 50 },
    ];
    expect(joinedStretches(missing, 10)).toEqual([
      { start: 0, end: 30 },
      { start: 41, end: 50 },
    ]);
  });
});

describe('the place in a list of stretches', () => {
  it('is that of the last that starts at the offset or before', () => {
    const stretches = [10, 20, 30].map((start) => ({ start, end: start + 5 }));
    expect([9, 10, 19, 20, 99].map((offset) => lastStartingBy(stretches, offset))).toEqual([
      -1, 0, 0, 1, 2,
    ]);
    expect(lastStartingBy([], 5)).toBe(-1);
  });
});
