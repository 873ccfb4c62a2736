import { FramedexError } from '../errors.ts';
import { crc32 } from '../inflate/crc32.ts';
import type { Deflate } from './picture-encoders.ts';

/** What {@link encodePng} takes: interleaved samples, row by row. */
export type PngPicture = {
  readonly width: number;
  readonly height: number;
  /** Grey, RGB or RGBA. */
  readonly channels: 1 | 3 | 4;
} & (
  | { readonly bitDepth: 8; readonly data: Uint8Array | Uint8ClampedArray }
  | { readonly bitDepth: 16; readonly data: Uint16Array }
);

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const COLOUR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;
const SUB = 1;

/**
 * A PNG file (ISO/IEC 15948), 8 or 16 bits a sample, without loss.
 *
 * @throws FramedexError `USAGE` when `data` is not `width * height * channels` samples.
 */
export async function encodePng(
  picture: PngPicture,
  deflate: Deflate = deflateStream,
): Promise<Uint8Array> {
  const { width, height, channels, bitDepth, data } = picture;
  if (!(width >= 1 && height >= 1) || data.length !== width * height * channels) {
    throw new FramedexError('USAGE', `not a picture of ${width} x ${height} pixels`, {
      expected: `${width * height * channels} samples, at least one`,
      found: `${data.length}`,
    });
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([bitDepth, COLOUR_TYPES[channels], 0, 0, 0], 8);
  const rows = picture.bitDepth === 8 ? filteredBytes(picture) : filteredWords(picture);
  return joinChunks([
    ['IHDR', header],
    ['IDAT', await deflate(rows)],
    ['IEND', new Uint8Array(0)],
  ]);
}

/** The platform's own compression: there everywhere, but slower than zlib's fastest level. */
async function deflateStream(bytes: Uint8Array): Promise<Uint8Array> {
  // A copy, because the bytes might be shared between threads, which a Blob refuses.
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Filter Sub: each byte minus that of the pixel to its left. Of the five filters it compresses
// medical pictures best for its time, and it needs no second row.
function filteredBytes(picture: PngPicture & { bitDepth: 8 }): Uint8Array<ArrayBuffer> {
  const { height, channels, data } = picture;
  const stride = picture.width * channels;
  const rows = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    const at = y * (stride + 1);
    rows[at] = SUB;
    filterBytes(data.subarray(y * stride, (y + 1) * stride), channels, rows, at + 1);
  }
  return rows;
}

/** One row is one call: the engine is slow in one loop over all of a picture. */
function filterBytes(
  row: Uint8Array | Uint8ClampedArray,
  channels: number,
  into: Uint8Array,
  start: number,
): void {
  for (let c = 0; c < channels; c++) {
    let left = 0;
    for (let i = c; i < row.length; i += channels) {
      const sample = row[i] ?? 0;
      into[start + i] = sample - left;
      left = sample;
    }
  }
}

// The same with the bytes of each sample, most significant first.
function filteredWords(picture: PngPicture & { bitDepth: 16 }): Uint8Array<ArrayBuffer> {
  const { height, channels, data } = picture;
  const stride = picture.width * channels;
  const rows = new Uint8Array(height * (stride * 2 + 1));
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    rows[to++] = SUB;
    for (let i = 0; i < stride; i++, from++) {
      const sample = data[from] ?? 0;
      const left = i < channels ? 0 : (data[from - channels] ?? 0);
      rows[to++] = (sample >> 8) - (left >> 8);
      rows[to++] = sample - left;
    }
  }
  return rows;
}

function joinChunks(chunks: readonly (readonly [name: string, data: Uint8Array])[]): Uint8Array {
  const size = chunks.reduce((sum, [, data]) => sum + 12 + data.length, SIGNATURE.length);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  file.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const [name, data] of chunks) {
    view.setUint32(at, data.length);
    for (let i = 0; i < 4; i++) file[at + 4 + i] = name.charCodeAt(i);
    file.set(data, at + 8);
    // ISO 3309, as PNG puts it behind every chunk.
    view.setUint32(at + 8 + data.length, crc32(file.subarray(at + 4, at + 8 + data.length)));
    at += 12 + data.length;
  }
  return file;
}
