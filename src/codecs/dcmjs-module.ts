import { FramedexError, isFramedexError } from '../errors.ts';
import type { CodecPlatform } from './codec.ts';
import type { CodedPicture } from './coded-picture.ts';
import { compileWasm } from './compile-wasm.ts';
import { WasmInstances } from './wasm-instances.ts';
import type { WasmModule } from './wasm-instances.ts';

/** All of the package that is used. */
const SPECIFIER = 'dcmjs-codecs/build/dcmjs-native-codecs.wasm';

/** `badf` of WASI. */
const BAD_DESCRIPTOR = 8;

/** An address in the memory of the module. */
type Pointer = number;

/** Functions of the module. */
interface DcmjsExports {
  readonly memory: WebAssembly.Memory;
  readonly _initialize: () => void;
  readonly CreateCodecsContext: () => Pointer;
  readonly ReleaseCodecsContext: (context: Pointer) => void;
  readonly CreateDecoderParameters: () => Pointer;
  readonly ReleaseDecoderParameters: (parameters: Pointer) => void;
  readonly SetConvertColorspaceToRgb: (parameters: Pointer, convert: 0 | 1) => void;
  readonly SetColumns: (context: Pointer, columns: number) => void;
  readonly SetRows: (context: Pointer, rows: number) => void;
  readonly SetBitsAllocated: (context: Pointer, bits: number) => void;
  readonly SetBitsStored: (context: Pointer, bits: number) => void;
  readonly SetSamplesPerPixel: (context: Pointer, samples: number) => void;
  readonly SetEncodedBufferSize: (context: Pointer, length: number) => void;
  readonly GetEncodedBuffer: (context: Pointer) => Pointer;
  readonly GetDecodedBufferSize: (context: Pointer) => number;
  readonly GetDecodedBuffer: (context: Pointer) => Pointer;
  readonly DecodeJpeg: (context: Pointer, parameters: Pointer) => void;
  readonly DecodeJpegXl: (context: Pointer, parameters: Pointer) => void;
}

/** An instance of the native codecs of dcmjs-codecs. */
export interface DcmjsModule extends WasmModule {
  readonly functions: DcmjsExports;
  /** What libraries inside said of the code stream since this was emptied. */
  readonly messages: string[];
}

const INSTANCES = new WeakMap<CodecPlatform, Promise<WasmInstances<DcmjsModule>>>();

/**
 * The module's instances, the same for all codecs of a platform: each takes 256 MiB of addresses.
 *
 * @throws FramedexError `CODEC_MISSING` where the package is not installed.
 */
export function dcmjsInstances(platform: CodecPlatform): Promise<WasmInstances<DcmjsModule>> {
  let instances = INSTANCES.get(platform);
  if (instances === undefined) {
    instances = compile(platform);
    INSTANCES.set(platform, instances);
    // It may be there the next time.
    instances.catch(() => INSTANCES.delete(platform));
  }
  return instances;
}

async function compile(platform: CodecPlatform): Promise<WasmInstances<DcmjsModule>> {
  let given: Uint8Array | Response;
  try {
    given = await platform.wasm(SPECIFIER);
  } catch (cause) {
    // A browser has it where the page says, and says so.
    if (isFramedexError(cause)) throw cause;
    const summary = 'the package that decodes JPEG of 12 bits and JPEG XL is not there';
    const details = { name: 'dcmjs-codecs', advice: 'npm install dcmjs-codecs' };
    throw new FramedexError('CODEC_MISSING', summary, details, { cause });
  }
  const compiled = await compileWasm(given);
  return new WasmInstances(() => start(compiled));
}

async function start(compiled: WebAssembly.Module): Promise<DcmjsModule> {
  const messages: string[] = [];
  const text = (at: Pointer, length: number): string =>
    String.fromCharCode(...new Uint8Array(functions.memory.buffer, at, length));
  const unused = (): number => 0;
  const noFile = (): number => BAD_DESCRIPTOR;
  const env = {
    onCodecsException: (at: Pointer, length: number): never => {
      throw new Error(text(at, length));
    },
    onCodecsInfo: (at: Pointer, length: number): void => {
      messages.push(text(at, length));
    },
    onCodecsTrace: unused,
    emscripten_notify_memory_growth: unused,
  };
  // No environment, a clock that stands still, and no files: of one that takes what it is given but
  // says not how much, writing would never end.
  const wasi_snapshot_preview1 = {
    environ_sizes_get: unused,
    environ_get: unused,
    clock_time_get: unused,
    fd_write: noFile,
    fd_seek: noFile,
    fd_close: noFile,
    proc_exit: (status: number): never => {
      throw new Error(`the module ended with ${status}`);
    },
  };
  const instance = await WebAssembly.instantiate(compiled, { env, wasi_snapshot_preview1 });
  // What a module exports, no type can know.
  const functions = instance.exports as unknown as DcmjsExports;
  functions._initialize();
  return {
    functions,
    messages,
    get HEAPU8() {
      return new Uint8Array(functions.memory.buffer);
    },
  };
}

/**
 * Decodes a code stream whose header says what `picture` says: on that, the module takes its memory.
 * Whatever it throws must end the instance.
 *
 * @throws FramedexError `CODEC`.
 * @returns Cells of 8 or 16 bits, side by side, not of the module's memory.
 */
export function decodeByDcmjs(
  { functions, messages }: DcmjsModule,
  method: 'DecodeJpeg' | 'DecodeJpegXl',
  bytes: Uint8Array,
  picture: CodedPicture,
): Uint8Array | Uint16Array {
  const cellBits = picture.precision <= 8 ? 8 : 16;
  messages.length = 0;
  const parameters = functions.CreateDecoderParameters();
  const context = functions.CreateCodecsContext();
  functions.SetConvertColorspaceToRgb(parameters, 0);
  functions.SetRows(context, picture.rows);
  functions.SetColumns(context, picture.columns);
  functions.SetSamplesPerPixel(context, picture.components);
  functions.SetBitsAllocated(context, cellBits);
  functions.SetBitsStored(context, picture.precision);
  functions.SetEncodedBufferSize(context, bytes.length);
  new Uint8Array(functions.memory.buffer).set(bytes, functions.GetEncodedBuffer(context));
  try {
    functions[method](context, parameters);
  } catch (cause) {
    const details = { offset: picture.offset, found: 'a fault in the coded data' };
    throw new FramedexError('CODEC', 'broken code stream', details, { cause });
  }
  const at = functions.GetDecodedBuffer(context);
  const decoded = functions.memory.buffer.slice(at, at + functions.GetDecodedBufferSize(context));
  functions.ReleaseCodecsContext(context);
  functions.ReleaseDecoderParameters(parameters);
  const expected = (picture.rows * picture.columns * picture.components * cellBits) / 8;
  if (decoded.byteLength !== expected) {
    throw new FramedexError('CODEC', 'the code stream is of another picture than its header', {
      offset: picture.offset,
      expected: `${expected} bytes`,
      found: String(decoded.byteLength),
    });
  }
  return cellBits === 8 ? new Uint8Array(decoded) : new Uint16Array(decoded);
}
