import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { render } from '../../src/display/render.js';
import { frameOf } from './frame-of.js';
function bytes(values, display, options) {
  return [...render(frameOf(Int16Array.from(values), display), options).data];
}
function codeOf(run) {
  try {
    run();
  } catch (error) {
    return isFramedexError(error) ? error.code : String(error);
  }
  return 'no error';
}
describe('which window', () => {
  const windows = [
    { center: 50, width: 100 },
    { center: 500, width: 1000 },
  ];
  it('K03 takes the first one, or the one of that number', () => {
    expect(bytes([0, 99, 250, 999], { windows })).toEqual([0, 255, 255, 255]);
    expect(bytes([0, 99, 250, 999], { windows }, { window: 1 })).toEqual([0, 25, 64, 255]);
    expect(render(frameOf(Int16Array.of(1), { windows }), { window: 1 }).window).toEqual({
      center: 500,
      width: 1000,
      function: 'LINEAR',
      from: 'file',
    });
  });
  it('K03 refuses a number that is not there', () => {
    for (const window of [2, -1, 0.5, NaN]) {
      expect(codeOf(() => bytes([0], { windows }, { window }))).toBe('USAGE');
    }
  });
  it('takes a window of the caller, with the function of the frame or its own', () => {
    const window = { center: 0, width: 100 };
    expect(bytes([-25, 25], { voiFunction: 'LINEAR_EXACT' }, { window })).toEqual([64, 191]);
    expect(bytes([-25, 25], {}, { window: { ...window, function: 'SIGMOID' } })).toEqual([69, 186]);
  });
  it('K01 K02 refuses a window of the caller that its function does not allow', () => {
    for (const [width, voiFunction] of [
      [0.5, 'LINEAR'],
      [0, 'LINEAR'],
      [-400, 'LINEAR'],
      [NaN, 'LINEAR'],
      [Infinity, 'LINEAR'],
      [0, 'SIGMOID'],
      [-1, 'LINEAR_EXACT'],
    ]) {
      const window = { center: 0, width };
      expect(codeOf(() => bytes([0], { voiFunction }, { window }))).toBe('USAGE');
    }
    expect(codeOf(() => bytes([0], {}, { window: { center: NaN, width: 1 } }))).toBe('USAGE');
  });
  it('K01 K02 falls back to the values of the frame, and says so, when the file gives a window that is not allowed', () => {
    for (const [center, width, voiFunction] of [
      [10, 0, 'LINEAR'],
      [10, -5, 'LINEAR'],
      [10, 0.9, 'LINEAR'],
      [10, NaN, 'LINEAR'],
      [NaN, 100, 'LINEAR'],
      [10, 0, 'SIGMOID'],
      [10, 0, 'LINEAR_EXACT'],
    ]) {
      const display = { windows: [{ center, width }], voiFunction };
      expect(bytes([-100, 0, 100], display)).toEqual([0, 128, 255]);
      expect(bytes([-100, 0, 100], display, { window: 0 })).toEqual([0, 128, 255]);
      const { window, warnings } = render(frameOf(Int16Array.of(-100, 0, 100), display));
      expect(window?.from).toBe('percentile');
      expect(warnings).toMatchObject([{ code: 'WINDOW', tag: 0x00281051 }]);
      const usable = { center: 0, width: 50 };
      const two = render(
        frameOf(Int16Array.of(1), { ...display, windows: [{ center, width }, usable] }),
      );
      expect(two.window).toMatchObject({ ...usable, from: 'file' });
      expect(two.warnings).toHaveLength(1);
    }
  });
  it('K03 finds a window or a VOI LUT by its name, whatever its case, and tells no names of the file', () => {
    const named = [
      { center: 50, width: 100, explanation: 'SOFT ' },
      { center: 500, width: 1000, explanation: 'Lung' },
    ];
    const lut = { first: 0, bits: 8, data: Uint16Array.of(9, 8), explanation: 'NORMAL' };
    const frame = frameOf(Int16Array.of(0, 1), { windows: named, voiLuts: [lut, lut] });
    expect(render(frame, { window: ' lung' }).window).toMatchObject({ center: 500, from: 'file' });
    expect(render(frame, { window: 'Soft' }).window).toMatchObject({ center: 50 });
    expect(render(frame, { voiLut: 'normal' }).voiLut).toEqual({
      number: 0,
      explanation: 'NORMAL',
    });
    expect(render(frame, { voiLut: 1 }).voiLut).toEqual({ number: 1, explanation: 'NORMAL' });
    expect([...render(frame, { voiLut: 1 }).data]).toEqual([9, 8]);
    for (const options of [{ window: 'bone' }, { window: 2 }, { voiLut: 2 }, { voiLut: 'x' }]) {
      expect(() => render(frame, options)).toThrow(/USAGE: .*a number below 2, or a name/);
      expect(() => render(frame, options)).not.toThrow(/SOFT|Lung|NORMAL/);
    }
  });
  it('K03 is that with the number in the file, not the next one where that is broken', () => {
    const lut = (number, entry) => ({
      ...{ number, first: 0, bits: 8, data: Uint16Array.of(entry) },
    });
    const frame = frameOf(Int16Array.of(0, 1), {
      windows: [{ number: 1, center: 50, width: 100 }],
      voiLuts: [lut(1, 10), lut(2, 20)],
      written: { windows: 2, voiLuts: 3, realWorldValues: 0 },
    });
    expect([...render(frame, { voiLut: 1 }).data]).toEqual([10, 10]);
    expect(render(frame, { voiLut: 2 }).voiLut).toEqual({ number: 2 });
    expect(render(frame).voiLut).toEqual({ number: 1 });
    expect(render(frame, { window: 1 }).window).toMatchObject({ center: 50 });
    for (const options of [{ voiLut: 0 }, { window: 0 }]) {
      expect(() => render(frame, options)).toThrow(/^USAGE: .*is broken.*see the warnings/);
    }
    expect(() => render(frame, { voiLut: 3 })).toThrow(/^USAGE: .*no such/);
  });
  it('is refused where callers that were not compiled ask for what is none', () => {
    const named = frameOf(Uint8Array.of(1), { windows });
    const rgb = frameOf(
      Uint8Array.of(1, 2, 3),
      {},
      {
        ...{ columns: 1, samplesPerPixel: 3, photometricInterpretation: 'RGB' },
      },
    );
    const wrong = [
      ...[{ window: null }, { window: true }, { window: 0n }, { window: {} }, { window: [1, 2] }],
      ...[{ voi: 'foo' }, { voi: null }, { voiLut: null }, { voiLut: {} }],
      { window: { center: 40, width: 400, function: 'sigmoid' } },
      { window: { center: Number.NaN, width: 400 } },
      ...[{ overlays: 5 }, { overlays: 'all' }, { overlays: ['0x6000'] }, { overlays: null }],
      ...[{ realWorldValues: true }, { realWorldValues: null }, null, 5],
    ];
    for (const options of wrong) {
      for (const frame of [named, rgb]) {
        expect(codeOf(() => render(frame, options))).toBe('USAGE');
      }
    }
    const texts = { window: { center: '40', width: '400' } };
    expect(() => render(named, texts)).toThrow(
      /numbers center and width, found center "40", width "400"/,
    );
    expect(() => render(named, { voi: 'foo' })).toThrow(/found "foo"/);
  });
});
describe('the full range', () => {
  it('shows the lowest value black, the highest white, and says so', () => {
    const image = render(
      frameOf(Int16Array.of(-1000, 0, 3000), { rescale: { slope: 2, intercept: 10 } }),
    );
    expect([...image.data]).toEqual([0, 64, 255]);
    expect(image.window).toEqual({
      ...{ center: 2010, width: 8000, function: 'LINEAR_EXACT', from: 'percentile' },
    });
  });
  it('is the window of PS3.3 C.11.2.1.2.1 note 4', () => {
    const frame = frameOf(Int16Array.from({ length: 4001 }, (_, i) => i - 1000));
    const note4 = { center: (-1000 + 3000 + 1) / 2, width: 3000 + 1000 + 1 };
    expect(render(frame, { voi: 'full' }).data).toEqual(render(frame, { window: note4 }).data);
  });
  it('makes the same picture when its window is given back', () => {
    for (const data of [
      Int16Array.of(3, 5, 9),
      Float32Array.of(1e-6, 2e-6, 7e-6),
      Int16Array.of(4),
    ]) {
      const image = render(frameOf(data));
      expect(render(frameOf(data), { window: image.window }).data).toEqual(image.data);
    }
  });
  it('goes before windows and tables when it is asked for', () => {
    const display = {
      windows: [{ center: 0, width: 1 }],
      voiLuts: [{ first: 0, bits: 8, data: Uint16Array.of(7) }],
    };
    expect(bytes([10, 20, 30], display, { voi: 'full' })).toEqual([0, 128, 255]);
  });
  it('of one single value is black, also for floats and for large ones', () => {
    for (const value of [0, -5, 1e-30, 1e300, 2 ** 53]) {
      expect([...render(frameOf(Float64Array.of(value, value))).data]).toEqual([0, 0]);
    }
  });
  it('of one bit is 0 to 1, even where only one of them occurs', () => {
    expect([...render(frameOf(Uint8Array.of(1, 1), {}, { bitsStored: 1 })).data]).toEqual([
      255, 255,
    ]);
    expect([...render(frameOf(Uint8Array.of(0, 0), {}, { bitsStored: 1 })).data]).toEqual([0, 0]);
    for (const voi of ['full', 'percentile']) {
      const full = frameOf(Uint8Array.of(1, 1), {}, { bitsStored: 1 });
      expect([...render(full, { voi }).data]).toEqual([255, 255]);
    }
  });
  it('K04 K16 of one bit is of modality values, and of the sign where that is the bit', () => {
    const bits = { bitsStored: 1 };
    for (const voi of [undefined, 'full']) {
      const up = { rescale: { slope: 1000, intercept: 100 } };
      expect([...render(frameOf(Uint8Array.of(0, 1), up, bits), { voi }).data]).toEqual([0, 255]);
      const down = { rescale: { slope: -1000, intercept: 0 } };
      expect([...render(frameOf(Uint8Array.of(0, 1), down, bits), { voi }).data]).toEqual([255, 0]);
      expect([...render(frameOf(Int8Array.of(0, -1), {}, bits), { voi }).data]).toEqual([255, 0]);
      expect([...render(frameOf(Int8Array.of(-1, -1), {}, bits), { voi }).data]).toEqual([0, 0]);
      const modalityLut = { first: 0, bits: 8, data: Uint16Array.of(200, 100) };
      expect([...render(frameOf(Uint8Array.of(0, 1), { modalityLut }, bits)).data]).toEqual([
        255, 0,
      ]);
    }
  });
  it('K16 may be wider than a double can say', () => {
    const data = Float64Array.of(-1.7e308, 0, 1.7e308, 1);
    for (const voi of [undefined, 'full']) {
      const { window, data: shown, warnings } = render(frameOf(data), { voi });
      expect([...shown]).toEqual([0, 128, 255, 128]);
      expect(warnings).toEqual([]);
      expect(render(frameOf(data), { window }).data).toEqual(shown);
    }
  });
  it('K16 of nothing but infinite values is black, and says so', () => {
    const overflow = { rescale: { slope: 1e300, intercept: 0 } };
    const frames = [
      frameOf(Float64Array.of(1e300, -1e300), overflow),
      frameOf(Float32Array.of(Infinity)),
    ];
    for (const frame of frames) {
      const { window, data, warnings } = render(frame);
      expect(window).toBeUndefined();
      expect(Math.max(...data)).toBe(0);
      expect(warnings).toMatchObject([{ code: 'WINDOW' }]);
    }
    expect(render(frameOf(Float32Array.of(NaN))).warnings).toEqual([]);
  });
  it('K09 leaves padding out', () => {
    const display = { padding: { low: -2000, high: -1900 } };
    const values = [-2000, -1950, -1900, -100, 0, 100];
    expect(bytes(values, display)).toEqual([0, 0, 0, 0, 128, 255]);
  });
  it('K09 of nothing but padding is black and has no window', () => {
    const image = render(
      frameOf(Int16Array.of(-2000, -2000), { padding: { low: -2000, high: -2000 } }),
    );
    expect([...image.data]).toEqual([0, 0]);
    expect(image.window).toBeUndefined();
    expect(image.warnings).toEqual([]);
  });
});
describe('VOI LUT', () => {
  const table = { first: -2, bits: 12, data: Uint16Array.of(0, 4095, 2048, 1024) };
  const windows = [{ center: 0, width: 1 }];
  it('K05 goes before the window, and the window before it when asked for', () => {
    expect(bytes([-2, -1, 0, 1], { voiLuts: [table], windows })).toEqual([0, 255, 128, 64]);
    expect(bytes([-2, -1, 0, 1], { voiLuts: [table], windows }, { voi: 'window' })).toEqual([
      0, 0, 255, 255,
    ]);
    expect(render(frameOf(Int16Array.of(0), { voiLuts: [table] })).window).toBeUndefined();
    expect(bytes([-1, 0], { voiLuts: [table] }, { voi: 'window' })).toEqual([255, 128]);
  });
  it('K06 K07 clips before the first and beyond the last entry', () => {
    expect(bytes([-32768, -3, 2, 32767], { voiLuts: [table] })).toEqual([0, 0, 64, 64]);
  });
  it('K06 takes entries above its bits as white', () => {
    const wide = { first: 0, bits: 8, data: Uint16Array.of(0, 255, 4095) };
    expect(bytes([0, 1, 2], { voiLuts: [wide] })).toEqual([0, 255, 255]);
  });
  it('K06 of a frame made by hand without its bits is refused', () => {
    for (const bits of [0, 17, NaN, undefined]) {
      const display = { voiLuts: [{ ...table, bits: bits }] };
      expect(codeOf(() => bytes([0], display))).toBe('BAD_PIXEL_MODULE');
    }
  });
  it('K07 is as good as absent without entries', () => {
    const empty = { first: 0, bits: 16, data: new Uint16Array(0) };
    expect(bytes([1, 2, 3], { voiLuts: [empty] })).toEqual([0, 128, 255]);
    expect(bytes([1, 2, 3], { modalityLut: empty })).toEqual([0, 128, 255]);
  });
  it('K05 comes after the modality LUT, which takes the place of rescale', () => {
    const modalityLut = { first: 10, bits: 8, data: Uint16Array.of(0, 1) };
    const display = { modalityLut, rescale: { slope: 100, intercept: 7 }, voiLuts: [table] };
    expect(bytes([10, 11], display)).toEqual([128, 64]);
  });
});
