/**
 * As `outside.ts` for browsers. The server of the tests is asked at once, without a promise, because test
 * inputs are made in plain expressions.
 */
import type { DeflateOptions } from './outside.ts';

export type { DeflateOptions } from './outside.ts';

export function deflateRaw(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return asked('deflateRaw', bytes, options);
}

export function deflate(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return asked('deflate', bytes, options);
}

export function gzip(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return asked('gzip', bytes, options);
}

export function inflateRaw(bytes: Uint8Array, options?: DeflateOptions): Uint8Array {
  return asked('inflateRaw', bytes, options);
}

export function inflate(bytes: Uint8Array): Uint8Array {
  return asked('inflate', bytes);
}

export function gunzip(bytes: Uint8Array): Uint8Array {
  return asked('gunzip', bytes);
}

export function crc32(bytes: Uint8Array): number {
  return Number(new TextDecoder().decode(asked('crc32', bytes)));
}

/** As hexadecimal text. */
export function sha256(bytes: Uint8Array): string {
  return new TextDecoder().decode(asked('sha256', bytes));
}

/** A file of the folder `fixtures`. */
export function fixtureBytes(path: string): Uint8Array {
  return asked('fixture', new TextEncoder().encode(path));
}

/** The driver of the browser sees each request as text. */
const MOST = 32 * 2 ** 20;

function asked(what: string, bytes: Uint8Array, options: DeflateOptions = {}): Uint8Array {
  if (bytes.length > MOST) throw new Error(`${what}: ${bytes.length} bytes are for Node alone`);
  const request = new XMLHttpRequest();
  request.open('POST', `/outside/${what}?${encodeURIComponent(JSON.stringify(options))}`, false);
  // Of requests without a promise, nothing but text can be had: this charset leaves bytes as they are.
  request.overrideMimeType('text/plain; charset=x-user-defined');
  request.send(new Uint8Array(bytes));
  if (request.status !== 200) throw new Error(`${what}: ${request.responseText}`);
  const text = request.responseText;
  return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff);
}
