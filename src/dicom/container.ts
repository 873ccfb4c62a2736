import type { Window } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import { vrOfTag } from './dictionary.ts';
import { LONGEST_HEADER, looksExplicit } from './element-header.ts';
import type { Encoding } from './element-header.ts';
import { UNDEFINED_LENGTH } from './element.ts';
import type { Steps } from './parse-state.ts';
import { isGroupLength } from './tag.ts';
import { vrOfBytes } from './vr.ts';
import type { WarningLog } from './warnings.ts';

const PREAMBLE = 128;
/** Data sets start with a command, media, identifying or patient group, or at the latest an image's. */
const HIGHEST_FIRST_GROUP = 0x28;
const DICM = [0x44, 0x49, 0x43, 0x4d];

/** Where the file meta information starts, or the data set where there is none (PS3.10 7.1). */
export interface Container {
  readonly offset: number;
  readonly hasPrefix: boolean;
}

/** Finds the start of a DICOM object, or throws `EMPTY` or `NOT_DICOM`. */
export function* findStart(window: Window, warnings: WarningLog): Steps<Container> {
  const { size } = window;
  const { name } = warnings;
  if (size === 0) throw new FramedexError('EMPTY', 'the file has no bytes', { name, offset: 0 });
  const head = Math.min(size, PREAMBLE + 4 + LONGEST_HEADER);
  yield { offset: 0, length: head };
  // Without a preamble, the four letters can stand there by chance: inside a value.
  const chance = sniffEncoding(window, 0) !== undefined && !startsElement(window, PREAMBLE + 4);
  if (hasDicm(window, PREAMBLE) && !chance) {
    if (size < PREAMBLE + 4 + 8) {
      throw new FramedexError('TRUNCATED', 'no data element behind the DICM prefix', {
        name,
        offset: PREAMBLE + 4,
        needed: 8,
        available: size - PREAMBLE - 4,
      });
    }
    return { offset: PREAMBLE + 4, hasPrefix: true };
  }
  for (const offset of hasDicm(window, 0) ? [4] : [0]) {
    const encoding = sniffEncoding(window, offset);
    if (encoding !== undefined) {
      warnings.report('NO_PREAMBLE', 'the file has no preamble', 0);
      return { offset, hasPrefix: false };
    }
  }
  const found = describe(window);
  throw new FramedexError('NOT_DICOM', 'this is no DICOM object', {
    name,
    offset: Math.min(PREAMBLE, size),
    expected: 'DICM, or a data element',
    found,
    advice:
      found === ZIP || found === GZIP
        ? 'Open it with openArchive (`framedex ls` on the command line).'
        : undefined,
  });
}

function startsElement(window: Window, offset: number): boolean {
  return looksExplicit(window, offset, true) || sniffEncoding(window, offset) !== undefined;
}

function hasDicm(window: Window, offset: number): boolean {
  return (
    offset + 4 <= window.end &&
    DICM.every((byte, k) => window.bytes[offset - window.start + k] === byte)
  );
}

const ZIP = 'a zip archive';
const GZIP = 'a gzip file';

const MAGIC: readonly (readonly [name: string, ...bytes: readonly number[]])[] = [
  [ZIP, 0x50, 0x4b],
  ['a JPEG image', 0xff, 0xd8],
  ['a PNG image', 0x89, 0x50, 0x4e, 0x47],
  [GZIP, 0x1f, 0x8b],
  ['a PDF', 0x25, 0x50, 0x44, 0x46],
  ['a TIFF image', 0x49, 0x49, 0x2a],
];

/** What a file that is not DICOM seems to be; never its text, which may be a patient's. */
function describe(window: Window): string {
  const known = MAGIC.find(([, ...bytes]) => bytes.every((byte, k) => window.bytes[k] === byte));
  if (known !== undefined) return known[0];
  const head = window.bytes.subarray(0, Math.min(64, window.end));
  const text = head.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 9,
  );
  return text ? 'text' : 'other bytes';
}

/**
 * How the data set at `offset` is encoded, by its first element header alone; undefined when that is
 * none. Group numbers of first elements are small, so a swapped one shows (PS3.5 7.3).
 */
export function sniffEncoding(window: Window, offset: number): Encoding | undefined {
  if (offset + 8 > window.end) return undefined;
  const at = offset - window.start;
  const littleEndian = looksLittleEndian(window, offset);
  const group = window.view.getUint16(at, littleEndian);
  const element = window.view.getUint16(at + 2, littleEndian);
  const tag = group * 0x10000 + element;
  const known = vrOfTag(tag);
  if (known === undefined || known === 'na' || group > HIGHEST_FIRST_GROUP) return undefined;
  const vr = vrOfBytes(window.view.getUint8(at + 4), window.view.getUint8(at + 5));
  if (vr !== undefined) return { explicit: true, littleEndian };
  const length = window.view.getUint32(at + 4, littleEndian);
  // A group length has 4 bytes: a data set of zeros, or of a preamble's, is no data set.
  if (isGroupLength(tag) && length !== 4) return undefined;
  const fits = offset + 8 + length <= window.size || length === UNDEFINED_LENGTH;
  return fits ? { explicit: false, littleEndian } : undefined;
}

/** Group numbers of first elements are below 0x100. */
function looksLittleEndian(window: Window, offset: number): boolean {
  const group = window.view.getUint16(offset - window.start, true);
  return group === 0 || (group & 0xff) !== 0;
}

/**
 * Holds what the transfer syntax says against the first element header. What is real is used.
 */
export function checkEncoding(
  window: Window,
  offset: number,
  declared: Encoding,
  warnings: WarningLog,
): Encoding {
  if (offset + 8 > window.end || isAsDeclared(window, offset, declared)) return declared;
  const real = sniffEncoding(window, offset);
  if (real === undefined) return declared;
  // Two letters can be a length: implicit VR is left only for the very VR of that tag.
  const explicit =
    real.explicit === declared.explicit
      ? declared.explicit
      : real.explicit && looksExplicit(window, offset, real.littleEndian);
  if (explicit === declared.explicit && real.littleEndian === declared.littleEndian)
    return declared;
  warnings.report(
    'TRANSFER_SYNTAX_MISMATCH',
    `the transfer syntax says ${words(declared)}, the data set is ${words({ ...real, explicit })}`,
    offset,
    0x00020010,
  );
  return { explicit, littleEndian: real.littleEndian };
}

/** The common case, for which the dictionary need not be unpacked. */
function isAsDeclared(window: Window, offset: number, declared: Encoding): boolean {
  const at = offset - window.start;
  const vr = vrOfBytes(window.view.getUint8(at + 4), window.view.getUint8(at + 5));
  return (
    declared.explicit &&
    vr !== undefined &&
    looksLittleEndian(window, offset) === declared.littleEndian
  );
}

function words({ explicit, littleEndian }: Encoding): string {
  return `${explicit ? 'explicit' : 'implicit'} VR ${littleEndian ? 'little' : 'big'} endian`;
}
