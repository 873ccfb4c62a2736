import { FramedexError } from '../errors.ts';
import type { Wait } from './http-retry.ts';
import { isStrong } from './object-state.ts';

/** Names of headers and what they say. */
export type HttpHeaders = Readonly<Record<string, string>>;

/** What all requests of one reader have in common. */
export interface HttpClient {
  readonly headers: () => HttpHeaders | Promise<HttpHeaders>;
  readonly fetch: typeof fetch;
  readonly wholeBytes: number;
  readonly retries: number;
  readonly timeout: number;
  readonly wait: Wait;
  /** Origins that have answered once: what fails there now is more likely to pass than a wrong address. */
  readonly answering: Set<string>;
  /** Where URLs led to the last time. */
  readonly moved: Map<string, URL>;
}

/** A URL that is read. */
export interface HttpAddress {
  /** Without user and fragment. */
  readonly url: URL;
  /** Of the user that the URL names; `fetch` refuses such URLs (Fetch 5.4). */
  readonly authorization: string | undefined;
  /** For messages: nothing that gives rights. */
  readonly name: string;
}

/**
 * What a URL of HTTP says.
 *
 * @throws FramedexError `USAGE` for anything else, which the message does not repeat.
 */
export function httpAddress(text: string): HttpAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new FramedexError('USAGE', 'this is no URL that can be read', {
      expected: 'an absolute URL of http: or https:',
    });
  const authorization = basicAuthorization(url);
  return {
    url: withoutUser(url),
    authorization,
    name: `${url.origin}${url.pathname}`,
  };
}

function withoutUser(url: URL): URL {
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

/** RFC 7617 2. */
function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const bytes = new TextEncoder().encode(`${decoded(username)}:${decoded(password)}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What is asked for. */
export interface RangeRequest {
  /** `bytes=0-65535`. */
  readonly range: string;
  /** What the object must still be, where it can be said. */
  readonly etag: string | undefined;
  readonly signal: AbortSignal;
  /** Called before each request, those to where the server redirects as well. */
  readonly asking: () => void;
}

/** What a server answered, and where. */
export interface HttpAnswer {
  readonly response: Response;
  readonly url: URL;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Asks for a range at `from`, and follows redirects. What the caller's headers say goes to the origin of its own URL
 * alone: `fetch` keeps all of them but Authorization, so redirects are followed here. Only a page, which is not told
 * where they lead, leaves them to `fetch` where there are no such headers.
 *
 * @throws FramedexError `HTTP` for a redirect that cannot be followed, `USAGE`; what `fetch` rejects with.
 */
export async function requestRange(
  client: HttpClient,
  address: HttpAddress,
  from: URL,
  request: RangeRequest,
): Promise<HttpAnswer> {
  const { signal } = request;
  let url = from;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const own =
      url.origin === address.url.origin ? await ownHeaders(client, address) : new Headers();
    signal.throwIfAborted();
    const secret = own.keys().next().done !== true;
    const headers = requestHeaders(own, url, request);
    const redirect = secret || originOfPage() === undefined ? 'manual' : 'follow';
    request.asking();
    const response = await fetched(client, url, { headers, redirect, signal });
    if (response.type === 'opaqueredirect') throw hiddenRedirect(address.name);
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null) {
      if (!response.redirected) return { response, url };
      request.asking();
      return { response, url: new URL(response.url) };
    }
    await response.body?.cancel();
    const next = redirected(location, url, address.name);
    if (secret && url.protocol === 'https:' && next.protocol === 'http:')
      throw badRedirect(address.name, 'a redirect from https: to http:');
    url = next;
  }
  throw badRedirect(address.name, `more than ${MOST_REDIRECTS} redirects`);
}

/** What comes too late, of a `fetch` that does not mind its signal, is nobody's, and would hold its connection. */
async function fetched(
  { fetch }: HttpClient,
  url: URL,
  init: RequestInit & { readonly signal: AbortSignal },
): Promise<Response> {
  const response = await fetch(url.href, init);
  if (init.signal.aborted) response.body?.cancel().catch(() => undefined);
  init.signal.throwIfAborted();
  return response;
}

async function ownHeaders(client: HttpClient, address: HttpAddress): Promise<Headers> {
  const headers = givenHeaders(await givenBy(client, address), address.name);
  const { authorization } = address;
  if (authorization !== undefined && !headers.has('authorization'))
    headers.set('authorization', authorization);
  return headers;
}

/** Types forbid `Headers` and maps, which callers without types give. */
async function givenBy({ headers }: HttpClient, { name }: HttpAddress): Promise<HttpHeaders> {
  try {
    return await headers();
  } catch (cause) {
    throw new FramedexError('HTTP', 'http.headers gave none', { name }, { cause });
  }
}

function requestHeaders(own: Headers, url: URL, { range, etag }: RangeRequest): Headers {
  const headers = new Headers(own);
  headers.set('range', range);
  // With Range, `fetch` says Accept-Encoding: identity of itself (Fetch 4.5): ranges of what is encoded are useless.
  if (etag !== undefined && isStrong(etag) && !isOfAnotherPage(url)) headers.set('if-range', etag);
  return headers;
}

/** The platform's own error repeats the value, which is a secret. */
function givenHeaders(own: HttpHeaders, name: string): Headers {
  try {
    return new Headers(own);
  } catch {
    throw new FramedexError('USAGE', 'http.headers cannot be sent', {
      name,
      expected: 'names and values of HTTP headers',
    });
  }
}

/**
 * Whether a page asks another origin. If-Range would make the browser ask for permission first, which most servers
 * refuse; Range alone does not (Fetch 2.2.2).
 */
export function isOfAnotherPage(url: URL): boolean {
  const origin = originOfPage();
  return origin !== undefined && origin !== url.origin;
}

/** Undefined where this is no page, nor a worker of one. */
function originOfPage(): string | undefined {
  const { location } = globalThis as { readonly location?: { readonly origin: string } };
  return location?.origin;
}

function redirected(location: string, from: URL, name: string): URL {
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return withoutUser(url);
  throw badRedirect(name, 'a redirect to no URL of http: or https:');
}

function badRedirect(name: string, found: string): FramedexError<'HTTP'> {
  return new FramedexError('HTTP', 'the redirect of the server is not followed', {
    name,
    found,
    advice: 'Give the final URL.',
  });
}

function hiddenRedirect(name: string): FramedexError<'HTTP'> {
  return new FramedexError('HTTP', 'the server redirects, and the browser does not say where', {
    name,
    advice: 'Give the final URL, or no headers: those are for the first origin alone.',
  });
}
