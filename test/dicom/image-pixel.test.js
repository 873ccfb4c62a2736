import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameBits, imagePixel } from '../../src/dicom/image-pixel.js';
import { isFramedexError } from '../../src/errors.js';
import { dicom, imagePixel as pixelElements } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
const PIXEL_DATA = 0x7fe00010;
const ROWS = 0x00280010;
async function read(elements, pixelData = PIXEL_DATA) {
  const { dataset, warnings } = await headerOf(dicom({ elements }).bytes);
  return { pixel: imagePixel(dataset, pixelData, warnings), warnings: warnings.list };
}
async function fault(elements) {
  return read(elements).then(
    () => undefined,
    (error) => (isFramedexError(error) ? [error.code, error.details.tag] : error),
  );
}
const SOUND = pixelElements({ rows: 3, columns: 5, bitsStored: 12 });
/** The sound elements with one replaced, or left out. */
function but(tag, ...replacement) {
  return SOUND.flatMap((one) => (!('encode' in one) && one[0] === tag ? replacement : [one]));
}
describe('the Image Pixel module (PS3.3 C.7.6.3)', () => {
  it('reads all of it', async () => {
    expect(await read(SOUND)).toEqual({
      pixel: {
        rows: 3,
        columns: 5,
        samplesPerPixel: 1,
        photometricInterpretation: 'MONOCHROME2',
        planarConfiguration: 0,
        bitsAllocated: 16,
        bitsStored: 12,
        highBit: 11,
        pixelRepresentation: 0,
        cells: 'integer',
      },
      warnings: [],
    });
  });
  it('has planes only where there are several samples', async () => {
    const planar = (samplesPerPixel) =>
      pixelElements({ rows: 1, columns: 1, samplesPerPixel, planarConfiguration: 1 });
    expect((await read(planar(3))).pixel.planarConfiguration).toBe(1);
    expect((await read(planar(1))).pixel.planarConfiguration).toBe(0);
  });
  it('takes what the standard implies for what is missing', async () => {
    const { pixel } = await read([
      [ROWS, 'US', 1],
      [0x00280011, 'US', 1],
      [0x00280100, 'US', 8],
    ]);
    expect(pixel).toMatchObject({ samplesPerPixel: 1, bitsStored: 8, highBit: 7 });
    expect(pixel.photometricInterpretation).toBe('MONOCHROME2');
  });
  it.each([
    [0x7fe00008, 32, 'float'],
    [0x7fe00009, 64, 'double'],
  ])('knows the cells of %i by its tag', async (tag, bits, cells) => {
    const { pixel } = await read(but(0x00280100), tag);
    expect(pixel).toMatchObject({ bitsAllocated: bits, bitsStored: bits, cells });
  });
  it.each([
    ['N15 no Rows', ROWS, []],
    ['N15 Rows of 0', ROWS, [[ROWS, 'US', 0]]],
    ['B06 Rows of 65536, as UL', ROWS, [[ROWS, 'UL', 65536]]],
    ['B06 Rows of -1, as SS', ROWS, [[ROWS, 'SS', -1]]],
    ['B06 Rows of 1.5, as DS', ROWS, [[ROWS, 'DS', '1.5']]],
    ['B06 Rows of NaN, as FD', ROWS, [[ROWS, 'FD', Number.NaN]]],
    ['B06 Rows as text', ROWS, [[ROWS, 'LO', 'many']]],
    ['N16 Columns of 0', 0x00280011, [[0x00280011, 'US', 0]]],
    ['N17 no samples', 0x00280002, [[0x00280002, 'US', 0]]],
    ['N17 256 samples', 0x00280002, [[0x00280002, 'US', 256]]],
    ['N17 1.5 samples', 0x00280002, [[0x00280002, 'FD', 1.5]]],
    ['N18 no Bits Allocated', 0x00280100, []],
    ['N18 0 bits', 0x00280100, [[0x00280100, 'US', 0]]],
    ['N18 65 bits', 0x00280100, [[0x00280100, 'US', 65]]],
    ['N18 8.5 bits', 0x00280100, [[0x00280100, 'DS', '8.5']]],
  ])('%s is BAD_PIXEL_MODULE', async (_, tag, replacement) => {
    expect(await fault(but(tag, ...replacement))).toEqual(['BAD_PIXEL_MODULE', tag]);
  });
  it('B06 reads Rows in another VR', async () => {
    for (const vr of ['UL', 'SS', 'IS']) {
      const rows = [ROWS, vr, vr === 'IS' ? '512' : 512];
      expect((await read(but(ROWS, rows))).pixel.rows).toBe(512);
    }
  });
  it.each([
    ['Bits Stored of 0', 0x00280101, 0, { bitsStored: 16, highBit: 15 }],
    ['Bits Stored beyond Bits Allocated', 0x00280101, 17, { bitsStored: 16, highBit: 15 }],
    ['High Bit beyond Bits Allocated', 0x00280102, 16, { bitsStored: 12, highBit: 11 }],
    ['High Bit below Bits Stored', 0x00280102, 5, { bitsStored: 12, highBit: 11 }],
  ])('records %s', async (_, tag, value, expected) => {
    const { pixel, warnings } = await read(but(tag, [tag, 'US', value]));
    expect(pixel).toMatchObject(expected);
    expect(warnings[0]).toMatchObject({ code: 'PIXEL_MODULE', tag });
  });
  it('records a High Bit that is no whole number', async () => {
    const { pixel, warnings } = await read(but(0x00280102, [0x00280102, 'FD', Number.NaN]));
    expect(pixel.highBit).toBe(11);
    expect(warnings.map(({ code }) => code)).toEqual(['BAD_VR', 'PIXEL_MODULE']);
  });
  it('N15 to N18: any numbers place pixels, exactly, or are refused', async () => {
    const word = fc.oneof(fc.integer({ min: 0, max: 65535 }), fc.constantFrom(0, 1, 0xffff));
    const words = fc.array(word, { minLength: 7, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(words, async (values) => {
        const tags = [0x280002, ROWS, 0x280011, 0x280100, 0x280101, 0x280102, 0x280103];
        const elements = tags.map((tag, k) => [tag, 'US', values[k] ?? 0]);
        try {
          const { pixel } = await read(elements);
          expect(Number.isSafeInteger(frameBits(pixel))).toBe(true);
          expect(pixel.highBit).toBeLessThan(pixel.bitsAllocated);
          expect(pixel.bitsStored).toBeLessThanOrEqual(pixel.highBit + 1);
        } catch (error) {
          if (!isFramedexError(error, 'BAD_PIXEL_MODULE')) throw error;
        }
      }),
      { numRuns: 300 },
    );
  });
  it.each([
    ['MONOCHROME2', 1, 3 * 5 * 16],
    ['RGB', 3, 3 * 5 * 3 * 16],
    // Two luminance and two chrominance samples for each two pixels (PS3.3 C.7.6.3.1.2).
    ['YBR_FULL_422', 3, 3 * 6 * 2 * 16],
  ])('frames of %s have the bits that the standard says', async (interpretation, samples, bits) => {
    const { pixel } = await read(
      pixelElements({
        rows: 3,
        columns: 5,
        samplesPerPixel: samples,
        photometricInterpretation: interpretation,
      }),
    );
    expect(frameBits(pixel)).toBe(bits);
  });
});
