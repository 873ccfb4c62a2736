import { describe, expect, it } from 'vitest';
import { characterSet } from '../../src/dicom/character-set.js';
import { bytesOf, decoded, textFaults } from '../support/decode-text.js';
import { noise } from '../support/noise.js';
const NAME = '\\^=';
const NOT_IN_FORCE = 'codes above 7F where no set is in force for them, read as ISO-IR';
describe('code extension (PS3.5 6.1.2.5)', () => {
  it('L04: JIS X 0212 comes from its own table', () => {
    // Row 16 cell 1 of JIS X 0212 is U+4E02, of JIS X 0208 U+4E9C.
    expect(decoded('\\ISO 2022 IR 159', 'a\x1b$(D\x30\x21\x1b(Bb')).toBe('a丂b');
    expect(
      decoded('\\ISO 2022 IR 87\\ISO 2022 IR 159', '\x1b$B\x30\x21\x1b$(D\x30\x21\x1b(B'),
    ).toBe('亜丂');
  });
  it('L04: all Japanese sets in one name of three groups, as pydicom writes it', () => {
    const terms = 'ISO 2022 IR 6\\ISO 2022 IR 87\\ISO 2022 IR 159';
    const name =
      'Mori^Ogai=\x1b$B?9\x1b(B^\x1b$(Dl?\x1b$B30\x1b(B=\x1b$B$b$j\x1b(B^\x1b$B$*$&$,$$\x1b(B';
    expect(decoded(terms, name, NAME)).toBe('Mori^Ogai=森^鷗外=もり^おうがい');
    expect(textFaults(terms, name, NAME)).toEqual([]);
  });
  it('L04: katakana, romaji, JIS X 0208 and 0212 in turns', () => {
    const terms = 'ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159';
    const text = '\x1b$B$"\x1b(Ja\x1b)I\xb1\x1b$B%"\x1b$(DmN\x1b(J';
    expect(decoded(terms, text, '\\')).toBe('あaｱア齩');
    expect(textFaults(terms, text, '\\')).toEqual([]);
  });
  it('L04: katakana of the upper half between kanji of the lower', () => {
    const text = '\xd4\x1b$B;3\xcf\x1b(J~';
    expect(decoded('ISO 2022 IR 13\\ISO 2022 IR 87', text, NAME)).toBe('ﾔ山ﾏ‾');
    expect(textFaults('ISO 2022 IR 13\\ISO 2022 IR 87', text, NAME)).toEqual([]);
  });
  it('L05: Korean and Chinese of the upper half beside ASCII of the lower', () => {
    const korean = 'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xceASCII\xd4\xd7';
    expect(decoded('\\ISO 2022 IR 149', korean, NAME)).toBe('Hong^Gildong=洪^吉ASCII洞');
    expect(textFaults('\\ISO 2022 IR 149', korean, NAME)).toEqual([]);
    const both = '\x1b$)A\xd5\xc5a\x1b$)C\xfb\xf3b';
    expect(decoded('\\ISO 2022 IR 58\\ISO 2022 IR 149', both, NAME)).toBe('张a洪b');
    expect(textFaults('\\ISO 2022 IR 58\\ISO 2022 IR 149', both, NAME)).toEqual([]);
  });
  it('L05: codes outside of the 94 by 94 of a set are no text, whatever a platform has there', () => {
    // GBK has 81 40 to A0 FE, the Korean of Windows 81 41 to C6 52; rows 10 to 15 of GB 2312 are empty.
    for (const [set, escape] of [
      ['58', '$)A'],
      ['149', '$)C'],
    ]) {
      const text = `\x1b${escape}\x81\x81a`;
      expect(decoded(`\\ISO 2022 IR ${set}`, text)).toBe('\ufffd\ufffda');
      expect(textFaults(`\\ISO 2022 IR ${set}`, text)).toEqual([
        `bytes that are no text in ISO-IR ${set}`,
      ]);
    }
    expect(decoded('\\ISO 2022 IR 58', '\x1b$)A\xaa\xa1\xd5\xc5')).toBe('\ufffd张');
    expect(decoded('\\ISO 2022 IR 149', '\x1b$)C\xc9\xa1\xfb\xf3')).toBe('\ufffd洪');
  });
  it('mixes single-byte sets', () => {
    const terms = 'ISO 2022 IR 100\\ISO 2022 IR 126';
    const text = 'Dionysios is \x1b-F\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2\x1b-A J\xe9';
    expect(decoded(terms, text)).toBe('Dionysios is Διονυσιος Jé');
    expect(textFaults(terms, text)).toEqual([]);
  });
  it.each([
    ['-A', '100', '\xe9', 'é'],
    ['-B', '101', '\xb3', 'ł'],
    ['-C', '109', '\xfd', 'ŭ'],
    ['-D', '110', '\xe0', 'ā'],
    ['-L', '144', '\xb4', 'Д'],
    ['-G', '127', '\xe2', 'ق'],
    ['-F', '126', '\xc4', 'Δ'],
    ['-H', '138', '\xf9', 'ש'],
    ['-M', '148', '\xfe', 'ş'],
    ['-b', '203', '\xa4', '€'],
    [')I', '13', '\xd4', 'ﾔ'],
    ['-T', '166', '\xb9', 'น'],
    ['$B', '87', ';3', '山'],
    ['$(D', '159', '0!', '丂'],
    ['$)C', '149', '\xfb\xf3', '洪'],
    ['$)A', '58', '\xd5\xc5', '张'],
  ])(
    'L01: ESC %s invokes ISO-IR %s (PS3.3 tables C.12-3, C.12-4)',
    (escape, isoIr, codes, text) => {
      const terms = `\\ISO 2022 IR ${isoIr}`;
      expect(decoded(terms, `a\x1b${escape}${codes}\x1b(Bb`)).toBe(`a${text}b`);
      expect(textFaults(terms, `a\x1b${escape}${codes}\x1b(Bb`)).toEqual([]);
    },
  );
  it('L13: in JIS X 0201 romaji 5C is a yen sign where it separates no values', () => {
    expect(decoded('ISO 2022 IR 13\\ISO 2022 IR 87', '1\\2~')).toBe('1¥2‾');
    expect(decoded('ISO 2022 IR 13\\ISO 2022 IR 87', '1\\2~', '\\')).toBe('1\\2‾');
    expect(decoded('\\ISO 2022 IR 13', '1\\2~\x1b(J1\\2~')).toBe('1\\2~1¥2‾');
  });
});
describe('delimiters (PS3.5 6.1.2.5.3)', () => {
  const LATIN_CYRILLIC = 'ISO 2022 IR 100\\ISO 2022 IR 144';
  it('L07: value 1 is in force again after a line, a page, a tab and a delimiter', () => {
    for (const control of ['\r', '\n', '\f', '\t']) {
      expect(decoded(LATIN_CYRILLIC, `\x1b-L\xb4${control}\xb4`)).toBe(`Д${control}´`);
    }
    const text = '\x1b-L\xb4^\xb4=\xb4\\\xb4';
    expect(decoded(LATIN_CYRILLIC, text, NAME)).toBe('Д^´=´\\´');
    expect(decoded(LATIN_CYRILLIC, text, '\\')).toBe('Д^Д=Д\\´');
    expect(decoded(LATIN_CYRILLIC, text)).toBe('Д^Д=Д\\Д');
    expect(textFaults(LATIN_CYRILLIC, text, NAME)).toEqual([]);
  });
  it('L07: DCMTK reads a line and a value of katakana alike', () => {
    const terms = '\\ISO 2022 IR 13';
    expect(decoded(terms, 'Japanese\r\x1b(J\xd4\xcf\xc0\xde\nText')).toBe('Japanese\rﾔﾏﾀﾞ\nText');
    expect(decoded(terms, 'Japanese\\\x1b(J\xd4\xcf\xc0\xde\\Text', '\\')).toBe(
      'Japanese\\ﾔﾏﾀﾞ\\Text',
    );
  });
  it('L07: text that relies on the set before a delimiter is read by it, and said to be', () => {
    // Both values of the terms add nothing that 80 to FF could mean after the `^`.
    const name = 'Hong=\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7';
    expect(decoded('\\ISO 2022 IR 149', name, NAME)).toBe('Hong=洪^吉洞');
    expect(textFaults('\\ISO 2022 IR 149', name, NAME)).toEqual([`${NOT_IN_FORCE} 149`]);
    const text = '\x1b-L\xb4\r\n\xb4';
    expect(decoded('\\ISO 2022 IR 126\\ISO 2022 IR 144', text)).toBe('Д\r\nД');
    expect(textFaults('\\ISO 2022 IR 126\\ISO 2022 IR 144', text)).toEqual([`${NOT_IN_FORCE} 144`]);
  });
  it('L07: kanji up to a delimiter end there, and it is said', () => {
    const terms = '\\ISO 2022 IR 87';
    const fault = 'ISO-IR 87 is in force up to a delimiter, and is taken to end there';
    // 5E 1B is no pair, so that 5E can only be the `^` that it looks like.
    const name = 'Yamada=\x1b$B;3ED^\x1b$BB@O:';
    expect(decoded(terms, name, NAME)).toBe('Yamada=山田^太郎');
    expect(textFaults(terms, name, NAME)).toEqual([fault]);
    expect(decoded(terms, '\x1b$B;3ED\r\nB@', '')).toBe('山田\r\nB@');
    expect(textFaults(terms, '\x1b$B;3ED\r\nB@', '')).toEqual([fault]);
    expect(decoded(terms, '\x1b$B;3ED\\', '\\')).toBe('山田\\');
    // Where no value nor name component could end, it is half of something.
    expect(decoded(terms, '\x1b$B;3ED^', '\\')).toBe('山田\ufffd');
    expect(textFaults(terms, '\x1b$B;3ED^', '\\')).toEqual(['bytes that are no text in ISO-IR 87']);
  });
  it('L03 L04: 5C, 5E and 3D that are halves of characters separate nothing', () => {
    const text = '\x1b$B\x30\x5c\x5c\x30\x30\x5e\x30\x3d\x1b(B\\b';
    expect(decoded('\\ISO 2022 IR 87', text, NAME)).toBe('移椣緯綾\\b');
    expect(textFaults('\\ISO 2022 IR 87', text, NAME)).toEqual([]);
  });
  it.each([
    ['87', '$B'],
    ['159', '$(D'],
    ['149', '$)C'],
    ['58', '$)A'],
  ])('L03: no pair of ISO-IR %s is split', (isoIr, escape) => {
    const high = escape.startsWith('$)') ? 0x80 : 0;
    const values = [];
    for (let first = 0x21; first <= 0x7e; first++) {
      for (let second = 0x21; second <= 0x7e; second++) {
        const pair = String.fromCharCode(first + high, second + high);
        values.push(`\x1b${escape}${pair}\x1b(B`);
      }
    }
    const { characterSet: set } = characterSet(['', `ISO 2022 IR ${isoIr}`]);
    const split = set.decode(bytesOf(values.join('\\')), '\\').split('\\');
    expect(split).toHaveLength(values.length);
    expect(split.every((value) => value.length === 1)).toBe(true);
  });
});
describe('what is wrong with a text', () => {
  it('L08: without an escape sequence, the first set that has an upper half is meant', () => {
    expect(decoded('ISO 2022 IR 101\\ISO 2022 IR 87', 'Wa\xb3\xeasa')).toBe('Wałęsa');
    expect(textFaults('ISO 2022 IR 101\\ISO 2022 IR 87', 'Wa\xb3\xeasa')).toEqual([]);
    expect(decoded('ISO 2022 IR 149', '\xfb\xf3')).toBe('洪');
    expect(decoded('\\ISO 2022 IR 13', '\xd4')).toBe('ﾔ');
    expect(textFaults('\\ISO 2022 IR 13', '\xd4')).toEqual([`${NOT_IN_FORCE} 13`]);
    expect(decoded('\\ISO 2022 IR 87', '\xe9')).toBe('é');
    expect(textFaults('\\ISO 2022 IR 87', '\xe9')).toEqual([`${NOT_IN_FORCE} 100`]);
  });
  it('L09: a set that is known but not declared is invoked, and it is said', () => {
    const undeclared = (isoIr) => [
      `an escape sequence of ISO-IR ${isoIr}, which is not declared, followed`,
    ];
    expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 87', 'a\x1b-F\xc4')).toBe('aΔ');
    expect(textFaults('ISO 2022 IR 100\\ISO 2022 IR 87', 'a\x1b-F\xc4')).toEqual(undeclared(126));
    for (const terms of ['', 'ISO_IR 100', 'ISO_IR 13']) {
      expect(decoded(terms, '\x1b$B;3ED', NAME)).toBe('山田');
      expect(textFaults(terms, '\x1b$B;3ED', NAME)).toEqual(undeclared(87));
    }
    expect(decoded('\\ISO 2022 IR 87', '\x1b$B;3\x1b(J~')).toBe('山‾');
    expect(textFaults('\\ISO 2022 IR 87', '\x1b$B;3\x1b(J~')).toEqual(undeclared(14));
  });
  it('L09: escape sequences that are unknown or cut off stay in the text, and it is said', () => {
    const fault = 'an escape sequence of no set that DICOM knows, left in the text';
    for (const text of ['a\x1bxyz', 'a\x1b$', 'a\x1b', 'a\x1b$(', 'a\x1b\x1b', 'a\x1b(I1']) {
      expect(decoded('ISO 2022 IR 100\\ISO 2022 IR 87', text)).toBe(text);
      expect(textFaults('ISO 2022 IR 100\\ISO 2022 IR 87', text)).toEqual([fault]);
      expect(decoded('ISO_IR 100', text)).toBe(text);
      expect(textFaults('ISO_IR 100', text)).toEqual([fault]);
    }
  });
  it('half a character becomes U+FFFD, and it is said', () => {
    expect(decoded('\\ISO 2022 IR 87', '\x1b$B;3E\x1b(B!')).toBe('山\ufffd!');
    expect(textFaults('\\ISO 2022 IR 87', '\x1b$B;3E\x1b(B!')).toEqual([
      'bytes that are no text in ISO-IR 87',
    ]);
    expect(decoded('\\ISO 2022 IR 149', '\x1b$)C\xfb')).toBe('\ufffd');
    expect(decoded('\\ISO 2022 IR 87', '\x1b$B\x29\x21;3')).toBe('\ufffd山');
    expect(decoded('\\ISO 2022 IR 126', '\x1b-F\xff')).toBe('\ufffd');
  });
  it('is said once, all of it, and without a letter of the text', () => {
    const text = 'secret\x1b-F\xff\x1b$BQ\n\xe9\x1b$B;3\n';
    expect(textFaults('\\ISO 2022 IR 149', text)).toEqual([
      'an escape sequence of ISO-IR 126, which is not declared, followed; ' +
        'bytes that are no text in ISO-IR 126; ' +
        'an escape sequence of ISO-IR 87, which is not declared, followed; ' +
        'bytes that are no text in ISO-IR 87; ' +
        'ISO-IR 87 is in force up to a delimiter, and is taken to end there; ' +
        `${NOT_IN_FORCE} 126`,
    ]);
  });
  it.each(['', 'ISO_IR 100', 'ISO_IR 13', 'ISO_IR 192', 'GB18030', 'GBK', '\\ISO 2022 IR 87'])(
    'is told without another result, whatever the bytes: %j',
    (terms) => {
      const { characterSet: set } = characterSet(terms.split('\\'));
      const bytes = noise(6000).map((byte) => (byte % 11 === 0 ? 0x1b : byte));
      for (let at = 0; at + 60 < bytes.length; at += 7) {
        const part = bytes.subarray(at, at + 3 + (at % 57));
        const faults = [];
        const text = set.decode(part, NAME, (message) => faults.push(message));
        expect(set.decode(part, NAME)).toBe(text);
        expect(faults.length).toBeLessThanOrEqual(1);
        if (text.includes('\ufffd')) expect(faults.join()).toContain('no text');
        const high = part.some((byte) => byte >= 0x80);
        if (terms === '' && high) expect(faults).toHaveLength(1);
      }
    },
  );
});
describe('N: hostile text takes linear time', () => {
  it.each([
    ['escape characters', new Uint8Array(2 ** 20).fill(0x1b)],
    ['escape sequences', bytesOf('\x1b$B\x1b(B'.repeat(2 ** 17))],
    ['half a million pairs without a character', bytesOf(`\x1b$B${'\x29\x21'.repeat(2 ** 19)}`)],
    ['high bytes among low ones', bytesOf('a\xe9'.repeat(2 ** 19))],
  ])('a mebibyte of %s', (_what, bytes) => {
    const { characterSet: set } = characterSet(['', 'ISO 2022 IR 87', 'ISO 2022 IR 149']);
    expect(set.decode(bytes).length).toBeLessThanOrEqual(bytes.length);
  });
});
