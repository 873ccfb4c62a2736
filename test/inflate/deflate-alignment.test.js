import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { alignedInput } from '../../src/inflate/deflate-alignment.js';
import { DATA_KINDS } from '../support/deflate-streams.js';
const plain = DATA_KINDS.text(5000);
const stream = new Uint8Array(deflateRawSync(plain));
/** The stream, `bit` bits later; ones before and behind it. */
function shifted(bit) {
  const bytes = new Uint8Array(stream.length + 1).fill(0xff);
  for (let at = 0; at < 8 * stream.length; at++) {
    const isSet = ((stream[at >> 3] ?? 0) >> (at & 7)) & 1;
    const to = at + bit;
    if (isSet === 0) bytes[to >> 3] = (bytes[to >> 3] ?? 0) & ~(1 << (to & 7));
  }
  return bytes;
}
describe('alignedInput', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'O23: lets zlib begin at bit %i of a byte, whatever is before it',
    (bit) => {
      const bytes = shifted(bit);
      const before = bytes.slice();
      const input = alignedInput(bytes, bit);
      expect(Buffer.compare(inflateRawSync(input), plain)).toBe(0);
      const dictionary = Buffer.from('what was inflated before');
      const options = { dictionary, finishFlush: constants.Z_SYNC_FLUSH };
      expect(Buffer.compare(inflateRawSync(input, options), plain)).toBe(0);
      expect(bytes).toEqual(before);
    },
  );
  it('O23: adds 16 bytes at most, and copies nothing where a byte begins', () => {
    const bytes = shifted(0);
    expect(alignedInput(bytes, 0)).toBe(bytes);
    const added = [1, 2, 3, 4, 5, 6, 7].map(
      (bit) => alignedInput(bytes, bit).length - bytes.length,
    );
    expect(added).toEqual([14, 1, 15, 2, 11, 3, 12]);
  });
});
