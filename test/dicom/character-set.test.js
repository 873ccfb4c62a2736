import { describe, expect, it } from 'vitest';
import { characterSet } from '../../src/dicom/character-set.js';
import { bytesOf, decoded, termFault, textFaults } from '../support/decode-text.js';
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
    expect(termFault(term)).toBeUndefined();
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
  it('L12: bytes above 7F without a character set are read as Latin 1', () => {
    const fault = 'codes above 7F where no set is in force for them, read as ISO-IR 100';
    for (const terms of ['', 'ISO_IR 6', 'klingon', '\\']) {
      expect(decoded(terms, 'J\xe9r\xf4me')).toBe('Jérôme');
      expect(textFaults(terms, 'J\xe9r\xf4me')).toEqual([fault]);
      expect(textFaults(terms, 'Jerome')).toEqual([]);
    }
    expect(termFault()).toBeUndefined();
    expect(termFault('')).toBeUndefined();
    expect(termFault('ISO_IR 6')).toBeUndefined();
  });
  it('L13: 5C of ISO_IR 13 is a delimiter of values, else a yen sign; 7E an overline', () => {
    expect(decoded('ISO_IR 13', '\xb1~\\\xb2', '\\')).toBe('ｱ‾\\ｲ');
    expect(decoded('ISO_IR 13', '\xb1~\\\xb2')).toBe('ｱ‾¥ｲ');
  });
  it('L13: 5C as the second byte of Shift JIS is none', () => {
    expect(decoded('ISO_IR 13', '\x94\x5c\\\x95\x5c', '\\')).toBe('能\\表');
  });
  it('ISO_IR 13: Shift JIS is read, and it is said', () => {
    const fault = ['codes that ISO-IR 13 does not have, read as Shift JIS'];
    expect(decoded('ISO_IR 13', '\x8eR\x93c^\xc0\xdb\xb3')).toBe('山田^ﾀﾛｳ');
    expect(textFaults('ISO_IR 13', '\x8eR\x93c^\xc0\xdb\xb3')).toEqual(fault);
    expect(textFaults('ISO_IR 13', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3')).toEqual([]);
    // 82 40 is a pair without a character; after 82 a space can only be a space.
    expect(decoded('ISO_IR 13', 'a\x82\x40b\x82 \xffc')).toBe('a\ufffdb\ufffd \ufffdc');
    expect(textFaults('ISO_IR 13', '\xa0')).toEqual(['bytes that are no text in ISO-IR 13']);
  });
  it('says what codes have no character', () => {
    expect(decoded('ISO_IR 126', 'a\xff')).toBe('a\ufffd');
    expect(textFaults('ISO_IR 126', 'a\xff')).toEqual(['bytes that are no text in ISO-IR 126']);
    expect(textFaults('ISO_IR 126', 'a\xc4')).toEqual([]);
  });
  it('ASCII is ASCII at every length, and one other byte at any place is not', () => {
    const sets = ['', 'ISO_IR 100', 'ISO_IR 192', 'GBK', '\\ISO 2022 IR 87', 'ISO_IR 13'];
    const line = 'The quick brown fox jumps over the lazy dog';
    for (let length = 0; length < line.length; length++) {
      const text = line.slice(0, length);
      for (const terms of sets) {
        expect(decoded(terms, text)).toBe(text);
        expect(textFaults(terms, text)).toEqual([]);
      }
      for (let at = 0; at < length; at++) {
        const mixed = `${text.slice(0, at)}\xe9${text.slice(at)}`;
        expect(decoded('ISO_IR 100', mixed)).toBe(mixed);
        expect(textFaults('', mixed)).toHaveLength(1);
        expect(textFaults('', `${text.slice(0, at)}\x1b${text.slice(at)}`)).toHaveLength(1);
      }
    }
  });
});
describe('multi-byte sets without code extensions (PS3.3 table C.12-5)', () => {
  it('L02: UTF-8 that is none becomes U+FFFD, four bytes are one character', () => {
    expect(decoded('ISO_IR 192', '\xf0\x9f\x98\x80')).toBe('😀');
    expect(decoded('ISO_IR 192', '\xef\xbb\xbfA')).toBe('A');
    expect(decoded('ISO_IR 192', 'a\xc0\x80b')).toBe('a\ufffd\ufffdb');
    expect(decoded('ISO_IR 192', 'a\xed\xa0\x80b')).toBe('a\ufffd\ufffd\ufffdb');
    expect(decoded('ISO_IR 192', 'a\xe7\x8e')).toBe('a\ufffd');
  });
  it('L02: says so of bytes that are no text, and of nothing else', () => {
    for (const text of ['a\xc0\x80b', 'a\xed\xa0\x80b', 'a\xe7\x8e', 'J\xe9r\xf4me']) {
      expect(textFaults('ISO_IR 192', text)).toEqual(['bytes that are no text in ISO_IR 192']);
    }
    expect(textFaults('GB18030', '\xff')).toEqual(['bytes that are no text in GB18030']);
    expect(textFaults('GBK', 'a\x81')).toEqual(['bytes that are no text in GBK']);
    // U+FFFD itself, as somebody else wrote it.
    expect(decoded('ISO_IR 192', 'a\xef\xbf\xbdb')).toBe('a\ufffdb');
    expect(textFaults('ISO_IR 192', 'a\xef\xbf\xbdb')).toEqual([]);
    expect(decoded('GB18030', '\x84\x31\xa4\x37')).toBe('\ufffd');
    expect(textFaults('GB18030', '\x84\x31\xa4\x37')).toEqual([]);
  });
  it('L02: a byte order mark is left out, and it is said', () => {
    expect(decoded('ISO_IR 192', '\xef\xbb\xbfA\\\xef\xbb\xbfB', '\\')).toBe('A\\\ufeffB');
    expect(textFaults('ISO_IR 192', '\xef\xbb\xbfA')).toEqual(['a byte order mark, left out']);
  });
  it('know no escape sequences', () => {
    const text = '\x1b$B;3\x1b(B';
    for (const term of ['ISO_IR 192', 'GB18030', 'GBK']) {
      expect(decoded(term, text)).toBe(text);
      expect(decoded(term, `${text}\xd6\x5c`).startsWith(text)).toBe(true);
    }
  });
  it('L03: 5C and 5E inside a character of GB18030 and GBK separate nothing', () => {
    for (const term of ['GB18030', 'GBK']) {
      expect(decoded(term, '\x8b\x5c\\\x8b\x5e^A', '\\^=').split('\\')).toEqual(['媆', '媈^A']);
    }
    expect(decoded('GB18030', '\x81\x30\x81\x30')).toBe('\u0080');
  });
  it.each([
    ['GB18030', [[0x81, 0xfe]]],
    ['GBK', [[0x81, 0xfe]]],
    [
      'ISO_IR 13',
      [
        [0x81, 0x9f],
        [0xe0, 0xfc],
      ],
    ],
  ])('L03: no pair of %s is split', (term, leads) => {
    const values = [];
    for (const [first, last] of leads) {
      for (let lead = first; lead <= last; lead++) {
        for (let trail = 0x40; trail <= 0xfc; trail++) {
          if (trail !== 0x7f) values.push(String.fromCharCode(lead, trail));
        }
      }
    }
    const split = decoded(term, values.join('\\'), '\\').split('\\');
    expect(split).toHaveLength(values.length);
    expect(split.every((value) => value.length === 1)).toBe(true);
  });
  it('L11: allow nothing beside them', () => {
    expect(decoded('ISO_IR 192\\ISO 2022 IR 87', '\xe7\x8e\x8b')).toBe('王');
    expect(termFault('ISO_IR 192', 'ISO 2022 IR 87')).toContain('ISO_IR 192 allows no other');
    expect(termFault('GB18030', '')).toContain('GB18030 allows no other');
    expect(decoded('ISO_IR 100\\ISO_IR 192', '\xe9')).toBe('é');
    expect(termFault('ISO_IR 100', 'ISO_IR 192')).toContain('must stand alone');
    // Beside nothing but ASCII there is no doubt which one is meant.
    expect(decoded('\\ISO_IR 192', '\xe7\x8e\x8b')).toBe('王');
    expect(termFault('', 'ISO_IR 192')).toContain('ISO_IR 192 allows no other');
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
    ['latin5', 'ISO_IR 148', '\xfe', 'ş'],
    ['ISO 8859-9', 'ISO_IR 148', '\xfe', 'ş'],
    ['Latin-9', 'ISO_IR 203', '\xa4', '€'],
    ['ISO 2022 GBK', 'GBK', '\xcd\xf5', '王'],
  ])('L10: %s is taken for %s', (written, canonical, text, expected) => {
    expect(decoded(written, text)).toBe(expected);
    expect(termFault(written)).toBe(`value 1 is taken for ${canonical}`);
  });
  it.each([
    ['ISO_2022-IR 100', 'ISO 2022 IR 100', '\xe9', 'é'],
    ['ISO_2022_IR+126', 'ISO 2022 IR 126', '\x1b-F\xc4', 'Δ'],
    ['ISO-2022-IR-87', 'ISO 2022 IR 87', '\x1b$B;3\x1b(B', '山'],
    ['ISO_IR 149', 'ISO 2022 IR 149', '\x1b$)C\xfb\xf3', '洪'],
    ['ISO 2022 58', 'ISO 2022 IR 58', '\x1b$)A\xd5\xc5', '张'],
  ])('L10: %s is taken for %s beside another', (written, canonical, text, expected) => {
    expect(decoded(`ISO 2022 IR 6\\${written}`, text)).toBe(expected);
    const fault = `value 2 is taken for ${canonical}`;
    expect(termFault('ISO 2022 IR 6', written)).toBe(fault);
  });
  it('L10: spaces around are no fault', () => {
    expect(decoded('ISO_IR 192 ', '\xc3\xa9')).toBe('é');
    expect(termFault('ISO_IR 192 ')).toBeUndefined();
    expect(termFault(' GB18030')).toBeUndefined();
  });
  it.each([
    'latin7',
    'ISO 8859-0',
    'ISO_IR 99',
    'ISO_IR',
    'klingon',
    'ISO_IR 1000',
    '192',
    'ISO 8859-12',
    '\0',
  ])('L10: %j is unknown: the default repertoire', (term) => {
    expect(termFault(term)).toContain('is no character set');
    expect(decoded(term, 'A\xe9')).toBe('Aé');
  });
  it('L10: a list of a hundred thousand is answered at once', () => {
    const terms = Array.from({ length: 100_000 }, (_, i) => `ISO 2022 IR ${i}`);
    const { characterSet: set, fault } = characterSet(terms);
    expect(fault).toContain('100000 character sets');
    expect(fault?.length).toBeLessThan(4000);
    expect(set.decode(bytesOf('a'))).toBe('a');
  });
  it('names a set that should be written for code extension', () => {
    expect(termFault('ISO_IR 100', 'ISO 2022 IR 87')).toContain('should be ISO 2022 IR 100');
    expect(decoded('ISO_IR 100\\ISO 2022 IR 87', '\xe9\x1b$B;3\x1b(B')).toBe('é山');
  });
  it('L11: what table C.12-4 lists may not be value 1, and code extension takes two values', () => {
    expect(termFault('ISO 2022 IR 149')).toBe('ISO 2022 IR 149 may not be value 1');
    expect(termFault('ISO 2022 IR 87', 'ISO 2022 IR 100')).toContain('may not be value 1');
    expect(decoded('ISO 2022 IR 87', 'a\x1b$B;3\x1b(Bb')).toBe('a山b');
    expect(termFault('ISO 2022 IR 100')).toBe('ISO 2022 IR 100 alone should be ISO_IR 100');
    expect(decoded('ISO 2022 IR 100', '\xe9')).toBe('é');
    expect(termFault('ISO 2022 IR 100', 'ISO 2022 IR 144')).toBeUndefined();
    expect(termFault('ISO 2022 IR 6', 'ISO 2022 IR 87')).toBeUndefined();
  });
  it('gives one object for the same terms', () => {
    const first = characterSet(['', 'ISO 2022 IR 87']).characterSet;
    expect(characterSet(['', 'ISO 2022 IR 87']).characterSet).toBe(first);
    expect(first.terms).toEqual(['', 'ISO 2022 IR 87']);
  });
});
