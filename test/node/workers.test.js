var __addDisposableResource =
  (this && this.__addDisposableResource) ||
  function (env, value, async) {
    if (value !== null && value !== void 0) {
      if (typeof value !== 'object' && typeof value !== 'function')
        throw new TypeError('Object expected.');
      var dispose, inner;
      if (async) {
        if (!Symbol.asyncDispose) throw new TypeError('Symbol.asyncDispose is not defined.');
        dispose = value[Symbol.asyncDispose];
      }
      if (dispose === void 0) {
        if (!Symbol.dispose) throw new TypeError('Symbol.dispose is not defined.');
        dispose = value[Symbol.dispose];
        if (async) inner = dispose;
      }
      if (typeof dispose !== 'function') throw new TypeError('Object not disposable.');
      if (inner)
        dispose = function () {
          try {
            inner.call(this);
          } catch (e) {
            return Promise.reject(e);
          }
        };
      env.stack.push({ value: value, dispose: dispose, async: async });
    } else if (async) {
      env.stack.push({ async: true });
    }
    return value;
  };
var __disposeResources =
  (this && this.__disposeResources) ||
  (function (SuppressedError) {
    return function (env) {
      function fail(e) {
        env.error = env.hasError
          ? new SuppressedError(e, env.error, 'An error was suppressed during disposal.')
          : e;
        env.hasError = true;
      }
      var r,
        s = 0;
      function next() {
        while ((r = env.stack.pop())) {
          try {
            if (!r.async && s === 1)
              return ((s = 0), env.stack.push(r), Promise.resolve().then(next));
            if (r.dispose) {
              var result = r.dispose.call(r.value);
              if (r.async)
                return (
                  (s |= 2),
                  Promise.resolve(result).then(next, function (e) {
                    fail(e);
                    return next();
                  })
                );
            } else s |= 1;
          } catch (e) {
            fail(e);
          }
        }
        if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
        if (env.hasError) throw env.error;
      }
      return next();
    };
  })(
    typeof SuppressedError === 'function'
      ? SuppressedError
      : function (error, suppressed, message) {
          var e = new Error(message);
          return ((e.name = 'SuppressedError'), (e.error = error), (e.suppressed = suppressed), e);
        },
  );
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, open, openFolder } from '../../src/node/index.js';
import { workerLike } from '../../src/node/workers.js';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { codeOf } from '../support/open-built.js';
import { rleEncode } from '../support/rle-encode.js';
import { sliceParts } from '../support/slices.js';
const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (path) => join(root, 'dist', path);
const scratch = mkdtempSync(join(tmpdir(), 'framedex workers '));
const path = join(scratch, 'rle.dcm');
const SIDE = 16;
const COUNT = 6;
/** Cells of a frame, all of them other ones. */
function cellsOf(i) {
  return Uint8Array.from({ length: SIDE * SIDE * 2 }, (_, k) => (k * (i + 3) + (k >> 5)) % 251);
}
function encode(cells, rows = SIDE, columns = SIDE) {
  return rleEncode(cells, { rows, columns, samplesPerPixel: 1, bytesPerSample: 2 });
}
beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
  const frames = Array.from({ length: COUNT }, (_, i) => encode(cellsOf(i)));
  const pixels = imagePixel({ rows: SIDE, columns: SIDE, numberOfFrames: COUNT });
  const elements = [...pixels, encapsulated({ frames })];
  writeFileSync(path, dicom({ transferSyntax: SYNTAX.rle, elements }).bytes);
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
/** A thread with the built codecs: Node 20 runs no TypeScript. */
function builtWorker() {
  return workerLike(new Worker(dist('node/codec-worker.js')));
}
const resourceLimits = { maxOldGenerationSizeMb: 16 };
/** A thread that says that it is ready, and then does this for each frame. */
function evilWorker(code) {
  const source = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', () => { ${code} });
    parentPort.postMessage({ kind: 'ready' });`;
  return () => workerLike(new Worker(source, { eval: true, resourceLimits }));
}
/** Runs a program, as an application that has the package does. */
function run(code) {
  const header = `
    import * as framedex from ${JSON.stringify(pathToFileURL(dist('node/index.js')).href)};
    const path = ${JSON.stringify(path)};
    // Fires only where something else keeps the process alive.
    setTimeout(() => process.exit(3), 6000).unref();`;
  const args = ['--input-type=module', '-e', header + code];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { stdout: stdout + stderr, status };
}
describe('threads that decode', () => {
  it('give what is decoded without them', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const context = __addDisposableResource(
        env_1,
        createContext({ isolate: true, workers: 2, worker: builtWorker }),
        true,
      );
      const file = __addDisposableResource(env_1, await open(path, { context }), true);
      const seen = [];
      for await (const { index, data } of file.frames()) {
        expect(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).toEqual(
          cellsOf(index),
        );
        seen.push(index);
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
      const into = new Uint16Array(new SharedArrayBuffer(2 * SIDE * SIDE));
      const { data } = await file.frame(4, { into });
      expect([data.buffer === into.buffer, new Uint8Array(into.buffer)]).toEqual([
        true,
        cellsOf(4),
      ]);
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('put slices into a shared volume', async () => {
    const folder = mkdtempSync(join(scratch, 'series '));
    for (let z = 0; z < 9; z++) {
      const cells = Uint8Array.from({ length: 12 }, (_, k) => 16 * z + k);
      const pixels = encapsulated({ frames: [encode(cells, 2, 3)] });
      const { bytes } = dicom(sliceParts({ z, transferSyntax: SYNTAX.rle, pixels }));
      writeFileSync(join(folder, `${z}.dcm`), bytes);
    }
    const volumeOf = async (options, shared) => {
      const env_2 = { stack: [], error: void 0, hasError: false };
      try {
        const context = __addDisposableResource(env_2, createContext(options), true);
        const collection = __addDisposableResource(
          env_2,
          await openFolder(folder, { context }),
          true,
        );
        const [series] = await collection.series();
        return await series?.volume({ shared });
      } catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
      } finally {
        const result_2 = __disposeResources(env_2);
        if (result_2) await result_2;
      }
    };
    const plain = await volumeOf({ workers: 0 }, false);
    const isolated = { isolate: true, workers: 2, worker: builtWorker };
    const shared = await volumeOf(isolated, true);
    const copied = await volumeOf(isolated, false);
    expect(plain?.data).toHaveLength(9 * 6);
    expect([...(plain?.data ?? [])].slice(-2)).toEqual([0x8988, 0x8b8a].map((v) => v - 0x10000));
    expect([...(shared?.data ?? [])]).toEqual([...(plain?.data ?? [])]);
    expect([...(copied?.data ?? [])]).toEqual([...(plain?.data ?? [])]);
    expect(shared?.data.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(plain?.data.buffer).toBeInstanceOf(ArrayBuffer);
  });
  it('that hang are ended, and the frame alone fails', async () => {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
      const worker = evilWorker('for (;;);');
      const context = __addDisposableResource(
        env_3,
        createContext({ isolate: true, codecTimeout: 300, workers: 1, worker }),
        true,
      );
      const file = __addDisposableResource(env_3, await open(path, { context }), true);
      const error = await file.frame(2).catch((reason) => reason);
      expect(error).toMatchObject({ code: 'CODEC_TIMEOUT', details: { name: path } });
      expect(error.message).toContain('frame 2 takes too long');
      expect(await codeOf(file.frame(3))).toBe('CODEC_TIMEOUT');
    } catch (e_3) {
      env_3.error = e_3;
      env_3.hasError = true;
    } finally {
      const result_3 = __disposeResources(env_3);
      if (result_3) await result_3;
    }
  });
  it.each([
    ['exit', 'process.exit(7)'],
    ['throw', 'throw new Error("x")'],
    ['take all memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(1))'],
  ])('that %s fail their frame alone', async (_, code) => {
    const env_4 = { stack: [], error: void 0, hasError: false };
    try {
      const starts = [evilWorker(code), builtWorker];
      const limited = () => (starts.shift() ?? builtWorker)();
      const context = __addDisposableResource(
        env_4,
        createContext({ isolate: true, workers: 1, worker: limited }),
        true,
      );
      const file = __addDisposableResource(env_4, await open(path, { context }), true);
      expect(await codeOf(file.frame(1))).toBe('CODEC');
      expect((await file.frame(1)).data).toHaveLength(SIDE * SIDE);
    } catch (e_4) {
      env_4.error = e_4;
      env_4.hasError = true;
    } finally {
      const result_4 = __disposeResources(env_4);
      if (result_4) await result_4;
    }
  });
  it('that are not there are told of once', async () => {
    const env_5 = { stack: [], error: void 0, hasError: false };
    try {
      let starts = 0;
      const worker = () => {
        starts++;
        return workerLike(new Worker(join(scratch, 'nowhere.js')));
      };
      const context = __addDisposableResource(
        env_5,
        createContext({ isolate: true, workers: 1, worker }),
        true,
      );
      const file = __addDisposableResource(env_5, await open(path, { context }), true);
      expect(await codeOf(file.frame(1))).toBe('CODEC_MISSING');
      expect(await codeOf(file.frame(2))).toBe('CODEC_MISSING');
      expect(starts).toBe(1);
    } catch (e_5) {
      env_5.error = e_5;
      env_5.hasError = true;
    } finally {
      const result_5 = __disposeResources(env_5);
      if (result_5) await result_5;
    }
  });
});
describe('the built package', () => {
  it('P10: a process ends by itself, with workers that idle and a context that nobody closed', () => {
    const { stdout, status } = run(`
      const context = framedex.createContext({ isolate: true, workers: 2 });
      const file = await framedex.open(path, { context });
      let sum = 0;
      for await (const { data } of file.frames()) sum += data[1];
      console.log(sum);`);
    const sum = [0, 1, 2, 3, 4, 5]
      .map((i) => new Uint16Array(cellsOf(i).buffer)[1] ?? 0)
      .reduce((a, b) => a + b);
    expect([stdout, status]).toEqual([`${sum}\n`, 0]);
  });
  it('P10: a process waits for the frame that it awaits, and for none that was given up', () => {
    const { stdout, status } = run(`
      const context = framedex.createContext({ isolate: true });
      const file = await framedex.open(path, { context });
      for await (const { index } of file.frames()) if (index === 1) break;
      const controller = new AbortController();
      file.frame(5, { signal: controller.signal }).catch((reason) => console.log(reason));
      controller.abort('given up');
      console.log((await file.frame(4)).data.length);`);
    expect([stdout, status]).toEqual([`given up\n${SIDE * SIDE}\n`, 0]);
  });
  it('P10: a process waits for a frame behind one that was given up, and that still is decoded', () => {
    const slow = `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ pixel }) => setTimeout(() => {
        const decoded = { bytes: new Uint8Array(${SIDE * SIDE * 2}), pixel };
        parentPort.postMessage({ kind: 'decoded', decoded, inPlace: false });
      }, 200));
      parentPort.postMessage({ kind: 'ready' });`;
    const { stdout, status } = run(`
      import { Worker } from 'node:worker_threads';
      import { workerLike } from ${JSON.stringify(pathToFileURL(dist('node/workers.js')).href)};
      const worker = () => workerLike(new Worker(${JSON.stringify(slow)}, { eval: true, execArgv: [] }));
      const context = framedex.createContext({ isolate: true, workers: 1, worker });
      const file = await framedex.open(path, { context });
      await file.frame(0);
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = file.frame(1, { signal }).catch((reason) => console.log(reason));
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.abort('given up');
      await aborted;
      console.log((await file.frame(2)).data.length);`);
    expect([stdout, status]).toEqual([`given up\n${SIDE * SIDE}\n`, 0]);
  });
  it('starts no thread for a few small frames', () => {
    const { stdout, status } = run(`
      const file = await framedex.open(path);
      for await (const frame of file.frames()) void frame;
      console.log(process.getActiveResourcesInfo().includes('MessagePort'));`);
    expect([stdout, status]).toEqual(['false\n', 0]);
  });
  it('P13: a saved index crosses to another thread, which reads frames by it', () => {
    const { stdout, status } = run(`
      import { Worker } from 'node:worker_threads';
      const file = await framedex.open(path);
      const code = \`
        const { parentPort, workerData } = require('node:worker_threads');
        import(workerData.module).then(async ({ open }) => {
          const file = await open(workerData.path, { index: workerData.index });
          const { data } = await file.frame(5);
          parentPort.postMessage([file.index.strategy, data]);
        });\`;
      const module = ${JSON.stringify(pathToFileURL(dist('node/index.js')).href)};
      const worker = new Worker(code, { eval: true, execArgv: [], workerData: { module, path, index: file.toIndex() } });
      const [strategy, data] = await new Promise((resolve) => worker.once('message', resolve));
      const same = (await file.frame(5)).data;
      console.log(strategy === file.index.strategy, data.every((value, k) => value === same[k]), data.length);`);
    expect([stdout, status]).toEqual([`true true ${SIDE * SIDE}\n`, 0]);
  });
});
