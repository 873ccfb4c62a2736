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
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext, open, openArchive, openFolder } from '../../src/node/index.js';
import { dicom } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { codeOf } from '../support/open-built.js';
import { sliceParts } from '../support/slices.js';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  mkdirSync(join(folder, 'sub'));
  const data = dicom(sliceParts({ z: 1 })).bytes;
  writeFileSync(join(folder, 'IM0001'), data);
  for (const name of ['x.zip', 'y.zip']) {
    writeFileSync(join(folder, 'sub', name), buildZip([{ name: 'IM0001', data }]));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
describe('names', () => {
  it('a file of a collection is named as its member, which opens it', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const collection = __addDisposableResource(env_1, await openFolder(folder), true);
      const names = [];
      for await (const file of collection) {
        const env_2 = { stack: [], error: void 0, hasError: false };
        try {
          names.push(file.name);
          const again = __addDisposableResource(env_2, await collection.open(file.name), true);
          expect(again.name).toBe(file.name);
          await file.close();
        } catch (e_1) {
          env_2.error = e_1;
          env_2.hasError = true;
        } finally {
          const result_1 = __disposeResources(env_2);
          if (result_1) await result_1;
        }
      }
      expect(names).toEqual(['IM0001', 'sub/x.zip!/IM0001', 'sub/y.zip!/IM0001'].sort());
    } catch (e_2) {
      env_1.error = e_2;
      env_1.hasError = true;
    } finally {
      const result_2 = __disposeResources(env_1);
      if (result_2) await result_2;
    }
  });
  it('a member of an archive that shares its name has one of its own', async () => {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
      const data = dicom(sliceParts({ z: 1 })).bytes;
      const twice = buildZip(['a', 'a'].map((name) => ({ name, data })));
      const collection = __addDisposableResource(env_3, await openArchive(twice), true);
      const entries = [];
      for await (const { name } of collection.entries()) entries.push(name);
      const names = [];
      for await (const file of collection) {
        names.push(file.name);
        await file.close();
      }
      expect(names).toEqual(entries);
      expect(new Set(names).size).toBe(2);
    } catch (e_3) {
      env_3.error = e_3;
      env_3.hasError = true;
    } finally {
      const result_3 = __disposeResources(env_3);
      if (result_3) await result_3;
    }
  });
});
describe('what cannot be opened', () => {
  const wrong = [
    undefined,
    null,
    5,
    '',
    {},
    new DataView(new ArrayBuffer(400)),
    { read: () => Promise.resolve(new Uint8Array(0)), size: -1, name: 'x' },
    { read: () => Promise.resolve(new Uint8Array(0)), size: NaN, name: 'x' },
    { size: 400, name: 'x' },
    new URL('file://host/x'),
    new URL('file:///a%2Fb'),
    new URL('https://example.org/x'),
    'file://host/x',
  ];
  it.each(wrong.map((input) => [String(input), input]))('%s is USAGE', async (_, input) => {
    expect(await codeOf(open(input))).toBe('USAGE');
    expect(await codeOf(openArchive(input))).toBe('USAGE');
    expect(await codeOf(openFolder(input))).toBe('USAGE');
  });
  it.each([`${'x'.repeat(300)}!/m`, 'x'.repeat(300), 'a\0b', 'a\0b!/m'])(
    'a path that no system has is IO: %j',
    async (path) => {
      expect(await codeOf(open(path))).toBe('IO');
      expect(await codeOf(openArchive(path))).toBe('IO');
      expect(await codeOf(openFolder(path))).toBe('IO');
    },
  );
  it('P05: a signal that has aborted comes first', async () => {
    const signal = AbortSignal.abort('no');
    expect(await codeOf(open('missing', { signal }))).toBe('no');
    expect(await codeOf(openArchive('missing', { signal }))).toBe('no');
    expect(await codeOf(openFolder('missing', { signal }))).toBe('no');
  });
});
it('a file: URL may be text, and name a member', async () => {
  const env_4 = { stack: [], error: void 0, hasError: false };
  try {
    const url = pathToFileURL(join(folder, 'sub', 'x.zip')).href;
    const file = __addDisposableResource(env_4, await open(`${url}!/IM0001`), true);
    expect(file.index.count).toBe(1);
  } catch (e_4) {
    env_4.error = e_4;
    env_4.hasError = true;
  } finally {
    const result_4 = __disposeResources(env_4);
    if (result_4) await result_4;
  }
});
it('a damaged member gives no pixels, however near its beginning', async () => {
  const env_5 = { stack: [], error: void 0, hasError: false };
  try {
    const data = dicom(
      sliceParts({
        ...{ rows: 300, columns: 1000 },
        pixels: [0x7fe00010, 'OW', Array.from({ length: 300_000 }, (_, k) => k % 9000)],
      }),
    ).bytes;
    const trailing = new Uint8Array(1_000_000);
    const member = { name: 'a', data: new Uint8Array([...data, ...trailing]) };
    const zip = buildZip([{ ...member, dataDescriptor: true, central: { crc32: 1 } }]);
    const collection = __addDisposableResource(
      env_5,
      await openArchive(zip, { context: createContext() }),
      true,
    );
    const file = __addDisposableResource(env_5, await collection.open('a'), true);
    expect(file.dataset.get('Rows')).toBe(300);
    expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
  } catch (e_5) {
    env_5.error = e_5;
    env_5.hasError = true;
  } finally {
    const result_5 = __disposeResources(env_5);
    if (result_5) await result_5;
  }
});
describe('limits', () => {
  const ways = (limits) => [
    open(join(folder, 'IM0001'), { limits }),
    open(join(folder, 'sub', 'x.zip!', 'IM0001'), { limits }),
    openArchive(join(folder, 'sub', 'x.zip'), { limits }).then((archive) => archive.open('IM0001')),
    openFolder(folder, { limits }).then((collection) => collection.open('IM0001')),
  ];
  it.each([Infinity, NaN, -1, 1.5])('that no count can be are USAGE: %d', async (maxElements) => {
    const codes = await Promise.all(ways({ maxElements }).map(codeOf));
    expect(codes).toEqual(new Array(4).fill('USAGE'));
    expect(
      await codeOf(openArchive(join(folder, 'sub', 'x.zip'), { limits: { maxElements } })),
    ).toBe('USAGE');
  });
  /** As a program that is not checked by types gives them. */
  const none = { maxElements: undefined, maxArchiveMembers: undefined, maxDepth: undefined };
  const limits = none;
  it('that are undefined are the default', async () => {
    for (const way of ways(limits)) await expect(way).resolves.toMatchObject({ warnings: [] });
    for (const collection of [
      await openFolder(folder, { limits }),
      await openArchive(join(folder, 'sub', 'x.zip'), { limits }),
    ]) {
      expect((await collection.series()).map(({ modality }) => modality)).toEqual(['CT']);
      expect(collection.skipped).toEqual([]);
      await collection.close();
    }
  });
  it('that are undefined are those of the context, for each header of a collection', async () => {
    const env_6 = { stack: [], error: void 0, hasError: false };
    try {
      const context = __addDisposableResource(
        env_6,
        createContext({ limits: { maxElements: 3 } }),
        true,
      );
      for (const collection of [
        await openFolder(folder, { context, limits }),
        await openArchive(join(folder, 'sub', 'x.zip'), { context, limits }),
      ]) {
        expect(await collection.series()).toEqual([]);
        expect(collection.skipped.length).toBeGreaterThan(0);
        for (const { reason } of collection.skipped) expect(reason.code).toBe('ELEMENT_LIMIT');
        expect(await codeOf(collection.open('IM0001'))).toBe('ELEMENT_LIMIT');
        await collection.close();
      }
    } catch (e_6) {
      env_6.error = e_6;
      env_6.hasError = true;
    } finally {
      const result_6 = __disposeResources(env_6);
      if (result_6) await result_6;
    }
  });
  it('hold for each header of a collection', async () => {
    const codes = await Promise.all(ways({ maxElements: 3 }).map(codeOf));
    expect(codes).toEqual(new Array(4).fill('ELEMENT_LIMIT'));
  });
});
it('P04: warnings can be asked for when the file is closed, though its frames were not counted', async () => {
  const path = join(folder, 'sub', 'closed.dcm');
  const elements = [
    [0x00280008, 'IS', '2'.padEnd(300)],
    [0x00280010, 'US', 1],
    [0x7fe00010, 'OW', [1, 2]],
  ];
  writeFileSync(path, dicom({ elements }).bytes);
  const context = createContext({ limits: { maxRetainedValueBytes: 0 } });
  const file = await open(path, { context });
  expect(file.dataset.element('NumberOfFrames')?.deferred).toBe(true);
  await file.close();
  rmSync(path);
  for (let k = 0; k < 2; k++) {
    expect(file.warnings).toEqual([]);
    expect(file.warningCount).toBe(0);
  }
  expect(await codeOf(file.frame(0))).toBe('CLOSED');
  await context.close();
});
describe('openFolder and openArchive', () => {
  it.each([{ tags: ['Nope'] }, { until: 'Nope' }, { limits: { maxElements: Number.NaN } }])(
    '%j is USAGE at once, and no fault of each file',
    async (options) => {
      expect(await codeOf(openFolder(folder, options))).toBe('USAGE');
      expect(await codeOf(openArchive(join(folder, 'x.zip'), options))).toBe('USAGE');
    },
  );
});
describe('createContext', () => {
  it.each([
    { frameCacheBytes: NaN },
    { frameCacheBytes: -1 },
    { inflatedCacheBytes: NaN },
    { maxOpenFiles: 1.5 },
    { maxOpenFiles: Infinity },
    { idleMilliseconds: NaN },
    { idleMilliseconds: -5 },
    { limits: { maxDepth: NaN } },
    { limits: { maxFragments: -1 } },
  ])('%j is USAGE', (options) => {
    expect(() => createContext(options)).toThrow('USAGE');
  });
  it('takes what can be meant: no bound, parts of a byte, no file kept open', async () => {
    for (const options of [
      { frameCacheBytes: Infinity, inflatedCacheBytes: Infinity },
      { frameCacheBytes: 1000.5, maxOpenFiles: 0 },
      { idleMilliseconds: 2 ** 40 },
    ]) {
      const env_7 = { stack: [], error: void 0, hasError: false };
      try {
        const context = __addDisposableResource(env_7, createContext(options), true);
        const file = __addDisposableResource(
          env_7,
          await open(join(folder, 'IM0001'), { context }),
          true,
        );
        expect((await file.frame(0)).data).toHaveLength(6);
      } catch (e_7) {
        env_7.error = e_7;
        env_7.hasError = true;
      } finally {
        const result_7 = __disposeResources(env_7);
        if (result_7) await result_7;
      }
    }
  });
});
