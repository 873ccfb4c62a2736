import { FramedexError } from '../errors.ts';
import type { Samples } from '../frames/frame.ts';
import type { Transformation } from './modality.ts';

/** Writes the bytes for the values from `start` on, as many as `into` holds. */
export type Paint = (start: number, into: Uint8ClampedArray) => void;

/** The stored values of a frame, whatever array they come in. */
export interface StoredValues {
  /** Calls `visit` with every value that occurs; types of 8 and 16 bits give each only once. */
  each(visit: (value: number) => void): void;
  /** A painter that gives each value the byte which `transformation` makes of it. */
  painter(transformation: Transformation): Paint;
}

/**
 * The first `count` values of `data`.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` for 64-bit values that a number cannot hold exactly.
 */
export function storedValues(data: Samples, count: number): StoredValues {
  if (data instanceof Uint8Array || data instanceof Uint16Array) {
    return narrowValues(data.subarray(0, count), false);
  }
  if (data instanceof Int8Array) {
    return narrowValues(new Uint8Array(data.buffer, data.byteOffset, count), true);
  }
  if (data instanceof Int16Array) {
    return narrowValues(new Uint16Array(data.buffer, data.byteOffset, count), true);
  }
  if (data instanceof BigUint64Array || data instanceof BigInt64Array) {
    return wideValues(exactNumbers(data.subarray(0, count)));
  }
  return wideValues(data.subarray(0, count));
}

/**
 * 8 and 16 bits: one look-up table from stored value to byte, so that the pixel loop knows no
 * branch. Signed values are read as their bit patterns: with two kinds of arrays instead of four
 * the engine keeps the loop fast.
 */
function narrowValues(patterns: Uint8Array | Uint16Array, signed: boolean): StoredValues {
  const count = 2 ** (8 * patterns.BYTES_PER_ELEMENT);
  const used = new Uint8Array(count);
  for (let i = 0; i < patterns.length; i++) used[patterns[i] ?? 0] = 1;
  const valueOf = (pattern: number): number =>
    signed && pattern >= count / 2 ? pattern - count : pattern;
  return {
    each: (visit) => {
      for (let pattern = 0; pattern < count; pattern++) {
        if (used[pattern] === 1) visit(valueOf(pattern));
      }
    },
    painter: (transformation) => {
      const table = new Uint8Array(count);
      for (let pattern = 0; pattern < count; pattern++) {
        if (used[pattern] === 1) table[pattern] = transformation(valueOf(pattern));
      }
      return (start, into) => {
        for (let i = 0; i < into.length; i++) into[i] = table[patterns[start + i] ?? 0] ?? 0;
      };
    },
  };
}

/** 32 bits and more: no table can hold them, each value is computed. */
function wideValues(values: Int32Array | Uint32Array | Float32Array | Float64Array): StoredValues {
  return {
    each: (visit) => {
      for (let i = 0; i < values.length; i++) visit(values[i] ?? 0);
    },
    painter: (transformation) => (start, into) => {
      for (let i = 0; i < into.length; i++) into[i] = transformation(values[start + i] ?? 0);
    },
  };
}

function exactNumbers(values: BigUint64Array | BigInt64Array): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isSafeInteger(value)) {
      throw new FramedexError(
        'BAD_PIXEL_MODULE',
        `stored value ${values[i]} is too large to show`,
        {
          expected: 'at most 53 bits',
        },
      );
    }
    numbers[i] = value;
  }
  return numbers;
}
