import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  dictionaryEntry,
  STANDARD_EDITION,
  tagOf,
  tagOfKeyword,
  vrOfTag,
} from '../../src/dicom/dictionary.js';
import { parseTag } from '../../src/dicom/tag.js';
import { uidName } from '../../src/dicom/uid.js';
import { isFramedexError } from '../../src/errors.js';
const TABLES = fileURLToPath(new URL('../../.config/dictionary/', import.meta.url));
const SOURCES = fileURLToPath(new URL('../../src/dicom/', import.meta.url));
const DCMTK = [
  '/usr/share/libdcmtk17/dicom.dic',
  '/usr/share/libdcmtk18/dicom.dic',
  '/usr/share/dcmtk/dicom.dic',
].find((path) => existsSync(path));
const rows = readFileSync(join(TABLES, 'elements.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((row) => row.split('\t'));
function usageMessage(like) {
  try {
    return `no error: ${tagOf(like)}`;
  } catch (error) {
    return isFramedexError(error, 'USAGE') ? error.message : String(error);
  }
}
describe('data dictionary (PS3.6)', () => {
  it('is what the generator makes of the tables', () => {
    const folder = mkdtempSync(join(tmpdir(), 'framedex-dictionary-'));
    try {
      execFileSync(process.execPath, [join(TABLES, 'generate.mjs'), folder]);
      for (const file of ['dictionary.data.ts', 'uid.data.ts', 'tag-values.ts']) {
        const fresh = readFileSync(join(folder, file), 'utf8');
        expect(fresh === readFileSync(join(SOURCES, file), 'utf8'), file).toBe(true);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it('knows every row of the table by its keyword and by its tag', () => {
    expect(rows).toHaveLength(5347);
    expect(STANDARD_EDITION).toBe('2026b');
    for (const [written = '', vr, vm, keyword = '', retired, name] of rows) {
      const tag = tagOfKeyword(keyword);
      if (!written.includes('x')) expect(tag, keyword).toBe(parseTag(`(${written})`));
      expect(tag === undefined ? undefined : dictionaryEntry(tag), keyword).toMatchObject({
        tag,
        vr,
        vm,
        keyword,
        retired: retired === 'retired',
        ...(name === '' ? {} : { name }),
      });
      expect(vrOfTag(tag ?? 0)).toBe(vr);
    }
  });
  it.skipIf(DCMTK === undefined)('agrees with the dictionary of an installed DCMTK', () => {
    const exact = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)\t(\w\w)\t(\w+)\t(\S+)/;
    let compared = 0;
    for (const line of readFileSync(DCMTK ?? '', 'latin1').split('\n')) {
      const [, group = '', element = '', vr, name = '', vm] = exact.exec(line) ?? [];
      if (group === '') continue;
      const keyword = name.replace(/^RETIRED_/, '');
      const entry = dictionaryEntry(parseTag(group + element) ?? 0);
      // Frame Type got its fifth value after the edition of DCMTK 3.6.7.
      expect(`${entry?.vr} ${entry?.keyword} ${entry?.vm}`).toBe(
        `${vr} ${keyword} ${keyword === 'FrameType' ? '4-5' : vm}`,
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(4900);
  });
  if (DCMTK === undefined) console.warn('SKIPPED: no dicom.dic of DCMTK to compare with');
  it.each([
    [0x60003000, 'OverlayData', 'ox'],
    [0x60023000, 'OverlayData', 'ox'],
    [0x601e0010, 'OverlayRows', 'US'],
    [0x50020005, 'CurveDimensions', 'US'],
    [0x00203100, 'SourceImageIDs', 'CS'],
    [0x002031ff, 'SourceImageIDs', 'CS'],
    [0x00280400, 'TransformLabel', 'LO'],
    [0x00280410, 'RowsForNthOrderCoefficients', 'US'],
    [0x00280433, 'CoefficientCodingPointers', 'AT'],
    [0x00280814, 'BitsForCodeWord', 'US'],
    [0x10000125, 'ShiftTableTriplet', 'US'],
    [0x1010abcd, 'ZonalMap', 'US'],
    [0x7f020010, 'VariablePixelData', 'ox'],
    [0x7fe00010, 'PixelData', 'px'],
  ])('finds the repeating element %i as %s (PS3.5 7.6)', (tag, keyword, vr) => {
    expect(dictionaryEntry(tag)).toMatchObject({ tag, keyword, vr });
    expect(vrOfTag(tag)).toBe(vr);
  });
  it('E07: knows of private elements only creators and group lengths (PS3.5 7.8.1)', () => {
    expect(dictionaryEntry(0x00290010)).toMatchObject({ keyword: 'PrivateCreator', vr: 'LO' });
    expect(vrOfTag(0x002900ff)).toBe('LO');
    expect(vrOfTag(0x00290000)).toBe('UL');
    for (const tag of [0x0029000f, 0x00290001, 0x00291010, 0x60013000, 0x50010005]) {
      expect(vrOfTag(tag)).toBeUndefined();
      expect(dictionaryEntry(tag)).toBeUndefined();
    }
  });
  it('takes any (gggg,0000) for a group length (PS3.5 7.2)', () => {
    for (const tag of [0x00080000, 0x60020000, 0x10000000, 0x12340000]) {
      expect(vrOfTag(tag)).toBe('UL');
    }
    expect(dictionaryEntry(0x00020000)?.keyword).toBe('FileMetaInformationGroupLength');
  });
  it('has nothing for tags that the standard does not assign', () => {
    for (const tag of [0x00080003, 0x00283500, 0xfffee001, 0xffffffff]) {
      expect(dictionaryEntry(tag)).toBeUndefined();
    }
  });
  it('accepts every way of writing a tag', () => {
    for (const like of [
      'Rows',
      0x00280010,
      '00280010',
      '0028,0010',
      '(0028,0010)',
      'x00280010',
      '0x00280010',
    ]) {
      expect(tagOf(like)).toBe(0x00280010);
    }
    expect(tagOf(0xffffffff)).toBe(0xffffffff);
  });
  it.each([
    ['PatientsName', 'PatientName'],
    ['patientname', 'PatientName'],
    ['Window Centre', 'WindowCenter'],
    ['Pixel Spacing', 'PixelSpacing'],
    ['NumberOfFrame', 'NumberOfFrames'],
    ['BitAlocated', 'BitsAllocated'],
  ])('suggests for %s the keyword %s', (written, keyword) => {
    expect(usageMessage(written)).toMatch(new RegExp(`^USAGE: .*Did you mean ${keyword}\\?$`));
  });
  it.each(['', 'x', 'toString', '__proto__', 'qqqqqqqq', '7FE0;0010', 'A'.repeat(100_000)])(
    'refuses %.20s without a wild guess',
    (written) => {
      expect(usageMessage(written)).toMatch(/^USAGE: no such keyword or tag/);
      expect(usageMessage(written)).not.toContain('Did you mean');
    },
  );
  it.each([-1, 0x100000000, 1.5, Number.NaN])('refuses the number %d', (number) => {
    expect(usageMessage(number)).toMatch(/^USAGE: not a tag/);
  });
  it('types the values of every keyword', () => {
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().toEqualTypeOf();
    expectTypeOf().extract().toBeNever();
  });
});
describe('names of UIDs (PS3.6 annex A)', () => {
  it('are those of the standard', () => {
    expect(uidName('1.2.840.10008.1.1')).toBe('Verification SOP Class');
    expect(uidName('1.2.840.10008.5.1.4.1.1.2')).toBe('CT Image Storage');
    expect(uidName('1.2.840.10008.1.2.4.110')).toBe('JPEG XL Lossless');
  });
  it('are missing for what nobody registered', () => {
    for (const uid of ['', '1.2.3', 'toString', '1.2.840.10008'])
      expect(uidName(uid)).toBeUndefined();
  });
});
