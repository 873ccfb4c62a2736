// dcmjs-codecs by its interface of single frames. Where the fragments are comes from the generator.

import dcmjsCodecs from 'dcmjs-codecs';
import { createRequire } from 'node:module';
import { withFile } from './read-file.mjs';

const { Context, NativeCodecs } = dcmjsCodecs;
const require = createRequire(import.meta.url);
const RAW = { convertColorspaceToRgb: false };

export async function load() {
  return {
    'codec-jpeg': decoding('decodeJpeg'),
    'codec-jpeg-12': decoding('decodeJpeg'),
    'codec-jpeg-lossless': decoding('decodeJpeg'),
    'codec-jpeg-ls': decoding('decodeJpegLs'),
    'codec-jpeg-2000': decoding('decodeJpeg2000'),
    'codec-htj2k': decoding('decodeHtJpeg2000'),
    'codec-jpeg-xl': decoding('decodeJpegXl'),
  };
}

function decoding(method) {
  return async ({ file, fragments, pixel }, take) => {
    if (!NativeCodecs.isInitialized()) {
      const wasm = require.resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm');
      await NativeCodecs.initializeAsync({ webAssemblyModulePathOrUrl: wasm });
    }
    const { rows: height, columns: width, ...rest } = pixel;
    withFile(file, (read) => {
      for (const { offset, length } of fragments) {
        const encodedBuffer = read(length, offset);
        const context = new Context({ width, height, ...rest, encodedBuffer });
        take(NativeCodecs[method](context, RAW).getDecodedBuffer());
      }
    });
  };
}
