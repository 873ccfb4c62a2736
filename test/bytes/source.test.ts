import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { isSynchronous, readExactly, readExactlySync, slice } from '../../src/bytes/source.ts';
import { whileOpen } from '../../src/bytes/while-open.ts';
import { controllableSource } from '../support/controllable-source.ts';
import { countingSource } from '../support/counting-source.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
const memory = memorySource(bytes, 'm');

describe('readExactly', () => {
  it('gives exactly the bytes', async () => {
    expect([...(await readExactly(memory, 10, 3))]).toEqual([10, 11, 12]);
    if (!isSynchronous(memory)) throw new Error('memory is synchronous');
    expect([...readExactlySync(memory, 97, 3)]).toEqual([97, 98, 99]);
  });

  it('O02: a short read is TRUNCATED with what was there, never zeros', async () => {
    const expected = {
      code: 'TRUNCATED',
      details: { name: 'm', offset: 97, needed: 4, available: 3 },
    };
    await expect(readExactly(memory, 97, 4)).rejects.toMatchObject(expected);
    const into = new Uint8Array(4);
    await expect(readExactly(memory, 97, 4, { into })).rejects.toMatchObject(expected);
    const short = controllableSource(memory, { shortReads: 1 });
    await expect(readExactly(short, 0, 2)).rejects.toMatchObject({ code: 'TRUNCATED' });
  });

  it('P05: an abort before the read rejects with its reason', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(readExactly(memory, 0, 4, { signal })).rejects.toBe(reason);
  });
});

describe('slice', () => {
  it('shifts offsets, stays within its part, and has its own name', async () => {
    const part = slice(memory, 20, 10, 'part');
    expect([part.name, part.size]).toEqual(['part', 10]);
    expect([...(await part.read(2, 3))]).toEqual([22, 23, 24]);
    expect([...(await part.read(8, 100))]).toEqual([28, 29]);
    expect((await part.read(10, 1)).length).toBe(0);
    expect((await part.read(50, 5)).length).toBe(0);
    expect([...(part.readSync?.(8, 100) ?? [])]).toEqual([28, 29]);
  });

  it('O24: reads of the source what is read of it', async () => {
    const counting = countingSource(memory);
    await slice(counting, 20, 10, 'part').read(2, 30);
    expect(counting.reads).toEqual([[22, 8]]);
  });

  it.each([
    [-2, 4],
    [0, -1],
    [0.5, 1],
    [0, NaN],
  ])('has nothing of what lies before it: %s, %s', async (at, length) => {
    const part = slice(memory, 20, 10, 'part');
    await expect(part.read(at, length)).rejects.toMatchObject({ code: 'USAGE' });
    expect(() => part.readSync?.(at, length)).toThrow('this is no part of a source');
  });

  it('is synchronous only when the source is, and fresh only when it is', () => {
    const network = countingSource(memory, { asynchronous: true });
    expect(isSynchronous(slice(network, 0, 10, 'part'))).toBe(false);
    expect(isSynchronous(slice(memory, 0, 10, 'part'))).toBe(true);
    expect(slice(memory, 0, 10, 'part').fresh).toBe(false);
    expect(slice({ ...memory, fresh: true }, 0, 10, 'part').fresh).toBe(true);
  });
});

describe('whileOpen', () => {
  it('P04: ends by its own close, and by that of what it belongs to', async () => {
    let open = true;
    const counting = countingSource(memory);
    const one = whileOpen(counting, () => open);
    const other = whileOpen(countingSource(memory, { asynchronous: true }), () => open);
    expect([...(await one.read(1, 2))]).toEqual([1, 2]);
    expect([...(one.readSync?.(1, 2) ?? [])]).toEqual([1, 2]);
    expect(isSynchronous(other)).toBe(false);
    await one.close?.();
    expect(counting.closed).toBe(true);
    await expect(one.read(1, 2)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => one.readSync?.(1, 2)).toThrow('CLOSED');
    expect((await other.read(1, 2)).length).toBe(2);
    open = false;
    await expect(other.read(1, 2)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
