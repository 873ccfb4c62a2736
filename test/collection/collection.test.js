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
import { createCollection } from '../../src/collection/collection.js';
import { FramedexError } from '../../src/errors.js';
import { createMeter } from '../../src/file/meter.js';
import { nextTurn } from '../../src/inflate/next-turn.js';
import { createContext } from '../../src/node/context.js';
import { element, encodeAll, SYNTAX } from '../support/build-dicom.js';
import { codeOf } from '../support/open-built.js';
import { listingOf, sliceParts } from '../support/slices.js';
const directory = {
  meta: [
    [0x00020002, 'UI', '1.2.840.10008.1.3.10'],
    [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
  ],
  elements: [[0x00041130, 'CS', 'DISC']],
};
function collectionOf(objects) {
  const listing = listingOf(objects);
  return {
    listing,
    collection: createCollection({ listing, context: createContext(), options: {} }),
  };
}
const mixed = {
  'b/IM2': sliceParts({ z: 2 }),
  'readme.txt': new TextEncoder().encode('no DICOM at all, but words '.repeat(20)),
  'a/IM1': sliceParts({ z: 1 }),
  DICOMDIR: directory,
  empty: new Uint8Array(0),
  secret: new FramedexError('ZIP_ENCRYPTED', 'encrypted', { name: 'secret' }),
  other: sliceParts({ z: 0, series: '2.25.9' }),
};
describe('a collection', () => {
  it('O14: groups what it can read, in spatial order, and loses nothing silently', async () => {
    const { collection, listing } = collectionOf(mixed);
    const series = await collection.series();
    expect(series.map(({ uid, instances }) => [uid, instances.map(({ name }) => name)])).toEqual([
      ['2.25.8', ['a/IM1', 'b/IM2']],
      ['2.25.9', ['other']],
    ]);
    expect(series[0]).toMatchObject({ study: '2.25.7', modality: 'CT', description: 'Thorax' });
    expect(collection.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([
      ['readme.txt', 'NOT_DICOM'],
      ['DICOMDIR', 'MEDIA_DIRECTORY'],
      ['empty', 'EMPTY'],
      ['secret', 'ZIP_ENCRYPTED'],
    ]);
    expect(listing.opened.every(({ closed }) => closed)).toBe(true);
    // Of 100,000 that are no DICOM, the stacks would take 600 MB.
    for (const { reason } of collection.skipped) {
      expect(reason.stack).toBe(`FramedexError: ${reason.message}`);
    }
  });
  it('keeps its rows for a second call, which may ask for others', async () => {
    const { collection, listing } = collectionOf(mixed);
    await collection.series();
    const { length } = listing.opened;
    const [only, ...others] = await collection.series({
      where: (dataset) => dataset.get('SeriesInstanceUID') === '2.25.9',
    });
    expect([only?.instances.length, others.length, listing.opened.length]).toEqual([1, 0, length]);
    expect(collection.skipped).toHaveLength(4);
  });
  it('calls at the same time share one header pass, which ends with its last caller', async () => {
    const { collection, listing } = collectionOf(mixed);
    const told = [];
    const onProgress = (done) => {
      told.push(done);
    };
    const controller = new AbortController();
    const calls = [
      collection.series({ signal: controller.signal }),
      collection.series({ onProgress }),
      collection.series(),
    ];
    controller.abort('enough');
    expect(await codeOf(calls[0] ?? Promise.resolve())).toBe('enough');
    expect(await calls[1]).toHaveLength(2);
    expect(await calls[2]).toHaveLength(2);
    // One member cannot be opened; each other was, once.
    expect(listing.opened).toHaveLength(6);
    expect(told[told.length - 1]).toBe(7);
  });
  it('a pass that its only caller gave up is begun anew', async () => {
    const { collection } = collectionOf(mixed);
    const controller = new AbortController();
    const given = collection.series({ signal: controller.signal });
    controller.abort('enough');
    expect(await codeOf(given)).toBe('enough');
    expect(await collection.series()).toHaveLength(2);
  });
  it('the signal that it was opened with ends its passes too', async () => {
    const listing = listingOf(mixed);
    const options = { signal: AbortSignal.abort('closed') };
    const collection = createCollection({ listing, context: createContext(), options });
    expect(await codeOf(collection.series())).toBe('closed');
    expect(listing.opened).toHaveLength(0);
  });
  it('iterates over its objects; those left out are noted, each once', async () => {
    const { collection } = collectionOf(mixed);
    for (let round = 0; round < 2; round++) {
      const names = [];
      for await (const file of collection) {
        names.push(file.name);
        await file.close();
      }
      expect(names).toEqual(['b/IM2', 'a/IM1', 'other']);
    }
    expect(collection.skipped).toHaveLength(4);
  });
  it('lists all entries without opening one', async () => {
    const { collection, listing } = collectionOf(mixed);
    const names = [];
    for await (const { name } of collection.entries()) names.push(name);
    expect(names).toEqual(Object.keys(mixed));
    expect(listing.opened).toEqual([]);
  });
  it('A27: opens by name, a directory of media too, and says what is not there', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const { collection } = collectionOf(mixed);
      const file = __addDisposableResource(env_1, await collection.open('a/IM1'), true);
      expect((await file.frame(0)).data[0]).toBe(1);
      const media = __addDisposableResource(env_1, await collection.open('DICOMDIR'), true);
      expect(media.index.count).toBe(0);
      expect(await codeOf(collection.open('a/IM9'))).toBe('IO');
      expect(await codeOf(collection.open('secret'))).toBe('ZIP_ENCRYPTED');
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('tells its progress, and stops when asked to', async () => {
    const { collection, listing } = collectionOf(mixed);
    const controller = new AbortController();
    const told = [];
    const onProgress = (done, total) => {
      told.push(done);
      expect(total).toBe(7);
      if (done === 2) controller.abort('enough');
    };
    expect(await codeOf(collection.series({ signal: controller.signal, onProgress }))).toBe(
      'enough',
    );
    expect(told).toEqual([1, 2]);
    expect(listing.opened.every(({ closed }) => closed)).toBe(true);
    expect(await collection.series()).toHaveLength(2);
  });
  it('O26: of a name that no member has, says how to see those that there are', async () => {
    const { collection } = collectionOf(mixed);
    const opening = collection.open('IM1');
    expect(await codeOf(opening)).toBe('IO');
    await expect(opening).rejects.toThrow(/!\/IM1: .*found 7 members\. `framedex ls`.*entries\(\)/);
  });
  it('an instance opens with its whole header', async () => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
      const { collection } = collectionOf({
        one: sliceParts({ z: 1, more: [[0x00324000, 'LT', 'not kept for rows']] }),
      });
      const [series] = await collection.series();
      const [instance] = series?.instances ?? [];
      expect(instance).toMatchObject({ name: 'one', sopInstanceUID: '2.25.1001', frameCount: 1 });
      expect(instance?.dataset.has(0x00324000)).toBe(false);
      const file = __addDisposableResource(env_2, await instance?.open(), true);
      expect(file?.dataset.has(0x00324000)).toBe(true);
    } catch (e_2) {
      env_2.error = e_2;
      env_2.hasError = true;
    } finally {
      const result_2 = __disposeResources(env_2);
      if (result_2) await result_2;
    }
  });
  it('counts as its archive or folder does, and what is done with its files; closes its listing', async () => {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
      const listing = listingOf(mixed);
      const meter = createMeter();
      const collection = createCollection({
        listing,
        meter,
        context: createContext(),
        options: {},
      });
      const file = __addDisposableResource(env_3, await collection.open('a/IM1'), true);
      await file.frame(0);
      meter.reads += 5;
      expect(collection.stats()).toMatchObject({ reads: 5, framesDecoded: 1 });
      expect(file.stats().reads).toBeGreaterThan(1);
      await collection.close();
      expect(listing.closed()).toBe(true);
    } catch (e_3) {
      env_3.error = e_3;
      env_3.hasError = true;
    } finally {
      const result_3 = __disposeResources(env_3);
      if (result_3) await result_3;
    }
  });
  it('with strict, an object with faults is skipped by the fault', async () => {
    const bare = encodeAll([element(0x00080060, 'CS', 'CT'), element(0x00100020, 'LO', 'x')], {
      ...{ explicit: true, littleEndian: true },
    });
    const listing = listingOf({ bare });
    const options = { strict: true };
    const collection = createCollection({ listing, context: createContext(), options });
    expect(await collection.series()).toEqual([]);
    expect(collection.skipped.map(({ name }) => name)).toEqual(['bare']);
  });
});
describe('small files that inflate to long ones', () => {
  const LENGTH = 32 * 2 ** 20;
  const long = (z) => ({
    ...sliceParts({ z, pixels: [0x7fe00010, 'OW', new Uint8Array(LENGTH)] }),
    transferSyntax: SYNTAX.deflated,
  });
  it('F04 N20: are inflated one at a time, counted, and not kept by their rows', async () => {
    const { collection } = collectionOf({ a: long(0), b: long(1), c: long(2), d: long(3) });
    const before = await bytesHeld();
    const series = await collection.series();
    // Of a file whose pixels are cut, the length that was inflated says so.
    expect(series[0]?.instances.map(({ warnings }) => warnings)).toEqual([[], [], [], []]);
    expect((await bytesHeld()) - before).toBeLessThan(LENGTH / 4);
    const { peakBufferBytes } = collection.stats();
    expect(peakBufferBytes).toBeGreaterThan(LENGTH);
    expect(peakBufferBytes).toBeLessThan(1.1 * LENGTH);
    // The measure works: an open file has it.
    const file = await series[0]?.instances[0]?.open();
    expect((await bytesHeld()) - before).toBeGreaterThan(LENGTH / 2);
    await file?.close();
    expect((await bytesHeld()) - before).toBeLessThan(LENGTH / 4);
    expect(file?.dataset.get('Modality')).toBe('CT');
    expect(collection.stats().peakBufferBytes).toBe(peakBufferBytes);
  });
  it('F04 N20: are let go where the instance is refused', async () => {
    const meter = createMeter();
    const [directoryUID] = directory.meta;
    const meta = [directoryUID, [0x00020010, 'UI', SYNTAX.deflated]];
    const { listing } = collectionOf({
      DICOMDIR: { ...directory, meta, transferSyntax: SYNTAX.deflated },
    });
    const collection = createCollection({ listing, context: createContext(), options: {}, meter });
    await collection.series();
    expect(collection.skipped.map(({ reason }) => reason.code)).toEqual(['MEDIA_DIRECTORY']);
    expect(meter.peakBufferBytes).toBeGreaterThan(0);
    expect(meter.inFlight).toBe(0);
  });
});
/** Outside the heap. What is held by a call that has just ended goes with the next turn of the loop. */
async function bytesHeld() {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('the tests run with --expose-gc');
  for (let k = 0; k < 3; k++) {
    await nextTurn();
    gc();
  }
  return process.memoryUsage().arrayBuffers;
}
