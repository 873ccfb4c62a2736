import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeInflater } from '../../src/node/inflater.js';
const plain = Uint8Array.from({ length: 300_000 }, (_, index) => (index * index) >>> 7);
const deflated = new Uint8Array(deflateRawSync(plain));
const name = 'x';
describe('nodeInflater', () => {
  for (const way of ['inflate', 'inflateSync']) {
    const run = async (...args) => nodeInflater[way](...args);
    it(`${way} gives the bytes whatever size is expected`, async () => {
      for (const expected of [undefined, 0, 1, 1000, plain.length, 2 ** 40]) {
        const { bytes, used } = await run(deflated, { limit: 2 ** 31, expected, name });
        expect(Buffer.compare(bytes, plain)).toBe(0);
        expect(used).toBe(deflated.length);
        expect(Buffer.isBuffer(bytes)).toBe(false);
      }
    });
    it(`${way} tells where the stream ends when bytes follow it`, async () => {
      const longer = new Uint8Array([...deflated, 1, 2, 3, 4, 5]);
      const { bytes, used } = await run(longer, { limit: plain.length, name });
      expect([bytes.length, used]).toEqual([plain.length, deflated.length]);
    });
    it(`${way} stops at the limit, at exactly as many bytes`, async () => {
      const { bytes } = await run(deflated, { limit: plain.length, name });
      expect(bytes.length).toBe(plain.length);
      await expect(run(deflated, { limit: plain.length - 1, name })).rejects.toMatchObject({
        code: 'INFLATE_LIMIT',
        details: { limit: plain.length - 1, name },
      });
    });
    it(`${way} refuses a stream that is cut, and one that is broken, with the cause`, async () => {
      const cut = await run(deflated.subarray(0, 1000), { limit: 1e6, name }).catch(
        (error) => error,
      );
      expect(cut).toMatchObject({ code: 'INFLATE', cause: { code: 'Z_BUF_ERROR' } });
      await expect(run(new Uint8Array([7, 1, 2]), { limit: 1e6, name })).rejects.toMatchObject({
        code: 'INFLATE',
        cause: { code: 'Z_DATA_ERROR' },
      });
    });
  }
  it('N21: a bomb dies at its limit without the memory that it asks for', () => {
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(2 ** 27)));
    const before = process.memoryUsage().arrayBuffers;
    const options = { limit: 4096, expected: 2 ** 40, name };
    expect(() => nodeInflater.inflateSync(bomb, options)).toThrow('INFLATE_LIMIT');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
  it('an expected size sets aside no more than the input can inflate to', () => {
    const tiny = new Uint8Array(deflateRawSync(new Uint8Array(10)));
    const before = process.memoryUsage().arrayBuffers;
    const { bytes } = nodeInflater.inflateSync(tiny, { limit: 2 ** 40, expected: 2 ** 40, name });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
    expect(bytes.length).toBe(10);
    expect(bytes.buffer.byteLength).toBeLessThan(100_000);
  });
  it('inflates the first bytes of a stream as far as they go', () => {
    const first = nodeInflater.inflatePrefixSync(deflated.subarray(0, 4096), { limit: 1e6, name });
    expect(first.length).toBeGreaterThan(4096);
    expect(Buffer.compare(first, plain.subarray(0, first.length))).toBe(0);
  });
  it('gives memory that no other buffer shares', () => {
    const small = new Uint8Array(deflateRawSync(new Uint8Array(8)));
    const a = nodeInflater.inflateSync(small, { limit: 100, name });
    const b = nodeInflater.inflateSync(small, { limit: 100, name });
    expect(a.bytes.buffer).not.toBe(b.bytes.buffer);
  });
  it('sums nothing, with and without memory, to what was before', () => {
    for (const nothing of [new Uint8Array(0), Buffer.allocUnsafeSlow(0), plain.subarray(5, 5)]) {
      expect(nodeInflater.crc32(nothing, 5)).toBe(5);
      expect(nodeInflater.crc32(nothing)).toBe(0);
    }
  });
});
