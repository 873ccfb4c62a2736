import { describe, expect, it } from 'vitest';
import { createFrameCache } from '../../src/frames/cache.js';
import { createContext } from '../../src/index.js';
function frameOf(bytes) {
  return { data: new Uint8Array(bytes) };
}
describe('createContext', () => {
  it('holds nothing until it is used, and nothing when it is closed', async () => {
    const context = createContext({ limits: { maxDepth: 3 } });
    expect([context.frames.bytes, context.inflating.cache.bytes]).toEqual([0, 0]);
    expect(context.limits.maxDepth).toBe(3);
    expect(context.limits.maxFragments).toBeGreaterThan(0);
    context.frames.set('a', frameOf(10));
    expect(context.frames.bytes).toBe(10);
    await context.close();
    expect(context.frames.bytes).toBe(0);
  });
});
describe('the frame cache', () => {
  it('P07: is bounded in bytes; the least recently used goes first', () => {
    const cache = createFrameCache(100);
    for (const key of ['a', 'b', 'c']) cache.set(key, frameOf(40));
    expect([cache.get('a'), cache.bytes]).toEqual([undefined, 80]);
    expect(cache.get('b')).toBeDefined();
    cache.set('d', frameOf(60));
    expect([cache.get('b')?.data.length, cache.get('c')]).toEqual([40, undefined]);
    cache.delete('b');
    expect(cache.bytes).toBe(60);
  });
  it('P07: takes no frame longer than itself, and none at all with 0', () => {
    const cache = createFrameCache(100);
    cache.set('a', frameOf(40));
    cache.set('b', frameOf(101));
    expect([cache.get('a')?.data.length, cache.get('b')]).toEqual([40, undefined]);
    const none = createFrameCache(0);
    none.set('a', frameOf(1));
    none.delete('a');
    none.clear();
    expect([none.get('a'), none.bytes]).toEqual([undefined, 0]);
  });
});
