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
export const EXTENDED_OFFSET_TABLE_LENGTHS = 0x7fe00002;

export function isPixelData(tag: Tag): boolean {
  // Asked for every element: nearly all are of other groups.
  if (tag >>> 16 !== 0x7fe0) return false;
  return tag === PIXEL_DATA || tag === FLOAT_PIXEL_DATA || tag === DOUBLE_FLOAT_PIXEL_DATA;
}

/** The main pixel data: where it is, and nothing of what is in it. */
export interface PixelElement {
  readonly tag: Tag;
  /** As written, or by the dictionary in implicit VR; `px` where that leaves a choice. */
  readonly vr: DictionaryVr;
  /** Of the first byte of the tag. */
  readonly offset: number;
  /** Of the first byte of the value. */
  readonly valueOffset: number;
  /** As written; `UNDEFINED_LENGTH` where a delimiter ends the value. */
  readonly length: number;
}
