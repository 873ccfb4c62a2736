/** As `platform.ts` for browsers: what the portable entry point brings, and the module of the optional package. */
import type { CodecPlatform } from '../../src/codecs/codec.ts';
import { codecsOfBrowser } from '../../src/codecs/browser-platform.ts';
import { createPlatformContext } from '../../src/file/context.ts';
import type { Context, ContextOptions } from '../../src/file/context.ts';
import type { Inflater } from '../../src/inflate/inflater.ts';
import { portableInflater } from '../../src/inflate/portable-inflater.ts';

export { open } from '../../src/index.ts';

export const inflater: Inflater = portableInflater;

const codecs = codecsOfBrowser({
  wasm: {
    'dcmjs-codecs/build/dcmjs-native-codecs.wasm': new URL(
      '../../node_modules/dcmjs-codecs/build/dcmjs-native-codecs.wasm',
      import.meta.url,
    ),
  },
});

export const wasm: CodecPlatform['wasm'] = codecs.wasm;

export function createContext(options?: ContextOptions): Context {
  return createPlatformContext({ inflater, ...codecs }, options);
}
