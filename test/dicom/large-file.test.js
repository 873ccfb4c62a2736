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
import { ftruncateSync, mkdtempSync, openSync, rmSync, closeSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { open } from '../../src/node/index.js';
import { countingSource } from '../support/counting-source.js';
import { dicom, encodeAll, fragment, item, sequence, SYNTAX } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
import { madeSource } from '../support/made-source.js';
const LITTLE = { explicit: true, littleEndian: true };
const GIGA = 2 ** 30;
const BLOCK = 64 * 1024;
const LONG = 0x00091010;
const NUMBER = [0x00200013, 'IS', '7'];
const OPEN = { undefinedLength: true };
function layOut(pieces) {
  const parts = [];
  const places = [];
  let at = 0;
  for (const piece of pieces) {
    places.push(at);
    if (typeof piece === 'number') {
      at += piece;
      continue;
    }
    parts.push([at, piece]);
    at += piece.length;
  }
  return { size: at, parts, places };
}
const bytesOf = (...elements) => encodeAll(elements, LITTLE);
const headerOnly = (tag, vr, length) => bytesOf([tag, vr, new Uint8Array(0), { length }]);
const scratch = mkdtempSync(join(tmpdir(), 'framedex-large-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
/** The same as a sparse file on the disk. */
function written({ size, parts }, name) {
  const path = join(scratch, name);
  const descriptor = openSync(path, 'w');
  for (const [offset, bytes] of parts) writeSync(descriptor, bytes, 0, bytes.length, offset);
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
  return path;
}
function sources({ size, parts }) {
  const made = madeSource(size, parts);
  return [countingSource(made), countingSource(made, { asynchronous: true })];
}
describe('values and files of gigabytes', () => {
  it('C10 jumps over a value of 1 GiB', async () => {
    const layout = layOut([dicom().bytes, headerOnly(LONG, 'OB', GIGA), GIGA, bytesOf(NUMBER)]);
    const last = layout.places[3];
    for (const source of sources(layout)) {
      const { dataset, warnings, end } = await headerOf(source, { strict: true });
      expect(warnings.list).toEqual([]);
      expect(dataset.element(LONG)).toMatchObject({ length: GIGA, deferred: true });
      expect(dataset.element('InstanceNumber')).toMatchObject({ offset: last, value: 7 });
      expect([end, source.bytesRead < BLOCK]).toEqual([source.size, true]);
      expect(() => dataset.get(LONG)).toThrow(/VALUE_LIMIT/);
    }
  });
  it('C10 jumps over a value of 1 GiB in a sparse file, and holds none of it', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const layout = layOut([dicom().bytes, headerOnly(LONG, 'OB', GIGA), GIGA, bytesOf(NUMBER)]);
      const before = process.memoryUsage().arrayBuffers;
      const file = __addDisposableResource(
        env_1,
        await open(written(layout, 'value.dcm'), { strict: true }),
        true,
      );
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20);
      expect(file.dataset.get('InstanceNumber')).toBe(7);
      expect(file.stats().bytesRead).toBeLessThan(BLOCK);
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  const beyond = layOut([
    dicom().bytes,
    headerOnly(LONG, 'OB', 3 * GIGA),
    3 * GIGA,
    headerOnly(LONG + 1, 'OB', 2 * GIGA),
    2 * GIGA,
    bytesOf(
      [0x00100010, 'PN', 'Doe^Jane'],
      sequence(0x00181234, [item([[0x00081155, 'UI', '1.2.3']], OPEN)], OPEN),
      NUMBER,
    ),
  ]);
  /** Of the elements behind 5 GiB; the name has 16 bytes, the sequence 12 + 8 + 14 + 8 + 8. */
  const name = beyond.places[5] ?? 0;
  const inside = name + 16 + 12 + 8;
  it('C11 gives exact offsets beyond 4 GiB', async () => {
    expect(name).toBeGreaterThan(2 ** 32);
    for (const source of sources(beyond)) {
      const { dataset, warnings, end } = await headerOf(source, { strict: true });
      expect(warnings.list).toEqual([]);
      expect([...dataset].map(({ offset }) => offset)).toEqual([
        beyond.places[1],
        beyond.places[3],
        name,
        name + 16,
        inside + 14 + 16,
      ]);
      expect(dataset.get('PatientName')).toBe('Doe^Jane');
      const [only] = dataset.element(0x00181234)?.items ?? [];
      expect(only?.element(0x00081155)).toMatchObject({ offset: inside, value: '1.2.3' });
      expect(end).toBe(source.size);
      expect(source.bytesRead).toBeLessThan(BLOCK);
      const length = 3 * GIGA;
      expect(dataset.toJSON()['00091010']).toEqual({
        vr: 'OB',
        BulkDataURI: `#${(beyond.places[1] ?? 0) + 12},${length}`,
      });
    }
  });
  it('C11 gives them from a sparse file on the disk', async () => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
      const file = __addDisposableResource(
        env_2,
        await open(written(beyond, 'beyond.dcm'), { strict: true }),
        true,
      );
      expect(file.dataset.element('PatientName')).toMatchObject({
        offset: name,
        value: 'Doe^Jane',
      });
      const [only] = file.dataset.element(0x00181234)?.items ?? [];
      expect(only?.element(0x00081155)).toMatchObject({ offset: inside, value: '1.2.3' });
      expect(file.stats().bytesRead).toBeLessThan(BLOCK);
    } catch (e_2) {
      env_2.error = e_2;
      env_2.hasError = true;
    } finally {
      const result_2 = __disposeResources(env_2);
      if (result_2) await result_2;
    }
  });
  it('C11 warns of a fault beyond 4 GiB at its place', async () => {
    const odd = bytesOf([0x00100010, 'PN', Uint8Array.of(0x41), { pad: false }], NUMBER);
    const pieces = [...beyond.parts.slice(0, 1).map(([, bytes]) => bytes)];
    const layout = layOut([...pieces, headerOnly(LONG, 'OB', 0xfffffffe), 0xfffffffe, odd]);
    for (const source of sources(layout)) {
      const { warnings } = await headerOf(source);
      const offset = (layout.places[3] ?? 0) + 8;
      expect(warnings.list).toMatchObject([{ code: 'ODD_LENGTH', offset, tag: 0x00100010 }]);
    }
  });
  it('C11 reaches what is behind pixel data beyond 4 GiB', async () => {
    const behind = bytesOf([0x7fe11001, 'LO', 'behind']);
    const end = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0);
    const long = fragment(new Uint8Array(0), 2 * GIGA).encode(LITTLE);
    const native = [headerOnly(0x7fe00010, 'OB', 0xfffffffe), 0xfffffffe, behind];
    const fragments = [
      headerOnly(0x7fe00010, 'OB', 0xffffffff),
      fragment(new Uint8Array(0)).encode(LITTLE),
      ...[long, 2 * GIGA, long, 2 * GIGA, long, 2 * GIGA],
      end,
      behind,
    ];
    for (const pieces of [native, fragments]) {
      const { bytes } = dicom({ transferSyntax: SYNTAX.jpegBaseline });
      const layout = layOut([bytes, ...pieces]);
      for (const source of sources(layout)) {
        const { dataset, pixelData } = await headerOf(source, {
          behindPixelData: true,
          strict: true,
        });
        expect(dataset.element(0x7fe11001)).toMatchObject({
          offset: layout.places.at(-1),
          value: 'behind',
        });
        expect(pixelData?.offset).toBe(layout.places[1]);
        expect(source.bytesRead).toBeLessThan(BLOCK);
      }
    }
  });
  it('C12 reads a value of limits.maxValueBytes when asked, and none that is longer', async () => {
    const limits = { maxRetainedValueBytes: 100, maxValueBytes: 3000 };
    const of = (length) => dicom({ elements: [[LONG, 'OB', new Uint8Array(length)]] }).bytes;
    expect((await headerOf(of(3000), { limits })).dataset.get(LONG)).toHaveLength(3000);
    const { dataset, warnings } = await headerOf(of(3002), { limits, strict: true });
    expect([dataset.element(LONG)?.length, warnings.list]).toEqual([3002, []]);
    const offset = dataset.element(LONG)?.valueOffset ?? 0;
    const details = { tag: LONG, limit: 3000, offset };
    expect(faultIn(() => dataset.get(LONG))).toMatchObject({ code: 'VALUE_LIMIT', details });
    expect(() => dataset.get(LONG)).toThrow(/limits\.maxValueBytes/);
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
