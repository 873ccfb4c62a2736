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
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { crc32, deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIndexingThreads } from '../../src/node/indexing.js';
import { createContext } from '../../src/node/index.js';
const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = (path) => join(root, 'dist', path);
const plain = noise(2 ** 20);
const deflated = new Uint8Array(deflateRawSync(plain));
/** Deflate makes many blocks of it. */
function noise(length) {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) & 31;
  });
}
beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
});
/** Starts threads with the built module, as Node 20 runs no TypeScript, and knows them. */
function threadStarter(code) {
  const threads = [];
  return {
    threads,
    startThread: () => {
      const thread =
        code === undefined
          ? new Worker(dist('node/indexing-worker.js'))
          : new Worker(code, { eval: true });
      threads.push(thread);
      return thread;
    },
  };
}
/** A thread that says that it is there, and then does this with each request. */
function evilThread(code) {
  return threadStarter(`const { parentPort } = require('node:worker_threads');
    parentPort.on('message', (request) => { ${code} });
    parentPort.postMessage({ kind: 'ready' });`);
}
/** Listens, begins, and gives the whole stream where it is not to wait. */
function begun(port, { gives = true, size = plain.length } = {}) {
  const replies = [];
  const ended = new Promise((resolve) => {
    port.listen((reply) => {
      replies.push(reply);
      if (reply.kind === 'done' || reply.kind === 'broken') resolve(reply);
    }, resolve);
  });
  port.post({ kind: 'begin', size, spacing: 2 ** 16 }, []);
  const bytes = deflated.slice();
  const give = () => {
    port.post({ kind: 'bytes', bytes, last: true }, [bytes.buffer]);
  };
  if (gives) give();
  return { port, replies, ended, bytes, give };
}
function exitOf(thread) {
  return new Promise((resolve) => thread?.on('exit', resolve));
}
async function ready(thread) {
  await new Promise((resolve) => thread?.once('message', resolve));
}
const DONE = { kind: 'done', index: { size: plain.length, crc32: crc32(plain) } };
describe('a run in a thread', () => {
  it('O23: gives what one in this thread does, and the thread ends with it', async () => {
    const { threads, startThread } = threadStarter();
    const { start } = createIndexingThreads({ threads: 1, startThread });
    const { port, replies, ended } = begun(start(), { gives: false });
    port.post({ kind: 'want', id: 1, from: 500_000, to: 500_100 }, []);
    const exit = exitOf(threads[0]);
    for (let at = 0; at < deflated.length; at += 100_000) {
      const bytes = deflated.slice(at, at + 100_000);
      const last = at + bytes.length === deflated.length;
      port.post({ kind: 'bytes', bytes, last }, [bytes.buffer]);
    }
    expect(await ended).toMatchObject(DONE);
    expect(replies.find(({ kind }) => kind === 'given')).toMatchObject({
      bytes: plain.slice(500_000, 500_100),
    });
    expect(replies.filter(({ kind }) => kind === 'taken').length).toBe(
      Math.ceil(deflated.length / 100_000) - 1,
    );
    const { index } = replies.at(-1);
    expect(index.starts.length).toBeGreaterThan(4);
    expect(index.windows.at(-1)).toHaveLength(32_768);
    expect(await exit).toBe(0);
  });
  it('O23: takes the memory of the bytes along', async () => {
    const { threads, startThread } = threadStarter();
    const { port, bytes, give, ended } = begun(
      createIndexingThreads({ threads: 1, startThread }).start(),
      { gives: false },
    );
    await ready(threads[0]);
    give();
    expect(bytes.buffer.byteLength).toBe(0);
    await ended;
    port.close();
  });
  it('O23: waits for its turn', async () => {
    const { threads, startThread } = threadStarter();
    const { start } = createIndexingThreads({ threads: 1, startThread });
    const first = begun(start(), { gives: false });
    const second = begun(start());
    await ready(threads[0]);
    expect(threads).toHaveLength(1);
    first.give();
    expect(await Promise.all([first.ended, second.ended])).toMatchObject([DONE, DONE]);
    expect(threads).toHaveLength(2);
  });
  it('O23: one that is given up makes room for the next', async () => {
    const { threads, startThread } = threadStarter();
    const { start } = createIndexingThreads({ threads: 1, startThread });
    const [first, second, third] = [
      begun(start(), { gives: false }),
      begun(start()),
      begun(start()),
    ];
    const exit = exitOf(threads[0]);
    second.port.close();
    first.port.close();
    expect(await third.ended).toMatchObject(DONE);
    await exit;
    expect([first.replies, second.replies, threads.length]).toEqual([[], [], 2]);
  });
  it('O23: a broken stream is told of', async () => {
    const { startThread } = threadStarter();
    const { ended } = begun(createIndexingThreads({ threads: 1, startThread }).start(), {
      size: 1000,
    });
    expect(await ended).toMatchObject({ kind: 'broken', reason: 'too-long' });
  });
  it.each([
    ['exits', 'process.exit(7)'],
    ['throws', 'throw new Error("x")'],
  ])('O23: fails where its thread %s in the midst', async (_, code) => {
    const { startThread } = evilThread(code);
    const { start } = createIndexingThreads({ threads: 1, startThread });
    expect(await begun(start()).ended).toMatchObject({ code: 'IO' });
    expect(await begun(start()).ended).toMatchObject({ code: 'IO' });
  });
  it('O23: goes on in this thread where there can be no other', async () => {
    const { startThread: ends } = threadStarter('process.exit(1)');
    const { startThread: misses } = { startThread: () => new Worker(dist('node/nowhere.js')) };
    const { startThread: refuses } = {
      startThread: () => {
        throw new Error('no threads here');
      },
    };
    for (const startThread of [ends, misses, refuses, undefined]) {
      const { start } = createIndexingThreads({ threads: 1, startThread });
      const [first, second] = [begun(start()), begun(start())];
      expect(await Promise.all([first.ended, second.ended])).toMatchObject([DONE, DONE]);
    }
  });
  it('O23: hears that all is closed, and the runs of others go on', async () => {
    const { threads, startThread } = threadStarter();
    const [mine, yours] = [1, 2].map((most) =>
      createIndexingThreads({ threads: most, startThread }),
    );
    if (mine === undefined || yours === undefined) throw new Error('two');
    const runs = [begun(mine.start(), { gives: false }), begun(mine.start())];
    const other = begun(yours.start(), { gives: false });
    await ready(threads[1]);
    const exit = exitOf(threads[0]);
    mine.close();
    const closed = { code: 'CLOSED' };
    expect(await Promise.all(runs.map(({ ended }) => ended))).toMatchObject([closed, closed]);
    await exit;
    expect(() => mine.start()).toThrow('CLOSED');
    other.give();
    expect(await other.ended).toMatchObject(DONE);
    yours.close();
  });
});
describe('createContext', () => {
  it('has threads for runs, as long as it is open, unless it is to have none', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const context = __addDisposableResource(env_1, createContext({ workers: 1 }), true);
      const { startIndexing } = context.inflating;
      if (startIndexing === undefined) throw new Error('none');
      const { ended } = begun(startIndexing(), { gives: false });
      await context.close();
      expect(await ended).toMatchObject({ code: 'CLOSED' });
      expect(createContext({ workers: 0 }).inflating.startIndexing).toBeUndefined();
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
});
describe('the built package', () => {
  /** Runs a program that has begun two runs, one at a time. */
  function run(code) {
    const header = `
      import { deflateRawSync } from 'node:zlib';
      import { createIndexingThreads } from ${JSON.stringify(pathToFileURL(dist('node/indexing.js')).href)};
      const { start } = createIndexingThreads({ threads: 1 });
      const bytes = new Uint8Array(deflateRawSync(new Uint8Array(1e6)));
      const begin = (name) => {
        const port = start();
        const give = () => port.post({ kind: 'bytes', bytes: bytes.slice(), last: true }, []);
        port.listen((reply) => console.log(name, reply.kind), (error) => console.log(error));
        port.post({ kind: 'begin', size: 1e6, spacing: 1e5 }, []);
        return { port, give };
      };
      const [first, second] = [begin('first'), begin('second')];
      // Fires only where something else keeps the process alive.
      setTimeout(() => process.exit(3), 6000).unref();`;
    const args = ['--input-type=module', '-e', header + code];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { output: stdout + stderr, status };
  }
  it('O23: a process waits for the runs that somebody waits for', () => {
    const code = 'second.give(); first.give();';
    expect(run(code)).toEqual({ output: 'first done\nsecond done\n', status: 0 });
  });
  it('O23: a process waits for a run before one that is waited for', () => {
    const code = 'first.port.hold(false); first.give(); second.give();';
    expect(run(code)).toEqual({ output: 'first done\nsecond done\n', status: 0 });
  });
  it('O23: a process ends by itself, with runs that nobody waits for', () => {
    const code = 'first.port.hold(false); second.port.hold(false);';
    expect(run(code)).toEqual({ output: '', status: 0 });
  });
});
