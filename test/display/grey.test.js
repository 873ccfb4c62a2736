import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/display/render.js';
import { frameOf } from './frame-of.js';
const ARRAYS = [
  (values) => Int8Array.from(values),
  (values) => Int16Array.from(values),
  (values) => Int32Array.from(values),
  (values) => Float32Array.from(values),
  (values) => Float64Array.from(values),
  (values) => BigInt64Array.from(values, BigInt),
];
/** PS3.3 C.11.1.1.1: values before the first entry take the first, those beyond the last the last. */
function entryOf({ first, data }, value) {
  const at = Math.round(value - first);
  return data[at < 0 ? 0 : Math.min(at, data.length - 1)] ?? NaN;
}
const table = fc.record({
  first: fc.integer({ min: -100, max: 100 }),
  bits: fc.constantFrom(8, 12, 16),
  data: fc
    .array(fc.nat(255), { minLength: 1, maxLength: 300 })
    .map((list) => Uint16Array.from(list)),
});
describe('the grey pipeline in the order of PS3.4 N.2', () => {
  const cases = fc.record({
    values: fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 600 }),
    array: fc.constantFrom(...ARRAYS),
    rescale: fc.record({
      slope: fc.constantFrom(1, -1, 0.5, -2.25),
      intercept: fc.integer({ min: -50, max: 50 }),
    }),
    modalityLut: fc.option(table, { nil: undefined }),
    voiLut: table,
    padding: fc.option(fc.constant({ low: -128, high: -120 }), { nil: undefined }),
    inverse: fc.boolean(),
    monochrome1: fc.boolean(),
    invert: fc.boolean(),
    bitDepth: fc.constantFrom(8, 16),
  });
  it('K05 K08 K09 K16 agrees with an oracle for tables, padding, inversion and every signed type', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { rescale, modalityLut, voiLut, padding, inverse, invert, monochrome1 } = one;
        const frame = frameOf(
          one.array(one.values),
          { rescale, modalityLut, voiLuts: [voiLut], padding, inverse },
          { photometricInterpretation: monochrome1 ? 'MONOCHROME1' : 'MONOCHROME2' },
        );
        const white = one.bitDepth === 16 ? 65_535 : 255;
        const { data } =
          one.bitDepth === 16 ? render(frame, { invert, bitDepth: 16 }) : render(frame, { invert });
        one.values.forEach((stored, k) => {
          const modality =
            modalityLut === undefined
              ? stored * rescale.slope + rescale.intercept
              : entryOf(modalityLut, stored);
          const grey = (entryOf(voiLut, modality) / (2 ** voiLut.bits - 1)) * white;
          // PS3.3 C.7.6.3.1.2 and C.11.6.1.2: MONOCHROME1 and INVERSE are one, and come last.
          const isInverted = (monochrome1 || inverse) !== invert;
          const isPadding = padding !== undefined && stored <= padding.high;
          const wanted = isPadding ? 0 : isInverted ? white - grey : grey;
          if (Math.abs((data[k] ?? NaN) - wanted) > 0.5 + 1e-6)
            throw new Error(`stored value ${stored}: ${data[k]}, not ${wanted}`);
        });
        expect(data.length).toBe(one.values.length);
      }),
      { numRuns: 200 },
    );
  });
});
