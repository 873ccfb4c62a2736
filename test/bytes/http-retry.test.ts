import { expect, it } from 'vitest';
import { httpRanges } from '../../src/bytes/http.ts';
import { noise } from '../support/noise.ts';

const URL = 'https://pacs.example/a.dcm';
const FILE = noise(5000);

/** What `fetch` rejects with in Node, where the platform has a code. */
function failure(code?: string): TypeError {
  if (code === undefined) return new TypeError('Failed to fetch');
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

/** Asks for the beginning, of a server whose answers these are. */
async function asked(...answers: (TypeError | 'bytes' | 'busy')[]): Promise<number> {
  let requests = 0;
  const fetching = (): Promise<Response> => {
    const answer = answers[requests++] ?? answers.at(-1) ?? 'bytes';
    if (answer instanceof TypeError) return Promise.reject(answer);
    if (answer === 'busy') return Promise.resolve(new Response(null, { status: 503 }));
    const headers = { 'content-range': `bytes 0-99/${FILE.length}` };
    return Promise.resolve(new Response(FILE.slice(0, 100), { status: 206, headers }));
  };
  const read = httpRanges({ fetch: fetching }, () => Promise.resolve());
  const { signal } = new AbortController();
  try {
    const { bytes } = await read(URL, 0, 100, { signal, etag: undefined });
    expect(bytes).toEqual(FILE.slice(0, 100));
  } catch (error) {
    expect(error).toMatchObject({ code: 'HTTP' });
  }
  return requests;
}

it.each([undefined, 'ENOTFOUND', 'ECONNREFUSED', 'CERT_HAS_EXPIRED', 'ERR_SSL_WRONG_VERSION'])(
  'a server that never answered is asked once more: %s',
  async (code) => {
    expect(await asked(failure(code))).toBe(2);
    expect(await asked(failure(code), 'bytes')).toBe(2);
  },
);

it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'ETIMEDOUT', 'EAI_AGAIN'])(
  'a connection that was lost is made again as often as others: %s',
  async (code) => {
    expect(await asked(failure(code))).toBe(5);
  },
);

it('a server that answered once is asked as often as others, whatever it fails with', async () => {
  expect(await asked('busy', failure())).toBe(5);
  expect(await asked('busy', failure('ECONNREFUSED'), failure('ECONNREFUSED'), 'bytes')).toBe(4);
});

it.each([
  ['ENOTFOUND', 'no host of that name'],
  ['CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED'],
  [undefined, undefined],
])('why there was no connection is said where the platform does: %s', async (code, found) => {
  const read = httpRanges({ fetch: () => Promise.reject(failure(code)), retries: 0 });
  const { signal } = new AbortController();
  await expect(read(URL, 0, 100, { signal, etag: undefined })).rejects.toMatchObject({
    details: { name: URL, offset: 0, found },
  });
});

it('a web page where a file should be, as of a login, is named', async () => {
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  const page = (): Promise<Response> => Promise.resolve(new Response('<html>', { headers }));
  const { signal } = new AbortController();
  const read = httpRanges({ fetch: page })(URL, 10, 100, { signal, etag: undefined });
  await expect(read).rejects.toMatchObject({
    code: 'HTTP_NO_RANGE',
    details: { found: 'a web page as a whole' },
  });
});
