import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { archiveKindOf } from '../../src/archive/archive-kind.ts';
import { openListing } from '../../src/archive/archive.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import { isFramedexError } from '../../src/errors.ts';
import { archiveOptions } from '../support/archive-options.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { countingSource } from '../support/counting-source.ts';

const data = new Uint8Array(Buffer.from('some bytes '.repeat(60)));
const zip = buildZip([
  { name: 'a', data },
  { name: 'b', data, method: 0 },
]);
const tar = buildTar([
  { name: 'a', data },
  { name: 'b', data, pax: { path: 'é' } },
]);
const tgz = new Uint8Array(gzipSync(tar));

describe('archiveKindOf', () => {
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
  const object = zip.slice(0, 600);
  object.set(bytes('DICM'), 128);
  it.each([
    ['a zip', zip, 'zip'],
    ['an empty zip', buildZip([]), 'zip'],
    ['a tar', tar, 'tar'],
    ['a tar of the oldest form', buildTar([{ name: 'a', data, magic: '' }]), 'tar'],
    ['a tar whose first header is damaged', buildTar([{ name: 'a', checksum: '0' }]), 'tar'],
    ['a gzip file', tgz, 'gzip'],
    ['a zip behind other bytes', buildZip([{ name: 'a', data }], { before: data }), undefined],
    ['zeros', new Uint8Array(1024), undefined],
    ['nothing', new Uint8Array(0), undefined],
    ['text', data, undefined],
    ['a DICOM object whose preamble is the start of a zip', object, undefined],
  ])('O26: of %s', (_, head, kind) => {
    expect(archiveKindOf(head.subarray(0, 512))).toBe(kind);
  });
});

describe('openListing', () => {
  it('a tar of nothing but zeros is an empty one, by its name', async () => {
    const zeros = new Uint8Array(10_240);
    const empty = await openListing(memorySource(zeros, 'e.tar'), archiveOptions());
    expect(empty.members).toEqual([]);
    const other = openListing(memorySource(zeros, 'e.bin'), archiveOptions());
    await expect(other).rejects.toMatchObject({ code: 'ZIP_FORMAT' });
  });

  it('O26: by the bytes, whatever the name; a zip behind other bytes too', async () => {
    for (const archive of [
      zip,
      tar,
      tgz,
      buildZip(
        [
          { name: 'a', data },
          { name: 'b', data },
        ],
        { before: data },
      ),
    ]) {
      const listing = await openListing(memorySource(archive, 'x.rar'), archiveOptions());
      expect(listing.members.map(({ size }) => size)).toEqual([data.length, data.length]);
      for (const member of listing.members) {
        expect(await member.open().read(0, data.length)).toEqual(data);
      }
    }
  });

  it.each([
    ['a 7z archive', '377abcaf271c'],
    ['a RAR archive', '526172211a0701'],
    ['an xz file', 'fd377a585a00'],
    ['a bzip2 file', '425a6839314159'],
    ['a zstd file', '28b52ffd'],
    ['a cabinet', '4d534346'],
  ])('O26: %s is named, and what to do', async (name, hex) => {
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(1000, 1)]);
    const source = countingSource(memorySource(new Uint8Array(bytes), 'x.zip'));
    const opening = openListing(source, archiveOptions());
    await expect(opening).rejects.toMatchObject({ code: 'ZIP_FORMAT', details: { found: name } });
    await expect(opening).rejects.toThrow('Unpack');
    expect(source.closed).toBe(false);
  });

  it('O26: a DICOM object is named, and what to do', async () => {
    const { bytes } = dicom({ elements: [[0x00100010, 'PN', 'Doe^J']] });
    const opening = openListing(memorySource(bytes, 'ct.dcm'), archiveOptions());
    await expect(opening).rejects.toMatchObject({
      code: 'ZIP_FORMAT',
      details: { found: 'a DICOM object', advice: 'Open it with open().' },
    });
  });

  it('N21: of 2,000 that were damaged: what is typed, and nothing else', async () => {
    const limits = { members: 1000, directoryBytes: 2 ** 20, memberBytes: 2 ** 24 };
    let state = 11;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let opened = 0;
    const codes = new Set<string>();
    for (let round = 0; round < 2000; round++) {
      const archive = [tar, tgz][round % 2] ?? tar;
      const bytes = archive.slice(0, random(4) === 0 ? random(archive.length) : archive.length);
      for (let k = random(4) + 1; k > 0; k--) bytes[random(bytes.length)] = random(256);
      try {
        const listing = await openListing(
          memorySource(bytes, 'x'),
          archiveOptions({ limits, nested: true }),
        );
        for (const member of listing.members) {
          const source = member.open();
          expect((await source.read(0, source.size)).length).toBe(source.size);
        }
        opened += 1;
      } catch (error) {
        if (!isFramedexError(error)) throw error;
        codes.add(error.code);
      }
    }
    expect(opened).toBeGreaterThan(100);
    expect([...codes]).toEqual(
      expect.arrayContaining(['ZIP_FORMAT', 'ZIP_CRC', 'INFLATE', 'ZIP_SIZE_MISMATCH']),
    );
  });
});
