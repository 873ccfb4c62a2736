import { FramedexError } from '../errors.ts';
import { httpAddress, type HttpClient, type HttpHeaders } from './http-request.ts';
import { readHttpRange } from './http-range.ts';
import { waitFor, type Wait } from './http-retry.ts';
import type { ReadRange } from './remote-source.ts';

/** How a URL is read. */
export interface HttpOptions {
  /**
   * Sent with every request to the origin of the URL, and to no other that it redirects to: tokens. A function
   * is asked before each request.
   */
  readonly headers?: HttpHeaders | (() => HttpHeaders | Promise<HttpHeaders>) | undefined;
  /** In the place of the platform's own: to sign requests, or send cookies. */
  readonly fetch?: typeof fetch | undefined;
  /**
   * Of a server that knows no ranges, the whole is read, at most so many bytes, and held until the source is
   * closed. 0 by default: `HTTP_NO_RANGE`.
   */
  readonly wholeBytes?: number | undefined;
  /**
   * How often a request is made again that met 408, 429, 500, 502, 503, 504 or a dropped connection: 4. Where a server
   * never answered (no such host, a refused connection, a page that it does not allow), once.
   */
  readonly retries?: number | undefined;
  /** Milliseconds without a byte, or an answer of `headers`, after which a connection counts as dropped: 30,000. */
  readonly timeout?: number | undefined;
}

/** Timers of platforms hold no more milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/**
 * Reads ranges of a URL by HTTP (RFC 9110 14), one request a range: what fails on its way is asked for again
 * from where it stopped, and what has another entity tag than the first reply is never given.
 *
 * Rejects with `HTTP`, `HTTP_NO_RANGE` and `SOURCE_CHANGED`, with `USAGE` for what is no URL, and with the
 * reason of the signal.
 *
 * @param wait - Waits between two requests for the same bytes.
 * @throws FramedexError `USAGE`, for options that make no sense.
 *
 * @example
 * ```ts
 * const read = httpRanges({ headers: () => ({ authorization: `Bearer ${token()}` }) });
 * const { bytes, size } = await read('https://pacs.example/a.dcm', 0, 65_536, { signal, etag: undefined });
 * ```
 */
export function httpRanges(options: HttpOptions = {}, wait: Wait = waitFor): ReadRange {
  const { headers = {} } = options;
  const client: HttpClient = {
    headers: typeof headers === 'function' ? headers : () => headers,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    wholeBytes: whole('wholeBytes', options.wholeBytes ?? 0, 0, Number.MAX_SAFE_INTEGER),
    retries: whole('retries', options.retries ?? 4, 0, Number.MAX_SAFE_INTEGER),
    timeout: whole('timeout', options.timeout ?? 30_000, 1, LONGEST_TIMEOUT),
    wait,
    answering: new Set(),
    moved: new Map(),
  };
  return async (key, start, end, readOptions) =>
    readHttpRange(client, httpAddress(key), { start, end, ...readOptions });
}

function whole(option: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new FramedexError('USAGE', `http.${option} is out of range`, {
    expected: `a whole number from ${least} to ${most}`,
    found: String(value),
  });
}

/** A URL as it is shown: what gives rights, its query and its user, is left out. */
export function shownUrl(url: string | URL): string {
  return httpAddress(String(url)).name;
}
