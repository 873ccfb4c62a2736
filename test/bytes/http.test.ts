import { afterEach, describe, expect, it } from 'vitest';
import { httpRanges, shownUrl, type HttpOptions } from '../../src/bytes/http.ts';
import { createRemoteCache } from '../../src/bytes/remote-cache.ts';
import { openRemote, type RangeReply } from '../../src/bytes/remote-source.ts';
import { noise } from '../support/noise.ts';
import {
  NO_RANGES,
  serve,
  unavailable,
  type Fault,
  type FileServer,
  type ServedRequest,
  type ServeOptions,
} from '../support/http-server.ts';

const FILE = noise(200_000);
const OTHER = FILE.map((byte) => byte ^ 255);
const KEPT: FileServer[] = [];

afterEach(async () => {
  await Promise.all(KEPT.splice(0).map((server) => server.close()));
});

async function server(
  options: ServeOptions = {},
  files: Record<string, Uint8Array> = { 'a.dcm': FILE },
): Promise<FileServer> {
  const made = await serve(files, options);
  KEPT.push(made);
  return made;
}

/** A server on which the first requests fail, one for each fault. */
function failing(...faults: (Fault | undefined)[]): Promise<FileServer> {
  return server({ fault: (_, count) => faults[count] });
}

interface Given extends HttpOptions {
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal;
  readonly into?: Uint8Array;
}

/** Reads without waiting, and tells how long it would have waited. */
async function read(
  url: string,
  start: number,
  end: number,
  { etag, signal = new AbortController().signal, into, ...http }: Given = {},
): Promise<RangeReply & { readonly waits: readonly number[] }> {
  const waits: number[] = [];
  const ranges = httpRanges(http, (milliseconds) => {
    waits.push(milliseconds);
    return Promise.resolve();
  });
  return { ...(await ranges(url, start, end, { signal, etag, into })), waits };
}

async function settled(request: () => ServedRequest | undefined): Promise<string | undefined> {
  await expect.poll(() => request()?.state ?? 'open', { timeout: 5000 }).not.toBe('open');
  return request()?.state;
}

describe('a range of a URL', () => {
  it('is one request that asks for exactly these bytes as they are', async () => {
    const { url, requests, bytes } = await served();
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers).toMatchObject({
      range: 'bytes=1000-1999',
      'accept-encoding': 'identity',
    });
    expect(bytes).toBe(1000);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  async function served(): Promise<FileServer> {
    const made = await server();
    const reply = await read(`${made.url}a.dcm`, 1000, 2000);
    expect(reply.bytes).toEqual(FILE.slice(1000, 2000));
    expect(reply.bytes.buffer.byteLength).toBe(1000);
    expect(reply).toMatchObject({ size: 200_000, requests: 1 });
    expect(reply.etag).toMatch(/^"[0-9a-f]{40}"$/);
    return made;
  }

  it('ends where the file ends, and goes where it is told', async () => {
    const { url } = await server();
    const into = new Uint8Array(1000);
    const { bytes } = await read(`${url}a.dcm`, 199_500, 200_500, { into });
    expect(bytes).toEqual(FILE.slice(199_500));
    expect(bytes.buffer).toBe(into.buffer);
  });

  it('of an empty file is empty', async () => {
    const { url } = await server({}, { 'a.dcm': new Uint8Array(0) });
    expect(await read(`${url}a.dcm`, 0, 100)).toMatchObject({ size: 0, bytes: new Uint8Array(0) });
  });

  it('that the server gives in smaller parts is read part by part, without waiting', async () => {
    const { url, requests } = await server({
      fault: ({ headers }) => {
        const start = Number(/\d+/.exec(headers.range ?? '')?.[0]);
        const end = Math.min(start + 5000, 20_000);
        return {
          body: FILE.subarray(start, end),
          headers: { 'content-range': `bytes ${start}-${end - 1}/200000` },
        };
      },
    });
    const reply = await read(`${url}a.dcm`, 0, 20_000, { retries: 1 });
    expect(reply.bytes).toEqual(FILE.slice(0, 20_000));
    expect(reply).toMatchObject({ requests: 4, waits: [] });
    // All parts are of the file that the first one was of.
    expect(requests.map(({ headers }) => headers['if-range'])).toEqual([
      undefined,
      ...Array<unknown>(3).fill(reply.etag),
    ]);
  });

  it('is asked for under the condition that the file is the same, where its tag is strong', async () => {
    const { url, requests } = await server({ etag: '"1"' });
    await read(`${url}a.dcm`, 0, 10, { etag: '"1"' });
    await read(`${url}a.dcm`, 0, 10, { etag: 'W/"1"' });
    expect(requests.map(({ headers }) => headers['if-range'])).toEqual(['"1"', undefined]);
  });
});

describe('O30 a tag', () => {
  it.each([
    ['"1"', 'W/"1"'],
    ['W/"1"', '"1"'],
  ])('that a proxy weakened is the same: %s, then %s', async (opened, now) => {
    const { url } = await server({ etag: opened, fault: () => ({ headers: { etag: now } }) });
    expect((await read(`${url}a.dcm`, 0, 10, { etag: opened })).bytes).toEqual(FILE.slice(0, 10));
    const whole = await failing({ ...NO_RANGES, headers: { etag: now } });
    const given = { etag: opened, wholeBytes: 200_000 };
    expect((await read(`${whole.url}a.dcm`, 0, 10, given)).bytes).toEqual(FILE);
  });

  it.each(['W/"1"', null])('that is %s does not join parts of two times', async (etag) => {
    const { url } = await server({
      fault: (_, count) => ({
        headers: { etag, 'last-modified': new Date(1e9 * count).toUTCString() },
        ...(count === 0 && { cutAfter: 5000 }),
      }),
    });
    await expect(read(`${url}a.dcm`, 0, 10_000)).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
  });
});

describe('a server without ranges', () => {
  it('is refused with HTTP_NO_RANGE, and its body is not read', async () => {
    const { url, requests } = await server(
      { fault: () => NO_RANGES },
      { 'a.dcm': new Uint8Array(64 << 20) },
    );
    await expect(read(`${url}a.dcm`, 0, 65_536)).rejects.toMatchObject({
      code: 'HTTP_NO_RANGE',
      details: { found: 'a file of 67108864 bytes as a whole' },
    });
    expect(await settled(() => requests[0])).toBe('gone');
  });

  it.each([false, true])('gives the whole where that is allowed (chunked: %s)', async (chunked) => {
    const { url } = await failing({ ...NO_RANGES, chunked });
    const reply = await read(`${url}a.dcm`, 0, 1000, { wholeBytes: 200_000 });
    expect(reply.bytes).toEqual(FILE);
    expect(reply.size).toBe(200_000);
  });

  it.each([false, true])('never gives more than that (chunked: %s)', async (chunked) => {
    const { url } = await failing({ ...NO_RANGES, chunked });
    await expect(read(`${url}a.dcm`, 0, 1000, { wholeBytes: 199_999 })).rejects.toMatchObject({
      code: 'HTTP_NO_RANGE',
      details: { expected: 'at most 199999 bytes' },
    });
  });

  it('does no harm where the file is shorter than what was asked for', async () => {
    const { url } = await failing(NO_RANGES);
    expect((await read(`${url}a.dcm`, 0, 200_000)).bytes).toEqual(FILE);
  });

  it('is asked once for such a file, which is held where no cache is', async () => {
    const small = FILE.slice(0, 1000);
    const { url, requests } = await server({ fault: () => NO_RANGES }, { 'a.dcm': small });
    const cache = createRemoteCache(0);
    const source = await openRemote(`${url}a.dcm`, httpRanges(), { cache });
    expect(await source.read(100, 50)).toEqual(small.subarray(100, 150));
    expect(requests).toHaveLength(1);
  });
});

describe('a file that changes', () => {
  it('throws SOURCE_CHANGED and not other bytes', async () => {
    const files = { 'a.dcm': FILE };
    const { url, requests } = await server({}, files);
    const { etag } = await read(`${url}a.dcm`, 0, 1000);
    files['a.dcm'] = OTHER;
    await expect(read(`${url}a.dcm`, 0, 1000, { etag })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
    expect(await settled(() => requests[1])).toBeDefined();
  });

  it('in the middle of a range throws SOURCE_CHANGED', async () => {
    const files = { 'a.dcm': FILE };
    const { url } = await server(
      {
        fault: (_, count) => {
          if (count === 1) files['a.dcm'] = OTHER;
          return count === 0 ? { cutAfter: 5000 } : undefined;
        },
      },
      files,
    );
    await expect(read(`${url}a.dcm`, 0, 10_000)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('that is shorter now throws SOURCE_CHANGED', async () => {
    const files = { 'a.dcm': FILE };
    const { url } = await server({ etag: '"same"' }, files);
    files['a.dcm'] = FILE.slice(0, 500);
    await expect(read(`${url}a.dcm`, 1000, 2000, { etag: '"same"' })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
      details: { offset: 1000, found: '500 bytes' },
    });
  });
});

describe('a server that fails for a while', () => {
  it('is asked again after 503 twice, later each time', async () => {
    const { url, requests } = await failing(unavailable(), unavailable());
    const reply = await read(`${url}a.dcm`, 0, 1000);
    expect(reply.bytes).toEqual(FILE.slice(0, 1000));
    expect(reply.requests).toBe(3);
    expect(requests).toHaveLength(3);
    const [first = 0, second = 0] = reply.waits;
    expect(first).toBeGreaterThanOrEqual(100);
    expect(first).toBeLessThanOrEqual(200);
    expect(second).toBeGreaterThanOrEqual(200);
    expect(second).toBeLessThanOrEqual(400);
  });

  it('says itself when, up to 30 seconds', async () => {
    const far = new Date(Date.now() + 1e9).toUTCString();
    const { url } = await failing(unavailable('7'), unavailable('4000'), unavailable(far));
    expect((await read(`${url}a.dcm`, 0, 1000)).waits).toEqual([7000, 30_000, 30_000]);
  });

  it.each(['0', '-1', '1.5', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'is asked again no sooner for what it says: %s',
    async (retryAfter) => {
      const { url } = await failing(unavailable(retryAfter), unavailable(retryAfter));
      const [first = 0, second = 0] = (await read(`${url}a.dcm`, 0, 1000)).waits;
      expect(first).toBeGreaterThanOrEqual(100);
      expect(first).toBeLessThanOrEqual(200);
      expect(second).toBeGreaterThanOrEqual(200);
      expect(second).toBeLessThanOrEqual(400);
    },
  );

  it('is counted with each request, though the range fails', async () => {
    const { url, requests } = await server({
      fault: (_, count) => (count > 0 ? unavailable() : undefined),
    });
    const ranges = httpRanges({ retries: 2 }, () => Promise.resolve());
    const source = await openRemote(`${url}a.dcm`, ranges, { cache: createRemoteCache(1e6) });
    await expect(source.read(100_000, 10)).rejects.toMatchObject({ code: 'HTTP' });
    expect(requests).toHaveLength(4);
    expect(source.remote?.requests).toBe(4);
  });

  it.each([408, 429, 500, 502, 503, 504])('is given up after the retries: %s', async (status) => {
    const { url, requests } = await server({ fault: () => ({ ...unavailable(), status }) });
    await expect(read(`${url}a.dcm`, 0, 10, { retries: 2 })).rejects.toMatchObject({
      code: 'HTTP',
      details: { found: `status ${status}` },
    });
    expect(requests).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 410, 501])('is not asked again after %s', async (status) => {
    const { url, requests } = await server({ fault: () => ({ ...unavailable(), status }) });
    await expect(read(`${url}a.dcm`, 0, 10)).rejects.toMatchObject({ code: 'HTTP' });
    expect(requests).toHaveLength(1);
  });

  it('that resets the connection is asked again', async () => {
    const { url } = await failing({ reset: true }, { reset: true });
    expect((await read(`${url}a.dcm`, 0, 1000)).bytes).toEqual(FILE.slice(0, 1000));
  });

  it('that nobody reaches throws HTTP with what the platform says', async () => {
    const { url, close } = await serve({});
    await close();
    await expect(read(`${url}a.dcm`, 0, 10, { retries: 1 })).rejects.toMatchObject({
      code: 'HTTP',
      cause: { name: 'TypeError' },
    });
  });
});

describe('a body that ends early', () => {
  it.each([false, true])('is continued where it stopped (chunked: %s)', async (chunked) => {
    const { url, requests } = await failing({ cutAfter: 5000, chunked }, { cutAfter: 6000 });
    const reply = await read(`${url}a.dcm`, 1000, 51_000, { retries: 1 });
    expect(reply.bytes).toEqual(FILE.slice(1000, 51_000));
    expect(requests.map(({ headers }) => headers.range)).toEqual([
      'bytes=1000-50999',
      'bytes=6000-50999',
      'bytes=12000-50999',
    ]);
  });

  it('each time again is given up', async () => {
    const { url, requests } = await server({ fault: () => ({ cutAfter: 100 }) });
    await expect(read(`${url}a.dcm`, 0, 50_000, { retries: 3 })).rejects.toMatchObject({
      code: 'HTTP',
      details: { offset: 400 },
    });
    expect(requests).toHaveLength(4);
  });

  it('because nothing comes any more counts as dropped', async () => {
    const { url, requests } = await failing({ stallAfter: 5000 });
    const reply = await read(`${url}a.dcm`, 0, 10_000, { timeout: 200 });
    expect(reply.bytes).toEqual(FILE.slice(0, 10_000));
    expect(requests[1]?.headers.range).toBe('bytes=5000-9999');
    expect(await settled(() => requests[0])).toBe('gone');
  });

  it('slowly is waited for, as long as something comes', async () => {
    const { url } = await failing({ slow: 60 });
    const reply = await read(`${url}a.dcm`, 0, 10_240, { timeout: 400 });
    expect(reply).toMatchObject({ requests: 1, bytes: FILE.slice(0, 10_240) });
  });
});

describe('a reply that cannot be relied on', () => {
  const headers = (range: string): Fault => ({ headers: { 'content-range': range } });
  it.each<readonly [string, Fault]>([
    ['another start', headers('bytes 1-1000/200000')],
    ['another unit', headers('lines 0-999/200000')],
    ['an unknown size', headers('bytes 0-999/*')],
    ['a size beyond all numbers', headers('bytes 0-999/99999999999999999999')],
    ['a size of 400 digits', headers(`bytes 0-999/${'9'.repeat(400)}`)],
    ['an end before its start', headers('bytes 0-999/500')],
    ['no Content-Range', { headers: { 'content-range': null } }],
    ['several parts', { headers: { 'content-type': 'multipart/byteranges; boundary=x' } }],
    ['gzip in spite of identity', { gzip: true }],
    ['more than it says', { ...headers('bytes 0-998/200000') }],
    ['416 for what is there', { status: 416, headers: { 'content-range': 'bytes */200000' } }],
    ['no redirect', { status: 302, headers: { 'content-range': null } }],
  ])('is refused: %s', async (_, fault) => {
    const { url, requests } = await server({ fault: () => fault });
    await expect(read(`${url}a.dcm`, 0, 1000)).rejects.toMatchObject({ code: 'HTTP' });
    expect(requests).toHaveLength(1);
  });

  it('but that is longer than asked for is read as far as asked', async () => {
    const { url } = await failing({
      body: FILE,
      headers: { 'content-range': 'bytes 0-199999/200000' },
    });
    expect((await read(`${url}a.dcm`, 0, 1000)).bytes).toEqual(FILE.slice(0, 1000));
  });
});

describe('a URL as it is shown', () => {
  it('has no user, query or fragment', () => {
    expect(shownUrl('https://me:secret@a.example:444/b/c.dcm?token=1#d')).toBe(
      'https://a.example:444/b/c.dcm',
    );
  });

  it('is USAGE where it is none, without being repeated', async () => {
    for (const text of ['secret', 'file:///secret', 'http://?secret']) {
      const thrown: unknown = await read(text, 0, 1).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: 'USAGE' });
      expect(String(thrown)).not.toContain('secret');
    }
  });

  it.each([{ retries: -1 }, { retries: 0.5 }, { timeout: 0 }, { wholeBytes: NaN }])(
    'is not read with options that make no sense: %o',
    (options) => {
      expect(() => httpRanges(options)).toThrow('USAGE');
    },
  );
});
