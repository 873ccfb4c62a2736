import { afterEach, describe, expect, it, vi } from 'vitest';
import { codecsOfBrowser } from '../../src/codecs/browser-platform.ts';
import { fetchWasm } from '../../src/codecs/fetch-wasm.ts';
import { isFramedexError } from '../../src/errors.ts';
import { createContext } from '../../src/index.ts';
import { ScriptedWorker } from './pool-workers.ts';

const place = 'https://example.org/x.wasm';
const html = { headers: { 'content-type': 'text/html; charset=utf-8' } };

afterEach(() => {
  vi.unstubAllGlobals();
});

async function faultOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('places of WebAssembly', () => {
  it('E20: are told to a worker of the page’s own, once it is ready', () => {
    const worker = new ScriptedWorker();
    const codecs = codecsOfBrowser({ wasm: { x: place } }, () => worker);
    expect(codecs.worker?.()).toBe(worker);
    expect(worker.requests).toEqual([]);
    worker.ready();
    worker.reply(0);
    expect(worker.requests).toEqual([{ wasm: { x: place } }]);
  });

  it('E20: are told to the workers of a context before their first frame', async () => {
    const worker = new ScriptedWorker();
    const context = createContext({ wasm: { x: place }, worker: () => worker });
    context.platform.worker?.();
    worker.ready();
    expect(worker.requests[0]).toEqual({ wasm: { x: place } });
    await context.close();
  });

  it('that are none are USAGE, which repeats nothing of them', () => {
    const wrong = 'https://user:SECRET@127.0.0.1/x.wasm?token=HIDDEN';
    const thrown = ((): unknown => {
      try {
        return codecsOfBrowser({ wasm: { x: wrong } });
      } catch (error) {
        return error;
      }
    })();
    if (!isFramedexError(thrown, 'USAGE')) throw new Error('no USAGE');
    expect(thrown.message).toContain("wasm['x']");
    const told = [thrown.message, JSON.stringify(thrown.details), String(thrown.cause)].join();
    expect(told).not.toMatch(/SECRET|HIDDEN/);
  });

  it.each([
    ['a page', new Response('<!doctype html>', html), 'HTTP 200, text/html; charset=utf-8'],
    ['no success', new Response('', { status: 404 }), 'HTTP 404'],
  ])('where there is %s are CODEC_MISSING, with how to say a better one', async (_, reply, why) => {
    vi.stubGlobal('fetch', () => Promise.resolve(reply));
    const fault = await faultOf(fetchWasm('x', { x: place }));
    expect(fault).toMatchObject({
      code: 'CODEC_MISSING',
      details: { advice: "Say where it is: createContext({ wasm: { 'x': url } })." },
      cause: { message: expect.stringContaining(why) as string },
    });
  });

  it('may have another type than that of WebAssembly', async () => {
    const reply = new Response('', { headers: { 'content-type': 'text/plain' } });
    vi.stubGlobal('fetch', () => Promise.resolve(reply));
    expect(await fetchWasm('x', { x: place })).toBe(reply);
  });
});
