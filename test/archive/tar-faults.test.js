import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTar } from '../../src/archive/tar.js';
import { memorySource } from '../../src/bytes/memory.js';
import { archiveOptions } from '../support/archive-options.js';
import { buildTar } from '../support/build-tar.js';
import { countingSource } from '../support/counting-source.js';
import { contentsOf, listTar } from '../support/list-tar.js';
import { codeOf } from '../support/open-built.js';
const text = (value) => new Uint8Array(Buffer.from(value));
const a = { name: 'a', data: text('alpha') };
const b = { name: 'dir/b', data: text('beta'.repeat(200)) };
const both = { a: 'alpha', 'dir/b': 'beta'.repeat(200) };
const lost = { a: 'alpha', '(damaged at byte 1024)': 'ZIP_FORMAT', 'dir/b': both['dir/b'] };
const bad = { checksum: '000001\0 ' };
describe('what is wrong with a tar', () => {
  it('O26: its first header: ZIP_FORMAT', async () => {
    expect(await codeOf(listTar(buildTar([{ ...a, checksum: '000001\0 ' }])))).toBe('ZIP_FORMAT');
  });
  const broken = [
    ['its checksum', { name: 'x', checksum: '000001\0 ' }, lost],
    ['no octal checksum', { name: 'x', checksum: '0000z1\0 ' }, lost],
    ['no octal size', { name: 'x', size: text('0000000000x ') }, lost],
    ['a size below 0', { name: 'x', size: new Uint8Array(12).fill(0xff) }, lost],
    [
      'a size beyond 2^53',
      { name: 'x', size: Uint8Array.from({ length: 12 }, (_, k) => (k === 0 ? 0x80 : 9)) },
      lost,
    ],
    [
      'a pax size that is none',
      { name: 'x', data: text('bytes'), pax: { size: '-1' } },
      { a: 'alpha', x: 'ZIP_FORMAT', 'dir/b': both['dir/b'] },
    ],
    ...[
      'x path=a\n',
      '99 path=a\n',
      '8 path=a',
      '9 pathxa\n9 path=b\n',
      '9 pathxa\n',
      '0 path=a\n',
      '5 =a\n',
      '99999',
    ].map((records) => [
      `a pax record that is ${JSON.stringify(records)}`,
      { name: 'x', type: 'x', data: text(records) },
      { a: 'alpha', 'dir/b': 'ZIP_FORMAT', c: 'gamma' },
    ]),
    [
      'a record for all that is none',
      { name: 'g', type: 'g', data: text('9 pathxa\n') },
      { a: 'alpha', '(file 2 and later)': 'ZIP_FORMAT' },
    ],
  ];
  it.each(broken)('O26: %s: what stands before and behind can be read', async (_, entry, found) => {
    const c = { name: 'c', data: text('gamma') };
    const rest = Object.keys(found).includes('c') ? [b, c] : [b];
    expect(await contentsOf(await listTar(buildTar([a, entry, ...rest])))).toEqual(found);
  });
  it('O26: cut anywhere, it gives what is whole, and tells of the rest', async () => {
    const tar = buildTar([a, b, { name: 'c', data: text('gamma'), pax: { path: 'C' } }]);
    for (let length = 512; length < tar.length; length += 37) {
      const warnings = [];
      const onWarning = (warning) => void warnings.push(warning);
      const found = await contentsOf(await listTar(tar.subarray(0, length), { onWarning }));
      const faults = Object.values(found).filter((value) => value === 'TRUNCATED').length;
      const ends = length >= tar.length - 1023 && length >= tar.length - 512;
      expect(faults + warnings.length, String(length)).toBeGreaterThanOrEqual(ends ? 0 : 1);
      expect(found['a']).toBe(length >= 517 ? 'alpha' : 'TRUNCATED');
      if (length >= 2048 + 512) expect(found['dir/b']).toBe(both['dir/b']);
    }
  });
  it('O26: no end, and what follows the end, are warnings', async () => {
    const second = buildTar([b]);
    const told = [
      [buildTar([a], 0), ['the tar has no end: it may have been cut']],
      [buildTar([a], 1), []],
      [buildTar([a], 20), []],
      [Buffer.concat([buildTar([a], 20), second]), ['what follows the end of the tar is not read']],
    ];
    for (const [tar, messages] of told) {
      const warnings = [];
      const onWarning = ({ code, message }) => {
        expect(code).toBe('ZIP_FORMAT');
        warnings.push(message);
      };
      expect(await contentsOf(await listTar(tar, { onWarning }))).toEqual({ a: 'alpha' });
      expect(warnings).toEqual(messages);
    }
  });
  it('N21: limits of members, of bytes of headers, and of a member', async () => {
    const many = buildTar(Array.from({ length: 11 }, (_, k) => ({ name: `${k}` })));
    const limits = { ...archiveOptions().limits, members: 10 };
    expect(await codeOf(listTar(many, { limits }))).toBe('ZIP_LIMIT');
    const wordy = buildTar([{ name: 'x', pax: { comment: 'c'.repeat(5000) } }]);
    expect(await codeOf(listTar(wordy, { limits: { ...limits, directoryBytes: 5000 } }))).toBe(
      'ZIP_LIMIT',
    );
    const chain = buildTar(Array.from({ length: 100 }, () => ({ name: 'x', type: 'x' })));
    expect(await codeOf(listTar(chain, { limits: { ...limits, directoryBytes: 5000 } }))).toBe(
      'ZIP_LIMIT',
    );
    const list = (block) => {
      block[482] = 1;
    };
    const more = Buffer.alloc(512, 1);
    const sparse = buildTar([{ name: 'x', type: 'S', change: list, magic: 'ustar  \0' }], 0);
    const lists = Buffer.concat([sparse, ...Array.from({ length: 20 }, () => more), buildTar([a])]);
    expect(await codeOf(listTar(lists, { limits: { ...limits, directoryBytes: 5000 } }))).toBe(
      'ZIP_LIMIT',
    );
    const big = await listTar(buildTar([a, b]), { limits: { ...limits, memberBytes: 100 } });
    expect(await contentsOf(big)).toEqual({ a: 'alpha', 'dir/b': 'ZIP_LIMIT' });
  });
  it('O26: errors about a member name the tar too', async () => {
    const { members, close } = await listTar(buildTar([a, { name: 'link', type: '2' }]));
    expect(members[1]?.fault?.details.name).toBe('m.tar!/link');
    const source = members[0]?.open();
    expect(source?.name).toBe('a');
    await close();
    await expect(source?.read(0, 1)).rejects.toMatchObject({ details: { name: 'm.tar!/a' } });
  });
  it('P05: a signal that has aborted', async () => {
    const signal = AbortSignal.abort('no');
    expect(await codeOf(listTar(buildTar([a]), { signal }))).toBe('no');
  });
});
describe('a damaged header in a tar', () => {
  // As long as two ends of a tar, and what is no header either.
  const zeros = new Uint8Array(5000);
  it('O26: what comes behind is listed, with what is said of it; ids go on', async () => {
    const c = { name: 'cut', data: text('gamma'), pax: { path: 'C' } };
    const tar = buildTar([a, { name: 'x', data: zeros, longName: 'lost', ...bad }, b, c]);
    const { members } = await listTar(tar);
    expect(members.map(({ id, name }) => [id, name])).toEqual([
      ['tar#0', 'a'],
      ['tar#1', '(damaged at byte 2048)'],
      ['tar#2', 'dir/b'],
      ['tar#3', 'C'],
    ]);
    expect(await contentsOf(await listTar(tar))).toEqual({
      ...both,
      '(damaged at byte 2048)': 'ZIP_FORMAT',
      C: 'gamma',
    });
    const { fault } = members[1] ?? {};
    expect(fault?.details).toMatchObject({ name: 'm.tar', offset: 2048 });
  });
  it('O26: one fault for each stretch, whatever was in it', async () => {
    const x = { name: 'x', data: zeros, ...bad };
    expect(await contentsOf(await listTar(buildTar([a, x, x, b, x, a, x])))).toEqual({
      ...both,
      '(damaged at byte 1024)': 'ZIP_FORMAT',
      '(damaged at byte 13824)': 'ZIP_FORMAT',
      'a (2)': 'alpha',
      '(file 6 and later)': 'ZIP_FORMAT',
    });
  });
  it('O26: a long name before it is not that of the next', async () => {
    const x = { name: 'x', longName: 'y', pax: { path: 'z', size: '1' }, ...bad };
    expect(Object.keys(await contentsOf(await listTar(buildTar([a, x, b]))))).toEqual([
      'a',
      expect.stringContaining('damaged'),
      'dir/b',
    ]);
  });
  it('N21: no more is looked through than a directory may take, and none of it twice', async () => {
    const x = { name: 'x', data: new Uint8Array(100_000), ...bad };
    const tar = buildTar([a, x, b]);
    const source = countingSource(memorySource(tar, 'm.tar'));
    const near = archiveOptions({ limits: { directoryBytes: 50_000 } });
    expect(await contentsOf(await openTar(source, near))).toEqual({
      a: 'alpha',
      '(file 2 and later)': 'ZIP_FORMAT',
    });
    expect(source.bytesRead).toBeLessThan(50_000 + 65_536 + 4096);
    source.forget();
    const far = archiveOptions({ limits: { directoryBytes: 101_000 } });
    expect(await contentsOf(await openTar(source, far))).toEqual(lost);
    expect(source.bytesRead).toBeLessThanOrEqual(tar.length + 1024);
    const { members } = await listTar(buildTar([a, x, b]), {
      used: { members: 0, directoryBytes: 0 },
    });
    expect(members).toHaveLength(3);
    const limits = archiveOptions({ limits: { members: 2 } });
    expect(await codeOf(openTar(memorySource(tar, 'm.tar'), limits))).toBe('ZIP_LIMIT');
  });
  it('P05: a signal ends the search', async () => {
    const stop = new AbortController();
    const tar = buildTar([a, { name: 'x', data: new Uint8Array(100_000), ...bad }, b]);
    const onProgress = (done) => {
      if (done > 50_000) stop.abort('enough');
      expect(done).toBeLessThan(52_000);
    };
    expect(await codeOf(listTar(tar, { signal: stop.signal, onProgress }))).toBe('enough');
  });
  it.skipIf(!hasTar())('O26: GNU tar finds the same behind it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'framedex-'));
    try {
      const names = ['1', '2', '3', '4', '5'];
      for (const name of names) writeFileSync(join(folder, name), name.repeat(2000));
      const path = join(folder, 'x.tar');
      execFileSync('tar', ['-cf', path, '-C', folder, ...names]);
      const tar = new Uint8Array(readFileSync(path));
      // The third of five, each of a header and four blocks.
      tar.fill(0x55, 2 * 5 * 512, 2 * 5 * 512 + 300);
      writeFileSync(path, tar);
      mkdirSync(join(folder, 'out'));
      const unpack = ['-xf', path, '-C', join(folder, 'out')];
      expect(() => execFileSync('tar', unpack, { stdio: 'ignore' })).toThrow();
      const found = await contentsOf(await listTar(tar));
      expect(found).toMatchObject({ '(damaged at byte 5120)': 'ZIP_FORMAT' });
      for (const name of ['1', '2', '4', '5']) {
        expect(found[name]).toBe(readFileSync(join(folder, 'out', name), 'utf8'));
      }
      expect(Object.keys(found)).toHaveLength(5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
describe('long names and extended headers', () => {
  const LONGEST = 4096;
  const name = (length) => 'n'.repeat(length);
  it.each([
    ['a GNU long name', (path) => ({ longName: path, name: 'x' })],
    ['a pax path', (path) => ({ pax: { path }, name: 'x' })],
    ['a pax path for all', (path) => ({ global: { path }, name: 'x' })],
  ])('N21: %s of more than 4096 bytes is a fault, and shown cut', async (_, entry) => {
    const [longest, one = a, umlauts = a] = [
      name(LONGEST),
      name(LONGEST + 1),
      `n${'ä'.repeat(LONGEST / 2)}`,
    ].map((path) => ({ ...entry(path), data: text('1') }));
    expect(await contentsOf(await listTar(buildTar([longest ?? a])))).toEqual({
      [name(LONGEST)]: '1',
    });
    const { members } = await listTar(buildTar([one]));
    expect(members.map((member) => [member.name, member.fault?.code])).toEqual([
      [name(255), 'ZIP_NAME'],
    ]);
    expect(members[0]?.fault?.message.length).toBeLessThan(500);
    // Not as if the beginning of a character were one of Latin-1.
    expect((await listTar(buildTar([umlauts]))).members[0]?.name).toBe(`n${'ä'.repeat(254)}`);
  });
  it('N21: the name of a sparse file too', async () => {
    const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.name': name(5000) };
    const { members } = await listTar(buildTar([{ name: 'x', pax }, a]));
    expect(members.map(({ fault }) => fault?.code)).toEqual(['ZIP_NAME', undefined]);
  });
  it('N21: a long name that ends like that of a folder is none for being cut', async () => {
    const longName = `${name(LONGEST - 1)}/${name(9)}`;
    const { members } = await listTar(buildTar([{ name: 'x', longName }]));
    expect(members[0]?.fault?.code).toBe('ZIP_NAME');
  });
  it('N21: no more is read of a long name than a name may have, and nothing of that of a link', async () => {
    const long = text(`${name(3_000_000)}\0`);
    for (const [type, found, most] of [
      ['L', 'ZIP_NAME', 2 * 4096],
      ['K', 'alpha', 4096],
    ]) {
      const tar = buildTar([{ name: 'long', type, data: long }, a, b]);
      const source = countingSource(memorySource(tar, 'm.tar'));
      const listing = await openTar(source, archiveOptions());
      expect(source.bytesRead).toBeLessThan(most + 4096);
      expect(Object.values(await contentsOf(listing))).toEqual([found, both['dir/b']]);
    }
  });
  it('N21: an extended header of more than 1 MiB is a fault of its file, and not read', async () => {
    const comment = name(2 ** 20);
    const tar = buildTar([{ ...a, pax: { comment } }, b]);
    const source = countingSource(memorySource(tar, 'm.tar'));
    const listing = await openTar(source, archiveOptions());
    expect(source.bytesRead).toBeLessThan(16 * 1024);
    expect(await contentsOf(listing)).toEqual({ ...both, a: 'ZIP_LIMIT' });
    const fits = buildTar([{ ...a, pax: { comment: name(2 ** 20 - 99), path: 'A' } }, b]);
    expect(await contentsOf(await listTar(fits))).toEqual({ A: 'alpha', 'dir/b': both['dir/b'] });
    // Of all that follow, it may say anything.
    const all = buildTar([a, { ...a, name: 'c', global: { comment } }, b]);
    expect(await contentsOf(await listTar(all))).toEqual({
      a: 'alpha',
      '(file 2 and later)': 'ZIP_LIMIT',
    });
  });
  it('N21: a length that goes beyond the end', async () => {
    for (const type of ['L', 'K', 'x', 'g']) {
      const tar = buildTar([a, { name: 'x', type, size: 2 ** 32 - 1 }], 0);
      const listing = await listTar(tar);
      expect(await contentsOf(listing)).toEqual({ a: 'alpha', '(file 2 and later)': 'TRUNCATED' });
      expect(listing.members[1]?.fault?.details).toEqual({
        ...{ name: 'm.tar', offset: 1536, needed: 2 ** 32 - 1, available: 0 },
        advice: 'Get the archive again from where it came',
      });
    }
  });
  it('O26: what is said of all holds until it is said anew, and gives way to what is said of one', async () => {
    const data = text('1');
    const tar = buildTar([
      { name: '1', data, global: { path: 'all', comment: 'none' } },
      { name: '2', data, global: { comment: 'none', mtime: '1' } },
      { name: '3', data, pax: { path: 'own' } },
      { name: '4', data, pax: { path: '' } },
      { name: '5', data: text('12345'), size: 0, global: { path: '', size: '5' } },
      { name: '6', data, pax: { size: '1' } },
      { name: '7', data, global: { size: '' } },
      { name: '8', data, global: { 'GNU.sparse.major': '1' } },
    ]);
    expect(await contentsOf(await listTar(tar))).toEqual({
      ...{ all: '1', 'all (2)': '1', own: '1', 4: '1', 5: '12345', 6: '1', 7: '1' },
      8: 'ZIP_METHOD',
    });
  });
});
function hasTar() {
  try {
    execFileSync('tar', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
