import { describe, expect, it } from 'vitest';
import { realWorldValues } from '../../src/display/real-world-values.js';
import { render } from '../../src/display/render.js';
import { frameOf } from './frame-of.js';
const unit = { code: '{SUVbw}g/ml', scheme: 'UCUM', meaning: 'SUV body weight' };
const SUV = {
  ...{ number: 0, first: 0, last: 100, slope: 0.5, intercept: -1, label: 'SUV', unit },
};
const TABLE = {
  ...{
    number: 1,
    first: 2,
    last: 4,
    slope: 1,
    intercept: 0,
    label: 'T2 ',
    table: Float64Array.of(7, 8.5, 9),
  },
};
describe('real world values (PS3.3 C.7.6.16.2.11)', () => {
  const display = { realWorldValues: [SUV, TABLE], rescale: { slope: 3, intercept: 3 } };
  it('are of stored values, and NaN where the map does not reach', () => {
    const stored = Int16Array.of(-1, 0, 3, 100, 101);
    const found = realWorldValues(frameOf(stored, display));
    expect(found).toEqual({
      values: Float32Array.of(NaN, -1, 0.5, 49, NaN),
      label: 'SUV',
      unit,
    });
    expect(stored).toEqual(Int16Array.of(-1, 0, 3, 100, 101));
  });
  it('come from a table where the map has one, by number or label', () => {
    const frame = frameOf(Uint32Array.of(1, 2, 3, 4, 5), display);
    const wanted = Float64Array.of(NaN, 7, 8.5, 9, NaN);
    expect(realWorldValues(frame, 1).values).toEqual(wanted);
    expect(realWorldValues(frame, 't2').values).toEqual(wanted);
    const big = frameOf(BigInt64Array.of(1n, 2n, 3n), display);
    expect(realWorldValues(big, 1).values).toEqual(Float64Array.of(NaN, 7, 8.5));
  });
  it('of a map that is not there are refused, and its text is not told', () => {
    const frame = frameOf(Uint8Array.of(1), display);
    for (const which of [2, -1, 0.5, 'ADC']) {
      expect(() => realWorldValues(frame, which)).toThrow(/USAGE: .*a number below 2, or a name/);
      expect(() => realWorldValues(frame, which)).not.toThrow(/SUV|T2/);
    }
    expect(() => realWorldValues(frameOf(Uint8Array.of(1)))).toThrow(
      /USAGE: .*a frame that has one/,
    );
  });
  it('are of the map with that number in the file, not of the next one where it is broken', () => {
    const written = { windows: 0, voiLuts: 0, realWorldValues: 3 };
    const maps = [SUV, { ...TABLE, number: 2 }];
    const frame = frameOf(Uint32Array.of(2), { realWorldValues: maps, written });
    expect(realWorldValues(frame, 2).label).toBe('T2 ');
    expect(() => realWorldValues(frame, 1)).toThrow(/^USAGE: .*is broken.*1 of 3.*warnings/);
    expect(() => render(frame, { realWorldValues: 1 })).toThrow(/^USAGE: .*is broken/);
    expect(() => realWorldValues(frame, 3)).toThrow(/^USAGE: .*no such/);
  });
  it('are not of cells', () => {
    const frame = frameOf(Uint8Array.of(1), display, { cells: true });
    expect(() => realWorldValues(frame)).toThrow(/^USAGE: .*cells/);
  });
  it('are shown in place of modality values, not by the windows of the file', () => {
    const windows = [{ center: 0, width: 1 }];
    const frame = frameOf(Int16Array.of(-5, 0, 50, 100), { ...display, windows });
    const image = render(frame, { realWorldValues: 'SUV' });
    expect(image.window).toMatchObject({ center: 24, width: 50, from: 'percentile' });
    expect([...image.data]).toEqual([0, 0, 128, 255]);
    // What the map does not reach is background, whichever way the picture is inverted.
    expect([...render(frame, { realWorldValues: 0, invert: true }).data]).toEqual([0, 255, 127, 0]);
    const window = { center: 0, width: 2, function: 'LINEAR_EXACT' };
    expect([...render(frame, { realWorldValues: 0, window }).data]).toEqual([0, 0, 255, 255]);
    expect(() => render(frame, { realWorldValues: 0, window: 0 })).toThrow(/^USAGE: /);
  });
  it('have no meaning in colour', () => {
    const rgb = { photometricInterpretation: 'RGB', samplesPerPixel: 3, columns: 1 };
    const frame = frameOf(Uint8Array.of(1, 2, 3), display, rgb);
    expect(() => render(frame, { realWorldValues: 0 })).toThrow(/^USAGE: /);
  });
});
