import type { SamplesName } from './plan.ts';
import type { SliceAttributes } from './frame-table.ts';

const INTEGERS: Readonly<Record<number, readonly [unsigned: SamplesName, signed: SamplesName]>> = {
  1: ['Uint8Array', 'Int8Array'],
  2: ['Uint16Array', 'Int16Array'],
  4: ['Uint32Array', 'Int32Array'],
  8: ['BigUint64Array', 'BigInt64Array'],
};

/** Significant bits of a float32: integers of as many are exact in it. */
const FLOAT32_BITS = 24;

/** What samples a volume of such slices will have. */
export interface VolumeSamples {
  readonly name: SamplesName | undefined;
  /** Of one; 0 where it is not known. */
  readonly bytes: number;
}

/**
 * The samples of a volume, from the header of a slice. Pixel Representation is missing where the pixels are floats (PS3.3 C.7.6.24):
 * then 32 and 64 bits do not say what they are of.
 *
 * @param mixed - Slices differ in rescale: the volume has modality values.
 */
export function volumeSamples(attributes: SliceAttributes, mixed: boolean): VolumeSamples {
  const allocated = attributes.get('BitsAllocated') ?? 0;
  const signed = attributes.get('PixelRepresentation');
  const bytes = allocated === 1 ? 1 : allocated === 12 ? 2 : allocated / 8;
  const integers = INTEGERS[bytes];
  if (integers === undefined) return { name: undefined, bytes: 0 };
  if (signed === undefined && bytes > 2) {
    return mixed && bytes === 8
      ? { name: 'Float64Array', bytes }
      : { name: undefined, bytes: mixed ? 0 : bytes };
  }
  if (mixed) {
    const isExact = (attributes.get('BitsStored') ?? allocated) <= FLOAT32_BITS;
    return isExact ? { name: 'Float32Array', bytes: 4 } : { name: 'Float64Array', bytes: 8 };
  }
  return { name: integers[signed === 1 ? 1 : 0], bytes };
}
