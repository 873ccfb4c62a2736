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
import { afterAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { hexTag } from '../../src/dicom/tag.js';
import { isFramedexError } from '../../src/errors.js';
import { createContext, open, openArchive } from '../../src/node/index.js';
import { buildZip } from '../support/build-zip.js';
import { controllableSource } from '../support/controllable-source.js';
import { corpusFiles, seeded } from '../support/corpus.js';
import { faultsAt, headerOf } from '../support/header-of.js';
/** What the header of a file says must not depend on how its bytes come. */
const files = corpusFiles('how the bytes of real files come');
const context = createContext();
afterAll(() => context.close());
/** Bytes of the first read; those that follow grow from there, so that each cuts elsewhere. */
const FIRST_READS = [1, 7, 100, 4096, 2 ** 30];
/** Archives are built of files up to this size: 9 in 10. */
const LARGEST_MEMBER = 700_000;
const LARGEST_MUTATED = 60_000;
/** The same object from the same bytes, or the same fault. */
async function described(given) {
  try {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const file = __addDisposableResource(env_1, await given, true);
      const { dataset, meta, transferSyntax, index } = file;
      // Decoding records faults of values, too: the tree first, then the values, then the warnings.
      const elements = [...linesOf(meta, ''), ...linesOf(dataset, '')];
      const values = await valuesOf(file);
      const all = {
        elements,
        transferSyntax,
        count: index.count,
        values,
        warnings: faultsAt(file),
      };
      // One text, because thousands of large trees are compared.
      return JSON.stringify(all, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    return JSON.stringify([error.code, error.details.offset]);
  }
}
function linesOf(dataset, path) {
  return [...dataset].flatMap(({ tag, vr, offset, valueOffset, length, items }) => [
    `${path}${hexTag(tag)} ${vr} ${offset} ${valueOffset} ${length}`,
    ...(items ?? []).flatMap((item, k) => linesOf(item, `${path}${hexTag(tag)}[${k}].`)),
  ]);
}
/** Values as `file.value` gives them, whether they were in the header or are read now. */
async function valuesOf(file) {
  const values = [];
  for (const { tag, items, length } of file.dataset) {
    if (tag >>> 16 === 0x7fe0 || length > 1_000_000) continue;
    const value =
      items === undefined
        ? await file.value(tag).catch((error) => String(error))
        : items.map((item) => JSON.stringify(item));
    values.push([tag, value]);
  }
  return values;
}
function sourceOf(bytes, firstRead, asynchronous) {
  const source = controllableSource(memorySource(bytes, 'real'), { asynchronous });
  return { ...source, atHand: () => firstRead };
}
async function sameHowever({ path, size }, turn) {
  const bytes = new Uint8Array(readFileSync(path));
  const expected = await described(open(bytes, { context }));
  const same = async (given) => {
    const found = await described(given);
    if (found !== expected) expect(JSON.parse(found)).toEqual(JSON.parse(expected));
    ways++;
  };
  let ways = 0;
  await same(open(path, { context }));
  // Two of the ways for each file, and all of them for every fifth.
  for (const [k, firstRead] of FIRST_READS.entries()) {
    if (turn % 5 !== 0 && k !== turn % FIRST_READS.length && firstRead !== 1) continue;
    if (firstRead > size && size > LARGEST_MEMBER) continue;
    for (const asynchronous of turn % 5 === 0 ? [false, true] : [(turn + k) % 2 === 0]) {
      await same(open(sourceOf(bytes, firstRead, asynchronous), { context }));
    }
  }
  if (size > LARGEST_MEMBER) return ways;
  const archive = await openArchive(
    buildZip([
      { name: 'stored', data: bytes, method: 0 },
      { name: 'deflated', data: bytes, method: 8 },
    ]),
    { context },
  );
  for (const name of ['stored', 'deflated']) {
    await same(archive.open(name));
  }
  await archive.close();
  return ways;
}
describe.skipIf(files.length === 0)('real files, however their bytes come', () => {
  it('O02 have the same tags, VRs, offsets, values and warnings', async () => {
    let ways = 0;
    for (const [turn, file] of files.entries()) {
      try {
        ways += await sameHowever(file, turn);
      } catch (error) {
        throw new Error(`${file.name}: ${String(error)}`, { cause: error });
      }
    }
    console.info(`${files.length} files came in ${ways} ways`);
    expect(ways).toBeGreaterThan(files.length * 5);
  }, 120_000);
  it('C13 give what is before a cut, wherever it is', async () => {
    const random = seeded(13);
    let cuts = 0;
    for (const { path, name } of files.filter(({ size }) => size < LARGEST_MUTATED * 10)) {
      const bytes = new Uint8Array(readFileSync(path));
      const whole = await headerOf(bytes).catch(() => undefined);
      // A cut of a deflate stream, and what a fault of the file makes of it, are other matters.
      if (whole?.source.size !== bytes.length) continue;
      for (let k = 0; k < 4; k++) {
        const length = Math.floor(random() * Math.min(bytes.length, whole.end + 16));
        cuts++;
        try {
          const { dataset, warnings } = await headerOf(bytes.slice(0, length));
          expect([...dataset].length, name).toBeLessThanOrEqual([...whole.dataset].length);
          if (whole.warnings.count === 0) {
            const found = [...dataset].map(({ tag, offset }) => `${tag} ${offset}`);
            const wanted = [...whole.dataset].map(({ tag, offset }) => `${tag} ${offset}`);
            expect(found, name).toEqual(wanted.slice(0, found.length));
          }
          for (const { offset } of warnings.list) expect(offset).toBeLessThanOrEqual(length);
        } catch (error) {
          if (!isFramedexError(error)) throw error;
          expect(error.details.offset ?? 0, name).toBeLessThanOrEqual(length);
        }
      }
    }
    console.info(`${cuts} cuts`);
    expect(cuts).toBeGreaterThan(500);
  }, 60_000);
  it('give values or a FramedexError, whatever of their header is changed', async () => {
    const random = seeded(7);
    let changes = 0;
    for (const { path, name } of files.filter(({ size }) => size < LARGEST_MUTATED)) {
      const bytes = new Uint8Array(readFileSync(path));
      for (let k = 0; k < 8; k++) {
        const changed = bytes.slice();
        const end = Math.min(bytes.length, 8192);
        for (let n = 0; n <= k; n++) {
          changed[128 + Math.floor(random() * (end - 128))] = Math.floor(random() * 256);
        }
        changes++;
        try {
          const { dataset, warnings, end: stopped, source } = await headerOf(changed);
          // Offsets are those of the inflated data set where it is deflated.
          const most = Math.max(changed.length, source.size);
          expect(stopped, name).toBeLessThanOrEqual(source.size);
          JSON.stringify(dataset);
          expect(warnings.list.length, name).toBeLessThanOrEqual(1000);
          expect(warnings.count, name).toBeGreaterThanOrEqual(warnings.list.length);
          for (const { offset } of warnings.list) expect(offset, name).toBeLessThanOrEqual(most);
        } catch (error) {
          if (!isFramedexError(error)) throw error;
          expect(error.details.offset ?? 0, name).toBeLessThanOrEqual(changed.length);
        }
      }
    }
    console.info(`${changes} changed files`);
    expect(changes).toBeGreaterThan(500);
  }, 60_000);
});
