/**
 * A tag as one number, `group * 0x10000 + element`: Rows is `0x00280010`. Numbers compare and sort
 * in the order of the standard (PS3.5 7.1) and need no allocation.
 */
export type Tag = number;

/** Odd groups below are nobody's (PS3.5 7.8). */
export const LEAST_PRIVATE_GROUP = 9;

/**
 * Any way of naming a data element:
 *
 * - its keyword (PS3.6): `'PatientName'`
 * - its tag: `0x00100010`, `'00100010'`, `'(0010,0010)'`, `'0010,0010'`, `'0x00100010'`, `'x00100010'`
 * - a private element by its creator, whatever block that reserved (PS3.5 7.8.1):
 *   `'(0019,xx0C,SIEMENS MR HEADER)'`, `'0019,xx0C,SIEMENS MR HEADER'`
 * - where a data set is asked, a path through sequences, their items counted from 0:
 *   `'ReferencedSeriesSequence.0.SeriesInstanceUID'`. Each of its names has any of the forms above; a
 *   private one wants its parentheses where the creator has a dot.
 *
 * Digits are hexadecimal in either case; keywords and creators are spelt as they are.
 */
export type TagLike = number | string;

/** `(0028,0010)`, as the standard prints it. */
export function formatTag(tag: Tag): string {
  const hex = hexTag(tag);
  return `(${hex.slice(0, 4)},${hex.slice(4)})`;
}

/** `00280010`, the key of the DICOM JSON model (PS3.18 F.2). */
export function hexTag(tag: Tag): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}

export function groupOf(tag: Tag): number {
  return tag >>> 16;
}

export function elementOf(tag: Tag): number {
  return tag & 0xffff;
}

/** Private elements have odd groups (PS3.5 7.8). */
export function isPrivateTag(tag: Tag): boolean {
  return (tag & 0x10000) !== 0;
}

/** Groups 0001, 0003, 0005, 0007 and FFFF are nobody's (PS3.5 7.8). */
export function isImpossible(tag: Tag): boolean {
  if (!isPrivateTag(tag)) return false;
  const group = tag >>> 16;
  return group < LEAST_PRIVATE_GROUP || group === 0xffff;
}

/** (gggg,0000), retired but in groups 0000 and 0002 (PS3.5 7.2). */
export function isGroupLength(tag: Tag): boolean {
  return (tag & 0xffff) === 0;
}

/**
 * The (gggg,0010-00FF) that names the creator of a private element: (0019,0011) for (0019,110C).
 * Undefined for what no creator can reserve: (gggg,0000-0FFF), and all of the standard's groups
 * (PS3.5 7.8.1).
 */
export function privateCreatorTag(tag: Tag): Tag | undefined {
  const element = elementOf(tag);
  if (!isPrivateTag(tag) || element < 0x1000) return undefined;
  return tag - element + (element >>> 8);
}

const WRITTEN = /^(?:\(?([0-9a-f]{4}),([0-9a-f]{4})\)?|(?:0?x)?([0-9a-f]{8}))$/i;

/** The tag that a string writes in hexadecimal, or undefined when it does not. */
export function parseTag(text: string): Tag | undefined {
  const match = WRITTEN.exec(text);
  if (match === null) return undefined;
  return Number.parseInt(match[3] ?? `${match[1] ?? ''}${match[2] ?? ''}`, 16);
}
