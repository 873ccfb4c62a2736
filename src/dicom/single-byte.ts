import { platformText, REPLACEMENT } from './platform-text.ts';

/**
 * The upper halves, A0 to FF, of the single-byte sets of PS3.3 C.12.1.1.2, by ISO-IR number. Runs of
 * code points in hexadecimal, `e01*58` being 58 from U+0E01 on; `fffd` is a code without a character.
 * Own tables, because the decoders of platforms differ: `iso-8859-1` and `iso-8859-9` are Windows
 * code pages to some of them.
 */
const UPPER_HALVES: Readonly<Record<number, string>> = {
  100: 'a0*96',
  101:
    'a0 104 2d8 141 a4 13d 15a a7*2 160 15e 164 179 ad 17d 17b b0 105 2db 142 b4 13e 15b 2c7 b8 ' +
    '161 15f 165 17a 2dd 17e 17c 154 c1*2 102 c4 139 106 c7 10c c9 118 cb 11a cd*2 10e 110 143 ' +
    '147 d3*2 150 d6*2 158 16e da 170 dc*2 162 df 155 e1*2 103 e4 13a 107 e7 10d e9 119 eb 11b ' +
    'ed*2 10f 111 144 148 f3*2 151 f6*2 159 16f fa 171 fc*2 163 2d9',
  109:
    'a0 126 2d8 a3*2 fffd 124 a7*2 130 15e 11e 134 ad fffd 17b b0 127 b2*4 125 b7*2 131 15f 11f ' +
    '135 bd fffd 17c c0*3 fffd c4 10a 108 c7*9 fffd d1*4 120 d6*2 11c d9*4 16c 15c df*4 fffd e4 ' +
    '10b 109 e7*9 fffd f1*4 121 f6*2 11d f9*4 16d 15d 2d9',
  110:
    'a0 104 138 156 a4 128 13b a7*2 160 112 122 166 ad 17d af*2 105 2db 157 b4 129 13c 2c7 b8 ' +
    '161 113 123 167 14a 17e 14b 100 c1*6 12e 10c c9 118 cb 116 cd*2 12a 110 145 14c 136 d4*5 ' +
    '172 da*3 168 16a df 101 e1*6 12f 10d e9 119 eb 117 ed*2 12b 111 146 14d 137 f4*5 173 fa*3 ' +
    '169 16b 2d9',
  144: 'a0 401*12 ad 40e*66 2116 451*12 a7 45e*2',
  127: 'a0 fffd*3 a4 fffd*7 60c ad fffd*13 61b fffd*3 61f fffd 621*26 fffd*5 640*19 fffd*13',
  126:
    'a0 2018*2 a3 20ac 20af a6*4 37a ab*3 fffd 2015 b0*4 384*3 b7 388*3 bb 38c bd 38e*20 fffd ' +
    '3a3*44 fffd',
  138: 'a0 fffd a2*8 d7 ab*15 f7 bb*4 fffd*32 2017 5d0*27 fffd*2 200e*2 fffd',
  148: 'a0*48 11e d1*12 130 15e df*17 11f f1*12 131 15f ff',
  203: 'a0*4 20ac a5 160 a7 161 a9*11 17d b5*3 17e b9*3 152*2 178 bf*65',
  166: 'a0 e01*58 fffd*4 e3f*29 fffd*4',
};

const NONE = 0xfffd;
const tables = new Map<number, Uint16Array>();

/** Text in a set of one byte a character whose lower half is ASCII, by its ISO-IR number. */
export function singleByteText(bytes: Uint8Array, isoIr: number): string {
  const table = tableOf(isoIr);
  // By way of UTF-16: far quicker than adding up a long string character by character.
  const codes = new Uint8Array(bytes.length * 2);
  for (let i = 0; i < bytes.length; i++) {
    const code = table[bytes[i] ?? 0] ?? 0;
    codes[2 * i] = code & 0xff;
    codes[2 * i + 1] = code >>> 8;
  }
  return platformText(codes, 'utf-16le');
}

/** The code points of all 256 codes. 80 to 9F are the C1 controls, as ISO 8859 leaves them. */
function tableOf(isoIr: number): Uint16Array {
  const known = tables.get(isoIr);
  if (known !== undefined) return known;
  const table = Uint16Array.from({ length: 256 }, (_, code) => code);
  let code = 0xa0;
  for (const run of (UPPER_HALVES[isoIr] ?? '').split(' ')) {
    const [first = '', count = '1'] = run.split('*');
    const start = Number.parseInt(first, 16);
    for (let i = 0; i < Number(count); i++) table[code++] = start === NONE ? NONE : start + i;
  }
  tables.set(isoIr, table);
  return table;
}

/** JIS X 0201 katakana, ISO-IR 13. */
export function katakanaText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += isKatakana(byte) ? String.fromCharCode(0xff61 + byte - 0xa1) : REPLACEMENT;
  }
  return text;
}

export function isKatakana(byte: number): boolean {
  return byte >= 0xa1 && byte <= 0xdf;
}

/** JIS X 0201 romaji, ISO-IR 14: ASCII but for a yen sign, where that separates no values, and an overline. */
export function romajiText(bytes: Uint8Array, separated: boolean): string {
  const text = platformText(bytes, 'utf-8').replaceAll('~', '\u203e');
  return separated ? text : text.replaceAll('\\', '\u00a5');
}
