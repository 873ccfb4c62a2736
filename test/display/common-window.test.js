import { describe, expect, it } from 'vitest';
import { commonWindow } from '../../src/display/common-window.js';
import { modalityValues } from '../../src/display/modality.js';
import { render } from '../../src/display/render.js';
import { isFramedexError } from '../../src/errors.js';
import { frameOf } from './frame-of.js';
const ramp = (first, count) => Array.from({ length: count }, (_, k) => first + k);
function codeThrown(action) {
  try {
    return action();
  } catch (error) {
    return isFramedexError(error) ? error.code : error;
  }
}
/** Lowest and highest value of the window. */
function rangeOf({ window }) {
  if (typeof window !== 'object') throw new Error('no window');
  return [window.center - window.width / 2, window.center + window.width / 2];
}
/** All modality values of the frames in one. */
function together(frames) {
  return frameOf(Float64Array.from(frames.flatMap((frame) => [...modalityValues(frame)])));
}
const TABLE = { first: 0, bits: 8, data: Uint16Array.of(0, 100, 255), explanation: 'BONE' };
const WINDOWS = [
  { center: 40, width: 400 },
  { center: -600, width: 1500, explanation: 'LUNG' },
];
describe('the window for several frames', () => {
  it('is the first one of the first frame, with its function', () => {
    const frames = [
      frameOf(Int16Array.of(0, 1), { windows: WINDOWS, voiFunction: 'SIGMOID' }),
      frameOf(Int16Array.of(5, 9), { windows: [{ center: 1, width: 2 }] }),
    ];
    const voi = commonWindow(frames);
    expect(voi).toEqual({ window: { center: 40, width: 400, function: 'SIGMOID', from: 'file' } });
    for (const frame of frames) {
      expect(render(frame, voi).window).toMatchObject({ center: 40, function: 'SIGMOID' });
    }
  });
  it('is what is asked for of the first frame by name, number or as a window', () => {
    const frames = [
      frameOf(Int16Array.of(0, 1), { windows: WINDOWS, voiFunction: 'LINEAR_EXACT' }),
      frameOf(Int16Array.of(5, 9)),
    ];
    const windowOf = (options) => commonWindow(frames, options).window;
    expect(windowOf({ window: 'lung' })).toMatchObject({ center: -600, width: 1500, from: 'file' });
    expect(windowOf({ window: 0 })).toMatchObject({ center: 40, function: 'LINEAR_EXACT' });
    expect(windowOf({ window: { center: 3, width: 7 } })).toEqual({
      ...{ center: 3, width: 7, function: 'LINEAR_EXACT', from: 'caller' },
    });
    expect(codeThrown(() => windowOf({ window: 2 }))).toBe('USAGE');
    expect(codeThrown(() => windowOf({ window: { center: 3, width: 0 } }))).toBe('USAGE');
    expect(codeThrown(() => windowOf({ voiLut: 'BONE' }))).toBe('USAGE');
    expect(codeThrown(() => commonWindow([]))).toBe('USAGE');
  });
  it('is a VOI LUT where all frames have that very one, else the next that they can share', () => {
    const one = frameOf(Uint8Array.of(0, 1, 2), { voiLuts: [TABLE], windows: WINDOWS });
    const same = frameOf(Uint8Array.of(2, 1, 0), {
      voiLuts: [{ ...TABLE, data: TABLE.data.slice() }],
    });
    const other = frameOf(Uint8Array.of(2, 1, 0), {
      voiLuts: [{ ...TABLE, data: Uint16Array.of(0, 200, 255) }],
    });
    expect(commonWindow([one, same])).toEqual({ voiLut: 0 });
    expect([...render(same, commonWindow([one, same])).data]).toEqual([255, 100, 0]);
    expect(commonWindow([one, other]).window).toMatchObject({ center: 40, from: 'file' });
    expect(commonWindow([one, other], { voiLut: 'bone' })).toEqual({ voiLut: 0 });
    expect(commonWindow([one, same], { voi: 'window' }).window).toMatchObject({ center: 40 });
  });
  it.each([
    ['16 bits', (values) => Int16Array.from(values)],
    ['32 bits', (values) => Int32Array.from(values)],
    ['floats', (values) => Float32Array.from(values)],
  ])('K16 is between the percentiles of all values together: %s', (_, of) => {
    const frames = [frameOf(of(ramp(0, 300))), frameOf(of(ramp(300, 700)))];
    const voi = commonWindow(frames);
    // 1000 values, of which 5 at either end are left out.
    const [low, high] = rangeOf(voi);
    expect(voi.window).toMatchObject({ from: 'percentile', function: 'LINEAR_EXACT' });
    expect(Math.abs(low - 5)).toBeLessThanOrEqual(1);
    expect(Math.abs(high - 994)).toBeLessThanOrEqual(1);
    // Frame by frame they would be others.
    expect(rangeOf(commonWindow(frames.slice(0, 1)))[1]).toBeLessThan(300);
  });
  it('K04 is of modality values, where frames differ in rescale and in type', () => {
    const frames = [
      frameOf(Int16Array.from(ramp(0, 1000)), { rescale: { slope: 2, intercept: -500 } }),
      frameOf(Int16Array.from(ramp(0, 3000)), { rescale: { slope: 0.5, intercept: 10 } }),
      frameOf(Uint8Array.from(ramp(0, 200)), { rescale: { slope: 10, intercept: 0 } }),
    ];
    const [low, high] = rangeOf(commonWindow(frames));
    const values = [...together(frames).data].map(Number).sort((a, b) => a - b);
    const left = Math.floor(values.length * 0.005);
    expect([low, high]).toEqual([values[left], values[values.length - 1 - left]]);
    const mixed = [...frames, frameOf(Float32Array.of(1, 2, 3))];
    const [near, far] = rangeOf(commonWindow(mixed));
    expect(Math.abs(near - low)).toBeLessThan((high - low) / 200);
    expect(Math.abs(far - high)).toBeLessThan((high - low) / 200);
  });
  it('leaves the padding of each frame out', () => {
    const frames = [
      frameOf(Int16Array.of(-2000, -2000, 1, 2), { padding: { low: -2000, high: -2000 } }),
      frameOf(Int16Array.of(-3000, -3000, 3, 9), { padding: { low: -3000, high: -3000 } }),
    ];
    expect(rangeOf(commonWindow(frames))).toEqual([1, 9]);
    expect(rangeOf(commonWindow(frames, { voi: 'full' }))).toEqual([1, 9]);
    const none = frameOf(Int16Array.of(7, 7), { padding: { low: 7, high: 7 } });
    expect(commonWindow([none])).toEqual({});
  });
  it('is all that bits can be, for bytes that use their upper half in some frame, and for masks', () => {
    const dark = frameOf(Uint8Array.from(ramp(0, 100)));
    const light = frameOf(Uint8Array.from(ramp(100, 100)));
    expect(commonWindow([dark, dark]).window?.from).toBe('percentile');
    expect(commonWindow([dark, light]).window).toMatchObject({ center: 127.5, from: 'depth' });
    const mask = (...bits) => frameOf(Uint8Array.from(bits), {}, { bitsStored: 1 });
    expect(rangeOf(commonWindow([mask(0, 0), mask(0, 0)]))).toEqual([0, 1]);
    expect(commonWindow([mask(0, 0), light]).window?.from).toBe('percentile');
  });
  it('shows frames of one value alike, whatever that is', () => {
    const frames = [frameOf(Int16Array.of(5, 5)), frameOf(Int16Array.of(5, 5))];
    const voi = commonWindow(frames);
    expect(voi.window).toMatchObject({ from: 'range', width: 1 });
    expect(frames.map((frame) => [...render(frame, voi).data])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const two = [frameOf(Int16Array.of(5, 5)), frameOf(Int16Array.of(8, 8))];
    expect(two.map((frame) => render(frame, commonWindow(two)).data[0])).toEqual([0, 255]);
  });
  it('is that of `render` where there is one frame', () => {
    const frames = [
      frameOf(Int16Array.from(ramp(-400, 1000)), { rescale: { slope: 3, intercept: 1 } }),
      frameOf(Float32Array.from(ramp(-400, 1000), Math.sqrt)),
      frameOf(Uint8Array.from(ramp(0, 255))),
      frameOf(Uint8Array.of(0, 0, 1), {}, { bitsStored: 1 }),
      frameOf(Int16Array.of(0, 1), { windows: WINDOWS }),
    ];
    for (const frame of frames) {
      for (const voi of ['lut', 'window', 'percentile', 'full']) {
        expect(commonWindow([frame], { voi }).window).toEqual(render(frame, { voi }).window);
      }
    }
  });
  it('is none for colours, which are no part of it among greys', () => {
    const colour = frameOf(
      Uint8Array.of(1, 2, 3),
      {},
      { columns: 1, samplesPerPixel: 3, photometricInterpretation: 'RGB' },
    );
    expect(commonWindow([colour])).toEqual({});
    expect(rangeOf(commonWindow([colour, frameOf(Int16Array.of(-7, 7))]))).toEqual([-7, 7]);
    expect(codeThrown(() => commonWindow([frameOf(Int16Array.of(1), {}, { rows: 9 })]))).toBe(
      'BAD_PIXEL_MODULE',
    );
  });
});
