/**
 * Values to bytes for the builder of test files. Written from PS3.5 6.2 alone and on purpose without
 * anything of `src`: what the tests build must not share the faults of what they test.
 */

/** How a data set is written (PS3.5 7.1, 7.3). */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** Text, numbers or bytes; several values as an array. Bytes are written as they are. */
export type Value =
  string | number | bigint | Uint8Array | readonly string[] | readonly number[] | readonly bigint[];

type Setter = (view: DataView, at: number, value: number | bigint, little: boolean) => void;

const integer =
  (bits: number): Setter =>
  (view, at, value, little) => {
    // Wraps like the hardware does, so one setter serves signed and unsigned VRs.
    const whole = BigInt.asUintN(bits, BigInt(value));
    if (bits === 8) view.setUint8(at, Number(whole));
    else if (bits === 16) view.setUint16(at, Number(whole), little);
    else if (bits === 32) view.setUint32(at, Number(whole), little);
    else view.setBigUint64(at, whole, little);
  };
const float32: Setter = (view, at, value, little) => {
  view.setFloat32(at, Number(value), little);
};
const float64: Setter = (view, at, value, little) => {
  view.setFloat64(at, Number(value), little);
};
/** An attribute tag is two 16-bit words, group first in either byte order (PS3.5 6.2, AT). */
const tagWords: Setter = (view, at, value, little) => {
  view.setUint16(at, Number(value) >>> 16, little);
  view.setUint16(at + 2, Number(value) & 0xffff, little);
};

const numeric: Readonly<Record<string, readonly [bytes: number, set: Setter]>> = {
  OB: [1, integer(8)],
  UN: [1, integer(8)],
  US: [2, integer(16)],
  SS: [2, integer(16)],
  OW: [2, integer(16)],
  UL: [4, integer(32)],
  SL: [4, integer(32)],
  OL: [4, integer(32)],
  UV: [8, integer(64)],
  SV: [8, integer(64)],
  OV: [8, integer(64)],
  FL: [4, float32],
  OF: [4, float32],
  FD: [8, float64],
  OD: [8, float64],
  AT: [4, tagWords],
};

/** The bytes of a value, without padding. Text is UTF-8; give bytes for any other character set. */
export function valueBytes(vr: string, value: Value, littleEndian: boolean): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const values: readonly (string | number | bigint)[] = typeof value === 'object' ? value : [value];
  const kind = numeric[vr];
  if (kind === undefined || values.some((one) => typeof one === 'string')) {
    return new TextEncoder().encode(values.join('\\'));
  }
  const [width, set] = kind;
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  values.forEach((one, i) => {
    if (typeof one !== 'string') set(view, i * width, one, littleEndian);
  });
  return bytes;
}

/** Values have even length: UIDs and bytes end in NUL, text in a space (PS3.5 6.2, 7.1.1). */
export function padded(vr: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length % 2 === 0) return bytes;
  return concat(bytes, Uint8Array.of(vr === 'UI' || numeric[vr] !== undefined ? 0x00 : 0x20));
}

/** One array out of several. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Group and element as two words in the byte order of the data set. */
export function tagBytes(tag: number, littleEndian: boolean): Uint8Array {
  return valueBytes('AT', tag, littleEndian);
}

/** `0x1f` bytes written as text: `hex('fe ff 00 e0')`. */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Bytes as hexadecimal text. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
