import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import type { OpenJphModule, WaveletDecoder } from './cornerstone-modules.ts';
import { jpeg2000Fault } from './jpeg-2000-fault.ts';
import { sizeWithout } from './jpeg-2000-geometry.ts';
import {
  openCodeStream,
  pictureNotes,
  picturePixel,
  samplesAsCells,
  writeWithoutSign,
} from './jpeg-2000-picture.ts';
import type { OpenedCodeStream } from './jpeg-2000-picture.ts';
import { seenBits } from './seen-bits.ts';
import { openJph } from './wasm/openjph.ts';
import { wasmInstances } from './wasm-instances.ts';
import type { WasmInstances } from './wasm-instances.ts';

/** High-Throughput JPEG 2000 (ISO/IEC 15444-15, PS3.5 A.4.4), by OpenJPH. */
export async function loadHtj2k(platform: CodecPlatform): Promise<Decoder> {
  const wasm = '@cornerstonejs/codec-openjph/wasm';
  const instances = await wasmInstances(platform, openJph, wasm, () => undefined);
  return {
    decode: (bytes, pixel, options) => decodeHtj2k(instances, bytes, pixel, options),
  };
}

async function decodeHtj2k(
  instances: WasmInstances<OpenJphModule>,
  bytes: Uint8Array,
  pixel: ImagePixel,
  options: DecodeOptions,
): Promise<DecodedFrame> {
  const opened = openCodeStream(bytes, pixel, options);
  const levels = levelsToLeaveOut(opened);
  const shifted = writeWithoutSign(opened);
  const decoded = picturePixel(opened, pixel, levels);
  const cellBytes = Math.ceil(frameBits(decoded) / 8);
  const cells = await instances.run((module) => {
    const decoder = new module.HTJ2KDecoder();
    try {
      const samples = decodeWith(decoder, opened, levels);
      clampSamples(samples, opened, shifted);
      const placed = inOrder(samples, opened, decoded);
      const into = options.into ?? (placed === samples ? new Uint8Array(cellBytes) : undefined);
      return samplesAsCells(placed, opened, shifted, pixel, into);
    } finally {
      decoder.delete();
    }
  });
  const frame = { bytes: cells, pixel: decoded, ...(opened.cut && { partial: true }) };
  return { ...frame, notes: pictureNotes(opened, pixel, frame) };
}

/**
 * OpenJPH asks for as many lines as half the picture has, rounded up, and never comes back where there
 * is one less, as of a picture that starts at an odd position (T.800 B.5).
 */
function levelsToLeaveOut({ header, picture, levels: most }: OpenedCodeStream): number {
  let levels = most;
  while (levels > 0) {
    const { rows, columns } = sizeWithout(header, levels);
    const part = 2 ** levels;
    if (rows === Math.ceil(picture.rows / part) && columns === Math.ceil(picture.columns / part)) {
      break;
    }
    levels--;
  }
  return levels;
}

/** The samples where they are: in the memory of the module, until `delete`. */
function decodeWith(
  decoder: WaveletDecoder,
  { bytes, header, picture }: OpenedCodeStream,
  levels: number,
): Uint8Array {
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  if (levels === 0) decoder.decode();
  else decoder.decodeSubResolution(levels);
  const { width, height, componentCount, bitsPerSample } = decoder.getFrameInfo();
  const given = decoder.getDecodedBuffer();
  const { rows, columns } = sizeWithout(header, levels);
  const length = rows * columns * picture.components * (picture.precision > 8 ? 2 : 1);
  if (
    width === picture.columns &&
    height === picture.rows &&
    componentCount === picture.components &&
    bitsPerSample === picture.precision &&
    given.length === length
  ) {
    return new Uint8Array(given.buffer, given.byteOffset, length);
  }
  throw jpeg2000Fault(
    picture.offset,
    `${picture.rows} rows, ${picture.columns} columns`,
    `${height} rows, ${width} columns, ${given.length} bytes of OpenJPH`,
  );
}

/** OpenJPH gives what the wavelet gives, which may be beyond the bits of a sample (T.800 G.1.2): it is changed. */
function clampSamples(
  samples: Uint8Array,
  { picture: { precision }, signed }: OpenedCodeStream,
  shifted: boolean,
): void {
  // The module itself clamps to these.
  if (precision === 8 || precision === 16) return;
  const { buffer, byteOffset, byteLength } = samples;
  const lowest = signed && !shifted ? -(2 ** (precision - 1)) : 0;
  const highest = lowest + 2 ** precision - 1;
  // Of nearly every frame, none is beyond.
  if (seenBits(samples, precision > 8 ? 2 : 1) <= highest) return;
  if (precision < 8) clamp(samples, lowest, highest);
  else if (lowest < 0) clamp(new Int16Array(buffer, byteOffset, byteLength / 2), lowest, highest);
  else clamp(new Uint16Array(buffer, byteOffset, byteLength / 2), lowest, highest);
}

function clamp(
  values: Uint8Array | Uint16Array | Int16Array,
  lowest: number,
  highest: number,
): void {
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    if (value > highest) values[k] = highest;
    else if (value < lowest) values[k] = lowest;
  }
}

/**
 * Without a colour transform, OpenJPH gives line after line of one component after the other, which
 * the module takes for a line of each in turn.
 */
function inOrder(
  samples: Uint8Array,
  { header, picture: { components, precision } }: OpenedCodeStream,
  { rows, columns }: ImagePixel,
): Uint8Array {
  if (components === 1 || header.coding.colourTransform) return samples;
  if (precision <= 8) return interleaved(samples, new Uint8Array(samples.length));
  const { buffer, byteOffset, byteLength } = samples;
  const values = new Uint16Array(byteLength / 2);
  interleaved(new Uint16Array(buffer, byteOffset, byteLength / 2), values);
  return new Uint8Array(values.buffer);

  function interleaved<T extends Uint8Array | Uint16Array>(from: T, to: T): T {
    let line = 0;
    for (let component = 0; component < components; component++) {
      for (let row = 0; row < rows; row++, line++) {
        let at = row * columns * components + component;
        let taken = Math.floor(line / components) * columns * components + (line % components);
        for (let column = 0; column < columns; column++) {
          to[at] = from[taken] ?? 0;
          at += components;
          taken += components;
        }
      }
    }
    return to;
  }
}
