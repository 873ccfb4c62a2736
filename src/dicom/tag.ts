/**
 * A tag as one number, `group * 0x10000 + element`: Rows is `0x00280010`. Numbers compare and sort
 * in the order of the standard (PS3.5 7.1) and need no allocation.
 */
export type Tag = number;

/** Any way of naming a data element: `'PatientName'`, `0x00100010`, `'00100010'`, `'(0010,0010)'`, `'0010,0010'`, `'0x00100010'`, `'x00100010'`. */
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

/** (gggg,0000), retired but in groups 0000 and 0002 (PS3.5 7.2). */
export function isGroupLength(tag: Tag): boolean {
  return (tag & 0xffff) === 0;
}

const WRITTEN = /^(?:\(?([0-9a-f]{4}),([0-9a-f]{4})\)?|(?:0?x)?([0-9a-f]{8}))$/i;

/** The tag that a string writes in hexadecimal, or undefined when it does not. */
export function parseTag(text: string): Tag | undefined {
  const match = WRITTEN.exec(text);
  if (match === null) return undefined;
  return Number.parseInt(match[3] ?? `${match[1] ?? ''}${match[2] ?? ''}`, 16);
}
