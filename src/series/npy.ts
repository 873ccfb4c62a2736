import type { Grid } from './anatomical-planes.ts';
import type { SamplesName } from './plan.ts';

/** As NumPy spells them: byte order, kind, bytes. */
const TYPES: Readonly<Record<SamplesName, string>> = {
  Uint8Array: '|u1',
  Int8Array: '|i1',
  Uint16Array: '<u2',
  Int16Array: '<i2',
  Uint32Array: '<u4',
  Int32Array: '<i4',
  Float32Array: '<f4',
  Float64Array: '<f8',
  BigUint64Array: '<u8',
  BigInt64Array: '<i8',
};

/** `\x93NUMPY`, version 1.0, and two bytes that say how long the rest is. */
const BEFORE_TEXT = 10;

/**
 * The header in front of the samples of an array of slices, rows, columns
 * (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0). Samples begin at a multiple of 64 bytes.
 */
export function npyHeader({ size }: Pick<Grid, 'size'>, samples: SamplesName): Uint8Array {
  const shape = [...size].reverse().join(', ');
  const text = `{'descr': '${TYPES[samples]}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((BEFORE_TEXT + text.length + 1) / 64) * 64;
  const rest = length - BEFORE_TEXT;
  const header = new Uint8Array(length);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, rest & 0xff, rest >> 8]);
  header.set(new TextEncoder().encode(`${text.padEnd(rest - 1)}\n`), BEFORE_TEXT);
  return header;
}
