/** The value representations of PS3.5 table 6.2-1. */
export type Vr =
  | 'AE'
  | 'AS'
  | 'AT'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'DT'
  | 'FD'
  | 'FL'
  | 'IS'
  | 'LO'
  | 'LT'
  | 'OB'
  | 'OD'
  | 'OF'
  | 'OL'
  | 'OV'
  | 'OW'
  | 'PN'
  | 'SH'
  | 'SL'
  | 'SQ'
  | 'SS'
  | 'ST'
  | 'SV'
  | 'TM'
  | 'UC'
  | 'UI'
  | 'UL'
  | 'UN'
  | 'UR'
  | 'US'
  | 'UT'
  | 'UV';

/** How the values of a VR are stored. */
type Storage = 'text' | 'number' | 'bytes' | 'sequence';

interface Traits {
  readonly storage: Storage;
  /** Reserved 2 bytes and a 4-byte length in explicit VR (PS3.5 7.1.2). */
  readonly longHeader: boolean;
  /** Bytes of the unit that big endian swaps (PS3.5 7.3). */
  readonly cell: 1 | 2 | 4 | 8;
  /** Specific Character Set (0008,0005) applies (PS3.5 6.1.2.2). */
  readonly characterSet: boolean;
  /** A backslash separates values (PS3.5 6.2: not in LT, ST, UT and UR). */
  readonly splits: boolean;
}

function text(longHeader: boolean, characterSet: boolean, splits: boolean): Traits {
  return { storage: 'text', longHeader, cell: 1, characterSet, splits };
}

function cells(storage: Storage, cell: Traits['cell'], longHeader: boolean): Traits {
  return { storage, longHeader, cell, characterSet: false, splits: false };
}

const TRAITS: Readonly<Record<Vr, Traits>> = {
  AE: text(false, false, true),
  AS: text(false, false, true),
  AT: cells('number', 2, false),
  CS: text(false, false, true),
  DA: text(false, false, true),
  DS: text(false, false, true),
  DT: text(false, false, true),
  FD: cells('number', 8, false),
  FL: cells('number', 4, false),
  IS: text(false, false, true),
  LO: text(false, true, true),
  LT: text(false, true, false),
  OB: cells('bytes', 1, true),
  OD: cells('bytes', 8, true),
  OF: cells('bytes', 4, true),
  OL: cells('bytes', 4, true),
  OV: cells('bytes', 8, true),
  OW: cells('bytes', 2, true),
  PN: text(false, true, true),
  SH: text(false, true, true),
  SL: cells('number', 4, false),
  SQ: cells('sequence', 1, true),
  SS: cells('number', 2, false),
  ST: text(false, true, false),
  SV: cells('number', 8, true),
  TM: text(false, false, true),
  UC: text(true, true, true),
  UI: text(false, false, true),
  UL: cells('number', 4, false),
  UN: cells('bytes', 1, true),
  UR: text(true, false, false),
  US: cells('number', 2, false),
  UT: text(true, true, false),
  UV: cells('number', 8, true),
};

/** All of them. */
export const ALL_VRS: readonly Vr[] = Object.keys(TRAITS).filter(isVr);

// One slot for each pair of capital letters, so that the header pass builds no string per element.
const BY_LETTERS: readonly (Vr | undefined)[] = tableByLetters();

function tableByLetters(): (Vr | undefined)[] {
  const table = new Array<Vr | undefined>(26 * 26).fill(undefined);
  for (const vr of ALL_VRS) table[(vr.charCodeAt(0) - 65) * 26 + vr.charCodeAt(1) - 65] = vr;
  return table;
}

/** Whether `text` names a value representation of PS3.5 6.2. */
export function isVr(text: string): text is Vr {
  return Object.hasOwn(TRAITS, text);
}

/** The VR that two bytes of an explicit VR header spell, or undefined when they spell none. */
export function vrOfBytes(first: number, second: number): Vr | undefined {
  if (first < 65 || first > 90 || second < 65 || second > 90) return undefined;
  return BY_LETTERS[(first - 65) * 26 + second - 65];
}

/** Whether the explicit VR header has 2 reserved bytes and a 4-byte length (PS3.5 7.1.2). */
export function hasLongHeader(vr: Vr): boolean {
  return TRAITS[vr].longHeader;
}

/** Bytes of the unit that big endian swaps: 1, 2, 4 or 8. AT is two 16-bit words (PS3.5 7.3). */
export function cellBytes(vr: Vr): 1 | 2 | 4 | 8 {
  return TRAITS[vr].cell;
}

/** Bytes of one value: those of a cell, of AT both words (PS3.5 6.2); 1 of text. */
export function unitBytes(vr: Vr): number {
  return vr === 'AT' ? 4 : TRAITS[vr].cell;
}

/** Whether values are written as characters. */
export function isTextVr(vr: Vr): boolean {
  return TRAITS[vr].storage === 'text';
}

/** Whether Specific Character Set (0008,0005) governs the text: LO LT PN SH ST UC UT (PS3.5 6.1.2.2). */
export function usesCharacterSet(vr: Vr): boolean {
  return TRAITS[vr].characterSet;
}

/** Whether a backslash separates text values; in LT, ST, UR and UT it is text (PS3.5 6.2). */
export function splitsAtBackslash(vr: Vr): boolean {
  return TRAITS[vr].splits;
}
