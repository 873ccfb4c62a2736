var __addDisposableResource =
  (this && this.__addDisposableResource) ||
  function (env, value, async) {
    if (value !== null && value !== void 0) {
      if (typeof value !== 'object' && typeof value !== 'function')
        throw new TypeError('Object expected.');
      var dispose, inner;
      if (async) {
        if (!Symbol.asyncDispose) throw new TypeError('Symbol.asyncDispose is not defined.');
        dispose = value[Symbol.asyncDispose];
      }
      if (dispose === void 0) {
        if (!Symbol.dispose) throw new TypeError('Symbol.dispose is not defined.');
        dispose = value[Symbol.dispose];
        if (async) inner = dispose;
      }
      if (typeof dispose !== 'function') throw new TypeError('Object not disposable.');
      if (inner)
        dispose = function () {
          try {
            inner.call(this);
          } catch (e) {
            return Promise.reject(e);
          }
        };
      env.stack.push({ value: value, dispose: dispose, async: async });
    } else if (async) {
      env.stack.push({ async: true });
    }
    return value;
  };
var __disposeResources =
  (this && this.__disposeResources) ||
  (function (SuppressedError) {
    return function (env) {
      function fail(e) {
        env.error = env.hasError
          ? new SuppressedError(e, env.error, 'An error was suppressed during disposal.')
          : e;
        env.hasError = true;
      }
      var r,
        s = 0;
      function next() {
        while ((r = env.stack.pop())) {
          try {
            if (!r.async && s === 1)
              return ((s = 0), env.stack.push(r), Promise.resolve().then(next));
            if (r.dispose) {
              var result = r.dispose.call(r.value);
              if (r.async)
                return (
                  (s |= 2),
                  Promise.resolve(result).then(next, function (e) {
                    fail(e);
                    return next();
                  })
                );
            } else s |= 1;
          } catch (e) {
            fail(e);
          }
        }
        if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
        if (env.hasError) throw env.error;
      }
      return next();
    };
  })(
    typeof SuppressedError === 'function'
      ? SuppressedError
      : function (error, suppressed, message) {
          var e = new Error(message);
          return ((e.name = 'SuppressedError'), (e.error = error), (e.suppressed = suppressed), e);
        },
  );
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
} from '../support/concatenation-part.js';
import { codeOf } from '../support/open-built.js';
describe('parts that contradict each other', () => {
  it('copies of a part are named, and the first counts', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const copy = { ...SECOND, values: [30, 40] };
      const concatenation = await concatenationOf([FIRST, SECOND, copy, THIRD]);
      expect(concatenation.issues).toEqual([
        {
          code: 'DUPLICATE_PART',
          message: 'part 2 is there more than once, the first counts',
          instances: ['IM2'],
        },
      ]);
      const frames = __addDisposableResource(env_1, await concatenation.open(), true);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('offsets that no two frames share count, whatever the numbers say', async () => {
    for (const numbers of [
      [3, 2, 1],
      [1, 1, 1],
      [undefined, undefined, undefined],
      [0, 1, 2],
    ]) {
      const env_2 = { stack: [], error: void 0, hasError: false };
      try {
        const parts = [FIRST, SECOND, THIRD].map((one, k) => ({ ...one, number: numbers[k] }));
        const concatenation = await concatenationOf(parts);
        expect([codes(concatenation), concatenation.missing]).toEqual([['PART_NUMBER'], []]);
        const frames = __addDisposableResource(env_2, await concatenation.open(), true);
        expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      } catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
      } finally {
        const result_2 = __disposeResources(env_2);
        if (result_2) await result_2;
      }
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
      const env_3 = { stack: [], error: void 0, hasError: false };
      try {
        const parts = [FIRST, SECOND, THIRD].map((one, k) => ({ ...one, offset: offsets[k] }));
        const concatenation = await concatenationOf(parts);
        expect([codes(concatenation), concatenation.missing]).toEqual([['FRAME_OFFSET'], []]);
        const frames = __addDisposableResource(env_3, await concatenation.open(), true);
        expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      } catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
      } finally {
        const result_3 = __disposeResources(env_3);
        if (result_3) await result_3;
      }
    }
  });
  it('without offsets, nothing behind a missing part is given a number', async () => {
    const env_4 = { stack: [], error: void 0, hasError: false };
    try {
      const parts = [FIRST, THIRD].map((one) => ({ ...one, offset: undefined }));
      const concatenation = await concatenationOf(parts);
      expect(concatenation.issues.map(({ code, instances }) => [code, instances])).toEqual([
        ['FRAME_OFFSET', ['IM0', 'IM1']],
        ['UNPLACED_PART', ['IM1']],
      ]);
      expect(concatenation.missing).toEqual([{ numbers: runs(2), from: 3, count: undefined }]);
      const frames = __addDisposableResource(env_4, await concatenation.open(), true);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2]);
      const none = await concatenationOf([{ values: [1] }, { values: [2] }]);
      expect([codes(none), none.frameCount]).toEqual([['FRAME_OFFSET', 'UNPLACED_PART'], 0]);
      expect(none.missing).toEqual([{ numbers: [], from: 0, count: undefined }]);
      expect(await codeOf((await none.open()).thumbnail())).toBe('FRAME_RANGE');
    } catch (e_4) {
      env_4.error = e_4;
      env_4.hasError = true;
    } finally {
      const result_4 = __disposeResources(env_4);
      if (result_4) await result_4;
    }
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
    const env_5 = { stack: [], error: void 0, hasError: false };
    try {
      const gap = await concatenationOf([
        { ...FIRST, total: 2 },
        { ...SECOND, offset: 4, total: 2 },
      ]);
      expect(codes(gap)).toEqual(['FRAME_OFFSET']);
      expect(gap.missing).toEqual([{ numbers: [], from: 3, count: 1 }]);
      expect(gap.issues[0]?.message).toBe(
        'the frame offsets leave out 1 frame, the numbers no part',
      );
      const none = await concatenationOf([FIRST, { ...SECOND, number: 3, total: 3 }]);
      expect(codes(none)).toEqual(['FRAME_OFFSET']);
      expect(none.missing).toEqual([{ numbers: runs(2), from: 3, count: 0 }]);
      const frames = __addDisposableResource(env_5, await none.open(), true);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4]);
    } catch (e_5) {
      env_5.error = e_5;
      env_5.hasError = true;
    } finally {
      const result_5 = __disposeResources(env_5);
      if (result_5) await result_5;
    }
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
    const env_6 = { stack: [], error: void 0, hasError: false };
    try {
      const concatenation = await concatenationOf([FIRST, { ...SECOND, columns: 3 }, THIRD]);
      expect(concatenation.issues).toEqual([
        {
          code: 'MIXED_PIXELS',
          message: 'Columns is not that of the other parts',
          instances: ['IM1'],
        },
      ]);
      const frames = __addDisposableResource(env_6, await concatenation.open(), true);
      expect((await frames.frame(3)).columns).toBe(3);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    } catch (e_6) {
      env_6.error = e_6;
      env_6.hasError = true;
    } finally {
      const result_6 = __disposeResources(env_6);
      if (result_6) await result_6;
    }
  });
  it('where Number of Frames is no number, the next offset tells', async () => {
    const env_7 = { stack: [], error: void 0, hasError: false };
    try {
      const concatenation = await concatenationOf([FIRST, { ...SECOND, frames: '-1' }, THIRD]);
      expect(codes(concatenation)).toEqual(['FRAME_COUNT']);
      expect(placesOf(concatenation)[1]).toEqual(['IM1', 3, 2]);
      const frames = __addDisposableResource(env_7, await concatenation.open(), true);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      const parts = [FIRST, { ...SECOND, frames: '-1' }, THIRD];
      const shared = await concatenationOf([FIRST, { ...SECOND, offset: 5, frames: '-1' }, THIRD]);
      expect(codes(shared)).toEqual(['FRAME_COUNT', 'FRAME_OFFSET', 'UNPLACED_PART']);
      const without = await concatenationOf(parts.map((one) => ({ ...one, offset: undefined })));
      expect(codes(without)).toEqual(['FRAME_COUNT', 'FRAME_OFFSET', 'UNPLACED_PART']);
      expect(without.parts.length).toBe(2);
      expect(without.missing).toEqual([{ numbers: [], from: 4, count: undefined }]);
    } catch (e_7) {
      env_7.error = e_7;
      env_7.hasError = true;
    } finally {
      const result_7 = __disposeResources(env_7);
      if (result_7) await result_7;
    }
  });
  it('where Number of Frames of the last part is no number, there may be more', async () => {
    for (const offsets of [true, false]) {
      const env_8 = { stack: [], error: void 0, hasError: false };
      try {
        const parts = [FIRST, SECOND, { ...THIRD, frames: 'x' }];
        const uncounted = await concatenationOf(
          offsets ? parts : parts.map((one) => ({ ...one, offset: undefined })),
        );
        expect(codes(uncounted)).toEqual(
          offsets ? ['FRAME_COUNT'] : ['FRAME_COUNT', 'FRAME_OFFSET'],
        );
        expect(uncounted.missing).toEqual([{ numbers: [], from: 6, count: undefined }]);
        const frames = __addDisposableResource(env_8, await uncounted.open(), true);
        expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5]);
        await expect(frames.frame(6)).rejects.toThrow('Nothing tells whether there are more.');
      } catch (e_8) {
        env_8.error = e_8;
        env_8.hasError = true;
      } finally {
        const result_8 = __disposeResources(env_8);
        if (result_8) await result_8;
      }
    }
    // A part that is known to be missing says it as well.
    const more = await concatenationOf([FIRST, { ...SECOND, frames: 'x' }]);
    expect(more.missing).toEqual([{ numbers: runs(3), from: 4, count: undefined }]);
  });
});
