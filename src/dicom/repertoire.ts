import { gb2312Text, jisX0208Text, jisX0212Text, ksX1001Text } from './double-byte.ts';
import { platformText } from './platform-text.ts';
import { katakanaText, romajiText, singleByteText } from './single-byte.ts';

/** A coded character set that fills the lower (G0) or the upper (G1) half of the codes. */
export interface Repertoire {
  /** Its number in the registry that ISO 2375 is about. */
  readonly isoIr: number;
  readonly half: 'G0' | 'G1';
  /** What invokes it, after the ESC (PS3.3 tables C.12-3 and C.12-4). */
  readonly escape: string;
  /** Two codes make a character. Of a G0 set every code from 21 to 7E is then half of one. */
  readonly doubleByte: boolean;
  /** An upper half that reads codes of the lower one too, as ASCII. */
  readonly withAscii: boolean;
  readonly decode: (bytes: Uint8Array) => string;
}

function upperHalf(isoIr: number, escape: string): Repertoire {
  const decode = (bytes: Uint8Array): string => singleByteText(bytes, isoIr);
  return { isoIr, half: 'G1', escape, doubleByte: false, withAscii: true, decode };
}

function doubleByte(
  isoIr: number,
  half: 'G0' | 'G1',
  escape: string,
  decode: Repertoire['decode'],
): Repertoire {
  return { isoIr, half, escape, doubleByte: true, withAscii: false, decode };
}

export const ASCII: Repertoire = {
  isoIr: 6,
  half: 'G0',
  escape: '(B',
  doubleByte: false,
  withAscii: false,
  decode: (bytes) => platformText(bytes, 'utf-8'),
};

/** The lower half of JIS X 0201, which the terms of ISO-IR 13 include. */
export const ROMAJI: Repertoire = {
  isoIr: 14,
  half: 'G0',
  escape: '(J',
  doubleByte: false,
  withAscii: false,
  decode: (bytes) => romajiText(bytes, false),
};

export const KATAKANA: Repertoire = {
  isoIr: 13,
  half: 'G1',
  escape: ')I',
  doubleByte: false,
  withAscii: false,
  decode: katakanaText,
};

export const LATIN_1: Repertoire = upperHalf(100, '-A');

/** What a defined term `ISO_IR n` or `ISO 2022 IR n` adds to ASCII. */
const EXTENSIONS: readonly Repertoire[] = [
  LATIN_1,
  upperHalf(101, '-B'),
  upperHalf(109, '-C'),
  upperHalf(110, '-D'),
  upperHalf(144, '-L'),
  upperHalf(127, '-G'),
  upperHalf(126, '-F'),
  upperHalf(138, '-H'),
  upperHalf(148, '-M'),
  upperHalf(203, '-b'),
  upperHalf(166, '-T'),
  KATAKANA,
  doubleByte(87, 'G0', '$B', jisX0208Text),
  doubleByte(159, 'G0', '$(D', jisX0212Text),
  doubleByte(149, 'G1', '$)C', ksX1001Text),
  doubleByte(58, 'G1', '$)A', gb2312Text),
];

const byNumber = new Map(EXTENSIONS.map((repertoire) => [repertoire.isoIr, repertoire]));
const byEscape = new Map(
  [ASCII, ROMAJI, ...EXTENSIONS].map((repertoire) => [repertoire.escape, repertoire]),
);

/** What the terms of `ISO-IR n` add to ASCII: nothing for 6, and for numbers that no term has. */
export function extensionOf(isoIr: number): Repertoire | undefined {
  return byNumber.get(isoIr);
}

/** The set that the escape sequence after an ESC invokes, if any of those that DICOM uses. */
export function invokedAt(bytes: Uint8Array, at: number): Repertoire | undefined {
  const two = String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0);
  return byEscape.get(two) ?? byEscape.get(two + String.fromCharCode(bytes[at + 2] ?? 0));
}
