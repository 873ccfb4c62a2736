import { FramedexError } from '../errors.ts';
import type { CodecPlatform } from './codec.ts';
import { fetchWasm } from './fetch-wasm.ts';
import type { WasmPlaces } from './fetch-wasm.ts';
import type { WorkerLike } from './pool.ts';
import type { WorkerReply } from './protocol.ts';
import type { WorkerSetting } from './web-worker-setting.ts';

/** How codecs are found in a browser. */
export interface BrowserCodecOptions {
  /**
   * Where WebAssembly modules are, by the specifiers that their packages have for them. Those of the package's
   * own codecs lie beside it and need nothing said, unless they are served from elsewhere. The module of the optional
   * package `dcmjs-codecs` (JPEG of 12 bits, JPEG XL) has a place only by this. Workers are told, those of `worker`
   * too.
   *
   * @example
   * ```ts
   * const specifier = 'dcmjs-codecs/build/dcmjs-native-codecs.wasm';
   * createContext({ wasm: { [specifier]: '/assets/dcmjs-native-codecs.wasm' } });
   * ```
   */
  readonly wasm?: Readonly<Record<string, string | URL>> | undefined;
}

/** What browsers bring for codecs. */
export interface BrowserCodecs extends Pick<CodecPlatform, 'wasm'> {
  /** Undefined where there are no workers, as inside of those of some browsers. */
  readonly worker: (() => WorkerLike) | undefined;
  readonly cores: number | undefined;
}

/**
 * @param own - Starts a worker in the page's way, where it has one.
 * @throws FramedexError `USAGE` for a place that is no URL.
 */
export function codecsOfBrowser(
  { wasm = {} }: BrowserCodecOptions,
  own?: () => WorkerLike,
): BrowserCodecs {
  const places = Object.fromEntries(
    Object.entries(wasm).map(([specifier, place]) => [specifier, absolute(specifier, place)]),
  );
  const start = own ?? ('Worker' in globalThis ? startWorker : undefined);
  // Node has it from version 21 on.
  const { navigator } = globalThis as { readonly navigator?: Partial<Navigator> };
  return {
    wasm: (specifier) => fetchWasm(specifier, places),
    worker: start && (() => told(start(), places)),
    cores: navigator?.hardwareConcurrency,
  };
}

/** A worker has another base than the page for which a place was written down. */
function absolute(specifier: string, place: string | URL): string {
  try {
    return new Request(place).url;
  } catch {
    // Nothing of it is said: it may have a password, or a token, and so has what was thrown.
    const details = { expected: 'a URL, without a name and a password in it' };
    throw new FramedexError('USAGE', `wasm['${specifier}'] cannot be`, details);
  }
}

function startWorker(): WorkerLike {
  // In words that bundlers look for.
  return new Worker(new URL('./web-worker.js', import.meta.url), { type: 'module' });
}

/** Once it is ready: a module of the page's own may not listen any sooner. No frame comes before that either. */
function told(worker: WorkerLike, wasm: WasmPlaces): WorkerLike {
  const setting: WorkerSetting = { wasm };
  worker.addEventListener('message', ({ data }) => {
    if ((data as WorkerReply).kind === 'ready') worker.postMessage(setting, []);
  });
  return worker;
}
