import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerLike } from '../../src/codecs/pool.ts';
import { createContext, open, openFolder } from '../../src/node/index.ts';
import type { NodeContextOptions } from '../../src/node/index.ts';
import { workerLike } from '../../src/node/workers.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';
import { rleEncode } from '../support/rle-encode.ts';
import { sliceParts } from '../support/slices.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (path: string): string => join(root, 'dist', path);
const scratch = mkdtempSync(join(tmpdir(), 'framedex workers '));
const path = join(scratch, 'rle.dcm');
const SIDE = 16;
const COUNT = 6;

/** Cells of a frame, all of them other ones. */
function cellsOf(i: number): Uint8Array {
  return Uint8Array.from({ length: SIDE * SIDE * 2 }, (_, k) => (k * (i + 3) + (k >> 5)) % 251);
}

function encode(cells: Uint8Array, rows = SIDE, columns = SIDE): Uint8Array {
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
function builtWorker(): WorkerLike {
  return workerLike(new Worker(dist('node/codec-worker.js')));
}

const resourceLimits = { maxOldGenerationSizeMb: 16 };

/** A thread that says that it is ready, and then does this for each frame. */
function evilWorker(code: string): () => WorkerLike {
  const source = `const { parentPort } = require('node:worker_threads');
    parentPort.on('message', () => { ${code} });
    parentPort.postMessage({ kind: 'ready' });`;
  return () => workerLike(new Worker(source, { eval: true, resourceLimits }));
}

/** Runs a program, as an application that has the package does. */
function run(code: string): { readonly stdout: string; readonly status: number | null } {
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
    await using context = createContext({ isolate: true, workers: 2, worker: builtWorker });
    await using file = await open(path, { context });
    const seen: number[] = [];
    for await (const { index, data } of file.frames()) {
      expect(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).toEqual(cellsOf(index));
      seen.push(index);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
    const into = new Uint16Array(new SharedArrayBuffer(2 * SIDE * SIDE));
    const { data } = await file.frame(4, { into });
    expect([data.buffer === into.buffer, new Uint8Array(into.buffer)]).toEqual([true, cellsOf(4)]);
  });

  it('put slices into a shared volume', async () => {
    const folder = mkdtempSync(join(scratch, 'series '));
    for (let z = 0; z < 9; z++) {
      const cells = Uint8Array.from({ length: 12 }, (_, k) => 16 * z + k);
      const pixels = encapsulated({ frames: [encode(cells, 2, 3)] });
      const { bytes } = dicom(sliceParts({ z, transferSyntax: SYNTAX.rle, pixels }));
      writeFileSync(join(folder, `${z}.dcm`), bytes);
    }
    const volumeOf = async (options: NodeContextOptions, shared: boolean) => {
      await using context = createContext(options);
      await using collection = await openFolder(folder, { context });
      const [series] = await collection.series();
      return await series?.volume({ shared });
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
    const worker = evilWorker('for (;;);');
    await using context = createContext({ isolate: true, codecTimeout: 300, workers: 1, worker });
    await using file = await open(path, { context });
    const error: unknown = await file.frame(2).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CODEC_TIMEOUT', details: { name: path } });
    expect((error as Error).message).toContain('frame 2 takes too long');
    expect(await codeOf(file.frame(3))).toBe('CODEC_TIMEOUT');
  });

  it.each([
    ['exit', 'process.exit(7)'],
    ['throw', 'throw new Error("x")'],
    ['take all memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(1))'],
  ])('that %s fail their frame alone', async (_, code) => {
    const starts = [evilWorker(code), builtWorker];
    const limited = (): WorkerLike => (starts.shift() ?? builtWorker)();
    await using context = createContext({ isolate: true, workers: 1, worker: limited });
    await using file = await open(path, { context });
    expect(await codeOf(file.frame(1))).toBe('CODEC');
    expect((await file.frame(1)).data).toHaveLength(SIDE * SIDE);
  });

  it('that are not there are told of once', async () => {
    let starts = 0;
    const worker = (): WorkerLike => {
      starts++;
      return workerLike(new Worker(join(scratch, 'nowhere.js')));
    };
    await using context = createContext({ isolate: true, workers: 1, worker });
    await using file = await open(path, { context });
    expect(await codeOf(file.frame(1))).toBe('CODEC_MISSING');
    expect(await codeOf(file.frame(2))).toBe('CODEC_MISSING');
    expect(starts).toBe(1);
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
