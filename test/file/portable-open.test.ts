import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import type { Collection } from '../../src/collection/collection.ts';
import { open, openArchive } from '../../src/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { codeOf } from '../support/open-built.ts';
import { sliceParts } from '../support/slices.ts';

const slice = (z: number): Uint8Array => dicom(sliceParts({ z })).bytes;
const gz = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes));
const inner = buildZip([{ name: 'IM2', data: slice(2) }]);
const zip = new Uint8Array(
  buildZip([
    { name: 'CT/IM10', data: slice(10) },
    { name: 'CT/IM1', data: slice(1), method: 0 },
    { name: 'inner.zip', data: inner },
    { name: 'notes.txt', data: new TextEncoder().encode('text') },
  ]),
);
const tar = new Uint8Array(buildTar([{ name: 'CT/IM1', data: slice(1) }]));

/** A source of a caller's own is any object, one of a class as well. */
class OwnSource implements Source {
  readonly name: string;
  readonly size: number;
  closed = false;
  readonly #bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes.slice(offset, offset + length));
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

async function names(collection: Collection): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of collection.entries()) found.push(name);
  return found;
}

async function zOf(opening: ReturnType<typeof open>): Promise<number> {
  await using file = await opening;
  const { data } = await file.frame(0);
  return Number(data[0]);
}

describe('open, without a file system', () => {
  const bytes = new Uint8Array(slice(4));
  const packed = gz(slice(4));
  it.each([
    ['a Blob', new Blob([bytes])],
    ['a File', new File([bytes], 'IM4')],
    ['bytes', bytes],
    ['a buffer', bytes.buffer],
    ['a source', memorySource(bytes, 'IM4')],
    ['a source of a class', new OwnSource('IM4', bytes)],
    ['a Blob of gzip', new Blob([packed])],
    ['a File of gzip', new File([packed], 'IM4.dcm.gz')],
    ['a File of gzip that is not named so', new File([packed], 'IM4.dcm')],
    ['a source of gzip, of a class', new OwnSource('IM4', packed)],
    ['bytes of gzip', packed],
  ])('O26: %s', async (_, input) => {
    expect(await zOf(open(input))).toBe(4);
  });

  it('closes what it opened, and nothing that was given', async () => {
    for (const given of [new OwnSource('IM4', bytes), new OwnSource('IM4.gz', packed)]) {
      const file = await open(given);
      await file.close();
      expect(given.closed).toBe(false);
    }
    const wrong = new OwnSource('notes.txt', new Uint8Array(200));
    expect(await codeOf(open(wrong))).toBe('NOT_DICOM');
    expect(wrong.closed).toBe(false);
    expect(await codeOf(open(new Blob([gz(tar)])))).toBe('NOT_DICOM');
  });

  it('a preamble that begins like gzip is no gzip', async () => {
    const odd = bytes.slice();
    odd.set([0x1f, 0x8b, 8, 0]);
    expect(await zOf(open(new File([odd], 'IM4.gz')))).toBe(4);
  });
});

describe('openArchive, without a file system', () => {
  it.each([
    ['a Blob', new Blob([zip])],
    ['a File', new File([zip], 'study.zip')],
    ['bytes', zip],
    ['a source of a class', new OwnSource('study.zip', zip)],
  ])('O26: a zip: %s', async (_, input) => {
    await using archive = await openArchive(input);
    expect(await names(archive)).toEqual(['CT/IM10', 'CT/IM1', 'inner.zip', 'notes.txt']);
    expect(await zOf(archive.open('CT/IM1'))).toBe(1);
    expect(await zOf(archive.open('CT/IM10'))).toBe(10);
    const [series] = await archive.series();
    expect(series?.instances.length).toBe(2);
    expect(archive.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([
      ['inner.zip', 'ZIP_NESTED'],
      ['notes.txt', 'NOT_DICOM'],
    ]);
  });

  it('O26: with `nested`, a tar, a tar.gz and gzip of one file', async () => {
    const nested = await openArchive(new Blob([zip]), { nested: true });
    expect(await zOf(nested.open('inner.zip!/IM2'))).toBe(2);
    const done: number[] = [];
    const packed = new File([gz(tar)], 'study.tgz');
    const listed = await openArchive(packed, { onProgress: (bytes) => done.push(bytes) });
    expect(await names(listed)).toEqual(['CT/IM1']);
    expect(done.length).toBeGreaterThan(0);
    expect(await names(await openArchive(new Blob([tar])))).toEqual(['CT/IM1']);
    const one = await openArchive(new File([gz(slice(5))], 'IM5.dcm.gz'));
    expect(await names(one)).toEqual(['IM5.dcm']);
    expect(await zOf(one.open('IM5.dcm'))).toBe(5);
  });

  it('what was given stays open, and members end with the archive', async () => {
    const given = new OwnSource('study.zip', zip);
    const archive = await openArchive(given);
    const file = await archive.open('CT/IM1');
    await archive.close();
    expect(await codeOf(file.frame(0))).toBe('CLOSED');
    expect(given.closed).toBe(false);
    expect(await codeOf(openArchive(new OwnSource('x', new Uint8Array(99))))).toBe('ZIP_FORMAT');
  });

  it.each([{ tags: ['Nope'] }, { limits: { maxElements: NaN } }])(
    '%j is USAGE at once, and no fault of each file',
    async (options) => {
      expect(await codeOf(openArchive(zip, options))).toBe('USAGE');
    },
  );

  it.each([undefined, null, 5, '', {}, []])('%j is USAGE', async (input) => {
    expect(await codeOf(open(input as Blob))).toBe('USAGE');
    expect(await codeOf(openArchive(input as Blob))).toBe('USAGE');
  });
});
