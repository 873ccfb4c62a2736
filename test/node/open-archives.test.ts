import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Collection } from '../../src/collection/collection.ts';
import type { FramedexError } from '../../src/errors.ts';
import { createContext, open, openArchive, openFolder } from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { countingSource } from '../support/counting-source.ts';
import { codeOf } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

const blankPixels = [0x7fe00010, 'OW', new Uint8Array(500_000)] as const;
const slice = (z: number): Uint8Array => dicom(sliceParts({ z })).bytes;
const gz = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes));
const tar = buildTar([
  { name: 'CT/IM1', data: slice(1) },
  { name: 'CT/IM2', data: slice(2) },
  { name: 'notes.txt', data: new Uint8Array(Buffer.from('text')) },
]);
const inner = buildZip([
  { name: 'IM3', data: slice(3) },
  { name: 'IM3', data: slice(4) },
]);
const deep = buildZip([{ name: 'inner.zip', data: inner }]);
const files: Record<string, Uint8Array> = {
  'a.tar': tar,
  'b.tar.gz': gz(tar),
  'c.TGZ': gz(tar),
  'd.zip': inner,
  'e.dcm.GZ': gz(slice(5)),
  'f.zip': buildZip([
    { name: 'in/inner.zip', data: inner },
    { name: 'IM6.gz', data: gz(slice(6)) },
    { name: 'deep.zip', data: deep },
    { name: 'in.tgz', data: gz(tar) },
  ]),
  'g.gz': slice(7),
  'h.zip': new Uint8Array(Buffer.from('no zip')),
  IM8: slice(8),
};
let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(at(name), bytes);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Where the slice is, which tells it from all others. */
async function zOf(file: ReturnType<typeof open>): Promise<number> {
  await using opened = await file;
  const { data } = await opened.frame(0);
  return Number(data[0]);
}

async function names(collection: Collection): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of collection.entries()) found.push(name);
  return found;
}

describe('open', () => {
  it.each([
    ['a.tar!/CT/IM1', 1],
    ['a.tar!/tar#1', 2],
    ['b.tar.gz!/CT/IM2', 2],
    ['c.TGZ!/CT/IM1', 1],
    ['d.zip!/IM3 (2)', 4],
    ['d.zip!/zip#1', 4],
    ['e.dcm.GZ', 5],
    ['e.dcm.GZ!/e.dcm', 5],
    ['e.dcm.GZ!/gzip#0', 5],
    ['f.zip!/in/inner.zip!/IM3', 3],
    ['f.zip!/zip#0!/zip#1', 4],
    ['f.zip!/IM6.gz', 6],
    ['f.zip!/IM6.gz!/IM6', 6],
    ['f.zip!/in.tgz!/CT/IM2', 2],
    ['g.gz', 7],
  ])('O26: %s', async (path, z) => {
    for (const io of ['sync', 'async'] as const) {
      await using context = createContext({ io });
      expect(await zOf(open(at(path), { context }))).toBe(z);
      expect(context.descriptors.stats().open).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ['a.tar!/nothing', 'IO', 'found 3 members'],
    ['a.tar!/nothing', 'IO', '`framedex ls` of the archive, or entries() of it, lists them'],
    ['a.tar!/im2', 'IO', 'Did you mean CT/IM2'],
    ['a.tar!/notes.txt', 'NOT_DICOM', 'found text'],
    ['a.tar!/notes.txt!/x', 'IO', 'no member of that name'],
    ['b.tar.gz', 'NOT_DICOM', 'Open it with openArchive'],
    ['f.zip!/in/inner.zip', 'ZIP_NESTED', 'f.zip!/in/inner.zip!/...'],
    ['f.zip!/in.tgz', 'ZIP_NESTED', '!/'],
    ['f.zip!/in/inner.zip!/nothing', 'IO', 'found 2 members'],
    ['f.zip!/deep.zip!/inner.zip', 'ZIP_NESTED', 'Unpack the archive first'],
    ['f.zip!/deep.zip!/inner.zip!/IM3', 'ZIP_NESTED', 'Unpack the archive first'],
    ['h.zip!/x', 'ZIP_FORMAT', 'not a zip archive'],
  ])('O26: %s is %s', async (path, code, words) => {
    await using context = createContext();
    const opening = open(at(path), { context });
    expect(await codeOf(opening)).toBe(code);
    await expect(opening).rejects.toThrow(words);
  });

  it('O26: a file in gzip is opened by its bytes where its name does not say so', async () => {
    writeFileSync(at('unnamed'), gz(slice(5)));
    try {
      expect(await zOf(open(at('unnamed')))).toBe(5);
      expect(await zOf(open(pathToFileURL(at('unnamed'))))).toBe(5);
      writeFileSync(at('unnamed'), gz(new Uint8Array(1000)));
      await using context = createContext();
      const opening = open(at('unnamed'), { context });
      expect(await codeOf(opening)).toBe('NOT_DICOM');
      await expect(opening).rejects.toThrow(at('unnamed'));
      writeFileSync(at('unnamed'), 'text '.repeat(100));
      expect(await codeOf(open(at('unnamed'), { context }))).toBe('NOT_DICOM');
    } finally {
      rmSync(at('unnamed'));
    }
  });

  it('O26: a member with `!/` in its name is found behind one that is no archive', async () => {
    const zip = buildZip([
      { name: 'a', data: new Uint8Array(600) },
      { name: 'a!/b.zip', data: inner },
    ]);
    writeFileSync(at('odd'), zip);
    try {
      expect(await zOf(open(`${at('odd')}!/a!/b.zip!/IM3`))).toBe(3);
      expect(await codeOf(open(`${at('odd')}!/a!/nothing`))).toBe('IO');
    } finally {
      rmSync(at('odd'));
    }
  });

  it('O22: a damaged member is named by its whole path, in whatever way it was opened', async () => {
    const damaged = buildZip([{ name: '1.dcm', data: slice(1), claims: { crc32: 7 } }]);
    mkdirSync(at('two'));
    writeFileSync(at('two/x.zip'), damaged);
    writeFileSync(at('two/y.zip'), buildZip([{ name: 'in.zip', data: damaged }]));
    const path = at('two/x.zip');
    const nameOf = async (opening: ReturnType<typeof open>): Promise<unknown> => {
      const verified = opening.then(async (file) => {
        await using opened = file;
        await opened.verify();
      });
      const error: unknown = await verified.catch((reason: unknown) => reason);
      return (error as FramedexError).details.name;
    };
    try {
      await using file = await open(`${at('d.zip')}!/zip#1`);
      expect(file.name).toBe(`${at('d.zip')}!/IM3 (2)`);
      expect(await nameOf(open(`${path}!/zip#0`))).toBe(`${path}!/1.dcm`);
      const deep = `${at('two/y.zip')}!/in.zip!/1.dcm`;
      expect(await nameOf(open(deep))).toBe(deep);
      await using archive = await openArchive(path);
      expect(await nameOf(archive.open('1.dcm'))).toBe(`${path}!/1.dcm`);
      await using outer = await openArchive(at('two/y.zip'), { nested: true });
      expect(await nameOf(outer.open('in.zip!/1.dcm'))).toBe(deep);
      await using all = await openFolder(at('two'), { nested: true });
      expect(await nameOf(all.open('x.zip!/1.dcm'))).toBe('x.zip!/1.dcm');
      expect(await nameOf(all.open('y.zip!/in.zip!/1.dcm'))).toBe('y.zip!/in.zip!/1.dcm');
    } finally {
      rmSync(at('two'), { recursive: true });
    }
  });

  it('O26: bytes without a name, a File by its name, a source that is closed by its owner', async () => {
    const bytes = gz(slice(5));
    const source = countingSource(memorySource(bytes, 'x.gz'));
    for (const input of [
      bytes,
      bytes.buffer,
      new Blob([bytes]),
      new File([bytes], 'x.dcm.gz'),
      source,
    ]) {
      expect(await zOf(open(input as Uint8Array))).toBe(5);
    }
    expect(source.closed).toBe(false);
    expect(await zOf(open(new File([bytes], 'x.dcm')))).toBe(5);
  });

  it('O26: is named as it was given, counted as it was read, and found in an index again', async () => {
    await using file = await open(at('e.dcm.GZ'));
    expect(file.name).toBe(at('e.dcm.GZ'));
    const size = files['e.dcm.GZ']?.length ?? 0;
    expect(file.stats().bytesRead).toBeLessThanOrEqual(3 * size);
    const index = file.toIndex();
    await using again = await open(at('e.dcm.GZ'), { index });
    expect((await again.frame(0)).data).toEqual((await file.frame(0)).data);
    const other = gz(slice(9));
    expect(await codeOf(open(other, { index }))).toBe('SOURCE_CHANGED');
  });

  it('O26: a member of a tar is found in an index again', async () => {
    for (const path of ['a.tar!/CT/IM2', 'b.tar.gz!/CT/IM2']) {
      await using file = await open(at(path));
      await using again = await open(at(path), { index: file.toIndex() });
      expect((await again.frame(0)).data[0]).toBe(2);
    }
  });
});

describe('openArchive', () => {
  it.each(['a.tar', 'b.tar.gz', 'c.TGZ'])('O26: %s', async (name) => {
    const progress: number[][] = [];
    const onProgress = (done: number, total: number): void => void progress.push([done, total]);
    await using collection = await openArchive(at(name), { onProgress });
    expect(await names(collection)).toEqual(['CT/IM1', 'CT/IM2', 'notes.txt']);
    const [series] = await collection.series();
    expect(series?.instances.length).toBe(2);
    expect(collection.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([
      ['notes.txt', 'NOT_DICOM'],
    ]);
    expect(progress.at(-1)?.[1]).toBe(tar.length);
  });

  it('O26: a file in gzip is a collection of one', async () => {
    await using collection = await openArchive(at('e.dcm.GZ'));
    expect(await names(collection)).toEqual(['e.dcm']);
    expect(await zOf(collection.open('e.dcm'))).toBe(5);
    expect(await zOf(collection.open('gzip#0'))).toBe(5);
  });

  it('O26: archives in it are left out, or opened', async () => {
    await using outer = await openArchive(at('f.zip'));
    expect(await outer.series()).toEqual([]);
    expect(outer.skipped.map(({ reason }) => reason.code)).toEqual(new Array(4).fill('ZIP_NESTED'));
    await using all = await openArchive(at('f.zip'), { nested: true });
    expect(await names(all)).toEqual([
      'in/inner.zip!/IM3',
      'in/inner.zip!/IM3 (2)',
      'IM6.gz',
      'deep.zip!/inner.zip',
      'in.tgz!/CT/IM1',
      'in.tgz!/CT/IM2',
      'in.tgz!/notes.txt',
    ]);
    const series = await all.series();
    expect(series.map(({ instances }) => instances.length)).toEqual([5]);
    expect(await zOf(all.open('in/inner.zip!/IM3'))).toBe(3);
    expect(await zOf(all.open('zip#1'))).toBe(6);
    expect(all.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([
      ['deep.zip!/inner.zip', 'ZIP_NESTED'],
      ['in.tgz!/notes.txt', 'NOT_DICOM'],
    ]);
  });
});

describe('openFolder', () => {
  it('O26: walks archives of any kind; a file in gzip keeps its name', async () => {
    await using collection = await openFolder(folder);
    expect((await names(collection)).filter((name) => !name.startsWith('f.zip'))).toEqual([
      ...['a.tar', 'b.tar.gz', 'c.TGZ'].flatMap((name) =>
        ['CT/IM1', 'CT/IM2', 'notes.txt'].map((member) => `${name}!/${member}`),
      ),
      'd.zip!/IM3',
      'd.zip!/IM3 (2)',
      'e.dcm.GZ',
      'g.gz',
      'h.zip',
      'IM8',
    ]);
    expect(await zOf(collection.open('b.tar.gz!/CT/IM2'))).toBe(2);
    expect(await zOf(collection.open('e.dcm.GZ'))).toBe(5);
    expect(await zOf(collection.open('g.gz'))).toBe(7);
    await collection.series();
    const skipped = Object.fromEntries(
      collection.skipped.map(({ name, reason }) => [name, reason.code]),
    );
    expect(skipped).toMatchObject({ 'h.zip': 'ZIP_FORMAT', 'f.zip!/deep.zip': 'ZIP_NESTED' });
  });

  it('O26: and archives in them, when asked for', async () => {
    await using collection = await openFolder(folder, { nested: true });
    const found = (await names(collection)).filter((name) => name.startsWith('f.zip'));
    expect(found.slice(0, 4)).toEqual([
      'f.zip!/in/inner.zip!/IM3',
      'f.zip!/in/inner.zip!/IM3 (2)',
      'f.zip!/IM6.gz',
      'f.zip!/deep.zip!/inner.zip',
    ]);
    expect(await zOf(collection.open('f.zip!/in/inner.zip!/IM3 (2)'))).toBe(4);
    expect(await zOf(collection.open('f.zip!/IM6.gz'))).toBe(6);
  });

  it('O14: counts what is read of its files and archives, not what they inflate to', async () => {
    mkdirSync(at('three'));
    const blank = dicom({ ...sliceParts({ z: 1, rows: 500, columns: 500, pixels: blankPixels }) });
    const zip = buildZip([{ name: 'x', data: blank.bytes }]);
    writeFileSync(at('three/a.zip'), zip);
    writeFileSync(at('three/b'), slice(2));
    try {
      await using collection = await openFolder(at('three'));
      const listed = collection.stats().bytesRead;
      expect(listed).toBeGreaterThan(0);
      expect(listed).toBeLessThanOrEqual(3 * zip.length);
      await using file = await collection.open('a.zip!/x');
      await file.frame(0);
      const inflated = blank.bytes.length;
      expect(collection.stats()).toMatchObject({ framesDecoded: 1 });
      expect(collection.stats().bytesRead).toBeLessThan(listed + 2 * zip.length + 4096);
      expect(collection.stats().bytesRead).toBeLessThan(inflated / 10);
      const before = collection.stats().bytesRead;
      await using plain = await collection.open('b');
      await plain.frame(0);
      expect(collection.stats().bytesRead - before).toBe(plain.stats().bytesRead);
    } finally {
      rmSync(at('three'), { recursive: true });
    }
  });

  it('O26: a DICOM object named as an archive is an instance; warnings name their archive', async () => {
    mkdirSync(at('four'));
    writeFileSync(at('four/a.zip'), slice(1));
    writeFileSync(at('four/b.tar'), slice(2));
    writeFileSync(at('four/c.gz'), slice(3));
    writeFileSync(at('four/d.zip'), buildZip([{ name: 'x', data: slice(4) }], { count: 3 }));
    try {
      await using collection = await openFolder(at('four'));
      const [series] = await collection.series();
      expect(series?.instances.map(({ name }) => name)).toEqual([
        'a.zip',
        'b.tar',
        'c.gz',
        'd.zip!/x',
      ]);
      expect(collection.skipped).toEqual([]);
      expect(collection.warnings.map(({ message }) => message)).toEqual([
        'd.zip: the end record promises 3 files, there are 1',
      ]);
      await using strict = await openFolder(at('four'), { strict: true });
      for await (const { name, fault } of strict.entries()) {
        if (name === 'd.zip') expect(fault?.message).toMatch(/^ZIP_FORMAT: d\.zip: the end record/);
        else expect(fault).toBeUndefined();
      }
    } finally {
      rmSync(at('four'), { recursive: true });
    }
  });

  it('P05: a signal that aborts ends it', async () => {
    mkdirSync(at('one'));
    writeFileSync(at('one/x.tar'), readFileSync(at('a.tar')));
    const controller = new AbortController();
    const opening = openFolder(at('one'), { signal: controller.signal });
    controller.abort('enough');
    expect(await codeOf(opening)).toBe('enough');
    rmSync(at('one'), { recursive: true });
  });
});
