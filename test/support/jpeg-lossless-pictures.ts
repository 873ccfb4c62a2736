/** Pictures to encode and decode, and what comes of code streams that are broken. */
import fc from 'fast-check';
import type { DecodedFrame, DecodeOptions } from '../../src/codecs/codec.ts';
import { decodeJpegLossless } from '../../src/codecs/jpeg-lossless.ts';
import type { ImagePixel } from '../../src/dicom/image-pixel.ts';
import { hex, hexOf } from './build-value.ts';
import { randomOf } from './encapsulations.ts';
import {
  COMMENT_AND_FILL,
  EVEN_CODE,
  LONG_CODE,
  STEEP_CODE,
  losslessEncode,
} from './jpeg-lossless-encode.ts';
import type { LosslessCode, LosslessEncoding, LosslessSamples } from './jpeg-lossless-encode.ts';
import { pixelOf } from './pixel.ts';

export const CODES: readonly LosslessCode[] = [EVEN_CODE, LONG_CODE, STEEP_CODE];

/** A picture, and how to encode it. */
export interface LosslessCase {
  readonly picture: LosslessSamples;
  readonly encoding: LosslessEncoding & { readonly pointTransform: number };
}

/** What the header says of a picture, in cells of 8 or 16 bits. */
export function pixelFor(picture: LosslessSamples, parts: Partial<ImagePixel> = {}): ImagePixel {
  const { rows, columns, components, precision } = picture;
  const bitsAllocated = precision > 8 ? 16 : 8;
  const samplesPerPixel = components;
  return pixelOf({
    rows,
    columns,
    samplesPerPixel,
    bitsAllocated,
    bitsStored: precision,
    ...parts,
  });
}

/** The cells of a frame as numbers. */
export function cellsOf({ bytes, pixel }: DecodedFrame): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = pixel.bitsAllocated / 8;
  return Array.from({ length: bytes.length / size }, (_, k) => {
    if (size === 1) return view.getUint8(k);
    return size === 2 ? view.getUint16(2 * k, true) : view.getUint32(4 * k, true);
  });
}

/** Smooth with noise on top, of which sometimes everything is noise. */
export function samplesBySeed(count: number, precision: number, seed: number): number[] {
  const random = randomOf(seed);
  const noise = 2 ** random.below(precision + 1);
  let value = random.below(2 ** precision);
  return Array.from({ length: count }, () => {
    value = (value + random.below(noise) + 2 ** precision - Math.floor(noise / 2)) % 2 ** precision;
    return value;
  });
}

/** All ways to put components into scans that keep their order. */
const SCANS: readonly (readonly (readonly (readonly number[])[])[])[] = [
  [[[0]]],
  [[[0, 1]], [[0], [1]], [[1], [0]]],
  [[[0, 1, 2]], [[0], [1], [2]], [[0, 2], [1]]],
  [
    [[0, 1, 2, 3]],
    [[3], [0, 1, 2]],
    [
      [0, 1],
      [2, 3],
    ],
  ],
];

export const anyCase: fc.Arbitrary<LosslessCase> = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    columns: fc.integer({ min: 1, max: 20 }),
    components: fc.integer({ min: 1, max: 4 }),
    precision: fc.integer({ min: 2, max: 16 }),
    seed: fc.integer(),
    predictor: fc.integer({ min: 1, max: 7 }),
    pointTransform: fc.oneof(fc.constant(0), fc.nat(15)),
    restartRows: fc.integer({ min: 0, max: 10 }),
    scans: fc.nat(2),
    codes: fc.array(fc.constantFrom(...CODES), { minLength: 4, maxLength: 4 }),
    between: fc.constantFrom(new Uint8Array(0), COMMENT_AND_FILL, hex('FF')),
    linesBehind: fc.boolean(),
  })
  .map(({ rows, columns, components, precision, seed, scans: k, ...rest }) => {
    const samples = samplesBySeed(rows * columns * components, precision, seed);
    const pointTransform = rest.pointTransform % precision;
    const scans = SCANS[components - 1]?.[k];
    const picture = { rows, columns, components, precision, samples };
    return {
      picture,
      encoding: { ...rest, pointTransform, ...(scans && { scans }) },
    };
  });

/** 20 rows of 12 columns: enough for restarts, and for a code stream of 604 bytes. */
export const PICTURE: LosslessSamples = {
  rows: 20,
  columns: 12,
  components: 1,
  precision: 12,
  samples: samplesBySeed(240, 12, 9),
};
export const STREAM: Uint8Array = losslessEncode(PICTURE, {
  predictor: 6,
  restartRows: 5,
  codes: [STEEP_CODE],
});
export const PIXEL: ImagePixel = pixelFor(PICTURE);

/** The error that bytes are refused with: its code and where it is, or that there is none. */
export function faultOf(
  bytes: Uint8Array,
  pixel: ImagePixel = PIXEL,
  options: DecodeOptions = {},
): { code: unknown; offset?: unknown; found?: unknown } {
  try {
    decodeJpegLossless(bytes, pixel, options);
    return { code: 'none' };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'details' in error) {
      const { code, details } = error;
      return { code, ...(details as { offset?: number; found?: string }) };
    }
    throw error;
  }
}

/** A copy with other bytes at the first place where `pattern` is. */
export function patched(bytes: Uint8Array, pattern: string, change: string): Uint8Array {
  const at = placeOf(bytes, pattern);
  if (at < 0) throw new Error(`no ${pattern} in ${hexOf(bytes)}`);
  const out = [...bytes];
  out.splice(at, hex(pattern).length, ...hex(change));
  return Uint8Array.from(out);
}

/** Where `pattern` is for the first time. */
export function placeOf(bytes: Uint8Array, pattern: string): number {
  const sought = hex(pattern);
  return bytes.findIndex((_, at) => sought.every((byte, k) => bytes[at + k] === byte));
}
