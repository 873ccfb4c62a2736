import type { ImagePixel } from '../dicom/image-pixel.ts';
import { codeStreamEndOf } from './code-stream-end.ts';
import type { CodecNote, DecodedFrame, DecodeOptions } from './codec.ts';
import { asCells, beyondStored, codedPixel, surplusNotes } from './coded-picture.ts';
import type { CodedPicture } from './coded-picture.ts';
import { checkedPicture } from './jpeg-2000-claims.ts';
import { contentOf } from './jpeg-2000-content.ts';
import { closedCodeStream } from './jpeg-2000-cut.ts';
import { jpeg2000Fault } from './jpeg-2000-fault.ts';
import { sizeWithout } from './jpeg-2000-geometry.ts';
import { codeStreamPosition, fewestLevels, readJpeg2000Header } from './jpeg-2000-header.ts';
import type { Jpeg2000Header } from './jpeg-2000-header.ts';

/** A code stream that was looked at: a decoder can be given it. */
export interface OpenedCodeStream {
  /** Without boxes, from SOC to EOC. */
  readonly bytes: Uint8Array;
  readonly header: Jpeg2000Header;
  readonly picture: CodedPicture;
  /** The samples are signed. */
  readonly signed: boolean;
  /** Resolution levels that can be left out, of those that shall be. */
  readonly levels: number;
  /** It was cut, and ends where it does for `lenient`. */
  readonly cut: boolean;
  readonly notes: readonly CodecNote[];
}

const PHOTOMETRIC_INTERPRETATION = 0x00280004;
const PIXEL_REPRESENTATION = 0x00280103;

/**
 * Holds a code stream against the Image Pixel module, and against itself, before any decoder takes
 * memory on its word.
 *
 * @param given - Written to where every component is subsampled.
 * @throws FramedexError `CODEC`.
 */
export function openCodeStream(
  given: Uint8Array,
  pixel: ImagePixel,
  { lenient, reduce }: DecodeOptions,
): OpenedCodeStream {
  const bytes = given.subarray(codeStreamPosition(given));
  const found = readJpeg2000Header(bytes);
  if (found === undefined) throw jpeg2000Fault(0, 'a main header', 'one that is cut or broken');
  const picture = checkedPicture(found, pixel, bytes.length);
  const header = writeWithoutSubsampling(bytes, found);
  const signed = header.components[0]?.signed === true;
  // Where the header takes for negative what is large to the code stream, or the other way round, means
  // of the one are not means of the other.
  const isReinterpreted = signed !== (pixel.pixelRepresentation === 1);
  const levels = reduce && !isReinterpreted ? Math.min(reduce, fewestLevels(bytes, header)) : 0;
  const opened = { header, picture, signed, levels };
  const end = codeStreamEndOf(bytes);
  const behind = typeof end === 'number' ? end : undefined;
  const { fault, length, notes } = contentOf(bytes, behind, header, levels, lenient === true);
  if (fault === undefined) {
    const whole =
      behind === undefined ? closedCodeStream(bytes, header, length) : bytes.subarray(0, behind);
    const surplus = behind === undefined ? [] : surplusNotes(bytes, behind);
    return { ...opened, bytes: whole, cut: false, notes: [...notes, ...surplus] };
  }
  if (lenient !== true) throw fault;
  return { ...opened, bytes: closedCodeStream(bytes, header, length), cut: true, notes: [] };
}

/**
 * Where every component has only each `dx`-th column of the reference grid, a grid of just those
 * says the same: decoders take the size of the grid for that of the picture. Written into the bytes.
 */
function writeWithoutSubsampling(bytes: Uint8Array, header: Jpeg2000Header): Jpeg2000Header {
  const { components, image, tile, siz } = header;
  const [{ dx, dy } = { dx: 1, dy: 1 }] = components;
  const same = components.every((other) => other.dx === dx && other.dy === dy);
  if (!same || (dx === 1 && dy === 1)) return header;
  const [x0, x1] = [Math.ceil(image.x0 / dx), Math.ceil(image.x1 / dx)];
  const [y0, y1] = [Math.ceil(image.y0 / dy), Math.ceil(image.y1 / dy)];
  const single = tile.x1 >= image.x1 && tile.y1 >= image.y1;
  const area = single
    ? { x0: 0, y0: 0, x1, y1 }
    : { x0: tile.x0 / dx, y0: tile.y0 / dy, x1: tile.x1 / dx, y1: tile.y1 / dy };
  if (!Object.values(area).every(Number.isInteger)) {
    throw jpeg2000Fault(siz, 'tiles of whole samples', 'tiles that samples do not fill');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { x0: tx, y0: ty } = area;
  [x1, y1, x0, y0, area.x1 - tx, area.y1 - ty, tx, ty].forEach((value, k) => {
    view.setUint32(siz + 6 + 4 * k, value);
  });
  components.forEach((_, k) => {
    view.setUint16(siz + 41 + 3 * k, 0x0101);
  });
  const even = components.map((component) => ({ ...component, dx: 1, dy: 1 }));
  return { ...header, image: { x0, y0, x1, y1 }, tile: area, components: even };
}

/**
 * Decoders clamp signed samples of 8 bits at 0. Without the sign in SIZ, the same samples come with
 * half their range added (T.800 G.1.2). Written into the bytes.
 *
 * @returns Whether they do.
 */
export function writeWithoutSign({ bytes, header, picture, signed }: OpenedCodeStream): boolean {
  if (!signed || picture.precision > 8) return false;
  header.components.forEach((_, k) => {
    const at = header.siz + 40 + 3 * k;
    bytes[at] = (bytes[at] ?? 0) & 0x7f;
  });
  return true;
}

/**
 * Samples as a decoder gives them, 8 or 16 bits each, become cells.
 *
 * A sample is what the code stream says. Where the header says another sign, its bits are the same:
 * a signed sample for a header without sign has so many bits as the code stream says; one without sign
 * becomes negative only where its highest bit is that of Bits Stored.
 *
 * @param samples - Written to where `shifted`.
 * @param shifted - Half their range was added to signed samples.
 */
export function samplesAsCells(
  samples: Uint8Array,
  { picture, signed }: OpenedCodeStream,
  shifted: boolean,
  pixel: ImagePixel,
  into: Uint8Array | undefined,
): Uint8Array {
  const { precision } = picture;
  const { bitsAllocated, pixelRepresentation } = pixel;
  const half = 2 ** (precision - 1);
  if (bitsAllocated === 1) return packed(samples, into);
  if (precision <= 8) {
    if (shifted && pixelRepresentation === 0) {
      for (let k = 0; k < samples.length; k++) samples[k] = (samples[k] ?? 0) ^ half;
    } else if (shifted) {
      for (let k = 0; k < samples.length; k++) samples[k] = (samples[k] ?? 0) - half;
      const { buffer, byteOffset, length } = samples;
      return asCells(new Int8Array(buffer, byteOffset, length), bitsAllocated, into);
    }
    return asCells(samples, bitsAllocated, into);
  }
  const { buffer, byteOffset, byteLength } = samples;
  const values = new Uint16Array(buffer, byteOffset, byteLength / 2);
  if (signed && pixelRepresentation === 1) {
    return asCells(new Int16Array(buffer, byteOffset, byteLength / 2), bitsAllocated, into);
  }
  if (signed) {
    for (let k = 0; k < values.length; k++) values[k] = (values[k] ?? 0) & (2 * half - 1);
  }
  return asCells(values, bitsAllocated, into);
}

/** One bit a pixel, eight to the byte, the first in the lowest bit (PS3.5 8.1.1). */
function packed(samples: Uint8Array, into: Uint8Array | undefined): Uint8Array {
  const length = Math.ceil(samples.length / 8);
  const out = into?.subarray(0, length).fill(0) ?? new Uint8Array(length);
  for (let k = 0; k < samples.length; k++) {
    if (samples[k] !== 0) out[k >> 3] = (out[k >> 3] ?? 0) | (1 << (k & 7));
  }
  return out;
}

/** What a decoder gives, which undoes RCT and ICT (PS3.5 8.2.4). */
export function picturePixel(
  { header, picture }: OpenedCodeStream,
  pixel: ImagePixel,
  levels: number,
): ImagePixel {
  const coded = { ...codedPixel(pixel, picture), ...sizeWithout(header, levels) };
  const { photometricInterpretation: label } = pixel;
  return isTransformLabel(label) ? { ...coded, photometricInterpretation: 'RGB' } : coded;
}

/** Where the code stream and the header do not say the same; samples beyond the header's are changed. */
export function pictureNotes(
  { header, picture, signed, notes: opened }: OpenedCodeStream,
  pixel: ImagePixel,
  { bytes, pixel: decoded }: DecodedFrame,
): readonly CodecNote[] {
  const notes = [...opened, ...beyondStored(bytes, picture, decoded, !header.coding.reversible)];
  const { colourTransform } = header.coding;
  const { samplesPerPixel, photometricInterpretation: label, pixelRepresentation } = pixel;
  if (signed !== (pixelRepresentation === 1)) {
    const message = `${signed ? 'signed' : 'unsigned'} samples in the code stream, the other in the header`;
    notes.push({ message, tag: PIXEL_REPRESENTATION });
  }
  const transformed = colourTransform && samplesPerPixel > 1;
  if (transformed !== isTransformLabel(label) && !(transformed && label === 'RGB')) {
    const found = transformed ? 'a colour transform' : 'no colour transform';
    notes.push({
      message: `${label}, but ${found} in the code stream`,
      tag: PHOTOMETRIC_INTERPRETATION,
    });
  }
  return notes;
}

function isTransformLabel(label: string): boolean {
  return label === 'YBR_RCT' || label === 'YBR_ICT';
}
