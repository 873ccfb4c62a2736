import { describe, expect, it } from 'vitest';
import { characterSet } from '../../src/dicom/character-set.ts';
import type { Delimiters } from '../../src/dicom/character-set.ts';

/** `'Hong=\x1b$)C\xfb\xf3'`: every character of the string is one byte. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function decoded(terms: string, text: string, delimiters: Delimiters = ''): string {
  return characterSet(terms.split('\\')).characterSet.decode(bytesOf(text), delimiters);
}

function faultOf(...terms: string[]): string | undefined {
  return characterSet(terms).fault;
}

describe('single-byte character sets (PS3.3 table C.12-2)', () => {
  it.each([
    ['ISO_IR 100', 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
    ['ISO_IR 101', 'Wa\xb3\xeasa', 'Wałęsa'],
    ['ISO_IR 109', 'anta\xfdnomo', 'antaŭnomo'],
    ['ISO_IR 110', 'v\xe0rds', 'vārds'],
    ['ISO_IR 126', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2', 'Διονυσιος'],
    ['ISO_IR 127', '\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1', 'قباني^لنزار'],
    ['ISO_IR 138', '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4', 'שרון^דבורה'],
    ['ISO_IR 144', '\xbb\xee\xdace\xdc\xd1yp\xd3', 'Люкceмбypг'],
    ['ISO_IR 148', '\xc7avu\xfeo\xf0lu', 'Çavuşoğlu'],
    ['ISO_IR 166', '\xb9\xd2\xc1\xca\xa1\xd8\xc5', 'นามสกุล'],
    ['ISO_IR 203', '\xbcuvre \xa4', 'Œuvre €'],
    ['ISO_IR 13', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3', 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
  ])('L01: %s', (term, text, expected) => {
    expect(decoded(term, text)).toBe(expected);
    expect(faultOf(term)).toBeUndefined();
  });

  // The platform's decoders are independent tables of the same parts of ISO 8859. Its labels for
  // parts 1 and 9 are Windows code pages, equal from A0 on.
  it.each([
    ['ISO_IR 100', 'windows-1252'],
    ['ISO_IR 101', 'iso-8859-2'],
    ['ISO_IR 109', 'iso-8859-3'],
    ['ISO_IR 110', 'iso-8859-4'],
    ['ISO_IR 144', 'iso-8859-5'],
    ['ISO_IR 127', 'iso-8859-6'],
    ['ISO_IR 126', 'iso-8859-7'],
    ['ISO_IR 138', 'iso-8859-8'],
    ['ISO_IR 148', 'windows-1254'],
    ['ISO_IR 203', 'iso-8859-15'],
  ])('L01 L16: %s is %s from A0 to FF', (term, label) => {
    const upper = Uint8Array.from({ length: 96 }, (_, i) => 0xa0 + i);
    const { characterSet: set } = characterSet([term]);
    expect(set.decode(upper)).toBe(new TextDecoder(label).decode(upper));
  });

  it('L01: TIS 620-2533 has the order of Unicode, with two gaps', () => {
    for (let code = 0xa1; code <= 0xff; code++) {
      const assigned = code <= 0xda || (code >= 0xdf && code <= 0xfb);
      const expected = assigned ? String.fromCharCode(0xe00 + code - 0xa0) : '\ufffd';
      expect(decoded('ISO_IR 166', String.fromCharCode(code))).toBe(expected);
    }
  });

  it('L16: the codes 80 to 9F are the C1 controls on every platform', () => {
    for (const term of ['ISO_IR 100', 'ISO_IR 148', 'ISO_IR 166', 'ISO_IR 203']) {
      expect(decoded(term, 'a\x80\x85\x9f')).toBe('a\u0080\u0085\u009f');
    }
  });

  it('L12: bytes above 7F without a character set are read as Latin 1', () => {
    expect(decoded('', 'J\xe9r\xf4me')).toBe('Jérôme');
    expect(faultOf()).toBeUndefined();
    expect(faultOf('')).toBeUndefined();
    expect(faultOf('ISO_IR 6')).toBeUndefined();
  });

  it('L13: 5C of ISO_IR 13 is a delimiter of values, else a yen sign; 7E an overline', () => {
    expect(decoded('ISO_IR 13', '\xb1~\\\xb2', '\\')).toBe('ｱ‾\\ｲ');
    expect(decoded('ISO_IR 13', '\xb1~\\\xb2')).toBe('ｱ‾¥ｲ');
  });

  it('L13: 5C as the second byte of Shift JIS is none', () => {
    expect(decoded('ISO_IR 13', '\x94\x5c\\\x95\x5c', '\\')).toBe('能\\表');
  });
});

describe('multi-byte sets without code extensions (PS3.3 table C.12-5)', () => {
  it('reads PS3.5 J.1 and J.2', () => {
    expect(decoded('ISO_IR 192', 'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1=')).toBe(
      'Wang^XiaoDong=王^小東=',
    );
    expect(decoded('GB18030', 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=')).toBe(
      'Wang^XiaoDong=王^小东=',
    );
    expect(decoded('GBK', 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=')).toBe(
      'Wang^XiaoDong=王^小东=',
    );
  });

  it('L02: UTF-8 that is none becomes U+FFFD, four bytes are one character', () => {
    expect(decoded('ISO_IR 192', '\xf0\x9f\x98\x80')).toBe('😀');
    expect(decoded('ISO_IR 192', '\xef\xbb\xbfA')).toBe('A');
    expect(decoded('ISO_IR 192', 'a\xc0\x80b')).toBe('a\ufffd\ufffdb');
    expect(decoded('ISO_IR 192', 'a\xed\xa0\x80b')).toBe('a\ufffd\ufffd\ufffdb');
    expect(decoded('ISO_IR 192', 'a\xe7\x8e')).toBe('a\ufffd');
  });

  it('L03: 5C and 5E inside a character of GB18030 and GBK separate nothing', () => {
    for (const term of ['GB18030', 'GBK']) {
      expect(decoded(term, '\x8b\x5c\\\x8b\x5e^A', '\\^=').split('\\')).toEqual(['媆', '媈^A']);
    }
    expect(decoded('GB18030', '\x81\x30\x81\x30')).toBe('\u0080');
  });

  it('L11: allow nothing beside them', () => {
    expect(decoded('ISO_IR 192\\ISO 2022 IR 87', '\xe7\x8e\x8b')).toBe('王');
    expect(faultOf('ISO_IR 192', 'ISO 2022 IR 87')).toContain('ISO_IR 192 allows no other');
    expect(faultOf('GB18030', '')).toContain('GB18030 allows no other');
    expect(decoded('ISO_IR 100\\ISO_IR 192', '\xe9')).toBe('é');
    expect(faultOf('ISO_IR 100', 'ISO_IR 192')).toContain('must stand alone');
  });
});

describe('code extension (PS3.5 6.1.2.5)', () => {
  const NAME = '\\^=';

  it('L04 L06: reads PS3.5 H.3.1', () => {
    const name =
      'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B';
    expect(decoded('\\ISO 2022 IR 87', name, NAME)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう');
    expect(faultOf('', 'ISO 2022 IR 87')).toBeUndefined();
  });

  it('L04: reads PS3.5 H.3.2', () => {
    const name =
      '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J';
    expect(decoded('ISO 2022 IR 13\\ISO 2022 IR 87', name, NAME)).toBe(
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    );
  });

  it('L04: JIS X 0212 comes from its own table', () => {
    // Row 16 cell 1 of JIS X 0212 is U+4E02, of JIS X 0208 U+4E9C.
    expect(decoded('\\ISO 2022 IR 159', 'a\x1b$(D\x30\x21\x1b(Bb')).toBe('a丂b');
    expect(
      decoded('\\ISO 2022 IR 87\\ISO 2022 IR 159', '\x1b$B\x30\x21\x1b$(D\x30\x21\x1b(B'),
    ).toBe('亜丂');
  });

  it('L05: reads PS3.5 I.2', () => {
    const name =
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf';
    expect(decoded('\\ISO 2022 IR 149', name, NAME)).toBe('Hong^Gildong=洪^吉洞=홍^길동');
  });

  it('L05: reads PS3.5 K.2', () => {
    const name = 'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=';
    expect(decoded('\\ISO 2022 IR 58', name, NAME)).toBe('Zhang^XiaoDong=张^小东=');
  });

  it('mixes single-byte sets', () => {
    const text = 'Dionysios is \x1b-F\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2\x1b-A J\xe9';
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 126', text)).toBe('Dionysios is Διονυσιος Jé');
  });

  it('L07: value 1 is in force again after a line, a page, a tab and a delimiter', () => {
    for (const control of ['\r', '\n', '\f', '\t']) {
      const text = `\x1b-L\xb4${control}\xb4`;
      expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 144', text)).toBe(`Д${control}´`);
    }
    const text = '\x1b-L\xb4^\xb4=\xb4\\\xb4';
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 144', text, NAME)).toBe('Д^´=´\\´');
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 144', text, '\\')).toBe('Д^Д=Д\\´');
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 144', text)).toBe('Д^Д=Д\\Д');
  });

  it('L08: without an escape sequence, the first set that has an upper half is meant', () => {
    expect(decoded('ISO 2022 IR 101\\ISO 2022 IR 87', 'Wa\xb3\xeasa')).toBe('Wałęsa');
    expect(decoded('\\ISO 2022 IR 149', 'Hong=\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7', NAME)).toBe(
      'Hong=洪^吉洞',
    );
    expect(decoded('ISO 2022 IR 149', '\xfb\xf3')).toBe('洪');
    expect(decoded('\\ISO 2022 IR 87', '\xe9')).toBe('é');
  });

  it('L09: escape sequences that are unknown, undeclared or cut off stay in the text', () => {
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 87', 'a\x1b-Fb')).toBe('a\x1b-Fb');
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 87', 'a\x1bxyz')).toBe('a\x1bxyz');
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 87', 'a\x1b$')).toBe('a\x1b$');
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 87', 'a\x1b')).toBe('a\x1b');
    expect(decoded('ISO_IR 100', '\x1b$B;3')).toBe('\x1b$B;3');
  });

  it('half a character becomes U+FFFD', () => {
    expect(decoded('\\ISO 2022 IR 87', '\x1b$B;3E\x1b(B!')).toBe('山\ufffd!');
    expect(decoded('\\ISO 2022 IR 149', '\x1b$)C\xfb')).toBe('\ufffd');
  });

  it('L13: in JIS X 0201 romaji 5C is a yen sign where it separates no values', () => {
    expect(decoded('ISO 2022 IR 13\\ISO 2022 IR 87', '1\\2~')).toBe('1¥2‾');
    expect(decoded('ISO 2022 IR 13\\ISO 2022 IR 87', '1\\2~', '\\')).toBe('1\\2‾');
  });
});

describe('Specific Character Set (PS3.3 C.12.1.1.2)', () => {
  it.each([
    ['ISO-IR 100', 'ISO_IR 100', '\xe9', 'é'],
    ['ISO_IR_100', 'ISO_IR 100', '\xe9', 'é'],
    ['ISO IR 100', 'ISO_IR 100', '\xe9', 'é'],
    ['ISO_IR100', 'ISO_IR 100', '\xe9', 'é'],
    ['iso_ir 192', 'ISO_IR 192', '\xc3\xa9', 'é'],
    ['UTF8', 'ISO_IR 192', '\xc3\xa9', 'é'],
    ['utf-8', 'ISO_IR 192', '\xc3\xa9', 'é'],
    ['ISO 2022 IR 192', 'ISO_IR 192', '\xc3\xa9', 'é'],
    ['latin1', 'ISO_IR 100', '\xe9', 'é'],
    ['ISO 8859-5', 'ISO_IR 144', '\xb4', 'Д'],
    ['ISO-8859-15', 'ISO_IR 203', '\xa4', '€'],
    ['gb2312', 'GBK', '\xcd\xf5', '王'],
    ['Shift_JIS', 'ISO_IR 13', '\x94\x5c', '能'],
    ['ISO_IR 149', 'ISO 2022 IR 149', '\xfb\xf3', '洪'],
    ['ISO-2022-IR-87', 'ISO 2022 IR 87', '\x1b$B;3\x1b(B', '山'],
  ])('L10: %s is taken for %s', (written, canonical, text, expected) => {
    expect(decoded(written, text)).toBe(expected);
    expect(faultOf(written)).toBe(`${JSON.stringify(written)} taken for ${canonical}`);
  });

  it('L10: trailing spaces are no fault', () => {
    expect(decoded('ISO_IR 192 ', '\xc3\xa9')).toBe('é');
    expect(faultOf('ISO_IR 192 ')).toBeUndefined();
  });

  it.each(['ISO_IR 99', 'ISO_IR', 'klingon', 'ISO_IR 1000', '192', 'ISO 8859-12', '\0'])(
    'L10: %j is unknown: the default repertoire',
    (term) => {
      expect(faultOf(term)).toContain('unknown character set');
      expect(decoded(term, 'A\xe9')).toBe('Aé');
    },
  );

  it('L10: a list of a hundred thousand is answered at once', () => {
    const terms = Array.from({ length: 100_000 }, (_, i) => `ISO 2022 IR ${i}`);
    const { characterSet: set, fault } = characterSet(terms);
    expect(fault).toContain('100000 character sets');
    expect(fault?.length).toBeLessThan(4000);
    expect(set.decode(bytesOf('a'))).toBe('a');
  });

  it('names a set that should be written for code extension', () => {
    expect(faultOf('ISO_IR 100', 'ISO 2022 IR 87')).toContain('should be ISO 2022 IR 100');
    expect(decoded('ISO_IR 100\\ISO 2022 IR 87', '\xe9\x1b$B;3\x1b(B')).toBe('é山');
  });

  it('gives one object for the same terms', () => {
    const first = characterSet(['', 'ISO 2022 IR 87']).characterSet;
    expect(characterSet(['', 'ISO 2022 IR 87']).characterSet).toBe(first);
    expect(first.terms).toEqual(['', 'ISO 2022 IR 87']);
  });

  it('N: a mebibyte of escape characters takes linear time', () => {
    const bytes = new Uint8Array(2 ** 20).fill(0x1b);
    const { characterSet: set } = characterSet(['', 'ISO 2022 IR 87', 'ISO 2022 IR 149']);
    const before = performance.now();
    expect(set.decode(bytes)).toHaveLength(2 ** 20);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
