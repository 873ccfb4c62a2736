import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** One request that came in. */
export interface ServedRequest {
  readonly method: string;
  /** Of the file, as in `files`. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body that were given to the connection. */
  readonly bytes: number;
  /** `gone` where whoever asked closed the connection before it had everything. */
  readonly state: 'open' | 'done' | 'gone';
}

/** What is done to an answer that would be right. Everything that is left out stays as it is. */
export interface Fault {
  readonly status?: number;
  /** Put over the right ones; `null` takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** The whole file, with status 200. */
  readonly ignoreRange?: boolean;
  readonly body?: Uint8Array;
  readonly gzip?: boolean;
  /** Without a content length: who asks learns of the end when it comes. */
  readonly chunked?: boolean;
  /** The connection is reset before there is an answer. */
  readonly reset?: boolean;
  /** The connection is closed after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Nothing comes after so many bytes of the body, and the connection stays. */
  readonly stallAfter?: number;
  /** The body comes in pieces of 1,024 bytes, with so many milliseconds before each. */
  readonly slow?: number;
}

/** A server that knows no ranges. */
export const NO_RANGES: Fault = { ignoreRange: true, headers: { 'accept-ranges': 'none' } };

/** 503, with a Retry-After where there is one. */
export function unavailable(retryAfter?: string): Fault {
  return {
    status: 503,
    body: new TextEncoder().encode('busy'),
    headers: { 'content-range': null, 'retry-after': retryAfter ?? null },
  };
}

export function redirectTo(url: string, status = 302): Fault {
  return { status, body: new Uint8Array(0), headers: { 'content-range': null, location: url } };
}

/** How files are served. */
export interface ServeOptions {
  /** What goes wrong with a request, `count` of them came before it. */
  readonly fault?: (request: ServedRequest, count: number) => Fault | undefined;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** Sent with each file; of its bytes where it is left out, and none at all where it is `null`. */
  readonly etag?: string | null;
  /** Any origin may ask: and read Content-Range and ETag (`exposed`), or only what every page may (`hidden`). */
  readonly cors?: 'exposed' | 'hidden';
}

/** A server of files in memory, on the loopback alone. */
export interface FileServer {
  /** Ends in a slash: `${url}a.dcm`. */
  readonly url: string;
  /** In the order that they came in; `length = 0` forgets them. */
  readonly requests: ServedRequest[];
  /** Of all bodies together, of the requests that are not forgotten. */
  readonly bytes: number;
  close(): Promise<void>;
}

/**
 * Serves `files` by their paths (`series/a.dcm`), with single ranges, If-Range and strong entity tags. What is
 * put into `files` later is served from then on, under another entity tag.
 *
 * @example
 * ```ts
 * const server = await serve({ 'a.dcm': bytes }, { fault: (_, count) => (count < 2 ? unavailable() : undefined) });
 * ```
 */
export async function serve(
  files: Readonly<Record<string, Uint8Array>>,
  options: ServeOptions = {},
): Promise<FileServer> {
  const requests: Served[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const served: Served = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname.slice(1)),
      query: url.search,
      headers: request.headers,
      bytes: 0,
      state: 'open',
    };
    requests.push(served);
    response.on('close', () => (served.state = response.writableFinished ? 'done' : 'gone'));
    const fault = options.fault?.(served, count++) ?? {};
    void answer(served, response, rightAnswer(served, files[served.path], options), fault, options);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    get bytes() {
      return requests.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

type Served = { -readonly [K in keyof ServedRequest]: ServedRequest[K] };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly whole: Uint8Array;
}

const NOTHING = new Uint8Array(0);

function rightAnswer(request: Served, file: Uint8Array | undefined, options: ServeOptions): Answer {
  const shared = { ...corsHeaders(options), 'accept-ranges': 'bytes' };
  const without = { headers: shared, body: NOTHING, whole: NOTHING };
  if (request.method === 'OPTIONS') return { ...without, status: 204 };
  if (file === undefined) return { ...without, status: 404 };
  const etag = options.etag === undefined ? tagOf(file) : options.etag;
  const headers = {
    ...shared,
    'content-type': contentType(request.path),
    ...(etag === null ? {} : { etag }),
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const condition = request.headers['if-range'];
  if (range === null || (condition !== undefined && condition !== etag))
    return { status: 200, headers, body: file, whole: file };
  const start = Number(range[1]);
  const end = Math.min(file.length, range[2] === '' ? file.length : Number(range[2]) + 1);
  if (start >= file.length)
    return {
      status: 416,
      headers: { ...headers, 'content-range': `bytes */${file.length}` },
      body: NOTHING,
      whole: file,
    };
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${start}-${end - 1}/${file.length}` },
    body: file.subarray(start, end),
    whole: file,
  };
}

function corsHeaders({ cors }: ServeOptions): Record<string, string> {
  if (cors === undefined) return {};
  const any = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
  return cors === 'hidden'
    ? any
    : { ...any, 'access-control-expose-headers': 'Content-Range, ETag' };
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
};

function contentType(path: string): string {
  return TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}

const tags = new WeakMap<Uint8Array, string>();

function tagOf(file: Uint8Array): string {
  const tag = tags.get(file) ?? `"${createHash('sha1').update(file).digest('hex')}"`;
  tags.set(file, tag);
  return tag;
}

async function answer(
  request: Served,
  response: ServerResponse,
  right: Answer,
  fault: Fault,
  { latency = 0 }: ServeOptions,
): Promise<void> {
  if (latency > 0) await pause(latency);
  if (fault.reset === true) return void response.socket?.resetAndDestroy();
  const plain = fault.body ?? (fault.ignoreRange === true ? right.whole : right.body);
  const body = fault.gzip === true ? gzipSync(plain) : plain;
  const headers: Record<string, string | null> = {
    ...right.headers,
    ...(fault.ignoreRange === true ? { 'content-range': null } : {}),
    ...(fault.gzip === true ? { 'content-encoding': 'gzip' } : {}),
    'content-length': fault.chunked === true ? null : `${body.length}`,
    ...fault.headers,
  };
  for (const [name, value] of Object.entries(headers))
    if (value !== null) response.setHeader(name, value);
  const whole = fault.ignoreRange === true && right.status === 206;
  response.writeHead(fault.status ?? (whole ? 200 : right.status));
  await send(request, response, body, fault);
}

async function send(
  request: Served,
  response: ServerResponse,
  body: Uint8Array,
  { cutAfter, stallAfter, slow }: Fault,
): Promise<void> {
  const end = Math.min(body.length, cutAfter ?? body.length, stallAfter ?? body.length);
  const step = slow === undefined ? 65_536 : 1024;
  response.flushHeaders();
  for (let at = 0; at < end; at += step) {
    if (slow !== undefined) await pause(slow);
    if (request.state === 'gone') return;
    const piece = body.subarray(at, Math.min(end, at + step));
    request.bytes += piece.length;
    await new Promise((written) => response.write(piece, written));
  }
  if (stallAfter !== undefined) return;
  if (cutAfter === undefined) response.end();
  else response.socket?.destroy();
}
