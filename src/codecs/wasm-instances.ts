import type { CodecPlatform } from './codec.ts';
import { awake } from './awake.ts';
import { compileWasm } from './compile-wasm.ts';

/** What of an Emscripten module is used of every one. */
export interface WasmModule {
  readonly HEAPU8: Uint8Array;
}

/** Options of an Emscripten factory that are used here. */
export interface WasmModuleOptions {
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => object;
}

/** How a package makes an instance of its module. */
export type WasmFactory<M extends WasmModule> = (options: WasmModuleOptions) => Promise<M>;

/** Memory of a module never shrinks: one large frame would keep it taken. */
const LARGEST_HEAP = 256 * 1024 * 1024;

/**
 * One instance of a WebAssembly module at a time. Whatever is thrown out of one leaves its stack
 * where it was, so that frames after it would fail, or worse: it is given up, and so is one whose
 * memory grew large. The next frame gets a new one, from code that was compiled once.
 */
export class WasmInstances<M extends WasmModule> {
  readonly #start: () => Promise<M>;
  #current: Promise<M> | undefined;

  constructor(start: () => Promise<M>) {
    this.#start = () => awake(start);
  }

  /**
   * Lets `work` have the module for as long as it runs: it must not keep views of its memory. When it
   * throws, the instance is given up; where it catches what the module threw, it says `giveUp`.
   */
  async run<T>(work: (module: M, giveUp: () => void) => T): Promise<T> {
    for (;;) {
      const current = (this.#current ??= this.#start());
      let module: M;
      try {
        module = await current;
      } catch (error) {
        this.#giveUp(current);
        throw error;
      }
      // Others that waited for the same one may have broken it.
      if (this.#current !== current) continue;
      try {
        const result = work(module, () => {
          this.#giveUp(current);
        });
        if (module.HEAPU8.length > LARGEST_HEAP) this.#giveUp(current);
        return result;
      } catch (error) {
        this.#giveUp(current);
        throw error;
      }
    }
  }

  #giveUp(instance: Promise<M>): void {
    if (this.#current === instance) this.#current = undefined;
  }
}

/**
 * Instances of the module of a package, which is compiled now.
 *
 * @param specifier - Of the module, as {@link CodecPlatform.wasm} takes it.
 * @param print - Gets the lines that the module writes.
 */
export async function wasmInstances<M extends WasmModule>(
  platform: CodecPlatform,
  factory: WasmFactory<M>,
  specifier: string,
  print: (line: string) => void,
): Promise<WasmInstances<M>> {
  const compiled = await compileWasm(await platform.wasm(specifier));
  return new WasmInstances(
    () =>
      new Promise<M>((resolve, reject) => {
        const instantiateWasm: WasmModuleOptions['instantiateWasm'] = (imports, done) => {
          WebAssembly.instantiate(compiled, imports).then(done).catch(reject);
          return {};
        };
        factory({ print, printErr: print, instantiateWasm }).then(resolve, reject);
      }),
  );
}
