import { describe, expect, it } from 'vitest';
import { SharedReads } from '../../src/bytes/shared-reads.ts';

describe('work that several wait for', () => {
  it('is not begun for one who has given up already', () => {
    const underWay = new SharedReads<number>();
    let begun = 0;
    const start = (): Promise<number> => Promise.resolve(++begun);
    const given = new Error('given up');
    expect(() => underWay.join(1, start, AbortSignal.abort(given))).toThrow(given);
    expect(begun).toBe(0);
  });

  it('is done once for all who ask meanwhile', async () => {
    const underWay = new SharedReads<number>();
    let begun = 0;
    const start = (): Promise<number> => Promise.resolve(++begun);
    const all = [1, 1, 2].map((key) => underWay.join(key, start, undefined));
    expect((await Promise.all(all)).map(({ result }) => result)).toEqual([1, 1, 2]);
  });
});
