// Archives that are not what they say, and some that only look like it: what each is, how it is made, and
// what has to come of it.

import { constants, crc32, deflateRawSync } from 'node:zlib';
import { quotingArchive } from './quoting-archive.mjs';

/** @typedef {import('./forged-archives.mjs').Forged} Forged */
/** @typedef {import('./forged-archives.mjs').BuildZip} BuildZip */

const MIB = 2 ** 20;
const LENGTH = 50_000;

/** Of every kind: compressible, and with some noise. */
const DATA = Uint8Array.from({ length: LENGTH }, (_, at) => Math.sin(at * at) * 128);
const DEFLATED = deflateRawSync(DATA);
const SOUND = { name: 'sound', data: DATA };

/**
 * All of them. The tests have the function that writes archives, so it is given.
 * @param {BuildZip} buildZip @returns {Forged[]}
 */
export function forgedArchives(buildZip) {
  /** A sound member, the odd one, another sound one. */
  const around = (entry) => () =>
    buildZip([SOUND, { name: 'x', data: DATA, ...entry }, { ...SOUND, name: 'after' }]);
  const members = (rows) =>
    rows.map(([name, code, entry, more]) => ({
      ...{ name, code, members: 3, member: 'x', build: around(entry) },
      ...more,
    }));
  const archives = (rows) =>
    rows.map(([name, code, build, more]) => ({ name, code, build, ...more }));
  return [
    ...archives(noArchives(buildZip)),
    ...archives(endRecords(buildZip)),
    ...members(RECORDS),
    ...members(METHODS),
    ...members(NAMES),
    ...members(SIZES),
    ...members(LOCAL_HEADERS),
    ...archives(overlaps(buildZip)),
    ...archives(bombs(buildZip)),
    ...archives(soundOnes(buildZip)),
  ];
}

const noArchives = (buildZip) => [
  ['text', 'ZIP_FORMAT', () => Buffer.from('no archive at all '.repeat(500))],
  ['nothing', 'ZIP_FORMAT', () => new Uint8Array(0)],
  ['cut in the middle', 'ZIP_FORMAT', () => halfOf(buildZip([SOUND, { ...SOUND, name: 'b' }]))],
  ['cut in its end record', 'ZIP_FORMAT', () => buildZip([SOUND]).subarray(0, -1)],
];

const endRecords = (buildZip) => [
  ['offset and size of the directory wrong', 'ZIP_FORMAT', () => ended(buildZip, 12, 7, 7)],
  ['a comment longer than the file', 'ZIP_FORMAT', () => ended(buildZip, 20, 0x10_00ff, 0)],
  ['one of several disks', 'ZIP_FORMAT', () => buildZip([SOUND], { disk: 1 })],
  ['zip64: no record where the locator says', 'ZIP_FORMAT', () => zip64Without(buildZip, 0, 4)],
  ['zip64: a locator that is none', 'ZIP_FORMAT', () => zip64Without(buildZip, 56, 60)],
  ['zip64: a directory at 2^63', 'ZIP_FORMAT', () => zip64With(buildZip, 48, 2n ** 63n)],
  ['zip64: 2^40 files promised', 'read', () => promised(buildZip, 2 ** 40), WARNED],
  ['fewer files promised than there are', 'read', () => promised(buildZip, 0x1_0001), WARNED],
  ['more files than the limit', 'ZIP_LIMIT', () => directoryOf(100_001, 1)],
  ['a directory of 68 MiB', 'ZIP_LIMIT', () => directoryOf(1, 0, 68 * MIB)],
  ['100 names of 65,535 bytes', 'ZIP_NAME', () => directoryOf(100, 65_535), { members: 100 }],
  [
    'a record without its signature',
    'ZIP_FORMAT',
    () => patched(buildZip([SOUND, { ...SOUND, name: 'b' }]), 'PK\x01\x02', 0),
    { members: 2, member: '(file 2 and later)' },
  ],
  [
    'a record that the end cuts off',
    'ZIP_FORMAT',
    () => patched(buildZip([SOUND, { ...SOUND, name: 'b' }]), 'PK\x01\x02', 0xff, 29),
    { members: 2, member: '(file 2 and later)' },
  ],
];
const WARNED = { members: 1, member: 'sound', warnings: ['ZIP_FORMAT'] };

const RECORDS = [
  ['an extra field beyond its end', 'ZIP_FORMAT', { central: { extra: hex('0100ffff') } }],
  ['zip64: no size', 'ZIP_FORMAT', { central: { size: 0xffffffff, extra: hex('01000000') } }],
  [
    'zip64: no compressed size',
    'ZIP_FORMAT',
    { central: { compressedSize: 0xffffffff, extra: hex('01000000') } },
  ],
  ['zip64: no offset', 'ZIP_FORMAT', { central: { offset: 0xffffffff, extra: hex('01000000') } }],
  ['a symbolic link of Unix', 'ZIP_SYMLINK', link(0x031e)],
  ['a symbolic link of OS X', 'ZIP_SYMLINK', link(0x131e)],
];

const METHODS = [
  ['encrypted', 'ZIP_ENCRYPTED', { flags: 1 }],
  ['strong encryption', 'ZIP_ENCRYPTED', { flags: 0x41 }],
  ['encrypted by AES', 'ZIP_ENCRYPTED', { flags: 1, method: 99 }],
  ...[1, 6, 9, 12, 14, 93, 95, 98, 99].map((method) => [
    `method ${method}`,
    'ZIP_METHOD',
    { method },
  ]),
];

const NAMES = [
  ['NUL in a name', 'ZIP_NAME', { name: 'a.dcm\0.txt' }, { member: 'a.dcm\ufffd.txt' }],
  ['a name that turns a terminal red', 'ZIP_NAME', red(), { member: 'r\ufffd[31m' }],
  ['no name', 'ZIP_NAME', { name: '' }, { member: '' }],
  ['an absolute name', 'read', { name: '/etc/passwd' }, { member: '/etc/passwd' }],
  ['a name with a drive', 'read', { name: 'C:/x' }, { member: 'C:/x' }],
  ['a name above its folder', 'read', { name: '../../x' }, { member: '../../x' }],
  ['a name with backslashes', 'read', { name: 'a\\b' }, { member: 'a/b' }],
  ['a name that is taken', 'read', { name: 'sound' }, taken()],
];

const SIZES = [
  ['CRC-32 wrong, deflated', 'ZIP_CRC', { claims: { crc32: 7 } }],
  ['CRC-32 wrong, stored: told by verify()', 'ZIP_CRC', { method: 0, claims: { crc32: 7 } }],
  ['a size too small', 'ZIP_SIZE_MISMATCH', { claims: { size: LENGTH - 1 } }],
  ['a size too big', 'ZIP_SIZE_MISMATCH', { claims: { size: LENGTH + 1 } }],
  ['stored with two sizes', 'ZIP_SIZE_MISMATCH', { method: 0, claims: { size: 5 } }],
  ['compressed size too small', 'INFLATE', { claims: { compressedSize: DEFLATED.length - 20 } }],
  [
    'compressed size too big by 20',
    'ZIP_SIZE_MISMATCH',
    { compressed: Buffer.concat([DEFLATED, Buffer.alloc(20)]) },
  ],
  ['a compressed size beyond the archive', 'ZIP_OVERLAP', { claims: { compressedSize: MIB } }],
  ['a stream that breaks off', 'INFLATE', { compressed: DEFLATED.subarray(0, -1000) }],
  ['a stream with a block of type 3', 'INFLATE', { compressed: broken() }],
  ['2 GiB of 50 kB: more than 1032:1', 'ZIP_RATIO', { claims: { size: 2 ** 31 } }],
  ['2^63 bytes', 'ZIP_RATIO', { zip64: true, claims: { size: 2 ** 63 } }],
  ['2^63 bytes compressed', 'ZIP_OVERLAP', { zip64: true, claims: { compressedSize: 2 ** 63 } }],
  ['an offset of 2^52', 'ZIP_OVERLAP', { zip64: true, central: { offset: 2 ** 52 } }],
  [
    '1 GiB of 2 MiB: more than 250:1',
    'ZIP_RATIO',
    { compressed: new Uint8Array(2 * MIB), claims: { size: 2 ** 30 } },
  ],
  [
    '17 GiB',
    'ZIP_LIMIT',
    { compressed: new Uint8Array(18 * MIB), zip64: true, claims: { size: 17 * 2 ** 30 } },
  ],
];

const LOCAL_HEADERS = [
  ['local signature', { signature: 0 }],
  ['local method', { method: 0 }],
  ['local flag of encryption', { flags: 1 }],
  ['local flag of a descriptor', { flags: 8 }],
  ['local name', { name: 'y' }],
  ['local name, longer', { name: 'xy' }],
  ['local size', { size: LENGTH + 1 }],
  ['local compressed size', { compressedSize: 1 }],
  ['local CRC-32', { crc32: 1 }],
].map(([name, local]) => [name, 'ZIP_LOCAL_MISMATCH', { local }]);

const overlaps = (buildZip) => [
  [
    'stored data that runs into the directory',
    'ZIP_OVERLAP',
    () => {
      const size = LENGTH + 50;
      return buildZip([{ ...SOUND, method: 0, claims: { size, compressedSize: size } }]);
    },
    { members: 1, member: 'sound' },
  ],
  [
    '50 members of one kernel',
    'ZIP_OVERLAP',
    () => {
      const kernel = new Uint8Array(MIB);
      const one = (_, k) => ({ name: `${k}`, data: kernel, central: { offset: 0 } });
      return buildZip(Array.from({ length: 50 }, one));
    },
    { members: 50, member: '49' },
  ],
  [
    '100 members that quote the next ones',
    'ZIP_OVERLAP',
    () => quotingArchive(100, MIB),
    { members: 100, member: '1' },
  ],
];

const bombs = (buildZip) => [
  [
    '300 MiB of zeros, as it says',
    'ZIP_RATIO',
    () => buildZip([zeros(300)]),
    { members: 1, member: 'zeros' },
  ],
  [
    '200 MiB of zeros, as it says: its header',
    'read',
    () => buildZip([zeros(200)]),
    { members: 1, member: 'zeros', header: true },
  ],
  [
    '200 MiB of zeros that says 4 KiB',
    'ZIP_SIZE_MISMATCH',
    () => buildZip([{ ...zeros(200), claims: { size: 4096 } }]),
    { members: 1, member: 'zeros' },
  ],
];

const soundOnes = (buildZip) => {
  const read = (name, form, more) => [
    name,
    'read',
    () => buildZip([SOUND], form),
    { members: 1, member: 'sound', ...more },
  ];
  const end = hex('504b0506000000000100010030000000000000000000');
  return [
    read('sound: bytes before it', { before: DATA }, WARNED),
    read('sound: bytes after it', { after: Buffer.from('more') }),
    read('sound: a comment that ends like an archive', { comment: end }),
    [
      'sound: sizes behind the data',
      'read',
      () => buildZip([{ ...SOUND, dataDescriptor: true }]),
      { members: 1, member: 'sound' },
    ],
    [
      'sound: zip64',
      'read',
      () => buildZip([{ ...SOUND, zip64: true }], { zip64: true }),
      { members: 1, member: 'sound' },
    ],
  ];
};

function link(versionMadeBy) {
  return { central: { versionMadeBy, attributes: 0o120777 * 65_536 } };
}

function red() {
  return { name: 'r\x1b[31m', flags: 0x800 };
}

function taken() {
  return { member: 'sound (2)', warnings: ['ZIP_NAME'] };
}

function hex(text) {
  return Buffer.from(text, 'hex');
}

function halfOf(bytes) {
  return bytes.subarray(0, bytes.length / 2);
}

/** RFC 1951 3.2.3: block type 3 is an error. */
function broken() {
  const head = deflateRawSync(DATA.subarray(0, 40_000), { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([head, Buffer.of(7), DEFLATED.subarray(0, 10_000)]);
}

/** Two 32-bit words of the end record, as far as they fit. */
function ended(buildZip, at, ...values) {
  const zip = Buffer.from(buildZip([SOUND]));
  const end = zip.length - 22;
  values.forEach((value, k) => {
    if (at + 4 * k + 4 <= 22) zip.writeUInt32LE(value, end + at + 4 * k);
    else if (at + 4 * k + 2 <= 22) zip.writeUInt16LE(value & 0xffff, end + at + 4 * k);
  });
  return new Uint8Array(zip);
}

/** Of the zip64 end record and its locator, with those bytes zero. */
function zip64Without(buildZip, from, to) {
  const zip = buildZip([SOUND], { zip64: true });
  const record = zip.length - 22 - 20 - 56;
  return zip.fill(0, record + from, record + to);
}

function zip64With(buildZip, at, value) {
  const zip = Buffer.from(buildZip([SOUND], { zip64: true }));
  zip.writeBigUInt64LE(value, zip.length - 22 - 20 - 56 + at);
  zip.writeBigUInt64LE(value, zip.length - 22 - 20 - 56 + 40);
  return new Uint8Array(zip);
}

function promised(buildZip, count) {
  return buildZip([SOUND], { zip64: true, count });
}

/** The last place that has those bytes, with another byte there or so far behind it. */
function patched(zip, text, byte, behind = 0) {
  zip[Buffer.from(zip).lastIndexOf(text, undefined, 'latin1') + behind] = byte;
  return zip;
}

/** Records only, of files of no bytes whose names are so long; and what nobody has written. */
function directoryOf(count, nameLength, least = 0) {
  const record = 46 + nameLength;
  const length = Math.max(least, count * record);
  const zip = Buffer.alloc(length + 22);
  for (let k = 0; k < count; k += 1) {
    zip.writeUInt32LE(0x02014b50, k * record);
    zip.writeUInt16LE(nameLength, k * record + 28);
  }
  zip.writeUInt32LE(0x06054b50, length);
  zip.writeUInt16LE(count % 65_536, length + 8);
  zip.writeUInt16LE(count % 65_536, length + 10);
  zip.writeUInt32LE(length, length + 12);
  return new Uint8Array(zip.buffer, zip.byteOffset, zip.length);
}

/** Some MiB of zeros, deflated MiB by MiB, so that making them takes no time. */
function zeros(mebibytes) {
  const piece = new Uint8Array(MIB);
  const deflated = deflateRawSync(piece, { finishFlush: constants.Z_FULL_FLUSH });
  const last = Buffer.of(3, 0);
  let sum = 0;
  for (let k = 0; k < mebibytes; k += 1) sum = crc32(piece, sum);
  const compressed = Buffer.concat([...Array(mebibytes).fill(deflated), last]);
  return { name: 'zeros', compressed, claims: { size: mebibytes * MIB, crc32: sum } };
}

/**
 * What a reader meets who lists the archive, looks at the header of the member, reads all of it and holds
 * it against its checksum: the code of the first error, or `read`.
 * @param {Forged} forged @param {(bytes: Uint8Array) => Promise<import('./forged-archives.mjs').Opened>} open
 */
export async function outcomeOf(forged, open) {
  /** @type {import('./forged-archives.mjs').Opened | undefined} */
  let opened;
  try {
    opened = await open(forged.build());
    const member = opened.listing.members.find(({ name }) => name === forged.member);
    if (member === undefined && forged.member !== undefined) throw new Error('no such member');
    const { members } = opened.listing;
    const source = (member ?? members[0]).open();
    const header = source.readSync?.(0, 132) ?? (await source.read(0, 132));
    if (header.length !== 132) throw new Error('no header');
    if (forged.header !== true) {
      await source.read(0, source.size);
      await source.archived?.verify();
    }
    return { code: 'read', opened };
  } catch (error) {
    return { code: error.code ?? String(error), opened };
  }
}
