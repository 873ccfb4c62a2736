import { describe, expect, it } from 'vitest';
import { dicom, imagePixel, sequence, SYNTAX } from '../support/build-dicom.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { tolerated } from '../support/tolerated.js';
const PIXELS = 0x7fe00010;
const small = { rows: 2, columns: 2, bitsAllocated: 8 };
/** Native pixel data of so many bytes: 0, 1, 2... */
function native(pixel, length, lies = {}) {
  const bytes = Uint8Array.from({ length }, (_, k) => k);
  return { elements: [...imagePixel(pixel), [PIXELS, 'OB', bytes, lies]] };
}
function frameBytes(i, length) {
  return Array.from({ length }, (_, k) => (i * length + k) % 256);
}
describe('the length of native pixel data', () => {
  it.each([
    ['an odd total', { rows: 1, columns: 3, numberOfFrames: undefined }, 3],
    ['an odd frame, three times', { rows: 1, columns: 3, numberOfFrames: 3 }, 9],
    ['an odd frame, twice, which needs none', { rows: 3, columns: 3, numberOfFrames: 2 }, 18],
    ['one byte a frame', { rows: 1, columns: 1, numberOfFrames: 1 }, 1],
  ])('G06: padding is no fault, and no frame: %s', async (_, shape, length) => {
    const { file } = await tolerated(native({ ...small, ...shape }, length), () => []);
    const { count, counts } = file.index;
    expect(count).toBe(shape.numberOfFrames ?? 1);
    expect(counts).toMatchObject({ found: count, byBytes: count, fragments: undefined });
    for (let i = 0; i < count; i++) {
      const expected = frameBytes(i, shape.rows * shape.columns);
      expect([...(await file.frame(i)).data]).toEqual(expected);
    }
  });
  it('G06: bits that fill the last byte, and a byte behind it, are padding', async () => {
    const bit = { rows: 1, columns: 1, bitsAllocated: 1, numberOfFrames: 3 };
    const { file } = await tolerated(native(bit, 1), () => []);
    expect(file.index).toMatchObject({ count: 3, counts: { found: 3, byBytes: 3 } });
  });
  it('G06: an odd length that is left odd is no fault of the frames', async () => {
    const parts = native({ ...small, rows: 1, columns: 3 }, 3, { pad: false });
    const { file } = await openBuilt(parts);
    expect(file.warnings.map(({ code }) => code)).not.toContain('PIXEL_LENGTH');
    expect([...(await file.frame(0)).data]).toEqual([0, 1, 2]);
  });
  it.each([
    ['1 byte', 1, 1],
    ['2 bytes', 2, 1],
    ['a frame', 4, 2],
    ['a MiB', 1 << 20, 1 + (1 << 18)],
  ])('G12: longer by %s: no frame is invented', async (_, excess, whole) => {
    const parts = native(small, 4 + excess, { pad: false });
    const { file, built } = await openBuilt(parts);
    const warning = file.warnings.find(({ code }) => code === 'PIXEL_LENGTH');
    expect(warning).toEqual({
      code: 'PIXEL_LENGTH',
      message:
        `1 frame needs 4 bytes, there are ${4 + excess}: ` +
        `${whole} frame${whole === 1 ? '' : 's'} as a whole`,
      offset: (built.pixelOffset ?? 0) + 4,
      tag: PIXELS,
    });
    expect(file.index).toMatchObject({ count: 1, counts: { found: 1, byBytes: whole } });
    expect([...(await file.frame(0)).data]).toEqual([0, 1, 2, 3]);
    expect(await codeOf(file.frame(1))).toBe('FRAME_RANGE');
    if (excess > 1) await tolerated(parts, (_offsets, at) => [pixelLength(at + 4)]);
  });
  it('G12: longer by a byte than an odd total with its padding', async () => {
    const shape = { rows: 1, columns: 3, bitsAllocated: 8 };
    const { file } = await tolerated(native(shape, 6), (_, at) => [pixelLength(at + 3)]);
    expect(file.index).toMatchObject({ count: 1, counts: { found: 1, byBytes: 2 } });
  });
  it('G13: shorter by a byte: the cut frame alone fails, with its place', async () => {
    const parts = native({ ...small, numberOfFrames: 3 }, 11, { pad: false });
    const { file, built } = await openBuilt(parts);
    const at = built.pixelOffset ?? 0;
    expect(file.warnings.find(({ code }) => code === 'PIXEL_LENGTH')).toEqual({
      ...pixelLength(at),
      message: '3 frames need 12 bytes, there are 11: 2 frames as a whole',
    });
    expect(file.index).toMatchObject({ count: 3, counts: { declared: 3, found: 2, byBytes: 2 } });
    expect([...(await file.frame(1)).data]).toEqual(frameBytes(1, 4));
    await expect(file.frame(2)).rejects.toMatchObject({
      code: 'FRAME_TRUNCATED',
      details: { frame: 2, offset: at + 8, needed: 4, available: 3 },
    });
  });
  it('G13, G15: ten are declared, three and a half are there', async () => {
    const parts = native({ ...small, numberOfFrames: 10 }, 14);
    const { file } = await tolerated(parts, (_, at) => [pixelLength(at)]);
    expect(file.index).toMatchObject({ count: 4, declaredCount: 10 });
    expect(file.index.counts).toMatchObject({ declared: 10, found: 3, byBytes: 3 });
    for (const i of [0, 1, 2]) {
      expect([...(await file.frame(i)).data]).toEqual(frameBytes(i, 4));
    }
    for (const i of [3, 4, 9]) {
      await expect(file.frame(i)).rejects.toMatchObject({
        code: 'FRAME_TRUNCATED',
        details: { frame: i, offset: expect.any(Number) },
      });
      expect(await codeOf(file.encodedFrame(i))).toBe('FRAME_TRUNCATED');
    }
    expect(file.index.ranges(3)).toHaveLength(1);
    expect(() => file.index.ranges(4)).toThrow('FRAME_TRUNCATED');
    expect(await codeOf(file.frame(10))).toBe('FRAME_RANGE');
  });
  it.each([
    ['three of ten', 10, 12, 3, 0],
    ['twenty of ten', 10, 80, 10, 40],
  ])('G15: exactly %s are there', async (_, declared, length, found, fault) => {
    const parts = native({ ...small, numberOfFrames: declared }, length);
    const { file, warnings } = await tolerated(parts, (_offsets, at) => [pixelLength(at + fault)]);
    expect(warnings[0]?.message).toBe(
      `10 frames need 40 bytes, there are ${length}: ${length / 4} frames as a whole`,
    );
    expect(file.index).toMatchObject({ count: found, declaredCount: declared });
    expect(file.index.counts).toMatchObject({ declared, found, byBytes: length / 4 });
    expect([...(await file.frame(found - 1)).data]).toEqual(frameBytes(found - 1, 4));
    const behind = found < declared ? 'FRAME_TRUNCATED' : 'FRAME_RANGE';
    expect(await codeOf(file.frame(found))).toBe(behind);
  });
  it('G13: the file ends before the pixels do: all frames are cut, or some', async () => {
    const parts = native({ ...small, numberOfFrames: 3 }, 12);
    const start = dicom(parts).pixelOffset ?? 0;
    for (let present = 1; present < 12; present++) {
      const { file } = await openBuilt({ ...parts, truncate: start + present });
      const whole = Math.floor(present / 4);
      expect(file.index).toMatchObject({ count: Math.ceil(present / 4), declaredCount: 3 });
      expect(file.index.counts).toMatchObject({ declared: 3, found: whole, byBytes: whole });
      for (let i = 0; i < 3; i++) {
        expect(await codeOf(file.frame(i))).toBe(i < whole ? 'no error' : 'FRAME_TRUNCATED');
      }
    }
  });
  it('G13: bits that are cut: frames that end inside the last byte are whole', async () => {
    const bits = { rows: 1, columns: 5, bitsAllocated: 1, numberOfFrames: 5 };
    const parts = native(bits, 4);
    const start = dicom(parts).pixelOffset ?? 0;
    // 5 frames of 5 bits in 4 bytes; of them 2 bytes hold three frames and one bit of the fourth.
    const { file } = await openBuilt({ ...parts, truncate: start + 2 });
    expect(file.index).toMatchObject({ count: 4, counts: { found: 3, byBytes: 3 } });
    for (let i = 0; i < 5; i++) {
      expect(await codeOf(file.frame(i))).toBe(i < 3 ? 'no error' : 'FRAME_TRUNCATED');
    }
  });
  it('G13: of a swapped word that is cut, neither byte is a pixel', async () => {
    const parts = {
      transferSyntax: SYNTAX.explicitBig,
      elements: [
        ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8, numberOfFrames: 4 }),
        [PIXELS, 'OW', [0x0201, 0x0403]],
      ],
    };
    const { file } = await openBuilt({ ...parts, truncate: -1 });
    expect(file.index.counts).toMatchObject({ found: 2, byBytes: 2 });
    const codes = await Promise.all([0, 1, 2, 3].map((i) => codeOf(file.frame(i))));
    expect(codes).toEqual(['no error', 'no error', 'FRAME_TRUNCATED', 'FRAME_TRUNCATED']);
  });
  it('G23: functional groups are held against the frames that are declared, cut or not', async () => {
    const groups = (count) =>
      sequence(
        0x52009230,
        Array.from({ length: count }, () => []),
      );
    const pixel = imagePixel({ ...small, numberOfFrames: 3 });
    const parts = (count) => ({
      elements: [...pixel, groups(count), [PIXELS, 'OB', new Uint8Array(12)]],
    });
    for (const truncate of [undefined, -5]) {
      const { file } = await openBuilt({ ...parts(3), truncate });
      expect(file.warnings.map(({ code }) => code)).not.toContain('FRAME_COUNT');
    }
    await tolerated(parts(2), (offsets) => [
      { code: 'FRAME_COUNT', offset: offsets.get(0x52009230) ?? 0, tag: 0x52009230 },
    ]);
  });
  it('G13: no bytes are no pixel data', async () => {
    const { file } = await openBuilt(native(small, 0));
    expect(file.index).toMatchObject({ count: 0, counts: { found: 0 } });
    expect(await codeOf(file.frame(0))).toBe('NO_PIXEL_DATA');
  });
});
function pixelLength(offset) {
  return { code: 'PIXEL_LENGTH', offset, tag: PIXELS };
}
