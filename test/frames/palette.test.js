import { describe, expect, it } from 'vitest';
import { hasPalette, readPalette } from '../../src/frames/palette.js';
import { SYNTAX, imagePixel } from '../support/build-dicom.js';
import { openBuilt } from '../support/open-built.js';
async function paletteOf(elements, options = {}) {
  const { transferSyntax, asynchronous } = options;
  const pixel = imagePixel({
    ...{ rows: 1, columns: 1, bitsAllocated: 8 },
    photometricInterpretation: 'PALETTE COLOR',
  });
  const all = [...pixel, ...elements, [0x7fe00010, 'OW', [1]]];
  const { file, built } = await openBuilt({ elements: all, transferSyntax }, { asynchronous });
  const faults = [];
  const palette = await readPalette(file.dataset, (first) => first, {
    read: (offset, length) => Promise.resolve(built.bytes.subarray(offset, offset + length)),
    fault: (code, message) => {
      expect(code).toBe('LOOK_UP_TABLE');
      faults.push(message);
    },
  });
  expect(hasPalette(file.dataset)).toBe(elements.length > 0);
  return { palette, faults };
}
/** Descriptors, then data: plain tables from 1201 on, segmented ones from 1221 on. */
function tables(descriptors, data, { vr = 'OW', from = 0x00281201 } = {}) {
  return [
    ...descriptors.map((one, k) => [0x00281101 + k, 'US', one]),
    ...data.map((one, k) => [from + k, vr, one]),
  ];
}
const same = (value) => [value, value, value];
function colours({ palette }) {
  if (palette === undefined) return [];
  return [palette.red, palette.green, palette.blue].map(({ data }) => [...data]);
}
describe('palettes', () => {
  it('K10: 16 bits, little and big endian', async () => {
    const data = [
      [0, 0x1234, 0xffff],
      [1, 2, 0x300],
      [5, 6, 7],
    ];
    for (const transferSyntax of [
      SYNTAX.explicitLittle,
      SYNTAX.implicitLittle,
      SYNTAX.explicitBig,
    ]) {
      const read = await paletteOf(tables(same([3, 10, 16]), data), { transferSyntax });
      expect(read.faults).toEqual([]);
      expect(colours(read)).toEqual(data);
      expect(read.palette?.green).toMatchObject({ first: 10, bits: 16 });
    }
  });
  it('K10: 8 bits two to a word in either byte order, one to a word, and as OB', async () => {
    const packed = tables(same([4, 0, 8]), same([0xff00, 0x0380]));
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const read = await paletteOf(packed, { transferSyntax });
      expect(read).toMatchObject({ faults: [], palette: { red: { bits: 8 } } });
      expect(colours(read)).toEqual(same([0, 255, 128, 3]));
    }
    const wide = await paletteOf(tables(same([4, 0, 8]), same([0, 255, 128, 3])));
    expect(wide).toMatchObject({ faults: [], palette: { red: { bits: 8 } } });
    expect(colours(wide)).toEqual(same([0, 255, 128, 3]));
    const bytes = tables(same([4, 0, 8]), same(Uint8Array.of(0, 255, 128, 3)), { vr: 'OB' });
    expect(colours(await paletteOf(bytes))).toEqual(same([0, 255, 128, 3]));
  });
  it('K10: 65536 entries written as 0, outside the header', async () => {
    const data = Array.from({ length: 65_536 }, (_, k) => 65_535 - k);
    for (const asynchronous of [false, true]) {
      const read = await paletteOf(tables(same([0, 0, 16]), same(data)), { asynchronous });
      expect(read.faults).toEqual([]);
      expect(read.palette?.blue.data).toEqual(Uint16Array.from(data));
    }
  });
  it('K10: 16 bits said of entries of 8, in bytes and in words; 8 said of entries of 16', async () => {
    const bytes = await paletteOf(tables(same([4, 0, 16]), same([0xff00, 0x0380])));
    expect(bytes).toMatchObject({ palette: { red: { bits: 8 } }, faults: [expect.any(String)] });
    expect(colours(bytes)).toEqual(same([0, 255, 128, 3]));
    const wide = await paletteOf(
      tables(same([2, 0, 16]), [
        [0, 255],
        [0, 0],
        [7, 9],
      ]),
    );
    expect(wide).toMatchObject({ palette: { green: { bits: 8 } }, faults: [expect.any(String)] });
    const large = await paletteOf(
      tables(same([2, 0, 8]), [
        [0, 255],
        [0, 0],
        [7, 0x8000],
      ]),
    );
    expect(large).toMatchObject({ palette: { red: { bits: 16 } }, faults: [expect.any(String)] });
  });
  it('K10: a colour that is 0 throughout says nothing of the bits', async () => {
    const read = await paletteOf(
      tables(same([2, 0, 16]), [
        [0, 0xff00],
        [0, 0],
        [0, 0],
      ]),
    );
    expect(read).toMatchObject({ palette: { green: { bits: 16 } }, faults: [] });
    const black = await paletteOf(tables(same([2, 0, 16]), same([0, 0])));
    expect(black).toMatchObject({ palette: { green: { bits: 16 } }, faults: [] });
  });
  it('K10: tables of unequal length and place keep theirs, and it is told', async () => {
    const descriptors = [
      [2, 0, 16],
      [3, 1, 16],
      [2, 0, 16],
    ];
    const data = [
      [0x100, 2],
      [3, 4, 5],
      [6, 7],
    ];
    const read = await paletteOf(tables(descriptors, data));
    expect(colours(read)).toEqual(data);
    expect(read.palette?.green.first).toBe(1);
    expect(read.faults).toEqual([expect.stringMatching(/differ/)]);
  });
  it('K10: bytes beside words are left out', async () => {
    const read = await paletteOf(
      tables(same([4, 0, 8]), [
        [1, 2],
        [1, 2, 3, 4],
        [1, 2],
      ]),
    );
    expect(read.palette).toBeUndefined();
    expect(read.faults).toEqual([expect.stringMatching(/of 8 bits and of 16/)]);
  });
  it('K10: a palette that is too short, or has two colours, or nothing', async () => {
    const short = await paletteOf(tables(same([5, 0, 16]), same([0x100, 2])));
    expect(colours(short)).toEqual(same([0x100, 2]));
    expect(short.faults).toEqual(same(expect.stringMatching(/fewer entries/)));
    const two = await paletteOf(tables(same([2, 0, 16]).slice(0, 2), same([1, 2]).slice(0, 2)));
    expect(two).toEqual({ palette: undefined, faults: [expect.stringMatching(/descriptor/)] });
    const none = await paletteOf([]);
    expect(none).toEqual({ palette: undefined, faults: [expect.stringMatching(/there is none/)] });
  });
  it('K11: segmented tables of 8 and 16 bits', async () => {
    const words = tables(same([5, 0, 16]), same([0, 1, 100, 1, 4, 500]), { from: 0x00281221 });
    expect(colours(await paletteOf(words))).toEqual(same([100, 200, 300, 400, 500]));
    // The bytes 0 1 10, 1 4 50 of PS3.3 C.7.9.2, as words.
    const bytes = tables(same([5, 0, 8]), same([0x0100, 0x010a, 0x3204]), { from: 0x00281221 });
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const read = await paletteOf(bytes, { transferSyntax });
      expect(read).toMatchObject({ faults: [], palette: { red: { bits: 8 } } });
      expect(colours(read)).toEqual(same([10, 20, 30, 40, 50]));
    }
  });
  it('K12: a broken segmented table leaves the palette out', async () => {
    const broken = tables(same([5, 0, 16]), same([1, 4, 500]), { from: 0x00281221 });
    const { palette, faults } = await paletteOf(broken);
    expect(palette).toBeUndefined();
    expect(faults).toEqual(same(expect.stringMatching(/starts with a linear/)));
  });
  it('K13: opacity is left out; a palette named by its UID alone is none', async () => {
    const alpha = [0x00281104, 'US', [2, 0, 16]];
    const read = await paletteOf([
      ...tables(same([2, 0, 16]), []),
      alpha,
      ...tables([], same([1, 0x200])),
    ]);
    expect(colours(read)).toEqual(same([1, 0x200]));
    expect(read.faults).toEqual([expect.stringMatching(/opacity/)]);
    const named = await paletteOf([[0x00281199, 'UI', '1.2.840.10008.1.5.1']]);
    expect(named).toEqual({ palette: undefined, faults: [expect.stringMatching(/UID alone/)] });
  });
});
