import type { Grid } from './anatomical-planes.ts';
import type { SamplesName } from './plan.ts';
import type { Rescale } from './volume.ts';

const TYPES: Readonly<Record<SamplesName, string>> = {
  Uint8Array: 'uchar',
  Int8Array: 'signed char',
  Uint16Array: 'ushort',
  Int16Array: 'short',
  Uint32Array: 'uint',
  Int32Array: 'int',
  Float32Array: 'float',
  Float64Array: 'double',
  BigUint64Array: 'uint64',
  BigInt64Array: 'int64',
};

/** What the header of a file says of its samples. */
export interface FileContent {
  readonly grid: Grid;
  readonly samples: SamplesName;
  readonly rescale: Rescale;
}

/**
 * The header in front of the samples (NRRD0005: http://teem.sourceforge.net/nrrd/format.html). Shear is in `space directions`.
 *
 * The format has no field for a rescale. `old min` and `old max` are none: they are the range that values had before they were quantized, and who
 * unquantizes by them gets other values. So a rescale stands in key/value pairs, which nobody takes for anything else.
 */
export function nrrdHeader({ grid, samples, rescale }: FileContent, gzip: boolean): Uint8Array {
  const { size, affine } = grid;
  const column = (k: number): string =>
    `(${[0, 4, 8].map((row) => affine[row + k] ?? 0).join(',')})`;
  const { slope, intercept } = rescale;
  const isRescaled = slope !== 1 || intercept !== 0;
  const lines = [
    'NRRD0005',
    `type: ${TYPES[samples]}`,
    'dimension: 3',
    'space: left-posterior-superior',
    `sizes: ${size.join(' ')}`,
    `space directions: ${[0, 1, 2].map(column).join(' ')}`,
    'kinds: domain domain domain',
    'endian: little',
    `encoding: ${gzip ? 'gzip' : 'raw'}`,
    'space units: "mm" "mm" "mm"',
    `space origin: ${column(3)}`,
    ...(isRescaled ? [`modality_slope:=${slope}`, `modality_intercept:=${intercept}`] : []),
  ];
  return new TextEncoder().encode(`${lines.join('\n')}\n\n`);
}
