import type { Source } from '../bytes/source.ts';
import { latin1, nameOfBytes } from './member-names.ts';

/** Everything in a tar is in blocks of this size (POSIX.1-2024, pax, "ustar Interchange Format"). */
export const BLOCK = 512;
/** Two blocks of zeros. */
const END = 2 * BLOCK;

// Places of the fields in a header block, and their lengths.
const NAME = 100;
const SIZE_AT = 124;
const CHECKSUM_AT = 148;
const TYPE_AT = 156;
const MAGIC_AT = 257;
const PREFIX_AT = 345;
const PREFIX = 155;
const SIZE = 12;
const CHECKSUM = 8;
/** GNU's old way of sparse files: whether their list goes on in a block behind a header, or behind such a block. */
const GOES_ON_AT = 482;
const LIST_GOES_ON_AT = 504;

/** What a header block says. */
export interface TarHeader {
  readonly name: string;
  /** Bytes behind it, before they are filled up to blocks. */
  readonly size: number;
  /** One character; that of a file of the oldest form is `0`. */
  readonly type: string;
  readonly sparseGoesOn: boolean;
}

/** Whether nothing is in a block: two of them end a tar. */
export function isZeroBlock(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/**
 * Whether these bytes are the start of a tar. The forms before POSIX have no magic, but all have a
 * checksum; where there is magic, a wrong checksum makes a damaged tar.
 */
export function isTar(head: Uint8Array): boolean {
  if (head.length < BLOCK) return false;
  return isChecked(head) || latin1(head.subarray(MAGIC_AT, MAGIC_AT + 5)) === 'ustar';
}

/**
 * Whether this is a tar of nothing: its end alone, which is zeros (POSIX.1-2024, pax, "ustar Interchange
 * Format"). So much else is that its name must say so.
 */
export function isEmptyTar(
  { name, size }: Pick<Source, 'name' | 'size'>,
  head: Uint8Array,
): boolean {
  if (!/\.(?:tar|tar\.gz|tgz)$/i.test(name) || size < END || head.length < BLOCK) return false;
  return isZeroBlock(head.subarray(0, BLOCK));
}

/** Reads a header; undefined where its checksum or its size is wrong. */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  if (block.length < BLOCK || !isChecked(block)) return undefined;
  const size = numberAt(block, SIZE_AT, SIZE);
  if (size === undefined) return undefined;
  const own = nameOfBytes(untilNul(block.subarray(0, NAME)));
  const type = block[TYPE_AT] === 0 ? '0' : String.fromCharCode(block[TYPE_AT] ?? 0);
  return { name: prefixOf(block) + own, size, type, sparseGoesOn: block[GOES_ON_AT] === 1 };
}

/** Whether another block of a sparse file's list follows this one. */
export function sparseListGoesOn(block: Uint8Array): boolean {
  return block[LIST_GOES_ON_AT] === 1;
}

/** The sum of all bytes, its own field taken for spaces. Some once added the bytes as signed ones. */
function isChecked(block: Uint8Array): boolean {
  const claimed = numberAt(block, CHECKSUM_AT, CHECKSUM);
  if (claimed === undefined) return false;
  let unsigned = CHECKSUM * 0x20;
  let high = 0;
  for (let at = 0; at < BLOCK; at++) {
    if (at >= CHECKSUM_AT && at < CHECKSUM_AT + CHECKSUM) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    if (byte > 127) high += 1;
  }
  return claimed === unsigned || claimed === unsigned - 256 * high;
}

/** Only POSIX has it: GNU keeps times in its place. */
function prefixOf(block: Uint8Array): string {
  if (latin1(block.subarray(MAGIC_AT, MAGIC_AT + 6)) !== 'ustar\0') return '';
  const prefix = untilNul(block.subarray(PREFIX_AT, PREFIX_AT + PREFIX));
  return prefix.length === 0 ? '' : `${nameOfBytes(prefix)}/`;
}

/** Octal digits; or, with the first bit set, the number itself (GNU, star). */
function numberAt(block: Uint8Array, at: number, length: number): number | undefined {
  const field = block.subarray(at, at + length);
  const first = field[0] ?? 0;
  if (first >= 0x80) {
    let value = first & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = latin1(untilNul(field)).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(`0${digits}`, 8) : undefined;
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
