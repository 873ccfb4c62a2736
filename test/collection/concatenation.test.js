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
import { concatenationsOf } from '../../src/collection/concatenation.js';
import { dicom } from '../support/build-dicom.js';
import {
  FIRST,
  SECOND,
  THIRD,
  codes,
  concatenationOf,
  pixelsOf,
  placesOf,
  runs,
  seriesOf,
  part,
} from '../support/concatenation-part.js';
import { codeOf } from '../support/open-built.js';
describe('a concatenation (PS3.3 C.7.6.16.2.2)', () => {
  it('is one list of frames, whatever the order of its instances', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const concatenation = await concatenationOf([THIRD, FIRST, SECOND]);
      const { uid, frameCount, missing, issues } = concatenation;
      expect([uid, frameCount, missing, issues]).toEqual(['2.25.91', 9, [], []]);
      expect(placesOf(concatenation)).toEqual([
        ['IM1', 0, 3],
        ['IM2', 3, 2],
        ['IM0', 5, 4],
      ]);
      const frames = __addDisposableResource(env_1, await concatenation.open(), true);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      const run = [];
      for await (const { index, data } of frames.frames({ start: 1, end: 8 })) {
        run.push([index, data[0]]);
      }
      expect(run).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => [i, i]));
      expect(await frames.encodedFrame(4)).toEqual(Uint8Array.of(4, 4));
      const pieces = [];
      for await (const piece of frames.encodedStream(7)) pieces.push(piece);
      expect(pieces).toEqual([Uint8Array.of(7, 7)]);
      const attributes = await frames.perFrame(6);
      expect(attributes.get('FrameContentSequence.0.DimensionIndexValues')).toEqual([6]);
      const { file, index } = await frames.fileOf(7);
      expect([file.name, index]).toEqual(['IM0', 2]);
      expect(await frames.thumbnail()).toMatchObject({ width: 2, height: 1 });
      for (const i of [-1, 9, 1.5, Number.NaN]) {
        expect(await codeOf(frames.frame(i))).toBe('FRAME_RANGE');
        const stream = frames.encodedStream(i)[Symbol.asyncIterator]();
        expect(await codeOf(stream.next())).toBe('FRAME_RANGE');
      }
      const signal = AbortSignal.abort();
      const aborted = frames.encodedStream(0, { signal })[Symbol.asyncIterator]();
      await expect(aborted.next()).rejects.toThrow('aborted');
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('opens a part when it is first needed, once, and closes all', async () => {
    const { listing, open } = await concatenationOf([FIRST, SECOND, THIRD]);
    const frames = await open();
    const before = listing.opened.length;
    await Promise.all([frames.frame(3), frames.frame(4), frames.perFrame(3), frames.thumbnail()]);
    expect(listing.opened.slice(before).map(({ name }) => name)).toEqual(['IM1']);
    await frames.frame(8);
    expect(listing.opened.length).toBe(before + 2);
    await frames.close();
    await frames.close();
    expect(listing.opened.every(({ closed }) => closed)).toBe(true);
    expect(await codeOf(frames.frame(0))).toBe('CLOSED');
    expect(await codeOf(frames.frames()[Symbol.asyncIterator]().next())).toBe('CLOSED');
  });
  it('O01: opens again a part that a disk failed to give', async () => {
    const { series } = await concatenationOf([FIRST, SECOND]);
    let attempts = 0;
    const instances = series.instances.map((instance) => ({
      ...instance,
      open: () => (attempts++ === 0 ? Promise.reject(new Error('EIO')) : instance.open()),
    }));
    const frames = await concatenationsOf(instances)[0]?.open();
    await expect(frames?.frame(1)).rejects.toThrow('EIO');
    expect((await frames?.frame(1))?.data[0]).toBe(1);
    await frames?.close();
  });
  it('leaves the series as it is: its instances, their order and its plan', async () => {
    const parts = [THIRD, FIRST, SECOND];
    const { series } = await concatenationOf(parts);
    const alone = parts.map((one) => ({ ...one, uid: '', source: '' }));
    const { series: plain } = await seriesOf(alone);
    expect(plain.concatenations).toEqual([]);
    const facts = ({ instances, sortedBy, plan }) => [
      instances.map(({ name, frameCount }) => [name, frameCount]),
      sortedBy,
      plan(),
    ];
    expect(facts(series)).toEqual(facts(plain));
  });
  it('is told from others of the series, by the one UID or the other', async () => {
    const other = [FIRST, SECOND].map((one) => ({ ...one, uid: '2.25.80', source: '' }));
    const unnamed = [FIRST, SECOND].map((one) => ({ ...one, uid: '', source: '2.25.70' }));
    const { series } = await seriesOf([FIRST, ...other, SECOND, ...unnamed]);
    expect(series.concatenations.map(({ uid, parts }) => [uid, parts.length])).toEqual([
      ['2.25.91', 2],
      ['2.25.80', 2],
      ['2.25.70', 2],
    ]);
  });
  it('is one where parts lack the one UID or the other', async () => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
      const concatenation = await concatenationOf([
        { ...THIRD, source: '' },
        { ...SECOND, uid: '' },
        FIRST,
      ]);
      expect([concatenation.uid, concatenation.missing, codes(concatenation)]).toEqual([
        '2.25.91',
        [],
        [],
      ]);
      const frames = __addDisposableResource(env_2, await concatenation.open(), true);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    } catch (e_2) {
      env_2.error = e_2;
      env_2.hasError = true;
    } finally {
      const result_2 = __disposeResources(env_2);
      if (result_2) await result_2;
    }
  });
  it('takes no part of which two concatenations of one source may be the owner', async () => {
    const again = { ...FIRST, uid: '2.25.80' };
    const { series } = await seriesOf([FIRST, again, { ...SECOND, uid: '' }]);
    expect(series.concatenations.map(placesOf)).toEqual([
      [['IM0', 0, 3]],
      [['IM1', 0, 3]],
      [['IM2', 3, 2]],
    ]);
  });
  it('may have parts of several transfer syntaxes', async () => {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
      const concatenation = await concatenationOf([FIRST, { ...SECOND, rle: true }, THIRD]);
      expect(codes(concatenation)).toEqual([]);
      const frames = __addDisposableResource(env_3, await concatenation.open(), true);
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    } catch (e_3) {
      env_3.error = e_3;
      env_3.hasError = true;
    } finally {
      const result_3 = __disposeResources(env_3);
      if (result_3) await result_3;
    }
  });
  it('numbers every frame that is there right, whatever is missing', async () => {
    let state = 7;
    const random = (below) => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    for (let round = 0; round < 40; round++) {
      const env_4 = { stack: [], error: void 0, hasError: false };
      try {
        const all = [];
        let offset = 0;
        const total = 1 + random(6);
        for (let number = 1; number <= total; number++) {
          const count = 1 + random(4);
          const values = Array.from({ length: count }, (_, k) => offset + k);
          all.push({ number, total: random(2) === 0 ? total : undefined, offset, values });
          offset += count;
        }
        const kept = all.filter(() => random(3) > 0).sort(() => random(3) - 1);
        if (kept.length === 0) continue;
        const concatenation = await concatenationOf(kept);
        const there = new Set(kept.flatMap(({ values }) => values));
        const wanted = Array.from({ length: Math.max(...there) + 1 }, (_, i) =>
          there.has(i) ? i : 'NO_PIXEL_DATA',
        );
        const frames = __addDisposableResource(env_4, await concatenation.open(), true);
        expect([codes(concatenation), await pixelsOf(frames)]).toEqual([[], wanted]);
      } catch (e_4) {
        env_4.error = e_4;
        env_4.hasError = true;
      } finally {
        const result_4 = __disposeResources(env_4);
        if (result_4) await result_4;
      }
    }
  });
});
describe('a concatenation with missing parts', () => {
  it.each([
    ['in the middle', [FIRST, THIRD], { numbers: runs(2), from: 3, count: 2 }],
    ['at the start', [SECOND, THIRD], { numbers: runs(1), from: 0, count: 3 }],
    ['several', [THIRD], { numbers: runs([1, 2]), from: 0, count: 5 }],
    ['at the end', [FIRST, SECOND], { numbers: runs(3), from: 5, count: undefined }],
  ])('%s: says which, and which frames', async (_, parts, gap) => {
    const { missing, issues, frameCount } = await concatenationOf(parts);
    expect([missing, issues]).toEqual([[gap], []]);
    expect(frameCount).toBe(parts.includes(THIRD) ? 9 : 5);
  });
  it('fails for their frames alone, and names the part', async () => {
    const env_5 = { stack: [], error: void 0, hasError: false };
    try {
      const concatenation = await concatenationOf([FIRST, THIRD]);
      const frames = __addDisposableResource(env_5, await concatenation.open(), true);
      const gone = 'NO_PIXEL_DATA';
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, gone, gone, 5, 6, 7, 8]);
      await expect(frames.frame(4)).rejects.toThrow('frame 4 is in part 2, which is missing');
      const seen = [];
      const all = (async () => {
        for await (const { index } of frames.frames()) seen.push(index);
      })();
      await expect(all).rejects.toThrow('frame 3 is in part 2');
      expect(seen).toEqual([0, 1, 2]);
      const third = await (await concatenationOf([THIRD])).open();
      await expect(third.frame(0)).rejects.toThrow('is in one of the parts 1 to 2');
      const last = await (await concatenationOf([FIRST, { ...SECOND, total: 5 }])).open();
      await expect(last.frame(5)).rejects.toThrow('More are in one of the parts 3 to 5, which is');
      const tail = await (await concatenationOf([FIRST, SECOND])).open();
      await expect(tail.frame(5)).rejects.toThrow(/FRAME_RANGE.*More are in part 3/);
    } catch (e_5) {
      env_5.error = e_5;
      env_5.hasError = true;
    } finally {
      const result_5 = __disposeResources(env_5);
      if (result_5) await result_5;
    }
  });
  it('are runs of numbers, however many parts a file claims', async () => {
    const one = await concatenationOf([{ ...FIRST, total: 65535 }]);
    expect(one.missing).toEqual([{ numbers: runs([2, 65535]), from: 3, count: undefined }]);
    const far = await concatenationOf([FIRST, { ...SECOND, number: 65535, total: 65535 }]);
    expect(far.missing).toEqual([{ numbers: runs([2, 65534]), from: 3, count: 0 }]);
    // Parts 4 and 9 have no place: what is around them is missing.
    const parts = [FIRST, THIRD, THIRD].map((part, k) => ({
      ...part,
      number: [1, 9, 4][k],
      total: 12,
      offset: undefined,
    }));
    const around = await concatenationOf(parts);
    const numbers = runs([2, 3], [5, 8], [10, 12]);
    expect(around.missing).toEqual([{ numbers, from: 3, count: undefined }]);
    const beyond = await concatenationOf(parts.map((part) => ({ ...part, total: 3 })));
    expect(beyond.missing[0]?.numbers).toEqual(runs([2, 3], [5, 8]));
  });
  it('shows the middle one of the frames that are there', async () => {
    for (const [parts, middle] of [
      [[FIRST, THIRD], 5],
      [[THIRD], 7],
      [[FIRST, { ...SECOND, offset: 2 ** 32 - 1 }], 2],
    ]) {
      const env_6 = { stack: [], error: void 0, hasError: false };
      try {
        const frames = __addDisposableResource(
          env_6,
          await (await concatenationOf(parts)).open(),
          true,
        );
        // A window in which no two of the frames look the same.
        const window = { center: 4.5, width: 9 };
        const [shown, wanted, other] = await Promise.all(
          [{}, { frame: middle }, { frame: middle === 2 ? 1 : middle + 1 }].map((one) =>
            frames.thumbnail({ ...one, window }).then(({ data }) => [...data]),
          ),
        );
        expect(shown).toEqual(wanted);
        expect(shown).not.toEqual(other);
      } catch (e_6) {
        env_6.error = e_6;
        env_6.hasError = true;
      } finally {
        const result_6 = __disposeResources(env_6);
        if (result_6) await result_6;
      }
    }
  });
  it('of a part that is cut, what is there is there', async () => {
    const env_7 = { stack: [], error: void 0, hasError: false };
    try {
      const cut = await concatenationOf([FIRST, { ...SECOND, truncate: -3 }, THIRD]);
      const frames = __addDisposableResource(env_7, await cut.open(), true);
      expect(await pixelsOf(frames)).toEqual([
        ...[0, 1, 2],
        ...['FRAME_TRUNCATED', 'FRAME_TRUNCATED'],
        ...[5, 6, 7, 8],
      ]);
      // Nobody else can tell which of the parts is to be fetched again.
      await expect(frames.frame(3)).rejects.toThrow('FRAME_TRUNCATED: IM1: ');
      await expect(frames.encodedFrame(4)).rejects.toThrow('FRAME_TRUNCATED: IM1: ');
      await expect(frames.thumbnail({ frame: 4 })).rejects.toThrow('FRAME_TRUNCATED: IM1: ');
      await expect(frames.encodedStream(4)[Symbol.asyncIterator]().next()).rejects.toThrow(
        ': IM1: ',
      );
      await expect(frames.frames({ start: 3 })[Symbol.asyncIterator]().next()).rejects.toThrow(
        ': IM1: ',
      );
      // In front of Number of Frames.
      const truncate = dicom(part(SECOND)).offsets.get(0x00280008);
      const header = await concatenationOf([FIRST, { ...SECOND, truncate }, THIRD]);
      expect(codes(header)).toEqual(['FRAME_COUNT']);
      expect(placesOf(header)[1]).toEqual(['IM1', 3, 2]);
      const rest = __addDisposableResource(env_7, await header.open(), true);
      expect((await rest.frame(5)).data[0]).toBe(5);
      await expect(rest.frame(3)).rejects.toThrow('NO_PIXEL_DATA: IM1: ');
    } catch (e_7) {
      env_7.error = e_7;
      env_7.hasError = true;
    } finally {
      const result_7 = __disposeResources(env_7);
      if (result_7) await result_7;
    }
  });
  it('of a part that has fewer frames than it declares, none is passed over', async () => {
    const env_8 = { stack: [], error: void 0, hasError: false };
    try {
      const short = await concatenationOf([
        FIRST,
        { ...SECOND, frames: '5' },
        { ...THIRD, offset: 8 },
      ]);
      const frames = __addDisposableResource(env_8, await short.open(), true);
      const seen = [];
      const all = (async () => {
        for await (const { index } of frames.frames()) seen.push(index);
      })();
      expect(await codeOf(all)).toBe('FRAME_TRUNCATED');
      expect(seen).toEqual([0, 1, 2, 3, 4]);
      expect((await frames.frame(8)).data[0]).toBe(5);
    } catch (e_8) {
      env_8.error = e_8;
      env_8.hasError = true;
    } finally {
      const result_8 = __disposeResources(env_8);
      if (result_8) await result_8;
    }
  });
});
