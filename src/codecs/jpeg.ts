import type { CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import type { JpegTurboModule } from './cornerstone-modules.ts';
import { checkDctFrame, decodeDct, unsupportedJpeg } from './jpeg-dct.ts';
import type { DctFrame, DctOutcome } from './jpeg-dct.ts';
import { jpegSegments } from './jpeg-header.ts';
import type { JpegHeader } from './jpeg-header.ts';
import { libjpegTurbo } from './wasm/libjpeg-turbo.ts';
import { wasmInstances } from './wasm-instances.ts';
import type { WasmInstances } from './wasm-instances.ts';

const SOI_BYTES = 2;
const APP0 = 0xe0;
const APP14 = 0xee;
/** Of the first component, and of the others, in three: all that TurboJPEG has names for. */
const SAMPLINGS: readonly string[] = [
  ...['1x1 1x1', '1x2 1x2', '1x3 1x3', '2x1 2x1', '3x1 3x1'],
  ...['2x1 1x1', '2x2 1x2', '1x2 1x1', '2x2 2x1', '2x2 1x1', '4x1 1x1', '1x4 1x1'],
];
/** The APP14 of Adobe: version 100, no flags, no colour transform (T.872 6.5.3). */
const NO_TRANSFORM = Uint8Array.of(
  ...[0xff, APP14, 0, 14],
  ...[0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0],
);

/**
 * JPEG of 8 bits by discrete cosine transform (T.81; PS3.5 A.4.1), by libjpeg-turbo: baseline,
 * extended and progressive.
 */
export async function loadJpeg(platform: CodecPlatform): Promise<Decoder> {
  const wasm = '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm';
  const instances = await wasmInstances(platform, libjpegTurbo, wasm, () => undefined);
  return {
    decode: (bytes, pixel, options) =>
      decodeJpeg(instances, checkDctFrame(bytes, pixel, 8, options.lenient), options),
  };
}

/** Components as they are coded, chroma upsampled: no colour is transformed. */
async function decodeJpeg(
  instances: WasmInstances<JpegTurboModule>,
  frame: DctFrame,
  options: DecodeOptions,
): Promise<DecodedFrame> {
  checkSampling(frame.header);
  const decode = (bytes: Uint8Array): Promise<DctOutcome> => {
    const parts = withoutTransform(bytes);
    return instances.run((module, giveUp) => {
      const outcome = decodeOnce(module, parts);
      if (outcome.fault !== undefined) giveUp();
      return outcome;
    });
  };
  return decodeDct(frame, decode, options);
}

/** @throws FramedexError `CODEC`. */
function checkSampling({ components, offset }: JpegHeader): void {
  if (components.length !== 3) return;
  const factors = components.map(({ horizontal, vertical }) => `${horizontal}x${vertical}`);
  const [first, second, third] = factors;
  if (second === third && SAMPLINGS.includes(`${first} ${second}`)) return;
  const expected = 'chroma of the same size, and one of the usual ratios';
  throw unsupportedJpeg(`sampling factors ${factors.join(', ')}`, expected, offset);
}

function decodeOnce(module: JpegTurboModule, parts: readonly Uint8Array[]): DctOutcome {
  const decoder = new module.JPEGDecoder();
  const encoded = decoder.getEncodedBuffer(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    encoded.set(part, at);
    at += part.length;
  }
  try {
    decoder.decode();
  } catch (thrown) {
    // The number of an exception within the module, or a trap.
    const fault =
      thrown instanceof Error ? thrown : new Error(`libjpeg-turbo threw ${String(thrown)}`);
    return { samples: ownSamples(decoder.getDecodedBuffer()), fault };
  }
  const samples = ownSamples(decoder.getDecodedBuffer());
  decoder.delete();
  return { samples, fault: undefined };
}

/** A copy already, by how this module gives it. */
function ownSamples({ buffer, byteOffset, length }: Uint8Array | Uint8ClampedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/**
 * The code stream, in parts, as one without a colour transform: without the markers by which libjpeg
 * would find that there is one, with one that says that there is none.
 */
function withoutTransform(bytes: Uint8Array): readonly Uint8Array[] {
  const parts = [bytes.subarray(0, SOI_BYTES), NO_TRANSFORM];
  let from = SOI_BYTES;
  for (const { marker, offset, end } of jpegSegments(bytes)) {
    if (marker !== APP0 && marker !== APP14) continue;
    parts.push(bytes.subarray(from, offset));
    from = end;
  }
  parts.push(bytes.subarray(from));
  return parts;
}
