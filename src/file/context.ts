import { createInflatedCache } from '../bytes/inflated-cache.ts';
import type { InflatedCache } from '../bytes/inflated-cache.ts';
import type { Inflater } from '../bytes/inflater.ts';
import type { Codec } from '../codecs/codec.ts';
import { createRegistry, defaultCodecs } from '../codecs/registry.ts';
import type { CodecRegistry } from '../codecs/registry.ts';
import { DEFAULT_LIMITS } from '../dicom/limits.ts';
import type { Limits } from '../dicom/limits.ts';
import type { Deflate } from '../display/png.ts';
import { createFrameCache } from '../frames/cache.ts';
import type { FrameCache } from '../frames/cache.ts';

const MEBIBYTE = 1024 * 1024;

/** What files share. Every bound is in bytes. */
export interface ContextOptions {
  /** Decoded frames that are kept: 256 MiB. 0 keeps none. */
  readonly frameCacheBytes?: number | undefined;
  /** Inflated archive members that are kept: 256 MiB. 0 keeps none. */
  readonly inflatedCacheBytes?: number | undefined;
  /** Codecs beside the package's own, which they take the place of where they name the same UID. */
  readonly codecs?: readonly Codec[] | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** What the platform has at hand. */
export interface Platform {
  readonly inflater: Inflater;
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
  /** Gives up the caches. Files stay usable where they need none. */
  close(): Promise<void>;
}

/** A context over what a platform brings. */
export function createPlatformContext(platform: Platform, options: ContextOptions = {}): Context {
  const frames = createFrameCache(options.frameCacheBytes ?? 256 * MEBIBYTE);
  const inflated = createInflatedCache(options.inflatedCacheBytes ?? 256 * MEBIBYTE);
  const close = (): Promise<void> => {
    frames.clear();
    inflated.clear();
    return Promise.resolve();
  };
  return {
    platform,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    frames,
    inflated,
    codecs: createRegistry([...defaultCodecs, ...(options.codecs ?? [])]),
    close,
    [Symbol.asyncDispose]: close,
  };
}
