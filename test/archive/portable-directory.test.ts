import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgedArchives } from '../../bench/data/forged-archives.mjs';
import { readZipDirectory } from '../../src/archive/zip-directory.ts';
import type { ReadDirectory, ZipDirectory } from '../../src/archive/zip-record.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { ByteRange } from '../../src/bytes/source.ts';
import { isFramedexError } from '../../src/errors.ts';
import { crc32 } from '../../src/inflate/crc32.ts';
import { readDirectory } from '../../src/node/zip-directory.ts';
import { buildZip } from '../support/build-zip.ts';
import type { ZipEntry } from '../support/build-zip.ts';
import { codeOf } from '../support/open-built.ts';

const limits = { entries: 1_000_000, directoryBytes: 2 ** 30 };

/** What a reader says of an archive: its directory, or its error. */
async function outcome(read: ReadDirectory, zip: Uint8Array): Promise<ZipDirectory | string> {
  try {
    return await read(memorySource(zip, 'm.zip'), limits);
  } catch (error) {
    if (isFramedexError(error)) return `${error.message} ${JSON.stringify(error.details)}`;
    throw error;
  }
}

/** Both readers say the same; it is given. */
async function same(zip: Uint8Array): Promise<ZipDirectory | string> {
  const found = await outcome(readZipDirectory, zip);
  expect(found).toEqual(await outcome(readDirectory, zip));
  return found;
}

async function namesIn(entries: readonly ZipEntry[]): Promise<readonly string[]> {
  const found = await same(buildZip(entries));
  if (typeof found === 'string') throw new Error(found);
  return found.names;
}

function unicodePath(of: Uint8Array, name: string, version = 1): Buffer {
  const path = Buffer.from(name);
  const field = Buffer.alloc(9 + path.length);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + path.length, 2);
  field.writeUInt8(version, 4);
  field.writeUInt32LE(crc32(of), 5);
  path.copy(field, 9);
  return field;
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const every = Uint8Array.from({ length: 256 }, (_, k) => k);
const name = Buffer.from('name');

/** Names, extra fields, sizes: each with what is odd of it. */
const odd: readonly ZipEntry[] = [
  { name: '' },
  { name: 'a/b/IM0001' },
  { name: 'a\\b\\IM0002' },
  { name: every },
  { name: every, flags: 0x800 },
  { name: 'Müller/日本' },
  { name: 'Müller/日本', flags: 0x800 },
  { name: '\ufeffmark' },
  { name: '\ufeffmark', flags: 0x800 },
  { name: 'it has \ufffd itself' },
  { name: Uint8Array.of(0x66, 0xfc, 0x72) },
  { name: hex('eda080') },
  { name: hex('c080'), flags: 0x800 },
  { name: hex('f09f98') },
  { name: hex('f09f98'), flags: 0x800 },
  { name: new Uint8Array(5000).fill(0x78) },
  { name: new Uint8Array(5000).fill(0xc3) },
  { name: `${'x'.repeat(4095)}ü` },
  { name: 'name', central: { extra: unicodePath(name, 'Größe\\1') } },
  { name: 'name', central: { extra: unicodePath(name, '\ufeffmark') } },
  { name: 'name', central: { extra: unicodePath(name, '') } },
  { name: 'name', central: { extra: unicodePath(name, 'x', 2) } },
  { name: 'renamed', central: { extra: unicodePath(name, 'x') } },
  {
    name: 'name',
    central: { extra: Buffer.concat([unicodePath(every, 'x'), unicodePath(name, 'second')]) },
  },
  { name: 'name', central: { extra: hex('99990400aabbccdd99') } },
  { name: 'name', central: { extra: hex('0100ffff') } },
  { name: 'ü', flags: 0x41, central: { extra: unicodePath(Buffer.from('ü'), 'x') } },
  { name: 'long', zip64: true },
  { name: 'far', central: { size: 2 ** 32 - 1, extra: hex('01000800aabbccdd11000000') } },
  { name: 'farther', central: { size: 2 ** 32 - 1, extra: hex('01000800ffffffffffffffff') } },
  { name: 'none', central: { size: 2 ** 32 - 1, offset: 2 ** 32 - 1 } },
  { name: 'short', central: { size: 2 ** 32 - 1, extra: hex('01000400aabbccdd') } },
  {
    name: 'second of two',
    central: {
      compressedSize: 2 ** 32 - 1,
      extra: hex('010008000100000000000000010008000200000000000000'),
    },
  },
  { name: 'link', central: { versionMadeBy: 0x031e, attributes: 0o120777 * 65_536 } },
  { name: 'link', central: { versionMadeBy: 0x131e, attributes: 0o120777 * 65_536 } },
  { name: 'no link', central: { versionMadeBy: 0x001e, attributes: 0o120777 * 65_536 } },
  { name: 'folder/' },
];

describe('the portable reader of the directory', () => {
  it.each(odd.map((entry, k) => [k, entry] as const))(
    'O20: says what yauzl says, %i',
    async (_, entry) => {
      await same(buildZip([entry, { name: 'after' }]));
    },
  );

  it('O10: names are UTF-8, code page 437 or of the Unicode path', async () => {
    // What the tables of Python's codecs have for these bytes.
    expect(await namesIn([{ name: hex('809fe1ecfdfeff') }])).toEqual(['Çƒß∞²■\xa0']);
    expect(await namesIn([{ name: hex('01071f7f61') }])).toEqual(['☺•▼⌂a']);
    expect(await namesIn([{ name: 'Größe\\1' }])).toEqual(['Größe/1']);
    const extra = unicodePath(name, 'Größe');
    expect(await namesIn([{ name: 'name', central: { extra } }])).toEqual(['Größe']);
  });

  it.each([
    ['before', { before: every }],
    ['after', { after: every }],
    ['comment', { comment: hex('504b0506') }],
    ['zip64', { zip64: true }],
    ['zip64 and a gap', { zip64: true, afterRecords: every }],
    ['fewer files', { count: 1 }],
    ['more files', { count: 99 }],
    ['more files and other things', { count: 99, afterRecords: new Uint8Array(60).fill(7) }],
    ['several parts', { disk: 3 }],
  ])('O20: says what yauzl says, %s', async (_, options) => {
    await same(buildZip(odd, options));
    await same(buildZip([], options));
    await same(buildZip(odd, options).subarray(100));
  });

  it('N21: says what yauzl says of forged archives', async () => {
    for (const forged of forgedArchives(buildZip)) await same(forged.build());
  });

  it(
    'N21: says what yauzl says of archives with wrong bytes, and with fewer',
    { timeout: 60_000 },
    async () => {
      const zip = buildZip(odd.filter(({ name }) => name.length < 300));
      const directory = Buffer.from(zip).indexOf('PK\x01\x02');
      const place = fc.integer({ min: directory, max: zip.length - 1 });
      // Of flags, lengths and signatures single bits matter; of others any byte.
      const flip = fc.tuple(
        place,
        fc.oneof(
          fc.integer({ min: 0, max: 7 }).map((bit) => 1 << bit),
          fc.integer({ min: 1, max: 255 }),
        ),
      );
      let directories = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(flip, { minLength: 1, maxLength: 6 }),
          fc.option(place),
          async (flips, end) => {
            const damaged = zip.slice();
            for (const [at, bits] of flips) damaged[at] = (damaged[at] ?? 0) ^ bits;
            const found = await same(
              end === null ? damaged : Buffer.concat([damaged.subarray(0, end), zip.subarray(-22)]),
            );
            if (typeof found !== 'string') directories += 1;
          },
        ),
        { numRuns: 600, seed: 20_261_123 },
      );
      expect(directories).toBeGreaterThan(100);
    },
  );

  it('O20: limits are those of yauzl’s', async () => {
    const zip = memorySource(buildZip(odd), 'm.zip');
    for (const read of [readZipDirectory, readDirectory]) {
      await expect(read(zip, { ...limits, entries: odd.length - 1 })).rejects.toMatchObject({
        code: 'ZIP_LIMIT',
        details: { limit: odd.length - 1, found: `${odd.length} files` },
      });
      expect((await read(zip, { ...limits, entries: odd.length })).names).toHaveLength(odd.length);
      await expect(read(zip, { ...limits, directoryBytes: 99 })).rejects.toMatchObject({
        code: 'ZIP_LIMIT',
        details: { limit: 99 },
      });
    }
  });

  it('announces the directory while it is read, and no longer', async () => {
    const announced: ByteRange[] = [];
    let ended = 0;
    const willRead = (ranges: readonly ByteRange[]): (() => void) => {
      announced.push(...ranges);
      return () => void (ended += 1);
    };
    const { start, end } = await readZipDirectory(
      { ...memorySource(buildZip(odd), 'm.zip'), willRead },
      limits,
    );
    expect(announced).toEqual([{ offset: start, length: end - start }]);
    expect(ended).toBe(1);
  });

  it('P05: 100,000 files let others have a turn, and end with the signal', async () => {
    const files = Array.from({ length: 100_000 }, (_, k) => ({ name: `${k}`, method: 0 }));
    const zip = memorySource(buildZip(files, { zip64: true }), 'm.zip');
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort('enough');
    }, 0);
    expect(await codeOf(readZipDirectory(zip, limits, controller.signal))).toBe('enough');
    expect((await readZipDirectory(zip, limits)).names.at(-1)).toBe('99999');
  });

  it('what is no zip is said alike', async () => {
    for (const bytes of [new Uint8Array(0), every, new Uint8Array(gzipSync(every))])
      await same(bytes);
    await same(buildZip(odd).subarray(0, 3000));
  });
});

const corpus = join(process.env['FRAMEDEX_CORPUS'] ?? '', 'zips');
const zips = existsSync(corpus) ? readdirSync(corpus).filter((one) => one.endsWith('.zip')) : [];
if (zips.length === 0) {
  console.warn('FRAMEDEX_CORPUS has no zips: real archives are NOT read by the portable reader');
}

it.skipIf(zips.length === 0)(
  'O20: says what yauzl says of the archives of the corpus',
  async () => {
    for (const zip of zips) await same(new Uint8Array(readFileSync(join(corpus, zip))));
  },
);
