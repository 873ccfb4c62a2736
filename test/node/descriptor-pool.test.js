import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDescriptorPool } from '../../src/node/descriptor-pool.js';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
function file(name, bytes = name) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
function openFiles() {
  return readdirSync('/proc/self/fd').length;
}
function thrownBy(act) {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
describe('createDescriptorPool', () => {
  it('opens a path once, and keeps no more than max', () => {
    const pool = createDescriptorPool({ max: 3 });
    const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => file(name));
    for (const path of [...paths, ...paths.slice(2), ...paths.slice(2)]) {
      pool.release(pool.acquire(path));
    }
    expect(pool.stats()).toEqual({ open: 3, opened: 5, closed: 2 });
    pool.close();
    expect(pool.stats()).toEqual({ open: 0, opened: 5, closed: 5 });
  });
  it('P03: a descriptor evicted while it is read is closed by its last reader, once', () => {
    const pool = createDescriptorPool({ max: 1 });
    const before = openFiles();
    const path = file('first');
    const one = pool.acquire(path);
    const two = pool.acquire(path);
    expect(two).toBe(one);
    pool.release(pool.acquire(file('second')));
    expect(pool.stats().open).toBe(2);
    pool.release(one);
    expect(pool.stats()).toMatchObject({ open: 2, closed: 0 });
    pool.release(two);
    expect(pool.stats()).toMatchObject({ open: 1, closed: 1 });
    pool.release(two);
    expect(pool.stats()).toMatchObject({ open: 1, closed: 1 });
    expect(openFiles()).toBe(before + 1);
    pool.close();
    expect(openFiles()).toBe(before);
  });
  it('P01: 1,000 files and 20,000 reads by 16 readers never hold more than max + 16', async () => {
    const pool = createDescriptorPool({ max: 8 });
    const paths = Array.from({ length: 1000 }, (_, index) => file(`many-${index}`));
    const before = openFiles();
    let most = 0;
    let next = 0;
    const reader = async () => {
      for (let turn = next; turn < 20_000; turn = next) {
        next += 1;
        const descriptor = pool.acquire(paths[(turn * 7919) % paths.length] ?? '');
        if (turn % 3 === 0) await Promise.resolve();
        if (turn % 500 === 0) most = Math.max(most, openFiles() - before);
        pool.release(descriptor);
      }
    };
    await Promise.all(Array.from({ length: 16 }, reader));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(24);
    expect(pool.stats().open).toBe(8);
    pool.close();
    expect(openFiles()).toBe(before);
  });
  it('P10: closes what is idle, by a timer that does not keep the process', async () => {
    const pool = createDescriptorPool({ idleMs: 20 });
    pool.release(pool.acquire(file('idle')));
    const held = pool.acquire(file('held'));
    expect(process.getActiveResourcesInfo()).not.toContain('FSReqCallback');
    await delay(120);
    expect(pool.stats()).toMatchObject({ open: 1, closed: 1 });
    pool.release(held);
    await delay(120);
    expect(pool.stats()).toMatchObject({ open: 0, closed: 2 });
    pool.close();
  });
  it('a closed pool lets readers finish and opens nothing more', () => {
    const pool = createDescriptorPool();
    const path = file('late');
    const held = pool.acquire(path);
    pool.close();
    pool.close();
    expect(pool.stats().open).toBe(1);
    pool.release(held);
    expect(pool.stats().open).toBe(0);
    expect(() => pool.acquire(path)).toThrow('CLOSED');
  });
});
describe('a file that changes', () => {
  const changes = [
    [
      'O07: rewritten in place, same size',
      (path) => {
        writeFileSync(path, 'xxxxxxx');
        utimesSync(path, 1, 1);
      },
    ],
    ['O08: renamed over', (path) => renameSync(file('other', '7 bytes'), path)],
    ['O09: grown', (path) => appendFileSync(path, 'more')],
    ['O06: cut', (path) => writeFileSync(path, '')],
  ];
  for (const [what, change] of changes) {
    it(`${what} is not reopened as if it were the same`, () => {
      const pool = createDescriptorPool({ max: 1 });
      const path = file('changing', '7 bytes');
      const first = pool.acquire(path);
      pool.release(first);
      pool.release(pool.acquire(file('evicts it')));
      change(path);
      expect(() => pool.acquire(path, first.identity)).toThrow('SOURCE_CHANGED');
      expect(pool.stats().open).toBe(1);
      pool.close();
    });
    it(`${what}: who opens it anew gets the new file, whoever holds the old keeps it`, () => {
      const pool = createDescriptorPool();
      const path = file('anew', '7 bytes');
      const first = pool.acquire(path);
      change(path);
      const second = pool.acquire(path);
      expect(second).not.toBe(first);
      expect(second.identity).not.toEqual(first.identity);
      expect(pool.stats().open).toBe(2);
      pool.release(first);
      expect(pool.stats().open).toBe(1);
      pool.release(second);
      pool.close();
    });
  }
  it('O08: a deleted file is still read through the open descriptor, and then gone', () => {
    const pool = createDescriptorPool();
    const path = file('deleted');
    const first = pool.acquire(path);
    pool.release(first);
    rmSync(path);
    expect(pool.acquire(path, first.identity)).toBe(first);
    pool.release(first);
    pool.close();
    const later = createDescriptorPool();
    expect(() => later.acquire(path, first.identity)).toThrow('ENOENT');
  });
});
describe('paths that cannot be read', () => {
  const pool = createDescriptorPool();
  it('O05: a missing file, a circle of links, a name with NUL', () => {
    const loop = join(folder, 'loop');
    symlinkSync(loop, loop);
    const cases = [
      [join(folder, 'missing'), 'ENOENT'],
      [join(file('plain'), 'below'), 'ENOTDIR'],
      [loop, 'ELOOP'],
      [`${folder}/a\0b`, 'ERR_INVALID_ARG_VALUE'],
    ];
    for (const [path, code] of cases) {
      expect(thrownBy(() => pool.acquire(path))).toMatchObject({
        code: 'IO',
        details: { name: path, found: code },
        cause: { code },
      });
    }
  });
  it.skipIf(process.getuid?.() === 0)('O05: a file without permission', () => {
    const path = file('secret');
    chmodSync(path, 0);
    expect(() => pool.acquire(path)).toThrow('EACCES');
  });
  it('A29: a folder, a FIFO, a device and a socket are refused at once', async () => {
    const before = openFiles();
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const socket = join(folder, 'socket');
    const server = createServer();
    await new Promise((resolve) => {
      server.listen(socket, resolve);
    });
    for (const path of [folder, fifo, '/dev/zero', socket]) {
      expect(thrownBy(() => pool.acquire(path))).toMatchObject({
        code: 'IO',
        details: { name: path },
      });
    }
    await new Promise((resolve) => server.close(resolve));
    expect(openFiles()).toBe(before);
    expect(pool.stats().open).toBe(0);
  });
});
