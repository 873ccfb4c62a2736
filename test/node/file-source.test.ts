import {
  appendFileSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExactly } from '../../src/bytes/source.ts';
import { createDescriptorPool } from '../../src/node/descriptor-pool.ts';
import { openFileSource } from '../../src/node/file-source.ts';

const content = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) >>> 3);
const pool = createDescriptorPool();
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
});
afterAll(() => {
  pool.close();
  rmSync(folder, { recursive: true });
});

function file(name: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('openFileSource', () => {
  for (const io of ['sync', 'async'] as const) {
    it(`io ${io}: any range, into given and new memory`, async () => {
      const source = openFileSource(file('ranges'), { pool, io });
      expect(source.size).toBe(content.length);
      expect(source.fresh).toBe(true);
      const ranges = [
        [0, 10],
        [5, 65_536],
        [5, 65_537],
        [0, 300_000],
        [299_999, 1],
        [7, 0],
      ] as const;
      for (const [offset, length] of ranges) {
        const expected = content.subarray(offset, offset + length);
        const bytes = await source.read(offset, length);
        expect(Buffer.compare(bytes, expected)).toBe(0);
        expect(bytes.buffer.byteLength).toBe(length);
        const into = new Uint8Array(length + 5);
        const view = await source.read(offset, length, { into });
        expect(view.buffer).toBe(into.buffer);
        expect(Buffer.compare(view, expected)).toBe(0);
        if (source.readSync === undefined) continue;
        expect(Buffer.compare(source.readSync(offset, length), expected)).toBe(0);
        expect(source.readSync(offset, length, into).length).toBe(length);
      }
    });

    it(`io ${io}: a read over the end is short, one beyond it empty`, async () => {
      const source = openFileSource(file('end'), { pool, io });
      expect((await source.read(299_990, 1000)).length).toBe(10);
      expect((await source.read(299_990, 2 ** 40)).length).toBe(10);
      expect((await source.read(400_000, 10)).length).toBe(0);
      await expect(readExactly(source, 299_990, 11)).rejects.toMatchObject({
        code: 'TRUNCATED',
        details: { offset: 299_990, needed: 11, available: 10 },
      });
    });

    it(`P04 io ${io}: reads fail after close; close twice is the same`, async () => {
      const source = openFileSource(file('closing'), { pool, io, smallRead: 65_536 });
      const underWay = source.read(0, 200_000);
      await source.close?.();
      await source.close?.();
      expect((await underWay).length).toBe(200_000);
      await expect(source.read(0, 1)).rejects.toMatchObject({ code: 'CLOSED' });
      if (io === 'sync') expect(() => source.readSync?.(0, 1)).toThrow('CLOSED');
    });

    it(`P05 io ${io}: an aborted read rejects with the reason itself`, async () => {
      const source = openFileSource(file('abort'), { pool, io, smallRead: 65_536 });
      const reason = new Error('enough');
      await expect(source.read(0, 10, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const { signal } = controller;
      const large = source.read(0, 200_000, { signal });
      controller.abort(reason);
      await expect(large).rejects.toBe(reason);
      expect((await source.read(0, 200_000)).length).toBe(200_000);
    });

    it(`O06 io ${io}: a file cut while it is open is changed, not short`, async () => {
      const path = file('cut');
      const source = openFileSource(path, { pool, io });
      await source.read(0, 1);
      truncateSync(path, 1000);
      await expect(source.read(900, 1000)).rejects.toMatchObject({
        code: 'SOURCE_CHANGED',
        details: { name: path, offset: 900 },
      });
      if (io === 'sync') expect(() => source.readSync?.(900, 1000)).toThrow('SOURCE_CHANGED');
    });

    it(`O07 io ${io}: what is no part of it is refused, not read from somewhere else`, async () => {
      const source = openFileSource(file('parts'), { pool, io });
      for (const [offset, length] of [
        [-5, 10],
        [0, -1],
        [0.5, 1],
        [0, NaN],
      ] as const) {
        await expect(source.read(offset, length)).rejects.toMatchObject({ code: 'USAGE' });
      }
      expect([...(await source.read(content.length + 5, 10))]).toEqual([]);
    });

    it(`O07 io ${io}: a file rewritten in place gives no byte of the new as if of the old`, async () => {
      const path = file('rewritten');
      const source = openFileSource(path, { pool, io });
      await source.read(0, 1);
      writeFileSync(path, new Uint8Array(content.length));
      utimesSync(path, 1, 1);
      await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      await expect(source.read(0, 100_000)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    });

    it(`O09 io ${io}: a file that grows is SOURCE_CHANGED: it may as well be another`, async () => {
      const path = file('growing');
      const source = openFileSource(path, { pool, io });
      await source.read(0, 1);
      appendFileSync(path, 'more');
      await expect(source.read(0, 1000)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
      if (io === 'sync') expect(() => source.readSync?.(0, 1000)).toThrow('SOURCE_CHANGED');
    });

    it(`O09 io ${io}: a file that is written anew is SOURCE_CHANGED, be it as long`, async () => {
      const path = file('anew');
      const source = openFileSource(path, { pool, io });
      await source.read(0, 1);
      writeFileSync(
        path,
        content.map((byte) => byte ^ 1),
      );
      utimesSync(path, 1, 1);
      await expect(source.read(0, 1000)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    });
  }

  it('io async has no readSync', () => {
    expect('readSync' in openFileSource(file('a'), { pool, io: 'async' })).toBe(false);
  });

  it('holds a descriptor only while it reads', async () => {
    const own = createDescriptorPool({ max: 1 });
    const first = openFileSource(file('one'), { pool: own });
    const second = openFileSource(file('two'), { pool: own });
    await Promise.all([first.read(0, 200_000), second.read(0, 200_000), first.read(0, 10)]);
    expect(own.stats().open).toBe(1);
    own.close();
    expect(own.stats().open).toBe(0);
  });

  it('means the same file when the working directory changes', async () => {
    const path = file('relative');
    const before = process.cwd();
    const own = createDescriptorPool({ max: 1 });
    const source = openFileSource(relative(before, path), { pool: own });
    own.release(own.acquire(file('evicts')));
    process.chdir('/');
    try {
      expect((await source.read(0, 10)).length).toBe(10);
    } finally {
      process.chdir(before);
      own.close();
    }
  });

  it('O05: a missing file is an IO error with its path, at once', () => {
    const path = join(folder, 'missing');
    expect(() => openFileSource(path, { pool })).toThrow(`IO: ${path}`);
  });
});
