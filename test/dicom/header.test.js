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
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { open } from '../../src/index.js';
import { DEFAULT_LIMITS } from '../../src/dicom/limits.js';
import { countingSource, touches } from '../support/counting-source.js';
import { dicom, encapsulated, sequence, SYNTAX } from '../support/build-dicom.js';
import { headerOf, outcomeOf } from '../support/header-of.js';
import { NAME, PIXELS, VARIED } from '../support/varied-elements.js';
const LONG = 0x00091010;
const BLOCK = 64 * 1024;
describe('laziness of the header pass', () => {
  it.each([
    ['native', [0x7fe00010, 'OW', new Uint8Array(500_000)]],
    ['in fragments', encapsulated({ frames: [new Uint8Array(500_000)] })],
  ])('reads no more of pixel data, %s, than came along with the header', async (_, pixels) => {
    for (const padding of [100, 5000, 50_000]) {
      const header = [0x00081030, 'LT', 'x'.repeat(padding)];
      const { bytes, pixelOffset = 0 } = dicom({ elements: [header, pixels] });
      for (const asynchronous of [false, true]) {
        const source = countingSource(memorySource(bytes, 'test'), { asynchronous });
        expect((await headerOf(source)).end).toBe(pixelOffset);
        expect(source.bytesRead).toBeLessThan(pixelOffset + BLOCK);
        expect(touches(source.reads, pixelOffset + BLOCK, bytes.length)).toBe(false);
      }
    }
  });
  it('leaves values beyond limits.maxRetainedValueBytes in the file', async () => {
    const limits = { maxRetainedValueBytes: 1000, maxValueBytes: 3000 };
    for (const [length, deferred] of [
      [1000, false],
      [1002, true],
    ]) {
      const value = new Uint8Array(length).fill(7);
      const { bytes } = dicom({ elements: [[LONG, 'OB', value], NAME] });
      const source = countingSource(memorySource(bytes, 'test'));
      const { dataset } = await headerOf(source, { limits, readAhead: 2 ** 20 });
      const found = dataset.element(LONG);
      expect(found?.deferred).toBe(deferred);
      source.forget();
      expect(dataset.get(LONG)).toEqual(value);
      expect(source.reads).toEqual(deferred ? [[found?.valueOffset, length]] : []);
    }
  });
  it.each([0, 1, 10, 20, 100])(
    'gives the same with limits.maxRetainedValueBytes of %i as without',
    async (maxRetainedValueBytes) => {
      // Cyrillic ef in ISO 8859-5.
      const text = [0x00081030, 'LO', Uint8Array.of(0xe4, 0x20)];
      const { bytes } = dicom({
        transferSyntax: SYNTAX.implicitLittle,
        elements: [[0x00080005, 'CS', 'ISO_IR 144'], text, ...VARIED.slice(3), PIXELS],
      });
      const usual = await headerOf(bytes);
      const { dataset, warnings, transferSyntax } = await headerOf(bytes, {
        limits: { maxRetainedValueBytes },
      });
      expect(transferSyntax.uid).toBe(SYNTAX.implicitLittle);
      for (const { tag, items, value } of usual.dataset) {
        if (items === undefined) expect([tag, dataset.get(tag)]).toEqual([tag, value]);
      }
      expect(dataset.get('StudyDescription')).toBe('\u0444');
      expect(warnings.list).toEqual([]);
    },
  );
  it('says VALUE_LIMIT where the source cannot be read at once; file.value reads it', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const value = new Uint8Array(100_000).fill(3);
      const lengths = Array.from({ length: 50_000 }, (_, k) => k);
      const { bytes } = dicom({
        transferSyntax: SYNTAX.implicitLittle,
        elements: [
          [LONG, 'OB', value],
          [0x00186014, 'UL', lengths],
        ],
      });
      const source = countingSource(memorySource(bytes, 'test'), { asynchronous: true });
      const file = __addDisposableResource(env_1, await open(source), true);
      expect(faultIn(() => file.dataset.get(LONG))).toMatchObject({ code: 'VALUE_LIMIT' });
      expect(file.dataset.toJSON()['00186014']).toHaveProperty('BulkDataURI');
      source.forget();
      expect(await file.value(LONG)).toEqual(value);
      expect(source.reads).toEqual([[file.dataset.element(LONG)?.valueOffset, 100_000]]);
      expect(await file.value(0x00186014)).toBe(0);
      expect(await file.value(0x00091099)).toBeUndefined();
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('keeps nothing alive but the header', async () => {
    const { bytes } = dicom({
      elements: [[0x00091001, 'OB', [1, 2]], [LONG, 'OB', new Uint8Array(200_000)], NAME, PIXELS],
    });
    for (const readAhead of [undefined, 2 ** 22]) {
      const { dataset, meta } = await headerOf(bytes, { readAhead });
      for (const [set, tag] of [
        [dataset, 0x00091001],
        [meta, 0x00020001],
      ]) {
        const value = set.get(tag);
        if (!ArrayBuffer.isView(value)) throw new Error('no bytes');
        expect(value.buffer.byteLength).toBeLessThan(300);
      }
    }
  });
  it('keeps the wanted values alone where only some are wanted', async () => {
    const keep = new Set([0x00091001, 0x00100010]);
    const { bytes } = dicom({
      elements: [
        [0x00091001, 'OB', [1, 2]],
        [0x00091002, 'OB', new Uint8Array(9000)],
        NAME,
        PIXELS,
      ],
    });
    const { dataset, pixelData } = await headerOf(bytes, { keep });
    const value = dataset.get(0x00091001);
    // The meta information is kept beside them.
    expect(ArrayBuffer.isView(value) && value.buffer.byteLength).toBeLessThan(200);
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
    expect([...dataset].map(({ tag }) => tag)).toEqual([0x00091001, 0x00100010, 0x7fe00010]);
    expect(pixelData?.tag).toBe(0x7fe00010);
  });
});
describe('limits', () => {
  it('are finite, all of them', () => {
    for (const [name, limit] of Object.entries(DEFAULT_LIMITS)) {
      expect([name, Number.isSafeInteger(limit) && limit > 0]).toEqual([name, true]);
    }
    expect(DEFAULT_LIMITS.maxDepth).toBe(64);
  });
});
describe('parts of a header', () => {
  const elements = [...VARIED, PIXELS];
  const { bytes, offsets } = dicom({ elements });
  it('B18 until gives the same as a full parse, and reads nothing behind', async () => {
    const whole = await outcomeOf(bytes);
    for (const until of [0x00080020, 0x00081140, 0x00100010, 0x00280010, 0x7fe00010]) {
      const part = await outcomeOf(bytes, { until });
      const tags = whole.tags.filter((tag) => tag < until);
      expect(part.tags).toEqual(tags);
      expect(part.elements).toEqual(whole.elements.slice(0, part.elements.length));
      expect(part.end).toBe(offsets.get(until));
      expect(part.pixelOffset).toBeUndefined();
    }
  });
  it('B18 keep gives the same values as a full parse', async () => {
    const { dataset } = await headerOf(bytes);
    const tags = [...dataset].map(({ tag }) => tag).filter((tag) => tag !== 0x7fe00010);
    await fc.assert(
      fc.asyncProperty(fc.subarray(tags), async (wanted) => {
        const part = await headerOf(bytes, { keep: new Set(wanted) });
        expect([...part.dataset].map(({ tag }) => tag)).toEqual([...wanted, 0x7fe00010]);
        for (const tag of wanted) {
          expect(JSON.stringify(part.dataset.get(tag))).toBe(JSON.stringify(dataset.get(tag)));
        }
      }),
      { numRuns: 100 },
    );
  });
  it('B18 keep jumps over sequences of known length', async () => {
    const items = Array.from({ length: 5000 }, () => [NAME]);
    const built = dicom({ elements: [sequence(0x00081140, items), NAME] });
    const source = countingSource(memorySource(built.bytes, 'test'));
    const { dataset } = await headerOf(source, { keep: new Set([0x00100010]) });
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
    expect(source.bytesRead).toBeLessThan(2 * 8192);
  });
  it.each([
    ['native', [0x7fe00010, 'OW', new Uint8Array(300_000)]],
    ['in fragments', encapsulated({ frames: [new Uint8Array(300_000), new Uint8Array(9)] })],
  ])('reads what is behind pixel data, %s, without reading it', async (_, pixels) => {
    const behind = [0x7fe11001, 'LO', 'behind'];
    const built = dicom({ elements: [NAME, pixels, behind] });
    const options = { behindPixelData: true };
    const { tags, codes, pixelOffset } = await outcomeOf(built.bytes, options);
    expect([tags, codes]).toEqual([[0x00100010, 0x7fe00010, 0x7fe11001], []]);
    expect(pixelOffset).toBe(built.pixelOffset);
    const source = countingSource(memorySource(built.bytes, 'test'));
    const { dataset } = await headerOf(source, options);
    expect(dataset.get(0x7fe11001)).toBe('behind');
    // The first read, and one jump over each stretch of pixels.
    const jumps = Array.isArray(pixels) ? 1 : 2;
    expect(source.reads.length).toBeLessThanOrEqual(1 + jumps);
    expect(source.bytesRead).toBeLessThan(20_000);
  });
});
function faultIn(action) {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
