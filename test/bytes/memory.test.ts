import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);

describe('memorySource', () => {
  it('gives views: no byte is copied', async () => {
    const source = memorySource(bytes, 'm');
    expect([source.name, source.size]).toEqual(['m', 100]);
    const view = await source.read(10, 5);
    expect(view.buffer).toBe(bytes.buffer);
    expect(view.byteOffset).toBe(10);
    expect(source.readSync?.(10, 5).buffer).toBe(bytes.buffer);
    expect(source.fresh ?? false).toBe(false);
  });

  it('keeps to a view that is a part of its memory', async () => {
    const source = memorySource(bytes.subarray(40, 50), 'part');
    expect([...(await source.read(8, 100))]).toEqual([48, 49]);
    expect((await source.read(10, 1)).length).toBe(0);
    expect((await source.read(2 ** 40, 1)).length).toBe(0);
  });

  it('puts bytes into given memory', async () => {
    const into = new Uint8Array(8);
    const view = await memorySource(bytes, 'm').read(97, 8, { into });
    expect(view.buffer).toBe(into.buffer);
    expect([...view]).toEqual([97, 98, 99]);
    expect([...into]).toEqual([97, 98, 99, 0, 0, 0, 0, 0]);
  });

  it.each([
    [-5, 10],
    [-5, 3],
    [0, -1],
    [0.5, 1],
    [0, NaN],
  ])('refuses what is no part of it: %s, %s', async (offset, length) => {
    const source = memorySource(bytes, 'm');
    await expect(source.read(offset, length)).rejects.toMatchObject({ code: 'USAGE' });
    expect(() => source.readSync(offset, length)).toThrow('this is no part of a source');
  });

  it('P05: rejects, and does not throw, when aborted', async () => {
    const reason = new Error('enough');
    const read = memorySource(bytes, 'm').read(0, 1, { signal: AbortSignal.abort(reason) });
    await expect(read).rejects.toBe(reason);
  });
});
