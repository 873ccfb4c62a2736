import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openListing } from '../../src/archive/archive.js';
import { memorySource } from '../../src/bytes/memory.js';
import { archiveOptions, inflatingWith } from '../support/archive-options.js';
import { buildTar } from '../support/build-tar.js';
import { countingSource } from '../support/counting-source.js';
import { codeOf } from '../support/open-built.js';
/** Writes a gzip file (RFC 1952), well-formed unless told otherwise. */
function gzip(parts) {
  const { data, extra, name, comment, checksum, method = 8 } = parts;
  const has = (value, flag) => (value === undefined ? 0 : flag);
  const flags = has(checksum, 2) | has(extra, 4) | has(name, 8) | has(comment, 16);
  const head = [Buffer.from([0x1f, 0x8b, method, flags | (parts.flags ?? 0), 0, 0, 0, 0, 0, 3])];
  if (extra !== undefined)
    head.push(Buffer.from([extra.length & 255, extra.length >> 8]), Buffer.from(extra));
  for (const text of [name, comment]) if (text !== undefined) head.push(Buffer.from(`${text}\0`));
  if (checksum !== undefined) {
    const sum = Buffer.alloc(2);
    sum.writeUInt16LE(checksum === true ? crc32(Buffer.concat(head)) & 0xffff : checksum);
    head.push(sum);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(parts.crc32 ?? crc32(data), 0);
  trailer.writeUInt32LE(parts.size ?? data.length % 2 ** 32, 4);
  const deflated = parts.deflated ?? deflateRawSync(data);
  return new Uint8Array(Buffer.concat([...head, deflated, trailer]));
}
function list(bytes, given = {}) {
  const { limits, inflating = {}, name = 'f.gz' } = given;
  const options = archiveOptions({ limits, inflating: inflatingWith(inflating) });
  return openListing(memorySource(bytes, name), options);
}
async function only(listing) {
  expect(listing.members).toHaveLength(1);
  const source = listing.members[0]?.open();
  const bytes = new Uint8Array((await source?.read(0, source.size)) ?? []);
  await source?.close?.();
  return bytes;
}
/** Bytes that deflate to the half, others for each seed. */
function noise(length, seed) {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 28;
  });
}
const data = noise(50_000, 1);
describe('a gzip file', () => {
  const headers = [
    ['nothing but what must be', {}, 'f'],
    ['a name', { name: 'IM1.dcm' }, 'IM1.dcm'],
    ['a name with a path', { name: '/home/x/IM1' }, 'IM1'],
    ['a name with a control character', { name: 'a\nb' }, 'a\ufffdb'],
    ['an empty name', { name: '' }, 'f'],
    ['a comment', { comment: 'made by hand' }, 'f'],
    ['an extra field', { extra: new Uint8Array([1, 2, 3, 0, 9, 9, 9]) }, 'f'],
    ['the longest extra field', { extra: new Uint8Array(65535) }, 'f'],
    ['a name longer than any', { name: 'n'.repeat(4097) }, 'f'],
    ['a long comment', { comment: 'c'.repeat(100_000), name: 'n' }, 'n'],
    [
      'all of it, and a checksum',
      { extra: new Uint8Array(4), name: 'n', comment: 'c', checksum: true },
      'n',
    ],
  ];
  it.each(headers)('O26: with %s in its header', async (_, parts, name) => {
    const file = gzip({ data, ...parts });
    const listing = await list(file, { name: 'folder/f.gz' });
    expect(listing.name).toBe('folder/f.gz');
    const compressedSize = deflateRawSync(data).length;
    expect(listing.members[0]).toMatchObject({
      name,
      size: data.length,
      compressedSize,
      id: 'gzip#0',
    });
    expect(await only(listing)).toEqual(data);
    expect(listing.inflation?.wholes).toBe(1);
    await listing.close();
  });
  it('O26: as zlib writes it, at every level; and of one that is called .gz alone', async () => {
    for (const level of [0, 1, 6, 9]) {
      expect(await only(await list(new Uint8Array(gzipSync(data, { level }))))).toEqual(data);
    }
    expect((await list(gzip({ data }), { name: '.gz' })).members[0]?.name).toBe('.gz');
  });
  it('O26: of nothing, and of what cannot be deflated', async () => {
    expect(await only(await list(gzip({ data: new Uint8Array(0) })))).toHaveLength(0);
    const random = noise(300_000, 7);
    expect(await only(await list(gzip({ data: random })))).toEqual(random);
  });
  const wrong = [
    ['a method that nobody knows', gzip({ data, method: 7 }), 'ZIP_METHOD'],
    ['a flag that nobody knows', gzip({ data, flags: 0x20 }), 'ZIP_METHOD'],
    ['a wrong checksum of its header', gzip({ data, checksum: 1 }), 'ZIP_FORMAT'],
    ['a comment without end', gzip({ data, comment: 'c'.repeat(300_000) }), 'ZIP_FORMAT'],
    ['nothing but its header', gzip({ data }).subarray(0, 10), 'TRUNCATED'],
    ['half a header', gzip({ data, comment: 'comment' }).subarray(0, 15), 'TRUNCATED'],
    [
      'blocks, as bgzip has them',
      gzip({ data, extra: new Uint8Array([66, 67, 2, 0, 9, 9]) }),
      'ZIP_METHOD',
    ],
    ['a length that deflate cannot have', gzip({ data, size: 2 ** 31 }), 'ZIP_SIZE_MISMATCH'],
    ['a length below that', gzip({ data: noise(20_000, 3), size: 4 }), 'ZIP_SIZE_MISMATCH'],
    ['a broken stream', gzip({ data, deflated: new Uint8Array(200).fill(0xff) }), 'INFLATE'],
  ];
  it.each(wrong)('O26: %s is refused when it is opened', async (_, file, code) => {
    expect(await codeOf(list(file))).toBe(code);
  });
  it('O26: cut within header or trailer, it says how many bytes there should be', async () => {
    const file = gzip({ data, comment: 'comment' });
    const head = 10 + 8;
    const told = [
      [9, 10],
      [head - 1, head],
      [head, head + 9],
      [head + 8, head + 9],
    ];
    for (const [available, needed] of told) {
      const opening = list(file.subarray(0, available));
      const details = { name: 'f.gz', offset: 0, needed, available };
      await expect(opening).rejects.toMatchObject({ code: 'TRUNCATED', details });
    }
    // A source that has less than it says.
    const short = memorySource(file, 'f.gz');
    const lying = { name: 'f.gz', size: file.length + 8, read: short.read };
    await expect(openListing(lying, archiveOptions())).rejects.toMatchObject({
      code: 'TRUNCATED',
      details: { needed: file.length + 8, available: file.length },
    });
  });
  it.each([
    ['many bytes', data],
    ['few', new Uint8Array(Buffer.from('few'))],
    ['none', new Uint8Array(0)],
  ])(
    'O26: of %s, with zeros behind it, is refused with what may have happened',
    async (_, content) => {
      for (const zeros of [8, 512, 100_000]) {
        const opening = list(
          new Uint8Array(Buffer.concat([gzip({ data: content }), Buffer.alloc(zeros)])),
        );
        await expect(opening).rejects.toThrow(
          'ZIP_SIZE_MISMATCH: f.gz: the gzip file ends in zeros, where the length of what is in it should ' +
            'be. It was cut, padded, or several gzip files were joined: unpack it with gunzip',
        );
      }
    },
  );
  it('O26: fewer zeros behind it, which end in a length of 0 too', async () => {
    const file = gzip({ data: new Uint8Array(Buffer.from('few')) });
    for (const zeros of [4, 5, 6, 7]) {
      const opening = list(new Uint8Array(Buffer.concat([file, Buffer.alloc(zeros)])));
      expect(await codeOf(opening), String(zeros)).toBe('ZIP_SIZE_MISMATCH');
    }
  });
  it('O26: a length that cannot be is told in words', async () => {
    await expect(list(gzip({ data, size: 2 ** 31 }))).rejects.toThrow(
      /^ZIP_SIZE_MISMATCH: f\.gz: the gzip file does not end in the length of what is in it\. It was [^\d]+$/,
    );
  });
  const lying = [
    ['a wrong checksum', gzip({ data, crc32: 5 }), 'ZIP_CRC'],
    ['a length that is too small', gzip({ data, size: data.length - 1 }), 'ZIP_SIZE_MISMATCH'],
    ['a length that is too big', gzip({ data, size: data.length + 1 }), 'ZIP_SIZE_MISMATCH'],
    ['another behind it', Buffer.concat([gzip({ data }), gzip({ data })]), 'ZIP_SIZE_MISMATCH'],
    [
      'a shorter one behind it',
      Buffer.concat([gzip({ data }), gzip({ data: data.subarray(9) })]),
      'ZIP_SIZE_MISMATCH',
    ],
  ];
  it.each(lying)('O22: %s is told when it is read', async (_, file, code) => {
    const listing = await list(new Uint8Array(file));
    const reading = only(listing);
    expect(await codeOf(reading)).toBe(code);
    const advice = /several gzip files were joined/;
    if (code === 'ZIP_SIZE_MISMATCH') await expect(reading).rejects.toThrow(advice);
    const source = listing.members[0]?.open();
    expect(() => source?.readSync?.(source.size - 5, 5)).toThrow(code);
  });
  it('N23: limits of what it inflates to', async () => {
    expect(await codeOf(list(gzip({ data }), { limits: { memberBytes: data.length - 1 } }))).toBe(
      'ZIP_LIMIT',
    );
    const blank = gzip({
      data: new Uint8Array(0),
      deflated: new Uint8Array(2 ** 20),
      size: 2 ** 29,
    });
    expect(await codeOf(list(blank))).toBe('ZIP_RATIO');
    expect(await codeOf(list(blank, { limits: { ratio: 600 } }))).not.toBe('ZIP_RATIO');
  });
  it('N23: only its length modulo 2^32 is known: so many bytes are more', async () => {
    const size = 2 ** 33 + 5;
    const start = gzip({ data });
    const huge = {
      ...{ name: 'huge.gz', size },
      read: async (offset, length) => {
        const bytes = new Uint8Array(length);
        if (offset < start.length) bytes.set(start.subarray(offset, offset + length));
        else if (offset === size - 8) bytes.set([0, 0, 0, 0, 7, 0, 0, 0]);
        return Promise.resolve(bytes);
      },
    };
    const options = archiveOptions({ limits: { memberBytes: 2 ** 35 } });
    // 2^32 and 7 bytes become no more than so many, however badly they are deflated.
    const listing = await openListing(huge, options);
    expect(listing.members[0]?.size).toBe(2 ** 33 + 7);
  });
});
describe('a tar in it', () => {
  const files = Array.from({ length: 60 }, (_, k) => ({
    name: `IM${k}`,
    data: noise(30_000, k + 1),
  }));
  const tgz = new Uint8Array(gzipSync(buildTar(files)));
  it.each([64 * 2 ** 20, 1000])(
    'O26: is listed, and read in any order; whole up to %d',
    async (wholeBytes) => {
      const source = countingSource(memorySource(tgz, 's.tar.gz'));
      const listing = await openListing(
        source,
        archiveOptions({ inflating: inflatingWith({ wholeBytes }) }),
      );
      expect(listing.members.map(({ name, id }) => [name, id])).toEqual(
        files.map(({ name }, k) => [name, `tar#${k}`]),
      );
      for (const k of [59, 40, 3, 50, 0, 41]) {
        const member = listing.members[k]?.open();
        expect(await member?.read(100, 20_000)).toEqual(files[k]?.data.subarray(100, 20_100));
        expect(member?.archived?.verified).toBe(true);
      }
      expect(listing.inflation?.bytesInflated).toBeGreaterThan(1_800_000);
      if (wholeBytes > 1000) expect(listing.inflation?.wholes).toBe(1);
      else expect(listing.inflation).toMatchObject({ wholes: 0, cursors: 1 });
      await listing.close();
      expect(source.closed).toBe(true);
      expect(await codeOf(listing.members[0]?.open().read(0, 1) ?? Promise.resolve())).toBe(
        'CLOSED',
      );
    },
  );
  it.each([64 * 2 ** 20, 1000])(
    'O22: is not listed when it is damaged; whole up to %d',
    async (wholeBytes) => {
      const damaged = tgz.slice();
      damaged[tgz.length - 8] = (damaged[tgz.length - 8] ?? 0) ^ 1;
      expect(await codeOf(list(damaged, { inflating: { wholeBytes } }))).toBe('ZIP_CRC');
      const cut = tgz.subarray(0, 600_000);
      expect(await codeOf(list(cut, { inflating: { wholeBytes } }))).toMatch(
        /^(ZIP_SIZE_MISMATCH|INFLATE|ZIP_RATIO)$/,
      );
    },
  );
  it('O22: is not listed when it is damaged, though its end is not needed for that', async () => {
    // What is behind the end of the tar is looked at for 64 KiB.
    const long = new Uint8Array(gzipSync(buildTar(files, 8000)));
    const inflating = { wholeBytes: 1000 };
    expect((await list(long, { inflating })).members).toHaveLength(files.length);
    const at = long.length - 8;
    long[at] = (long[at] ?? 0) ^ 1;
    expect(await codeOf(list(long, { inflating }))).toBe('ZIP_CRC');
  });
  it('O26: of nothing is a listing of nothing', async () => {
    for (const blocks of [2, 20]) {
      const empty = buildTar([], blocks);
      const opened = await list(gzip({ data: empty, name: 'x.tar' }), { name: 'download' });
      expect([opened.members, opened.inflation !== undefined]).toEqual([[], true]);
      for (const name of ['x.tar.gz', 'x.TGZ']) {
        expect((await list(gzip({ data: empty }), { name })).members).toEqual([]);
        expect((await list(gzip({ data: empty, name: 'x' }), { name })).members).toEqual([]);
      }
      // Zeros are of many things: the name tells.
      expect((await list(gzip({ data: empty }), { name: 'x.gz' })).members).toHaveLength(1);
    }
    expect(
      (await list(gzip({ data: new Uint8Array(1023) }), { name: 'x.tgz' })).members,
    ).toHaveLength(1);
    const data = new Uint8Array(2048).fill(1, 511);
    expect((await list(gzip({ data }), { name: 'x.tgz' })).members).toHaveLength(1);
  });
});
