import { describe, expect, it } from 'vitest';
import { base64Of, bytesOf } from '../../src/file/saved-index-base64.js';
import { noise } from '../support/noise.js';
describe('bytes in a saved index', () => {
  it('R80: are base64 as RFC 4648 10 has it', () => {
    const texts = {
      '': '',
      f: 'Zg==',
      fo: 'Zm8=',
      foo: 'Zm9v',
      foob: 'Zm9vYg==',
      fooba: 'Zm9vYmE=',
    };
    for (const [text, base64] of Object.entries({ ...texts, foobar: 'Zm9vYmFy' })) {
      expect(base64Of(new TextEncoder().encode(text))).toBe(base64);
    }
  });
  it('R80: are the same when they come back, whatever their number', () => {
    for (const length of [
      0, 1, 2, 3, 255, 256, 8191, 8192, 8193, 32_766, 32_767, 32_768, 100_000,
    ]) {
      const bytes = noise(length);
      const text = base64Of(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(bytesOf(text, { path: '' })).toEqual(Uint8Array.from(bytes));
    }
    const all = Uint8Array.from({ length: 3 * 4096 }, (_, at) => {
      const bits = ((at / 3) | 0) * 4097;
      return (bits >> (16 - 8 * (at % 3))) & 255;
    });
    expect(base64Of(all)).toBe(Buffer.from(all).toString('base64'));
  });
});
