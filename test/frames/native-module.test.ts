import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../support/platform.ts';
import { dicom, imagePixel, raw } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike, ImagePixelParts } from '../support/build-dicom.ts';
import { madeSource } from '../support/made-source.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { tolerated } from '../support/tolerated.ts';

const PIXELS = 0x7fe00010;
const SAMPLES = 0x00280002;
const PHOTOMETRIC = 0x00280004;
const PLANAR = 0x00280006;
const ALLOCATED = 0x00280100;

function native(pixel: ImagePixelParts, length: number): DicomParts {
  const bytes = Uint8Array.from({ length }, (_, k) => k + 1);
  return { elements: [...imagePixel(pixel), [PIXELS, 'OB', bytes]] };
}

/** Without one element, or with others in its place. */
function but(parts: DicomParts, tag: number, ...others: readonly ElementLike[]): DicomParts {
  const { elements = [] } = parts;
  const isIt = (one: ElementLike): boolean => !('encode' in one) && one[0] === tag;
  return { ...parts, elements: elements.flatMap((one) => (isIt(one) ? others : [one])) };
}

function moduleFault(tag: number, at = tag) {
  return (offsets: ReadonlyMap<number, number>) => [
    { code: 'PIXEL_MODULE' as const, offset: offsets.get(at) ?? 0, tag },
  ];
}

describe('cells that are not decoded', () => {
  it.each([2, 4, 10, 20, 24, 40, 48, 63])(
    'G09: of %i bits are refused by name, nothing read or allocated for them',
    async (bitsAllocated) => {
      const length = Math.ceil((2 * bitsAllocated * 3) / 8);
      const parts = native({ rows: 1, columns: 2, bitsAllocated, numberOfFrames: 3 }, length);
      const { file, source } = await openBuilt(parts);
      expect(file.index.count).toBe(3);
      source.forget();
      const into = new Uint8Array(100).fill(9);
      for (const options of [{}, { cells: true }, { packed: true }, { into }]) {
        await expect(file.frame(1, options)).rejects.toMatchObject({
          code: 'BAD_PIXEL_MODULE',
          details: { tag: ALLOCATED, found: String(bitsAllocated) },
        });
      }
      expect(into).toEqual(new Uint8Array(100).fill(9));
      expect(source.reads).toEqual([]);
      const [range] = file.index.ranges(1);
      expect(await file.encodedFrame(1)).toHaveLength(range?.length ?? 0);
    },
  );

  it.each([
    ['planes', { photometricInterpretation: 'RGB', planarConfiguration: 1 }, PLANAR],
    ['shared chrominance', { photometricInterpretation: 'YBR_FULL_422' }, ALLOCATED],
  ])('G08: %s of 1-bit samples, which no rule places, are refused', async (_, shape, tag) => {
    const bits = { rows: 1, columns: 8, bitsAllocated: 1, samplesPerPixel: 3, ...shape };
    const length = shape.photometricInterpretation === 'RGB' ? 3 : 2;
    const { file, source } = await openBuilt(native({ planarConfiguration: 0, ...bits }, length));
    source.forget();
    await expect(file.frame(0)).rejects.toMatchObject({
      code: 'BAD_PIXEL_MODULE',
      details: { tag },
    });
    expect(source.reads).toEqual([]);
  });
});

describe('chrominance that pixels share', () => {
  const shared = { rows: 2, columns: 3, bitsAllocated: 8, samplesPerPixel: 3 };
  const full = { ...shared, planarConfiguration: 0 };

  it.each(['YBR_FULL_422', 'YBR_PARTIAL_422'])('G07, G08: %s of an odd row', async (label) => {
    const parts = native({ ...full, photometricInterpretation: label }, 16);
    const { file } = await tolerated(parts, () => []);
    const frame = await file.frame(0);
    expect([...frame.data]).toEqual([
      ...[1, 3, 4, 2, 3, 4, 5, 7, 8],
      ...[9, 11, 12, 10, 11, 12, 13, 15, 16],
    ]);
    expect(frame.photometricInterpretation).toBe(label.replace('_422', ''));
    expect([...(await file.frame(0, { cells: true })).data]).toHaveLength(16);
  });

  it('G08: of an odd row whose pairs are not padded it cannot be told where they are', async () => {
    const label = { photometricInterpretation: 'YBR_FULL_422' };
    const { file } = await openBuilt(native({ ...full, ...label }, 12));
    expect(file.index.count).toBe(0);
    await expect(file.frame(0)).rejects.toMatchObject({
      code: 'BAD_PIXEL_MODULE',
      details: { tag: PHOTOMETRIC, found: 'YBR_FULL_422, 12 bytes', expected: '16 bytes' },
    });
    const strict = openBuilt(native({ ...full, ...label }, 12), { strict: true });
    expect(await codeOf(strict)).toBe('BAD_PIXEL_MODULE');
  });

  it('G08: a file of them that is cut is a file that is cut', async () => {
    const label = { photometricInterpretation: 'YBR_FULL_422', numberOfFrames: 2 };
    const { file } = await openBuilt({ ...native({ ...full, ...label }, 32), truncate: -3 });
    expect(file.index).toMatchObject({ count: 2, counts: { found: 1 } });
    expect(await codeOf(file.frame(0))).toBe('no error');
    expect(await codeOf(file.frame(1))).toBe('FRAME_TRUNCATED');
  });

  it.each([
    ['YBR_FULL_422', 'YBR_FULL'],
    ['YBR_PARTIAL_422', 'YBR_PARTIAL'],
    ['YBR_PARTIAL_420', 'YBR_PARTIAL'],
  ])('G07, G08: %s as long as three samples a pixel is %s', async (label, name) => {
    const parts = native({ ...full, photometricInterpretation: label }, 18);
    const { file } = await tolerated(parts, (offsets) => [
      { code: 'PIXEL_MODULE', offset: offsets.get(PIXELS) ?? 0, tag: PIXELS },
    ]);
    const frame = await file.frame(0);
    expect([...frame.data]).toEqual(Array.from({ length: 18 }, (_, k) => k + 1));
    expect(frame.photometricInterpretation).toBe(name);
  });

  it.each([8, 9, 10, 12])('G08: YBR_PARTIAL_420 of %i bytes is refused', async (length) => {
    const label = { photometricInterpretation: 'YBR_PARTIAL_420' };
    const { file } = await openBuilt(native({ ...full, ...label }, length));
    expect(file.dataset.get('Rows')).toBe(2);
    await expect(file.frame(0)).rejects.toMatchObject({
      code: 'BAD_PIXEL_MODULE',
      details: { tag: PHOTOMETRIC },
    });
  });

  it('G08: has no planes, whatever Planar Configuration says', async () => {
    const label = { photometricInterpretation: 'YBR_FULL_422', planarConfiguration: 1 };
    const { file } = await tolerated(native({ ...shared, ...label }, 16), (offsets) => [
      { code: 'PIXEL_MODULE', offset: offsets.get(PIXELS) ?? 0, tag: PIXELS },
    ]);
    expect([...(await file.frame(0)).data].slice(0, 6)).toEqual([1, 3, 4, 2, 3, 4]);
    expect([...(await file.frame(0, { cells: true })).data].slice(0, 4)).toEqual([1, 2, 3, 4]);
  });
});

describe('an Image Pixel module that contradicts itself', () => {
  const rgb = { rows: 1, columns: 2, bitsAllocated: 8, samplesPerPixel: 3 };

  it('G19: no Planar Configuration of three samples is 0, and told of', async () => {
    const { file } = await tolerated(native(rgb, 6), moduleFault(PLANAR, SAMPLES));
    expect([...(await file.frame(0)).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('G19: another Planar Configuration than 0 and 1 is 0, and told of', async () => {
    const parts = native({ ...rgb, planarConfiguration: 2 }, 6);
    const { file } = await tolerated(parts, moduleFault(PLANAR));
    expect([...(await file.frame(0)).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('G19: of one sample the planes are the pixels', async () => {
    const grey = { rows: 1, columns: 2, bitsAllocated: 8, planarConfiguration: 1 };
    const { file } = await tolerated(native(grey, 2), () => []);
    expect([...(await file.frame(0)).data]).toEqual([1, 2]);
  });

  it.each([
    ['MONOCHROME2', 3],
    ['PALETTE COLOR', 3],
    ['RGB', 1],
    ['RGB', 4],
    ['CMYK', 3],
  ])('G20: %s of %i samples: their number is believed, and told of', async (label, samples) => {
    const shape = { ...rgb, samplesPerPixel: samples, photometricInterpretation: label };
    const parts = native({ ...shape, planarConfiguration: 0 }, 2 * samples);
    const { file } = await tolerated(parts, moduleFault(PHOTOMETRIC));
    const frame = await file.frame(0);
    expect([...frame.data]).toEqual(Array.from({ length: 2 * samples }, (_, k) => k + 1));
    expect(frame.samplesPerPixel).toBe(samples);
  });

  it('G20: an interpretation that nobody knows is left to the caller', async () => {
    const parts = native({ ...rgb, planarConfiguration: 0, photometricInterpretation: 'X' }, 6);
    const { file } = await tolerated(parts, () => []);
    expect((await file.frame(0)).photometricInterpretation).toBe('X');
  });

  it.each([
    ['Bits Stored of 0', 0x00280101, 0],
    ['Bits Stored beyond Bits Allocated', 0x00280101, 9],
    ['High Bit of Bits Allocated', 0x00280102, 8],
    ['High Bit of 0', 0x00280102, 0],
    ['Pixel Representation of 2', 0x00280103, 2],
  ])('G11: %s is told of, and whole cells are given', async (_, tag, value) => {
    const sound = native({ rows: 1, columns: 2, bitsAllocated: 8 }, 2);
    const parts = but(sound, tag, [tag, 'US', value]);
    const { file } = await openBuilt(parts);
    expect(file.warnings[0]).toMatchObject({ code: 'PIXEL_MODULE', tag });
    expect([...(await file.frame(0)).data]).toEqual([1, 2]);
    expect(await codeOf(openBuilt(parts, { strict: true }))).toBe('PIXEL_MODULE');
  });

  it('G11: no Pixel Representation is unsigned, and told of', async () => {
    const parts = but(native({ rows: 1, columns: 2, bitsAllocated: 8 }, 2), 0x00280103);
    const { file } = await tolerated(parts, moduleFault(0x00280103, ALLOCATED));
    expect((await file.frame(0)).data).toEqual(new Uint8Array([1, 2]));
  });

  it('G02: Bits Allocated that is not of the floats there are is told of', async () => {
    const { elements = [] } = native({ rows: 1, columns: 2, bitsAllocated: 16 }, 0);
    const float: ElementLike = [0x7fe00008, 'OF', [1.5, 2.5]];
    const parts = but({ elements }, PIXELS, float);
    const { file } = await tolerated(parts, moduleFault(ALLOCATED));
    expect((await file.frame(0)).data).toEqual(new Float32Array([1.5, 2.5]));
  });

  it('G11: one bit has no sign', async () => {
    const parts = native({ rows: 1, columns: 8, bitsAllocated: 1, pixelRepresentation: 1 }, 2);
    const { file } = await tolerated(parts, moduleFault(0x00280103));
    expect((await file.frame(0)).data).toEqual(new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]));
  });

  it.each([
    ['Rows', 0x00280010],
    ['Columns', 0x00280011],
    ['Samples per Pixel', SAMPLES],
    ['Bits Allocated', ALLOCATED],
  ])('G16: two values of %s place no pixel, and leave the tags', async (_, tag) => {
    const sound = native({ rows: 1, columns: 2, bitsAllocated: 8 }, 2);
    for (const value of [[1, 1], [0]]) {
      const { file } = await openBuilt(but(sound, tag, [tag, 'US', value]));
      expect(file.dataset.get('PixelRepresentation')).toBe(0);
      expect(file.index.count).toBe(0);
      await expect(file.frame(0)).rejects.toMatchObject({
        code: 'BAD_PIXEL_MODULE',
        details: { tag },
      });
      const strict = openBuilt(but(sound, tag, [tag, 'US', value]), { strict: true });
      expect(await codeOf(strict)).toBe('BAD_PIXEL_MODULE');
    }
  });
});

describe('numbers of 32 bits', () => {
  it('G16: written as two of 16 bits are read, and told of', async () => {
    const sound = native({ rows: 1, columns: 2, bitsAllocated: 8 }, 2);
    const parts = but(sound, 0x00280011, [0x00280011, 'US', [2, 0]]);
    const { file } = await tolerated(parts, (offsets) => [
      { code: 'BAD_VALUE', offset: (offsets.get(0x00280011) ?? 0) + 8, tag: 0x00280011 },
    ]);
    expect([...(await file.frame(0)).data]).toEqual([1, 2]);
  });
});

describe('pixel data that is another than it should be', () => {
  it('G18: of undefined length and without items is no pixel data', async () => {
    const { bytes } = dicom({
      elements: [
        ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8 }),
        [PIXELS, 'OW', new Uint8Array(0), { length: 0xffffffff }],
        raw(new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])),
      ],
    });
    const open = (strict: boolean): Promise<DicomFile> =>
      openSource(memorySource(bytes, 'x'), {
        context: createContext(),
        options: { strict },
        ownership: 'owned',
      });
    const file = await open(false);
    expect(file.dataset.get('Rows')).toBe(2);
    expect(file.index.count).toBe(0);
    await expect(file.frame(0)).rejects.toMatchObject({
      code: 'ITEM_EXPECTED',
      details: { offset: bytes.length - 8, tag: PIXELS },
    });
    expect(await codeOf(open(true))).toBe('TRANSFER_SYNTAX_MISMATCH');
  });
});

describe('frames of any size', () => {
  const huge = { rows: 0xffff, columns: 0xffff, bitsAllocated: 64, samplesPerPixel: 1 };

  it('G17: the biggest geometry there is takes no memory', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const parts = native({ ...huge, numberOfFrames: 2 ** 31 - 1 }, 32);
    const { file } = await tolerated(parts, (_, at) => [
      { code: 'PIXEL_LENGTH', offset: at, tag: PIXELS },
    ]);
    expect(file.index).toMatchObject({ count: 1, declaredCount: 2 ** 31 - 1 });
    expect(file.index.counts).toMatchObject({ declared: 2 ** 31 - 1, found: 0, byBytes: 0 });
    for (const i of [0, 1, 2 ** 31 - 2]) {
      for (const options of [{}, { cells: true }, { into: new Uint8Array(8) }]) {
        const code = await codeOf(file.frame(i, options));
        expect(['FRAME_LIMIT', 'FRAME_TRUNCATED', 'USAGE']).toContain(code);
      }
    }
    const [range] = file.index.ranges(0);
    expect(range?.length).toBe(0xffff * 0xffff * 8);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  it.each([
    ['2 GiB', { rows: 0x8000, columns: 0x8000, bitsAllocated: 16 }],
    ['4 GiB and more', { rows: 0xffff, columns: 0xffff, bitsAllocated: 16 }],
    ['2 GiB once unpacked', { rows: 0xffff, columns: 0x8001, bitsAllocated: 1 }],
  ])('G21: a frame of %s is FRAME_LIMIT, and so is its neighbour', async (_, shape) => {
    const { bytes, pixelOffset = 0 } = dicom(native({ ...shape, numberOfFrames: 2 }, 4));
    const length = Math.ceil((2 * shape.rows * shape.columns * shape.bitsAllocated) / 8);
    const even = length + (length % 2);
    const head = bytes.slice(0, pixelOffset);
    // Longer than 32 bits can say: then the length of the element does not reach as far.
    new DataView(head.buffer).setUint32(pixelOffset - 4, Math.min(even, 0xfffffffe), true);
    const source = madeSource(pixelOffset + even, [[0, head]]);
    const file = await openSource(source, {
      context: createContext(),
      options: {},
      ownership: 'owned',
    });
    for (const i of [0, 1]) {
      const code = await codeOf(file.frame(i));
      expect(['FRAME_LIMIT', 'FRAME_TRUNCATED']).toContain(code);
      if (i === 0 && even < 2 ** 32) expect(code).toBe('FRAME_LIMIT');
    }
  });
});
