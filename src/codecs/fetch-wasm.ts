import { FramedexError } from '../errors.ts';

/** URLs of WebAssembly modules, by the specifiers that packages have for them. */
export type WasmPlaces = Readonly<Record<string, string>>;

/**
 * A WebAssembly module as it arrives: from where the page says that it is, else from where the build put it.
 *
 * @throws FramedexError `CODEC_MISSING` where it is in neither place, or a page is there instead: servers of
 * applications answer so for what they do not have.
 */
export async function fetchWasm(specifier: string, given: WasmPlaces): Promise<Response> {
  const place = given[specifier] ?? builtPlace(specifier)?.href;
  if (place === undefined) throw missing(specifier, undefined);
  const response = await fetch(place).catch((cause: unknown) => {
    throw missing(specifier, cause);
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && !/^\s*text\/html\b/i.test(type)) return response;
  throw missing(specifier, new Error(`HTTP ${response.status}, ${type}`));
}

/** Each in words that bundlers look for: what they read here, they ship and rename. */
function builtPlace(specifier: string): URL | undefined {
  switch (specifier) {
    case '@cornerstonejs/codec-charls/decodewasm':
      return new URL('./wasm/charls.wasm', import.meta.url);
    case '@cornerstonejs/codec-openjpeg/decodewasm':
      return new URL('./wasm/openjpeg.wasm', import.meta.url);
    case '@cornerstonejs/codec-openjph/wasm':
      return new URL('./wasm/openjph.wasm', import.meta.url);
    case '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm':
      return new URL('./wasm/libjpeg-turbo.wasm', import.meta.url);
    default:
      return undefined;
  }
}

function missing(specifier: string, cause: unknown): FramedexError {
  return new FramedexError(
    'CODEC_MISSING',
    'the WebAssembly module of a codec is not there',
    {
      name: specifier,
      advice: `Say where it is: createContext({ wasm: { '${specifier}': url } }).`,
    },
    { cause },
  );
}
