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
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { createContext, open, openArchive } from '../../src/node/index.js';
/**
 * A folder of real files with what independent tools found in them: `manifest.json`, `files`, `zips`.
 * It is not part of this project; FRAMEDEX_CORPUS says where it is.
 */
const corpus = process.env['FRAMEDEX_CORPUS'];
const here = corpus !== undefined && existsSync(join(corpus, 'manifest.json'));
if (!here) {
  console.warn(
    corpus === undefined
      ? 'SKIPPED: conformance with real files, because FRAMEDEX_CORPUS names no folder'
      : `SKIPPED: conformance with real files, because ${corpus} has no manifest.json`,
  );
}
const tally = () => ({ checks: 0, failed: [] });
const opened = tally();
const index = tally();
const pixels = tally();
function note(kind, passed, what) {
  kind.checks++;
  if (!passed) kind.failed.push(what);
}
function sha256(data) {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
function readJson(...path) {
  return JSON.parse(readFileSync(join(corpus ?? '', ...path), 'utf8'));
}
/** Native, deflated, RLE: what is decoded without a codec of another package. */
const OWN_SYNTAXES = new Set([
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.1.98',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.5',
]);
const context = createContext();
async function checkFile(expected) {
  let file;
  try {
    file = await open(join(corpus ?? '', 'files', expected.file), { context });
  } catch (error) {
    const readable = expected.expectedTags !== undefined && expected.sopClassUID !== null;
    note(opened, isFramedexError(error) && !readable, `${expected.file}: ${String(error)}`);
    return;
  }
  note(opened, true, expected.file);
  const { frames = [], pixel } = expected;
  if (pixel?.streamRanges !== undefined) {
    note(index, file.index.strategy === 'video', `${expected.file}: ${file.index.strategy}`);
  } else if (frames.length > 0) {
    checkIndex(file, expected, frames);
    if (OWN_SYNTAXES.has(expected.effectiveTransferSyntaxUID ?? '')) {
      for (const [i, frame] of frames.entries()) await checkPixels(file, expected, frame, i);
    }
  }
  await file.close();
}
function checkIndex(file, expected, frames) {
  const { framesNotListed, offsetsAreIn } = expected.pixel ?? {};
  const whole = !frames.some(({ missing, err }) => missing === true || err !== undefined);
  if (framesNotListed === undefined && whole) {
    const what = `${expected.file}: ${file.index.count} frames, expected ${frames.length}`;
    note(index, file.index.count === frames.length, what);
  }
  if (offsetsAreIn === undefined) {
    const wrong = frames.findIndex((frame, i) => !isAt(file, frame, i));
    note(index, wrong < 0, `${expected.file}: ranges of frame ${wrong}`);
  }
}
function isAt(file, { o, l, bit = 0, bits, frags, missing }, i) {
  if (missing === true || (o === undefined && frags === undefined)) return true;
  try {
    const ranges = file.index.ranges(i);
    const found = ranges.map(({ offset, length }) => [offset, length]);
    if (JSON.stringify(found) !== JSON.stringify(frags ?? [[o, l]])) return false;
    const [first] = ranges;
    return (
      bits === undefined ||
      bit % 8 === 0 ||
      (first?.bitOffset === bit % 8 && first.bitLength === bits)
    );
  } catch {
    return false;
  }
}
async function checkPixels(
  file,
  { file: name, photometricInterpretation, bitsAllocated, highBit },
  { sha, cells, missing, o },
  i,
) {
  if (missing === true) {
    const code = await file.frame(i).catch((error) => error);
    note(pixels, isFramedexError(code, 'FRAME_TRUNCATED'), `${name} #${i}: cut, and delivered`);
    return;
  }
  if (sha === undefined) return;
  // The hashes of native 4:2:2 are of its cells.
  const packed = photometricInterpretation === 'YBR_FULL_422' && o !== undefined;
  try {
    const { data } = await file.frame(i, packed ? { cells: true } : {});
    const found = sha256(data);
    // A High Bit that no cell has: some tools shift by it, others, like this one, do without it.
    const impossible = (highBit ?? 0) >= (bitsAllocated ?? 64);
    const right = found === sha || (impossible && found === cells);
    note(pixels, right, `${name} #${i}: values differ`);
    if (cells === undefined) return;
    const raw = await file.frame(i, { cells: true });
    note(pixels, sha256(raw.data) === cells, `${name} #${i}: cells differ`);
  } catch (error) {
    note(pixels, false, `${name} #${i}: ${String(error)}`);
  }
}
describe.skipIf(!here)('real files', () => {
  beforeAll(async () => {
    for (const expected of readJson('manifest.json')) await checkFile(expected);
  }, 60_000);
  afterAll(() => context.close());
  it('open, all of them, or say in our words why not', () => {
    expect(opened.checks).toBeGreaterThan(100);
    expect(opened.failed).toEqual([]);
  });
  it('have their frames where independent tools find them', () => {
    expect(index.checks).toBeGreaterThan(100);
    expect(index.failed.length / index.checks, index.failed.join('\n')).toBeLessThanOrEqual(0.015);
  });
  it('have the pixels that independent tools find, native and RLE, and none that are not there', () => {
    expect(pixels.checks).toBeGreaterThan(100);
    expect(pixels.failed).toEqual([]);
  });
  it('come out of archives, all members, and volumes of exactly their cells', async () => {
    const seriesOf = readJson('zips', 'series.json');
    const found = [];
    const wanted = [];
    for (const { zip, expect: fault, entries = [] } of readJson('zips', 'manifest.json')) {
      const env_1 = { stack: [], error: void 0, hasError: false };
      try {
        if (fault !== undefined && fault !== '') continue;
        const archive = __addDisposableResource(
          env_1,
          await openArchive(join(corpus ?? '', 'zips', zip), { context }),
          true,
        );
        const members = entries.filter(
          ({ dicom, name }) => dicom && !/(^|\/)DICOMDIR$/i.test(name),
        );
        const all = await archive.series();
        wanted.push([zip, members.length]);
        found.push([zip, all.reduce((sum, { instances }) => sum + instances.length, 0)]);
        for (const { seriesInstanceUID: uid, files, volume } of seriesOf[zip] ?? []) {
          const series = all.find((one) => one.uid === uid);
          wanted.push([uid, files, volume?.sha256OfStoredCells]);
          const data = volume === undefined ? undefined : (await series?.volume())?.data;
          found.push([uid, series?.instances.length, data && sha256(data)]);
        }
      } catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
      } finally {
        const result_1 = __disposeResources(env_1);
        if (result_1) await result_1;
      }
    }
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(wanted);
  });
});
