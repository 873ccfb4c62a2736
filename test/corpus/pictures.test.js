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
import { afterAll, describe, expect, it } from 'vitest';
import { modalityValues } from '../../src/display/modality.js';
import { render } from '../../src/display/render.js';
import { createContext, open } from '../../src/node/index.js';
import { corpusFiles } from '../support/corpus.js';
import { canBeDrawn, drawingProgram, drawn, nativeCopy, whyNoDcmtk } from '../support/dcm2pnm.js';
import { difference } from '../support/pnm.js';
const found = corpusFiles('pictures of real files, beside those of DCMTK');
const missing = found.length === 0 ? undefined : whyNoDcmtk();
if (missing !== undefined) console.warn(`SKIPPED: pictures of real files: ${missing}.`);
const files = missing === undefined ? found : [];
/** Of larger pictures only the number is said: the machine should not draw for minutes. */
const LARGEST_FRAME = 600_000;
/** Every so many grey frames, 16 bits are compared as well. */
const SIXTEEN_BITS = 4;
/** Programs of DCMTK at the same time. */
const LANES = 2;
const ODD_LENGTH =
  'an odd number of 8-bit pixels: DCMTK counts the byte that pads the value (PS3.5 7.1.1) as its least pixel';
/** What DCMTK draws otherwise, and why ours is right. */
const KNOWN = {
  'pydicom__pydicom/rtdose_expb_1frame.dcm all':
    '32-bit cells in OW, big endian: a cell is one value of 4 bytes (PS3.5 8.1.1); DCMTK swaps words of 2',
  'ImagingDataCommons__highdicom/dx_image.dcm full range': ODD_LENGTH,
  'ImagingDataCommons__highdicom/dx_image.dcm inverted': ODD_LENGTH,
};
/**
 * DCMTK's YBR to RGB takes 127.5 for no colour and cuts what it should round; it is 128 in PS3.3
 * C.7.6.3.1.2. The fixtures have the pictures by its formulas.
 */
const FARTHEST_YBR = 2;
/** Least share of samples that must be equal: DCMTK cuts where we round, which is half a level. */
const EXACT_AT_LEAST = {
  'VOI LUT': 0.999,
  'width of 1': 0.9999,
  outside: 0.9999,
  'width of 3': 0.999,
  RGB: 0.999,
  'PALETTE COLOR': 0.96,
  YBR_FULL: 0.94,
  'explicit window': 0.9,
  overlays: 0.8,
  'window of the file': 0.69,
  sigmoid: 0.67,
  '8 bits of 16': 0.995,
  '16 bits': 0.67,
  inverted: 0.6,
  'full range': 0.58,
};
const context = createContext({ workers: 0 });
const work = mkdtempSync(join(tmpdir(), 'pictures-'));
afterAll(async () => {
  await context.close();
  rmSync(work, { recursive: true, force: true });
});
describe.skipIf(files.length === 0)('pictures of real files', () => {
  it('K01 K02 K03 K04 K05 K08 K10 K14 K15 are those of DCMTK, within one level', async () => {
    const tallies = new Map();
    const problems = [];
    const skipped = new Map();
    const queue = files.entries();
    const lane = async () => {
      for (const [turn, file] of queue) {
        const subject = await subjectOf(file, turn);
        if (typeof subject === 'string') {
          skipped.set(subject, (skipped.get(subject) ?? 0) + 1);
          continue;
        }
        for (const setting of settingsOf(subject, turn)) {
          const problem = await compared(subject, setting, tallies);
          if (problem !== undefined) problems.push(problem);
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    report(tallies, skipped);
    expect(problems).toEqual([]);
    for (const [name, { samples, exact }] of tallies) {
      expect(exact / samples, `${name}: share of equal samples`).toBeGreaterThan(
        EXACT_AT_LEAST[name] ?? 1,
      );
    }
    expect([...tallies.keys()].sort()).toEqual(Object.keys(EXACT_AT_LEAST).sort());
  }, 300_000);
});
/** The middle frame, without what DCMTK does not know of; or why there is no comparison. */
async function subjectOf({ name, path }, turn) {
  const env_1 = { stack: [], error: void 0, hasError: false };
  try {
    const file = await open(path, { context }).catch(() => undefined);
    if (file === undefined) return 'cannot be opened';
    const opened = __addDisposableResource(env_1, file, true);
    if (opened.index.count === 0) return 'no frames';
    const number = opened.index.count >> 1;
    const frame = await opened.frame(number, { overlays: true }).catch(() => undefined);
    if (frame === undefined) return 'cannot be decoded';
    if (!canBeDrawn(frame.data)) return 'floating point and 64 bits, which DCMTK has not';
    if (frame.display.segmentation !== undefined) return 'segmentation, which DCMTK has not';
    if (frame.rows * frame.columns > LARGEST_FRAME) return `more than ${LARGEST_FRAME} pixels`;
    const isGrey = frame.photometricInterpretation.startsWith('MONOCHROME');
    const comparable = {
      ...frame,
      display: {
        ...frame.display,
        pixelAspect: 1,
        // DCMTK draws padding as if it were pixels, and knows no supplemental palette (PS3.3 C.7.6.19).
        padding: undefined,
        palette: isGrey ? undefined : frame.display.palette,
      },
    };
    const place = await placeOf(opened, path, comparable, turn);
    return typeof place === 'string' ? place : { name, frame: comparable, ...place };
  } catch (e_1) {
    env_1.error = e_1;
    env_1.hasError = true;
  } finally {
    const result_1 = __disposeResources(env_1);
    if (result_1) await result_1;
  }
}
/** The file itself, where DCMTK can decode it and finds all it needs; else a copy of the frame. */
async function placeOf(file, path, frame, turn) {
  const program = drawingProgram(file.transferSyntax);
  const isPalette = frame.photometricInterpretation.startsWith('PALETTE');
  const isAlone = !file.dataset.has('SharedFunctionalGroupsSequence') || isPalette;
  if (program !== undefined && isAlone) {
    // A JFIF stream is YBR whatever the header says of it, and DCMTK looks at it when it is told to.
    const guess = program === 'dcmj2pnm' && (await isJfif(file, frame.index)) ? ['+cg'] : [];
    const options = ['+F', String(frame.index + 1), ...guess];
    if ((await drawn(program, path, options)) !== undefined) return { program, path, options };
  }
  if (isPalette) return 'palette, and neither decoded by DCMTK nor copied';
  const copy = join(work, `${turn}.dcm`);
  writeFileSync(copy, nativeCopy(frame));
  return { program: 'dcm2pnm', path: copy, options: [] };
}
async function isJfif(file, frame) {
  const start = await file.encodedFrame(frame);
  return String.fromCharCode(...start.subarray(6, 10)) === 'JFIF';
}
/** The settings of a frame: those of the file, and by turns one of the others. */
function settingsOf({ frame, options: [place] }, turn) {
  const full = fullRange(frame);
  const isGrey = frame.photometricInterpretation.startsWith('MONOCHROME');
  // A copy is without them.
  const hasOverlays = place !== undefined && (frame.overlays ?? []).length > 0;
  const overlays = {
    name: 'overlays',
    options: ['+O', '0', '+Omr', ...(isGrey ? full.options : [])],
    render: { voi: 'full', overlays: true },
  };
  const withOverlays = hasOverlays ? [overlays] : [];
  if (!isGrey) {
    const plain = { name: frame.photometricInterpretation, options: [], render: {} };
    return [plain, ...withOverlays];
  }
  const { windows, voiFunction, voiLuts } = frame.display;
  const ofFile = windows.slice(0, 2).flatMap((window, k) => {
    const { center, width } = window;
    const given = windowed('window of the file', { center, width, function: voiFunction }, frame);
    return given.map((setting) => ({ ...setting, render: { window: k } }));
  });
  const tables = voiLuts.map((_, k) => {
    return { name: 'VOI LUT', options: ['+Wl', String(k + 1)], render: { voiLut: k } };
  });
  const others = [...explicitWindows(frame), full, inverted(full)];
  const all = [...ofFile, ...tables, ...others.slice(turn % others.length).slice(0, 1)];
  const sixteen = all.slice(0, turn % SIXTEEN_BITS === 0 ? 1 : 0).map((setting) => {
    return { ...setting, name: '16 bits', options: [...setting.options, '+opw'] };
  });
  return [...all, ...sixteen, ...withOverlays];
}
/**
 * DCMTK cuts rescaled values to whole numbers. Where slope or intercept have fractions it is asked for the same
 * window of the stored values: LINEAR is LINEAR_EXACT of half a value less and a width of one less (PS3.3
 * C.11.2.1.3.2, note), which scales. A negative slope would turn the window around: none then.
 */
function windowed(name, window, frame) {
  const { slope, intercept } = frame.display.rescale;
  const { center, width } = window;
  const linear = window.function === 'LINEAR' ? 1 : 0;
  const shape = linear === 1 ? '+Wfl' : '+Wfs';
  const setting = (c, w, ...more) => [
    { name, options: [...more, shape, '+Ww', String(c), String(w)], render: { window } },
  ];
  if (window.function === 'LINEAR_EXACT') return [];
  if (!isFractional(frame)) return setting(center, width);
  if (slope < 0) return [];
  const stored = (center - linear / 2 - intercept) / slope + linear / 2;
  return setting(stored, (width - linear) / slope + linear, '-M');
}
function isFractional({ display: { rescale, modalityLut } }) {
  const isWhole = Number.isInteger(rescale.slope) && Number.isInteger(rescale.intercept);
  return modalityLut === undefined && !isWhole;
}
function explicitWindows(frame) {
  const values = modalityValues(frame);
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const center = Math.round((low + high) / 2);
  const width = Math.max(2, Math.round((high - low) / 4));
  return [
    ...windowed('explicit window', { center, width, function: 'LINEAR' }, frame),
    ...windowed('sigmoid', { center, width, function: 'SIGMOID' }, frame),
    ...windowed('width of 1', { center, width: 1, function: 'LINEAR' }, frame),
    ...windowed('width of 3', { center, width: 3, function: 'LINEAR' }, frame),
    ...windowed('outside', { center: high + 5000, width: 100, function: 'LINEAR' }, frame),
  ];
}
function fullRange(frame) {
  const options = isFractional(frame) && frame.display.rescale.slope > 0 ? ['-M', '+Wm'] : ['+Wm'];
  return { name: 'full range', options, render: { voi: 'full' } };
}
function inverted({ options, render: given }) {
  return { name: 'inverted', options: [...options, '+P'], render: { ...given, invert: true } };
}
/** Compares one picture, and counts it; gives what is wrong with it. */
async function compared({ name, frame, program, path, options }, setting, tallies) {
  const what = `${name} ${setting.name}`;
  if (`${name} all` in KNOWN || what in KNOWN) return undefined;
  const theirs = await drawn(program, path, [...options, ...setting.options]);
  if (theirs === undefined) return `${what}: DCMTK draws nothing`;
  const ours =
    setting.name === '16 bits'
      ? render(frame, { ...setting.render, bitDepth: 16 })
      : render(frame, setting.render);
  const { samples, exact, worst, at } = difference(ours, theirs);
  counted(tallies, setting.name, { samples, exact });
  if (ours.bitDepth === 16) {
    // Rounded as we round, theirs are nearly all the same.
    const rounded = Uint8Array.from(theirs.samples, (sample) => Math.round(sample / 257));
    const eight = difference(render(frame, setting.render), { ...theirs, samples: rounded });
    counted(tallies, '8 bits of 16', eight);
  }
  const farthest = frame.photometricInterpretation.startsWith('YBR') ? FARTHEST_YBR : 1;
  if (worst <= farthest) return undefined;
  return `${what}: ${setting.options.join(' ')}: up to ${worst} off, at ${at} of ${samples}`;
}
function counted(tallies, name, { samples, exact }) {
  const tally = tallies.get(name) ?? { frames: 0, samples: 0, exact: 0 };
  tally.frames++;
  tally.samples += samples;
  tally.exact += exact;
  tallies.set(name, tally);
}
function report(tallies, skipped) {
  for (const [name, { frames, samples, exact }] of tallies) {
    console.info(`${name}: ${frames} frames, ${((100 * exact) / samples).toFixed(2)} % equal`);
  }
  for (const [reason, count] of skipped) console.info(`not compared, ${reason}: ${count} files`);
}
