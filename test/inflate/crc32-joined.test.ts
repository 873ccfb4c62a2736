import { describe, expect, it } from 'vitest';
import { joinedCrc32 } from '../../src/inflate/crc32-joined.ts';
import { noise } from '../support/noise.ts';
import { crc32 } from '../support/outside.ts';

describe('joinedCrc32', () => {
  it('is that of the bytes in one piece, wherever they are cut', () => {
    const bytes = noise(5000);
    for (const at of [0, 1, 2, 7, 8, 255, 256, 4095, 4999, 5000]) {
      const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(joinedCrc32(crc32(before), crc32(behind), behind.length)).toBe(crc32(bytes));
    }
  });

  it('goes beyond 4 GiB: ten of 512 MiB of nothing, by halves and by tenths', () => {
    const part = 2 ** 29;
    const zeros = Array.from({ length: 30 }, (_, power) => power).slice(1);
    // 2^29 zeros from one, by doubling.
    let [sum, length] = [crc32(new Uint8Array(1)), 1];
    for (const power of zeros) {
      sum = joinedCrc32(sum, sum, length);
      length *= 2;
      expect(length).toBe(2 ** power);
    }
    expect(length).toBe(part);
    const two = joinedCrc32(sum, sum, part);
    const four = joinedCrc32(two, two, 2 * part);
    const eight = joinedCrc32(four, four, 4 * part);
    let tenfold = sum;
    for (let more = 1; more < 10; more++) tenfold = joinedCrc32(tenfold, sum, part);
    expect(tenfold).toBe(joinedCrc32(two, eight, 8 * part));
  });
});
