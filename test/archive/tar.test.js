import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
const long = `${'directory/'.repeat(15)}file`;
describe('openTar', () => {
  it('O26: lists files in their order, without directories; ids and sizes are told', async () => {
    const listing = await listTar(buildTar([{ name: 'dir/', type: '5' }, a, b]));
    expect(listing.name).toBe('m.tar');
    expect(
      listing.members.map(({ id, size, compressedSize }) => [id, size, compressedSize]),
    ).toEqual([
      ['tar#1', 5, 5],
      ['tar#2', 800, 800],
    ]);
    expect(await contentsOf(listing)).toEqual(both);
  });
  const forms = [
    ['the prefix of ustar', { name: 'file', prefix: 'some/where' }, 'some/where/file'],
    ['a GNU long name', { name: long.slice(0, 100), longName: long, magic: 'ustar  \0' }, long],
    ['a pax path', { name: 'cut', pax: { path: `${long}é`, mtime: '1.5' } }, `${long}é`],
    ['a pax path that is emptied again', { name: 'own', pax: { path: '' } }, 'own'],
    ['the oldest form', { name: 'old', magic: '', type: '\0' }, 'old'],
    [
      'GNU, whose times are no prefix',
      { name: 'g', magic: 'ustar  \0', prefix: '13777777777' },
      'g',
    ],
    ['a contiguous file', { name: 'seven', type: '7' }, 'seven'],
    ['a type that nobody knows', { name: 'other', type: 'Q' }, 'other'],
    ['./ before it', { name: './/./x/y' }, 'x/y'],
    ['a name in Latin-1', { name: new Uint8Array([0x65, 0xe9]) }, 'eé'],
    ['100 bytes without an end', { name: 'n'.repeat(100) }, 'n'.repeat(100)],
  ];
  it.each(forms)('O26: %s', async (_, entry, name) => {
    const tar = buildTar([{ data: text('some bytes'), ...entry }, a]);
    expect(await contentsOf(await listTar(tar))).toEqual({ [name]: 'some bytes', a: 'alpha' });
  });
  it('O26: sizes in base 256, in pax and in spaces, and signed checksums', async () => {
    const data = text('some bytes');
    const base256 = new Uint8Array(12);
    base256.set([0x80], 0);
    base256[11] = data.length;
    const signed = buildTar([{ name: new Uint8Array([0xe9]), data }], 0);
    const block = Buffer.from(signed.subarray(0, 512));
    const sum = Number.parseInt(block.toString('latin1', 148, 154), 8) - 256;
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const tars = [
      buildTar([{ name: 'é', data, size: base256 }]),
      buildTar([{ name: 'é', data, size: 3, pax: { size: '10' } }]),
      buildTar([{ name: 'é', data, size: text('         12 ') }]),
      buildTar([{ name: 'x', data, global: { path: 'é' } }]),
      Buffer.concat([block, signed.subarray(512), Buffer.alloc(1024)]),
    ];
    for (const tar of tars)
      expect(await contentsOf(await listTar(tar))).toEqual({ é: 'some bytes' });
  });
  it('O26: names are unique; those with control characters are faults, and shown without', async () => {
    const names = ['x', 'x', 'x (2)', 'a\nb', ''];
    const tar = buildTar(names.map((name) => ({ name, data: text('1') })));
    expect(await contentsOf(await listTar(tar))).toEqual({
      x: '1',
      'x (2)': '1',
      'x (2) (2)': '1',
      'a\ufffdb': 'ZIP_NAME',
      '': 'ZIP_NAME',
    });
  });
  it('O26: what is no file has a fault, and no bytes', async () => {
    const sparse = (block) => {
      block[482] = 1;
    };
    const more = Buffer.alloc(512);
    more[504] = 1;
    const tar = Buffer.concat([
      buildTar(
        [
          { name: 'hard', type: '1', size: 999, linkName: 'a' },
          { name: 'soft', type: '2', linkName: '/etc/passwd' },
          { name: 'character', type: '3' },
          { name: 'block', type: '4' },
          { name: 'pipe', type: '6' },
          { name: 'label', type: 'V' },
          { name: 'dump/', type: 'D', data: text('names') },
          { name: 'volume', type: 'M', data: text('rest') },
          { name: 'pax-sparse', pax: { 'GNU.sparse.major': '1' }, data: text('map') },
          a,
        ],
        0,
      ),
      buildTar([{ name: 'sparse', type: 'S', size: 5, change: sparse, magic: 'ustar  \0' }], 0),
      more,
      Buffer.alloc(512),
      Buffer.from('holes'.padEnd(512, '\0')),
      buildTar([b]),
    ]);
    expect(await contentsOf(await listTar(tar))).toEqual({
      hard: 'ZIP_SYMLINK',
      soft: 'ZIP_SYMLINK',
      character: 'IO',
      block: 'IO',
      pipe: 'IO',
      volume: 'ZIP_FORMAT',
      'pax-sparse': 'ZIP_METHOD',
      a: 'alpha',
      sparse: 'ZIP_METHOD',
      'dir/b': both['dir/b'],
    });
  });
});
it('O26: a tar of nothing is a listing of nothing', async () => {
  for (const blocks of [1, 2, 20]) {
    expect((await listTar(buildTar([], blocks))).members).toEqual([]);
  }
});
it('O24: no byte of a file is read when it is listed, and each then where it is', async () => {
  const pixels = new Uint8Array(100_000).fill(7);
  for (const asynchronous of [false, true]) {
    const tar = buildTar([
      { name: 'x', data: pixels },
      { name: 'y', data: pixels, pax: { path: 'z' } },
    ]);
    const source = countingSource(memorySource(tar, 'm.tar'), { asynchronous });
    const progress = [];
    const onProgress = (done, total) => {
      expect(total).toBe(tar.length);
      progress.push(done);
    };
    const { members, close } = await openTar(source, archiveOptions({ onProgress }));
    // Two headers, an extended one and its records, and the end with what is behind it.
    expect(source.bytesRead).toBeLessThanOrEqual(6 * 512);
    expect(progress).toEqual([...progress].sort((one, other) => one - other));
    source.forget();
    const y = members[1]?.open();
    expect(await y?.read(50_000, 16)).toEqual(pixels.subarray(0, 16));
    expect(source.reads).toEqual([[512 + 100_352 + 1024 + 512 + 50_000, 16]]);
    await close();
    expect(source.closed).toBe(true);
    expect(await codeOf(y?.read(0, 1) ?? Promise.resolve())).toBe('CLOSED');
  }
});
it('O24: headers that are near each other are read together', async () => {
  const small = Array.from({ length: 1000 }, (_, k) => ({
    name: `${k}`,
    data: text('x'),
    pax: { path: `d/${k}` },
  }));
  const tar = buildTar(small);
  const source = countingSource(memorySource(tar, 'm.tar'));
  expect((await openTar(source, archiveOptions())).members).toHaveLength(1000);
  expect(source.reads.length).toBeLessThan((2 * tar.length) / 65536);
  expect(source.bytesRead).toBeLessThanOrEqual(tar.length + 65536);
});
describe('tars of others', () => {
  const has = (command) => {
    try {
      execFileSync(command, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  const files = {
    [`${'d'.repeat(60)}/${'e'.repeat(60)}/f`]: 'in directories',
    IM1: 'x'.repeat(70_000),
    empty: '',
    'ü/é': 'names',
  };
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'framedex-'));
    for (const [name, value] of Object.entries(files)) {
      mkdirSync(join(folder, 'in', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'in', name), value);
    }
    symlinkSync('IM1', join(folder, 'in', 'link'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  it.skipIf(!has('tar')).each(['gnu', 'oldgnu', 'pax', 'ustar', 'v7'])(
    'O26: GNU tar, %s',
    async (format) => {
      const names = Object.keys(files);
      // The oldest form has no room for long names.
      const taken = format === 'v7' ? names.slice(1) : [...names, 'n'.repeat(99)];
      writeFileSync(join(folder, 'in', 'n'.repeat(99)), '');
      const path = join(folder, `${format}.tar`);
      execFileSync('tar', [
        '-cf',
        path,
        `--format=${format}`,
        '-C',
        join(folder, 'in'),
        ...taken,
        'link',
      ]);
      const expected = Object.fromEntries(taken.map((name) => [name, files[name] ?? '']));
      const tar = new Uint8Array(readFileSync(path));
      expect(await contentsOf(await listTar(tar))).toEqual({ ...expected, link: 'ZIP_SYMLINK' });
    },
  );
  it.skipIf(!has('tar'))('O26: GNU tar, a whole folder and a sparse file', async () => {
    const path = join(folder, 'sparse.tar');
    const script = `cd ${folder} && mkdir s && truncate -s 1M s/hole && echo end >> s/hole && echo z > s/z`;
    execFileSync('sh', ['-c', script]);
    for (const format of ['gnu', 'pax']) {
      execFileSync('tar', ['-cSf', path, `--format=${format}`, '-C', join(folder, 's'), '.']);
      const found = await contentsOf(await listTar(new Uint8Array(readFileSync(path))));
      expect(found).toEqual({ hole: 'ZIP_METHOD', z: 'z\n' });
    }
  });
  it.skipIf(!has('python3')).each(['GNU', 'PAX', 'USTAR'])(
    'O26: tarfile of Python, %s',
    async (format) => {
      const path = join(folder, 'python.tar');
      const script = `import sys, tarfile
with tarfile.open(sys.argv[1], "w", format=tarfile.${format}_FORMAT) as tar: tar.add(sys.argv[2], ".")`;
      execFileSync('python3', ['-c', script, path, join(folder, 'in')]);
      const found = await contentsOf(await listTar(new Uint8Array(readFileSync(path))));
      expect(found).toMatchObject({ ...files, link: 'ZIP_SYMLINK' });
    },
  );
});
