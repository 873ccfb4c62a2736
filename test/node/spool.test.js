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
import { fstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createContext } from '../../src/node/index.js';
import { createSpool } from '../../src/node/spool.js';
import { codeOf } from '../support/open-built.js';
/** What the file system does wrong for the next calls, and which descriptors it gave. */
const system = vi.hoisted(() => ({
  writeFault: undefined,
  keepsNames: false,
  shortWrites: false,
  descriptors: [],
}));
vi.mock('node:fs', async (original) => {
  const fs = await original();
  return {
    ...fs,
    openSync: (...args) => {
      const descriptor = fs.openSync(...args);
      system.descriptors.push(descriptor);
      return descriptor;
    },
    unlinkSync: (path) => {
      if (system.keepsNames) throw new Error('EBUSY');
      fs.unlinkSync(path);
    },
    write: (descriptor, bytes, from, length, at, callback) => {
      if (system.writeFault === undefined) {
        const some = system.shortWrites ? Math.ceil(length / 3) : length;
        fs.write(descriptor, bytes, from, some, at, callback);
      } else callback(system.writeFault);
    },
  };
});
const folder = mkdtempSync(join(tmpdir(), 'framedex spool '));
const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
afterEach(() => {
  Object.assign(system, { writeFault: undefined, keepsNames: false, shortWrites: false });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
function spoolIn(maxBytes, where = folder) {
  return createSpool({ maxBytes, folder: where });
}
function opened(spool, size = bytes.length) {
  const file = spool.open(size);
  if (file === undefined) throw new Error('no room');
  return file;
}
describe('a spool', () => {
  it('O23: gives back what was written, in the order it was', async () => {
    const spool = spoolIn();
    const file = opened(spool, 3 * bytes.length);
    await Promise.all([file.write(bytes), file.write(bytes), file.write(bytes.subarray(0, 10))]);
    expect(await file.read(0, 100)).toEqual(bytes.slice(0, 100));
    expect(await file.read(bytes.length + 5, 2000)).toEqual(bytes.slice(5, 2005));
    expect(await file.read(2 * bytes.length + 8, 100)).toEqual(bytes.slice(8, 10));
    expect(await file.read(3 * bytes.length, 1)).toEqual(new Uint8Array());
    spool.close();
  });
  it('O23: writes all of what the system takes in parts', async () => {
    system.shortWrites = true;
    const spool = spoolIn();
    const file = opened(spool);
    await file.write(bytes);
    expect(await file.read(0, bytes.length)).toEqual(bytes);
    spool.close();
  });
  it('O23: its files have no name, and are for this user alone', async () => {
    const spool = spoolIn();
    const file = opened(spool);
    await file.write(bytes);
    const { mode, nlink } = fstatSync(system.descriptors.at(-1) ?? -1);
    expect([mode & 0o777, nlink]).toEqual([0o600, 0]);
    expect(readdirSync(folder)).toEqual([]);
    spool.close();
  });
  it('O23: where a file must keep its name, it has that until it is closed', async () => {
    system.keepsNames = true;
    const file = opened(spoolIn());
    await file.write(bytes);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await file.read(0, bytes.length)).toEqual(bytes);
    system.keepsNames = false;
    file.close();
    await vi.waitFor(() => {
      expect(readdirSync(folder)).toEqual([]);
    });
  });
  it('O23: gives no more room than there is, until it is given back', () => {
    const spool = spoolIn(1000);
    const [first, second] = [opened(spool, 600), opened(spool, 400)];
    expect([spool.open(1), spool.bytes]).toEqual([undefined, 1000]);
    first.close();
    first.close();
    expect([spool.open(601), spool.bytes]).toEqual([undefined, 400]);
    opened(spool, 600);
    second.close();
    expect(spool.bytes).toBe(600);
    spool.close();
    expect(spool.bytes).toBe(0);
  });
  it('O23: a file has the room that it was given, and no more', async () => {
    const file = opened(spoolIn(), 10);
    await file.write(bytes.subarray(0, 8));
    expect(await codeOf(file.write(bytes.subarray(0, 3)))).toBe('IO');
    await file.write(bytes.subarray(0, 2));
    expect(await file.read(0, 20)).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 0, 1));
    file.close();
  });
  it('O23: tells of a disk that is full, and of a folder that is not there', async () => {
    const spool = spoolIn();
    const file = opened(spool);
    system.writeFault = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const error = await file.write(bytes).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'IO', details: { name: folder, found: 'ENOSPC' } });
    expect(error.message).toContain('The disk is full');
    file.close();
    const nowhere = spoolIn(undefined, join(folder, 'nowhere'));
    expect(() => nowhere.open(1)).toThrow('IO');
    expect([spool.bytes, nowhere.bytes]).toEqual([0, 0]);
  });
  it('O23: what was closed is closed, as soon as the system is done with it', async () => {
    const spool = spoolIn();
    const [file, other] = [opened(spool), opened(spool)];
    await file.write(bytes);
    const read = file.read(0, bytes.length);
    const descriptor = system.descriptors.at(-2) ?? -1;
    file.close();
    // Still open: closed now, its number could be that of another file when it is read.
    expect(fstatSync(descriptor).size).toBe(bytes.length);
    expect(await codeOf(read)).toBe('CLOSED');
    expect(await codeOf(file.read(0, 1))).toBe('CLOSED');
    expect(await codeOf(file.write(bytes))).toBe('CLOSED');
    await vi.waitFor(() => {
      expect(() => fstatSync(descriptor)).toThrow('EBADF');
    });
    spool.close();
    expect(await codeOf(other.read(0, 1))).toBe('CLOSED');
    expect(() => spool.open(1)).toThrow('CLOSED');
  });
});
describe('createContext', () => {
  it('has a spool where that is asked for', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      expect(createContext().inflating.spool).toBeUndefined();
      const context = __addDisposableResource(
        env_1,
        createContext({ spool: { maxBytes: 10, folder } }),
        true,
      );
      const { spool } = context.inflating;
      expect(spool?.open(11)).toBeUndefined();
      const file = spool?.open(10);
      await context.close();
      expect(await codeOf(file?.read(0, 1) ?? Promise.resolve())).toBe('CLOSED');
      const unbounded = __addDisposableResource(
        env_1,
        createContext({ spool: { maxBytes: Infinity, folder } }),
        true,
      );
      expect(unbounded.inflating.spool?.open(2 ** 50)).toBeDefined();
      const usual = __addDisposableResource(env_1, createContext({ spool: true }), true);
      expect(usual.inflating.spool?.open(2 ** 33 + 1)).toBeUndefined();
      expect(() => createContext({ spool: { maxBytes: -1 } })).toThrow('USAGE');
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('refuses a folder for temporary files that is none', () => {
    for (const wrong of [join(folder, 'nowhere'), fileURLToPath(import.meta.url)]) {
      expect(() => createContext({ spool: { folder: wrong } })).toThrow('IO');
    }
  });
});
