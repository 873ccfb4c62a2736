import { describe, expect, it } from 'vitest';
import { awake } from '../../src/codecs/awake.js';
import { WasmInstances, wasmInstances } from '../../src/codecs/wasm-instances.js';
import { codecPlatform } from '../support/codec-platform.js';
/** Instances that are numbered from 1 on in the order in which they start. */
function numbered(heapBytes = 0) {
  let starts = 0;
  const HEAPU8 = new Uint8Array(heapBytes);
  return new WasmInstances(() => Promise.resolve({ HEAPU8, number: ++starts }));
}
const numberOf = (module) => module.number;
const fails = () => {
  throw new Error('out of the module');
};
describe('WasmInstances', () => {
  it('starts none before there is work, and one for all work', async () => {
    let starts = 0;
    const instances = new WasmInstances(() => {
      starts++;
      return Promise.resolve({ HEAPU8: new Uint8Array(0), number: starts });
    });
    expect(starts).toBe(0);
    const numbers = await Promise.all([1, 2, 3].map(() => instances.run(numberOf)));
    expect(numbers).toEqual([1, 1, 1]);
    expect(starts).toBe(1);
  });
  it('gives an instance up that something was thrown out of', async () => {
    const instances = numbered();
    await expect(instances.run(fails)).rejects.toThrow('out of the module');
    expect(await instances.run(numberOf)).toBe(2);
    expect(await instances.run(numberOf)).toBe(2);
  });
  it('lets nobody have a broken one who waited for it while it was whole', async () => {
    const instances = numbered();
    const [broken, ...others] = await Promise.allSettled([
      instances.run(fails),
      instances.run(numberOf),
      instances.run(numberOf),
    ]);
    expect(broken.status).toBe('rejected');
    expect(others).toEqual([2, 2].map((value) => ({ status: 'fulfilled', value })));
  });
  it('gives one up when told to, with what the work came to', async () => {
    const instances = numbered();
    const given = instances.run(({ number }, giveUp) => {
      giveUp();
      return number;
    });
    expect(await given).toBe(1);
    expect(await instances.run(numberOf)).toBe(2);
  });
  it('gives one up whose memory grew large, and keeps one that is not', async () => {
    const large = numbered(256 * 1024 * 1024 + 1);
    expect([await large.run(numberOf), await large.run(numberOf)]).toEqual([1, 2]);
    const small = numbered(64 * 1024);
    expect([await small.run(numberOf), await small.run(numberOf)]).toEqual([1, 1]);
  });
  it('starts again after a start that failed', async () => {
    let starts = 0;
    const instances = new WasmInstances(() => {
      starts++;
      if (starts === 1) return Promise.reject(new Error('no memory'));
      return Promise.resolve({ HEAPU8: new Uint8Array(0), number: starts });
    });
    await expect(instances.run(numberOf)).rejects.toThrow('no memory');
    expect(await instances.run(numberOf)).toBe(2);
  });
});
describe('wasmInstances', () => {
  const specifier = '@cornerstonejs/codec-charls/decodewasm';
  it('has instances of the module of a package, each with its own memory', async () => {
    const { default: factory } = await import('@cornerstonejs/codec-charls/decodewasmjs');
    const instances = await wasmInstances(codecPlatform, factory, specifier, () => undefined);
    const heapOf = ({ HEAPU8 }) => HEAPU8.buffer;
    const first = await instances.run(heapOf);
    expect(await instances.run(heapOf)).toBe(first);
    await expect(instances.run(fails)).rejects.toThrow('out of the module');
    expect(await instances.run(heapOf)).not.toBe(first);
  });
  it('rejects where the bytes are no module', async () => {
    const { default: factory } = await import('@cornerstonejs/codec-charls/decodewasmjs');
    const wasm = () => Promise.resolve(Uint8Array.of(0, 0x61, 0x73, 0x6d, 9));
    const platform = { ...codecPlatform, wasm };
    const instances = wasmInstances(platform, factory, specifier, () => undefined);
    await expect(instances).rejects.toThrow(WebAssembly.CompileError);
  });
  it('rejects where the module is not what the package instantiates', async () => {
    const { default: factory } = await import('@cornerstonejs/codec-charls/decodewasmjs');
    // A module that asks for a function of nobody: one type, one import "a" "b".
    const other = [1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0];
    const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...other);
    const platform = { ...codecPlatform, wasm: () => Promise.resolve(bytes) };
    const instances = await wasmInstances(platform, factory, specifier, () => undefined);
    await expect(instances.run(() => 0)).rejects.toThrow(TypeError);
  });
});
describe('an event loop that waits for a module', () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  it('is kept awake for as long as that takes, and no longer', async () => {
    const before = timers();
    let during = 0;
    const work = () => {
      during = timers();
      return Promise.resolve('done');
    };
    expect(await awake(work)).toBe('done');
    expect(during).toBe(before + 1);
    expect(timers()).toBe(before);
  });
  it('sleeps again where that fails', async () => {
    const before = timers();
    await expect(awake(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(timers()).toBe(before);
  });
});
