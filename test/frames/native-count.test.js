import { describe, expect, it } from 'vitest';
import { imagePixel } from '../support/build-dicom.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { tolerated } from '../support/tolerated.js';
const FRAMES = 0x00280008;
const PIXELS = 0x7fe00010;
/** Frames of 2 by 2 bytes: 0, 1, 2... */
function native(numberOfFrames, length = 12, vr = 'IS') {
  const [samples, photometric, ...others] = imagePixel({ rows: 2, columns: 2, bitsAllocated: 8 });
  const count = numberOfFrames === undefined ? [] : [[FRAMES, vr, numberOfFrames]];
  const before = [samples, photometric].filter((one) => one !== undefined);
  const bytes = Uint8Array.from({ length }, (_, k) => k);
  return { elements: [...before, ...count, ...others, [PIXELS, 'OB', bytes]] };
}
describe('Number of Frames of native pixel data', () => {
  it('G14: absent is 1, and that is right', async () => {
    const { file } = await tolerated(native(undefined, 4), () => []);
    expect(file.index).toMatchObject({ count: 1, declaredCount: 1, confidence: 'exact' });
    expect(file.index.counts).toEqual({
      ...{ declared: undefined, found: 1, byBytes: 1, fragments: undefined },
    });
  });
  it('G14: absent is 1 where the data holds three: none is invented, and they are told of', async () => {
    const { file, warnings } = await tolerated(native(undefined), (_, pixels) => [
      { code: 'PIXEL_LENGTH', offset: pixels + 4, tag: PIXELS },
    ]);
    expect(warnings[0]?.message).toBe('1 frame needs 4 bytes, there are 12: 3 frames as a whole');
    expect(file.index.count).toBe(1);
    expect(file.index.counts).toMatchObject({ declared: undefined, found: 1, byBytes: 3 });
    expect(await codeOf(file.frame(1))).toBe('FRAME_RANGE');
  });
  it('G14: 0 is 1, and told of', async () => {
    const { file, warnings } = await tolerated(native('0', 4), (offsets) => [
      { code: 'FRAME_COUNT', offset: offsets.get(FRAMES) ?? 0, tag: FRAMES },
    ]);
    expect(warnings[0]?.message).toBe('Number of Frames is 0');
    expect(file.index).toMatchObject({ count: 1, declaredCount: 1, counts: { declared: 0 } });
    expect([...(await file.frame(0)).data]).toEqual([0, 1, 2, 3]);
  });
  it.each(['3', '3 ', ' 3', '+3', '003'])('G14: "%s" is 3', async (text) => {
    const { file } = await tolerated(native(text), () => []);
    expect(file.index).toMatchObject({ count: 3, declaredCount: 3, confidence: 'exact' });
    expect(file.index.counts).toMatchObject({ declared: 3, found: 3, byBytes: 3 });
  });
  it.each(['3.0', '3e0'])('G14: "%s" is 3, against the rules of IS', async (text) => {
    const { file } = await tolerated(native(text), (offsets) => [
      { code: 'BAD_VALUE', offset: (offsets.get(FRAMES) ?? 0) + 8, tag: FRAMES },
    ]);
    expect(file.index).toMatchObject({ count: 3, declaredCount: 3, counts: { declared: 3 } });
  });
  it('G14: "1e3" is 1000, of which those are there that begin in the data', async () => {
    const { file } = await tolerated(native('1e3', 10), (offsets, pixels) => [
      { code: 'BAD_VALUE', offset: (offsets.get(FRAMES) ?? 0) + 8, tag: FRAMES },
      { code: 'PIXEL_LENGTH', offset: pixels, tag: PIXELS },
    ]);
    expect(file.index).toMatchObject({ count: 3, declaredCount: 1000 });
    expect(file.index.counts).toMatchObject({ declared: 1000, found: 2, byBytes: 2 });
  });
  it('G14: negative is left to the length', async () => {
    const { file } = await tolerated(native('-1'), (offsets) => [
      { code: 'FRAME_COUNT', offset: offsets.get(FRAMES) ?? 0, tag: FRAMES },
    ]);
    expect(file.index).toMatchObject({ count: 3, confidence: 'inferred' });
    expect(file.index.counts).toMatchObject({ declared: -1, found: 3, byBytes: 3 });
    expect([...(await file.frame(2)).data]).toEqual([8, 9, 10, 11]);
    expect(await codeOf(file.frame(3))).toBe('FRAME_RANGE');
  });
  it.each([
    ['1A', undefined],
    ['abc', undefined],
    ['2.5', undefined],
    ['2\\3', 2],
    ['2147483648', 2 ** 31],
    ['1e300', undefined],
  ])('G14: "%s" is left to the length', async (text, declared) => {
    const { file } = await tolerated(native(text), (offsets) => [
      { code: 'BAD_VALUE', offset: (offsets.get(FRAMES) ?? 0) + 8, tag: FRAMES },
      { code: 'FRAME_COUNT', offset: offsets.get(FRAMES) ?? 0, tag: FRAMES },
    ]);
    expect(file.index).toMatchObject({ count: 3, declaredCount: 0, confidence: 'inferred' });
    expect(file.index.counts).toMatchObject({ declared, found: 3, byBytes: 3 });
    expect([...(await file.frame(2)).data]).toEqual([8, 9, 10, 11]);
  });
  it('G14: nothing, or one number and an empty one, is left to the length', async () => {
    for (const text of ['', '3\\']) {
      const { file } = await tolerated(native(text), (offsets) => [
        { code: 'FRAME_COUNT', offset: offsets.get(FRAMES) ?? 0, tag: FRAMES },
      ]);
      expect(file.index).toMatchObject({ count: 3, confidence: 'inferred' });
    }
  });
  it('G14: what is left to the length is a frame at least, and ends with a whole one', async () => {
    const one = await openBuilt(native('x', 2));
    expect(one.file.index).toMatchObject({ count: 1, counts: { found: 0, byBytes: 0 } });
    expect(await codeOf(one.file.frame(0))).toBe('FRAME_TRUNCATED');
    const two = await openBuilt(native('x', 10));
    expect(two.file.index).toMatchObject({ count: 2, counts: { found: 2, byBytes: 2 } });
    expect(two.file.warnings.map(({ code }) => code)).toContain('PIXEL_LENGTH');
  });
  it('G14: 2^31-1 is a count, of which those are there that begin in the data', async () => {
    const { file } = await tolerated(native('2147483647'), (_, pixels) => [
      { code: 'PIXEL_LENGTH', offset: pixels, tag: PIXELS },
    ]);
    expect(file.index).toMatchObject({ count: 3, declaredCount: 2 ** 31 - 1 });
    expect(file.index.counts).toMatchObject({ declared: 2 ** 31 - 1, found: 3, byBytes: 3 });
    for (const i of [3, 2 ** 31 - 2]) {
      expect(await codeOf(file.frame(i))).toBe('FRAME_TRUNCATED');
      expect(() => file.index.ranges(i)).toThrow('FRAME_TRUNCATED');
    }
    expect(await codeOf(file.frame(2 ** 31 - 1))).toBe('FRAME_RANGE');
  });
});
