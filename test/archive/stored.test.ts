import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openListing } from '../../src/archive/archive.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { createContext, openArchive } from '../../src/node/index.ts';
import type { Collection } from '../../src/node/index.ts';
import { archiveOptions } from '../support/archive-options.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { countingSource } from '../support/counting-source.ts';
import type { CountingSource } from '../support/counting-source.ts';
import { noise } from '../support/noise.ts';
import { codeOf } from '../support/open-built.ts';
import { rleEncode } from '../support/rle-encode.ts';
import { sliceParts } from '../support/slices.ts';

const EDGE = 128;
const SLICE_BYTES = 2 * EDGE ** 2;
const slice = (z: number): Uint8Array => {
  const size = { rows: EDGE, columns: EDGE, pixelRepresentation: 0 };
  const pixels: [number, string, Uint8Array] = [0x7fe00010, 'OW', noise(SLICE_BYTES)];
  return dicom(sliceParts({ z, ...size, pixels })).bytes;
};

/** The same bytes, one bit of them flipped. */
function damaged(bytes: Uint8Array, at = bytes.length - 1): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

interface Stored {
  readonly bytes: Uint8Array;
  /** Those that the checksum is of. */
  readonly archived?: Uint8Array | undefined;
}

function zipOf(members: readonly Stored[], asynchronous = false): CountingSource {
  const entries = members.map(({ bytes, archived = bytes }, k) => ({
    ...{ name: `IM${k}`, data: bytes, method: 0 },
    claims: { crc32: crc32(archived) },
  }));
  return countingSource(memorySource(buildZip(entries), 'ct.zip'), { asynchronous });
}

function seriesWith(bad: number, asynchronous = false): Promise<Collection> {
  const members = [0, 1, 2, 3].map(slice).map((bytes, k) => ({
    bytes: k === bad ? damaged(bytes) : bytes,
    archived: bytes,
  }));
  return openArchive(zipOf(members, asynchronous), { context: createContext() });
}

async function memberOf(zip: Source): Promise<Source> {
  const [member] = (await openListing(zip, archiveOptions())).members;
  if (member === undefined) throw new Error('no member');
  return member.open();
}

describe.each([
  ['at once', false],
  ['with a promise', true],
])('a slice that is stored in an archive read %s', (_, asynchronous) => {
  it.each([0, 2, 3])('O22: number %i, damaged, makes no volume', async (bad) => {
    const archive = await seriesWith(bad, asynchronous);
    const [series] = await archive.series();
    expect(series?.instances).toHaveLength(4);
    expect(await codeOf(series?.volume() ?? Promise.resolve())).toBe('ZIP_CRC');
  });

  it('O22: damaged, makes no picture and no frame, however it is asked for', async () => {
    const archive = await seriesWith(2, asynchronous);
    const [series] = await archive.series();
    expect(await codeOf(series?.thumbnail({ frame: 2 }) ?? Promise.resolve())).toBe('ZIP_CRC');
    const beside = await series?.thumbnail();
    expect(beside?.warnings?.map(({ code }) => code)).toEqual(['NOT_THE_MIDDLE']);
    expect(beside?.shows?.name).toMatch(/IM[13]$/);
    for (let again = 0; again < 2; again++) {
      await using file = await archive.open('IM1');
      await file.frame(0);
      const bad = archive.open('IM2').then((opened) => opened.frame(0));
      expect(await codeOf(bad)).toBe('ZIP_CRC');
    }
    expect(await codeOf(archive.open('IM2'))).toBe('ZIP_CRC');
  });

  it('O22: whose first read is all of it has a header nevertheless, and no frame', async () => {
    const { bytes } = dicom(sliceParts({ z: 1 }));
    const zip = zipOf([{ bytes: damaged(bytes), archived: bytes }], asynchronous);
    const archive = await openArchive(zip, { context: createContext() });
    await using file = await archive.open('IM0');
    expect(file.dataset.get('Rows')).toBe(2);
    if (asynchronous) expect((await file.frame(0)).unverified).toBe(true);
    else expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
  });

  it('O22: sound, is verified by its frame: no mark on volume, picture and frame', async () => {
    const archive = await seriesWith(-1, asynchronous);
    const [series] = await archive.series();
    expect(await series?.volume()).not.toHaveProperty('unverified');
    expect(await series?.volume({ shared: true })).not.toHaveProperty('unverified');
    expect(await series?.thumbnail()).not.toHaveProperty('unverified');
    await using file = await archive.open('IM0');
    expect(await file.frame(0)).not.toHaveProperty('unverified');
    expect(await file.verify()).toBe(true);
  });

  it('O22: is listed by its header alone, which compares nothing', async () => {
    const zip = zipOf(
      [0, 1, 2].map((z) => ({ bytes: slice(z) })),
      asynchronous,
    );
    const archive = await openArchive(zip, { context: createContext() });
    zip.forget();
    await archive.series();
    expect(zip.reads).toHaveLength(3);
    expect(zip.bytesRead).toBeLessThan(3 * (8192 + 200));
  });

  it('O22: compressed, with what lies behind its frame, is verified as well', async () => {
    const shape = { rows: EDGE, columns: EDGE, samplesPerPixel: 1, bytesPerSample: 1 };
    const frame = rleEncode(noise(EDGE ** 2), shape);
    const parts: DicomParts = {
      transferSyntax: SYNTAX.rle,
      elements: [
        ...imagePixel({ rows: EDGE, columns: EDGE, bitsAllocated: 8 }),
        encapsulated({ frames: [frame] }),
        [0xfffcfffc, 'OB', new Uint8Array(3000)],
      ],
    };
    const { bytes } = dicom(parts);
    // In the padding, where no frame is.
    const bad = damaged(bytes, bytes.length - 10);
    const zip = zipOf([{ bytes }, { bytes: bad, archived: bytes }], asynchronous);
    const archive = await openArchive(zip, { context: createContext() });
    await using sound = await archive.open('IM0');
    expect(await sound.frame(0)).not.toHaveProperty('unverified');
    await using wrong = await archive.open('IM1');
    expect(await codeOf(wrong.frame(0))).toBe('ZIP_CRC');
  });
});

describe('a stored member of several frames', () => {
  const frames = 8;
  const parts: DicomParts = {
    elements: [
      ...imagePixel({ rows: EDGE, columns: EDGE, bitsAllocated: 16, numberOfFrames: frames }),
      [0x7fe00010, 'OW', noise(frames * SLICE_BYTES)],
    ],
  };
  const { bytes } = dicom(parts);

  it.each([false, true])('O22: gives each in one read, with a mark (%s)', async (asynchronous) => {
    const zip = zipOf([{ bytes: damaged(bytes), archived: bytes }], asynchronous);
    const archive = await openArchive(zip, { context: createContext() });
    await using file = await archive.open('IM0');
    for (const i of [0, 5, frames - 1]) {
      zip.forget();
      expect((await file.frame(i)).unverified).toBe(true);
      expect(zip.reads.map(([, length]) => length)).toEqual([SLICE_BYTES]);
    }
    expect((await file.thumbnail()).unverified).toBe(true);
    expect(await codeOf(file.verify())).toBe('ZIP_CRC');
    expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
  });
});

describe('what is read of a stored member', () => {
  const size = 300_000;
  const bytes = noise(size);
  const readsOf = async (at: number, length: number, way: 'read' | 'readSync' | 'promises') => {
    const zip = zipOf([{ bytes }], way === 'promises');
    const source = await memberOf(zip);
    await source.read(0, 1);
    zip.forget();
    const given =
      way === 'readSync' ? source.readSync?.(at, length) : await source.read(at, length);
    expect(Buffer.compare(given ?? new Uint8Array(0), bytes.subarray(at, at + length))).toBe(0);
    expect(source.archived?.verified).toBe(zip.bytesRead === size);
    expect(zip.bytesRead).toBeLessThanOrEqual(size);
    expect(zip.reads.length).toBeLessThanOrEqual(3);
    return zip.bytesRead;
  };

  it.each([
    // All of it, whatever the way.
    [0, size, size, size],
    // A frame, its header before it, its padding behind.
    [10_000, size - 10_000, size, size],
    [10_000, size - 26_000, size, size],
    [10_000, size - 26_400, size - 26_400, size - 26_400],
    // Where headers may be read the same way, a read that goes on where they left off is one.
    [110_000, size - 110_000, size, size - 110_000],
    [140_000, size - 140_000, size - 140_000, size - 140_000],
    // What begins with the object is its header.
    [0, size - 1, size - 1, size - 1],
    [size - 100, 100, 100, 100],
    [size, 0, 0, 0],
  ])('O22: from %i, %i bytes, costs %i, and %i as a header', async (at, length, one, other) => {
    expect(await readsOf(at, length, 'read')).toBe(one);
    expect(await readsOf(at, length, 'readSync')).toBe(other);
    expect(await readsOf(at, length, 'promises')).toBe(other);
  });

  it('O22: what was compared is not compared again, by nobody', async () => {
    const zip = zipOf([{ bytes }]);
    const source = await memberOf(zip);
    await source.read(1000, size - 1000);
    zip.forget();
    source.readSync?.(1000, size - 1000);
    await source.read(1000, size - 1000);
    await source.archived?.verify();
    expect(zip.bytesRead).toBe(2 * (size - 1000));
  });

  it.each([false, true])(
    'O22: one byte that is wrong, before, in or behind (%s)',
    async (atOnce) => {
      for (const at of [0, 999, 1000, size - 101, size - 100, size - 1]) {
        const source = await memberOf(zipOf([{ bytes: damaged(bytes, at), archived: bytes }]));
        const read = (from: number, length: number): Promise<Uint8Array | undefined> =>
          Promise.resolve().then(() =>
            atOnce ? source.readSync?.(from, length) : source.read(from, length),
          );
        expect(await codeOf(read(0, 100))).toBe('no error');
        expect(await codeOf(read(1000, size - 1100))).toBe('ZIP_CRC');
        expect(source.archived?.verified).toBe(false);
        expect(await codeOf(read(0, 100))).toBe('ZIP_CRC');
        expect(() => source.readSync?.(0, 1)).toThrow('damaged');
      }
    },
  );

  it('O22: no byte is known that is wrong: the error names none', async () => {
    const source = await memberOf(zipOf([{ bytes: damaged(bytes), archived: bytes }]));
    const error: unknown = await source.read(0, size).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'ZIP_CRC',
      details: expect.not.objectContaining({ offset: expect.anything() as number }) as object,
    });
    expect((error as Error).message).not.toContain('byte');
  });

  it('O22: a disk that fails at the rest is no damage: read again, it is compared', async () => {
    for (const failing of [0, 10_000 + size - 10_100]) {
      const zip = zipOf([{ bytes }], true);
      let start = Infinity;
      const source = await memberOf({
        ...zip,
        read: async (offset, length, options) => {
          if (offset === start + failing) throw Object.assign(new Error('disk'), { code: 'EIO' });
          return zip.read(offset, length, options);
        },
      });
      await source.read(0, 1);
      zip.forget();
      await source.read(0, 1);
      start = zip.reads[0]?.[0] ?? Infinity;
      expect(await codeOf(source.read(10_000, size - 10_100))).toBe('EIO');
      expect(source.archived?.verified).toBe(false);
      start = Infinity;
      await source.read(10_000, size - 10_100);
      expect(source.archived?.verified).toBe(true);
    }
  });
});

describe('verify() of a stored member', () => {
  const size = 3 * 2 ** 20;
  const bytes = noise(size);

  it('O25: asked for twice at the same time, reads it once, and tells both', async () => {
    const zip = zipOf([{ bytes }]);
    const source = await memberOf(zip);
    await source.read(0, 1);
    zip.forget();
    const told: string[] = [];
    const run = (name: string): Promise<void> | undefined =>
      source.archived?.verify({ onProgress: (done) => told.push(`${name} ${done / 2 ** 20}`) });
    await Promise.all([run('a'), run('b')]);
    expect(zip.bytesRead).toBe(size);
    expect(told).toEqual(['a 1', 'b 1', 'a 2', 'b 2', 'a 3', 'b 3']);
    await run('c');
    expect(zip.bytesRead).toBe(size);
    expect(told.at(-1)).toBe('c 3');
  });

  it('O25: goes on for the other when one leaves, and ends when both have', async () => {
    const zip = zipOf([{ bytes }]);
    const source = await memberOf(zip);
    const leave = new AbortController();
    const leaving = source.archived?.verify({
      signal: leave.signal,
      onProgress: () => {
        leave.abort('enough');
      },
    });
    const staying = source.archived?.verify();
    await expect(leaving).rejects.toBe('enough');
    await staying;
    expect(source.archived?.verified).toBe(true);

    const other = zipOf([{ bytes }]);
    const second = await memberOf(other);
    const both = new AbortController();
    const { signal } = both;
    const onProgress = (): void => {
      both.abort('no');
    };
    other.forget();
    const runs = [1, 2].map(() => second.archived?.verify({ signal, onProgress }));
    for (const run of runs) await expect(run).rejects.toBe('no');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(other.bytesRead).toBeLessThan(size);
    await second.archived?.verify();
    expect(second.archived?.verified).toBe(true);
  });

  it('O22: tells both that it is damaged', async () => {
    const source = await memberOf(zipOf([{ bytes: damaged(bytes), archived: bytes }]));
    const runs = [1, 2].map(() => codeOf(source.archived?.verify() ?? Promise.resolve()));
    expect(await Promise.all(runs)).toEqual(['ZIP_CRC', 'ZIP_CRC']);
    expect(await codeOf(source.read(0, 1))).toBe('ZIP_CRC');
  });
});

describe('a stored member in a file', () => {
  it('O22: nothing before the first read, or behind the last, is no other checksum', async () => {
    // Node's own has 0 for nothing where that has no memory, whatever came before it.
    const bytes = noise(70_000);
    const empty = new Uint8Array(new ArrayBuffer(0));
    const memory = memorySource(buildZip([{ name: 'x', data: bytes, method: 0 }]), 'x.zip');
    const source = await memberOf({
      ...memory,
      readSync: (offset, length, into) =>
        length === 0 ? empty : (memory.readSync?.(offset, length, into) ?? empty),
    });
    expect(source.readSync?.(0, 70_000)).toEqual(bytes);
    expect(source.archived?.verified).toBe(true);
  });
});
