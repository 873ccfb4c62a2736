import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDecimalString, ruleBroken } from '../../src/dicom/value-rules.js';
const TEXT = ['AE', 'AS', 'CS', 'DA', 'DS', 'DT', 'IS', 'LO', 'LT'];
const MORE_TEXT = ['PN', 'SH', 'ST', 'TM', 'UC', 'UI', 'UR', 'UT'];
function a(count) {
  return 'A'.repeat(count);
}
describe('what a value may be (PS3.5 table 6.2-1)', () => {
  it.each([
    ['AE', 'STORE SCP', 'a/b:c', a(16)],
    ['AS', '018M', '000D', '999W', '101Y'],
    ['CS', 'ISO_IR 192', 'MONOCHROME2', '1', a(16)],
    ['DA', '19970704', '20000229', '19970704-', '-19970704', '19970704-19980704'],
    ['TM', '10', '1015', '101530', '101530.1', '070907.0705', '235960', '10-12', '-1015'],
    ['DT', '2007-0500', '195308', '19530827111300.0', '20260101120000.123456+0100'],
    ['DT', '20070101-20080101', '20070101-0500-20080101-0500', '-2007'],
    ['DS', '1', '-1.5', '+1.5E-03', '1.', '.5', '1e400', '0.12345678901234'],
    ['IS', '0', '-2147483648', '2147483647', '+12', '000000000012'],
    ['LO', a(64), '𠮷'.repeat(64), 'é\u0301'],
    ['SH', a(16), '𠮷'.repeat(16)],
    ['LT', a(10_240), 'two\r\nlines\tand\fpages \\'],
    ['ST', a(1024), '𠮷'.repeat(1024), 'a\r\nb'],
    ['UT', a(100_000), 'a\r\nb'],
    ['UC', a(100_000)],
    ['PN', 'Doe^Jane^^Dr.^', a(64), `${a(64)}=${'田'.repeat(64)}=${'𠮷'.repeat(64)}`, '=山田^太郎'],
    ['UI', '1.2.840.10008.1.2', '0.0', '1', `2.25.${'1'.repeat(59)}`],
    ['UR', 'https://a.b/c?d=e&f#g', 'urn:oid:1.2.3', '../a%20b', "a:/?#[]@!$&'()*+,;=-._~"],
    ['UN', '\0'],
    ['US', 'ab'],
  ])('M14 M15: %s %.60j is right', (vr, ...values) => {
    for (const value of values) expect(ruleBroken(vr, value)).toBeUndefined();
  });
  it.each([
    ['AE', a(17), /16 characters/],
    ['AE', 'A\tB', /control character/],
    ['AE', 'A\x1bB', /control character/],
    ['AS', '18M', /nnnD/],
    ['AS', '018m', /nnnD/],
    ['AS', '18', /nnnD/],
    ['CS', a(17), /16 characters/],
    ['CS', 'lower', /A to Z/],
    ['CS', 'A-B', /A to Z/],
    ['CS', 'Ä', /A to Z/],
    ['DA', '1997.07.04', /ACR-NEMA/],
    ['DA', '19970229', /YYYYMMDD/],
    ['DA', '1997', /YYYYMMDD/],
    ['DA', '1997-1998', /YYYYMMDD/],
    ['TM', '10:15:30', /ACR-NEMA/],
    ['TM', '24', /HHMMSS/],
    ['TM', '021', /HHMMSS/],
    ['DT', '19970229', /YYYYMMDDHHMMSS/],
    ['DT', '2007-0000', /YYYYMMDDHHMMSS/],
    ['DT', '1997.07.04', /YYYYMMDDHHMMSS/],
    ['DS', '0.123456789012345', /16 characters/],
    ['DS', '1,5', /decimal string/],
    ['DS', 'nan', /decimal string/],
    ['DS', '1 2', /decimal string/],
    ['IS', '12.0', /integer string/],
    ['IS', '1e3', /integer string/],
    ['IS', '+', /integer string/],
    ['IS', '2147483648', /2\^31/],
    ['IS', '-2147483649', /2\^31/],
    ['IS', '0000000000012', /12 characters/],
    ['LO', a(65), /64 characters/],
    ['LO', 'a\nb', /control character/],
    ['LO', 'a\x7fb', /control character/],
    ['LO', 'a\0b', /control character/],
    ['SH', a(17), /16 characters/],
    ['LT', a(10_241), /10240 characters/],
    ['LT', 'a\x07', /control character/],
    ['ST', a(1025), /1024 characters/],
    ['UC', 'a\rb', /control character/],
    ['UT', 'a\0b', /control character/],
    ['PN', a(65), /64 characters/],
    ['PN', `a=${a(65)}`, /64 characters/],
    ['PN', 'a=b=c=d', /3 component groups/],
    ['PN', 'a^b^c^d^e^f', /5 components/],
    ['PN', 'a=b^^^^^', /5 components/],
    ['PN', 'a\nb', /control character/],
    ['UI', `2.25.${'1'.repeat(60)}`, /64 characters/],
    ['UI', '1..2', /empty component/],
    ['UI', '.1', /empty component/],
    ['UI', '1.', /empty component/],
    ['UI', '1.02', /leading zero/],
    ['UI', '00', /leading zero/],
    ['UI', '1.2a', /0 to 9/],
    ['UI', '1.2 ', /0 to 9/],
    ['UR', ' http://a', /in front/],
    ['UR', 'http://a b', /percent/],
    ['UR', 'a\\b', /percent/],
    ['UR', 'http://ä', /percent/],
    ['UR', 'a"b', /percent/],
  ])('M03 M06 M07 M08 M14: %s %.40j is not', (vr, value, broken) => {
    expect(ruleBroken(vr, value)).toMatch(broken);
  });
  it('M01: tells decimal strings from other text', () => {
    for (const right of ['1', '+1.5E-03', '-.5', '1.', '1e+2']) {
      expect(isDecimalString(right)).toBe(true);
    }
    for (const wrong of ['', '.', 'e5', '1e', '1e1.5', 'Infinity', '0x1', '1_0', '٣']) {
      expect(isDecimalString(wrong)).toBe(false);
    }
  });
  it('says nothing of the text itself', () => {
    const letters = fc.string({ unit: fc.constantFrom('Ĥ', 'ĸ', 'Ł', '\u0007') });
    fc.assert(
      fc.property(fc.constantFrom(...TEXT, ...MORE_TEXT), letters, (vr, text) => {
        expect(ruleBroken(vr, text) ?? '').not.toMatch(/[^ -~]/);
      }),
    );
  });
  it('M13: is found in linear time in any long text: in quadratic time this would not end', () => {
    for (const unit of ['1', '.', '-', '^', '=', ':', '1.', '1-', '\u0007', '𠮷']) {
      const long = unit.repeat(2 ** 20 / unit.length);
      for (const vr of TEXT) expect(ruleBroken(vr, long)).toBeTypeOf('string');
    }
    expect(ruleBroken('UT', '1'.repeat(2 ** 20))).toBeUndefined();
    expect(ruleBroken('UC', '^'.repeat(2 ** 20))).toBeUndefined();
    expect(ruleBroken('UI', '1.'.repeat(2 ** 20))).toMatch(/empty/);
    expect(ruleBroken('UR', '1'.repeat(2 ** 20))).toBeUndefined();
  });
});
