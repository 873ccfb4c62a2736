import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dicom, encapsulated, sequence, SYNTAX } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
async function jsonOf(elements, transferSyntax) {
  const { dataset } = await headerOf(dicom({ transferSyntax, elements }).bytes);
  return JSON.parse(JSON.stringify(dataset));
}
/** One element of every VR, with what PS3.18 F.2 makes of it. */
const ALL = [
  [[0x00080005, 'CS', 'ISO_IR 192'], { Value: ['ISO_IR 192'] }],
  [[0x00080008, 'CS', ['ORIGINAL', '', 'AXIAL']], { Value: ['ORIGINAL', null, 'AXIAL'] }],
  [[0x00080018, 'UI', '1.2.3'], { Value: ['1.2.3'] }],
  [[0x00080020, 'DA', '20260102'], { Value: ['20260102'] }],
  [[0x0008002a, 'DT', '20260102101112'], { Value: ['20260102101112'] }],
  [[0x00080030, 'TM', '101112.5'], { Value: ['101112.5'] }],
  [[0x00080050, 'SH', 'A1'], { Value: ['A1'] }],
  [[0x00080054, 'AE', 'STORE'], { Value: ['STORE'] }],
  [[0x00080119, 'UC', 'code'], { Value: ['code'] }],
  [[0x00080120, 'UR', 'http://example.org/a'], { Value: ['http://example.org/a'] }],
  [[0x00081030, 'LO', 'a study'], { Value: ['a study'] }],
  [
    [0x00100010, 'PN', 'Yamada^Tarou=\u5c71\u7530^\u592a\u90ce'],
    { Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '\u5c71\u7530^\u592a\u90ce' }] },
  ],
  [[0x00101010, 'AS', '018Y'], { Value: ['018Y'] }],
  [[0x00104000, 'LT', 'a\\b'], { Value: ['a\\b'] }],
  [[0x00181063, 'DS', '40.5'], { Value: [40.5] }],
  [[0x00186020, 'SL', -5], { Value: [-5] }],
  [[0x00189073, 'FD', 12.5], { Value: [12.5] }],
  [[0x00200013, 'IS', '7'], { Value: [7] }],
  [[0x00204000, 'LT', ''], {}],
  [[0x00280009, 'AT', [0x00181063, 0x00541000]], { Value: ['00181063', '00541000'] }],
  [[0x00280010, 'US', 512], { Value: [512] }],
  [[0x00281201, 'OW', [1, 2]], { InlineBinary: 'AQACAA==' }],
  [[0x00420011, 'OB', [1, 2, 3, 4]], { InlineBinary: 'AQIDBA==' }],
  [[0x00660016, 'OF', [1]], { InlineBinary: 'AACAPw==' }],
  [[0x00660022, 'OD', [1]], { InlineBinary: 'AAAAAAAA8D8=' }],
  [[0x00660129, 'OL', [1]], { InlineBinary: 'AQAAAA==' }],
];
/** What ALL has no room for: the other VRs, several values, spaces, empty values among others. */
const ODD = [
  [0x00080070, 'LO', '  a  \\ b\\'],
  [0x00081050, 'PN', 'A^B\\\\=X\\==Y'],
  [0x00090010, 'LO', 'ACME 1.1'],
  [0x00091001, 'UN', [97, 98, 99, 100]],
  [0x00091002, 'SV', [5n, -(2n ** 60n)]],
  [0x00091003, 'UV', 2n ** 63n],
  [0x00091004, 'OV', 2n ** 63n],
  [0x00091005, 'FL', [0.1, 1e30, -2]],
  [0x00091006, 'FD', [1e20, 0.1]],
  [0x00091007, 'DS', 'abc\\1.5\\\\ +2.50e2\\1.5\\0.5\\0012'],
  [0x00091008, 'IS', '+7\\\\x\\007\\ 5 '],
  [0x00091009, 'DS', '1.2345678901234567890123'],
  [0x0009100a, 'ST', '  a\r\n\x1b b  '],
  [0x0009100b, 'UT', ' long  '],
  [0x0009100c, 'SS', [-1, 32767]],
  [0x0009100d, 'UL', 0xffffffff],
  [0x0009100e, 'SH', ''],
  [0x0009100f, 'OB', []],
  [0x00091010, 'LO', '  '],
  [0x00091011, 'DS', '\\'],
  sequence(0x0040a043, [[[0x00080100, 'SH', 'A']], []]),
  sequence(0x00409096, []),
];
const DCM2JSON = spawnSync('dcm2json', ['--version']).status === 0;
if (!DCM2JSON) console.warn('SKIPPED: M16 against DCMTK. Install dcmtk, for its dcm2json.');
describe('the DICOM JSON model (PS3.18 F)', () => {
  it('text is UTF-8 and says so, whatever the file was written in, as DCMTK has it', async () => {
    const json = await jsonOf([
      [0x00080005, 'CS', 'ISO_IR 100'],
      [0x00081030, 'LO', Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72)],
      sequence(0x00081140, [
        [
          [0x00080005, 'CS', ['', 'ISO 2022 IR 126']],
          [0x00081030, 'LO', Uint8Array.of(0x1b, 0x2d, 0x46, 0xe1)],
        ],
      ]),
    ]);
    expect(json).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00081030': { vr: 'LO', Value: ['Müller'] },
      '00081140': {
        vr: 'SQ',
        Value: [
          {
            '00080005': { vr: 'CS', Value: [null, 'ISO 2022 IR 126'] },
            '00081030': { vr: 'LO', Value: ['α'] },
          },
        ],
      },
    });
  });
  it('M16 F01 of every VR, the same in every byte order and VR encoding', async () => {
    const elements = ALL.map(([element]) => element);
    for (const syntax of [SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig]) {
      const json = Object.values(await jsonOf(elements, syntax));
      expect(json.map((attribute) => ({ ...attribute, vr: undefined }))).toEqual(
        ALL.map(([, value]) => value),
      );
    }
  });
  it.skipIf(!DCM2JSON)('M16 agrees with dcm2json: every VR, several values, odd text', async () => {
    const elements = [...ALL.map(([element]) => element), ...ODD].toSorted(
      (a, b) => tagOf(a) - tagOf(b),
    );
    const expected = dcm2json(dicom({ elements }).bytes);
    for (const syntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      expect(comparable(await jsonOf(elements, syntax))).toEqual(comparable(expected));
    }
  });
  it('gives DS and IS as numbers, and as written where a number would lose it (F.2.3)', async () => {
    const json = await jsonOf([
      [0x00091001, 'DS', ' +2.50e2\\1.\\.5\\0012\\\\1e400\\1e-400\\none'],
      [0x00091002, 'DS', '1.2345678901234567890123\\-187.50000000000003\\0.488281250000000000'],
      [0x00091003, 'IS', '+7\\ 5 \\99999999999\\9007199254740993\\x1\\'],
      [0x00091004, 'IS', ' '],
    ]);
    expect(json).toEqual({
      '00091001': { vr: 'DS', Value: [250, 1, 0.5, 12, null, '1e400', '1e-400', 'none'] },
      '00091002': {
        vr: 'DS',
        Value: ['1.2345678901234567890123', -187.50000000000003, 0.48828125],
      },
      '00091003': { vr: 'IS', Value: [7, 5, 99999999999, '9007199254740993', 'x1', null] },
      '00091004': { vr: 'IS' },
    });
  });
  it('gives the groups of a name that are there, and loses none (F.2.2)', async () => {
    const json = await jsonOf([
      [0x00091001, 'PN', 'A^B\\\\=X\\==Y\\A==Z\\='],
      [0x00091002, 'PN', 'A=B=C=D'],
      [0x00091003, 'PN', '=='],
    ]);
    expect(json).toEqual({
      '00091001': {
        vr: 'PN',
        Value: [
          { Alphabetic: 'A^B' },
          null,
          { Ideographic: 'X' },
          { Phonetic: 'Y' },
          { Alphabetic: 'A', Phonetic: 'Z' },
          null,
        ],
      },
      '00091002': { vr: 'PN', Value: [{ Alphabetic: 'A', Ideographic: 'B', Phonetic: 'C=D' }] },
      '00091003': { vr: 'PN' },
    });
  });
  it('N28 Q04 has no prototype, and no keys but tags', async () => {
    const { dataset } = await headerOf(
      dicom({
        elements: [
          sequence(0x00081140, [[[0x00090010, 'LO', '__proto__']]]),
          [0x00090010, 'LO', 'constructor'],
          [0x00091001, 'LO', '__proto__'],
        ],
      }).bytes,
    );
    const json = dataset.toJSON();
    expect(Object.getPrototypeOf(json)).toBeNull();
    const [item] = json['00081140']?.Value ?? [];
    expect(Object.getPrototypeOf(item)).toBeNull();
    expect(Object.keys(json)).toEqual(['00081140', '00090010', '00091001']);
  });
  it('leaves out group lengths, and the second of two elements with one tag', async () => {
    const json = await jsonOf([
      [0x00080000, 'UL', 10],
      [0x00080060, 'CS', 'CT'],
      [0x00080060, 'CS', 'MR'],
    ]);
    expect(json).toEqual({ '00080060': { vr: 'CS', Value: ['CT'] } });
  });
  it('nests sequences, and has no Value where there is none', async () => {
    const json = await jsonOf([
      sequence(0x0040a043, [[[0x00080100, 'SH', 'A']], []]),
      sequence(0x0040a730, []),
    ]);
    expect(json).toEqual({
      '0040A043': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['A'] } }, {}] },
      '0040A730': { vr: 'SQ' },
    });
  });
  it('M10 writes whole numbers beyond 2^53 as strings', async () => {
    const json = await jsonOf([
      [0x00091001, 'SV', [5n, -(2n ** 60n)]],
      [0x00091002, 'UV', 2n ** 63n],
    ]);
    expect(json).toEqual({
      '00091001': { vr: 'SV', Value: [5, '-1152921504606846976'] },
      '00091002': { vr: 'UV', Value: ['9223372036854775808'] },
    });
  });
  it('writes numbers that JSON has not as strings', async () => {
    const json = await jsonOf([[0x00091001, 'FD', [Number.NaN, Infinity, -Infinity, -0.5]]]);
    expect(json).toEqual({
      '00091001': { vr: 'FD', Value: ['NaN', 'Infinity', '-Infinity', -0.5] },
    });
  });
  it('says where the bytes lie that are too long, as a fragment of the address', async () => {
    const { bytes, offsets } = dicom({
      elements: [
        [0x00100010, 'PN', 'A'],
        [0x00420011, 'OB', new Uint8Array(70_000)],
      ],
    });
    const json = (await headerOf(bytes)).dataset.toJSON();
    const at = (offsets.get(0x00420011) ?? 0) + 12;
    expect(json['00420011']).toEqual({ vr: 'OB', BulkDataURI: `#${at},70000` });
  });
  it('says where pixel data in fragments starts, which has no length', async () => {
    const { bytes, pixelOffset = 0 } = dicom({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [encapsulated({ frames: [Uint8Array.of(1, 2)] })],
    });
    const json = (await headerOf(bytes)).dataset.toJSON();
    expect(json['7FE00010']).toEqual({ vr: 'OB', BulkDataURI: `#${pixelOffset}` });
  });
});
function tagOf(element) {
  return 'encode' in element ? (element.tag ?? 0) : element[0];
}
/** dcm2json writes 9 digits of FL and 17 of FD: both are the same numbers. */
function comparable(json) {
  const values = (vr, list) =>
    list.map((value) => {
      if (vr === 'SQ') return comparable(value);
      return vr === 'FL' && typeof value === 'number' ? Math.fround(value) : value;
    });
  return Object.fromEntries(
    Object.entries(json).map(([tag, { vr, Value, ...rest }]) => [
      tag,
      { vr, ...(Value !== undefined && { Value: values(vr, Value) }), ...rest },
    ]),
  );
}
function dcm2json(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  try {
    const path = join(folder, 'all.dcm');
    writeFileSync(path, bytes);
    const { stdout, status } = spawnSync('dcm2json', [path], { encoding: 'utf8' });
    expect(status).toBe(0);
    return JSON.parse(stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
