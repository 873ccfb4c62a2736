// The codec packages of Cornerstone as their documentation has them used: a decoder a frame, none of
// the guards. Where the fragments are comes from the generator.

import charls from '@cornerstonejs/codec-charls/decodewasmjs';
import turbo from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import openjpeg from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import openjph from '@cornerstonejs/codec-openjph/wasmjs';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { withFile } from './read-file.mjs';

const require = createRequire(import.meta.url);

export async function load() {
  return {
    'codec-jpeg': decoding(turbo, 'codec-libjpeg-turbo-8bit/decodewasm', 'JPEGDecoder'),
    'codec-jpeg-ls': decoding(charls, 'codec-charls/decodewasm', 'JpegLSDecoder'),
    'codec-jpeg-2000': decoding(openjpeg, 'codec-openjpeg/decodewasm', 'J2KDecoder'),
    'codec-htj2k': decoding(openjph, 'codec-openjph/wasm', 'HTJ2KDecoder'),
  };
}

function decoding(factory, wasm, name) {
  let started;
  return async (data, take) => {
    started ??= start(factory, wasm);
    const module = await started;
    withFile(data.file, (read) => {
      for (const { offset, length } of data.fragments) {
        take(decoded(new module[name](), read(length, offset)));
      }
    });
  };
}

function start(factory, wasm) {
  const wasmBinary = readFileSync(require.resolve(`@cornerstonejs/${wasm}`));
  return factory({ wasmBinary, print: () => undefined, printErr: () => undefined });
}

function decoded(decoder, bytes) {
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    return decoder.getDecodedBuffer().slice();
  } finally {
    decoder.delete();
  }
}
