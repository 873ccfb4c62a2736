import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { openZip } from '../../src/archive/zip.js';
import { archiveOptions } from '../support/archive-options.js';
import { buildZip } from '../support/build-zip.js';
function open(entries, options) {
  const source = memorySource(buildZip(entries, options), 'm.zip');
  return openZip(source, archiveOptions({ limits: options?.limits }));
}
function text(length) {
  return Uint8Array.from({ length }, (_, index) => Math.sin(index * index) * 128);
}
/** What a caller meets: the fault of the listing, or that of reading all. */
async function outcome(member) {
  if (member === undefined) return undefined;
  if (member.fault !== undefined) {
    expect(() => member.open()).toThrow(member.fault);
    return member.fault.code;
  }
  const source = member.open();
  const bySync = codeOf(() => source.readSync?.(0, source.size));
  const other = member.open();
  const byAsync = await other.read(0, other.size).then(
    () => 'read',
    (error) =>
      codeOf(() => {
        throw error;
      }),
  );
  expect(byAsync).toBe(bySync);
  return byAsync;
}
function codeOf(act) {
  try {
    act();
    return 'read';
  } catch (error) {
    return error.code;
  }
}
const data = text(50_000);
const sound = { name: 'sound', data };
const deflated = deflateRawSync(data);
// RFC 1951 3.2.3: block type 3 is an error.
const beginning = deflateRawSync(data.subarray(0, 40_000), { finishFlush: constants.Z_SYNC_FLUSH });
const broken = Buffer.concat([beginning, Buffer.of(7), deflated.subarray(0, 10_000)]);
const cases = [
  ['O22: a wrong CRC-32, deflated', { name: 'x', data, claims: { crc32: 7 } }, 'ZIP_CRC'],
  ['O21: a size too small', { name: 'x', data, claims: { size: 49_999 } }, 'ZIP_SIZE_MISMATCH'],
  ['O21: a size too big', { name: 'x', data, claims: { size: 50_001 } }, 'ZIP_SIZE_MISMATCH'],
  [
    'O21: stored with two sizes',
    { name: 'x', data, method: 0, central: { size: 5 } },
    'ZIP_SIZE_MISMATCH',
  ],
  [
    'O21: compressed size too small',
    { name: 'x', data, claims: { compressedSize: 100 } },
    'INFLATE',
  ],
  [
    'O21: compressed size too big by some bytes',
    { name: 'x', data, compressed: Buffer.concat([deflated, Buffer.alloc(20)]) },
    'ZIP_SIZE_MISMATCH',
  ],
  ['O20: a broken stream', { name: 'x', data, compressed: broken }, 'INFLATE'],
  ['N21: an impossible ratio', { name: 'x', data, central: { size: 2 ** 31 } }, 'ZIP_RATIO'],
  [
    'N21: a size of 2^60',
    { name: 'x', data, zip64: true, central: { size: 2 ** 60 } },
    'ZIP_RATIO',
  ],
  ['O20: encrypted', { name: 'x', data, flags: 1 }, 'ZIP_ENCRYPTED'],
  ['O20: strong encryption', { name: 'x', data, flags: 0x41 }, 'ZIP_ENCRYPTED'],
  ['O20: Deflate64', { name: 'x', data, method: 9 }, 'ZIP_METHOD'],
  ['O20: LZMA', { name: 'x', data, method: 14 }, 'ZIP_METHOD'],
  ['O20: zstd', { name: 'x', data, method: 93 }, 'ZIP_METHOD'],
  ['O20: a method that nobody knows', { name: 'x', data, method: 4242 }, 'ZIP_METHOD'],
  [
    'O20: a symbolic link',
    { name: 'x', data, central: { versionMadeBy: 0x031e, attributes: 0o120777 * 65_536 } },
    'ZIP_SYMLINK',
  ],
  [
    'a malformed extra field',
    { name: 'x', data, central: { extra: Buffer.from('0100ffff', 'hex') } },
    'ZIP_FORMAT',
  ],
  [
    'a zip64 field without the size',
    { name: 'x', data, central: { size: 2 ** 32 - 1, extra: Buffer.from('01000000', 'hex') } },
    'ZIP_FORMAT',
  ],
  ['another local signature', { name: 'x', data, local: { signature: 0 } }, 'ZIP_LOCAL_MISMATCH'],
  ['another local method', { name: 'x', data, local: { method: 0 } }, 'ZIP_LOCAL_MISMATCH'],
  ['a local flag of encryption', { name: 'x', data, local: { flags: 1 } }, 'ZIP_LOCAL_MISMATCH'],
  ['another local name', { name: 'x', data, local: { name: 'y' } }, 'ZIP_LOCAL_MISMATCH'],
  ['another local size', { name: 'x', data, local: { size: 7 } }, 'ZIP_LOCAL_MISMATCH'],
  [
    'another local compressed size',
    { name: 'x', data, method: 0, local: { compressedSize: 7 } },
    'ZIP_LOCAL_MISMATCH',
  ],
  ['another local CRC-32', { name: 'x', data, local: { crc32: 7 } }, 'ZIP_LOCAL_MISMATCH'],
  ['a longer local name', { name: 'x', data, local: { name: 'xy' } }, 'ZIP_LOCAL_MISMATCH'],
  [
    'O20: data that runs into the directory',
    { name: 'x', data, central: { compressedSize: 500_000 } },
    'ZIP_OVERLAP',
  ],
  [
    'an offset beyond the archive',
    { name: 'x', data, zip64: true, central: { offset: 2 ** 52 } },
    'ZIP_OVERLAP',
  ],
];
describe('a member that is not what it seems', () => {
  for (const [what, entry, code] of cases) {
    it(`${what} is ${code}, and the others are read`, async () => {
      const { members } = await open([sound, entry, { ...sound, name: 'after' }]);
      expect(members.length).toBe(3);
      const byName = new Map(members.map((member) => [member.name, member]));
      expect(await outcome(byName.get('x'))).toBe(code);
      expect(await outcome(byName.get('sound'))).toBe('read');
      expect(await outcome(byName.get('after'))).toBe('read');
    });
  }
  it('names the method', async () => {
    const { members } = await open([{ name: 'x', data, method: 9 }]);
    expect(members[0]?.fault?.message).toContain('Deflate64 (9)');
  });
  it('O22: a part of a stored member with a wrong CRC-32 is read until verify() was told to read it all', async () => {
    const entry = { name: 'x', data, method: 0, claims: { crc32: 7 } };
    const listing = await open([entry, sound]);
    const [member] = listing.members;
    const source = member?.open();
    expect(await source?.read(0, 132)).toEqual(data.subarray(0, 132));
    expect(source?.archived?.verified).toBe(false);
    const fault = { code: 'ZIP_CRC', details: { expected: 'CRC-32 7' } };
    await expect(source?.archived?.verify()).rejects.toMatchObject(fault);
    expect(source?.archived?.verified).toBe(false);
    await expect(source?.read(0, 1)).rejects.toMatchObject({ code: 'ZIP_CRC' });
    await source?.close?.();
    // What was found out lasts as long as the archive is open.
    expect(await outcome(member)).toBe('ZIP_CRC');
    expect(await outcome(listing.members[1])).toBe('read');
  });
  it('a header is read from the sound beginning of a member whose end is broken', async () => {
    const { members } = await open([{ name: 'x', data, compressed: broken }]);
    const source = members[0]?.open();
    expect(Buffer.compare(source?.readSync?.(0, 132) ?? text(0), data.subarray(0, 132))).toBe(0);
  });
});
describe('archives made to hurt', () => {
  it('N21: members that share bytes are refused from the second on', async () => {
    const kernel = new Uint8Array(1_000_000);
    const entries = Array.from({ length: 50 }, (_, index) => ({
      name: `${index}`,
      data: kernel,
      central: { offset: 0 },
    }));
    const { members } = await open(entries);
    expect(members.map((member) => member.fault?.code)).toEqual([
      undefined,
      ...Array.from({ length: 49 }, () => 'ZIP_OVERLAP'),
    ]);
  });
  it('N21: files that quote the local headers of the next ones are refused', async () => {
    const inner = buildZip([{ name: 'b', data }]);
    const outer = { name: 'a', data: inner, method: 0 };
    const { members } = await open([
      outer,
      { name: 'b', data, central: { offset: 31 }, local: { name: 'q' } },
    ]);
    expect(members.map((member) => member.fault?.code)).toEqual([undefined, 'ZIP_OVERLAP']);
  });
  it('N21: a bomb that says 4 KiB gives no more, and takes no memory to say so', async () => {
    const bomb = new Uint8Array(2 ** 27);
    const { members } = await open([{ name: 'x', data: bomb, claims: { size: 4096 } }]);
    const before = process.memoryUsage().arrayBuffers;
    expect(await outcome(members[0])).toBe('ZIP_SIZE_MISMATCH');
    const source = members[0]?.open();
    expect(() => source?.readSync?.(0, 10)).toThrow('ZIP_SIZE_MISMATCH');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 21);
  });
  it('N21: an honest bomb costs a few MiB for its header', async () => {
    const { members } = await open([{ name: 'x', data: new Uint8Array(2 ** 28) }]);
    const source = members[0]?.open();
    const before = process.memoryUsage().arrayBuffers;
    expect((await source?.read(0, 132))?.length).toBe(132);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20);
  });
  it('N21: limits on files, on the directory and on what is inflated at once', async () => {
    const entries = Array.from({ length: 11 }, (_, index) => ({ name: `${index}`, data }));
    await expect(open(entries, { limits: { members: 10 } })).rejects.toMatchObject({
      code: 'ZIP_LIMIT',
      details: { limit: 10 },
    });
    // The count is a lie; what is there counts.
    await expect(open(entries, { limits: { members: 10 }, count: 1 })).rejects.toMatchObject({
      code: 'ZIP_LIMIT',
    });
    await expect(open(entries, { limits: { directoryBytes: 500 } })).rejects.toMatchObject({
      code: 'ZIP_LIMIT',
      details: { limit: 500 },
    });
    const { members } = await open(entries, { limits: { members: 11, memberBytes: 49_999 } });
    expect(await outcome(members[0])).toBe('ZIP_LIMIT');
  });
  it('N21: what is plausible beyond 256 MiB is for limits.maxArchiveRatio to say', async () => {
    const entry = (size) => ({
      name: 'x',
      compressed: new Uint8Array(2 ** 20),
      claims: { size },
    });
    const fault = async (size, ratio) => {
      const limits = ratio === undefined ? {} : { ratio };
      return (await open([entry(size)], { limits })).members[0]?.fault?.message;
    };
    expect(await fault(256 * 2 ** 20)).toBeUndefined();
    expect(await fault(256 * 2 ** 20 + 1)).toMatch(/ZIP_RATIO.* 250:1 .*limits\.maxArchiveRatio/);
    expect(await fault(600 * 2 ** 20, 600)).toBeUndefined();
    expect(await fault(600 * 2 ** 20 + 1, 600)).toMatch('600:1');
  });
  it('O02: an archive that ends early is TRUNCATED, with the place', async () => {
    const whole = memorySource(buildZip([sound]), 'm.zip');
    let short = false;
    const archive = {
      ...whole,
      read: (offset, length) => whole.read(offset, short ? 9 : length),
    };
    delete archive.readSync;
    const { members } = await openZip(archive, archiveOptions());
    short = true;
    await expect(members[0]?.open().read(0, 10)).rejects.toMatchObject({
      code: 'TRUNCATED',
      details: { name: 'm.zip!/sound', offset: 0, needed: 30, available: 9 },
    });
  });
  it('a directory that breaks off keeps what came before and says what is lost', async () => {
    const zip = buildZip([sound, { ...sound, name: 'b' }, { ...sound, name: 'c' }]);
    const third = Buffer.from(zip).lastIndexOf(Buffer.from('PK\x01\x02'));
    zip[third] = 0;
    const { members } = await openZip(memorySource(zip, 'm.zip'), archiveOptions());
    expect(members.map((member) => [member.name, member.fault?.code])).toEqual([
      ['sound', undefined],
      ['b', undefined],
      ['(file 3 and later)', 'ZIP_FORMAT'],
    ]);
  });
  it('yauzl, answered at once 100,000 times, does not overflow the stack', async () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => ({
      name: `${index}`,
      method: 0,
    }));
    expect((await open(entries, { zip64: true })).members.length).toBe(100_000);
  });
});
