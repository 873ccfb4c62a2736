import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import type { OpenJpegModule, WaveletDecoder } from './cornerstone-modules.ts';
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
import { openJpeg } from './wasm/openjpeg.ts';
import { wasmInstances } from './wasm-instances.ts';
import type { WasmInstances } from './wasm-instances.ts';

/** JPEG 2000, part 1 (ISO/IEC 15444-1, PS3.5 A.4.4), by OpenJPEG. */
export async function loadJpeg2000(platform: CodecPlatform): Promise<Decoder> {
  const wasm = '@cornerstonejs/codec-openjpeg/decodewasm';
  // OpenJPEG throws nothing: that a frame failed is in what it prints.
  const errors: string[] = [];
  const instances = await wasmInstances(platform, openJpeg, wasm, (line) => {
    if (line.includes('[ERROR]')) errors.push(line);
  });
  return {
    decode: (bytes, pixel, options) => decodeJpeg2000(instances, errors, bytes, pixel, options),
  };
}

async function decodeJpeg2000(
  instances: WasmInstances<OpenJpegModule>,
  errors: string[],
  bytes: Uint8Array,
  pixel: ImagePixel,
  options: DecodeOptions,
): Promise<DecodedFrame> {
  const opened = openCodeStream(bytes, pixel, options);
  const { picture, levels } = opened;
  const { components, offset } = picture;
  if (components !== 1 && components !== 3) {
    throw jpeg2000Fault(offset, '1 or 3 components', String(components));
  }
  const shifted = writeWithoutSign(opened);
  const samples = await instances.run((module) => {
    const decoder = new module.J2KDecoder();
    try {
      return decodeWith(decoder, errors, opened);
    } finally {
      decoder.delete();
    }
  });
  const decoded = {
    bytes: samplesAsCells(samples, opened, shifted, pixel, options.into),
    pixel: picturePixel(opened, pixel, levels),
    ...(opened.cut && { partial: true }),
  };
  return { ...decoded, notes: pictureNotes(opened, pixel, decoded) };
}

/** The samples, in the memory of the module or not. */
function decodeWith(
  decoder: WaveletDecoder,
  errors: string[],
  { bytes, header, picture, levels }: OpenedCodeStream,
): Uint8Array {
  errors.length = 0;
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  if (levels === 0) decoder.decode();
  // 0: all layers.
  else decoder.decodeSubResolution(levels, 0);
  const [error] = errors;
  if (error !== undefined) {
    throw jpeg2000Fault(picture.offset, 'JPEG 2000', `OpenJPEG: ${error.slice(0, 200).trim()}`);
  }
  const { width, height, componentCount, bitsPerSample } = decoder.getFrameInfo();
  const given = decoder.getDecodedBuffer();
  const { width: across, height: down } = decoder.calculateSizeAtDecompositionLevel(levels);
  const { rows, columns } = sizeWithout(header, levels);
  const pixelBytes = picture.components * (picture.precision > 8 ? 2 : 1);
  if (
    width === picture.columns &&
    height === picture.rows &&
    componentCount === picture.components &&
    bitsPerSample === picture.precision &&
    given.length === across * down * pixelBytes &&
    across >= columns &&
    down >= rows
  ) {
    const samples = new Uint8Array(given.buffer, given.byteOffset, given.length);
    return withRowsOf(samples, rows, columns * pixelBytes, across * pixelBytes);
  }
  throw jpeg2000Fault(
    picture.offset,
    `${picture.rows} rows, ${picture.columns} columns`,
    `${height} rows, ${width} columns, ${given.length} bytes of OpenJPEG`,
  );
}

/**
 * The module halves the size of the picture and rounds up, which is more than there is of one that
 * starts at an odd position (T.800 B.5): rows that are longer than their samples are closed up, in place.
 */
function withRowsOf(
  samples: Uint8Array,
  rows: number,
  rowBytes: number,
  stride: number,
): Uint8Array {
  if (stride !== rowBytes) {
    for (let row = 1; row < rows; row++) {
      samples.copyWithin(row * rowBytes, row * stride, row * stride + rowBytes);
    }
  }
  return samples.subarray(0, rows * rowBytes);
}
