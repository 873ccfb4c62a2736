import { platformText, REPLACEMENT } from './platform-text.ts';
import type { PlatformEncoding } from './platform-text.ts';
import { isKatakana, katakanaText, romajiText } from './single-byte.ts';

/** A set of two codes a character, by way of an encoding of the platform that contains it. */
interface DoubleByteSet {
  readonly encoding: PlatformEncoding;
  /** The codes as the encoding has them. */
  readonly encoded: (pairs: Uint8Array) => Uint8Array;
  /** What the platform has other characters for than the set. */
  readonly other: Readonly<Record<string, string>>;
}

/** Private use, which is how platforms read codes without a character, and all of `other` below. */
const DOUBTFUL = /[\ue000-\uf8ff\uff5e\u2225\uff0d\uffe0\uffe1\uffe2]/g;

/** ISO-IR 87. Platforms have Microsoft's characters for six of its codes (PS3.5 H.1.2, JIS X 0208). */
const JIS_X_0208: DoubleByteSet = {
  encoding: 'euc-jp',
  encoded: (pairs) => pairs.map((byte) => byte | 0x80),
  other: {
    '\uff5e': '\u301c',
    '\u2225': '\u2016',
    '\uff0d': '\u2212',
    '\uffe0': '\u00a2',
    '\uffe1': '\u00a3',
    '\uffe2': '\u00ac',
  },
};

/** ISO-IR 159: in EUC-JP each pair comes after an 8F. */
const JIS_X_0212: DoubleByteSet = {
  encoding: 'euc-jp',
  encoded: (pairs) => {
    const shifted = new Uint8Array((pairs.length / 2) * 3);
    for (let from = 0, to = 0; from < pairs.length; from += 2) {
      shifted[to++] = 0x8f;
      shifted[to++] = (pairs[from] ?? 0) | 0x80;
      shifted[to++] = (pairs[from + 1] ?? 0) | 0x80;
    }
    return shifted;
  },
  other: { '\uff5e': '~' },
};

/** ISO-IR 149. */
const KS_X_1001: DoubleByteSet = { encoding: 'euc-kr', encoded: (pairs) => pairs, other: {} };

/** ISO-IR 58. The decoders named `gbk` differ from one platform to another, those of GB 18030 do not. */
const GB_2312: DoubleByteSet = { encoding: 'gb18030', encoded: (pairs) => pairs, other: {} };

const SHIFT_JIS: DoubleByteSet = { encoding: 'shift_jis', encoded: (pairs) => pairs, other: {} };

export function jisX0208Text(bytes: Uint8Array): string {
  return doubleByteText(bytes, JIS_X_0208);
}

export function jisX0212Text(bytes: Uint8Array): string {
  return doubleByteText(bytes, JIS_X_0212);
}

export function ksX1001Text(bytes: Uint8Array): string {
  return doubleByteText(bytes, KS_X_1001);
}

export function gb2312Text(bytes: Uint8Array): string {
  return doubleByteText(bytes, GB_2312);
}

/** Text of pairs of 94 codes by 94, in the lower or the upper half; any other byte becomes U+FFFD. */
function doubleByteText(bytes: Uint8Array, set: DoubleByteSet): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    let end = at;
    while (end + 1 < bytes.length && isOf94(bytes[end]) && isOf94(bytes[end + 1])) end += 2;
    if (end === at) {
      text += REPLACEMENT;
      at++;
    } else {
      const pairs = pairsText(bytes.subarray(at, end), set);
      text += pairs.replace(
        DOUBTFUL,
        (one) => set.other[one] ?? (isPrivate(one) ? REPLACEMENT : one),
      );
      at = end;
    }
  }
  return text;
}

function isOf94(byte = 0): boolean {
  return (byte & 0x7f) >= 0x21 && (byte & 0x7f) <= 0x7e;
}

function isPrivate(character: string): boolean {
  return character >= '\ue000' && character <= '\uf8ff';
}

/** One character a pair, whatever the platform makes of a pair that is none. */
function pairsText(pairs: Uint8Array, set: DoubleByteSet): string {
  const text = platformText(set.encoded(pairs), set.encoding);
  if (text.length * 2 === pairs.length) return text;
  if (pairs.length === 2) return REPLACEMENT;
  let oneByOne = '';
  for (let at = 0; at < pairs.length; at += 2) {
    oneByOne += pairsText(pairs.subarray(at, at + 2), set);
  }
  return oneByOne;
}

/**
 * Text in the 8-bit code of JIS X 0201. Files that say so may be in Shift JIS, which has it as its
 * single bytes and takes the codes that it leaves free for the first halves of others. A code 5C
 * that is no second half is a yen sign, but where it separates values (`separated`).
 */
export function shiftJisText(bytes: Uint8Array, separated: boolean): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    let end = at;
    while (end < bytes.length && (bytes[end] ?? 0) < 0x80) end++;
    if (end > at) text += romajiText(bytes.subarray(at, end), separated);
    at = end;
    while (end < bytes.length && isKatakana(bytes[end] ?? 0)) end++;
    if (end > at) text += katakanaText(bytes.subarray(at, end));
    at = end;
    while (isLead(bytes[end]) && isTrail(bytes[end + 1])) end += 2;
    if (end > at) {
      text += pairsText(bytes.subarray(at, end), SHIFT_JIS);
    } else if (at < bytes.length && (bytes[at] ?? 0) >= 0x80) {
      text += REPLACEMENT;
      end = at + 1;
    }
    at = end;
  }
  return text;
}

/** Whether bytes are in JIS X 0201 itself, without those that only Shift JIS knows. */
export function isJisX0201(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80 || isKatakana(byte));
}

function isLead(byte = 0): boolean {
  return (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
}

function isTrail(byte = 0): boolean {
  return byte >= 0x40 && byte <= 0xfc && byte !== 0x7f;
}
