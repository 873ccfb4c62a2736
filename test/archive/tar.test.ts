import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveOptions } from '../../src/archive/archive-options.ts';
import { openTar } from '../../src/archive/tar.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Listing } from '../../src/collection/listing.ts';
import { isFramedexError, type Warning } from '../../src/errors.ts';
import { archiveOptions } from '../support/archive-options.ts';
import { buildTar, type TarEntry } from '../support/build-tar.ts';
import { countingSource } from '../support/counting-source.ts';
import { codeOf } from '../support/open-built.ts';

function list(tar: Uint8Array, given: Partial<ArchiveOptions> = {}): Promise<Listing> {
  return openTar(memorySource(tar, 'm.tar'), archiveOptions(given));
}

/** What each member holds, or the code of its fault. */
async function contents(listing: Listing): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const member of listing.members) {
    try {
      const source = member.open();
      const bytes = await source.read(0, source.size);
      expect([source.size, bytes.length]).toEqual([member.size, member.size]);
      found[member.name] = Buffer.from(bytes).toString();
      await source.close?.();
    } catch (error) {
      expect(error).toBe(member.fault);
      found[member.name] = isFramedexError(error) ? error.code : String(error);
    }
  }
  return found;
}

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));
const a: TarEntry = { name: 'a', data: text('alpha') };
const b: TarEntry = { name: 'dir/b', data: text('beta'.repeat(200)) };
const both = { a: 'alpha', 'dir/b': 'beta'.repeat(200) };
const long = `${'directory/'.repeat(15)}file`;

describe('openTar', () => {
  it('O26: lists files in their order, without directories; ids and sizes are told', async () => {
    const listing = await list(buildTar([{ name: 'dir/', type: '5' }, a, b]));
    expect(listing.name).toBe('m.tar');
    expect(
      listing.members.map(({ id, size, compressedSize }) => [id, size, compressedSize]),
    ).toEqual([
      ['tar#1', 5, 5],
      ['tar#2', 800, 800],
    ]);
    expect(await contents(listing)).toEqual(both);
  });

  const forms: readonly [string, TarEntry, string][] = [
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
    expect(await contents(await list(tar))).toEqual({ [name]: 'some bytes', a: 'alpha' });
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
    for (const tar of tars) expect(await contents(await list(tar))).toEqual({ é: 'some bytes' });
  });

  it('O26: names are unique; those with control characters are faults, and shown without', async () => {
    const names = ['x', 'x', 'x (2)', 'a\nb', ''];
    const tar = buildTar(names.map((name) => ({ name, data: text('1') })));
    expect(await contents(await list(tar))).toEqual({
      x: '1',
      'x (2)': '1',
      'x (2) (2)': '1',
      'a\ufffdb': 'ZIP_NAME',
      '': 'ZIP_NAME',
    });
  });

  it('O26: what is no file has a fault, and no bytes', async () => {
    const sparse = (block: Buffer): void => {
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
    expect(await contents(await list(tar))).toEqual({
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

describe('what is wrong with a tar', () => {
  it('O26: its first header: ZIP_FORMAT', async () => {
    expect(await codeOf(list(buildTar([{ ...a, checksum: '000001\0 ' }])))).toBe('ZIP_FORMAT');
  });

  const broken: readonly [string, TarEntry][] = [
    ['its checksum', { name: 'x', checksum: '000001\0 ' }],
    ['no octal checksum', { name: 'x', checksum: '0000z1\0 ' }],
    ['no octal size', { name: 'x', size: text('0000000000x ') }],
    ['a size below 0', { name: 'x', size: new Uint8Array(12).fill(0xff) }],
    [
      'a size beyond 2^53',
      { name: 'x', size: Uint8Array.from({ length: 12 }, (_, k) => (k === 0 ? 0x80 : 9)) },
    ],
    ['a pax size that is none', { name: 'x', pax: { size: '-1' } }],
    ['a pax record whose length is none', { name: 'x', type: 'x', data: text('x path=a\n') }],
    ['a pax record that is longer than all', { name: 'x', type: 'x', data: text('99 path=a\n') }],
    ['a pax record without an end', { name: 'x', type: 'x', data: text('8 path=a') }],
    ['a pax record without =', { name: 'x', type: 'x', data: text('9 pathxa\n') }],
  ];
  it.each(broken)('O26: %s: what stands before can be read', async (_, entry) => {
    const listing = await list(buildTar([a, entry, b]));
    expect(await contents(listing)).toEqual({ a: 'alpha', '(file 2 and later)': 'ZIP_FORMAT' });
  });

  it('O26: cut anywhere, it gives what is whole, and tells of the rest', async () => {
    const tar = buildTar([a, b, { name: 'c', data: text('gamma'), pax: { path: 'C' } }]);
    for (let length = 512; length < tar.length; length += 37) {
      const warnings: Warning[] = [];
      const onWarning = (warning: Warning): void => void warnings.push(warning);
      const found = await contents(await list(tar.subarray(0, length), { onWarning }));
      const faults = Object.values(found).filter((value) => value === 'TRUNCATED').length;
      const ends = length >= tar.length - 1023 && length >= tar.length - 512;
      expect(faults + warnings.length, String(length)).toBeGreaterThanOrEqual(ends ? 0 : 1);
      expect(found['a']).toBe(length >= 517 ? 'alpha' : 'TRUNCATED');
      if (length >= 2048 + 512) expect(found['dir/b']).toBe(both['dir/b']);
    }
  });

  it('O26: no end, and what follows the end, are warnings', async () => {
    const second = buildTar([b]);
    const told: [Uint8Array, string[]][] = [
      [buildTar([a], 0), ['the tar has no end: it may have been cut']],
      [buildTar([a], 1), []],
      [buildTar([a], 20), []],
      [Buffer.concat([buildTar([a], 20), second]), ['what follows the end of the tar is not read']],
    ];
    for (const [tar, messages] of told) {
      const warnings: string[] = [];
      const onWarning = ({ code, message }: Warning): void => {
        expect(code).toBe('ZIP_FORMAT');
        warnings.push(message);
      };
      expect(await contents(await list(tar, { onWarning }))).toEqual({ a: 'alpha' });
      expect(warnings).toEqual(messages);
    }
  });

  it('N21: limits of members, of bytes of headers, and of a member', async () => {
    const many = buildTar(Array.from({ length: 11 }, (_, k) => ({ name: `${k}` })));
    const limits = { ...archiveOptions().limits, members: 10 };
    expect(await codeOf(list(many, { limits }))).toBe('ZIP_LIMIT');
    const wordy = buildTar([{ name: 'x', pax: { comment: 'c'.repeat(5000) } }]);
    expect(await codeOf(list(wordy, { limits: { ...limits, directoryBytes: 5000 } }))).toBe(
      'ZIP_LIMIT',
    );
    const chain = buildTar(Array.from({ length: 100 }, () => ({ name: 'x', type: 'x' })));
    expect(await codeOf(list(chain, { limits: { ...limits, directoryBytes: 5000 } }))).toBe(
      'ZIP_LIMIT',
    );
    const claims = buildTar([{ name: 'x', type: 'L', size: 2 ** 32 - 1 }], 0);
    expect(await codeOf(list(claims))).toBe('ZIP_LIMIT');
    const big = await list(buildTar([a, b]), { limits: { ...limits, memberBytes: 100 } });
    expect(await contents(big)).toEqual({ a: 'alpha', 'dir/b': 'ZIP_LIMIT' });
  });

  it('P05: a signal that has aborted', async () => {
    const signal = AbortSignal.abort('no');
    expect(await codeOf(list(buildTar([a]), { signal }))).toBe('no');
  });
});

it('O24: no byte of a file is read when it is listed, and each then where it is', async () => {
  const pixels = new Uint8Array(100_000).fill(7);
  for (const asynchronous of [false, true]) {
    const tar = buildTar([
      { name: 'x', data: pixels },
      { name: 'y', data: pixels, pax: { path: 'z' } },
    ]);
    const source = countingSource(memorySource(tar, 'm.tar'), { asynchronous });
    const progress: number[] = [];
    const onProgress = (done: number, total: number): void => {
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
  const has = (command: string): boolean => {
    try {
      execFileSync(command, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  const files: Record<string, string> = {
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
      expect(await contents(await list(tar))).toEqual({ ...expected, link: 'ZIP_SYMLINK' });
    },
  );

  it.skipIf(!has('tar'))('O26: GNU tar, a whole folder and a sparse file', async () => {
    const path = join(folder, 'sparse.tar');
    const script = `cd ${folder} && mkdir s && truncate -s 1M s/hole && echo end >> s/hole && echo z > s/z`;
    execFileSync('sh', ['-c', script]);
    for (const format of ['gnu', 'pax']) {
      execFileSync('tar', ['-cSf', path, `--format=${format}`, '-C', join(folder, 's'), '.']);
      const found = await contents(await list(new Uint8Array(readFileSync(path))));
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
      const found = await contents(await list(new Uint8Array(readFileSync(path))));
      expect(found).toMatchObject({ ...files, link: 'ZIP_SYMLINK' });
    },
  );
});
