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
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, open, openArchive } from '../../src/node/index.js';
import { dicom, imagePixel } from '../support/build-dicom.js';
import { buildTar } from '../support/build-tar.js';
import { codeOf } from '../support/open-built.js';
const COUNT = 4;
const FRAME = 500 * 600;
/** Pixels of 32 values, so that there are blocks of deflate to resume at; others for each seed. */
function pixels(seed) {
  let state = seed;
  return Uint8Array.from({ length: COUNT * FRAME }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) & 31;
  });
}
/** Objects of the same size and shape; they differ in their UIDs, and in their pixels. */
const objects = new Map(
  ['IM1', 'IM2'].map((name, k) => {
    const data = pixels(k);
    const shape = { rows: 500, columns: 600, bitsAllocated: 8, numberOfFrames: COUNT };
    const { bytes } = dicom({
      elements: [[0x00080018, 'UI', `2.25.${k}`], ...imagePixel(shape), [0x7fe00010, 'OB', data]],
    });
    return [name, { data, bytes }];
  }),
);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  const entries = [...objects].map(([name, { bytes }]) => ({ name, data: bytes }));
  const tar = buildTar(entries);
  writeFileSync(join(folder, 'study.tar'), tar);
  writeFileSync(join(folder, 'study.tgz'), gzipSync(tar));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
async function indexOf(archive, name) {
  const env_1 = { stack: [], error: void 0, hasError: false };
  try {
    const file = __addDisposableResource(env_1, await archive.open(name), true);
    await file.prepare();
    return JSON.parse(JSON.stringify(file.toIndex({ checkpoints: true })));
  } catch (e_1) {
    env_1.error = e_1;
    env_1.hasError = true;
  } finally {
    const result_1 = __disposeResources(env_1);
    if (result_1) await result_1;
  }
}
describe.each([
  ['study.tar', undefined],
  ['study.tgz', undefined],
  ['study.tgz', 1000],
])('an index of a member of %s, as a whole up to %d', (archive, wholeMemberBytes) => {
  it('R69: opens that member, and not another of the same size', async () => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
      const context = createContext({ wholeMemberBytes });
      const path = join(folder, archive);
      const collection = __addDisposableResource(env_2, await openArchive(path, { context }), true);
      const index = await indexOf(collection, 'IM1');
      // A mark of the tar is none of its members, nor is where the tar can be resumed where they can.
      const { size, head, ...marks } = index.source;
      expect(size).toBe(objects.get('IM2')?.bytes.length);
      expect(head.length).toBeGreaterThan(0);
      expect(marks).toEqual({});
      expect(index.checkpoints).toBeUndefined();
      for (const name of ['IM1', 'tar#0']) {
        const env_3 = { stack: [], error: void 0, hasError: false };
        try {
          const file = __addDisposableResource(
            env_3,
            await open(`${path}!/${name}`, { context, index }),
            true,
          );
          const { data } = await file.frame(2);
          expect(data).toEqual(objects.get('IM1')?.data.subarray(2 * FRAME, 3 * FRAME));
        } catch (e_2) {
          env_3.error = e_2;
          env_3.hasError = true;
        } finally {
          const result_2 = __disposeResources(env_3);
          if (result_2) await result_2;
        }
      }
      expect(await codeOf(open(`${path}!/IM2`, { context, index }))).toBe('SOURCE_CHANGED');
      const files = { IM1: await indexOf(collection, 'IM2'), IM2: index };
      const swapped = { framedex: 1, files };
      const again = __addDisposableResource(
        env_2,
        await openArchive(path, { context, index: swapped }),
        true,
      );
      expect(await codeOf(again.open('IM1'))).toBe('SOURCE_CHANGED');
      expect(await codeOf(again.open('IM2'))).toBe('SOURCE_CHANGED');
    } catch (e_3) {
      env_2.error = e_3;
      env_2.hasError = true;
    } finally {
      const result_3 = __disposeResources(env_2);
      if (result_3) await result_3;
    }
  });
});
