import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { codeStreamEndOf } from './code-stream-end.ts';
import type { CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import {
  asCells,
  beyondStored,
  checkCodedPicture,
  codedPixel,
  signNotes,
  surplusNotes,
} from './coded-picture.ts';
import { dcmjsInstances, decodeByDcmjs } from './dcmjs-module.ts';
import type { DcmjsModule } from './dcmjs-module.ts';
import { readJpegXlHeader } from './jpeg-xl-header.ts';
import type { JpegXlHeader } from './jpeg-xl-header.ts';
import type { WasmInstances } from './wasm-instances.ts';

/**
 * JPEG XL (ISO/IEC 18181), by libjxl in the optional package `dcmjs-codecs`. Colours come
 * as RGB, recompressed JPEG too.
 */
export async function loadJpegXl(platform: CodecPlatform): Promise<Decoder> {
  const instances = await dcmjsInstances(platform);
  return {
    decode: (bytes, pixel, options) => decodeJpegXl(instances, bytes, pixel, options),
  };
}

async function decodeJpegXl(
  instances: WasmInstances<DcmjsModule>,
  bytes: Uint8Array,
  pixel: ImagePixel,
  { into }: DecodeOptions,
): Promise<DecodedFrame> {
  const header = checkHeader(bytes, pixel);
  const end = codeStreamEndOf(bytes);
  // Without boxes, only decoding tells whether all is there.
  if (end === undefined) throw broken(bytes.length, 'a code stream that is cut');
  const samples = await instances.run((module) =>
    decodeByDcmjs(module, 'DecodeJpegXl', bytes, header),
  );
  const decoded = codedPixel(pixel, header);
  const { photometricInterpretation: label } = pixel;
  const photometricInterpretation = header.components === 3 ? 'RGB' : label;
  const cells = asCells(samples, pixel.bitsAllocated, into);
  return {
    bytes: cells,
    pixel: { ...decoded, photometricInterpretation },
    notes: [
      ...beyondStored(cells, header, decoded, header.xyb),
      ...signNotes(header, pixel),
      ...(typeof end === 'number' ? surplusNotes(bytes, end) : []),
    ],
  };
}

/** Before memory is taken on its word. */
function checkHeader(bytes: Uint8Array, pixel: ImagePixel): JpegXlHeader {
  const header = readJpegXlHeader(bytes);
  if (header === undefined) throw broken(0, 'no header of a picture');
  const { offset, float, extraChannels, orientation, hasOthers } = header;
  if (hasOthers) throw broken(offset, 'a preview or an animation');
  if (float) throw broken(offset, 'samples that are floats');
  if (extraChannels > 0) throw broken(offset, `${extraChannels} channels more than the colours`);
  if (orientation !== 1) throw broken(offset, 'rows and columns to be turned');
  checkCodedPicture(header, pixel);
  return header;
}

function broken(offset: number, found: string): FramedexError {
  return new FramedexError('CODEC', 'broken JPEG XL, or not of one picture', { offset, found });
}
