import { describe, expect, it } from 'vitest';
import { openZip } from '../../src/archive/zip.js';
import { memorySource } from '../../src/bytes/memory.js';
import { crc32 } from '../../src/inflate/crc32.js';
import { readDirectory } from '../../src/node/zip-directory.js';
import { archiveOptions } from '../support/archive-options.js';
import { buildZip } from '../support/build-zip.js';
import { codeOf } from '../support/open-built.js';
const data = Uint8Array.from({ length: 5000 }, (_, k) => (k * k) >>> 3);
const sound = { name: 'sound', data };
async function open(bytes) {
  const warnings = [];
  const onWarning = (warning) => {
    warnings.push(warning);
  };
  const listing = await openZip(memorySource(bytes, 'm.zip'), archiveOptions({ onWarning }));
  return { listing, warnings };
}
function faults({ members }) {
  return Object.fromEntries(members.map(({ name, fault }) => [name, fault?.code]));
}
async function expectSound({ members }) {
  const source = members.find(({ name }) => name === 'sound')?.open();
  expect(await source?.read(0, 5000)).toEqual(data);
}
describe('what is refused anyway', () => {
  const refused = [
    ['encrypted', { flags: 1 }, 'ZIP_ENCRYPTED'],
    ['strong encryption', { flags: 0x41 }, 'ZIP_ENCRYPTED'],
    ['another method', { central: { method: 12 } }, 'ZIP_METHOD'],
    ['a name with a control character', { name: 'a\0b' }, 'ZIP_NAME'],
    ['a size beyond deflate', { central: { size: 2 ** 31 } }, 'ZIP_RATIO'],
    ['stored with two sizes', { method: 0, central: { size: 7 } }, 'ZIP_SIZE_MISMATCH'],
    [
      'a symbolic link',
      { central: { versionMadeBy: 0x031e, attributes: 0o120777 * 65_536 } },
      'ZIP_SYMLINK',
    ],
    ['a broken record', { central: { extra: Buffer.from('0100ffff', 'hex') } }, 'ZIP_FORMAT'],
  ];
  it.each(refused)('N21: %s takes no bytes from a sound member', async (_, lie, code) => {
    const own = { name: 'x', data: new Uint8Array(9000).fill(1), ...lie };
    const compressedSize = lie.method === 0 ? 9300 : 300;
    const claimed = { ...own, central: { compressedSize, ...lie.central } };
    const { listing } = await open(buildZip([claimed, sound]));
    expect(listing.members.map(({ fault }) => fault?.code)).toEqual([code, undefined]);
    await expectSound(listing);
  });
  it('N21: of two that can be read, one may not have bytes of the other', async () => {
    const { listing } = await open(
      buildZip([sound, { ...sound, name: 'b', central: { offset: 0 } }]),
    );
    expect(faults(listing)).toEqual({ sound: undefined, b: 'ZIP_OVERLAP' });
  });
});
describe('records that yauzl gives up at', () => {
  const extra = (hex) => ({
    central: { extra: new Uint8Array(Buffer.from(hex, 'hex')) },
  });
  it('N21: each is named for itself, however many, and all others are read', async () => {
    const kinds = [
      { flags: 0x41 },
      extra('0100ffff'),
      { central: { size: 2 ** 32 - 1, extra: Buffer.from('01000400aabbccdd', 'hex') } },
      {},
    ];
    const entries = Array.from({ length: 20_000 }, (_, k) => ({
      name: `${k}`,
      method: 0,
      ...kinds[k % 4],
    }));
    const { listing, warnings } = await open(buildZip([...entries, sound]));
    expect(warnings).toEqual([]);
    expect(listing.members.map(({ name }) => name)).toEqual([
      ...entries.map(({ name }) => name),
      'sound',
    ]);
    const codes = listing.members.map(({ fault }) => fault?.code);
    const round = ['ZIP_ENCRYPTED', 'ZIP_FORMAT', 'ZIP_FORMAT', undefined];
    expect(codes).toEqual([...entries.map((_, k) => round[k % 4]), undefined]);
    expect(listing.members[19_998]?.fault?.message).toMatch(
      /^ZIP_FORMAT: m\.zip!\/19998: its record in the central directory is broken at byte \d+$/,
    );
    await expectSound(listing);
  });
  it('O20: extra fields that are whole are no fault, whatever follows them', async () => {
    for (const hex of ['', '99990000', '9999020001020a', '0100000001000000']) {
      const { listing } = await open(buildZip([{ ...sound, ...extra(hex) }]));
      expect([hex, faults(listing)]).toEqual([hex, { sound: undefined }]);
      await expectSound(listing);
    }
  });
  it('O20: what follows the records and is none is told, where files are missing', async () => {
    const zip = buildZip([sound, { ...sound, name: 'b' }], {
      count: 3,
      afterRecords: new Uint8Array(60).fill(7),
    });
    const { listing } = await open(zip);
    expect(faults(listing)).toEqual({
      sound: undefined,
      b: undefined,
      '(file 3 and later)': 'ZIP_FORMAT',
    });
  });
});
describe('the number of files', () => {
  const many = Array.from({ length: 65_540 }, (_, k) => ({ name: `${k}`, method: 0 }));
  it('O20: is modulo 65,536 without zip64: then nothing is wrong with it', async () => {
    const { listing, warnings } = await open(buildZip(many));
    expect([listing.members.length, warnings]).toEqual([65_540, []]);
    const lie = await open(buildZip(many, { count: 5 }));
    expect(lie.warnings.map(({ message }) => message)).toEqual([
      'the end record promises 5 files, there are 65540',
    ]);
  });
  it('O20: with zip64 it is what it says', async () => {
    const { warnings } = await open(buildZip(many, { zip64: true, count: 4 }));
    expect(warnings).toHaveLength(1);
  });
  it('O20: files that are lost behind a broken record are told, by either number', async () => {
    const zip = buildZip(many);
    const last = Buffer.from(zip).lastIndexOf('PK\x01\x02');
    const third = Buffer.from(zip).lastIndexOf('PK\x01\x02', last - 50_000);
    zip[third] = 0;
    const { members } = (await open(zip)).listing;
    expect(members.at(-1)?.fault?.message).toMatch('the rest of the central directory is broken');
  });
});
describe('the last part of an archive that was cut', () => {
  it.each([false, true])('O20: says what is missing; zip64 %s', async (zip64) => {
    const zip = buildZip([{ ...sound, name: 'a' }, { ...sound, name: 'b' }, sound], { zip64 });
    const second = Buffer.from(zip).indexOf('PK\x03\x04', 4);
    const missing = second + 100;
    const { listing, warnings } = await open(zip.subarray(missing));
    expect(warnings).toEqual([
      {
        code: 'ZIP_FORMAT',
        message: `the first ${missing} bytes of the archive are missing`,
        offset: 0,
      },
    ]);
    expect(faults(listing)).toEqual({ a: 'TRUNCATED', b: 'TRUNCATED', sound: undefined });
    const [a, b] = listing.members.map(({ fault }) => fault);
    expect(a?.details).toMatchObject({ name: 'm.zip!/a', offset: 0, available: 0 });
    expect([a, b].map((fault) => fault?.details.needed)).toEqual([second, second]);
    expect(b?.details.available).toBe(second - 100);
    await expectSound(listing);
  });
});
describe('names', () => {
  it('O10: are UTF-8 where they are valid UTF-8, though nothing says so; else code page 437', async () => {
    const latin1 = Uint8Array.of(0x66, 0xfc, 0x72);
    const { listing } = await open(
      buildZip([
        { name: 'Müller/日本.dcm', data },
        { name: latin1, data },
        { name: 'plain', data },
        { name: 'é', flags: 0x800, data },
      ]),
    );
    // Code page 437: 0xfc is a superscript n.
    expect(listing.members.map(({ name }) => name)).toEqual([
      'Müller/日本.dcm',
      'fⁿr',
      'plain',
      'é',
    ]);
    const source = listing.members[0]?.open();
    expect(source?.name).toBe('Müller/日本.dcm');
    expect(await source?.read(0, 5000)).toEqual(data);
  });
  it('O10: the Unicode path of Info-ZIP comes first', async () => {
    const name = Buffer.from('Müller');
    const path = Buffer.from('Mueller');
    const field = Buffer.alloc(9 + path.length);
    field.writeUInt16LE(0x7075, 0);
    field.writeUInt16LE(5 + path.length, 2);
    field.writeUInt8(1, 4);
    field.writeUInt32LE(crc32(name), 5);
    path.copy(field, 9);
    const { listing } = await open(buildZip([{ name, data, central: { extra: field } }]));
    expect(listing.members[0]?.name).toBe('Mueller');
  });
  it('O10: of a record that is broken too', async () => {
    const { listing } = await open(buildZip([{ name: 'ü', data, flags: 0x41 }]));
    expect(listing.members.map(({ name, fault }) => [name, fault?.details.name])).toEqual([
      ['ü', 'm.zip!/ü'],
    ]);
  });
  it('O22: errors about a member say which archive it is in; its source has its own name', async () => {
    const { listing } = await open(
      buildZip([
        { name: 'd/x', data, claims: { crc32: 7 } },
        { name: 'y', data, flags: 1 },
      ]),
    );
    const source = listing.members[0]?.open();
    expect(source?.name).toBe('d/x');
    const reading = source?.read(0, 5000) ?? Promise.resolve();
    await expect(reading).rejects.toMatchObject({
      code: 'ZIP_CRC',
      details: { name: 'm.zip!/d/x' },
    });
    expect(listing.members[1]?.fault?.message).toMatch('ZIP_ENCRYPTED: m.zip!/y: encrypted');
    const other = listing.members[0]?.open();
    await listing.close();
    await expect(other?.read(0, 1)).rejects.toMatchObject({
      code: 'CLOSED',
      details: { name: 'm.zip!/d/x' },
    });
  });
});
it('O20: data that the local header moves into the directory is ZIP_LOCAL_MISMATCH', async () => {
  const entry = { name: 'x', data, method: 0, local: { extra: new Uint8Array(100) } };
  const { listing } = await open(
    buildZip([{ ...entry, claims: { size: 5050, compressedSize: 5050 } }]),
  );
  expect(listing.members[0]?.fault).toBeUndefined();
  await expect(listing.members[0]?.open().read(0, 1)).rejects.toMatchObject({
    code: 'ZIP_LOCAL_MISMATCH',
    details: { expected: 'data that ends before the central directory' },
  });
  expect(() => listing.members[0]?.open().readSync?.(0, 1)).toThrow('ZIP_LOCAL_MISMATCH');
});
describe('a directory of 100,000 files', () => {
  const zip = buildZip(
    Array.from({ length: 100_000 }, (_, k) => ({ name: `${k}`, method: 0 })),
    { zip64: true },
  );
  const limits = { entries: 100_000, directoryBytes: 2 ** 30 };
  it('P05: lets others have a turn, and ends with the signal', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort('enough');
    }, 0);
    const reading = readDirectory(memorySource(zip, 'm.zip'), limits, controller.signal);
    expect(await codeOf(reading)).toBe('enough');
  });
  it('P05: openZip hands the signal on', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort('enough');
    }, 0);
    const options = archiveOptions({ signal: controller.signal });
    expect(await codeOf(openZip(memorySource(zip, 'm.zip'), options))).toBe('enough');
  });
});
