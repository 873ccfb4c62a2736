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
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { open } from '../../src/node/index.js';
/**
 * Tags of real files against those that DCMTK's dcm2json gives, in a folder of DICOM files with
 * expected values that is no part of this package. Without it the test is skipped, and says so.
 */
const corpus = process.env['FRAMEDEX_CORPUS'];
/** The few that differ are listed when the test fails: private dictionaries, which we have none of. */
const SHARE = 0.985;
describe.skipIf(corpus === undefined)('tags of real files, as DCMTK reads them', () => {
  it(`agree in ${SHARE * 100} % of the files`, async () => {
    const folder = corpus ?? '';
    const manifest = readJson(join(folder, 'manifest.json'));
    const failed = [];
    let count = 0;
    for (const { file: name, expectedTags } of manifest) {
      if (expectedTags === undefined) continue;
      count++;
      const wanted = readJson(join(folder, expectedTags));
      const differences = [];
      try {
        const env_1 = { stack: [], error: void 0, hasError: false };
        try {
          const file = __addDisposableResource(
            env_1,
            await open(join(folder, 'files', name)),
            true,
          );
          compare(wanted, file.dataset.toJSON(), '', differences);
        } catch (e_1) {
          env_1.error = e_1;
          env_1.hasError = true;
        } finally {
          const result_1 = __disposeResources(env_1);
          if (result_1) await result_1;
        }
      } catch (error) {
        differences.push(String(error));
      }
      if (differences.length > 0) failed.push(`${name}: ${differences.slice(0, 3).join('; ')}`);
    }
    expect(count).toBeGreaterThan(100);
    expect(1 - failed.length / count, failed.join('\n')).toBeGreaterThanOrEqual(SHARE);
  }, 120_000);
});
if (corpus === undefined) {
  console.warn('SKIPPED: tags of real files. Set FRAMEDEX_CORPUS to the folder that holds them.');
}
function compare(wanted, found, path, differences) {
  for (const [tag, expected] of Object.entries(wanted)) {
    // Group lengths are of the file, not of the data set.
    if (!/^[0-9A-F]{8}$/i.test(tag) || tag.endsWith('0000')) continue;
    const got = found[tag.toUpperCase()];
    const fault = got === undefined ? 'missing' : faultOf(expected, got, path + tag, differences);
    if (fault !== undefined) differences.push(`${path}${tag} ${fault}`);
  }
}
function faultOf(wanted, got, path, differences) {
  const values = got.Value ?? [];
  if (wanted.vr === 'SQ' && got.vr === 'SQ') {
    (wanted.Value ?? []).forEach((item, k) => {
      compare(item, values[k] ?? {}, `${path}[${k}].`, differences);
    });
    const count = wanted.items ?? wanted.Value?.length ?? 0;
    return values.length === count ? undefined : `${values.length} items, not ${count}`;
  }
  if (wanted.vr !== got.vr && wanted.vr !== 'UN' && got.vr !== 'UN') return `VR ${got.vr}`;
  if (wanted.count !== undefined) {
    return values.length === wanted.count ? undefined : `${values.length} values`;
  }
  if (wanted.Value === undefined || wanted.First !== undefined) return undefined;
  const isEmpty = wanted.Value.length === 1 && wanted.Value[0] === null && values.length === 0;
  const isSame =
    wanted.Value.length === values.length &&
    wanted.Value.every((value, k) => sameValue(value, values[k]));
  return isSame || isEmpty
    ? undefined
    : `${JSON.stringify(values).slice(0, 60)}, not ${JSON.stringify(wanted.Value).slice(0, 60)}`;
}
function sameValue(wanted, found) {
  // Bytes that the declared character set does not have: readers differ.
  if (typeof wanted === 'string' && wanted.includes('\uFFFD')) return true;
  const isNothing = (value) => value === null || value === '';
  if (isNothing(wanted) || isNothing(found) || found === undefined) {
    return (wanted ?? '') === (found ?? '');
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const groups = Object(found);
    return Object.entries(wanted).every(([key, value]) => sameValue(value, groups[key]));
  }
  if (typeof wanted === 'number' || typeof found === 'number') {
    const number = Number(plain(wanted));
    return Math.abs(number - Number(plain(found))) <= 1e-6 * Math.max(1, Math.abs(number));
  }
  const [one, other] = [plain(wanted), plain(found)];
  return one === other || one.replaceAll(' ', '') === other.replaceAll(' ', '');
}
/** What dcm2json keeps or drops that other readers do not: padding, and delimiters at the end of names. */
function plain(value) {
  return String(value)
    .replace(/[\0\s]+$/, '')
    .replace(/\^+$/, '')
    .trim();
}
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
