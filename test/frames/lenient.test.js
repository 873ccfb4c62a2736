import { describe, expect, it } from 'vitest';
import { SYNTAX, element, encapsulated, imagePixel } from '../support/build-dicom.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { rleEncode } from '../support/rle-encode.js';
const shape = { rows: 2, columns: 4 };
describe('frames of a cut file', () => {
  const native = {
    elements: [
      ...imagePixel({ ...shape, bitsAllocated: 16, numberOfFrames: 2 }),
      [0x7fe00010, 'OW', Array.from({ length: 16 }, (_, k) => k + 1)],
    ],
    truncate: -5,
  };
  it('H28 are an error, but for those who ask for what is there', async () => {
    const { file } = await openBuilt(native);
    expect(await codeOf(file.frame(1))).toBe('FRAME_TRUNCATED');
    const frame = await file.frame(1, { lenient: true });
    expect(frame.partial).toBe(true);
    // Of the sixth cell there is one byte: that is no value.
    expect([...frame.data]).toEqual([9, 10, 11, 12, 13, 0, 0, 0]);
    expect(file.warnings.map(({ code }) => code)).toContain('CODE_STREAM');
  });
  it('H28 leave nothing of what was in the memory that they are put into', async () => {
    const { file } = await openBuilt(native);
    const into = new Uint16Array(8).fill(0xeeee);
    const frame = await file.frame(1, { lenient: true, into });
    expect([...into]).toEqual([...frame.data]);
    expect(into[7]).toBe(0);
  });
  it('are whole where they are whole, and are not kept otherwise', async () => {
    const { file } = await openBuilt(native);
    const whole = await file.frame(0, { lenient: true });
    expect(whole).not.toHaveProperty('partial');
    expect([...whole.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await file.frame(1, { lenient: true });
    expect(await codeOf(file.frame(1))).toBe('FRAME_TRUNCATED');
  });
  it('behind the end of the data are an error all the same', async () => {
    const { file } = await openBuilt({ ...native, truncate: -16 });
    expect(await codeOf(file.frame(1, { lenient: true }))).toBe('FRAME_TRUNCATED');
    expect(await codeOf(file.frame(2, { lenient: true }))).toBe('FRAME_RANGE');
  });
  it('H28 of 12 bits: a cell of which half is there is none, wherever in a byte it starts', async () => {
    // Cells 0x100, 0x201, ...: frame 1 of nine starts in the midst of a byte.
    const cells = Array.from({ length: 18 }, (_, k) => ((k + 1) << 8) | k).map(
      (cell) => cell & 0xfff,
    );
    const bytes = new Uint8Array(27);
    cells.forEach((cell, k) => {
      for (let bit = 0; bit < 12; bit++) {
        const at = 12 * k + bit;
        bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (((cell >> bit) & 1) << (at & 7));
      }
    });
    const elements = [
      ...imagePixel({ rows: 3, columns: 3, bitsAllocated: 12, numberOfFrames: 2 }),
      element(0x7fe00010, 'OW', bytes),
    ];
    for (const cut of [1, 2, 3, 4, 5, 6, 7]) {
      // 27 bytes, and the one that makes their number even.
      const { file } = await openBuilt({ elements, truncate: -1 - cut });
      const { data } = await file.frame(1, { lenient: true });
      const whole = Math.floor(((27 - cut) * 8) / 12) - 9;
      expect([...data]).toEqual(cells.slice(9).map((cell, k) => (k < whole ? cell : 0)));
    }
  });
  it('H28 of encoded frames, what the codec can decode of the fragment', async () => {
    const values = Uint8Array.of(11, 22, 33, 44, 55, 66, 77, 88);
    const frame = rleEncode(values, { ...shape, samplesPerPixel: 1, bytesPerSample: 1 });
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.rle,
      elements: [...imagePixel({ ...shape, bitsAllocated: 8 }), encapsulated({ frames: [frame] })],
      // The delimiter, and the last three pixels.
      truncate: -8 - 3,
    });
    expect(await codeOf(file.frame(0))).toBe('FRAME_TRUNCATED');
    const { data, partial } = await file.frame(0, { lenient: true });
    expect(partial).toBe(true);
    expect([...data]).toEqual([11, 22, 33, 44, 55, 0, 0, 0]);
  });
});
