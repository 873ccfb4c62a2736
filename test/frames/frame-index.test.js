import { describe, expect, it } from 'vitest';
import { FramedexError, isFramedexError } from '../../src/errors.js';
import {
  emptyIndex,
  frameIndex,
  lostFrame,
  nativeRange,
  tableRange,
} from '../../src/frames/frame-index.js';
import { pixelOf } from '../support/pixel.js';
const fragments = {
  kind: 'fragments',
  offsets: Float64Array.of(108, 126, 144, 2 ** 40),
  lengths: Uint32Array.of(10, 0, 2 ** 31, 20),
  firsts: Uint32Array.of(0, 2, 3),
};
function indexOf(layout, count, declaredCount = count) {
  return frameIndex({
    ...{ count, declaredCount, strategy: 'none', confidence: 'exact', pixel: pixelOf({}), layout },
    counts: { declared: declaredCount, found: count, byBytes: undefined, fragments: undefined },
  });
}
function codeOfThrown(action) {
  try {
    action();
  } catch (error) {
    return isFramedexError(error) ? [error.code, error.details.offset] : error;
  }
  return 'nothing';
}
describe('ranges of frames', () => {
  it('H01: of fragments, the empty ones left out', () => {
    const index = indexOf(fragments, 3);
    expect(index.ranges(0)).toEqual([{ offset: 108, length: 10 }]);
    expect(index.ranges(1)).toEqual([{ offset: 144, length: 2 ** 31 }]);
    expect(index.ranges(2)).toEqual([{ offset: 2 ** 40, length: 20 }]);
    const single = indexOf({ ...fragments, firsts: undefined }, 4);
    expect(single.ranges(1)).toEqual([]);
    expect(single.ranges(3)).toEqual([{ offset: 2 ** 40, length: 20 }]);
  });
  it('H14: by a table, from item to item', () => {
    const table = {
      ...{ kind: 'extended-offset-table', offset: 50 },
      starts: Float64Array.of(100, 130, 2 ** 40),
    };
    const layout = { kind: 'table', table, end: 2 ** 40 + 100 };
    expect([0, 1, 2].map((i) => tableRange(layout, i))).toEqual([
      { offset: 108, length: 22 },
      { offset: 138, length: 2 ** 40 - 138 },
      { offset: 2 ** 40 + 8, length: 92 },
    ]);
    expect(indexOf(layout, 3).ranges(1)).toEqual([tableRange(layout, 1)]);
  });
  it('I10: native ones to the bit', () => {
    const bits = { kind: 'native', offset: 10, frameBits: 9, end: 100 };
    expect([0, 1, 7, 8].map((i) => nativeRange(bits, i))).toEqual([
      { offset: 10, length: 2, bitOffset: 0, bitLength: 9 },
      { offset: 11, length: 2, bitOffset: 1, bitLength: 9 },
      { offset: 17, length: 2, bitOffset: 7, bitLength: 9 },
      { offset: 19, length: 2, bitOffset: 0, bitLength: 9 },
    ]);
    expect(nativeRange({ ...bits, frameBits: 16 }, 3)).toEqual({ offset: 16, length: 2 });
  });
  it('H08: of a number that no frame has', () => {
    for (const i of [-1, 3, 1.5, NaN, Infinity, 2 ** 53]) {
      expect(codeOfThrown(() => indexOf(fragments, 3).ranges(i))).toEqual([
        'FRAME_RANGE',
        undefined,
      ]);
    }
  });
  it('H28: of a frame that is declared, behind the end', () => {
    const lost = { from: 2, at: 777, ending: 'end-of-file', missing: 5 };
    const cut = indexOf({ ...fragments, lost }, 3, 9);
    expect(cut.ranges(2)).toHaveLength(1);
    for (const i of [3, 8]) {
      expect(codeOfThrown(() => cut.ranges(i))).toEqual(['FRAME_TRUNCATED', 777]);
    }
    expect(codeOfThrown(() => cut.ranges(9))).toEqual(['FRAME_RANGE', undefined]);
  });
  it('H22: of a frame behind bytes that are no item', () => {
    const lost = { from: 1, at: 777, ending: 'not-an-item', missing: 0 };
    expect(lostFrame(lost, 4)).toMatchObject({ code: 'ITEM_EXPECTED', details: { offset: 777 } });
  });
});
describe('an index without frames', () => {
  it('I07: gives its reason for every frame', () => {
    const reason = new FramedexError('NO_PIXEL_DATA', 'none', { offset: 5 });
    const index = emptyIndex(reason, { declared: { count: 3, written: 3 } });
    expect(index).toMatchObject({
      count: 0,
      declaredCount: 3,
      strategy: 'none',
      confidence: 'exact',
    });
    expect(index.counts).toMatchObject({ declared: 3, found: 0 });
    for (const i of [0, 2, 99, -1]) {
      expect(() => index.ranges(i)).toThrow(reason);
    }
  });
  it('H05: where they cannot be told apart, there are as many as declared', () => {
    const reason = new FramedexError('FRAME_AMBIGUOUS', 'which?', { offset: 5, frame: 0 });
    const index = emptyIndex(reason, { declared: { count: 3, written: 3 }, pixel: pixelOf({}) }, 7);
    expect(index).toMatchObject({
      count: 3,
      confidence: 'guessed',
      counts: { found: 0, fragments: 7 },
    });
    expect(() => index.ranges(2)).toThrow(reason);
    expect(() => index.ranges(3)).toThrow(/FRAME_RANGE/);
  });
});
