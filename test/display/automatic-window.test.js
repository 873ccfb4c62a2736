import { describe, expect, it } from 'vitest';
import { render } from '../../src/display/render.js';
import { frameOf } from './frame-of.js';
describe('the window of percentiles', () => {
  // 1000 values: 5 of them are 0.5 %.
  const ramp = Array.from({ length: 1000 }, (_, k) => k);
  const rangeOf = (image) => {
    const { center = NaN, width = NaN } = image.window ?? {};
    return [center - width / 2, center + width / 2];
  };
  it('leaves the lowest and the highest 0.5 % out, and says that it is of them', () => {
    const image = render(frameOf(Int16Array.from(ramp)));
    expect(image.window).toMatchObject({ from: 'percentile', function: 'LINEAR_EXACT' });
    expect(rangeOf(image)).toEqual([5, 994]);
    expect([image.data[5], image.data[994]]).toEqual([0, 255]);
  });
  it('K04 is of modality values, whichever way the slope goes', () => {
    const down = { rescale: { slope: -2, intercept: 10 } };
    expect(rangeOf(render(frameOf(Int16Array.from(ramp), down)))).toEqual([10 - 2 * 994, 0]);
  });
  it('K16 is the same for every type, to a thousandth of it where they are wide', () => {
    for (const data of [Uint16Array.from(ramp), Int32Array.from(ramp), Float64Array.from(ramp)]) {
      const [low = NaN, high = NaN] = rangeOf(render(frameOf(data)));
      expect(Math.abs(low - 5)).toBeLessThanOrEqual(1);
      expect(Math.abs(high - 994)).toBeLessThanOrEqual(1);
    }
  });
  it('K16 finds its values among some that are far away, and takes infinity and NaN for none', () => {
    const far = Float32Array.from([...ramp, 1e30, -1e30, Infinity, -Infinity, NaN]);
    const [low = NaN, high = NaN] = rangeOf(render(frameOf(far)));
    expect(Math.abs(low - 5)).toBeLessThanOrEqual(2);
    expect(Math.abs(high - 994)).toBeLessThanOrEqual(2);
  });
  it('K16 finds them however far the others are, and however close they are to each other', () => {
    const far = [
      [Float32Array.from([...ramp, -3.4028234663852886e38]), 5, 994],
      [Float32Array.from([...ramp, 3.4e38, -3.4e38]), 5, 994],
      [Float64Array.from([...ramp, 1e300]), 5, 994],
      [Float64Array.from([...ramp.map((value) => value * 1e-4), 3e38, -1.7e308]), 5e-4, 0.0994],
      [
        Float64Array.from([...ramp.map((value) => 1e6 + value * 1e-6), 0, 1e300]),
        1e6 + 5e-6,
        1e6 + 994e-6,
      ],
      [Float64Array.from(ramp, (value) => (value - 500) * 1e-300), -495e-300, 494e-300],
    ];
    for (const [data, wantedLow, wantedHigh] of far) {
      const image = render(frameOf(data));
      expect(image.window?.from).toBe('percentile');
      const [low = NaN, high = NaN] = rangeOf(image);
      const most = 0.003 * (wantedHigh - wantedLow);
      expect(Math.abs(low - wantedLow)).toBeLessThanOrEqual(most);
      expect(Math.abs(high - wantedHigh)).toBeLessThanOrEqual(most);
      expect(new Set(image.data.subarray(0, 1000)).size).toBeGreaterThan(250);
    }
  });
  it('K09 leaves padding out', () => {
    const padded = Int16Array.from([...ramp, ...ramp.map(() => -2000)]);
    const image = render(frameOf(padded, { padding: { low: -2000, high: -1990 } }));
    expect(rangeOf(image)).toEqual([5, 994]);
  });
  it('is the whole range where nearly all values are one', () => {
    const sparse = new Int16Array(10_000);
    sparse[1] = 40;
    sparse[2] = 80;
    const image = render(frameOf(sparse));
    expect(image.window?.from).toBe('range');
    expect([...image.data.subarray(0, 4)]).toEqual([0, 128, 255, 0]);
    const floats = render(frameOf(Float32Array.from(sparse)));
    expect([...floats.data.subarray(0, 4)]).toEqual([0, 128, 255, 0]);
  });
  it('leaves 8 bits that are made for a screen as they are, and dark ones not', () => {
    const screen = Uint8Array.from({ length: 400 }, (_, k) => 40 + (k % 150));
    const image = render(frameOf(screen));
    expect(image.window).toMatchObject({ from: 'depth', center: 127.5, width: 255 });
    expect([...image.data]).toEqual([...screen]);
    const dark = render(frameOf(Uint8Array.from(screen, (value) => value >> 2)));
    expect(dark.window?.from).toBe('percentile');
    const rescaled = { rescale: { slope: 2, intercept: 0 } };
    expect(render(frameOf(screen, rescaled)).window?.from).toBe('percentile');
    expect(render(frameOf(screen), { voi: 'percentile' }).window?.from).toBe('percentile');
  });
});
