import { afterEach, describe, expect, it } from 'vitest';
import { httpRanges, type HttpOptions } from '../../src/bytes/http.ts';
import type { RangeReply } from '../../src/bytes/remote-source.ts';
import {
  serve,
  unavailable,
  type Fault,
  type FileServer,
  type ServedRequest,
  type ServeOptions,
} from '../support/http-server.ts';
import { noise } from '../support/noise.ts';

const FILE = noise(200_000);
const KEPT: FileServer[] = [];

afterEach(async () => {
  await Promise.all(KEPT.splice(0).map((server) => server.close()));
});

async function server(options: ServeOptions = {}): Promise<FileServer> {
  const made = await serve({ 'a.dcm': FILE }, options);
  KEPT.push(made);
  return made;
}

/** A server on which the first requests fail, one for each fault. */
function failing(...faults: (Fault | undefined)[]): Promise<FileServer> {
  return server({ fault: (_, count) => faults[count] });
}

interface Given extends HttpOptions {
  readonly signal?: AbortSignal;
  readonly into?: Uint8Array;
}

/** Reads without waiting. */
async function read(
  url: string,
  start: number,
  end: number,
  { signal = new AbortController().signal, into, ...http }: Given = {},
): Promise<RangeReply> {
  const ranges = httpRanges(http, () => Promise.resolve());
  return ranges(url, start, end, { signal, etag: undefined, into });
}

async function settled(request: () => ServedRequest | undefined): Promise<string | undefined> {
  await expect.poll(() => request()?.state ?? 'open', { timeout: 5000 }).not.toBe('open');
  return request()?.state;
}

describe('an abort', () => {
  it('closes the connection of a slow body, and rejects with the reason', async () => {
    const { url, requests } = await server({ fault: () => ({ slow: 20 }) });
    const controller = new AbortController();
    const reading = read(`${url}a.dcm`, 0, 200_000, { signal: controller.signal });
    const rejected = expect(reading).rejects.toBe('enough');
    await expect.poll(() => requests[0]?.bytes).toBeGreaterThan(2000);
    controller.abort('enough');
    await rejected;
    expect(await settled(() => requests[0])).toBe('gone');
    expect(requests).toHaveLength(1);
  });

  it('ends the wait for a busy server at once', async () => {
    const { url, requests } = await failing(unavailable('30'));
    const controller = new AbortController();
    const given = new Error('enough');
    const reading = httpRanges()(`${url}a.dcm`, 0, 10, {
      signal: controller.signal,
      etag: undefined,
    });
    const rejected = expect(reading).rejects.toBe(given);
    expect(await settled(() => requests[0])).toBeDefined();
    controller.abort(given);
    await rejected;
    expect(requests).toHaveLength(1);
  });

  it('before it began asks for nothing', async () => {
    const { url, requests } = await server();
    await expect(read(`${url}a.dcm`, 0, 10, { signal: AbortSignal.abort('enough') })).rejects.toBe(
      'enough',
    );
    expect(requests).toHaveLength(0);
  });
});

describe('O31 a fetch that does not mind its signal', () => {
  const deaf: typeof fetch = (input, { signal: _, ...init } = {}) => fetch(input, init);
  const never = (): Promise<never> => new Promise(() => undefined);

  it('is left when its body stalls, and its connection is closed', async () => {
    const { url, requests } = await failing({ stallAfter: 5000 });
    const given = { fetch: deaf, timeout: 200, retries: 0 };
    await expect(read(`${url}a.dcm`, 0, 10_000, given)).rejects.toMatchObject({
      code: 'HTTP',
      cause: { name: 'Stalled' },
    });
    expect(await settled(() => requests[0])).toBe('gone');
  });

  it('is left upon an abort, and writes nothing from then on', async () => {
    const { url, requests } = await server({ fault: () => ({ slow: 20 }) });
    const controller = new AbortController();
    const into = new Uint8Array(200_000);
    const given = { fetch: deaf, into, signal: controller.signal };
    const rejected = expect(read(`${url}a.dcm`, 0, 200_000, given)).rejects.toBe('enough');
    await expect.poll(() => requests[0]?.bytes).toBeGreaterThan(2000);
    controller.abort('enough');
    await rejected;
    into.fill(0);
    expect(await settled(() => requests[0])).toBe('gone');
    expect(into.every((byte) => byte === 0)).toBe(true);
  });

  it('is left before its headers come, and what comes later is called off', async () => {
    const { url, requests } = await server({ latency: 400, fault: () => ({ slow: 20 }) });
    const given = { fetch: deaf, timeout: 100, retries: 0 };
    await expect(read(`${url}a.dcm`, 0, 200_000, given)).rejects.toMatchObject({
      code: 'HTTP',
      cause: { name: 'Stalled' },
    });
    expect(requests[0]?.state).toBe('open');
    expect(await settled(() => requests[0])).toBe('gone');
  });

  it.each([{ fetch: never }, { headers: never }])(
    'is left where it never answers, and headers as well: %o',
    async (http) => {
      const url = 'http://127.0.0.1:1/a.dcm';
      await expect(read(url, 0, 10, { ...http, timeout: 50, retries: 1 })).rejects.toMatchObject({
        code: 'HTTP',
        cause: { name: 'Stalled' },
      });
      const controller = new AbortController();
      const reading = read(url, 0, 10, { ...http, signal: controller.signal });
      const rejected = expect(reading).rejects.toBe('enough');
      controller.abort('enough');
      await rejected;
    },
  );

  it('is not asked with headers that come too late', async () => {
    const { url, requests } = await server();
    const controller = new AbortController();
    let giveHeaders = (_: Record<string, string>): void => undefined;
    const headers = (): Promise<Record<string, string>> =>
      new Promise((resolve) => (giveHeaders = resolve));
    const given = { fetch: deaf, headers, signal: controller.signal };
    const rejected = expect(read(`${url}a.dcm`, 0, 10, given)).rejects.toBe('enough');
    controller.abort('enough');
    await rejected;
    giveHeaders({});
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(requests).toHaveLength(0);
  });
});
