import { afterEach, describe, expect, it } from 'vitest';
import type { HttpHeaders } from '../../src/bytes/http-request.ts';
import { httpRanges, type HttpOptions } from '../../src/bytes/http.ts';
import type { RangeReply } from '../../src/bytes/remote-source.ts';
import {
  redirectTo,
  serve,
  unavailable,
  type FileServer,
  type ServeOptions,
} from '../support/http-server.ts';
import { noise } from '../support/noise.ts';

const FILE = noise(10_000);
const KEPT: FileServer[] = [];
const SECRET = { 'x-token': 'secret-1', authorization: 'Bearer secret-2' };

afterEach(async () => {
  await Promise.all(KEPT.splice(0).map((server) => server.close()));
});

async function server(options: ServeOptions = {}): Promise<FileServer> {
  const made = await serve({ 'a.dcm': FILE }, options);
  KEPT.push(made);
  return made;
}

function reader(url: string, http: HttpOptions): (start: number) => Promise<RangeReply> {
  const read = httpRanges(http, () => Promise.resolve());
  const { signal } = new AbortController();
  return (start) => read(url, start, start + 100, { signal, etag: undefined });
}

describe('a redirect', () => {
  it('to another origin takes no headers of the caller along, then or later', async () => {
    const other = await server();
    const first = await server({ fault: () => redirectTo(`${other.url}a.dcm?signature=1`) });
    const read = reader(`${first.url}a.dcm`, { headers: SECRET });
    expect(await read(0)).toMatchObject({ bytes: FILE.slice(0, 100), requests: 2 });
    expect(await read(100)).toMatchObject({ bytes: FILE.slice(100, 200), requests: 1 });
    expect(first.requests).toHaveLength(1);
    expect(first.requests[0]?.headers).toMatchObject(SECRET);
    expect(other.requests).toHaveLength(2);
    expect(JSON.stringify(other.requests)).not.toContain('secret');
  });

  it('within the origin keeps them', async () => {
    const { url, requests } = await server({
      fault: ({ query }) => (query === '' ? redirectTo('/a.dcm?final', 307) : undefined),
    });
    await reader(`${url}a.dcm`, { headers: () => Promise.resolve(SECRET) })(0);
    expect(requests).toHaveLength(2);
    for (const { headers } of requests) expect(headers).toMatchObject(SECRET);
  });

  it('without headers is followed, too, and its end is used from then on', async () => {
    const other = await server();
    const first = await server({ fault: () => redirectTo(`${other.url}a.dcm`) });
    const read = reader(`${first.url}a.dcm`, {});
    expect(await read(0)).toMatchObject({ requests: 2 });
    expect(await read(100)).toMatchObject({ requests: 1, bytes: FILE.slice(100, 200) });
    expect(first.requests).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 410])(
    'whose end is out of date (%s) is followed anew',
    async (status) => {
      const other = await server({
        fault: ({ query }, count) =>
          count > 0 && query === '?signature=1' ? { ...unavailable(), status } : undefined,
      });
      const first = await server({
        fault: (_, count) => redirectTo(`${other.url}a.dcm?signature=${count + 1}`),
      });
      const read = reader(`${first.url}a.dcm`, { headers: SECRET });
      await read(0);
      expect((await read(100)).bytes).toEqual(FILE.slice(100, 200));
      expect(other.requests.map(({ query }) => query)).toEqual([
        '?signature=1',
        '?signature=1',
        '?signature=2',
      ]);
    },
  );

  it('whose new end is refused as well is given up', async () => {
    const other = await server({
      fault: (_, count) => (count > 0 ? { ...unavailable(), status: 403 } : undefined),
    });
    const first = await server({ fault: () => redirectTo(`${other.url}a.dcm`) });
    const read = reader(`${first.url}a.dcm`, { headers: SECRET });
    await read(0);
    await expect(read(100)).rejects.toMatchObject({ code: 'HTTP' });
    expect(other.requests).toHaveLength(3);
  });

  it.each([{}, { headers: SECRET }])('O30: in circles is left', async (http) => {
    const { url, requests } = await server({ fault: () => redirectTo('/a.dcm') });
    await expect(reader(`${url}a.dcm`, http)(0)).rejects.toMatchObject({
      code: 'HTTP',
      details: { found: 'more than 5 redirects' },
    });
    expect(requests).toHaveLength(6);
  });

  it.each([{}, { headers: SECRET }])('O30: to a file is not followed', async (http) => {
    const { url, requests } = await server({ fault: () => redirectTo('file:///etc/passwd') });
    await expect(reader(`${url}a.dcm`, http)(0)).rejects.toMatchObject({
      code: 'HTTP',
      details: { found: 'a redirect to no URL of http: or https:' },
    });
    expect(requests).toHaveLength(1);
  });

  it('over several URLs is counted request by request', async () => {
    const { url, requests } = await server({
      fault: ({ query }) => (query.length < 4 ? redirectTo(`/a.dcm?${query}x`) : undefined),
    });
    const { requests: counted } = await reader(`${url}a.dcm`, {})(0);
    expect(counted).toBe(requests.length);
    expect(requests.length).toBeGreaterThan(2);
  });

  it('whose end is gone is followed anew', async () => {
    const [gone, other] = [await server(), await server()];
    const first = await server({
      fault: (_, count) => redirectTo(`${(count === 0 ? gone : other).url}a.dcm`),
    });
    const read = reader(`${first.url}a.dcm`, {});
    await read(0);
    KEPT.splice(KEPT.indexOf(gone), 1);
    await gone.close();
    expect((await read(100)).bytes).toEqual(FILE.slice(100, 200));
    expect(other.requests).toHaveLength(1);
  });

  it('from https: to http: is not followed with headers', async () => {
    const asked: string[] = [];
    const read = reader('https://a.example/a.dcm', {
      headers: SECRET,
      fetch: (url) => {
        asked.push(url instanceof Request ? url.url : url.toString());
        const headers = { location: 'http://a.example/a.dcm?signature=secret' };
        return Promise.resolve(new Response(null, { status: 302, headers }));
      },
    });
    const thrown: unknown = await read(0).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'HTTP' });
    expect(String(thrown)).not.toContain('secret');
    expect(asked).toHaveLength(1);
  });

  it('that a browser hides says what to do', async () => {
    const hidden = { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null };
    const read = reader('https://a.example/a.dcm', {
      headers: SECRET,
      fetch: () => Promise.resolve(Object.assign(Object.create(null) as Response, hidden)),
    });
    await expect(read(0)).rejects.toMatchObject({
      code: 'HTTP',
      details: { advice: expect.stringContaining('final URL') as string },
    });
  });
});

/** As callers without types give them. */
const FORMS: [string, unknown][] = [
  ['a record', SECRET],
  ['Headers', new Headers(SECRET)],
  ['a map', new Map(Object.entries(SECRET))],
  ['pairs', Object.entries(SECRET)],
  ['a function that gives Headers', () => new Headers(SECRET)],
  ['a function that promises a map', () => Promise.resolve(new Map(Object.entries(SECRET)))],
];

describe('secrets', () => {
  it.each(FORMS)('O30: in %s go to the origin of the URL alone', async (_, headers) => {
    const other = await server();
    const first = await server({ fault: () => redirectTo(`${other.url}a.dcm`) });
    await reader(`${first.url}a.dcm`, { headers } as HttpOptions)(0);
    expect(first.requests[0]?.headers).toMatchObject(SECRET);
    expect(other.requests).toHaveLength(1);
    expect(JSON.stringify(other.requests)).not.toContain('secret');
  });

  it('in Headers go beside the user of the URL', async () => {
    const { url, requests } = await server();
    const headers = new Headers({ 'x-token': 'secret-1' }) as unknown as HttpHeaders;
    await reader(`${url}a.dcm`.replace('://', '://me:secret@'), { headers })(0);
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(requests[0]?.headers).toMatchObject({ 'x-token': 'secret-1', authorization });
  });

  it('may be none', async () => {
    const { url } = await server();
    const http = { headers: () => undefined } as unknown as HttpOptions;
    expect(await reader(`${url}a.dcm`, http)(0)).toMatchObject({ requests: 1 });
  });

  it('of a user in the URL go into a header, to that origin alone', async () => {
    const other = await server();
    const first = await server({ fault: () => redirectTo(`${other.url}a.dcm`) });
    const url = `${first.url}a.dcm`.replace('://', '://m%C3%A9:secret@');
    await reader(url, {})(0);
    const { authorization = '' } = first.requests[0]?.headers ?? {};
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe('mé:secret');
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([401, 403, 404, 416, 500, 206, 302])('are in no error (status %s)', async (status) => {
    const { url } = await server({
      fault: () => ({ status, headers: { 'content-range': 'x secret', location: 'x:secret' } }),
    });
    const read = reader(`${url}a.dcm?secret#secret`, { headers: SECRET, retries: 0 });
    const thrown: unknown = await read(0).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'FramedexError' });
    expect(String(thrown) + JSON.stringify(thrown)).not.toContain('secret');
  });

  it('that are no header are not repeated', async () => {
    const { url, requests } = await server();
    const thrown: unknown = await reader(`${url}a.dcm`, {
      headers: { 'x-token': 'secret\n' + 'x' },
    })(0).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: 'USAGE' });
    expect(String(thrown) + JSON.stringify(thrown)).not.toContain('secret');
    expect(requests).toHaveLength(0);
  });

  it('that cannot be had are an error of their own', async () => {
    const { url } = await server();
    const cause = new Error('no token');
    const headers = (): Promise<never> => Promise.reject(cause);
    await expect(reader(`${url}a.dcm`, { headers })(0)).rejects.toMatchObject({
      code: 'HTTP',
      cause,
    });
  });
});
