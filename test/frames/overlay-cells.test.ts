import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { overlayPlanes } from '../../src/frames/overlay-planes.ts';
import { open } from '../support/platform.ts';
import { SYNTAX, dicom, encapsulated, imagePixel } from '../support/build-dicom.ts';
import type { ElementLike, ImagePixelParts } from '../support/build-dicom.ts';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { bytes, faultsOf, overlaysOf, packed, plane } from '../support/overlay-planes.ts';
import type { PlaneParts } from '../support/overlay-planes.ts';
import { pixelOf } from '../support/pixel.ts';
import { rleEncode } from '../support/rle-encode.ts';

const bit = (bitPosition: number, bitsAllocated = 16): PlaneParts => {
  return { rows: 1, columns: 4, bitsAllocated, bitPosition };
};

describe('overlays in the cells', () => {
  const picture: ImagePixelParts = { rows: 1, columns: 4, bitsAllocated: 16, bitsStored: 12 };

  it('G10, K14: their bits, and stored values without them, from one read', async () => {
    const signed = { ...picture, pixelRepresentation: 1 };
    const elements = [
      ...imagePixel(signed),
      ...plane(bit(15)),
      ...plane({ ...bit(12), group: 0x6002 }),
      [0x7fe00010, 'OW', [0x8fff, 0x1001, 0x9800, 0x07ff]] satisfies ElementLike,
    ];
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const { file, source } = await openBuilt({ transferSyntax, elements });
      source.forget();
      const frame = await file.frame(0, { overlays: true });
      expect(source.reads).toHaveLength(1);
      expect([...frame.data]).toEqual([-1, 1, -2048, 2047]);
      expect(frame.overlays).toMatchObject([
        { group: 0x6000, rows: 1, columns: 4, row: 0, column: 0, data: bytes(1, 0, 1, 0) },
        { group: 0x6002, rows: 1, columns: 4, row: 0, column: 0, data: bytes(0, 1, 1, 0) },
      ]);
      expect([...(await file.frame(0)).data]).toEqual([...frame.data]);
      const cells = await file.frame(0, { overlays: true, cells: true });
      expect([...cells.data].map((cell) => Number(cell) & 0xffff)).toEqual([
        ...[0x8fff, 0x1001, 0x9800, 0x07ff],
      ]);
      expect(cells.overlays).toEqual(frame.overlays);
      const into = new Int16Array(4);
      const there = await file.frame(0, { overlays: true, into });
      expect([...into]).toEqual([-1, 1, -2048, 2047]);
      expect(there.overlays).toEqual(frame.overlays);
      expect(faultsOf(file)).toEqual([]);
    }
  });

  it('K14: below the stored values, in 8 and 32 bits, in RLE', async () => {
    const low = { ...picture, bitsStored: 12, highBit: 15 };
    const cells = Uint8Array.from([0x1f, 0x20, 0x31, 0x40]);
    const four = { ...picture, bitsAllocated: 8, bitsStored: 4 };
    const files: [ImagePixelParts, PlaneParts, ElementLike, number[], number[]][] = [
      [low, bit(0), [0x7fe00010, 'OW', [0x1231, 0x4560, 0x7891, 0]], [1, 0, 1, 0], [0x123]],
      [four, bit(4, 8), [0x7fe00010, 'OB', cells], [1, 0, 1, 0], [15, 0, 1, 0]],
      [
        { ...picture, bitsAllocated: 32, bitsStored: 24 },
        bit(31, 32),
        [0x7fe00010, 'OL', [0x80000001, 2, 0x80000003, 4]],
        [1, 0, 1, 0],
        [1, 2, 3, 4],
      ],
      [
        { ...picture, bitsAllocated: 64, bitsStored: 40 },
        bit(63, 64),
        [0x7fe00010, 'OV', [0x8000000000000001n, 2n, 3n, 4n]],
        [1, 0, 0, 0],
        [1, 2, 3, 4],
      ],
    ];
    for (const [pixel, parts, pixels, expected, values] of files) {
      const { file } = await openBuilt({
        elements: [...imagePixel(pixel), ...plane(parts), pixels],
      });
      const frame = await file.frame(0, { overlays: true });
      expect([...(frame.overlays?.[0]?.data ?? [])]).toEqual(expected);
      expect([...frame.data].map(Number).slice(0, values.length)).toEqual(values);
    }
    const shape = { rows: 1, columns: 4, samplesPerPixel: 1, bytesPerSample: 1 };
    const frames = [rleEncode(cells, shape)];
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.rle,
      elements: [...imagePixel(four), ...plane(bit(4, 8)), encapsulated({ frames })],
    });
    const frame = await file.frame(0, { overlays: true });
    expect([...(frame.overlays?.[0]?.data ?? [])]).toEqual([1, 0, 1, 0]);
    expect([...frame.data]).toEqual([15, 0, 1, 0]);
  });

  it('K14: each frame has its own', async () => {
    const { file } = await openBuilt({
      elements: [
        ...imagePixel({ ...picture, columns: 2, numberOfFrames: 2 }),
        ...plane({ ...bit(15), columns: 2 }),
        [0x7fe00010, 'OW', [0x8001, 2, 3, 0x8004]],
      ],
    });
    expect([...((await overlaysOf(file, 0))[0]?.data ?? [])]).toEqual([1, 0]);
    expect([...((await overlaysOf(file, 1))[0]?.data ?? [])]).toEqual([0, 1]);
  });

  it('K14: what cannot be there is a warning, and left out', async () => {
    const pixels: ElementLike = [0x7fe00010, 'OW', [0, 0, 0, 0]];
    const wrong: [PlaneParts, RegExp][] = [
      [bit(11), /is one of the stored values/],
      [bit(0), /is one of the stored values/],
      [bit(16), /cells of 16 bits/],
    ];
    for (const [parts, message] of wrong) {
      const elements = [...imagePixel(picture), ...plane(parts), pixels];
      const { file } = await openBuilt({ elements });
      expect(await overlaysOf(file)).toEqual([]);
      expect(faultsOf(file)).toEqual([expect.stringMatching(message)]);
      const strict = await openBuilt({ elements }, { strict: true });
      expect(await codeOf(strict.file.frame(0, { overlays: true }))).toBe('OVERLAY');
    }
    const found = (pixel: Parameters<typeof pixelOf>[0], keepsCells: boolean): string[] => {
      const messages: string[] = [];
      const planes = overlayPlanes(file.dataset, pixelOf(pixel), 0, keepsCells, (message) => {
        messages.push(message);
      });
      return planes.length === 0 ? messages : [];
    };
    const { file } = await openBuilt({
      elements: [...imagePixel(picture), ...plane(bit(15)), pixels],
    });
    expect(found({ columns: 4, bitsStored: 12 }, true)).toEqual([]);
    expect(found({ columns: 4, bitsStored: 12 }, false)).toEqual([
      expect.stringMatching(/code stream/),
    ]);
    expect(found({ columns: 4, bitsStored: 12, samplesPerPixel: 3 }, true)).toEqual([
      expect.stringMatching(/can have none/),
    ]);
    expect(found({ columns: 4, cells: 'float', bitsAllocated: 32 }, true)).toHaveLength(1);
  });

  it('K14: sizes that differ from the frame are a warning, and the frame’s are right', async () => {
    const { file } = await openBuilt({
      elements: [
        ...imagePixel(picture),
        ...plane({ ...bit(15, 8), rows: 7 }),
        [0x7fe00010, 'OW', [0x8000, 0, 0, 0]],
      ],
    });
    expect(await overlaysOf(file)).toMatchObject([
      { rows: 1, columns: 4, data: bytes(1, 0, 0, 0) },
    ]);
    expect(faultsOf(file)).toEqual([
      expect.stringMatching(/Overlay Bits Allocated 8/),
      expect.stringMatching(/size of the frame/),
    ]);
  });

  it('K14: a frame that is cut has 0 where nothing is', async () => {
    const built = dicom({
      elements: [...imagePixel(picture), ...plane(bit(15)), [0x7fe00010, 'OW', [0x8001, 2, 3, 4]]],
      truncate: -5,
    });
    await using file = await open(memorySource(built.bytes, 'cut.dcm'));
    const frame = await file.frame(0, { overlays: true, lenient: true });
    expect(frame).toMatchObject({ partial: true, data: Uint16Array.of(1, 0, 0, 0) });
    expect(frame.overlays).toMatchObject([{ data: bytes(1, 0, 0, 0) }]);
  });
});

describe('overlays of compressed frames', () => {
  /** A code stream of 12 bits, a plane that covers it, and one that is said to be in its cells. */
  async function compressed(strict: boolean) {
    const fixture = codeStreamFixture('jpeg-2000-u12-256');
    const { rows, columns } = fixture.pixel;
    const drawn = { rows, columns, data: packed(new Uint8Array(rows * columns).fill(1)) };
    const elements = [
      ...imagePixel(fixture.pixel),
      ...plane(drawn),
      ...plane({ ...bit(15), rows, columns, group: 0x6002 }),
      encapsulated({ frames: [codeStreamOf(fixture)] }),
    ];
    const { transferSyntax } = fixture;
    return { ...(await openBuilt({ transferSyntax, elements }, { strict })), rows, columns };
  }

  it('K14: planes of a reduced frame are whole, and say so', async () => {
    const { file, rows, columns } = await compressed(false);
    const whole = await file.frame(0, { overlays: true });
    const reduced = await file.frame(0, { overlays: true, reduce: 2 });
    expect(reduced).toMatchObject({ rows: rows / 4, columns: columns / 4 });
    expect(whole.overlays?.[0]).not.toHaveProperty('reducedFrom');
    expect(reduced.overlays).toEqual([{ ...whole.overlays?.[0], reducedFrom: { rows, columns } }]);
  });

  it('K14: bits of a code stream are no overlay', async () => {
    const { file } = await compressed(false);
    const plain = await file.frame(0);
    const { overlays, data } = await file.frame(0, { overlays: true });
    expect(overlays?.map(({ group }) => group)).toEqual([0x6000]);
    expect(data).toEqual(plain.data);
    expect(faultsOf(file)).toEqual([expect.stringMatching(/6002.*code stream/)]);
    const strict = await compressed(true);
    expect(await codeOf(strict.file.frame(0, { overlays: true }))).toBe('OVERLAY');
  });
});
