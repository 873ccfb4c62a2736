import { describe, expect, it } from 'vitest';
import { blobSource } from '../../src/bytes/blob.ts';
import { readExactly } from '../../src/bytes/source.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
const source = blobSource(new Blob([bytes.subarray(0, 60), bytes.subarray(60)]), 'b');

describe('blobSource', () => {
  it('reads any range, as new memory each time', async () => {
    expect([source.name, source.size, source.fresh]).toEqual(['b', 100, true]);
    const one = await source.read(58, 4);
    const two = await source.read(58, 4);
    expect([...one]).toEqual([58, 59, 60, 61]);
    expect(one.buffer).not.toBe(two.buffer);
    expect('readSync' in source).toBe(false);
  });

  it('is short at the end, empty beyond it', async () => {
    expect([...(await source.read(98, 10))]).toEqual([98, 99]);
    expect((await source.read(200, 10)).length).toBe(0);
    await expect(readExactly(source, 98, 10)).rejects.toMatchObject({ code: 'TRUNCATED' });
  });

  it.each([
    [-5, 10],
    [-5, 3],
    [0, -1],
    [0.5, 1],
    [0, NaN],
  ])('refuses what is no part of it: %s, %s', async (offset, length) => {
    await expect(source.read(offset, length)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('puts bytes into given memory', async () => {
    const into = new Uint8Array(8);
    const view = await source.read(3, 4, { into });
    expect(view.buffer).toBe(into.buffer);
    expect([...into]).toEqual([3, 4, 5, 6, 0, 0, 0, 0]);
  });

  it('P05: rejects with the reason of an abort, before and during the read', async () => {
    const reason = new Error('enough');
    await expect(source.read(0, 1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const read = source.read(0, 1, { signal: controller.signal });
    controller.abort(reason);
    await expect(read).rejects.toBe(reason);
  });
});
