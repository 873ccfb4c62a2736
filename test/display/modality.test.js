import { describe, expect, it } from 'vitest';
import { modalityValues } from '../../src/display/modality.js';
import { frameOf } from './frame-of.js';
describe('modality values (PS3.3 C.11.1)', () => {
  it('are HU of CT, in memory of their own', () => {
    const stored = Int16Array.of(0, 1024, -2000);
    const values = modalityValues(frameOf(stored, { rescale: { slope: 1, intercept: -1024 } }));
    expect(values).toEqual(Float32Array.of(-1024, 0, -3024));
    expect(stored).toEqual(Int16Array.of(0, 1024, -2000));
  });
  it('keep every bit of 32-bit samples', () => {
    const values = modalityValues(frameOf(Uint32Array.of(0xfffffffe, 0xffffffff)));
    expect(values).toEqual(Float64Array.of(0xfffffffe, 0xffffffff));
  });
  it('are not of cells, which have other bits beside', () => {
    const frame = frameOf(Uint16Array.of(1), {}, { cells: true });
    expect(() => modalityValues(frame)).toThrow(/^USAGE: .*cells/);
  });
  it('come from the modality LUT where the file has one', () => {
    const modalityLut = { first: 10, bits: 16, data: Uint16Array.of(7, 8, 9) };
    const frame = frameOf(Uint8Array.of(0, 11, 200), {
      modalityLut,
      rescale: { slope: 2, intercept: 0 },
    });
    expect(modalityValues(frame)).toEqual(Float32Array.of(7, 8, 9));
  });
});
