import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { FileIndexJson } from '../../src/index.ts';
import { open as openPortable } from '../../src/index.ts';
import { createContext, open, openArchive, openFolder } from '../../src/node/index.ts';
import type { Input, NodeOpenOptions } from '../../src/node/index.ts';
import { openListing } from '../../src/archive/archive.ts';
import { archiveOptions } from '../support/archive-options.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { numberedJpeg } from '../support/encapsulations.ts';
import { codeOf } from '../support/open-built.ts';

const COUNT = 9;
const jpegs = Array.from({ length: COUNT }, (_, k) => numberedJpeg(k));
const { bytes } = dicom({
  transferSyntax: SYNTAX.jpegBaseline,
  elements: [
    [0x00100010, 'PN', 'Doe^Jane'],
    ...imagePixel({ rows: 9, columns: 9, bitsAllocated: 8, numberOfFrames: COUNT }),
    encapsulated({ frames: jpegs, offsetTable: 'empty' }),
  ],
});

let folder: string;
let path: string;
let zip: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex index '));
  path = join(folder, 'slide.dcm');
  writeFileSync(path, bytes);
  zip = join(folder, 'study.zip');
  const entries = [
    { name: 'deflated', data: bytes },
    { name: 'stored', data: bytes, method: 0 },
  ];
  writeFileSync(zip, buildZip(entries));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function indexOf(input: Input, options?: NodeOpenOptions): Promise<FileIndexJson> {
  await using file = await open(input, options);
  return JSON.parse(JSON.stringify(file.toIndex())) as FileIndexJson;
}

describe('a saved index of', () => {
  it.each(['sync', 'async'] as const)('R61: a file (%s) is opened without a read', async (io) => {
    const context = createContext({ io });
    const index = await indexOf(path, { context });
    expect(index.source.modified).toBeGreaterThan(0);
    await using file = await open(path, { context, index });
    expect(file.stats().reads).toBe(0);
    expect(file.dataset.get('Rows')).toBe(9);
    expect(file.index.count).toBe(COUNT);
    expect(file.stats().reads).toBe(0);
    expect(await file.encodedFrame(4)).toEqual(jpegs[4]);
    expect(file.stats().reads).toBe(1);
  });

  it('R62: a file that was copied or touched is refused, whatever its bytes', async () => {
    const index = await indexOf(path);
    const copy = join(folder, 'copy.dcm');
    copyFileSync(path, copy);
    utimesSync(copy, 1, 1);
    expect(await codeOf(open(copy, { index }))).toBe('SOURCE_CHANGED');
    expect(await codeOf(open(bytes, { index }))).toBe('no error');
    const other = await indexOf(bytes);
    expect(await codeOf(open(copy, { index: other }))).toBe('no error');
  });

  it('R62: the times of a file that was written since are told as dates', async () => {
    const source = (modified: number) => ({ ...memorySource(bytes, 'x'), identity: { modified } });
    const saved = await indexOf(source(1795421988500.0635));
    const index = { ...saved };
    await expect(open(source(Date.UTC(2026, 10, 23)), { index })).rejects.toThrow(
      'x: it is not what the index was made from, expected that it was written at ' +
        '2026-11-23T08:19:48.5000634Z, found 2026-11-23T00:00:00.000Z. Make the index again.',
    );
    const beyond = await indexOf(source(1e300));
    await expect(open(source(0), { index: beyond })).rejects.toThrow(
      'expected that it was written at 1e+300 ms since 1970, found 1970-01-01T00:00:00.000Z',
    );
  });

  it('R61: a File has its time, a plain Blob its first bytes', async () => {
    const given = new File([bytes.slice()], 'slide.dcm', { lastModified: 1234 });
    const index = await indexOf(given);
    expect(index.source.modified).toBe(1234);
    const again = await openPortable(given, { index });
    expect(again.stats().reads).toBe(0);
    expect(await again.encodedFrame(2)).toEqual(jpegs[2]);
    const touched = new File([bytes.slice()], 'slide.dcm', { lastModified: 1235 });
    expect(await codeOf(openPortable(touched, { index }))).toBe('SOURCE_CHANGED');
    const plain = await openPortable(new Blob([bytes.slice()]), { index });
    expect(plain.stats().reads).toBe(1);
  });

  it.each(['deflated', 'stored'])(
    'R69: a member (%s) costs no more than its start',
    async (name) => {
      const input = `${zip}!/${name}`;
      const index = await indexOf(input);
      await using plain = await open(input);
      await using file = await open(input, { index });
      expect(file.stats().bytesRead).toBeLessThanOrEqual(plain.stats().bytesRead);
      expect(file.dataset.toJSON()).toEqual(plain.dataset.toJSON());
      for (let i = 0; i < COUNT; i++) expect(await file.encodedFrame(i)).toEqual(jpegs[i]);
      expect(file.toIndex()).toEqual(index);
    },
  );

  it('R69: a member has the CRC-32 of the directory for its mark', async () => {
    const archive = memorySource(readFileSync(zip), 'study.zip');
    const { members } = await openListing(archive, archiveOptions());
    const marks = members.map((member) => member.open().identity);
    expect(marks).toEqual([{ crc32: crc32(bytes) }, { crc32: crc32(bytes) }]);
  });

  it('R69: an index of many opens a file of its own by the name that its path ends in', async () => {
    const one = await indexOf(path);
    const index = { framedex: 1, files: { 'slide.dcm': one, other: one } } as const;
    await using file = await open(path, { index });
    expect([file.stats().reads, file.index.count]).toEqual([0, COUNT]);
    const without = { framedex: 1, files: { other: one } } as const;
    await expect(open(path, { index: without })).rejects.toThrow(
      'the index has no file of that name, found "other".',
    );
    expect(await codeOf(openPortable(bytes, { index: without }))).toBe('USAGE');
  });

  it('R69: an index of many opens the members of an archive or a folder', async () => {
    const one = await indexOf(`${zip}!/stored`);
    const index = { framedex: 1, files: { stored: one } } as const;
    await using archive = await openArchive(zip, { index });
    await using member = await archive.open('stored');
    expect(await member.encodedFrame(8)).toEqual(jpegs[8]);
    expect((await archive.open('deflated')).index.count).toBe(COUNT);
    // A member that is opened alone is a file of its own.
    for (const name of ['stored', 'study.zip!/stored']) {
      const files = { [name]: one };
      await using alone = await open(`${zip}!/stored`, { index: { framedex: 1, files } });
      expect(await alone.encodedFrame(8)).toEqual(jpegs[8]);
      expect(await codeOf(open(`${zip}!/deflated`, { index: { framedex: 1, files } }))).toBe(
        'USAGE',
      );
    }
    const changed = {
      framedex: 1,
      files: { stored: { ...one, checksum: '0'.repeat(16) } },
    } as const;
    await using other = await openArchive(zip, { index: changed });
    expect(await codeOf(other.open('stored'))).toBe('INDEX_FORMAT');
    expect(await codeOf(openArchive(zip, { index: one }))).toBe('USAGE');
    expect(await codeOf(openFolder(folder, { index: one }))).toBe('USAGE');
  });
});
