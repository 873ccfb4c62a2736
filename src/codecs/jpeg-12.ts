import type { CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import { dcmjsInstances, decodeByDcmjs } from './dcmjs-module.ts';
import type { DcmjsModule } from './dcmjs-module.ts';
import { checkDctFrame, dctResult } from './jpeg-dct.ts';
import type { DctFrame } from './jpeg-dct.ts';
import type { WasmInstances } from './wasm-instances.ts';

/** How libjpeg words it that the coded data is not what it must be; it goes on nevertheless. */
const FAULTS = ['Corrupt JPEG data', 'Premature end', 'Inconsistent progression'];

/**
 * JPEG of 12 bits by discrete cosine transform (T.81; PS3.5 A.4.1): extended and progressive. By the
 * optional package `dcmjs-codecs`. What has such code streams, their headers alone tell.
 */
export async function loadJpeg12(platform: CodecPlatform): Promise<Decoder> {
  const instances = await dcmjsInstances(platform);
  return {
    decode: (bytes, pixel, options) =>
      decodeJpeg12(instances, checkDctFrame(bytes, pixel, 12, options.lenient), options),
  };
}

async function decodeJpeg12(
  instances: WasmInstances<DcmjsModule>,
  frame: DctFrame,
  options: DecodeOptions,
): Promise<DecodedFrame> {
  const { header, bytes } = frame;
  const picture = { ...header, components: header.components.length };
  const { samples, fault } = await instances.run((module) => ({
    samples: decodeByDcmjs(module, 'DecodeJpeg', bytes, picture),
    fault: module.messages.find((line) => FAULTS.some((fault) => line.includes(fault))),
  }));
  return dctResult(samples, frame, fault === undefined ? undefined : new Error(fault), options);
}
