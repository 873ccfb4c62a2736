import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openListing } from '../../src/archive/archive.ts';
import type { ArchiveLimits, ArchiveOptions } from '../../src/archive/archive-options.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import type { Listing } from '../../src/collection/listing.ts';
import { FramedexError, isFramedexError } from '../../src/errors.ts';
import { archiveOptions } from '../support/archive-options.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { countingSource } from '../support/counting-source.ts';
import { codeOf } from '../support/open-built.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

function list(
  archive: Uint8Array,
  given: Partial<Omit<ArchiveOptions, 'limits'>> & { limits?: Partial<ArchiveLimits> } = {},
): Promise<Listing> {
  return openListing(memorySource(archive, 'outer.zip'), archiveOptions(given));
}

/** What each member holds, or the code of the error when it is read. */
async function contents(listing: Listing): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const member of listing.members) {
    try {
      const source = member.open();
      expect(source.size).toBe(member.size);
      found[member.name] = Buffer.from(await source.read(0, source.size)).toString();
      await source.close?.();
    } catch (error) {
      found[member.name] = isFramedexError(error) ? error.code : String(error);
    }
  }
  return found;
}

const inner = buildZip([
  { name: 'x', data: bytes('one') },
  { name: 'd/y', data: bytes('two'), method: 0 },
]);
const innerTar = buildTar([{ name: 'x', data: bytes('three') }]);
const deepest = buildZip([
  { name: 'deep.zip', data: inner },
  { name: 'z', data: bytes('four') },
]);
const outer = buildZip([
  { name: 'plain', data: bytes('plain') },
  { name: 'a/stored.zip', data: inner, method: 0 },
  { name: 'a/deflated.ZIP', data: inner },
  { name: 't.tar', data: innerTar },
  { name: 't.tar.gz', data: new Uint8Array(gzipSync(innerTar)), method: 0 },
  { name: 'IM1.dcm.gz', data: new Uint8Array(gzipSync(bytes('gz'))) },
  { name: 'more.zip', data: deepest },
  { name: 'broken.zip', data: bytes('PK\x03\x04 and no more') },
  { name: 'text.zip', data: bytes('no archive') },
  { name: 'text.gz', data: bytes('no gzip') },
  { name: 'locked.zip', data: inner, flags: 1 },
]);

describe('archives in an archive', () => {
  it('O26: are refused where nobody asked for them, and by a name alone nothing is', async () => {
    const listing = await list(outer);
    expect(await contents(listing)).toEqual({
      plain: 'plain',
      'a/stored.zip': 'ZIP_NESTED',
      'a/deflated.ZIP': 'ZIP_NESTED',
      't.tar': 'ZIP_NESTED',
      't.tar.gz': 'ZIP_NESTED',
      'IM1.dcm.gz': 'ZIP_NESTED',
      'more.zip': 'ZIP_NESTED',
      'broken.zip': 'ZIP_NESTED',
      'text.zip': 'no archive',
      'text.gz': 'no gzip',
      'locked.zip': 'ZIP_ENCRYPTED',
    });
    const member = listing.members.find(({ name }) => name === 'a/stored.zip');
    expect(() => member?.open().readSync?.(0, 600)).toThrow(/`nested: true`/);
    await expect(member?.open().read(0, 600)).rejects.toThrow(/outer.zip!\/inner.zip!/);
  });

  it('O26: a DICOM object whose preamble looks like one is none', async () => {
    const data = new Uint8Array(600);
    data.set(bytes('PK\x03\x04'), 0);
    data.set(bytes('DICM'), 128);
    const listing = await list(buildZip([{ name: 'x.zip', data }]));
    expect(await listing.members[0]?.open().read(0, 600)).toEqual(data);
  });

  it('O26: are replaced by what they hold, and those in them refused', async () => {
    const listing = await list(outer, { nested: true });
    expect(await contents(listing)).toEqual({
      plain: 'plain',
      'a/stored.zip!/x': 'one',
      'a/stored.zip!/d/y': 'two',
      'a/deflated.ZIP!/x': 'one',
      'a/deflated.ZIP!/d/y': 'two',
      't.tar!/x': 'three',
      't.tar.gz!/x': 'three',
      'IM1.dcm.gz': 'gz',
      'more.zip!/deep.zip': 'ZIP_NESTED',
      'more.zip!/z': 'four',
      'broken.zip': 'ZIP_FORMAT',
      'text.zip': 'ZIP_FORMAT',
      'text.gz': 'no gzip',
      'locked.zip': 'ZIP_ENCRYPTED',
    });
    expect(listing.members.slice(0, 4).map(({ id }) => id)).toEqual([
      'zip#0',
      'zip#1!/zip#0',
      'zip#1!/zip#1',
      'zip#2!/zip#0',
    ]);
    expect(listing.members.find(({ name }) => name === 'IM1.dcm.gz')?.id).toBe('zip#5');
    expect(listing.inflation?.bytesInflated).toBeGreaterThan(inner.length);
    const deep = listing.members.find(({ name }) => name === 'more.zip!/deep.zip');
    expect(() => deep?.open().readSync?.(0, 600)).toThrow('Unpack the archive first');
  });

  it('O26: in a tar and in a tar.gz as well', async () => {
    const tar = buildTar([
      { name: 'in.zip', data: inner },
      { name: 'in.tar', data: innerTar },
    ]);
    for (const archive of [tar, new Uint8Array(gzipSync(tar))]) {
      expect(await contents(await list(archive, { nested: true }))).toEqual({
        'in.zip!/x': 'one',
        'in.zip!/d/y': 'two',
        'in.tar!/x': 'three',
      });
    }
  });

  it('O24: a stored one is a part of the archive: so are its stored members', async () => {
    const data = new Uint8Array(50_000).fill(9);
    const stored = buildZip([{ name: 'x', data, method: 0 }]);
    const archive = buildZip([{ name: 'in.zip', data: stored, method: 0 }]);
    const source = countingSource(memorySource(archive, 'outer.zip'));
    const listing = await openListing(source, archiveOptions({ nested: true }));
    const member = listing.members[0]?.open();
    await member?.read(0, 1);
    source.forget();
    expect(await member?.read(1000, 100)).toEqual(data.subarray(0, 100));
    expect(source.bytesRead).toBe(100);
    await listing.close();
    expect(source.closed).toBe(true);
    expect(await codeOf(member?.read(0, 1) ?? Promise.resolve())).toBe('CLOSED');
  });

  it('O26: names stay unique', async () => {
    const archive = buildZip([
      { name: 'a.zip!/x', data: bytes('1') },
      { name: 'a.zip', data: inner },
    ]);
    const names = (await list(archive, { nested: true })).members.map(({ name }) => name);
    expect(names).toEqual(['a.zip!/x', 'a.zip!/x (2)', 'a.zip!/d/y']);
  });

  it('N21: share the limits: the one that is too much is a fault, the others can be read', async () => {
    const archive = buildZip([
      { name: '1.zip', data: inner },
      { name: '2.tar', data: innerTar },
      { name: '3.zip', data: inner },
      { name: 'x', data: bytes('x') },
    ]);
    const found = await contents(await list(archive, { nested: true, limits: { members: 8 } }));
    expect(found).toEqual({
      '1.zip!/x': 'one',
      '1.zip!/d/y': 'two',
      '2.tar!/x': 'three',
      '3.zip': 'ZIP_LIMIT',
      x: 'x',
    });
    expect(await codeOf(list(archive, { nested: true, limits: { members: 3 } }))).toBe('ZIP_LIMIT');
    const limits = { directoryBytes: 350 };
    expect(await contents(await list(archive, { nested: true, limits }))).toMatchObject({
      '3.zip': 'ZIP_LIMIT',
      x: 'x',
    });
  });

  it('N21: of archives in archives, as many as there are, two are opened', async () => {
    let archive = inner;
    for (let floor = 0; floor < 4; floor++)
      archive = buildZip([{ name: 'self.zip', data: archive, method: 0 }]);
    expect(await contents(await list(archive, { nested: true }))).toEqual({
      'self.zip!/self.zip': 'ZIP_NESTED',
    });
  });

  it('P05: a signal ends the opening, and closes what was opened', async () => {
    const controller = new AbortController();
    const options = archiveOptions({ nested: true, signal: controller.signal });
    const readDirectory: ArchiveOptions['readDirectory'] = async (source, limits) => {
      const directory = await options.readDirectory(source, limits);
      if (source.name === 'outer.zip!/a/deflated.ZIP') controller.abort('enough');
      return directory;
    };
    const opening = openListing(memorySource(outer, 'outer.zip'), { ...options, readDirectory });
    expect(await codeOf(opening)).toBe('enough');
  });
});

describe('archives in an archive that is far away', () => {
  it('are not left out because the way to one of them is broken', async () => {
    const zips = buildZip(
      [1, 2, 3].map((k) => ({ name: `${k}.zip`, data: inner, method: 0 as const })),
    );
    const remote = { requests: 0, bytesReceived: 0 };
    let reads = 0;
    const far = (last: number): Source => ({
      name: 'far.zip',
      size: zips.length,
      remote,
      read: (offset, length) => {
        reads += 1;
        if (reads > last) return Promise.reject(new FramedexError('HTTP', 'gone', {}));
        return Promise.resolve(zips.slice(offset, offset + length));
      },
    });
    const sound = await openListing(far(Infinity), archiveOptions({ nested: true }));
    expect(sound.members).toHaveLength(6);
    const needed = reads;
    for (let last = 1; last < needed; last++) {
      reads = 0;
      const opening = openListing(far(last), archiveOptions({ nested: true }));
      expect(await codeOf(opening)).toBe('HTTP');
    }
  });
});
