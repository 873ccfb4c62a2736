import { afterEach, describe, expect, it, vi } from 'vitest';
import { compileWasm } from '../../src/codecs/compile-wasm.ts';

/** The smallest module: `\0asm`, version 1 (WebAssembly Core 5.5.16). */
const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('compileWasm', () => {
  it.each([
    'application/wasm',
    'Application/WASM',
    'application/wasm; charset=utf-8',
    'text/x',
    '',
  ])('compiles what a server calls "%s"', async (type) => {
    const headers = type === '' ? [] : [['content-type', type] as [string, string]];
    const compiled = await compileWasm(new Response(module, { headers }));
    expect(compiled).toBeInstanceOf(WebAssembly.Module);
  });

  it('compiles bytes without a look at what only servers need: Node loads a HTTP client for it', async () => {
    vi.stubGlobal('Response', undefined);
    expect(await compileWasm(module)).toBeInstanceOf(WebAssembly.Module);
  });
});
