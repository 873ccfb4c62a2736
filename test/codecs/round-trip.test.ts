import { describe, expect, it } from 'vitest';
import {
  convert,
  decodeFile,
  encodeFile,
  isInstalled,
  portableMap,
  readPortableMap,
} from '../../fixtures/make/encoders.mjs';
import { readImage } from '../../fixtures/make/read-dicom.mjs';
import { memorySource } from '../../src/bytes/memory.ts';
import type { ImagePixel } from '../../src/dicom/image-pixel.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../support/platform.ts';
import { dicom, encapsulated, imagePixel } from '../support/build-dicom.ts';
import { valuesOf } from '../support/code-stream-fixtures.ts';
import { picture, pictureSamples } from '../support/phantom.ts';
import { pixelOf } from '../support/pixel.ts';
import { concat } from '../support/build-value.ts';
import { deflateRaw } from '../support/outside.ts';

const UID = '1.2.840.10008.1.2';
const FRAMES = 3;

/** Whatever a program is given, it is not what the fixtures are. */
const SEED = 1000;

const SIZE = { rows: 38, columns: 53 };
/** GDCM takes the byte that makes Pixel Data even for a sample. */
const EVEN = { rows: 38, columns: 54 };

const U8 = pixelOf({ ...SIZE, bitsAllocated: 8 });
const U12 = pixelOf({ ...SIZE, bitsStored: 12 });
const U16 = pixelOf(SIZE);
const S16 = pixelOf({ ...SIZE, pixelRepresentation: 1 });
const S12 = pixelOf({ ...SIZE, bitsStored: 12, pixelRepresentation: 1 });
const RGB8 = pixelOf({ ...SIZE, bitsAllocated: 8, samplesPerPixel: 3 });
const RGB16 = pixelOf({ ...SIZE, samplesPerPixel: 3 });

type Command = readonly [program: string, ...args: string[]];

/** Programs that encode whole files; lossy ones with the program that decodes them. */
const FILES: readonly {
  readonly syntax: string;
  readonly encoder: Command;
  readonly decoder?: Command;
  readonly pixels: readonly ImagePixel[];
}[] = [
  { syntax: '5', encoder: ['dcmcrle'], pixels: [U8, U12, S16, RGB8, RGB16] },
  { syntax: '5', encoder: ['gdcmconv', '--rle'], pixels: [U16, U12, RGB8] },
  {
    syntax: '4.50',
    encoder: ['dcmcjpeg', '+eb'],
    decoder: ['dcmdjpeg', '+cn'],
    pixels: [U8, RGB8],
  },
  { syntax: '4.51', encoder: ['dcmcjpeg', '+ee'], decoder: ['dcmdjpeg', '+cn'], pixels: [U8, U12] },
  { syntax: '4.53', encoder: ['dcmcjpeg', '+es'], decoder: ['dcmdjpeg', '+cn'], pixels: [U8, U12] },
  { syntax: '4.55', encoder: ['dcmcjpeg', '+ep'], decoder: ['dcmdjpeg', '+cn'], pixels: [U8, U12] },
  { syntax: '4.57', encoder: ['dcmcjpeg', '+el'], pixels: [U8, U12, S16, S12, RGB8, RGB16] },
  { syntax: '4.70', encoder: ['dcmcjpeg', '+e1'], pixels: [U8, U12, S16, S12, RGB8, RGB16] },
  { syntax: '4.70', encoder: ['gdcmconv', '--jpeg'], pixels: [U8, U12, U16, RGB8] },
  { syntax: '4.80', encoder: ['dcmcjpls'], pixels: [U8, U12, S16, S12, RGB8, RGB16] },
  { syntax: '4.80', encoder: ['gdcmconv', '--jpegls'], pixels: [U8, U12, U16, RGB8] },
  { syntax: '4.81', encoder: ['dcmcjpls', '+en'], decoder: ['dcmdjpls'], pixels: [U8, U12, RGB8] },
  { syntax: '4.90', encoder: ['gdcmconv', '--j2k'], pixels: [U8, U12, U16, RGB8] },
];

/** Programs that encode one picture, and those that decode the lossy ones. */
const STREAMS: readonly {
  readonly syntax: string;
  readonly encode: Command;
  readonly output: string;
  readonly decode?: Command;
  readonly pixels: readonly ImagePixel[];
}[] = [
  {
    syntax: '4.90',
    encode: ['opj_compress', '-i', 'IN', '-o', 'OUT'],
    output: 'out.j2k',
    pixels: [U8, U12, RGB8, RGB16],
  },
  {
    syntax: '4.91',
    encode: ['opj_compress', '-I', '-r', '8', '-i', 'IN', '-o', 'OUT'],
    output: 'out.j2k',
    decode: ['opj_decompress', '-i', 'IN', '-o', 'OUT'],
    pixels: [U8, U12, RGB8],
  },
  ...(['4.201', '4.202'] as const).map((syntax) => ({
    syntax,
    encode: ojphCompress('-reversible', 'true'),
    output: 'out.j2c',
    pixels: [U8, U12, RGB8, RGB16],
  })),
  {
    syntax: '4.203',
    encode: ojphCompress('-qstep', '0.003'),
    output: 'out.j2c',
    decode: ['ojph_expand', '-i', 'IN', '-o', 'OUT'],
    pixels: [U8, U12, RGB8],
  },
  {
    syntax: '4.110',
    encode: ['cjxl', 'IN', 'OUT', '-d', '0'],
    output: 'out.jxl',
    pixels: [U8, U16, RGB8, RGB16],
  },
  {
    syntax: '4.112',
    encode: ['cjxl', 'IN', 'OUT', '-d', '1'],
    output: 'out.jxl',
    decode: ['djxl', 'IN', 'OUT'],
    pixels: [U8, RGB8],
  },
];

describe('whole files of independent encoders', () => {
  for (const { syntax, encoder, decoder, pixels } of FILES) {
    const [program, ...args] = encoder;
    it.skipIf(isMissing(program, decoder?.[0]))(
      `F09 .${syntax} by ${encoder.join(' ')}`,
      async () => {
        for (const [i, given] of pixels.entries()) {
          const pixel = program === 'gdcmconv' ? { ...given, ...EVEN } : given;
          const pictures = picturesOf(pixel, i);
          const file = encodeFile(program, args, pixel, joined(pictures), FRAMES);
          expect(readImage(file).transferSyntax).toBe(`${UID}.${syntax}`);
          const right = decoder === undefined ? pictures : decodedBy(decoder, file);
          await expectFrames(file, right, pixel, 0);
        }
      },
    );
  }

  for (const { syntax, encode, output, decode, pixels } of STREAMS) {
    const [program, ...args] = encode;
    it.skipIf(isMissing(program, decode?.[0]))(
      `F09 .${syntax} by ${encode.join(' ')}`,
      async () => {
        for (const [i, pixel] of pixels.entries()) {
          const pictures = picturesOf(pixel, i);
          const input = pixel.samplesPerPixel === 3 ? 'in.ppm' : 'in.pgm';
          const frames = seedsOf(i).map((seed) =>
            convert(program, args, input, portableMap(pixel, pictureSamples(pixel, seed)), output),
          );
          const right =
            decode === undefined
              ? pictures
              : frames.map((frame) => decodedStream(decode, output, frame, pixel));
          const most = decode === undefined ? 0 : 1;
          await expectFrames(fileOf(syntax, pixel, frames), right, pixel, most);
        }
      },
    );
  }

  it.skipIf(isMissing('cjpeg', 'djxl'))('F09 .4.111 by cjpeg and cjxl', async () => {
    for (const [i, pixel] of [U8, RGB8].entries()) {
      const map = portableMap(pixel, pictureSamples(pixel, SEED + i));
      const jpeg = convert('cjpeg', ['-outfile', 'OUT', 'IN'], 'in.pnm', map, 'out.jpg');
      const frame = convert('cjxl', ['IN', 'OUT', '--lossless_jpeg=1'], 'in.jpg', jpeg, 'out.jxl');
      const right = decodedStream(['djxl', 'IN', 'OUT'], 'in.jxl', frame, pixel);
      await expectFrames(fileOf('4.111', pixel, [frame]), [right], pixel, 1);
    }
  });

  it('F09 .8.1 by zlib', async () => {
    for (const [i, pixel] of [U8, U12, S16, RGB8].entries()) {
      const pictures = picturesOf(pixel, i);
      const frames = pictures.map((cells) => deflateRaw(cells));
      await expectFrames(fileOf('8.1', pixel, frames), pictures, pixel, 0);
    }
  });

  it('F09 .1.98, one fragment a frame', async () => {
    for (const [i, pixel] of [U8, U12, S16, RGB8].entries()) {
      const pictures = picturesOf(pixel, i);
      await expectFrames(fileOf('1.98', pixel, pictures), pictures, pixel, 0);
    }
  });
});

/** Says why a test is left out. */
function isMissing(...programs: readonly (string | undefined)[]): boolean {
  const missing = programs.filter((program) => program !== undefined && !isInstalled(program));
  for (const program of missing) console.warn(`SKIPPED: round trips, ${program} is not installed`);
  return missing.length > 0;
}

function ojphCompress(...args: readonly string[]): Command {
  return ['ojph_compress', ...args, '-prog_order', 'RPCL', '-i', 'IN', '-o', 'OUT'];
}

function seedsOf(row: number): readonly number[] {
  return Array.from({ length: FRAMES }, (_, frame) => SEED + 10 * row + frame);
}

function picturesOf(pixel: ImagePixel, row: number): readonly Uint8Array[] {
  return seedsOf(row).map((seed) => picture(pixel, seed));
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  return concat(...frames);
}

function fileOf(syntax: string, pixel: ImagePixel, frames: readonly Uint8Array[]): Uint8Array {
  const { samplesPerPixel, planarConfiguration } = pixel;
  const planar = samplesPerPixel === 1 ? undefined : planarConfiguration;
  return dicom({
    transferSyntax: `${UID}.${syntax}`,
    elements: [
      ...imagePixel({ ...pixel, planarConfiguration: planar, numberOfFrames: frames.length }),
      encapsulated({ frames }),
    ],
  }).bytes;
}

/** The frames of a file, by a program that writes it uncompressed. */
function decodedBy([program, ...args]: Command, file: Uint8Array): readonly Uint8Array[] {
  const { cells, pixel } = readImage(decodeFile(program, args, file));
  if (cells === undefined) throw new Error(`${program} left the file encapsulated`);
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const length = (rows * columns * samplesPerPixel * bitsAllocated) / 8;
  return Array.from({ length: FRAMES }, (_, i) => cells.subarray(i * length, (i + 1) * length));
}

/** The cells of one code stream, by a program that writes PGM and PPM. */
function decodedStream(
  [program, ...args]: Command,
  input: string,
  frame: Uint8Array,
  { samplesPerPixel, bitsAllocated }: ImagePixel,
): Uint8Array {
  const output = samplesPerPixel === 3 ? 'out.ppm' : 'out.pgm';
  const samples = readPortableMap(convert(program, args, input, frame, output));
  if (bitsAllocated === 8) return Uint8Array.from(samples);
  return new Uint8Array(Uint16Array.from(samples).buffer);
}

/** Frames in any order are what they should be, none of whose samples is further off than `most`. */
async function expectFrames(
  bytes: Uint8Array,
  right: readonly Uint8Array[],
  pixel: ImagePixel,
  most: number,
): Promise<void> {
  const context = createContext({ workers: 0 });
  const file = await openSource(memorySource(bytes, 'encoded.dcm'), {
    context,
    options: {},
    ownership: 'owned',
  });
  try {
    expect(file.index.count).toBe(right.length);
    for (let i = right.length - 1; i >= 0; i -= 1) {
      const { data } = await file.frame(i);
      const want = valuesOf(right[i] ?? new Uint8Array(0), pixel);
      expect(data.length).toBe(want.length);
      const off = want.map((value, k) => Math.abs(value - Number(data[k])));
      expect(Math.max(...off)).toBeLessThanOrEqual(most);
    }
  } finally {
    await file.close();
  }
}
