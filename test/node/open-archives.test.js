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
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { createContext, open, openArchive, openFolder } from '../../src/node/index.js';
import { dicom } from '../support/build-dicom.js';
import { buildTar } from '../support/build-tar.js';
import { buildZip } from '../support/build-zip.js';
import { countingSource } from '../support/counting-source.js';
import { codeOf } from '../support/open-built.js';
import { sliceParts } from '../support/slices.js';
const blankPixels = [0x7fe00010, 'OW', new Uint8Array(500_000)];
const slice = (z) => dicom(sliceParts({ z })).bytes;
const gz = (bytes) => new Uint8Array(gzipSync(bytes));
const tar = buildTar([
  { name: 'CT/IM1', data: slice(1) },
  { name: 'CT/IM2', data: slice(2) },
  { name: 'notes.txt', data: new Uint8Array(Buffer.from('text')) },
]);
const inner = buildZip([
  { name: 'IM3', data: slice(3) },
  { name: 'IM3', data: slice(4) },
]);
const deep = buildZip([{ name: 'inner.zip', data: inner }]);
const files = {
  'a.tar': tar,
  'b.tar.gz': gz(tar),
  'c.TGZ': gz(tar),
  'd.zip': inner,
  'e.dcm.GZ': gz(slice(5)),
  'f.zip': buildZip([
    { name: 'in/inner.zip', data: inner },
    { name: 'IM6.gz', data: gz(slice(6)) },
    { name: 'deep.zip', data: deep },
    { name: 'in.tgz', data: gz(tar) },
  ]),
  'g.gz': slice(7),
  'h.zip': new Uint8Array(Buffer.from('no zip')),
  IM8: slice(8),
};
let folder = '';
const at = (name) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(at(name), bytes);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
/** Where the slice is, which tells it from all others. */
async function zOf(file) {
  const env_1 = { stack: [], error: void 0, hasError: false };
  try {
    const opened = __addDisposableResource(env_1, await file, true);
    const { data } = await opened.frame(0);
    return Number(data[0]);
  } catch (e_1) {
    env_1.error = e_1;
    env_1.hasError = true;
  } finally {
    const result_1 = __disposeResources(env_1);
    if (result_1) await result_1;
  }
}
async function names(collection) {
  const found = [];
  for await (const { name } of collection.entries()) found.push(name);
  return found;
}
describe('open', () => {
  it.each([
    ['a.tar!/CT/IM1', 1],
    ['a.tar!/tar#1', 2],
    ['b.tar.gz!/CT/IM2', 2],
    ['c.TGZ!/CT/IM1', 1],
    ['d.zip!/IM3 (2)', 4],
    ['d.zip!/zip#1', 4],
    ['e.dcm.GZ', 5],
    ['e.dcm.GZ!/e.dcm', 5],
    ['e.dcm.GZ!/gzip#0', 5],
    ['f.zip!/in/inner.zip!/IM3', 3],
    ['f.zip!/zip#0!/zip#1', 4],
    ['f.zip!/IM6.gz', 6],
    ['f.zip!/IM6.gz!/IM6', 6],
    ['f.zip!/in.tgz!/CT/IM2', 2],
    ['g.gz', 7],
  ])('O26: %s', async (path, z) => {
    for (const io of ['sync', 'async']) {
      const env_2 = { stack: [], error: void 0, hasError: false };
      try {
        const context = __addDisposableResource(env_2, createContext({ io }), true);
        expect(await zOf(open(at(path), { context }))).toBe(z);
        expect(context.descriptors.stats().open).toBeLessThanOrEqual(1);
      } catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
      } finally {
        const result_2 = __disposeResources(env_2);
        if (result_2) await result_2;
      }
    }
  });
  it.each([
    ['a.tar!/nothing', 'IO', 'found 3 members'],
    ['a.tar!/nothing', 'IO', '`framedex ls` of the archive, or entries() of it, lists them'],
    ['a.tar!/im2', 'IO', 'Did you mean CT/IM2'],
    ['a.tar!/notes.txt', 'NOT_DICOM', 'found text'],
    ['a.tar!/notes.txt!/x', 'IO', 'no member of that name'],
    ['b.tar.gz', 'NOT_DICOM', 'Open it with openArchive'],
    ['f.zip!/in/inner.zip', 'ZIP_NESTED', 'f.zip!/in/inner.zip!/...'],
    ['f.zip!/in.tgz', 'ZIP_NESTED', '!/'],
    ['f.zip!/in/inner.zip!/nothing', 'IO', 'found 2 members'],
    ['f.zip!/deep.zip!/inner.zip', 'ZIP_NESTED', 'Unpack the archive first'],
    ['f.zip!/deep.zip!/inner.zip!/IM3', 'ZIP_NESTED', 'Unpack the archive first'],
    ['h.zip!/x', 'ZIP_FORMAT', 'not a zip archive'],
  ])('O26: %s is %s', async (path, code, words) => {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
      const context = __addDisposableResource(env_3, createContext(), true);
      const opening = open(at(path), { context });
      expect(await codeOf(opening)).toBe(code);
      await expect(opening).rejects.toThrow(words);
    } catch (e_3) {
      env_3.error = e_3;
      env_3.hasError = true;
    } finally {
      const result_3 = __disposeResources(env_3);
      if (result_3) await result_3;
    }
  });
  it('O26: a file in gzip is opened by its bytes where its name does not say so', async () => {
    writeFileSync(at('unnamed'), gz(slice(5)));
    try {
      const env_4 = { stack: [], error: void 0, hasError: false };
      try {
        expect(await zOf(open(at('unnamed')))).toBe(5);
        expect(await zOf(open(pathToFileURL(at('unnamed'))))).toBe(5);
        writeFileSync(at('unnamed'), gz(new Uint8Array(1000)));
        const context = __addDisposableResource(env_4, createContext(), true);
        const opening = open(at('unnamed'), { context });
        expect(await codeOf(opening)).toBe('NOT_DICOM');
        await expect(opening).rejects.toThrow(at('unnamed'));
        writeFileSync(at('unnamed'), 'text '.repeat(100));
        expect(await codeOf(open(at('unnamed'), { context }))).toBe('NOT_DICOM');
      } catch (e_4) {
        env_4.error = e_4;
        env_4.hasError = true;
      } finally {
        const result_4 = __disposeResources(env_4);
        if (result_4) await result_4;
      }
    } finally {
      rmSync(at('unnamed'));
    }
  });
  it('O26: a member with `!/` in its name is found behind one that is no archive', async () => {
    const zip = buildZip([
      { name: 'a', data: new Uint8Array(600) },
      { name: 'a!/b.zip', data: inner },
    ]);
    writeFileSync(at('odd'), zip);
    try {
      expect(await zOf(open(`${at('odd')}!/a!/b.zip!/IM3`))).toBe(3);
      expect(await codeOf(open(`${at('odd')}!/a!/nothing`))).toBe('IO');
    } finally {
      rmSync(at('odd'));
    }
  });
  it('O22: a damaged member is named by its whole path, in whatever way it was opened', async () => {
    const damaged = buildZip([{ name: '1.dcm', data: slice(1), claims: { crc32: 7 } }]);
    mkdirSync(at('two'));
    writeFileSync(at('two/x.zip'), damaged);
    writeFileSync(at('two/y.zip'), buildZip([{ name: 'in.zip', data: damaged }]));
    const path = at('two/x.zip');
    const nameOf = async (opening) => {
      const verified = opening.then(async (file) => {
        const env_6 = { stack: [], error: void 0, hasError: false };
        try {
          const opened = __addDisposableResource(env_6, file, true);
          await opened.verify();
        } catch (e_6) {
          env_6.error = e_6;
          env_6.hasError = true;
        } finally {
          const result_6 = __disposeResources(env_6);
          if (result_6) await result_6;
        }
      });
      const error = await verified.catch((reason) => reason);
      return error.details.name;
    };
    try {
      const env_5 = { stack: [], error: void 0, hasError: false };
      try {
        const file = __addDisposableResource(env_5, await open(`${at('d.zip')}!/zip#1`), true);
        expect(file.name).toBe(`${at('d.zip')}!/IM3 (2)`);
        expect(await nameOf(open(`${path}!/zip#0`))).toBe(`${path}!/1.dcm`);
        const deep = `${at('two/y.zip')}!/in.zip!/1.dcm`;
        expect(await nameOf(open(deep))).toBe(deep);
        const archive = __addDisposableResource(env_5, await openArchive(path), true);
        expect(await nameOf(archive.open('1.dcm'))).toBe(`${path}!/1.dcm`);
        const outer = __addDisposableResource(
          env_5,
          await openArchive(at('two/y.zip'), { nested: true }),
          true,
        );
        expect(await nameOf(outer.open('in.zip!/1.dcm'))).toBe(deep);
        const all = __addDisposableResource(
          env_5,
          await openFolder(at('two'), { nested: true }),
          true,
        );
        expect(await nameOf(all.open('x.zip!/1.dcm'))).toBe('x.zip!/1.dcm');
        expect(await nameOf(all.open('y.zip!/in.zip!/1.dcm'))).toBe('y.zip!/in.zip!/1.dcm');
      } catch (e_5) {
        env_5.error = e_5;
        env_5.hasError = true;
      } finally {
        const result_5 = __disposeResources(env_5);
        if (result_5) await result_5;
      }
    } finally {
      rmSync(at('two'), { recursive: true });
    }
  });
  it('O26: bytes without a name, a File by its name, a source that is closed by its owner', async () => {
    const bytes = gz(slice(5));
    const source = countingSource(memorySource(bytes, 'x.gz'));
    for (const input of [
      bytes,
      bytes.buffer,
      new Blob([bytes]),
      new File([bytes], 'x.dcm.gz'),
      source,
    ]) {
      expect(await zOf(open(input))).toBe(5);
    }
    expect(source.closed).toBe(false);
    expect(await codeOf(open(new File([bytes], 'x.dcm')))).toBe('NOT_DICOM');
  });
  it('O26: is named as it was given, counted as it was read, and found in an index again', async () => {
    const env_7 = { stack: [], error: void 0, hasError: false };
    try {
      const file = __addDisposableResource(env_7, await open(at('e.dcm.GZ')), true);
      expect(file.name).toBe(at('e.dcm.GZ'));
      const size = files['e.dcm.GZ']?.length ?? 0;
      expect(file.stats().bytesRead).toBeLessThanOrEqual(3 * size);
      const index = file.toIndex();
      const again = __addDisposableResource(env_7, await open(at('e.dcm.GZ'), { index }), true);
      expect((await again.frame(0)).data).toEqual((await file.frame(0)).data);
      const other = gz(slice(9));
      expect(await codeOf(open(other, { index }))).toBe('SOURCE_CHANGED');
    } catch (e_7) {
      env_7.error = e_7;
      env_7.hasError = true;
    } finally {
      const result_7 = __disposeResources(env_7);
      if (result_7) await result_7;
    }
  });
  it('O26: a member of a tar is found in an index again', async () => {
    for (const path of ['a.tar!/CT/IM2', 'b.tar.gz!/CT/IM2']) {
      const env_8 = { stack: [], error: void 0, hasError: false };
      try {
        const file = __addDisposableResource(env_8, await open(at(path)), true);
        const again = __addDisposableResource(
          env_8,
          await open(at(path), { index: file.toIndex() }),
          true,
        );
        expect((await again.frame(0)).data[0]).toBe(2);
      } catch (e_8) {
        env_8.error = e_8;
        env_8.hasError = true;
      } finally {
        const result_8 = __disposeResources(env_8);
        if (result_8) await result_8;
      }
    }
  });
});
describe('openArchive', () => {
  it.each(['a.tar', 'b.tar.gz', 'c.TGZ'])('O26: %s', async (name) => {
    const env_9 = { stack: [], error: void 0, hasError: false };
    try {
      const progress = [];
      const onProgress = (done, total) => void progress.push([done, total]);
      const collection = __addDisposableResource(
        env_9,
        await openArchive(at(name), { onProgress }),
        true,
      );
      expect(await names(collection)).toEqual(['CT/IM1', 'CT/IM2', 'notes.txt']);
      const [series] = await collection.series();
      expect(series?.instances.length).toBe(2);
      expect(collection.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([
        ['notes.txt', 'NOT_DICOM'],
      ]);
      expect(progress.at(-1)?.[1]).toBe(tar.length);
    } catch (e_9) {
      env_9.error = e_9;
      env_9.hasError = true;
    } finally {
      const result_9 = __disposeResources(env_9);
      if (result_9) await result_9;
    }
  });
  it('O26: a file in gzip is a collection of one', async () => {
    const env_10 = { stack: [], error: void 0, hasError: false };
    try {
      const collection = __addDisposableResource(env_10, await openArchive(at('e.dcm.GZ')), true);
      expect(await names(collection)).toEqual(['e.dcm']);
      expect(await zOf(collection.open('e.dcm'))).toBe(5);
      expect(await zOf(collection.open('gzip#0'))).toBe(5);
    } catch (e_10) {
      env_10.error = e_10;
      env_10.hasError = true;
    } finally {
      const result_10 = __disposeResources(env_10);
      if (result_10) await result_10;
    }
  });
  it('O26: archives in it are left out, or opened', async () => {
    const env_11 = { stack: [], error: void 0, hasError: false };
    try {
      const outer = __addDisposableResource(env_11, await openArchive(at('f.zip')), true);
      expect(await outer.series()).toEqual([]);
      expect(outer.skipped.map(({ reason }) => reason.code)).toEqual(
        new Array(4).fill('ZIP_NESTED'),
      );
      const all = __addDisposableResource(
        env_11,
        await openArchive(at('f.zip'), { nested: true }),
        true,
      );
      expect(await names(all)).toEqual([
        'in/inner.zip!/IM3',
        'in/inner.zip!/IM3 (2)',
        'IM6.gz',
        'deep.zip!/inner.zip',
        'in.tgz!/CT/IM1',
        'in.tgz!/CT/IM2',
        'in.tgz!/notes.txt',
      ]);
      const series = await all.series();
      expect(series.map(({ instances }) => instances.length)).toEqual([5]);
      expect(await zOf(all.open('in/inner.zip!/IM3'))).toBe(3);
      expect(await zOf(all.open('zip#1'))).toBe(6);
      expect(all.skipped.map(({ name, reason }) => [name, reason.code])).toEqual([
        ['deep.zip!/inner.zip', 'ZIP_NESTED'],
        ['in.tgz!/notes.txt', 'NOT_DICOM'],
      ]);
    } catch (e_11) {
      env_11.error = e_11;
      env_11.hasError = true;
    } finally {
      const result_11 = __disposeResources(env_11);
      if (result_11) await result_11;
    }
  });
});
describe('openFolder', () => {
  it('O26: walks archives of any kind; a file in gzip keeps its name', async () => {
    const env_12 = { stack: [], error: void 0, hasError: false };
    try {
      const collection = __addDisposableResource(env_12, await openFolder(folder), true);
      expect((await names(collection)).filter((name) => !name.startsWith('f.zip'))).toEqual([
        ...['a.tar', 'b.tar.gz', 'c.TGZ'].flatMap((name) =>
          ['CT/IM1', 'CT/IM2', 'notes.txt'].map((member) => `${name}!/${member}`),
        ),
        'd.zip!/IM3',
        'd.zip!/IM3 (2)',
        'e.dcm.GZ',
        'g.gz',
        'h.zip',
        'IM8',
      ]);
      expect(await zOf(collection.open('b.tar.gz!/CT/IM2'))).toBe(2);
      expect(await zOf(collection.open('e.dcm.GZ'))).toBe(5);
      expect(await zOf(collection.open('g.gz'))).toBe(7);
      await collection.series();
      const skipped = Object.fromEntries(
        collection.skipped.map(({ name, reason }) => [name, reason.code]),
      );
      expect(skipped).toMatchObject({ 'h.zip': 'ZIP_FORMAT', 'f.zip!/deep.zip': 'ZIP_NESTED' });
    } catch (e_12) {
      env_12.error = e_12;
      env_12.hasError = true;
    } finally {
      const result_12 = __disposeResources(env_12);
      if (result_12) await result_12;
    }
  });
  it('O26: and archives in them, when asked for', async () => {
    const env_13 = { stack: [], error: void 0, hasError: false };
    try {
      const collection = __addDisposableResource(
        env_13,
        await openFolder(folder, { nested: true }),
        true,
      );
      const found = (await names(collection)).filter((name) => name.startsWith('f.zip'));
      expect(found.slice(0, 4)).toEqual([
        'f.zip!/in/inner.zip!/IM3',
        'f.zip!/in/inner.zip!/IM3 (2)',
        'f.zip!/IM6.gz',
        'f.zip!/deep.zip!/inner.zip',
      ]);
      expect(await zOf(collection.open('f.zip!/in/inner.zip!/IM3 (2)'))).toBe(4);
      expect(await zOf(collection.open('f.zip!/IM6.gz'))).toBe(6);
    } catch (e_13) {
      env_13.error = e_13;
      env_13.hasError = true;
    } finally {
      const result_13 = __disposeResources(env_13);
      if (result_13) await result_13;
    }
  });
  it('O14: counts what is read of its files and archives, not what they inflate to', async () => {
    mkdirSync(at('three'));
    const blank = dicom({ ...sliceParts({ z: 1, rows: 500, columns: 500, pixels: blankPixels }) });
    const zip = buildZip([{ name: 'x', data: blank.bytes }]);
    writeFileSync(at('three/a.zip'), zip);
    writeFileSync(at('three/b'), slice(2));
    try {
      const env_14 = { stack: [], error: void 0, hasError: false };
      try {
        const collection = __addDisposableResource(env_14, await openFolder(at('three')), true);
        const listed = collection.stats().bytesRead;
        expect(listed).toBeGreaterThan(0);
        expect(listed).toBeLessThanOrEqual(3 * zip.length);
        const file = __addDisposableResource(env_14, await collection.open('a.zip!/x'), true);
        await file.frame(0);
        const inflated = blank.bytes.length;
        expect(collection.stats()).toMatchObject({ framesDecoded: 1 });
        expect(collection.stats().bytesRead).toBeLessThan(listed + 2 * zip.length + 4096);
        expect(collection.stats().bytesRead).toBeLessThan(inflated / 10);
        const before = collection.stats().bytesRead;
        const plain = __addDisposableResource(env_14, await collection.open('b'), true);
        await plain.frame(0);
        expect(collection.stats().bytesRead - before).toBe(plain.stats().bytesRead);
      } catch (e_14) {
        env_14.error = e_14;
        env_14.hasError = true;
      } finally {
        const result_14 = __disposeResources(env_14);
        if (result_14) await result_14;
      }
    } finally {
      rmSync(at('three'), { recursive: true });
    }
  });
  it('O26: a DICOM object named as an archive is an instance; warnings name their archive', async () => {
    mkdirSync(at('four'));
    writeFileSync(at('four/a.zip'), slice(1));
    writeFileSync(at('four/b.tar'), slice(2));
    writeFileSync(at('four/c.gz'), slice(3));
    writeFileSync(at('four/d.zip'), buildZip([{ name: 'x', data: slice(4) }], { count: 3 }));
    try {
      const env_15 = { stack: [], error: void 0, hasError: false };
      try {
        const collection = __addDisposableResource(env_15, await openFolder(at('four')), true);
        const [series] = await collection.series();
        expect(series?.instances.map(({ name }) => name)).toEqual([
          'a.zip',
          'b.tar',
          'c.gz',
          'd.zip!/x',
        ]);
        expect(collection.skipped).toEqual([]);
        expect(collection.warnings.map(({ message }) => message)).toEqual([
          'd.zip: the end record promises 3 files, there are 1',
        ]);
        const strict = __addDisposableResource(
          env_15,
          await openFolder(at('four'), { strict: true }),
          true,
        );
        for await (const { name, fault } of strict.entries()) {
          if (name === 'd.zip')
            expect(fault?.message).toMatch(/^ZIP_FORMAT: d\.zip: the end record/);
          else expect(fault).toBeUndefined();
        }
      } catch (e_15) {
        env_15.error = e_15;
        env_15.hasError = true;
      } finally {
        const result_15 = __disposeResources(env_15);
        if (result_15) await result_15;
      }
    } finally {
      rmSync(at('four'), { recursive: true });
    }
  });
  it('P05: a signal that aborts ends it', async () => {
    mkdirSync(at('one'));
    writeFileSync(at('one/x.tar'), readFileSync(at('a.tar')));
    const controller = new AbortController();
    const opening = openFolder(at('one'), { signal: controller.signal });
    controller.abort('enough');
    expect(await codeOf(opening)).toBe('enough');
    rmSync(at('one'), { recursive: true });
  });
});
