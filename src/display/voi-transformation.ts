import type { LookUpTable, VoiFunction } from '../frames/display-attributes.ts';
import { fullEntry, lookUp } from './modality.ts';
import type { Transformation } from './modality.ts';

/** What a window is applied by. */
export interface WindowFormula {
  readonly center: number;
  readonly width: number;
  readonly function: VoiFunction;
}

/** A window as a formula of the standard; `ymin` is 0 and `ymax` is `white`. */
export function windowTransformation(
  { center, width, function: name }: WindowFormula,
  white: number,
): Transformation {
  if (name === 'SIGMOID') return (values) => sigmoid(values, center, width, white);
  // PS3.3 C.11.2.1.2.1 and C.11.2.1.3.2 differ in these two alone.
  return name === 'LINEAR'
    ? (values) => linear(values, center - 0.5, width - 1, white)
    : (values) => linear(values, center, width, white);
}

function linear(values: Float64Array, middle: number, width: number, white: number): void {
  const low = middle - width / 2;
  const high = middle + width / 2;
  for (let k = 0; k < values.length; k++) {
    const x = values[k] ?? 0;
    if (x <= low) values[k] = 0;
    else if (x > high) values[k] = white;
    else values[k] = ((x - middle) / width + 0.5) * white;
  }
}

/** PS3.3 C.11.2.1.3.1. */
function sigmoid(values: Float64Array, center: number, width: number, white: number): void {
  for (let k = 0; k < values.length; k++) {
    values[k] = white / (1 + Math.exp((-4 * ((values[k] ?? 0) - center)) / width));
  }
}

/**
 * A VOI LUT: its full range of `bits` is the full range of grey (PS3.3 C.11.6.1, note 3). Entries
 * that are larger than `bits` allow are white.
 */
export function voiLutTransformation(table: LookUpTable, white: number): Transformation {
  const scale = white / fullEntry(table);
  return (values) => {
    lookUp(values, table, values);
    for (let k = 0; k < values.length; k++) values[k] = Math.min(white, (values[k] ?? 0) * scale);
  };
}
