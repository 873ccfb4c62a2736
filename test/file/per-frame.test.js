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
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { isFramedexError } from '../../src/errors.js';
import { open } from '../../src/node/index.js';
import { dicom, encapsulated, imagePixel, item, sequence, SYNTAX } from '../support/build-dicom.js';
import { countingSource } from '../support/counting-source.js';
import { openBuilt } from '../support/open-built.js';
import { OPEN, SYNTAXES } from '../support/sequence-parts.js';
const position = (z, bounds = {}) =>
  sequence(0x00209113, [item([[0x00200032, 'DS', `0\\0\\${z}`]], bounds)], bounds);
const slope = (value) => sequence(0x00289145, [[[0x00281053, 'DS', value]]]);
const content = (values, bounds = {}) =>
  sequence(0x00209111, [item([[0x00209157, 'UL', values]], bounds)], bounds);
function enhanced({ declared, groups, common = [], own = [] }) {
  return {
    elements: [
      ...imagePixel({ rows: 1, columns: 1, numberOfFrames: declared }),
      ...own,
      ...(common.length === 0 ? [] : [sequence(0x52009229, [common])]),
      ...(groups === undefined ? [] : [sequence(0x52009230, groups)]),
      [0x7fe00010, 'OW', Array.from({ length: declared }, (_, k) => k)],
    ],
  };
}
/** The code and details of what a call throws. */
function thrownBy(call) {
  try {
    return call();
  } catch (error) {
    return isFramedexError(error) ? [error.code, error.details] : error;
  }
}
describe('perFrame and allFrames', () => {
  const three = {
    declared: 3,
    own: [[0x00281053, 'DS', '9']],
    common: [slope('2')],
    groups: [
      [content([1, 1]), position(10)],
      [content([1, 2]), position(20), slope('3')],
      [content([2, 1]), position(30)],
    ],
  };
  it.each(SYNTAXES)('give the attributes of each frame in %s', async (transferSyntax) => {
    const { file } = await openBuilt({ ...enhanced(three), transferSyntax });
    for (const like of [
      ...['ImagePositionPatient', 'RescaleSlope', 'Rows', 'SliceThickness'],
      ...['FrameContentSequence.0.DimensionIndexValues', 0x00200032, '(0028,1053)'],
    ]) {
      const each = [0, 1, 2].map((i) => file.perFrame(i).get(like));
      expect(file.allFrames(like)).toEqual(each);
    }
    expect(file.allFrames('ImagePositionPatient')).toEqual([
      [0, 0, 10],
      [0, 0, 20],
      [0, 0, 30],
    ]);
    expect(file.allFrames('RescaleSlope')).toEqual([2, 3, 2]);
    expect(file.allFrames('DimensionIndexValues')).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
    expect(file.allFrames('Rows')).toEqual([1, 1, 1]);
    expect(file.allFrames('SliceThickness')).toEqual([undefined, undefined, undefined]);
  });
  it('are typed by the attribute', async () => {
    const { file } = await openBuilt(enhanced(three));
    const positions = file.allFrames('ImagePositionPatient');
    expectTypeOf(positions).toEqualTypeOf();
    const labels = file.allFrames('FrameContentSequence.0.FrameLabel');
    expectTypeOf(labels).toEqualTypeOf();
    const macros = file.allFrames('FrameContentSequence');
    expectTypeOf(macros).toEqualTypeOf();
    const byTag = file.allFrames(0x00281053);
    expectTypeOf(byTag).toEqualTypeOf();
    const one = file.perFrame(0).get('FrameContentSequence.0.DimensionIndexValues');
    expectTypeOf(one).toEqualTypeOf();
    expect([positions.length, labels.length, macros.length, byTag.length]).toEqual([3, 3, 3, 3]);
    expect(one).toEqual([1, 1]);
  });
  it('are independent: what a caller does to the array of one call is not in the next', async () => {
    const { file } = await openBuilt(enhanced(three));
    file.allFrames('RescaleSlope').fill(0);
    expect(file.allFrames('RescaleSlope')).toEqual([2, 3, 2]);
  });
  it.each([3, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32])(
    'there is no frame %d of three',
    async (i) => {
      const { file } = await openBuilt(enhanced(three));
      const details = { name: 'built.dcm', frame: i, count: 3 };
      expect(thrownBy(() => file.perFrame(i))).toMatchObject(['FRAME_RANGE', details]);
    },
  );
  it('have the object’s own attributes of one frame without groups', async () => {
    const own = [[0x00281053, 'DS', '9']];
    const { file } = await openBuilt(enhanced({ declared: 1, groups: undefined, own }));
    expect(file.perFrame(0).get('RescaleSlope')).toBe(9);
    expect(file.perFrame(0).has('ImagePositionPatient')).toBe(false);
    expect(file.allFrames('RescaleSlope')).toEqual([9]);
    expect(thrownBy(() => file.perFrame(1))).toMatchObject(['FRAME_RANGE', { count: 1 }]);
  });
  it('have them for each of many frames without groups', async () => {
    const own = [[0x00281053, 'DS', '9']];
    const { file } = await openBuilt(enhanced({ declared: 4, groups: undefined, own }));
    expect(file.allFrames('RescaleSlope')).toEqual([9, 9, 9, 9]);
    expect(file.perFrame(3).get('RescaleSlope')).toBe(9);
  });
  it('have no frames of an object without pixels', async () => {
    const { file } = await openBuilt({ elements: [[0x00080060, 'CS', 'SR']] });
    expect(file.allFrames('Modality')).toEqual([]);
    expect(thrownBy(() => file.perFrame(0))).toMatchObject(['FRAME_RANGE', { count: 0 }]);
    expect(thrownBy(() => file.allFrames('Rovs'))).toMatchObject(['USAGE', {}]);
  });
  it('G23: fewer items than frames leave the others the shared attributes', async () => {
    const groups = [[slope('1')], [slope('2')]];
    const { file } = await openBuilt(enhanced({ declared: 4, groups, common: [slope('5')] }));
    expect(file.allFrames('RescaleSlope')).toEqual([1, 2, 5, 5]);
    expect([0, 1, 2, 3].map((i) => file.perFrame(i).get('RescaleSlope'))).toEqual([1, 2, 5, 5]);
  });
  it('G23: more items than frames belong to none, and are told of', async () => {
    const groups = [[slope('1')], [slope('2')], [slope('3')]];
    const { file } = await openBuilt(enhanced({ declared: 2, groups }));
    expect(file.index.count).toBe(2);
    expect(file.allFrames('RescaleSlope')).toEqual([1, 2]);
    expect(thrownBy(() => file.perFrame(2))).toMatchObject(['FRAME_RANGE', { count: 2 }]);
    expect(file.warnings).toMatchObject([{ code: 'FRAME_COUNT', tag: 0x52009230 }]);
  });
  it.each([
    ['fewer', 3, 2],
    ['more', 2, 3],
    ['more than one', 1, 2],
  ])('G23: %s items than frames are told of, native or not', async (_, declared, items) => {
    const groups = Array.from({ length: items }, (_none, k) => [slope(String(k))]);
    const native = enhanced({ declared, groups });
    const fragments = {
      transferSyntax: SYNTAX.rle,
      elements: [
        ...(native.elements ?? []).slice(0, -1),
        encapsulated({ frames: Array.from({ length: declared }, () => Uint8Array.of(1, 2)) }),
      ],
    };
    for (const parts of [native, fragments]) {
      const { file, built } = await openBuilt(parts);
      const tag = 0x52009230;
      const offset = built.offsets.get(tag);
      const message = `${items} functional groups for ${declared} frame${declared === 1 ? '' : 's'}`;
      expect(file.index.count).toBe(declared);
      expect(file.warnings).toEqual([{ code: 'FRAME_COUNT', message, offset, tag }]);
      expect(file.warningCount).toBe(1);
      const strict = await openBuilt(parts, { strict: true }).catch((e) => e);
      expect(strict).toMatchObject({ code: 'FRAME_COUNT', details: { tag, offset } });
    }
  });
  it('G23: as many items as frames, or none, are not', async () => {
    for (const groups of [[[slope('1')], [slope('2')]], [], undefined]) {
      const { file } = await openBuilt(enhanced({ declared: 2, groups }), { strict: true });
      expect([file.index.count, file.warnings]).toEqual([2, []]);
    }
  });
  it('N17: no more than a file of that size can have, whatever it declares', async () => {
    for (const declared of [2 ** 31 - 1, 100_000_000]) {
      const { file, built } = await openBuilt({
        elements: [
          ...imagePixel({ rows: 1, columns: 1, numberOfFrames: declared }),
          [0x7fe00010, 'OW', [1]],
        ],
      });
      expect(file.allFrames('Rows').length).toBeLessThanOrEqual(built.bytes.length);
      expect(file.perFrame(declared - 1).get('Rows')).toBe(file.dataset.get('Rows'));
    }
  });
  it('B18: are those of the whole where only a part of the header was read', async () => {
    const whole = (await openBuilt(enhanced(three))).file;
    const parts = [{ until: 'PixelData' }, { tags: [] }, { tags: ['RescaleSlope'] }];
    for (const options of parts) {
      for (const transferSyntax of SYNTAXES) {
        const { file } = await openBuilt({ ...enhanced(three), transferSyntax }, options);
        for (const like of ['ImagePositionPatient', 'RescaleSlope', 'DimensionIndexValues']) {
          expect(file.allFrames(like)).toEqual(whole.allFrames(like));
          expect(file.perFrame(2).get(like)).toEqual(whole.perFrame(2).get(like));
        }
      }
    }
    const before = (await openBuilt(enhanced(three), { until: 0x52009230 })).file;
    expect(before.allFrames('ImagePositionPatient')).toEqual(new Array(3).fill(undefined));
    expect(before.perFrame(2).get('Rows')).toBe(whole.dataset.get('Rows'));
  });
  it('are those of the inflated object', async () => {
    const parts = { ...enhanced(three), transferSyntax: SYNTAX.deflated };
    const { file } = await openBuilt(parts, { asynchronous: true });
    expect(file.allFrames('RescaleSlope')).toEqual([2, 3, 2]);
  });
});
/** What an object of a million frames would do to a program that made something of each. */
describe.each([
  ['undefined', OPEN],
  ['defined', {}],
])('an object of 20,000 frames, sequences of %s length', (_, bounds) => {
  const FRAMES = 20_000;
  const LAST = FRAMES - 1;
  let built;
  beforeAll(() => {
    const groups = Array.from({ length: FRAMES }, (_none, i) =>
      item([content([1, i + 1], bounds), position(i, bounds)], bounds),
    );
    built = dicom({
      elements: [
        ...imagePixel({ rows: 1, columns: 1, numberOfFrames: FRAMES }),
        sequence(0x52009229, [[slope('2')]], bounds),
        sequence(0x52009230, groups, bounds),
        [0x7fe00010, 'OW', new Uint8Array(2 * FRAMES)],
      ],
    });
  });
  afterAll(() => {
    built = dicom();
  });
  it('has the attributes of each', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const file = __addDisposableResource(env_1, await open(built.bytes), true);
      const positions = file.allFrames('ImagePositionPatient');
      expect(positions).toEqual(Array.from({ length: FRAMES }, (_none, i) => [0, 0, i]));
      expect(file.allFrames('FrameContentSequence.0.DimensionIndexValues').at(-1)).toEqual([
        1,
        FRAMES,
      ]);
      expect(file.perFrame(LAST).get('ImagePositionPatient')).toEqual([0, 0, LAST]);
      expect(file.perFrame(LAST).get('RescaleSlope')).toBe(2);
      expect(file.allFrames('RescaleSlope')).toEqual(new Array(FRAMES).fill(2));
      expect(file.warnings).toEqual([]);
      expect(thrownBy(() => file.perFrame(FRAMES))).toMatchObject(['FRAME_RANGE', {}]);
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it.each([false, true])('reads nothing more for them (async: %s)', async (asynchronous) => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
      const source = countingSource(memorySource(built.bytes, 'enhanced.dcm'), { asynchronous });
      const file = __addDisposableResource(env_2, await open(source), true);
      source.forget();
      expect(file.perFrame(LAST).get('ImagePositionPatient')).toEqual([0, 0, LAST]);
      expect(file.allFrames('DimensionIndexValues')).toHaveLength(FRAMES);
      expect(source.reads).toEqual([]);
    } catch (e_2) {
      env_2.error = e_2;
      env_2.hasError = true;
    } finally {
      const result_2 = __disposeResources(env_2);
      if (result_2) await result_2;
    }
  });
  it('makes no object for each frame: not when it is opened, not for one of them', async () => {
    // What is made once in a process, of dictionaries and the like, is made by another object.
    const warm = await openBuilt(enhanced({ declared: 1, groups: [[content([1]), position(1)]] }));
    expect(warm.file.perFrame(0).get('ImagePositionPatient')).toEqual([0, 0, 1]);
    const before = await heapInUse();
    const file = await open(built.bytes);
    const opened = (await heapInUse()) - before;
    expect(file.perFrame(LAST).get('ImagePositionPatient')).toEqual([0, 0, LAST]);
    expect(file.perFrame(LAST).get('RescaleSlope')).toBe(2);
    const asked = (await heapInUse()) - before;
    // The least object that there is has three words. A list of numbers has one for each.
    expect(opened / FRAMES).toBeLessThan(8);
    expect(asked / FRAMES).toBeLessThan(20);
    expect(file.dataset.get('PerFrameFunctionalGroupsSequence')).toHaveLength(FRAMES);
    // The measure works: now there is an object for each.
    expect(((await heapInUse()) - before) / FRAMES).toBeGreaterThan(40);
    await file.close();
  });
});
/** What is held. What is held by a call that has just ended goes with the next turn of the loop. */
async function heapInUse() {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('the tests run with --expose-gc');
  for (let k = 0; k < 3; k++) {
    await nextTurn();
    gc();
  }
  return process.memoryUsage().heapUsed;
}
