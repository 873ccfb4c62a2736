import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { painterOf, storedValues } from '../../src/display/stored-values.js';
/** Any rule will do, if no value beside another one has the same sample. */
function sampleOf(value) {
  return (value * 40503 + 7) & 0xffff;
}
const grey = (values, into) => {
  values.forEach((value, k) => (into[k] = sampleOf(value)));
  // It may change the values in their place.
  values.fill(NaN);
};
const colours = (values, into) => {
  values.forEach((value, k) => into.set([sampleOf(value), sampleOf(value + 1), 9], 3 * k));
};
const FRAMES = [
  fc.uint8Array({ minLength: 12, maxLength: 12 }),
  fc.int8Array({ minLength: 12, maxLength: 12 }),
  fc.uint16Array({ minLength: 12, maxLength: 12 }),
  fc.int16Array({ minLength: 12, maxLength: 12 }),
  fc.int32Array({ minLength: 12, maxLength: 12 }),
];
describe('painters of stored values', () => {
  it('give each value its sample, in whichever row it is met first', () => {
    fc.assert(
      fc.property(fc.oneof(...FRAMES), (data) => {
        const { paint } = painterOf(storedValues(data, 12), grey, 1);
        for (const start of [4, 0, 8, 4]) {
          const row = new Uint16Array(4);
          paint(start, 4, row);
          expect([...row]).toEqual(Array.from(data.subarray(start, start + 4), sampleOf));
        }
      }),
    );
  });
  it('give each value its colour', () => {
    fc.assert(
      fc.property(fc.oneof(...FRAMES), (data) => {
        const { paint } = painterOf(storedValues(data, 12), colours, 3);
        const row = new Uint16Array(36);
        paint(0, 12, row);
        const wanted = Array.from(data, (value) => [sampleOf(value), sampleOf(value + 1), 9]);
        expect([...row]).toEqual(wanted.flat());
      }),
    );
  });
  it('add exactly what they paint, also where values are met for the first time', () => {
    const rows = Int16Array.of(-32768, 5, 5, 32767, -1, 700, 5, 0);
    const { add } = painterOf(storedValues(rows, 8), grey, 1);
    for (const sums of [new Uint32Array(4), new Float64Array(4)]) {
      add?.(0, 4, 3, sums);
      add?.(4, 4, 50, sums);
      const wanted = [0, 1, 2, 3].map(
        (x) => 3 * sampleOf(rows[x] ?? 0) + 50 * sampleOf(rows[4 + x] ?? 0),
      );
      expect(add).toBeDefined();
      expect([...sums]).toEqual(wanted);
    }
  });
});
describe('histograms of stored values', () => {
  it('go from the lowest value that occurs to the highest, and are new for each caller', () => {
    const { narrow } = storedValues(Int16Array.of(2, -1, 2, 0, -1, 2, 9999), 6);
    const first = narrow?.histogram();
    expect([...(first?.values ?? [])]).toEqual([-1, 0, 1, 2]);
    expect([...(first?.counts ?? [])]).toEqual([2, 1, 0, 3]);
    first?.values.fill(NaN);
    expect([...(narrow?.histogram().values ?? [])]).toEqual([-1, 0, 1, 2]);
  });
  it('hold the ends of all kinds of 16 and 8 bits', () => {
    const ends = (data) => {
      const values = storedValues(data, data.length).narrow?.histogram().values;
      return [values?.[0], values?.at(-1)];
    };
    expect(ends(Int16Array.of(32767, -32768))).toEqual([-32768, 32767]);
    expect(ends(Uint16Array.of(65535, 0))).toEqual([0, 65535]);
    expect(ends(Int8Array.of(127, -128))).toEqual([-128, 127]);
    expect(ends(Uint8Array.of(255, 3))).toEqual([3, 255]);
  });
});
