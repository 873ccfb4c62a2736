import { createInflatedCache } from '../bytes/inflated-cache.ts';
import type { InflatedCache } from '../bytes/inflated-cache.ts';
import type { Codec, CodecPlatform } from '../codecs/codec.ts';
import { createRegistry, defaultCodecs } from '../codecs/registry.ts';
import type { CodecRegistry } from '../codecs/registry.ts';
import { DEFAULT_LIMITS } from '../dicom/limits.ts';
import type { GivenLimits, Limits } from '../dicom/limits.ts';
import type { Deflate } from '../display/png.ts';
import { FramedexError } from '../errors.ts';
import { createFrameCache } from '../frames/cache.ts';
import type { FrameCache } from '../frames/cache.ts';

const MEBIBYTE = 1024 * 1024;

/** What files share. Every bound is in bytes; `Infinity` is none. */
export interface ContextOptions {
  /** Decoded frames that are kept: 256 MiB. 0 keeps none. */
  readonly frameCacheBytes?: number | undefined;
  /**
   * Inflated archive members that are kept: 256 MiB. 0 keeps none; the one that is being read is held
   * until it is closed, or until the next such one is read.
   */
  readonly inflatedCacheBytes?: number | undefined;
  /** Codecs beside the package's own, which they take the place of where they name the same UID. */
  readonly codecs?: readonly Codec[] | undefined;
  readonly limits?: GivenLimits | undefined;
}

/** What the platform has at hand. */
export interface Platform extends CodecPlatform {
  /** How PNG is compressed; the platform's own streams where nothing is said. */
  readonly deflate?: Deflate | undefined;
}

/**
 * The resources that files share: caches, codecs, and in Node open descriptors. Give one to `open`
 * to bound what many files take together; without one they share a default.
 */
export interface Context extends AsyncDisposable {
  readonly platform: Platform;
  readonly limits: Limits;
  readonly frames: FrameCache;
  readonly inflated: InflatedCache;
  readonly codecs: CodecRegistry;
  /** UIDs of the transfer syntaxes that a codec decodes; native pixels need none. */
  readonly decodable: ReadonlySet<string>;
  /**
   * Gives up the caches. In Node it closes the descriptors too: reads of files that are still open
   * fail with `CLOSED`. What is in memory, or a caller's own source, stays readable.
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
  const inflated = createInflatedCache(byteBound('inflatedCacheBytes', inflatedCacheBytes));
  const limits = limitsOf(DEFAULT_LIMITS, options.limits);
  const registry = createRegistry([...defaultCodecs, ...(options.codecs ?? [])], platform);
  const close = (): Promise<void> => {
    frames.clear();
    inflated.clear();
    return Promise.resolve();
  };
  return {
    platform,
    limits,
    frames,
    inflated,
    codecs: registry,
    decodable: registry.transferSyntaxes,
    close,
    [Symbol.asyncDispose]: close,
  };
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
