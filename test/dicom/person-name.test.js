import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameGroups, parsePersonName } from '../../src/dicom/person-name.js';
const EMPTY = { familyName: '', givenName: '', middleName: '', prefix: '', suffix: '' };
describe('person names (PS3.5 6.2.1)', () => {
  // The examples of PS3.5 6.2.1.1, H.3 and I.2.
  it('M03: have five components', () => {
    expect(parsePersonName('Adams^John Robert Quincy^^Rev.^B.A. M.Div.').alphabetic).toEqual({
      text: 'Adams^John Robert Quincy^^Rev.^B.A. M.Div.',
      familyName: 'Adams',
      givenName: 'John Robert Quincy',
      middleName: '',
      prefix: 'Rev.',
      suffix: 'B.A. M.Div.',
    });
    expect(parsePersonName('Morrison-Jones^Susan^^^Ph.D., Chief Executive Officer')).toEqual({
      alphabetic: {
        ...EMPTY,
        text: 'Morrison-Jones^Susan^^^Ph.D., Chief Executive Officer',
        familyName: 'Morrison-Jones',
        givenName: 'Susan',
        suffix: 'Ph.D., Chief Executive Officer',
      },
    });
    expect(parsePersonName('ABC Farms^Running on Water').alphabetic).toMatchObject({
      familyName: 'ABC Farms',
      givenName: 'Running on Water',
    });
  });
  it('M03: have three component groups', () => {
    const name = parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう');
    expect(name.alphabetic).toMatchObject({ familyName: 'Yamada', givenName: 'Tarou' });
    expect(name.ideographic).toMatchObject({ familyName: '山田', givenName: '太郎' });
    expect(name.phonetic).toEqual({
      ...EMPTY,
      text: 'やまだ^たろう',
      familyName: 'やまだ',
      givenName: 'たろう',
    });
  });
  it('M03: lack groups, the first one too', () => {
    const ideographic = parsePersonName('=山田^太郎');
    expect(ideographic.alphabetic).toEqual({ ...EMPTY, text: '' });
    expect(ideographic.ideographic?.text).toBe('山田^太郎');
    expect(ideographic.phonetic).toBeUndefined();
    const withoutMiddle = parsePersonName('Hong^Gildong==홍^길동');
    expect(withoutMiddle.ideographic).toBeUndefined();
    expect(withoutMiddle.phonetic?.givenName).toBe('길동');
    expect(parsePersonName('')).toEqual({ alphabetic: { ...EMPTY, text: '' } });
  });
  it('M03: keep what is too much in the text alone', () => {
    const long = parsePersonName('a^b^c^d^e^f^g=h=i=j').alphabetic;
    expect(long).toEqual({
      text: 'a^b^c^d^e^f^g',
      familyName: 'a',
      givenName: 'b',
      middleName: 'c',
      prefix: 'd',
      suffix: 'e',
    });
    expect(nameGroups('a^b=h=i=j')).toEqual(['a^b', 'h', 'i', 'j']);
    expect(parsePersonName('a^b=h=i=j').phonetic?.text).toBe('i');
  });
  it('M03: spaces around components mean nothing, those of the text are kept', () => {
    const { alphabetic } = parsePersonName(' Doe ^ Jane  Ann^ ');
    expect(alphabetic).toEqual({
      ...EMPTY,
      text: ' Doe ^ Jane  Ann^ ',
      familyName: 'Doe',
      givenName: 'Jane  Ann',
    });
  });
  it('any text is a name, and components come back as they were joined', () => {
    const component = fc
      .string({ maxLength: 8 })
      .map((text) => text.replaceAll(/[\\^=]/g, '').trim());
    const group = fc.array(component, { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(group, group, group, (...groups) => {
        const text = groups.map((components) => components.join('^')).join('=');
        const { alphabetic, ideographic, phonetic } = parsePersonName(text);
        const found = [alphabetic, ideographic, phonetic].map((each) => [
          each?.familyName,
          each?.givenName,
          each?.middleName,
          each?.prefix,
          each?.suffix,
        ]);
        expect(found).toEqual(groups);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(nameGroups(text).join('=')).toBe(text);
        expect(text.startsWith(parsePersonName(text).alphabetic.text)).toBe(true);
      }),
    );
  });
});
