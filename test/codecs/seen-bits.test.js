import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seenBits } from '../../src/codecs/seen-bits.js';
describe('seenBits', () => {
  it('has the bits of all cells, of any size, wherever they lie in memory', () => {
    const picture = fc.record({
      cellBytes: fc.constantFrom(1, 2, 4),
      count: fc.nat(9),
      before: fc.nat(7),
      fill: fc.array(fc.nat(255), { minLength: 64, maxLength: 64 }),
    });
    fc.assert(
      fc.property(picture, ({ cellBytes, count, before, fill }) => {
        const memory = Uint8Array.from(fill);
        const cells = memory.subarray(before, before + count * cellBytes);
        let expected = 0;
        for (let at = 0; at < cells.length; at += cellBytes) {
          let cell = 0;
          for (let k = cellBytes - 1; k >= 0; k--) cell = cell * 256 + (cells[at + k] ?? 0);
          expected = Number(BigInt(expected) | BigInt(cell));
        }
        expect(seenBits(cells, cellBytes)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
