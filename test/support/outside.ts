/**
 * What test inputs are made of that this project has no part in: zlib, digests, files of fixtures. In a
 * browser, `outside.browser.ts` is loaded in its place, which asks the server of the tests, so that inputs
 * are the same bytes.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32 as crc32Of, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { ZlibOptions } from 'node:zlib';

/** Numbers as `node:zlib` has them. */
export type DeflateOptions = Pick<
  ZlibOptions,
  'level' | 'strategy' | 'memLevel' | 'windowBits' | 'finishFlush' | 'chunkSize'
>;

export function deflateRaw(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return new Uint8Array(deflateRawSync(bytes, options));
}

export function deflate(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return new Uint8Array(deflateSync(bytes, options));
}

export function gzip(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return new Uint8Array(gzipSync(bytes, options));
}

export function inflateRaw(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return new Uint8Array(inflateRawSync(bytes, options));
}

export function inflate(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(inflateSync(bytes));
}

export function gunzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gunzipSync(bytes));
}

export function crc32(bytes: Uint8Array): number {
  return crc32Of(bytes);
}

/** As hexadecimal text. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A file of the folder `fixtures`. */
export function fixtureBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
}
