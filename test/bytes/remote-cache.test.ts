import { describe, expect, it } from 'vitest';
import { createRemoteCache } from '../../src/bytes/remote-cache.ts';
import type { RemoteSegment } from '../../src/bytes/remote-cache.ts';
import { RemoteSegments } from '../../src/bytes/remote-segments.ts';

function segment(length: number): RemoteSegment {
  return { start: 0, end: length, bytes: new Uint8Array(length) };
}

describe('the store of what came over a network', () => {
  it('counts the bytes that it holds, and never holds more than its bound', () => {
    const cache = createRemoteCache(100);
    const gone: RemoteSegment[] = [];
    const segments = [40, 40, 40, 90].map(segment);
    for (const each of segments) {
      expect(cache.keep(each, (forgotten) => gone.push(forgotten))).toBe(true);
      expect(cache.bytes).toBeLessThanOrEqual(100);
    }
    expect(cache.bytes).toBe(90);
    expect(gone).toEqual(segments.slice(0, 3));
  });

  it('gives up what was used least recently first', () => {
    const cache = createRemoteCache(100);
    const gone: RemoteSegment[] = [];
    const [first, second, third] = [segment(40), segment(40), segment(40)];
    cache.keep(first, (each) => gone.push(each));
    cache.keep(second, (each) => gone.push(each));
    cache.use(first);
    cache.keep(third, (each) => gone.push(each));
    expect(gone).toEqual([second]);
    cache.drop(first);
    expect(cache.bytes).toBe(40);
    cache.clear();
    expect(cache.bytes).toBe(0);
    expect(gone).toEqual([second, first, third]);
  });

  it('holds nothing that is longer than all of it, and nothing at all where it is of 0 bytes', () => {
    const cache = createRemoteCache(100);
    expect(cache.keep(segment(101), () => undefined)).toBe(false);
    expect(cache.bytes).toBe(0);
    expect(createRemoteCache(0).keep(segment(1), () => undefined)).toBe(false);
  });
});

describe('what is held of one source', () => {
  const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(length);

  it('is found by its bytes, and shares the store with others', () => {
    const cache = createRemoteCache(100);
    const [one, other] = [new RemoteSegments(cache), new RemoteSegments(cache)];
    one.add(50, bytes(10));
    one.add(0, bytes(20));
    one.add(20, bytes(10));
    expect(one.at(19)?.end).toBe(20);
    expect(one.at(20)?.start).toBe(20);
    expect(one.at(30)).toBeUndefined();
    expect(one.at(60)).toBeUndefined();
    // What is used stays longest.
    expect(one.at(50)?.end).toBe(60);
    expect([one.reach(5), one.reach(30), one.reach(55)]).toEqual([25, 0, 5]);
    expect(one.within({ start: 19, end: 51 }).map(({ start }) => start)).toEqual([0, 20, 50]);
    expect(one.within({ start: 30, end: 50 })).toEqual([]);
    other.add(0, bytes(90));
    expect([cache.bytes, one.reach(0), one.reach(20), one.reach(50)]).toEqual([100, 0, 0, 10]);
    one.clear();
    expect([cache.bytes, other.reach(0)]).toEqual([90, 90]);
    other.clear();
    expect([cache.bytes, other.reach(0)]).toEqual([0, 0]);
  });

  it('never overlaps: the longer stays', () => {
    const cache = createRemoteCache(1000);
    const segments = new RemoteSegments(cache);
    segments.add(100, bytes(10));
    segments.add(50, bytes(100));
    segments.add(120, bytes(10));
    expect([cache.bytes, segments.reach(50)]).toEqual([100, 100]);
    segments.add(140, bytes(20));
    expect([cache.bytes, segments.reach(50), segments.reach(140)]).toEqual([20, 0, 20]);
  });
});
