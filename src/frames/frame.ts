import type { DisplayAttributes } from './display-attributes.ts';

/** The typed arrays that stored values can come in: the smallest that holds them exactly. */
export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

/** One decoded frame. */
export interface Frame {
  /** Counted from 0. */
  readonly index: number;
  readonly rows: number;
  readonly columns: number;
  /** 1 (grey, palette) or 3 (colour), interleaved in {@link data} whatever the file's planes. */
  readonly samplesPerPixel: number;
  /** What the samples of `data` mean, after the codec. */
  readonly photometricInterpretation: string;
  /** Bits of a sample that carry the value (PS3.5 8.1.1). */
  readonly bitsStored: number;
  /** All that is needed to show this frame. */
  readonly display: DisplayAttributes;
  /** `rows * columns * samplesPerPixel` stored values, row by row. */
  readonly data: Samples;
}
