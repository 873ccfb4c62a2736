import { describe, expect, it } from 'vitest';
import { SYNTAX, imagePixel, sequence } from '../support/build-dicom.js';
import { lut, perFrame, transformation } from '../support/display-elements.js';
import { openBuilt } from '../support/open-built.js';
async function displays(pixel, elements, transferSyntax = SYNTAX.explicitLittle) {
  const parts = imagePixel({ ...pixel, rows: 1, columns: 1, numberOfFrames: 2 });
  const all = [...parts, ...elements, [0x7fe00010, 'OW', [1, 2]]];
  const { file } = await openBuilt({ transferSyntax, elements: all });
  return Promise.all([0, 1].map(async (i) => (await file.frame(i)).display));
}
/** Where a VOI LUT of frames with this rescale starts, whose descriptor says so. */
async function firstOf(
  written,
  intercept,
  pixel = {},
  { vr = 'US', slope = '1', transferSyntax } = {},
) {
  const elements = [
    [0x00281052, 'DS', intercept],
    [0x00281053, 'DS', slope],
    sequence(0x00283010, [lut([3, written, 16], 'US', [0, 0x8000, 0xffff], vr)]),
  ];
  const [display] = await displays(pixel, elements, transferSyntax);
  return display?.voiLuts[0]?.first;
}
const SIGNED = { pixelRepresentation: 1 };
const OF_12 = { bitsStored: 12 };
describe('the first value that a VOI LUT maps', () => {
  it('K06: is signed where a rescale may give negative values (PS3.3 C.11.2.1.1)', async () => {
    expect(await firstOf(64_512, '-1024')).toBe(-1024);
    expect(await firstOf(64_512, '-1024', OF_12)).toBe(-1024);
    const { implicitLittle: transferSyntax } = SYNTAX;
    expect(await firstOf(64_512, '-1024', {}, { transferSyntax })).toBe(-1024);
    expect(await firstOf(-1024, '-1024', {}, { vr: 'SS' })).toBe(-1024);
    expect(await firstOf(65_535, '0', {}, { slope: '-1' })).toBe(-1);
  });
  it('K06: is as written where the rescale gives that value', async () => {
    expect(await firstOf(64_000, '-1024')).toBe(64_000);
    expect(await firstOf(40_000, '-1024', OF_12)).toBe(40_000 - 0x10000);
    expect(await firstOf(2000, '-1024')).toBe(2000);
  });
  it('K06: is unsigned where it gives none below 0, though pixels are signed', async () => {
    expect(await firstOf(40_000, '32768', SIGNED)).toBe(40_000);
    expect(await firstOf(40_000, '2048', { ...SIGNED, ...OF_12 })).toBe(40_000);
    expect(await firstOf(-5, '32768', SIGNED, { vr: 'SS' })).toBe(-5);
  });
  it('K06: is as the pixels are without a rescale', async () => {
    expect(await firstOf(64_512, '0', SIGNED)).toBe(-1024);
    expect(await firstOf(64_512, '0')).toBe(64_512);
  });
  it('K04: is by the rescale of the frame', async () => {
    const found = await displays({}, [
      [0x00281052, 'DS', '-1024'],
      sequence(0x00283010, [lut([3, 64_512, 16], 'US', [0, 0x8000, 0xffff])]),
      perFrame([], [transformation('1', '0')]),
    ]);
    expect(found.map(({ voiLuts }) => voiLuts[0]?.first)).toEqual([-1024, 64_512]);
  });
});
describe('padding that is written in the other sign', () => {
  const paddingOf = async (pixel, vr, value) => {
    const [display] = await displays(pixel, [[0x00280120, vr, value]]);
    expect(display?.padding?.high).toBe(display?.padding?.low);
    return display?.padding?.low;
  };
  it('K09: is the value that pixels of the same bits have', async () => {
    expect(await paddingOf({}, 'SS', -2000)).toBe(63_536);
    expect(await paddingOf({ bitsAllocated: 8 }, 'SS', -1)).toBe(255);
    expect(await paddingOf(SIGNED, 'US', 63_536)).toBe(-2000);
    expect(await paddingOf({ ...SIGNED, ...OF_12 }, 'US', 0x800)).toBe(-2048);
    expect(await paddingOf({ ...SIGNED, ...OF_12 }, 'US', 63_536)).toBe(-2000);
  });
  it('K09: is as written where pixels can have it', async () => {
    expect(await paddingOf({ ...SIGNED, ...OF_12 }, 'US', 0x7ff)).toBe(0x7ff);
    expect(await paddingOf(OF_12, 'US', 0x800)).toBe(0x800);
    expect(await paddingOf({ bitsAllocated: 8 }, 'SS', -2000)).toBe(-2000);
  });
});
