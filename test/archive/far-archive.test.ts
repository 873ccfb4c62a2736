import { describe, expect, it } from 'vitest';
import { openListing } from '../../src/archive/archive.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { ByteRange, Source } from '../../src/bytes/source.ts';
import { archiveOptions } from '../support/archive-options.ts';
import { buildTar } from '../support/build-tar.ts';
import { buildZip } from '../support/build-zip.ts';
import { countingSource } from '../support/counting-source.ts';
import { noise } from '../support/noise.ts';

const REMOTE = { requests: 7, bytesReceived: 9 };

function far(bytes: Uint8Array, name = 'far.zip') {
  const announced: (readonly ByteRange[])[] = [];
  const source: Source = {
    ...countingSource(memorySource(bytes, name), { asynchronous: true }),
    remote: REMOTE,
    willRead: (ranges) => {
      announced.push(ranges);
      return () => undefined;
    },
  };
  return { source, announced };
}

const data = noise(3000);
const entries = [
  { name: 'stored', data, method: 0 },
  { name: 'deflated', data: data.subarray(0, 500) },
  { name: 'last', data: data.subarray(0, 40), method: 0, dataDescriptor: true },
];

/** Where the signature stands that members begin with. */
function localHeaders(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(0x50); at >= 0; at = bytes.indexOf(0x50, at + 1)) {
    if (bytes[at + 1] === 0x4b && bytes[at + 2] === 3 && bytes[at + 3] === 4) found.push(at);
  }
  return found;
}

describe('places of members', () => {
  it('of a zip lie from one local header to the next, the last to the directory', async () => {
    const bytes = buildZip(entries);
    const listing = await openListing(far(bytes).source, archiveOptions());
    const starts = localHeaders(bytes);
    const directory = Buffer.from(bytes).indexOf('PK\u0001\u0002', 0, 'latin1');
    const ends = [...starts.slice(1), directory];
    expect(listing.members.map(({ place }) => place)).toEqual(
      starts.map((offset, k) => ({ offset, length: (ends[k] ?? 0) - offset })),
    );
  });

  it('of a zip reach no further than a record can, over what no record tells of', async () => {
    const first = buildZip(entries.slice(0, 1));
    const bytes = buildZip(
      [
        { ...entries[0], name: 'a', data, method: 0 },
        { name: 'b', data },
      ],
      {
        before: first,
      },
    );
    const listing = await openListing(far(bytes).source, archiveOptions());
    for (const { place } of listing.members) {
      expect(place?.length).toBeLessThanOrEqual(data.length + 1 + 30 + 65535 + 24 + 100);
    }
    expect(listing.members[0]?.place?.offset).toBe(first.length);
  });

  it('of a tar are their bytes', async () => {
    const bytes = buildTar([
      { name: 'a', data },
      { name: 'b', data: data.subarray(0, 10) },
    ]);
    const listing = await openListing(far(bytes, 'far.tar').source, archiveOptions());
    expect(listing.members.map(({ place }) => place)).toEqual([
      { offset: 512, length: 3000 },
      { offset: 512 + 3072 + 512, length: 10 },
    ]);
    expect(listing.remote).toBe(REMOTE);
  });

  it('of an archive in the archive are none of the whole', async () => {
    const inner = buildZip([{ name: 'b', data }]);
    const bytes = buildZip([
      { name: 'in.zip', data: inner, method: 0 },
      { name: 'a', data, method: 0 },
    ]);
    const listing = await openListing(far(bytes).source, archiveOptions({ nested: true }));
    expect(listing.members.map(({ name, place }) => [name, place !== undefined])).toEqual([
      ['in.zip!/b', false],
      ['a', true],
    ]);
    expect(listing.willRead).toBeDefined();
    const refusing = await openListing(far(bytes).source, archiveOptions());
    expect(refusing.members.every(({ place }) => place !== undefined)).toBe(true);
    expect([refusing.willRead === undefined, refusing.remote]).toEqual([false, REMOTE]);
  });
});

describe('members of what is far away', () => {
  it('stored: reads of them are reads of the archive', async () => {
    const bytes = buildZip(entries);
    const { source, announced } = far(bytes);
    const listing = await openListing(source, archiveOptions());
    announced.length = 0;
    const member = listing.members[0]?.open();
    const start = Buffer.from(bytes).indexOf(data.subarray(0, 100));
    member?.willRead?.([{ offset: 100, length: 50 }]);
    await member?.read(0, 10);
    member?.willRead?.([{ offset: 100, length: 50 }]);
    const [[guess] = [], [known] = []] = announced;
    expect(known).toEqual({ offset: start + 100, length: 50 });
    // Before the local header was read, it is a guess that holds it.
    expect(guess?.offset).toBeLessThanOrEqual(start + 100);
    expect((guess?.offset ?? 0) + (guess?.length ?? 0)).toBeGreaterThanOrEqual(start + 150);
    expect(member?.remote).toBe(REMOTE);
  });

  it('deflated: what is read of the archive, they know alone', async () => {
    const listing = await openListing(far(buildZip(entries)).source, archiveOptions());
    const member = listing.members[1]?.open();
    expect(member?.willRead).toBeUndefined();
    expect(member?.remote).toBe(REMOTE);
  });

  it('of what is here, nothing is announced', async () => {
    const listing = await openListing(memorySource(buildZip(entries), 'a.zip'), archiveOptions());
    expect(listing.willRead).toBeUndefined();
    expect(listing.members.map((member) => member.open().willRead)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
