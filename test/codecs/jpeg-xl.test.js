import { describe, expect, it } from 'vitest';
import { jpegXlCodec } from '../../src/codecs/default-codecs.js';
import { readJpegXlHeader } from '../../src/codecs/jpeg-xl-header.js';
import { isFramedexError } from '../../src/errors.js';
import { concat, hex } from '../support/build-value.js';
import {
  codeStreamFixture,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.js';
import { decoderOf } from '../support/codec-platform.js';
import { noise } from '../support/noise.js';
const BARE = codeStreamFixture('jpeg-xl-u8');
const BOXED = codeStreamFixture('jpeg-xl-u8-boxes');
async function decode(bytes, pixel, options = {}) {
  return (await decoderOf(jpegXlCodec)).decode(bytes, pixel, options);
}
async function faultOf(bytes, pixel) {
  try {
    await decode(bytes, pixel);
  } catch (error) {
    return isFramedexError(error)
      ? `${error.code} ${error.details.found}`
      : `not ours: ${String(error)}`;
  }
  return 'no fault';
}
/** A code stream of nothing but a header: each number in so many bits, the lowest first (18181-1 B.2). */
function header(...fields) {
  const bits = fields.flatMap(([value, count]) =>
    Array.from({ length: count }, (_, k) => Math.floor(value / 2 ** k) % 2),
  );
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, k) => {
    bytes[k >> 3] = (bytes[k >> 3] ?? 0) | (bit << (k % 8));
  });
  return concat(hex('FF 0A'), bytes, new Uint8Array(4));
}
/** 24 x 16, by multiples of 8: rows, then no ratio, then columns. */
const SMALL = [
  [1, 1],
  [1, 5],
  [0, 3],
  [2, 5],
];
/** Not all default, no extra fields. */
const WRITTEN = [
  [0, 1],
  [0, 1],
];
/** 8 bits, 16 are enough for a decoder, no extra channels, no XYB. */
const EIGHT_BITS = [
  [0, 1],
  [0, 2],
  [1, 1],
  [0, 2],
  [0, 1],
];
describe('readJpegXlHeader', () => {
  it('reads the size in all the ways that it is written in (18181-1 D.2)', () => {
    const size = (...fields) => {
      const read = readJpegXlHeader(header(...fields, [1, 1]));
      return [read?.rows, read?.columns];
    };
    expect(size(...SMALL)).toEqual([16, 24]);
    expect(size([1, 1], [1, 5], [1, 3])).toEqual([16, 16]);
    expect(size([1, 1], [1, 5], [7, 3])).toEqual([16, 32]);
    expect(size([1, 1], [8, 5], [5, 3])).toEqual([72, 128]);
    expect(size([0, 1], [0, 2], [46, 9], [0, 3], [0, 2], [60, 9])).toEqual([47, 61]);
    expect(size([0, 1], [1, 2], [4095, 13], [2, 3])).toEqual([4096, 4915]);
    expect(size([0, 1], [3, 2], [2 ** 30 - 1, 30], [0, 3], [2, 2], [0, 18])).toEqual([2 ** 30, 1]);
  });
  it('reads what samples are (18181-1 D.3)', () => {
    const read = (...fields) => readJpegXlHeader(header(...SMALL, ...fields));
    const usual = { components: 3, precision: 8, extraChannels: 0, float: false, orientation: 1 };
    expect(read([1, 1])).toMatchObject(usual);
    expect(read(...WRITTEN, ...EIGHT_BITS, [1, 1])).toMatchObject(usual);
    // Colours: not all default, no profile, grey.
    const grey = [[0, 1], [0, 1], [1, 2]]; // prettier-ignore
    expect(read(...WRITTEN, ...EIGHT_BITS, ...grey)).toMatchObject({ ...usual, components: 1 });
    const twelve = [[0, 1], [2, 2], [1, 1], [0, 2], [0, 1]]; // prettier-ignore
    expect(read(...WRITTEN, ...twelve, ...grey)).toMatchObject({ precision: 12, components: 1 });
    const sixteen = [[0, 1], [3, 2], [15, 6], [1, 1], [0, 2], [0, 1]]; // prettier-ignore
    expect(read(...WRITTEN, ...sixteen, ...grey)).toMatchObject({ precision: 16 });
    const half = [[1, 1], [1, 2], [4, 4], [1, 1], [0, 2], [0, 1]]; // prettier-ignore
    expect(read(...WRITTEN, ...half, ...grey)).toMatchObject({ precision: 16, float: true });
    const alpha = [[0, 1], [0, 2], [1, 1], [1, 2]]; // prettier-ignore
    expect(read(...WRITTEN, ...alpha)).toMatchObject({ extraChannels: 1 });
  });
  it('reads that a picture is to be turned, or is not alone', () => {
    const extra = (...fields) => readJpegXlHeader(header(...SMALL, [0, 1], [1, 1], ...fields));
    const rest = [...EIGHT_BITS, [1, 1]];
    const none = [[0, 1], [0, 1], [0, 1]]; // prettier-ignore
    expect(extra([5, 3], ...none, ...rest)).toMatchObject({ orientation: 6, hasOthers: false });
    // A size to be shown in is none that matters.
    expect(extra([0, 3], [1, 1], ...SMALL, [0, 1], [0, 1], ...rest)).toMatchObject({
      rows: 16,
      precision: 8,
      hasOthers: false,
    });
    expect(extra([0, 3], [0, 1], [1, 1])).toMatchObject({ hasOthers: true });
    expect(extra([0, 3], [0, 1], [0, 1], [1, 1])).toMatchObject({ hasOthers: true });
  });
  it('finds the code stream in its boxes, and stops where they are none', () => {
    const whole = codeStreamOf(BOXED);
    expect(readJpegXlHeader(whole)).toMatchObject({ rows: BOXED.pixel.rows, components: 1 });
    expect(readJpegXlHeader(codeStreamOf(BARE))).toMatchObject({ offset: 0, components: 1 });
    for (const bytes of [hex(''), hex('FF 0A'), whole.subarray(0, 12), new Uint8Array(1000)]) {
      expect(readJpegXlHeader(bytes)).toBeUndefined();
    }
  });
});
describe('jpegXlCodec', () => {
  for (const name of ['u8', 'u16', 'u12', 'rgb8', 'rgb16', 'u8-boxes', 'rgb-from-jpeg-420']) {
    it(`decodes ${name}`, async () => {
      const fixture = codeStreamFixture(`jpeg-xl-${name}`);
      const decoded = await decode(codeStreamOf(fixture), fixture.pixel);
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
      expect(decoded.bytes.buffer.byteLength).toBe(decoded.bytes.length);
    });
  }
  it('H33: gives RGB, whatever JPEG it was made from', async () => {
    const fixture = codeStreamFixture('jpeg-xl-rgb-from-jpeg-420');
    const pixel = { ...fixture.pixel, photometricInterpretation: 'YBR_FULL_422' };
    const decoded = await decode(codeStreamOf(fixture), pixel);
    expect(decoded.pixel.photometricInterpretation).toBe('RGB');
  });
  it('H30: refuses another picture than the header has, before it is decoded', async () => {
    const { rows, columns } = BARE.pixel;
    const found = `CODEC ${rows} rows, ${columns} columns, 1 samples, 8 bits`;
    for (const other of [{ rows: rows + 1 }, { columns: 1 }, { samplesPerPixel: 3 }]) {
      expect(await faultOf(codeStreamOf(BARE), { ...BARE.pixel, ...other })).toBe(found);
    }
  });
  it('refuses what pixel data cannot be: alpha, floats, animations, turned pictures', async () => {
    const start = [...SMALL, [0, 1]];
    const pixel = { ...BARE.pixel, rows: 16, columns: 24 };
    const alpha = header(...start, [0, 1], [0, 1], [0, 2], [1, 1], [1, 2]);
    expect(await faultOf(alpha, pixel)).toBe('CODEC 1 channels more than the colours');
    const float = header(...start, [0, 1], [1, 1], [1, 2], [4, 4], [1, 1], [0, 2], [0, 1], [1, 1]);
    expect(await faultOf(float, pixel)).toBe('CODEC samples that are floats');
    const animation = header(...start, [1, 1], [0, 3], [0, 1], [0, 1], [1, 1]);
    expect(await faultOf(animation, pixel)).toBe('CODEC a preview or an animation');
    const turned = header(...start, [1, 1], [5, 3], [0, 3], ...EIGHT_BITS, [1, 1]);
    expect(await faultOf(turned, pixel)).toBe('CODEC rows and columns to be turned');
  });
  it('notes another code stream behind its boxes, and a sign that may be lost', async () => {
    const whole = codeStreamOf(BOXED);
    const decoded = await decode(concat(whole, whole), {
      ...BOXED.pixel,
      bitsAllocated: 16,
      bitsStored: 16,
      highBit: 15,
      pixelRepresentation: 1,
    });
    expect(decoded.notes?.map(({ message }) => message)).toEqual([
      '8 bits in the code stream, 16 stored: a sign may be lost',
      'another code stream behind the first, which alone is decoded',
    ]);
    expect((await decode(whole, BOXED.pixel)).notes).toEqual([]);
  });
  it('H32: is an error wherever it is cut, bare or in boxes', async () => {
    for (const fixture of [BARE, BOXED]) {
      const whole = codeStreamOf(fixture);
      // A zero may follow it, so that its length is even.
      const end = whole.at(-1) === 0 ? whole.length - 1 : whole.length;
      for (let k = 0; k < 100; k++) {
        const cut = whole.slice(0, Math.floor((end * k) / 100));
        expect(await faultOf(cut, fixture.pixel)).toMatch(/^CODEC /);
      }
    }
  });
  it('H32: is an error, or another picture of the same size; the next one is right', async () => {
    const random = noise(3 * 100);
    for (let k = 0; k < 100; k++) {
      const [high = 0, low = 0, bit = 0] = random.subarray(3 * k);
      const bytes = codeStreamOf(BARE);
      const at = (high * 256 + low) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
      expect(await faultOf(bytes, BARE.pixel)).toMatch(/^CODEC |^no fault/);
    }
    const good = await decode(codeStreamOf(BARE), BARE.pixel);
    expect(differenceFrom(BARE, good)).toBeUndefined();
  });
});
