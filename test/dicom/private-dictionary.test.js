import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PRIVATE_ELEMENTS } from '../../src/dicom/private-dictionary.data.js';
import { privateVr } from '../../src/dicom/private-dictionary.js';
import { privateName } from '../../src/dicom/private-names.js';
import { isTextVr, isVr } from '../../src/dicom/vr.js';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TABLES = join(ROOT, '.config', 'dictionary');
const SOURCES = join(ROOT, 'src');
const DCMTK = [
  '/usr/share/libdcmtk17/private.dic',
  '/usr/share/libdcmtk18/private.dic',
  '/usr/share/dcmtk/private.dic',
].find((path) => existsSync(path));
const rows = readFileSync(join(TABLES, 'private.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [creator = '', written = '', vr = '', vm = '', name = ''] = line.split('\t');
    // Of a repeating group 60xx any odd one; the block 2F stands for any.
    const digits = written.replace(/^(..)xxxx/, '$113xx').replace('xx', '2F');
    return { creator, tag: Number.parseInt(digits, 16), vr, vm, name };
  });
/** What the table has of an element, and what the dictionary makes of it. */
function vrsOf(creator, tag) {
  const row = rows.find((each) => each.creator === creator && each.tag === tag);
  return [row?.vr, privateVr(creator, tag)];
}
describe('private dictionary (PS3.5 7.8)', () => {
  it('is what the generator makes of the tables', () => {
    const folder = mkdtempSync(join(tmpdir(), 'framedex-private-'));
    try {
      execFileSync(process.execPath, [join(TABLES, 'generate.mjs'), folder]);
      for (const file of ['private-dictionary.data.ts', 'private-names.data.ts']) {
        const fresh = readFileSync(join(folder, file), 'utf8');
        expect(fresh === readFileSync(join(SOURCES, 'dicom', file), 'utf8'), file).toBe(true);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it('knows every row of the table', () => {
    expect(rows).toHaveLength(10_700);
    for (const { creator, tag, vr, name } of rows) {
      const settled = isVr(vr) && vr !== 'UN';
      const about = `${creator} ${tag.toString(16)}`;
      expect(privateVr(creator, tag), about).toBe(settled ? vr : undefined);
      expect(privateName(creator, tag), about).toBe(name === '' ? undefined : name);
    }
  });
  it('is small, for every program carries it, and leaves the names to who shows them', () => {
    expect(PRIVATE_ELEMENTS.length).toBeLessThan(50_000);
    const importing = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('cli'))
      .filter((path) =>
        /private-names(\.data)?\.ts'/.test(readFileSync(join(SOURCES, path), 'utf8')),
      );
    expect(importing).toEqual([join('dicom', 'private-names.ts')]);
  });
  it('E07: finds an element in whatever block its creator reserved', () => {
    expect(privateVr('SIEMENS MR HEADER', 0x0019100c)).toBe('IS');
    expect(privateVr('SIEMENS MR HEADER', 0x0019110c)).toBe('IS');
    expect(privateVr('SIEMENS MR HEADER', 0x0019ff0c)).toBe('IS');
    expect(privateName('SIEMENS MR HEADER', 0x0019110c)).toBe('B_value');
  });
  it('E07: tells the creators of one tag apart', () => {
    expect(privateVr('GEMS_ACQU_01', 0x0019100f)).toBe('DS');
    expect(privateVr('SIEMENS MR HEADER', 0x0019100f)).toBe('SH');
    expect(privateVr('GEMS_ACQU_01', 0x0021100f)).toBeUndefined();
  });
  it('E07: overlooks padding around a creator, not its case', () => {
    expect(privateVr('SIEMENS MR HEADER ', 0x0019100c)).toBe('IS');
    expect(privateVr(' SIEMENS MR HEADER', 0x0019100c)).toBe('IS');
    expect(privateVr('Siemens MR Header', 0x0019100c)).toBeUndefined();
    expect(privateName('SIEMENS MR HEADER ', 0x0019100c)).toBe('B_value');
  });
  it('knows repeating groups, of odd groups alone', () => {
    expect(privateVr('PAPYRUS 3.0', 0x60011000)).toBe('IS');
    expect(privateVr('PAPYRUS 3.0', 0x60ff1000)).toBe('IS');
    expect(privateVr('PAPYRUS 3.0', 0x61011000)).toBeUndefined();
    expect(privateVr('PAPYRUS 3.0', 0x60001000)).toBeUndefined();
  });
  it.each(['', ' ', '|', '\n', 'SIEMENS MR', 'SIEMENS MR HEADER|0019', '__proto__', '\u{10ffff}'])(
    'N28: knows nothing of the creator %j',
    (creator) => {
      expect(privateVr(creator, 0x0019100c)).toBeUndefined();
      expect(privateName(creator, 0x0019100c)).toBeUndefined();
    },
  );
  it('leaves bytes alone whose VR its sources see differently', () => {
    expect(vrsOf('SIEMENS RA GEN', 0x00112f20)).toEqual(['UL or SL', undefined]);
    expect(vrsOf('INTEGRIS 1.0', 0x00412f20)).toEqual(['DS or FL', undefined]);
    expect(rows.filter(({ vr }) => vr.includes(' or '))).toHaveLength(158);
  });
  it.skipIf(DCMTK === undefined)('never reads bytes otherwise than an installed DCMTK', () => {
    const row = /^\((\w{2})(\w{2})(-o-\w{4})?,"([^"]*)",\w*(\w{2})\)\t+(\S+)/;
    const differing = new Set();
    let compared = 0;
    for (const line of readFileSync(DCMTK ?? '', 'latin1').split('\n')) {
      const [, high = '', low = '', , creator = '', element = '', theirs = ''] =
        row.exec(line) ?? [];
      if (creator === '') continue;
      compared++;
      const ours = privateVr(creator, Number.parseInt(`${high}${low}10${element}`, 16));
      const sameStorage = isVr(theirs) && ours !== undefined && isTextVr(ours) && isTextVr(theirs);
      if (ours === theirs || ours === undefined || theirs === 'UN' || sameStorage) continue;
      differing.add(`${creator} ${high}${low}${element} ${ours} ${theirs}`);
    }
    expect(compared).toBeGreaterThan(2800);
    expect([...differing].sort()).toEqual([
      // Files with explicit VR have what the other source says.
      'CARDIO-D.R. 1.0 002902 US DS',
      'CARDIO-D.R. 1.0 002903 FL DS',
      // Bytes as they are.
      'GEMS_Ultrasound_MovieGroup_001 7fe160 OB px',
      'SIEMENS CM VA0  CMS 602110 OB LT',
    ]);
  });
  if (DCMTK === undefined) console.warn('SKIPPED: no private.dic of DCMTK to compare with');
});
