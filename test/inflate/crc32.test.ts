import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/inflate/crc32.ts';
import { crc32 as zlibCrc32 } from '../support/outside.ts';

describe('crc32', () => {
  it('knows its check value', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });

  it('is that of zlib, for every length and start, in one piece and in two', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => (at * at * 7919) >>> 3);
    for (let length = 0; length < 60; length++) {
      const part = bytes.subarray(length, 3 * length + 9);
      expect(crc32(part)).toBe(zlibCrc32(part));
      const middle = length >>> 1;
      expect(crc32(part.subarray(middle), crc32(part.subarray(0, middle)))).toBe(zlibCrc32(part));
    }
  });
});
