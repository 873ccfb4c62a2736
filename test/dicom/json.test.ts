import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dicom, encapsulated, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { headerOf } from '../support/header-of.ts';

async function jsonOf(elements: readonly ElementLike[], transferSyntax?: string): Promise<unknown> {
  const { dataset } = await headerOf(dicom({ transferSyntax, elements }).bytes);
  return JSON.parse(JSON.stringify(dataset));
}

/** One element of every VR, with what PS3.18 F.2 makes of it. */
const ALL: readonly (readonly [ElementLike, unknown])[] = [
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

describe('the DICOM JSON model (PS3.18 F)', () => {
  it('F.2.1.1: text is UTF-8 and says so, whatever the file was written in', async () => {
    const json = await jsonOf([
      [0x00080005, 'CS', 'ISO_IR 100'],
      [0x00081030, 'LO', Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72)],
    ]);
    expect(json).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00081030': { vr: 'LO', Value: ['Müller'] },
    });
  });

  it('M16 F01 of every VR, the same in every byte order and VR encoding', async () => {
    const elements = ALL.map(([element]) => element);
    for (const syntax of [SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig]) {
      const json = Object.values((await jsonOf(elements, syntax)) as Record<string, object>);
      expect(json.map((attribute) => ({ ...attribute, vr: undefined }))).toEqual(
        ALL.map(([, value]) => value),
      );
    }
  });

  it('M16 agrees with dcm2json', async ({ skip }) => {
    if (spawnSync('dcm2json', ['--version']).status !== 0) skip('dcm2json is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'framedex-'));
    try {
      const nested = sequence(0x0040a043, [[[0x00080100, 'SH', 'A']], []]);
      const elements = [...ALL.map(([element]) => element), nested].toSorted(
        (a, b) => tagOf(a) - tagOf(b),
      );
      const path = join(folder, 'all.dcm');
      writeFileSync(path, dicom({ elements }).bytes);
      const { stdout, status } = spawnSync('dcm2json', [path], {
        encoding: 'utf8',
      });
      expect(status).toBe(0);
      const expected = JSON.parse(stdout) as Record<string, unknown>;
      expect(await jsonOf(elements)).toEqual(comparable(expected));
    } finally {
      rmSync(folder, { recursive: true });
    }
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

  it('says where the bytes lie that are too long', async () => {
    const { bytes, offsets } = dicom({
      elements: [
        [0x00100010, 'PN', 'A'],
        [0x00420011, 'OB', new Uint8Array(70_000)],
      ],
    });
    const json = (await headerOf(bytes)).dataset.toJSON();
    const at = (offsets.get(0x00420011) ?? 0) + 12;
    expect(json['00420011']).toEqual({ vr: 'OB', BulkDataURI: `?offset=${at}&length=70000` });
  });

  it('says where pixel data in fragments starts, which has no length', async () => {
    const { bytes, pixelOffset = 0 } = dicom({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [encapsulated({ frames: [Uint8Array.of(1, 2)] })],
    });
    const json = (await headerOf(bytes)).dataset.toJSON();
    expect(json['7FE00010']).toEqual({ vr: 'OB', BulkDataURI: `?offset=${pixelOffset}` });
  });
});

function tagOf(element: ElementLike): number {
  return 'encode' in element ? (element.tag ?? 0) : element[0];
}

/** What dcm2json writes otherwise: UTF-8 is meant whatever (0008,0005) says, and meta elements. */
function comparable(json: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(json).filter(([tag]) => !tag.startsWith('0002')));
}
