import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDescriptorPool } from '../../src/node/descriptor-pool.js';
import { openFileSource } from '../../src/node/file-source.js';
/** What the next calls do: an error of that code, or no more than so many bytes. */
const faults = vi.hoisted(() => ({ open: [], read: [] }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal();
  const failure = (code) => Object.assign(new Error(code), { code });
  const openSync = (...args) => {
    const fault = faults.open.shift();
    if (fault !== undefined) throw failure(fault);
    return fs.openSync(...args);
  };
  const readSync = (fd, bytes, at, length, from) => {
    const fault = faults.read.shift();
    if (typeof fault === 'string') throw failure(fault);
    return fs.readSync(fd, bytes, at, Math.min(length, fault ?? length), from);
  };
  const read = (fd, bytes, at, length, from, callback) => {
    const fault = faults.read.shift();
    if (typeof fault === 'string') setImmediate(callback, failure(fault), 0);
    else fs.read(fd, bytes, at, Math.min(length, fault ?? length), from, callback);
  };
  return { ...fs, openSync, readSync, read };
});
const content = Uint8Array.from({ length: 100_000 }, (_, index) => index >>> 2);
let folder = '';
let path = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  path = join(folder, 'file');
  writeFileSync(path, content);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  faults.open.length = 0;
  faults.read.length = 0;
});
describe('reads that fail', () => {
  for (const io of ['sync', 'async']) {
    it(`O01 io ${io}: EIO at the k-th read is an IO error with cause and offset`, async () => {
      const before = readdirSync('/proc/self/fd').length;
      const pool = createDescriptorPool();
      const source = openFileSource(path, { pool, io });
      faults.read.push(10, 10, 'EIO');
      await expect(source.read(100, 1000)).rejects.toMatchObject({
        code: 'IO',
        cause: { code: 'EIO' },
        details: { name: path, offset: 120 },
      });
      expect((await source.read(100, 1000)).length).toBe(1000);
      pool.close();
      expect(readdirSync('/proc/self/fd').length).toBe(before);
    });
    it(`O02 io ${io}: short reads are read on; a read that ends early stays short`, async () => {
      const pool = createDescriptorPool();
      const source = openFileSource(path, { pool, io });
      faults.read.push(1, 7, 4096, 3);
      const bytes = await source.read(5, 90_000);
      expect(Buffer.compare(bytes, content.subarray(5, 90_005))).toBe(0);
      faults.read.push(1, 7, 0);
      // The file itself is as it was: then the short read is the reader's to judge.
      expect((await source.read(5, 90_000)).length).toBe(8);
      pool.close();
    });
    it(`O03 io ${io}: EINTR and EAGAIN are tried again, not for ever`, async () => {
      const pool = createDescriptorPool();
      const source = openFileSource(path, { pool, io });
      faults.read.push('EINTR', 10, 'EAGAIN', 'EINTR');
      expect((await source.read(0, 1000)).length).toBe(1000);
      faults.read.push(...Array.from({ length: 9 }, () => 'EAGAIN'));
      await expect(source.read(0, 1000)).rejects.toMatchObject({ cause: { code: 'EAGAIN' } });
      pool.close();
    });
  }
});
describe('too many open files', () => {
  it('O04: EMFILE closes what nobody reads and tries once more', () => {
    for (const code of ['EMFILE', 'ENFILE']) {
      const pool = createDescriptorPool();
      const other = join(folder, `other-${code}`);
      const read = join(folder, `read-${code}`);
      for (const name of [other, read]) writeFileSync(name, 'x');
      const held = pool.acquire(read);
      pool.release(pool.acquire(other));
      faults.open.push(code);
      pool.release(pool.acquire(path));
      expect(pool.stats()).toEqual({ open: 2, opened: 3, closed: 1 });
      pool.release(held);
      pool.close();
    }
  });
  it('O04: EMFILE again is an IO error that says what to do', () => {
    const pool = createDescriptorPool();
    faults.open.push('EMFILE', 'EMFILE');
    const advice = 'cannot open the file, found EMFILE. Raise the limit of open files (ulimit -n)';
    expect(() => openFileSource(path, { pool })).toThrow(`IO: ${path}: ${advice}`);
    expect(openFileSource(path, { pool }).size).toBe(content.length);
    pool.close();
  });
  it('O05: EACCES is an IO error with the path', () => {
    const pool = createDescriptorPool();
    faults.open.push('EACCES');
    expect(() => openFileSource(path, { pool })).toThrow(`${path}: cannot open the file`);
    pool.close();
  });
});
