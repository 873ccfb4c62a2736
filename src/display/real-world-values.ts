import type {
  CodedConcept,
  DisplayAttributes,
  RealWorldValueMap,
} from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import { chosen } from './chosen.ts';
import { copyBigInts, valuesLike } from './modality.ts';
import type { Transformation } from './modality.ts';
import { refuseCells } from './stored-values.ts';

/** What the pixels of a frame are in reality. */
export interface RealWorldValues {
  /** One a pixel, row by row; NaN where the map does not say what a stored value is. */
  readonly values: Float32Array | Float64Array;
  /** LUT Label of the map. */
  readonly label: string;
  readonly unit?: CodedConcept | undefined;
}

/**
 * The real world values of a frame, in new memory, with their unit (PS3.3 C.7.6.16.2.11): by the map with
 * this number, its place in the file counted from 0, or this LUT Label. 64-bit floats for samples of more than 16 bits. They are
 * made of the stored values: rescale and modality LUT have no part in them.
 *
 * @throws FramedexError `USAGE` where the frame has no such map, or was read with `cells`.
 *
 * @example
 * ```ts
 * const { values, unit } = realWorldValues(await file.frame(0)); // unit.code is '{SUVbw}g/ml'
 * ```
 */
export function realWorldValues(frame: Frame, which: number | string = 0): RealWorldValues {
  refuseCells(frame);
  const map = realWorldValueMap(frame.display, which);
  const { data } = frame;
  const values = valuesLike(data);
  if (data instanceof BigUint64Array || data instanceof BigInt64Array) copyBigInts(data, values);
  else values.set(data);
  mapValues(values, map);
  return { values, label: map.label, unit: map.unit };
}

/**
 * The map of a frame by its number or label.
 *
 * @throws FramedexError `USAGE` where there is no such map.
 */
export function realWorldValueMap(
  { realWorldValues = [], written }: DisplayAttributes,
  which: number | string,
): RealWorldValueMap {
  return chosen(which, {
    what: 'real world value map',
    list: realWorldValues,
    written: written?.realWorldValues,
    nameOf: ({ label }) => label,
  });
}

/** Stored values to real world values; those outside the map become NaN. */
export function realWorldTransformation(map: RealWorldValueMap): Transformation {
  return (values) => mapValues(values, map);
}

function mapValues(values: Float32Array | Float64Array, map: RealWorldValueMap): void {
  const { first, last, slope, intercept, table } = map;
  for (let k = 0; k < values.length; k++) {
    const stored = values[k] ?? 0;
    if (!(stored >= first && stored <= last)) values[k] = NaN;
    else if (table === undefined) values[k] = stored * slope + intercept;
    else values[k] = table[stored - first] ?? NaN;
  }
}
