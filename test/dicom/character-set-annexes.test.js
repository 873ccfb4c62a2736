import { describe, expect, it } from 'vitest';
import { characterSet } from '../../src/dicom/character-set.js';
/** Codes as the standard prints them: `05/09` is column 5, row 9 of a code table. */
function columnRow(codes) {
  return Uint8Array.from(codes.trim().split(/\s+/), (code) => {
    const [column = '', row = ''] = code.split('/');
    return Number(column) * 16 + Number(row);
  });
}
/** Codes as annexes J and K print them, without the `0x`. */
function hexadecimal(codes) {
  return Uint8Array.from(codes.trim().split(/\s+/), (code) => Number.parseInt(code, 16));
}
/** The text, with nothing found wrong with its character sets or with itself. */
function faultless(terms, bytes, delimiters) {
  const { characterSet: set, fault } = characterSet(terms.split('\\'));
  expect(fault).toBeUndefined();
  return set.decode(bytes, delimiters, (message) => expect.fail(message));
}
const NAME = '\\^=';
describe('the examples of PS3.5, by the codes that it prints', () => {
  it('L04 L06: H.3.1, Japanese without value 1', () => {
    const name = columnRow(`
      05/09 06/01 06/13 06/01 06/04 06/01 05/14 05/04 06/01 07/02 06/15 07/05 03/13 01/11 02/04
      04/02 03/11 03/03 04/05 04/04 01/11 02/08 04/02 05/14 01/11 02/04 04/02 04/02 04/00 04/15
      03/10 01/11 02/08 04/02 03/13 01/11 02/04 04/02 02/04 06/04 02/04 05/14 02/04 04/00 01/11
      02/08 04/02 05/14 01/11 02/04 04/02 02/04 03/15 02/04 06/13 02/04 02/06 01/11 02/08 04/02`);
    expect(faultless('\\ISO 2022 IR 87', name, NAME)).toBe('Yamada^Tarou=山田^太郎=やまだ^たろう');
  });
  it('L04: H.3.2, Japanese with katakana as value 1', () => {
    const name = columnRow(`
      13/04 12/15 12/00 13/14 05/14 12/00 13/11 11/03 03/13 01/11 02/04 04/02 03/11 03/03 04/05
      04/04 01/11 02/08 04/10 05/14 01/11 02/04 04/02 04/02 04/00 04/15 03/10 01/11 02/08 04/10
      03/13 01/11 02/04 04/02 02/04 06/04 02/04 05/14 02/04 04/00 01/11 02/08 04/10 05/14 01/11
      02/04 04/02 02/04 03/15 02/04 06/13 02/04 02/06 01/11 02/08 04/10`);
    const terms = 'ISO 2022 IR 13\\ISO 2022 IR 87';
    expect(faultless(terms, name, NAME)).toBe('ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう');
  });
  it('L05: I.2, Korean', () => {
    const name = columnRow(`
      04/08 06/15 06/14 06/07 05/14 04/07 06/09 06/12 06/04 06/15 06/14 06/07 03/13 01/11 02/04
      02/09 04/03 15/11 15/03 05/14 01/11 02/04 02/09 04/03 13/01 12/14 13/04 13/07 03/13 01/11
      02/04 02/09 04/03 12/08 10/11 05/14 01/11 02/04 02/09 04/03 11/01 14/06 11/05 11/15`);
    expect(faultless('\\ISO 2022 IR 149', name, NAME)).toBe('Hong^Gildong=洪^吉洞=홍^길동');
  });
  it('L05: I.3, a long text with one escape sequence in each line that has Korean', () => {
    const ascii = (text) => Array.from(text, (one) => one.charCodeAt(0));
    const hangul = [0xc7, 0xd1, 0xb1, 0xdb];
    const text = Uint8Array.from([
      ...[
        0x1b,
        0x24,
        0x29,
        0x43,
        ...ascii('The first line includes '),
        ...hangul,
        ...ascii('.\r\n'),
      ],
      ...[0x1b, 0x24, 0x29, 0x43, ...ascii('The second line includes '), ...hangul],
      ...ascii(', too.\r\nThe third line.'),
    ]);
    expect(faultless('\\ISO 2022 IR 149', text, '')).toBe(
      'The first line includes 한글.\r\nThe second line includes 한글, too.\r\nThe third line.',
    );
  });
  it('J.1: Chinese in UTF-8', () => {
    const name = hexadecimal(
      '57 61 6e 67 5e 58 69 61 6f 44 6f 6e 67 3d e7 8e 8b 5e e5 b0 8f e6 9d b1 3d',
    );
    expect(faultless('ISO_IR 192', name, NAME)).toBe('Wang^XiaoDong=王^小東=');
  });
  it('J.2: a long text in UTF-8', () => {
    const text = hexadecimal(`
      54 68 65 20 66 69 72 73 74 20 6c 69 6e 65 20 69 6e 63 6c 75 64 65 73 e4 b8 ad e6 96 87 2e 0d
      0a 54 68 65 20 73 65 63 6f 6e 64 20 6c 69 6e 65 20 69 6e 63 6c 75 64 65 73 e4 b8 ad e6 96 87
      2c 20 74 6f 6f 2e 0d 0a 54 68 65 20 74 68 69 72 64 20 6c 69 6e 65 2e 0d 0a`);
    expect(faultless('ISO_IR 192', text, '')).toBe(
      'The first line includes中文.\r\nThe second line includes中文, too.\r\nThe third line.\r\n',
    );
  });
  it.each(['GB18030', 'GBK'])('J.3: Chinese in %s', (term) => {
    const name = hexadecimal('57 61 6e 67 5e 58 69 61 6f 44 6f 6e 67 3d cd f5 5e d0 a1 b6 ab 3d');
    expect(faultless(term, name, NAME)).toBe('Wang^XiaoDong=王^小东=');
  });
  it.each(['GB18030', 'GBK'])('J.4: a long text in %s', (term) => {
    const text = hexadecimal(`
      54 68 65 20 66 69 72 73 74 20 6c 69 6e 65 20 69 6e 63 6c 75 64 65 73 d6 d0 ce c4 2e 0d 0a 54
      68 65 20 73 65 63 6f 6e 64 20 6c 69 6e 65 20 69 6e 63 6c 75 64 65 73 d6 d0 ce c4 2c 20 74 6f
      6f 2e 0d 0a 54 68 65 20 74 68 69 72 64 20 6c 69 6e 65 2e 0d 0a`);
    expect(faultless(term, text, '')).toBe(
      'The first line includes中文.\r\nThe second line includes中文, too.\r\nThe third line.\r\n',
    );
  });
  it('L05: K.2, Chinese with code extension', () => {
    const name = hexadecimal(`
      5a 68 61 6e 67 5e 58 69 61 6f 44 6f 6e 67 3d 1b 24 29 41 d5 c5 5e 1b 24 29 41 d0 a1 b6 ab 3d
      20`);
    expect(faultless('\\ISO 2022 IR 58', name, NAME)).toBe('Zhang^XiaoDong=张^小东= ');
  });
  it('L05: K.3, a long text with code extension in each line', () => {
    const text = hexadecimal(`
      31 2e 1b 24 29 41 b5 da d2 bb d0 d0 ce c4 d7 d6 a1 a3 0d 0a
      32 2e 1b 24 29 41 b5 da b6 fe d0 d0 ce c4 d7 d6 a1 a3 0d 0a
      33 2e 1b 24 29 41 b5 da c8 fd d0 d0 ce c4 d7 d6 a1 a3 0d 0a`);
    expect(faultless('\\ISO 2022 IR 58', text, '')).toBe(
      '1.第一行文字。\r\n2.第二行文字。\r\n3.第三行文字。\r\n',
    );
  });
});
