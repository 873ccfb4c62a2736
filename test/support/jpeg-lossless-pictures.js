/** Pictures to encode and decode, and what comes of code streams that are broken. */
import fc from 'fast-check';
import { decodeJpegLossless } from '../../src/codecs/jpeg-lossless.js';
import { hex } from './build-value.js';
import { randomOf } from './encapsulations.js';
import {
  COMMENT_AND_FILL,
  EVEN_CODE,
  LONG_CODE,
  STEEP_CODE,
  losslessEncode,
} from './jpeg-lossless-encode.js';
import { pixelOf } from './pixel.js';
export const CODES = [EVEN_CODE, LONG_CODE, STEEP_CODE];
/** What the header says of a picture, in cells of 8 or 16 bits. */
export function pixelFor(picture, parts = {}) {
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
export function cellsOf({ bytes, pixel }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = pixel.bitsAllocated / 8;
  return Array.from({ length: bytes.length / size }, (_, k) => {
    if (size === 1) return view.getUint8(k);
    return size === 2 ? view.getUint16(2 * k, true) : view.getUint32(4 * k, true);
  });
}
/** Smooth with noise on top, of which sometimes everything is noise. */
export function samplesBySeed(count, precision, seed) {
  const random = randomOf(seed);
  const noise = 2 ** random.below(precision + 1);
  let value = random.below(2 ** precision);
  return Array.from({ length: count }, () => {
    value = (value + random.below(noise) + 2 ** precision - Math.floor(noise / 2)) % 2 ** precision;
    return value;
  });
}
/** All ways to put components into scans that keep their order. */
const SCANS = [
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
export const anyCase = fc
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
export const PICTURE = {
  rows: 20,
  columns: 12,
  components: 1,
  precision: 12,
  samples: samplesBySeed(240, 12, 9),
};
export const STREAM = losslessEncode(PICTURE, {
  predictor: 6,
  restartRows: 5,
  codes: [STEEP_CODE],
});
export const PIXEL = pixelFor(PICTURE);
/** The error that bytes are refused with: its code and where it is, or that there is none. */
export function faultOf(bytes, pixel = PIXEL, options = {}) {
  try {
    decodeJpegLossless(bytes, pixel, options);
    return { code: 'none' };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'details' in error) {
      const { code, details } = error;
      return { code, ...details };
    }
    throw error;
  }
}
/** A copy with other bytes at the first place where `pattern` is. */
export function patched(bytes, pattern, change) {
  const text = Buffer.from(bytes).toString('hex');
  const from = hex(pattern);
  const at = Buffer.from(bytes).indexOf(Buffer.from(from));
  if (at < 0) throw new Error(`no ${pattern} in ${text}`);
  const out = [...bytes];
  out.splice(at, from.length, ...hex(change));
  return Uint8Array.from(out);
}
/** Where `pattern` is for the first time. */
export function placeOf(bytes, pattern) {
  return Buffer.from(bytes).indexOf(Buffer.from(hex(pattern)));
}
