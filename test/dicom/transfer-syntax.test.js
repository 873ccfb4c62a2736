import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  EXPLICIT_LITTLE_ENDIAN,
  transferSyntax,
  transferSyntaxes,
} from '../../src/dicom/transfer-syntax.js';
import { uidName } from '../../src/dicom/uid.js';
function uidsWhere(predicate) {
  return [...transferSyntaxes()]
    .filter(predicate)
    .map(({ uid }) => uid.replace('1.2.840.10008.1.2', ''))
    .sort();
}
describe('transfer syntaxes (PS3.5 annex A)', () => {
  it('F09: are those of PS3.6 table A-1, with its names', () => {
    // The UIDs of transfer syntaxes lie below 1.2.840.10008.1.2, and Papyrus 3 at 1.2.840.10008.1.20.
    const table = new URL('../../.config/dictionary/uids.tsv', import.meta.url);
    const rows = readFileSync(table, 'utf8')
      .split('\n')
      .filter((row) => /^1\.2\.840\.10008\.1\.2(0|\.[0-9.]+)?\t/.test(row));
    expect(rows).toHaveLength(63);
    for (const row of rows) {
      const [uid = '', name = ''] = row.split('\t');
      expect(transferSyntax(uid)?.name, uid).toBe(name);
      expect(uidName(uid)).toBe(name);
    }
    expect([...transferSyntaxes()]).toHaveLength(64);
  });
  it('have one that is big endian (A.3)', () => {
    expect(uidsWhere(({ littleEndian }) => !littleEndian)).toEqual(['.2']);
  });
  it('leave the VR out in three (A.1)', () => {
    expect(uidsWhere(({ explicit }) => !explicit)).toEqual(
      ['', '1.2.840.10008.1.20', '1.2.840.113619.5.2'].map(bare).sort(),
    );
  });
  it('deflate the data set in three, which Deflated Image Frame Compression does not (A.5)', () => {
    expect(uidsWhere(({ deflated }) => deflated)).toEqual(['.1.99', '.4.205', '.4.95']);
  });
  it('F12: hold no fragments where native, JPIP, SMPTE or no data set encoding at all', () => {
    expect(uidsWhere(({ encapsulated }) => !encapsulated)).toEqual(
      [
        ...['', '.1', '.1.99', '.2', '.4.94', '.4.95', '.4.204', '.4.205', '.6.1', '.6.2'],
        ...['.7.1', '.7.2', '.7.3', '1.2.840.10008.1.20', '1.2.840.113619.5.2'].map(bare),
      ].sort(),
    );
  });
  it('F10: are video where MPEG, HEVC or SMPTE ST 2110-20', () => {
    const video = uidsWhere(({ video: isVideo }) => isVideo);
    const mpeg = ['0', '1', '2', '3', '4', '5', '6'].flatMap((n) => [`.4.10${n}`, `.4.10${n}.1`]);
    expect(video).toEqual([...mpeg, '.4.107', '.4.108', '.7.1', '.7.2'].sort());
  });
  it('F07 F08: hold fragments in an explicit little endian data set', () => {
    for (const uid of ['1.2.840.10008.1.2.8.1', '1.2.840.10008.1.2.1.98', '1.2.840.10008.1.2.5']) {
      expect(transferSyntax(uid), uid).toMatchObject({
        littleEndian: true,
        explicit: true,
        deflated: false,
        encapsulated: true,
        video: false,
      });
    }
  });
  it('F11: have big endian pixels in a little endian data set in one of GE', () => {
    expect(uidsWhere(({ bigEndianPixels }) => bigEndianPixels)).toEqual(['1.2.840.113619.5.2']);
    expect(transferSyntax('1.2.840.113619.5.2')).toMatchObject({
      littleEndian: true,
      explicit: false,
    });
  });
  it('are undefined where unknown, padded or abbreviated', () => {
    expect(transferSyntax('1.2.3')).toBeUndefined();
    expect(transferSyntax(`${EXPLICIT_LITTLE_ENDIAN}\0`)).toBeUndefined();
    expect(transferSyntax('')).toBeUndefined();
  });
});
function bare(uid) {
  return uid.replace('1.2.840.10008.1.2', '');
}
