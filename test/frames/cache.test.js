import { describe, expect, it } from 'vitest';
import { createFrameCache } from '../../src/frames/cache.js';
import { openBuilt } from '../support/open-built.js';
import { imagePixel } from '../support/build-dicom.js';
async function frameOf(data) {
  const { file } = await openBuilt({
    elements: [...imagePixel({ rows: 1, columns: 1 }), [0x7fe00010, 'OW', [1]]],
  });
  return { ...(await file.frame(0)), data };
}
describe('the frame cache', () => {
  it('P07: counts the memory that samples hold, not only their own bytes', async () => {
    const cache = createFrameCache(1000);
    expect(cache.set('a', await frameOf(new Uint8Array(150).subarray(50)))).toBe(true);
    expect(cache.bytes).toBe(150);
  });
  it('P07: samples that are a small part of a large buffer hold none of it', async () => {
    const cache = createFrameCache(1000);
    const data = new Uint16Array(new ArrayBuffer(10_000), 8, 2).fill(7);
    expect(cache.set('a', await frameOf(data))).toBe(true);
    expect(cache.get('a')?.data).toEqual(Uint16Array.of(7, 7));
    expect(cache.get('a')?.data.buffer.byteLength).toBe(4);
    expect(cache.bytes).toBe(4);
  });
  it('P07: says what it does not keep', async () => {
    const frame = await frameOf(new Uint8Array(11));
    for (const maxBytes of [0, 10]) {
      const cache = createFrameCache(maxBytes);
      expect(cache.set('a', frame)).toBe(false);
      expect(cache.get('a')).toBeUndefined();
      expect(cache.bytes).toBe(0);
    }
  });
});
