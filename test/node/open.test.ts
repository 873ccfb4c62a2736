import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Limits } from '../../src/dicom/limits.ts';
import { createContext, open, openArchive, openFolder } from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { codeOf } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  mkdirSync(join(folder, 'sub'));
  const data = dicom(sliceParts({ z: 1 })).bytes;
  writeFileSync(join(folder, 'IM0001'), data);
  for (const name of ['x.zip', 'y.zip']) {
    writeFileSync(join(folder, 'sub', name), buildZip([{ name: 'IM0001', data }]));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('names', () => {
  it('a file of a collection is named as its member, which opens it', async () => {
    await using collection = await openFolder(folder);
    const names: string[] = [];
    for await (const file of collection) {
      names.push(file.name);
      await using again = await collection.open(file.name);
      expect(again.name).toBe(file.name);
      await file.close();
    }
    expect(names).toEqual(['IM0001', 'sub/x.zip!/IM0001', 'sub/y.zip!/IM0001'].sort());
  });

  it('a member of an archive that shares its name has one of its own', async () => {
    const data = dicom(sliceParts({ z: 1 })).bytes;
    const twice = buildZip(['a', 'a'].map((name) => ({ name, data })));
    await using collection = await openArchive(twice);
    const entries: string[] = [];
    for await (const { name } of collection.entries()) entries.push(name);
    const names: string[] = [];
    for await (const file of collection) {
      names.push(file.name);
      await file.close();
    }
    expect(names).toEqual(entries);
    expect(new Set(names).size).toBe(2);
  });
});

describe('what cannot be opened', () => {
  const wrong: readonly unknown[] = [
    undefined,
    null,
    5,
    '',
    {},
    new DataView(new ArrayBuffer(400)),
    { read: () => Promise.resolve(new Uint8Array(0)), size: -1, name: 'x' },
    { read: () => Promise.resolve(new Uint8Array(0)), size: NaN, name: 'x' },
    { size: 400, name: 'x' },
    new URL('file://host/x'),
    new URL('file:///a%2Fb'),
    new URL('ftp://example.org/x'),
    'file://host/x',
    's3://bucket/key?rights=SECRET',
    'data:application/dicom;base64,SECRET',
    'blob:https://host/SECRET',
  ];
  it.each(wrong.map((input) => [String(input), input]))('%s is USAGE', async (_, input) => {
    expect(await codeOf(open(input as string))).toBe('USAGE');
    expect(await codeOf(openArchive(input as string))).toBe('USAGE');
    expect(await codeOf(openFolder(input as string))).toBe('USAGE');
  });

  it.each([`${'x'.repeat(300)}!/m`, 'x'.repeat(300), 'a\0b', 'a\0b!/m'])(
    'a path that no system has is IO: %j',
    async (path) => {
      expect(await codeOf(open(path))).toBe('IO');
      expect(await codeOf(openArchive(path))).toBe('IO');
      expect(await codeOf(openFolder(path))).toBe('IO');
    },
  );

  it('P05: a signal that has aborted comes first', async () => {
    const signal = AbortSignal.abort('no');
    expect(await codeOf(open('missing', { signal }))).toBe('no');
    expect(await codeOf(openArchive('missing', { signal }))).toBe('no');
    expect(await codeOf(openFolder('missing', { signal }))).toBe('no');
  });
});

it('a file: URL may be text, and name a member', async () => {
  const url = pathToFileURL(join(folder, 'sub', 'x.zip')).href;
  await using file = await open(`${url}!/IM0001`);
  expect(file.index.count).toBe(1);
});

it('a damaged member gives no pixels, however near its beginning', async () => {
  const data = dicom(
    sliceParts({
      ...{ rows: 300, columns: 1000 },
      pixels: [0x7fe00010, 'OW', Array.from({ length: 300_000 }, (_, k) => k % 9000)],
    }),
  ).bytes;
  const trailing = new Uint8Array(1_000_000);
  const member = { name: 'a', data: new Uint8Array([...data, ...trailing]) };
  const zip = buildZip([{ ...member, dataDescriptor: true, central: { crc32: 1 } }]);
  await using collection = await openArchive(zip, { context: createContext() });
  await using file = await collection.open('a');
  expect(file.dataset.get('Rows')).toBe(300);
  expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
});

describe('limits', () => {
  const ways = (limits: Partial<Limits>): Promise<unknown>[] => [
    open(join(folder, 'IM0001'), { limits }),
    open(join(folder, 'sub', 'x.zip!', 'IM0001'), { limits }),
    openArchive(join(folder, 'sub', 'x.zip'), { limits }).then((archive) => archive.open('IM0001')),
    openFolder(folder, { limits }).then((collection) => collection.open('IM0001')),
  ];

  it.each([Infinity, NaN, -1, 1.5])('that no count can be are USAGE: %d', async (maxElements) => {
    const codes = await Promise.all(ways({ maxElements }).map(codeOf));
    expect(codes).toEqual(new Array(4).fill('USAGE'));
    expect(
      await codeOf(openArchive(join(folder, 'sub', 'x.zip'), { limits: { maxElements } })),
    ).toBe('USAGE');
  });

  /** As a program that is not checked by types gives them. */
  const none = { maxElements: undefined, maxArchiveMembers: undefined, maxDepth: undefined };
  const limits = none as unknown as Partial<Limits>;

  it('that are undefined are the default', async () => {
    for (const way of ways(limits)) await expect(way).resolves.toMatchObject({ warnings: [] });
    for (const collection of [
      await openFolder(folder, { limits }),
      await openArchive(join(folder, 'sub', 'x.zip'), { limits }),
    ]) {
      expect((await collection.series()).map(({ modality }) => modality)).toEqual(['CT']);
      expect(collection.skipped).toEqual([]);
      await collection.close();
    }
  });

  it('that are undefined are those of the context, for each header of a collection', async () => {
    await using context = createContext({ limits: { maxElements: 3 } });
    for (const collection of [
      await openFolder(folder, { context, limits }),
      await openArchive(join(folder, 'sub', 'x.zip'), { context, limits }),
    ]) {
      expect(await collection.series()).toEqual([]);
      expect(collection.skipped.length).toBeGreaterThan(0);
      for (const { reason } of collection.skipped) expect(reason.code).toBe('ELEMENT_LIMIT');
      expect(await codeOf(collection.open('IM0001'))).toBe('ELEMENT_LIMIT');
      await collection.close();
    }
  });

  it('hold for each header of a collection', async () => {
    const codes = await Promise.all(ways({ maxElements: 3 }).map(codeOf));
    expect(codes).toEqual(new Array(4).fill('ELEMENT_LIMIT'));
  });
});

it('P04: warnings can be asked for when the file is closed, though its frames were not counted', async () => {
  const path = join(folder, 'sub', 'closed.dcm');
  const elements: ElementLike[] = [
    [0x00280008, 'IS', '2'.padEnd(300)],
    [0x00280010, 'US', 1],
    [0x7fe00010, 'OW', [1, 2]],
  ];
  writeFileSync(path, dicom({ elements }).bytes);
  const context = createContext({ limits: { maxRetainedValueBytes: 0 } });
  const file = await open(path, { context });
  expect(file.dataset.element('NumberOfFrames')?.deferred).toBe(true);
  await file.close();
  rmSync(path);
  for (let k = 0; k < 2; k++) {
    expect(file.warnings).toEqual([]);
    expect(file.warningCount).toBe(0);
  }
  expect(await codeOf(file.frame(0))).toBe('CLOSED');
  await context.close();
});

describe('openFolder and openArchive', () => {
  it.each([{ tags: ['Nope'] }, { until: 'Nope' }, { limits: { maxElements: Number.NaN } }])(
    '%j is USAGE at once, and no fault of each file',
    async (options) => {
      expect(await codeOf(openFolder(folder, options))).toBe('USAGE');
      expect(await codeOf(openArchive(join(folder, 'x.zip'), options))).toBe('USAGE');
    },
  );
});

describe('createContext', () => {
  it.each([
    { frameCacheBytes: NaN },
    { frameCacheBytes: -1 },
    { inflatedCacheBytes: NaN },
    { maxOpenFiles: 1.5 },
    { maxOpenFiles: Infinity },
    { idleMilliseconds: NaN },
    { idleMilliseconds: -5 },
    { limits: { maxDepth: NaN } },
    { limits: { maxFragments: -1 } },
  ])('%j is USAGE', (options) => {
    expect(() => createContext(options)).toThrow('USAGE');
  });

  it('takes what can be meant: no bound, parts of a byte, no file kept open', async () => {
    for (const options of [
      { frameCacheBytes: Infinity, inflatedCacheBytes: Infinity },
      { frameCacheBytes: 1000.5, maxOpenFiles: 0 },
      { idleMilliseconds: 2 ** 40 },
    ]) {
      await using context = createContext(options);
      await using file = await open(join(folder, 'IM0001'), { context });
      expect((await file.frame(0)).data).toHaveLength(6);
    }
  });
});
