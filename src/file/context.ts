import { createRemoteCache } from '../bytes/remote-cache.ts';
import type { RemoteCache } from '../bytes/remote-cache.ts';
import { createInflatedCache } from '../inflate/inflated-cache.ts';
import type { StartIndexing } from '../inflate/indexing-protocol.ts';
import type { Inflating } from '../inflate/inflating.ts';
import type { Spool } from '../inflate/spool.ts';
import type { Codec, CodecPlatform } from '../codecs/codec.ts';
import { createFrameDecoding } from '../codecs/frame-decoding.ts';
import type { FrameDecoding } from '../codecs/frame-decoding.ts';
import { CodecPool } from '../codecs/pool.ts';
import type { WorkerLike } from '../codecs/pool.ts';
import { defaultCodecs } from '../codecs/default-codecs.ts';
import { createRegistry } from '../codecs/registry.ts';
import { DEFAULT_LIMITS } from '../dicom/limits.ts';
import type { GivenLimits, Limits } from '../dicom/limits.ts';
import type { PictureEncoders } from '../display/picture-encoders.ts';
import { FramedexError } from '../errors.ts';
import { createFrameCache } from '../frames/cache.ts';
import type { FrameCache } from '../frames/cache.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * What files share. Every bound is in bytes; `Infinity` is none. Pages have more options, `wasm` is one: TypeScript
 * knows of them with `customConditions: ["browser"]` in `compilerOptions`, else of those of Node.
 */
export interface ContextOptions {
  /** Decoded frames that are kept: 256 MiB. 0 keeps none. */
  readonly frameCacheBytes?: number | undefined;
  /**
   * Inflated archive members that are kept: 256 MiB. 0 keeps none; the one that is being read is held
   * until it is closed, or until the next such one is read.
   */
  readonly inflatedCacheBytes?: number | undefined;
  /**
   * Bytes of sources that are far away (HTTP, object stores) that are kept: 64 MiB, of all of them together. What
   * is being read is held beside them.
   */
  readonly remoteCacheBytes?: number | undefined;
  /**
   * Archive members of up to so many bytes are inflated as a whole when a frame of them is read: 64 MiB.
   * Of bigger ones frames are read in passing, or from where the member can be resumed. A header that
   * goes on beyond the first MiB takes the whole too, at once: some tenths of a second for 64 MiB, in which nothing
   * else of the thread is done.
   */
  readonly wholeMemberBytes?: number | undefined;
  /** Codecs beside the package's own, which they take the place of where they name the same UID. */
  readonly codecs?: readonly Codec[] | undefined;
  /**
   * The most threads that decode compressed frames: as many as there are cores, 8 at most. They are
   * started when a frame, or a run of them, is worth it, and ended when they idle. 0 decodes all frames
   * in the thread that asks for them; so it is in a page that may not start any.
   */
  readonly workers?: number | undefined;
  /**
   * Milliseconds that a worker may take for one frame: 60,000. Then it is ended and the frame fails with
   * `CODEC_TIMEOUT`. Its start does not count, nor does the time in which the WebAssembly of a codec comes over
   * the network. What is decoded without a worker cannot be stopped.
   */
  readonly codecTimeout?: number | undefined;
  /**
   * Decodes every code stream in a worker, however short: nothing that a file makes a codec do then
   * stops this thread, or ends the process. Codecs of `codecs` are functions, and stay in this thread; so
   * does what no codec does: markers of code streams are followed here to find where frames end, and with
   * `reduce` the packet headers of JPEG 2000, for as long as their bytes last.
   */
  readonly isolate?: boolean | undefined;
  /**
   * Starts a worker of a browser in your own way: one whose module imports `framedex/codec-worker`.
   *
   * @example
   * ```ts
   * // decode.js has one line: import 'framedex/codec-worker';
   * createContext({
   *   worker: () => new Worker(new URL('./decode.js', import.meta.url), { type: 'module' }),
   * });
   * ```
   */
  readonly worker?: (() => WorkerLike) | undefined;
  readonly limits?: GivenLimits | undefined;
}

/** What the platform has at hand. */
export interface Platform extends CodecPlatform {
  /** How pictures are written: PNG by the platform's own streams where nothing is said. */
  readonly encoders?: PictureEncoders | undefined;
  /** How threads are started that decode. */
  readonly worker?: (() => WorkerLike) | undefined;
  /** How a run over a big deflated member is started, in a thread of its own. */
  readonly startIndexing?: StartIndexing | undefined;
  /** Where big deflated members are spooled, instead of being indexed. */
  readonly spool?: Spool | undefined;
  /** How many threads run at a time; 4 where that is not known. */
  readonly cores?: number | undefined;
}

/**
 * The resources that files share: caches, codecs, and in Node open descriptors. Give one to `open`
 * to bound what many files take together; without one they share a default.
 */
export interface Context extends AsyncDisposable {
  readonly platform: Platform;
  readonly limits: Limits;
  readonly frames: FrameCache;
  readonly inflating: Inflating;
  /** Bytes that came over the network. */
  readonly remote: RemoteCache;
  readonly codecs: FrameDecoding;
  /** UIDs of the transfer syntaxes that a codec decodes; native pixels need none. */
  readonly decodable: ReadonlySet<string>;
  /**
   * Gives up the caches, and ends the workers with all that they decode. In Node it closes the
   * descriptors too: reads of files that are still open fail with `CLOSED`. What is in memory, or a
   * caller's own source, stays readable.
   */
  close(): Promise<void>;
}

/**
 * A context over what a platform brings.
 *
 * @throws FramedexError `USAGE` for a bound that is no number of bytes, elements...
 */
export function createPlatformContext(platform: Platform, options: ContextOptions = {}): Context {
  const { frameCacheBytes = 256 * MEBIBYTE, inflatedCacheBytes = 256 * MEBIBYTE } = options;
  const frames = createFrameCache(byteBound('frameCacheBytes', frameCacheBytes));
  const { remoteCacheBytes = 64 * MEBIBYTE } = options;
  const remote = createRemoteCache(byteBound('remoteCacheBytes', remoteCacheBytes));
  const { wholeMemberBytes = 64 * MEBIBYTE } = options;
  const inflating: Inflating = {
    inflater: platform.inflater,
    cache: createInflatedCache(byteBound('inflatedCacheBytes', inflatedCacheBytes)),
    wholeBytes: byteBound('wholeMemberBytes', wholeMemberBytes),
    startIndexing: platform.startIndexing,
    spool: platform.spool,
  };
  const limits = limitsOf(DEFAULT_LIMITS, options.limits);
  const codecs = frameDecoding(platform, options);
  const close = async (): Promise<void> => {
    frames.clear();
    inflating.cache.clear();
    remote.clear();
    await codecs.close();
  };
  return {
    platform,
    limits,
    frames,
    inflating,
    remote,
    codecs,
    decodable: codecs.transferSyntaxes,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const MOST_THREADS = 8;
const USUAL_CORES = 4;

function frameDecoding(platform: Platform, options: ContextOptions): FrameDecoding {
  const { codecTimeout = 60_000, isolate = false, worker: start = platform.worker } = options;
  const { workers = Math.min(MOST_THREADS, platform.cores ?? USUAL_CORES) } = options;
  const threads = wholeNumber('workers', workers);
  if (Number.isNaN(codecTimeout) || codecTimeout <= 0) {
    throw new FramedexError('USAGE', 'codecTimeout cannot be', {
      expected: 'milliseconds, more than 0',
      found: String(codecTimeout),
    });
  }
  const isPossible = start !== undefined && threads > 0;
  if (isolate && !isPossible) {
    const advice = 'Give `worker`, and `workers` of 1 or more.';
    throw new FramedexError('USAGE', '`isolate` takes workers', { advice });
  }
  const registry = createRegistry([...defaultCodecs, ...(options.codecs ?? [])], platform);
  const pool = isPossible ? new CodecPool({ start, threads, timeout: codecTimeout }) : undefined;
  return createFrameDecoding({ registry, pool, own: defaultCodecs, isolate });
}

/** The limits that hold where some are given; an undefined one is none given. */
export function limitsOf(usual: Limits, given: GivenLimits = {}): Limits {
  const limits: Record<keyof Limits, number> = { ...usual };
  for (const name of Object.keys(usual) as (keyof Limits)[]) {
    const limit = given[name];
    if (limit !== undefined) limits[name] = wholeNumber(`limits.${name}`, limit);
  }
  return limits;
}

/** Bytes, whole; `Infinity` is more than there can be. */
function byteBound(option: string, value: number): number {
  if (value === Infinity) return Number.MAX_SAFE_INTEGER;
  return wholeNumber(option, Math.floor(value));
}

/** The value of an option that counts something, or `USAGE`. */
export function wholeNumber(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new FramedexError('USAGE', `${option} cannot be`, {
    expected: 'a whole number, 0 or more',
    found: String(value),
  });
}
