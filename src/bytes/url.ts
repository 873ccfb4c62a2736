import type { HttpOptions } from './http.ts';
import type { RemoteCache } from './remote-cache.ts';
import type { Source } from './source.ts';

/** What a URL is opened with. */
export interface UrlOptions {
  readonly http?: HttpOptions | undefined;
  readonly cache: RemoteCache;
  readonly signal?: AbortSignal | undefined;
}

/** Whether a text, or a URL, is one that is read by HTTP. */
export function isHttpUrl(given: string | URL): boolean {
  return /^https?:\/\//i.test(String(given));
}

/** Text without a scheme is relative to the page, or to the worker's script, as `fetch` takes it; elsewhere it is no URL. */
export function absoluteUrl(given: string | URL, base: string | undefined = baseOfPage()): string {
  const text = String(given);
  if (text === '' || base === undefined || SCHEME.test(text)) return text;
  return URL.canParse(text, base) ? new URL(text, base).href : text;
}

const SCHEME = /^[a-z][a-z\d+.-]*:/i;

function baseOfPage(): string | undefined {
  const page = globalThis as {
    readonly document?: { readonly baseURI?: string };
    readonly location?: { readonly href?: string };
  };
  return page.document?.baseURI ?? page.location?.href;
}

/** What a URL of HTTP names, as a source. */
export async function openUrl(
  url: string | URL,
  { http, cache, signal }: UrlOptions,
): Promise<Source> {
  signal?.throwIfAborted();
  const { href } = withoutFragment(url);
  // Most processes read local files alone.
  const { httpRanges, shownUrl } = await import('./http.ts');
  const { openRemote } = await import('./remote-source.ts');
  return openRemote(href, httpRanges(http), { name: shownUrl(href), cache, signal });
}

/** No server sees a fragment (RFC 9110 4.2.5): with another one it is the same object. */
function withoutFragment(given: string | URL): URL {
  const url = new URL(given);
  url.hash = '';
  return url;
}
