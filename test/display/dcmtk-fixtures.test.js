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
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureObjects } from '../../fixtures/make/picture-objects.mjs';
import { render } from '../../src/display/render.js';
import { createContext, open } from '../../src/node/index.js';
import { difference, readPnm } from '../support/pnm.js';
/** Pictures by DCMTK and by the formulas of the standard (fixtures/README.md). */
const FOLDER = new URL('../../fixtures/pictures/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8'));
const objects = new Map(pictureObjects().map((object) => [object.name, object]));
const context = createContext();
afterAll(() => context.close());
function objectOf(name) {
  const object = objects.get(name);
  if (object === undefined) throw new Error(`nothing makes ${name}`);
  return object;
}
describe('pictures of made objects are those of DCMTK, or of the formulas of the standard', () => {
  it('of every object that is made', () => {
    expect(index.map(({ name }) => name)).toEqual([...objects.keys()]);
  });
  for (const fixture of index) {
    it(`${fixture.ids.join(' ')} ${fixture.name}`, async () => {
      const env_1 = { stack: [], error: void 0, hasError: false };
      try {
        const { bytes, frame: number, render: options } = objectOf(fixture.name);
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(fixture.object);
        const file = __addDisposableResource(env_1, await open(bytes, { context }), true);
        const frame = await file.frame(number, { overlays: options.overlays !== undefined });
        for (const { file: name, bitDepth, by, difference: most } of fixture.pictures) {
          const theirs = readPnm(readFileSync(new URL(name, FOLDER)));
          const ours =
            bitDepth === 16 ? render(frame, { ...options, bitDepth }) : render(frame, options);
          expect([ours.width, ours.height], by).toEqual([theirs.width, theirs.height]);
          expect(ours.bitDepth).toBe(bitDepth);
          expect(difference(ours, theirs).worst, `${name} by ${by}`).toBeLessThanOrEqual(most);
        }
      } catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
      } finally {
        const result_1 = __disposeResources(env_1);
        if (result_1) await result_1;
      }
    });
  }
});
