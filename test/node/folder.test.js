import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMeter } from '../../src/file/meter.js';
import { createDescriptorPool } from '../../src/node/descriptor-pool.js';
import { listFolder } from '../../src/node/folder.js';
let root = '';
let pool = createDescriptorPool();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'framedex-'));
  pool = createDescriptorPool();
});
afterEach(() => {
  pool.close();
  rmSync(root, { recursive: true });
});
function put(name, bytes = name) {
  mkdirSync(join(root, name, '..'), { recursive: true });
  writeFileSync(join(root, name), bytes);
}
function names() {
  return listFolder(root, { pool }, createMeter()).members.map((member) => member.name);
}
describe('listFolder', () => {
  it('names all files below, in natural order, and opens none', () => {
    for (const name of ['IM10', 'IM2', 'a/IM1', 'a.zip', 'b/c/d', 'B', 'IM02', 'empty']) put(name);
    mkdirSync(join(root, 'nothing'));
    expect(names()).toEqual(['a/IM1', 'a.zip', 'b/c/d', 'B', 'empty', 'IM02', 'IM2', 'IM10']);
    expect(pool.stats().opened).toBe(0);
  });
  it('gives sizes and bytes', async () => {
    put('x/y', 'twelve bytes');
    const [member] = listFolder(root, { pool }, createMeter()).members;
    expect(member?.size).toBe(12);
    const bytes = await member?.open().read(0, 100);
    expect(Buffer.from(bytes ?? []).toString()).toBe('twelve bytes');
  });
  it('reads a folder once, whatever circles links make, and by its own name', () => {
    put('a/file');
    put('z/file');
    symlinkSync(root, join(root, 'a/up'));
    symlinkSync(join(root, 'z'), join(root, 'a/zed'));
    symlinkSync('.', join(root, 'z/self'));
    expect(names()).toEqual(['a/file', 'z/file']);
  });
  it('follows links to files and to folders elsewhere', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'framedex-'));
    writeFileSync(join(elsewhere, 'far'), 'x');
    put('file');
    symlinkSync(elsewhere, join(root, 'a'));
    symlinkSync(join(root, 'file'), join(root, 'b'));
    expect(names()).toEqual(['b', 'file', 'a/far']);
    rmSync(elsewhere, { recursive: true });
  });
  it('A29: broken links and pipes are faults, and nothing hangs', () => {
    symlinkSync('nowhere', join(root, 'broken'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    put('sound');
    const { members } = listFolder(root, { pool }, createMeter());
    expect(members.map(({ name, fault }) => [name, fault?.code])).toEqual([
      ['broken', 'IO'],
      ['pipe', 'IO'],
      ['sound', undefined],
    ]);
    expect(() => members[0]?.open()).toThrow('ENOENT');
    expect(() => members[1]?.open()).toThrow('a device, pipe or socket');
  });
  it('O05: a folder that is not there throws; one below that cannot be read is a fault', () => {
    expect(() => listFolder(join(root, 'missing'), { pool }, createMeter())).toThrow('ENOENT');
    put('file');
    expect(() => listFolder(join(root, 'file'), { pool }, createMeter())).toThrow('ENOTDIR');
  });
  it.skipIf(process.getuid?.() === 0)('O05: a folder without permission is a fault', () => {
    put('a/file');
    put('b/file');
    chmodSync(join(root, 'a'), 0);
    const { members } = listFolder(root, { pool }, createMeter());
    chmodSync(join(root, 'a'), 0o700);
    expect(members.map(({ name, fault }) => [name, fault?.code])).toEqual([
      ['a/', 'IO'],
      ['b/file', undefined],
    ]);
  });
  it('P04: members and their sources end with the listing', async () => {
    put('file');
    const listing = listFolder(root, { pool }, createMeter());
    const source = listing.members[0]?.open();
    expect(source?.readSync?.(0, 4).length).toBe(4);
    await listing.close();
    expect(() => source?.readSync?.(0, 4)).toThrow('CLOSED');
    await expect(source?.read(0, 4)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => listing.members[0]?.open()).toThrow('CLOSED');
  });
});
