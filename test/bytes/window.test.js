import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { retainedView, Window } from '../../src/bytes/window.js';
import { isFramedexError } from '../../src/errors.js';
import { controllableSource } from '../support/controllable-source.js';
import { countingSource } from '../support/counting-source.js';
const BYTES = Uint8Array.from({ length: 300_000 }, (_, k) => (k * 31 + (k >>> 8)) & 0xff);
function windowOver(bytes, firstRead) {
  return new Window(memorySource(bytes, 'test'), 0, firstRead);
}
/** What the window shows of a stretch. */
function shown(window, offset, length) {
  return window.bytes.subarray(offset - window.start, offset - window.start + length);
}
describe('the read-ahead window', () => {
  it('shows what was asked for, and reads ahead in growing blocks', () => {
    const source = countingSource(memorySource(BYTES, 'test'));
    const window = new Window(source);
    for (let offset = 0; offset + 100 < BYTES.length; offset += 100) {
      if (!window.covers(offset, 100)) window.fillSync({ offset, length: 100 });
      expect(shown(window, offset, 100)).toEqual(BYTES.subarray(offset, offset + 100));
      expect(window.view.getUint8(offset - window.start)).toBe(BYTES[offset]);
    }
    const lengths = source.reads.map(([, length]) => length);
    expect(lengths.slice(0, 5)).toEqual([8192, 16384, 32768, 65536, 65536]);
    expect(source.bytesRead).toBe(BYTES.length);
  });
  it('reads no more than a need and one block ahead', () => {
    const source = countingSource(memorySource(BYTES, 'test'));
    new Window(source).fillSync({ offset: 0, length: 10 });
    expect(source.reads).toEqual([[0, 8192]]);
    new Window(source).fillSync({ offset: 0, length: 100_000 });
    expect(source.reads[1]).toEqual([0, 100_000]);
  });
  it.each([
    [4000, 100, 4000],
    [100_000, 100, 65_536],
    [50, 100, 100],
    [0, 100, 100],
    [-5000, 100, 100],
  ])('reads what is at hand, and what is needed: %i bytes', (atHand, length, expected) => {
    const source = countingSource(memorySource(BYTES, 'test'));
    const window = new Window({ ...source, atHand: (offset) => atHand - offset });
    window.fillSync({ offset: 0, length });
    expect(source.reads).toEqual([[0, expected]]);
    window.fillSync({ offset: expected - 50, length });
    // It grows by what is at hand behind that, and by no more than the rest of the need else.
    const rest = Math.min(Math.max(atHand - expected, 50), 65_536);
    expect(source.reads[1]).toEqual([expected, rest]);
    expect(shown(window, expected - 50, length)).toEqual(
      BYTES.subarray(expected - 50, expected + 50),
    );
  });
  it('starts anew where the parser jumps, with a short read', () => {
    const source = countingSource(memorySource(BYTES, 'test'));
    const window = new Window(source);
    window.fillSync({ offset: 0, length: 10 });
    window.fillSync({ offset: 200_000, length: 10, passed: 50 });
    expect(source.reads).toEqual([
      [0, 8192],
      [200_000, 1024],
    ]);
    expect([window.start, window.covers(0, 10), window.covers(200_000, 1024)]).toEqual([
      200_000,
      false,
      true,
    ]);
  });
  it('gives the same with and without readSync', async () => {
    const source = controllableSource(memorySource(BYTES, 'test'), { asynchronous: true });
    const window = new Window(source, 0, 7);
    expect(window.synchronous).toBe(false);
    for (const offset of [0, 6, 100, 5000, 100_000]) {
      await window.fill({ offset, length: 12 });
      expect(shown(window, offset, 12)).toEqual(BYTES.subarray(offset, offset + 12));
    }
    expect(() => {
      window.fillSync({ offset: 200_000, length: 1 });
    }).toThrow(TypeError);
  });
  it.each([
    ['a source that gives less than it has', { shortReads: 100 }],
    ['a source that was cut', { emptyFrom: 0 }],
  ])('says TRUNCATED for %s, never zeros', async (_, faults) => {
    for (const asynchronous of [false, true]) {
      const source = controllableSource(memorySource(BYTES, 'test'), { ...faults, asynchronous });
      const window = new Window(source);
      const need = { offset: 0, length: 12 };
      const filling = async () => {
        if (window.synchronous) window.fillSync(need);
        else await window.fill(need);
      };
      const error = await filling().catch((fault) => fault);
      expect(isFramedexError(error, 'TRUNCATED') && error.details).toMatchObject({ offset: 0 });
    }
  });
  it('says TRUNCATED for what lies behind the end', () => {
    const error = (() => {
      try {
        windowOver(BYTES.subarray(0, 10)).fillSync({ offset: 4, length: 12 });
        return undefined;
      } catch (fault) {
        return fault;
      }
    })();
    expect(isFramedexError(error, 'TRUNCATED')).toBe(true);
  });
  it('passes an abort on', async () => {
    const source = controllableSource(memorySource(BYTES, 'test'), { asynchronous: true });
    const reason = new Error('enough');
    const filling = new Window(source).fill(
      { offset: 0, length: 10 },
      { signal: AbortSignal.abort(reason) },
    );
    await expect(filling).rejects.toBe(reason);
  });
});
describe('what a window retains', () => {
  it('is a copy of the stretches alone', () => {
    const window = windowOver(BYTES);
    window.fillSync({ offset: 0, length: 100 });
    const kept = window.retain([
      { offset: 10, length: 5 },
      { offset: 50, length: 3 },
    ]);
    expect(kept.bytes.buffer.byteLength).toBe(8);
    expect(retainedView(kept, 10, 5)).toEqual(BYTES.subarray(10, 15));
    expect(retainedView(kept, 51, 2)).toEqual(BYTES.subarray(51, 53));
    for (const [offset, length] of [
      [9, 2],
      [14, 2],
      [15, 1],
      [50, 4],
      [20_000, 1],
    ]) {
      expect(retainedView(kept, offset, length)).toBeUndefined();
    }
  });
  it('leaves out what is skipped', () => {
    const window = windowOver(BYTES);
    window.fillSync({ offset: 0, length: 1000 });
    const skipped = [
      { offset: 100, length: 300 },
      { offset: 500, length: 100 },
    ];
    const kept = window.retain([{ offset: 0, length: 1000 }], skipped);
    expect(kept.bytes).toHaveLength(600);
    expect(retainedView(kept, 90, 10)).toEqual(BYTES.subarray(90, 100));
    expect(retainedView(kept, 95, 10)).toBeUndefined();
    expect(retainedView(kept, 200, 1)).toBeUndefined();
    expect(retainedView(kept, 400, 100)).toEqual(BYTES.subarray(400, 500));
    expect(retainedView(kept, 600, 400)).toEqual(BYTES.subarray(600, 1000));
  });
  it('outlives jumps, as far as it was of use', () => {
    const window = windowOver(BYTES);
    window.fillSync({ offset: 0, length: 100 });
    window.fillSync({ offset: 100_000, length: 10, passed: 60 });
    window.fillSync({ offset: 250_000, length: 10, passed: 100_010 });
    const kept = window.retain([{ offset: 0, length: 250_010 }]);
    expect(kept.bytes).toHaveLength(60 + 10 + 10);
    expect(retainedView(kept, 0, 60)).toEqual(BYTES.subarray(0, 60));
    expect(retainedView(kept, 100_000, 10)).toEqual(BYTES.subarray(100_000, 100_010));
    expect(retainedView(kept, 250_000, 10)).toEqual(BYTES.subarray(250_000, 250_010));
    expect(retainedView(kept, 0, 61)).toBeUndefined();
  });
  it('has what was seen, of any stretches after any jumps, and nothing else', () => {
    const needs = fc.array(fc.record({ offset: fc.nat(20_000), length: fc.nat(3000) }), {
      minLength: 1,
      maxLength: 12,
    });
    const cuts = fc.uniqueArray(fc.nat(20_000), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(needs, cuts, fc.integer({ min: 1, max: 9000 }), (seen, edges, firstRead) => {
        const window = windowOver(BYTES.subarray(0, 25_000), firstRead);
        for (const need of seen) {
          if (!window.covers(need.offset, need.length)) window.fillSync(need);
        }
        const kept = window.retain(stretchesOf(edges));
        let total = 0;
        for (const { offset, length } of stretchesOf(edges)) {
          total += length;
          for (let at = offset; at < offset + length; at += 97) {
            const view = retainedView(kept, at, 1);
            if (view !== undefined) expect(view[0]).toBe(BYTES[at]);
            const wasSeen = seen.some((one) => at >= one.offset && at < one.offset + one.length);
            if (wasSeen) expect(view).toBeDefined();
          }
        }
        expect(kept.bytes.length).toBeLessThanOrEqual(total);
      }),
      { numRuns: 500 },
    );
  });
});
/** Every second gap between the edges. */
function stretchesOf(edges) {
  const sorted = edges.toSorted((a, b) => a - b);
  const stretches = [];
  for (let k = 0; k + 1 < sorted.length; k += 2) {
    const offset = sorted[k] ?? 0;
    stretches.push({ offset, length: (sorted[k + 1] ?? 0) - offset });
  }
  return stretches;
}
