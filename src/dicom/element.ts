import type { DictionaryVr } from './dictionary.ts';
import type { Tag } from './tag.ts';

/** The length that says "until a delimiter" (PS3.5 7.1.1). */
export const UNDEFINED_LENGTH = 0xffffffff;

/** Item (FFFE,E000), Item Delimitation and Sequence Delimitation Item (PS3.5 7.5). */
export const ITEM = 0xfffee000;
export const ITEM_DELIMITATION = 0xfffee00d;
export const SEQUENCE_DELIMITATION = 0xfffee0dd;

/** The three elements that hold pixels, and the tables that say where frames start in them. */
export const PIXEL_DATA = 0x7fe00010;
export const FLOAT_PIXEL_DATA = 0x7fe00008;
export const DOUBLE_FLOAT_PIXEL_DATA = 0x7fe00009;
export const EXTENDED_OFFSET_TABLE = 0x7fe00001;

export function isPixelData(tag: Tag): boolean {
  // Asked for every element: nearly all are of other groups.
  if (tag >>> 16 !== 0x7fe0) return false;
  return tag === PIXEL_DATA || tag === FLOAT_PIXEL_DATA || tag === DOUBLE_FLOAT_PIXEL_DATA;
}

/** Where one data element lies, as the header pass found it. No value in it is decoded. */
export interface ElementRecord {
  readonly tag: Tag;
  /** As written, or by the dictionary in implicit VR; `ox`, `xs`... where that leaves a choice. */
  readonly vr: DictionaryVr;
  /** Of the first byte of the tag. */
  readonly offset: number;
  /** Of the first byte of the value. */
  readonly valueOffset: number;
  /** As written; `UNDEFINED_LENGTH` where a delimiter ends the value. */
  readonly length: number;
  /** Just behind the element, its delimiter included; the end of the file where the header ends before. */
  readonly end: number;
  /** Of a sequence. */
  readonly items?: readonly ItemRecord[] | undefined;
  /** Of encapsulated pixel data inside an item, such as an icon: item by item, table first. */
  readonly fragments?: readonly FragmentRecord[] | undefined;
}

/** One item of a sequence: a data set. */
export interface ItemRecord {
  /** Of the Item tag. */
  readonly offset: number;
  readonly littleEndian: boolean;
  readonly elements: readonly ElementRecord[];
}

/** The payload of one item of encapsulated pixel data (PS3.5 A.4). */
export interface FragmentRecord {
  readonly offset: number;
  readonly length: number;
}
