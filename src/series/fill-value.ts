import { FramedexError } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame, Samples } from '../frames/frame.ts';
import type { SamplesType } from './slice-form.ts';

/**
 * The stored value where a volume has no pixel: the one that was asked for, else Pixel Padding Value (PS3.3 C.7.5.1.1.2),
 * else the least of the model.
 *
 * @throws FramedexError `USAGE` for a value that the samples cannot have.
 */
export function fillValue(model: Pick<Frame, 'data' | 'display'>, fill?: number): number {
  if (fill !== undefined) {
    checkValue(fill, model.data, 'fill');
    return fill;
  }
  return paddingOrLeast(model.display.padding, model.data);
}

/** What a volume has where it has no pixel and nothing was asked for: padding, where the samples can have it, else the least of the samples. */
export function paddingOrLeast(padding: DisplayAttributes['padding'], samples: Samples): number {
  return padding !== undefined && isOf(padding.low, samples) ? padding.low : least(samples);
}

/** @throws FramedexError `USAGE` for a value that the samples cannot have: it would become another. */
export function checkValue(value: number, samples: Samples, option: string): void {
  if (isOf(value, samples)) return;
  const expected = `a value of ${samples.constructor.name}`;
  throw new FramedexError('USAGE', `${option} is no stored value`, { expected, found: `${value}` });
}

function isOf(value: number, samples: Samples): boolean {
  if (samples instanceof Float32Array || samples instanceof Float64Array) return true;
  if (!Number.isInteger(value)) return false;
  const one = new (samples.constructor as SamplesType)(new ArrayBuffer(8), 0, 1);
  fillSamples(one, value);
  return Number(one[0]) === value;
}

/** All samples become `value`. */
export function fillSamples(samples: Samples, value: number): void {
  if (samples instanceof BigUint64Array || samples instanceof BigInt64Array) {
    samples.fill(BigInt(value));
  } else samples.fill(value);
}

function least(samples: Samples): number {
  let found = Infinity;
  for (const value of samples) if (value < found) found = Number(value);
  return Number.isFinite(found) ? found : 0;
}
