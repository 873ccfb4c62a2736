import type { CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import { dcmjsInstances, decodeByDcmjs } from './dcmjs-module.ts';
import type { DcmjsModule } from './dcmjs-module.ts';
import { checkDctFrame, decodeDct } from './jpeg-dct.ts';
import type { DctFrame, DctOutcome } from './jpeg-dct.ts';
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
  const { picture } = frame;
  const decode = (bytes: Uint8Array): Promise<DctOutcome> =>
    instances.run((module) => {
      const samples = decodeByDcmjs(module, 'DecodeJpeg', bytes, picture);
      const fault = module.messages.find((line) => FAULTS.some((each) => line.includes(each)));
      return { samples, fault: fault === undefined ? undefined : new Error(fault) };
    });
  return decodeDct(frame, decode, options);
}
