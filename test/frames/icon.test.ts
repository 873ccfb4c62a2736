import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { DEFAULT_LIMITS } from '../../src/dicom/limits.ts';
import type { Header } from '../../src/dicom/header.ts';
import { iconReader } from '../../src/frames/icon.ts';
import type { IconReader } from '../../src/frames/icon.ts';
import { createContext } from '../support/platform.ts';
import {
  SYNTAX,
  dicom,
  encapsulated,
  encodeAll,
  imagePixel,
  item,
  sequence,
} from '../support/build-dicom.ts';
import type { DicomParts, ElementLike, Piece } from '../support/build-dicom.ts';
import { controllableSource } from '../support/controllable-source.ts';
import { countingSource } from '../support/counting-source.ts';
import { headerOf } from '../support/header-of.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { rleEncode } from '../support/rle-encode.ts';

const LITTLE = { explicit: true, littleEndian: true };
const ICON = Uint8Array.of(1, 2, 3, 4, 5, 6);
const MODULE = imagePixel({ rows: 2, columns: 3, bitsAllocated: 8 });
const RLE_ICON = rleEncode(ICON, { rows: 2, columns: 3, samplesPerPixel: 1, bytesPerSample: 1 });

/** The pixels of the object itself: 1 row of 2 cells of 16 bits. */
const MAIN: readonly ElementLike[] = [
  ...imagePixel({ rows: 1, columns: 2 }),
  [0x7fe00010, 'OW', [700, 800]],
];

/** Icon Image Sequence with these elements in its item. */
function icon(...elements: readonly ElementLike[]): Piece {
  return sequence(0x00880200, [elements]);
}

/** An object that has an icon between its pixel module and its pixels. */
function withIcon(one: Piece, main: readonly ElementLike[] = MAIN): ElementLike[] {
  return [...main.slice(0, -1), one, ...main.slice(-1)];
}

interface Read {
  readonly header: Header;
  readonly read: IconReader;
}

async function readerOf(
  given: Uint8Array | Source,
  options: { readonly strict?: boolean; readonly behindPixelData?: boolean } = {},
): Promise<Read> {
  const header = await headerOf(given, options);
  const { codecs } = createContext();
  return { header, read: iconReader({ header, codecs, limits: DEFAULT_LIMITS }) };
}

/** The samples of the icon of a built object, and those of its first frame. */
async function bothOf(parts: DicomParts): Promise<unknown[]> {
  const { read } = await readerOf(dicom(parts).bytes);
  const { file } = await openBuilt(parts);
  const main = file.index.count === 0 ? undefined : [...(await file.frame(0)).data];
  return [await read().then((frame) => frame && [...frame.data]), main];
}

describe('an icon (PS3.3 F.7)', () => {
  it('I01: is there where the object has no pixels of its own', async () => {
    const { bytes } = dicom({ elements: [icon(...MODULE, [0x7fe00010, 'OB', ICON])] });
    const source = countingSource(memorySource(bytes, 'x'));
    const { header, read } = await readerOf(source);
    source.forget();
    const frame = await read();
    expect(frame).toMatchObject({ index: 0, rows: 2, columns: 3, bitsStored: 8 });
    expect(frame?.data).toEqual(ICON);
    expect(header.pixelData).toBeUndefined();
    expect(source.bytesRead).toBe(ICON.length);
  });

  it('is undefined where there is none', async () => {
    for (const elements of [MAIN, withIcon(sequence(0x00880200, []))]) {
      const { read } = await readerOf(dicom({ elements }).bytes);
      expect(await read()).toBeUndefined();
    }
  });

  it.each([
    ['explicit little endian', SYNTAX.explicitLittle],
    ['implicit little endian', SYNTAX.implicitLittle],
    ['I04: deflated', SYNTAX.deflated],
    ['I04: big endian', SYNTAX.explicitBig],
  ])('%s: neither is the other', async (_, transferSyntax) => {
    const elements = withIcon(icon(...MODULE, [0x7fe00010, 'OB', ICON]));
    expect(await bothOf({ transferSyntax, elements })).toEqual([[...ICON], [700, 800]]);
  });

  it('I04: big endian words, of 8 bits and of 16', async () => {
    // 8-bit cells in OW: the first cell of a word is its low byte (PS3.5 8.1.1, D).
    const eight = icon(...MODULE, [0x7fe00010, 'OW', [0x0201, 0x0403, 0x0605]]);
    const sixteen = icon(...imagePixel({ rows: 1, columns: 2, bitsAllocated: 16 }), [
      0x7fe00010,
      'OW',
      [258, 3],
    ]);
    const transferSyntax = SYNTAX.explicitBig;
    expect((await bothOf({ transferSyntax, elements: withIcon(eight) }))[0]).toEqual([...ICON]);
    expect((await bothOf({ transferSyntax, elements: withIcon(sixteen) }))[0]).toEqual([258, 3]);
  });

  it('I04: in a sequence of VR UN it is little endian whatever is around it (PS3.5 6.2.2)', async () => {
    const inside = [
      ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 16 }),
      [0x7fe00010, 'OW', [258, 3]] as const,
    ];
    const unknown = encodeAll([item(inside)], { explicit: false, littleEndian: true });
    const elements: ElementLike[] = [[0x00880200, 'UN', unknown], ...MAIN];
    const { read } = await readerOf(dicom({ transferSyntax: SYNTAX.explicitBig, elements }).bytes);
    expect(await read().then((frame) => [...(frame?.data ?? [])])).toEqual([258, 3]);
  });

  it('I02: in fragments, as the object is', async () => {
    const main = [
      ...imagePixel({ rows: 2, columns: 3, bitsAllocated: 8 }),
      encapsulated({ frames: [RLE_ICON] }),
    ];
    const own = rleEncode(Uint8Array.of(9, 9, 9, 8, 8, 8), {
      rows: 2,
      columns: 3,
      samplesPerPixel: 1,
      bytesPerSample: 1,
    });
    const fragments = encapsulated({ frames: [[own.slice(0, 64), own.slice(64)]] });
    const parts = {
      transferSyntax: SYNTAX.rle,
      elements: withIcon(icon(...MODULE, fragments), main),
    };
    expect(await bothOf(parts)).toEqual([[9, 9, 9, 8, 8, 8], [...ICON]]);
  });

  it('I03: in fragments, in an item that counts too few bytes', async () => {
    const inside = [...MODULE, encapsulated({ frames: [RLE_ICON] })];
    const whole = item(inside).encode(LITTLE).length - 8;
    const short = sequence(0x00880200, [item(inside, { length: whole - 24 })]);
    const main = [...MODULE, encapsulated({ frames: [RLE_ICON] })];
    const parts = { transferSyntax: SYNTAX.rle, elements: withIcon(short, main) };
    expect(await bothOf(parts)).toEqual([[...ICON], [...ICON]]);
  });

  it('I05: private pixels, and another size of the object, are not taken for it', async () => {
    const nested = (depth: number): Piece =>
      sequence(0x00091001, [
        depth === 0
          ? [...imagePixel({ rows: 9, columns: 9 }), ...MAIN.slice(-1)]
          : [nested(depth - 1)],
      ]);
    const elements = [nested(0), nested(3), ...withIcon(icon(...MODULE, [0x7fe00010, 'OB', ICON]))];
    expect(await bothOf({ elements })).toEqual([[...ICON], [700, 800]]);
  });

  it('I06: of pixels that stand twice, the first count', async () => {
    const elements = [
      ...withIcon(icon(...MODULE, [0x7fe00010, 'OB', ICON], [0x7fe00010, 'OB', new Uint8Array(6)])),
      [0x7fe00010, 'OW', [1, 1]] as const,
    ];
    const { file, built } = await openBuilt({ elements }, { behindPixelData: true });
    expect((await file.frame(0)).data).toEqual(Uint16Array.of(700, 800));
    expect(file.warnings.map(({ code }) => code)).toEqual(['DUPLICATE_TAG', 'DUPLICATE_TAG']);
    const { read } = await readerOf(built.bytes, { behindPixelData: true });
    expect((await read())?.data).toEqual(ICON);
  });

  it('I12: may be native where the object is compressed, which is no fault (PS3.5 A.4)', async () => {
    const main = [...MODULE, encapsulated({ frames: [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)] })];
    const elements = withIcon(icon(...MODULE, [0x7fe00010, 'OB', ICON]), main);
    const parts = { transferSyntax: SYNTAX.jpegBaseline, elements };
    const { header, read } = await readerOf(dicom(parts).bytes, { strict: true });
    expect((await read())?.data).toEqual(ICON);
    expect(header.warnings.list).toEqual([]);
    const { file } = await openBuilt(parts);
    expect(await file.encodedFrame(0)).toEqual(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9));
  });

  it('I12: of another size than its pixels it is a fault of the icon, not of the object', async () => {
    const main = [...MODULE, encapsulated({ frames: [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)] })];
    const elements = withIcon(icon(...MODULE, [0x7fe00010, 'OB', new Uint8Array(8)]), main);
    const { header, read } = await readerOf(
      dicom({ transferSyntax: SYNTAX.jpegBaseline, elements }).bytes,
    );
    await read();
    expect(header.warnings.list.map(({ code }) => code)).toEqual(['PIXEL_LENGTH']);
  });

  it('is shown by what its own item says', async () => {
    const own: ElementLike[] = [
      ...MODULE,
      [0x00281050, 'DS', '3'],
      [0x00281051, 'DS', '6'],
      [0x7fe00010, 'OB', ICON],
    ];
    const main: ElementLike[] = [
      ...imagePixel({ rows: 1, columns: 2 }),
      [0x00281050, 'DS', '900'],
      [0x00281051, 'DS', '50'],
      [0x7fe00010, 'OW', [700, 800]],
    ];
    const { read } = await readerOf(dicom({ elements: withIcon(icon(...own), main) }).bytes);
    expect((await read())?.display.windows).toMatchObject([{ center: 3, width: 6 }]);
  });

  it('goes where the caller says', async () => {
    const elements = withIcon(icon(...MODULE, [0x7fe00010, 'OB', ICON]));
    const { read } = await readerOf(dicom({ elements }).bytes);
    const into = new Uint8Array(6);
    expect((await read({ into }))?.data.buffer).toBe(into.buffer);
    expect(into).toEqual(ICON);
  });
});

describe('a damaged icon', () => {
  it('that is too short fails by itself, and is recorded once', async () => {
    const elements = withIcon(icon(...MODULE, [0x7fe00010, 'OB', ICON.subarray(0, 4)]));
    const { bytes } = dicom({ elements });
    const { header, read } = await readerOf(bytes);
    const { offset } = header.dataset.get('IconImageSequence')?.[0]?.element('PixelData') ?? {};
    const at = (offset ?? 0) + 12;
    for (let k = 0; k < 2; k++) {
      await expect(read()).rejects.toMatchObject({
        code: 'FRAME_TRUNCATED',
        details: { offset: at, needed: 6, available: 4 },
      });
    }
    expect(header.warnings.list.map(({ code, offset: where }) => [code, where])).toEqual([
      ['PIXEL_LENGTH', at],
    ]);
    const strict = await readerOf(bytes, { strict: true });
    expect(await codeOf(strict.read())).toBe('PIXEL_LENGTH');
    const { file } = await openBuilt({ elements }, { strict: true });
    expect((await file.frame(0)).data).toEqual(Uint16Array.of(700, 800));
  });

  it('does not take the bytes behind its item for its own', async () => {
    const inside: ElementLike[] = [
      ...MODULE,
      [0x7fe00010, 'OB', ICON.subarray(0, 4), { length: 6 }],
    ];
    const behind: ElementLike = [0x00880904, 'LO', 'behind'];
    const elements = [...MAIN.slice(0, -1), icon(...inside), behind, ...MAIN.slice(-1)];
    const { header, read } = await readerOf(dicom({ elements }).bytes);
    expect(header.dataset.get(0x00880904)).toBe('behind');
    expect(await codeOf(read())).toBe('FRAME_TRUNCATED');
    const { file } = await openBuilt({ elements });
    expect((await file.frame(0)).data).toEqual(Uint16Array.of(700, 800));
  });

  it('in fragments that are cut has what is there of the object, and no pixels', async () => {
    const built = dicom({
      transferSyntax: SYNTAX.rle,
      elements: [...MODULE, icon(...MODULE, encapsulated({ frames: [RLE_ICON] }))],
    });
    for (
      let length = built.bytes.length - 1;
      length > (built.offsets.get(0x00880200) ?? 0);
      length--
    ) {
      const { header, read } = await readerOf(built.bytes.slice(0, length));
      expect(header.dataset.get('Rows')).toBe(2);
      const outcome = await read().then(
        (frame) => (frame === undefined ? 'none' : [...frame.data]),
        (error: unknown) => (error instanceof Error && 'code' in error ? 'typed' : error),
      );
      const right = JSON.stringify(outcome) === JSON.stringify([...ICON]);
      expect(
        right || outcome === 'typed' || outcome === 'none',
        `${length}: ${JSON.stringify(outcome)}`,
      ).toBe(true);
    }
  });

  it('without a pixel module, or without pixels, is named', async () => {
    const pixels: ElementLike = [0x7fe00010, 'OB', ICON];
    const rows = await readerOf(dicom({ elements: withIcon(icon(pixels)) }).bytes);
    await expect(rows.read()).rejects.toMatchObject({
      code: 'BAD_PIXEL_MODULE',
      details: { tag: 0x00280010 },
    });
    const built = dicom({ elements: withIcon(icon(...MODULE)) });
    await expect((await readerOf(built.bytes)).read()).rejects.toMatchObject({
      code: 'NO_PIXEL_DATA',
      details: { tag: 0x00880200, offset: built.offsets.get(0x00880200) },
    });
  });

  it('that says it has two frames, of which one is none, gives the other or nothing', async () => {
    const module = imagePixel({ rows: 2, columns: 3, bitsAllocated: 8, numberOfFrames: 2 });
    const noFrame = new Uint8Array(64).fill(7);
    const readOf = async (...frames: Uint8Array[]): Promise<unknown> => {
      const elements = [icon(...module, encapsulated({ frames }))];
      const { read } = await readerOf(dicom({ transferSyntax: SYNTAX.rle, elements }).bytes);
      return codeOf(read());
    };
    expect(await readOf(RLE_ICON, noFrame)).toBe('no error');
    expect(await readOf(noFrame, RLE_ICON)).toBe('CODEC');
  });

  it('that no codec decodes is named, and the advice is none that gives another picture', async () => {
    const jpeg = encapsulated({ frames: [Uint8Array.of(0xff, 0xd8, 0xff, 0xd9)] });
    // JPEG by arithmetic coding, and a video.
    for (const transferSyntax of ['1.2.840.10008.1.2.4.52', SYNTAX.mpeg2]) {
      const elements = withIcon(icon(...MODULE, jpeg), [...MODULE, jpeg]);
      const { read } = await readerOf(dicom({ transferSyntax, elements }).bytes);
      await expect(read()).rejects.toThrow(
        /^UNSUPPORTED_TRANSFER_SYNTAX: .*the icon(?!.*encodedFrame)/,
      );
    }
  });

  it('O01: that a disk failed to give is there the next time', async () => {
    const { bytes } = dicom({
      transferSyntax: SYNTAX.rle,
      elements: [icon(...MODULE, encapsulated({ frames: [RLE_ICON] }))],
    });
    const sound = controllableSource(memorySource(bytes, 'x'), {});
    const { header } = await readerOf(sound);
    const before = sound.reads;
    const source = controllableSource(memorySource(bytes, 'x'), { failAt: 0 });
    const { codecs } = createContext();
    const read = iconReader({ header: { ...header, source }, codecs, limits: DEFAULT_LIMITS });
    expect(before).toBeGreaterThan(0);
    expect(await codeOf(read())).toBe('EIO');
    expect((await read())?.data).toEqual(ICON);
  });

  it('is not read for somebody who does not wait for it any more', async () => {
    const elements = withIcon(icon(...MODULE, [0x7fe00010, 'OB', ICON]));
    const { read } = await readerOf(dicom({ elements }).bytes);
    const reason = new Error('gone');
    await expect(read({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect((await read())?.data).toEqual(ICON);
  });
});
