import { describe, expect, it } from 'vitest';
import {
  cellBytes,
  hasLongHeader,
  isTextVr,
  isVr,
  splitsAtBackslash,
  usesCharacterSet,
  vrOfBytes,
} from '../../src/dicom/vr.js';
// PS3.5 table 6.2-1.
const ALL =
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  );
function only(predicate) {
  return ALL.filter((vr) => isVr(vr) && predicate(vr)).join(' ');
}
describe('value representations (PS3.5 6.2)', () => {
  it('are 34, and no other pair of letters is one', () => {
    const found = [];
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const vr = vrOfBytes(first, second);
        if (vr === undefined) continue;
        expect(vr).toBe(String.fromCharCode(first, second));
        found.push(vr);
      }
    }
    expect(found).toEqual(ALL);
  });
  it.each(['', 'ob', 'ox', 'OBX', 'toString', '__proto__', 'XX'])('%j is none', (text) => {
    expect(isVr(text)).toBe(false);
  });
  it('have the long header exactly where PS3.5 table 7.1-1 says so', () => {
    expect(only(hasLongHeader)).toBe('OB OD OF OL OV OW SQ SV UC UN UR UT UV');
  });
  it('swap the cells of PS3.5 7.3', () => {
    const bySize = [1, 2, 4, 8].map((size) =>
      only((vr) => !isTextVr(vr) && cellBytes(vr) === size),
    );
    expect(bySize).toEqual(['OB SQ UN', 'AT OW SS US', 'FL OF OL SL UL', 'FD OD OV SV UV']);
  });
  it('L15: obey Specific Character Set only where PS3.5 6.1.2.2 says so', () => {
    expect(only(usesCharacterSet)).toBe('LO LT PN SH ST UC UT');
  });
  it('M05: take a backslash for text in LT ST UR UT', () => {
    expect(only((vr) => isTextVr(vr) && !splitsAtBackslash(vr))).toBe('LT ST UR UT');
  });
});
