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
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createContext, openArchive } from '../../src/node/index.js';
import { dicom } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { sliceParts } from '../support/slices.js';
const ARCHIVES = 1000;
const HANDLES = 8;
const AT_ONCE = 16;
const folder = mkdtempSync(join(tmpdir(), 'framedex-'));
beforeAll(() => {
  for (let k = 0; k < ARCHIVES; k += 1) {
    const { bytes } = dicom(sliceParts({ z: k }));
    const zip = buildZip([{ name: 'IM', data: bytes, method: k % 2 === 0 ? 0 : 8 }]);
    writeFileSync(join(folder, `${k}.zip`), zip);
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
/** A run through all of them in an order that is none: 387 has no factor of 1,000. */
const shuffled = Array.from({ length: ARCHIVES }, (_, k) => (k * 387) % ARCHIVES);
it('P10: 1,000 archives are open at once through 8 descriptors', async () => {
  const env_1 = { stack: [], error: void 0, hasError: false };
  try {
    const context = __addDisposableResource(env_1, createContext({ maxOpenFiles: HANDLES }), true);
    let most = 0;
    const look = () => {
      most = Math.max(most, context.descriptors.stats().open);
    };
    const archives = new Map();
    for (const k of shuffled) {
      archives.set(k, await openArchive(join(folder, `${k}.zip`), { context }));
      look();
    }
    expect(most).toBe(HANDLES);
    const queue = [...shuffled].reverse();
    const work = async () => {
      for (let k = queue.pop(); k !== undefined; k = queue.pop()) {
        const file = await archives.get(k)?.open('IM');
        look();
        expect((await file?.frame(0))?.data[5]).toBe(k);
        look();
        await file?.close();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(most).toBeGreaterThanOrEqual(HANDLES);
    expect(most).toBeLessThanOrEqual(HANDLES + AT_ONCE);
    expect(context.descriptors.stats().open).toBe(HANDLES);
    for (const archive of archives.values()) await archive.close();
    expect(context.descriptors.stats().opened).toBeLessThanOrEqual(3 * ARCHIVES);
  } catch (e_1) {
    env_1.error = e_1;
    env_1.hasError = true;
  } finally {
    const result_1 = __disposeResources(env_1);
    if (result_1) await result_1;
  }
});
