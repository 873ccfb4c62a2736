import type { Warning } from '../errors.ts';
import type { DisplayAttributes } from './display-attributes.ts';
import type { Overlay } from './overlay.ts';

/**
 * The typed arrays that stored values can come in: the smallest that holds every cell of the file
 * exactly. Bits Allocated (0028,0100) and Pixel Representation (0028,0103) alone decide which: 8 bits
 * and fewer are `Uint8Array` or `Int8Array`, 12 and 16 `Uint16Array` or `Int16Array`, and so on; values
 * of 12 bits stored in 32 allocated come in 32. All frames of a file are of one type.
 */
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
  /** 1 (grey, palette), 3 (colour) or 4, interleaved in {@link data} whatever the file's planes. */
  readonly samplesPerPixel: number;
  /** What the samples of `data` mean, after the codec. */
  readonly photometricInterpretation: string;
  /** Bits of a sample that carry the value (PS3.5 8.1.1). */
  readonly bitsStored: number;
  /** All that is needed to show this frame. */
  readonly display: DisplayAttributes;
  /**
   * `rows * columns * samplesPerPixel` stored values (PS3.5 8.1.1), row by row, in the machine's byte
   * order: little endian wherever the file was big endian. What other bits of the cells held (overlays,
   * garbage) is gone, and the sign is extended, unless `cells` asked for the cells themselves.
   */
  readonly data: Samples;
  /** The overlay planes of this frame, where they were asked for with `overlays`. */
  readonly overlays?: readonly Overlay[] | undefined;
  /** The frame is broken, and was asked for `lenient`: what could not be decoded is 0. */
  readonly partial?: boolean | undefined;
  /**
   * `data` are the cells as they are in the file, because `cells` or `packed` asked for them, and no stored
   * values: pictures and modality values cannot be made of them.
   */
  readonly cells?: true | undefined;
  /**
   * What was tolerated of this very frame, each with its place in the object: in its code stream
   * (`CODE_STREAM`), in what shows it (`LOOK_UP_TABLE`, `WINDOW`, `PIXEL_MODULE`, `PIXEL_ASPECT`...), in
   * the overlays that were asked for (`OVERLAY`). Absent where there is nothing. The `warnings` of the
   * file have each of these once, however many frames it is of.
   */
  readonly warnings?: readonly Warning[] | undefined;
  /**
   * The file is a member of an archive, which has a checksum of it, and that was not compared by the time
   * this frame was given: a checksum is of all bytes, and a frame is some of them, unless it is nearly all.
   * `verify()` of the file compares it; frames given from then on, also those it had read before, are
   * without this.
   */
  readonly unverified?: true | undefined;
}
