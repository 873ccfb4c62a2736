import { afterEach, describe, expect, it, vi } from 'vitest';
import { characterSet } from '../../src/dicom/character-set.ts';
import { platformText } from '../../src/dicom/platform-text.ts';
import type { PlatformEncoding } from '../../src/dicom/platform-text.ts';
import { bytesOf } from '../support/decode-text.ts';
import { sha256 } from '../support/outside.ts';

/** The first 16 digits of SHA-256 of the text in UTF-16, little endian. */
function digest(text: string): string {
  const units = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) units.setUint16(at * 2, text.charCodeAt(at), true);
  return sha256(new Uint8Array(units.buffer)).slice(0, 16);
}

const ALL_CODES = Uint8Array.from({ length: 256 }, (_, code) => code);

/** All pairs of the rows of a table of 94 by 94, after the escape sequence of the set. */
function rowsText(isoIr: number, escape: string, rows: readonly [number, number][]): string {
  const half = escape.startsWith('$)') ? 0xa0 : 0x20;
  const codes = [...bytesOf(`\x1b${escape}`)];
  for (const [first, last] of rows) {
    for (let row = first; row <= last; row++) {
      for (let cell = 1; cell <= 94; cell++) codes.push(half + row, half + cell);
    }
  }
  return characterSet(['', `ISO 2022 IR ${isoIr}`]).characterSet.decode(Uint8Array.from(codes));
}

// The digests are of the tables of Python 3.11:
//   text = ''.join(bytes([i]).decode(codec, 'replace') for i in range(256))
//   hashlib.sha256(text.encode('utf-16-le')).hexdigest()[:16]
// and of the pairs of rows, one after the other, in `euc_jp` (with 8F before them for JIS X 0212),
// `euc_kr` and `gb2312`, with U+FFFD for each pair without a character.
describe('L01 L16: tables agree with those of Python', () => {
  it.each([
    ['ISO_IR 100', 'iso8859-1', 'd93bf0591d37628e'],
    ['ISO_IR 101', 'iso8859-2', '03e630b7e35444b5'],
    ['ISO_IR 109', 'iso8859-3', '346c5279bcbe2c65'],
    ['ISO_IR 110', 'iso8859-4', '44f09aebdda359ed'],
    ['ISO_IR 144', 'iso8859-5', 'be700802ceb4c3bc'],
    ['ISO_IR 127', 'iso8859-6', 'a3245a9039707db7'],
    ['ISO_IR 126', 'iso8859-7', '4399a782f439f21a'],
    ['ISO_IR 138', 'iso8859-8', 'fcd92d4079389190'],
    ['ISO_IR 148', 'iso8859-9', '253e4a8d3daac345'],
    ['ISO_IR 203', 'iso8859-15', '6a31d79c1c012dc2'],
    // TIS 620 and a no-break space, 88 characters as PS3.3 has it.
    ['ISO_IR 166', 'iso8859-11', 'f2912472f74b5497'],
  ])('%s, all 256 codes: %s', (term, _codec, expected) => {
    // Code 1B is no escape here, or it would be followed: one code at a time.
    const { characterSet: set } = characterSet([term]);
    const text = Array.from(ALL_CODES, (code) => set.decode(Uint8Array.of(code))).join('');
    expect(text).toHaveLength(256);
    expect(digest(text)).toBe(expected);
  });

  it('katakana: shift_jis from A1 to DF', () => {
    const codes = ALL_CODES.subarray(0xa1, 0xe0);
    const expected = '25199c9cafed9d98';
    expect(digest(characterSet(['ISO_IR 13']).characterSet.decode(codes))).toBe(expected);
    const extended = characterSet(['ISO 2022 IR 13', 'ISO 2022 IR 87']).characterSet;
    expect(digest(extended.decode(codes))).toBe(expected);
  });

  it('JIS X 0208: euc_jp, rows 1 to 8 and 16 to 84', () => {
    const text = rowsText(87, '$B', [
      [1, 8],
      [16, 84],
    ]);
    expect(text.replaceAll('\ufffd', '')).toHaveLength(6879);
    expect(digest(text)).toBe('c78c3a9a9aaa9d99');
  });

  it('JIS X 0212: euc_jp, rows 2, 6, 7, 9 to 11 and 16 to 77', () => {
    const text = rowsText(159, '$(D', [
      [2, 2],
      [6, 7],
      [9, 11],
      [16, 77],
    ]);
    expect(text.replaceAll('\ufffd', '')).toHaveLength(6067);
    expect(digest(text)).toBe('a5f2e21c10967c59');
  });

  // Without row 2, to which later editions added a euro sign, and row 4, where Python takes the
  // filler for a part of something longer. GB 2312 without the rows that GB 18030 filled up, and
  // where two signs of row 1 have other characters in old tables.
  it('KS X 1001: euc_kr, rows 1, 3, 5 to 12, 16 to 40 and 42 to 93', () => {
    const text = rowsText(149, '$)C', [
      [1, 1],
      [3, 3],
      [5, 12],
      [16, 40],
      [42, 93],
    ]);
    expect(text.replaceAll('\ufffd', '')).toHaveLength(8061);
    expect(digest(text)).toBe('4ce0607aa36e49c2');
  });

  it('GB 2312: gb2312, rows 3 to 5, 7, 9 and 16 to 87', () => {
    const text = rowsText(58, '$)A', [
      [3, 5],
      [7, 7],
      [9, 9],
      [16, 87],
    ]);
    expect(text.replaceAll('\ufffd', '')).toHaveLength(7168);
    expect(digest(text)).toBe('3dda51e98aa06520');
  });

  it('ISO_IR 166: the order of Unicode, with two gaps', () => {
    const { characterSet: thai } = characterSet(['ISO_IR 166']);
    for (let code = 0xa1; code <= 0xff; code++) {
      const assigned = code <= 0xda || (code >= 0xdf && code <= 0xfb);
      const expected = assigned ? String.fromCharCode(0xe00 + code - 0xa0) : '\ufffd';
      expect(thai.decode(Uint8Array.of(code))).toBe(expected);
    }
  });
});

describe('L16: the same text on every platform', () => {
  // The decoders of Node call 7F and 1A of Shift JIS something else than those of browsers do.
  it('controls stay what they are', () => {
    const controls = '\x00\t\n\f\r\x1a\x1c\x7f';
    for (const term of ['ISO_IR 13', 'ISO_IR 100', 'ISO_IR 192', 'GB18030', 'GBK']) {
      const { characterSet: set } = characterSet([term]);
      expect(set.decode(bytesOf(controls))).toBe(controls);
    }
    expect(characterSet(['ISO_IR 13']).characterSet.decode(bytesOf(`\xb1${controls}`))).toBe(
      `ｱ${controls}`,
    );
    for (const term of ['ISO_IR 100', 'ISO_IR 148', 'ISO_IR 166', 'ISO_IR 203']) {
      const { characterSet: set } = characterSet([term]);
      expect(set.decode(bytesOf('a\x80\x85\x9f'))).toBe('a\u0080\u0085\u009f');
    }
  });

  // GB 18030 from 2005 on; decoders named `gbk` have a private use character in Node.
  it('GBK is read by the table of GB 18030', () => {
    const { characterSet: gbk } = characterSet(['GBK']);
    expect(gbk.decode(bytesOf('\xa2\xe3\xa8\xbf'))).toBe('€ǹ');
  });

  it.each<PlatformEncoding>(['utf-8', 'utf-16le', 'gb18030', 'shift_jis', 'euc-jp', 'euc-kr'])(
    '%s is a name of the Encoding Standard',
    (encoding) => {
      expect(new TextDecoder(encoding).encoding).toBe(encoding);
      expect(platformText(bytesOf('a\0'), encoding)).not.toContain('\ufffd');
    },
  );

  // As the Encoding Standard has it, and browsers do: a second half that is ASCII is read again.
  class AsInBrowsers extends TextDecoder {
    override decode(bytes: Uint8Array): string {
      if (this.encoding !== 'shift_jis') return super.decode(bytes);
      let text = '';
      for (let at = 0; at < bytes.length; at += 2) {
        const pair = super.decode(bytes.subarray(at, at + 2));
        const trail = bytes[at + 1] ?? 0;
        text += pair === '\ufffd' && trail < 0x80 ? pair + String.fromCharCode(trail) : pair;
      }
      return text;
    }
  }

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  const bytes = bytesOf('\x94\x5c\x85\x5c\x95\x5c\\\xb1');

  it('a pair without a character is one U+FFFD, though a browser sees a backslash in it', () => {
    expect(characterSet(['ISO_IR 13']).characterSet.decode(bytes, '\\')).toBe('能\ufffd表\\ｱ');
  });

  // A browser is as it is.
  it.skipIf('document' in globalThis)(
    'also where only the decoder is as in a browser',
    async () => {
      vi.stubGlobal('TextDecoder', AsInBrowsers);
      vi.resetModules();
      const inBrowser = await import('../../src/dicom/character-set.ts');
      const { characterSet: browser } = inBrowser.characterSet(['ISO_IR 13']);
      expect(browser).not.toBe(characterSet(['ISO_IR 13']).characterSet);
      expect(browser.decode(bytes, '\\')).toBe('能\ufffd表\\ｱ');
    },
  );
});
