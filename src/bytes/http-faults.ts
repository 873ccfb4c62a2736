import { FramedexError } from '../errors.ts';
import { failureCode } from './http-retry.ts';

/** What a status means to whoever asked. */
export function statusFault(name: string, status: number): FramedexError<'HTTP'> {
  const [summary, advice] = STATUSES[status] ?? ['the server does not give the bytes', undefined];
  return new FramedexError('HTTP', summary, { name, found: `status ${status}`, advice });
}

const RIGHTS =
  'Give the headers that it asks for (http.headers), or a URL whose signature is still good.';
const LATER = 'Try again later, or with more http.retries.';

const STATUSES: Readonly<Record<number, readonly [summary: string, advice: string]>> = {
  401: ['the server wants to know who asks', RIGHTS],
  403: ['the server refuses it', RIGHTS],
  404: ['the server has nothing there', 'Look at the address.'],
  410: ['the server has it no more', 'Look at the address, or ask for a new one.'],
  429: ['the server was asked too often', LATER],
  500: ['the server failed', LATER],
  502: ['the server failed', LATER],
  503: ['the server is busy', LATER],
  504: ['the server took too long', LATER],
};

/** A connection that could not be made, or was lost. */
export function networkFault(
  name: string,
  offset: number,
  otherOrigin: boolean,
  cause: unknown,
): FramedexError<'HTTP'> {
  const advice = otherOrigin
    ? 'In a browser the usual reason is that the server does not allow pages of other origins (CORS).'
    : 'Look at the address and the network.';
  const details = { name, offset, found: failureWords(cause), advice };
  return new FramedexError('HTTP', 'the connection failed', details, { cause });
}

/** By the code of what Node's `fetch` failed with; browsers do not say. */
function failureWords(cause: unknown): string | undefined {
  const code = failureCode(cause);
  return code === undefined ? undefined : (FAILURES[code] ?? code);
}

const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing that listens there',
  ECONNRESET: 'a connection that was lost',
  ENOTFOUND: 'no host of that name',
  UND_ERR_SOCKET: 'a connection that was lost',
};

/** An answer that cannot be relied on. */
export function badReply(
  name: string,
  offset: number,
  summary: string,
  details: { readonly expected?: string; readonly found?: string; readonly advice?: string } = {},
): FramedexError<'HTTP'> {
  return new FramedexError('HTTP', summary, { name, offset, ...details });
}

/** Which bytes of what a page was given, the browser does not say. */
export function unexposed(name: string): FramedexError<'HTTP'> {
  return new FramedexError('HTTP', 'the server does not let this page see how long the file is', {
    name,
    expected: 'Access-Control-Expose-Headers: Content-Range, ETag',
    advice: 'Set that header at the server.',
  });
}

export function noRanges(
  name: string,
  details: { readonly expected?: string; readonly found: string },
): FramedexError<'HTTP_NO_RANGE'> {
  return new FramedexError('HTTP_NO_RANGE', 'the server gives no parts of files', {
    name,
    ...details,
    advice: 'http.wholeBytes is how many bytes may be read as a whole instead.',
  });
}

export function changed(
  name: string,
  offset: number,
  found: string,
  expected = 'the entity tag and size of then',
): FramedexError<'SOURCE_CHANGED'> {
  return new FramedexError(
    'SOURCE_CHANGED',
    'the object at the URL has changed since it was opened',
    {
      name,
      offset,
      expected,
      found,
    },
  );
}
