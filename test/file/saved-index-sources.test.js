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
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { open as openPortable } from '../../src/index.js';
import { createContext, open, openArchive, openFolder } from '../../src/node/index.js';
import { openListing } from '../../src/archive/archive.js';
import { archiveOptions } from '../support/archive-options.js';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { numberedJpeg } from '../support/encapsulations.js';
import { codeOf } from '../support/open-built.js';
const COUNT = 9;
const jpegs = Array.from({ length: COUNT }, (_, k) => numberedJpeg(k));
const { bytes } = dicom({
  transferSyntax: SYNTAX.jpegBaseline,
  elements: [
    [0x00100010, 'PN', 'Doe^Jane'],
    ...imagePixel({ rows: 9, columns: 9, bitsAllocated: 8, numberOfFrames: COUNT }),
    encapsulated({ frames: jpegs, offsetTable: 'empty' }),
  ],
});
let folder;
let path;
let zip;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex index '));
  path = join(folder, 'slide.dcm');
  writeFileSync(path, bytes);
  zip = join(folder, 'study.zip');
  const entries = [
    { name: 'deflated', data: bytes },
    { name: 'stored', data: bytes, method: 0 },
  ];
  writeFileSync(zip, buildZip(entries));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
async function indexOf(input, options) {
  const env_1 = { stack: [], error: void 0, hasError: false };
  try {
    const file = __addDisposableResource(env_1, await open(input, options), true);
    return JSON.parse(JSON.stringify(file.toIndex()));
  } catch (e_1) {
    env_1.error = e_1;
    env_1.hasError = true;
  } finally {
    const result_1 = __disposeResources(env_1);
    if (result_1) await result_1;
  }
}
describe('a saved index of', () => {
  it.each(['sync', 'async'])('R61: a file (%s) is opened without a read', async (io) => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
      const context = createContext({ io });
      const index = await indexOf(path, { context });
      expect(index.source.modified).toBeGreaterThan(0);
      const file = __addDisposableResource(env_2, await open(path, { context, index }), true);
      expect(file.stats().reads).toBe(0);
      expect(file.dataset.get('Rows')).toBe(9);
      expect(file.index.count).toBe(COUNT);
      expect(file.stats().reads).toBe(0);
      expect(await file.encodedFrame(4)).toEqual(jpegs[4]);
      expect(file.stats().reads).toBe(1);
    } catch (e_2) {
      env_2.error = e_2;
      env_2.hasError = true;
    } finally {
      const result_2 = __disposeResources(env_2);
      if (result_2) await result_2;
    }
  });
  it('R62: a file that was copied or touched is refused, whatever its bytes', async () => {
    const index = await indexOf(path);
    const copy = join(folder, 'copy.dcm');
    copyFileSync(path, copy);
    utimesSync(copy, 1, 1);
    expect(await codeOf(open(copy, { index }))).toBe('SOURCE_CHANGED');
    expect(await codeOf(open(bytes, { index }))).toBe('no error');
    const other = await indexOf(bytes);
    expect(await codeOf(open(copy, { index: other }))).toBe('no error');
  });
  it('R62: the times of a file that was written since are told as dates', async () => {
    const source = (modified) => ({ ...memorySource(bytes, 'x'), identity: { modified } });
    const saved = await indexOf(source(1795421988500.0635));
    const index = { ...saved };
    await expect(open(source(Date.UTC(2026, 10, 23)), { index })).rejects.toThrow(
      'x: it is not what the index was made from, expected that it was written at ' +
        '2026-11-23T08:19:48.5000634Z, found 2026-11-23T00:00:00.000Z. Make the index again.',
    );
    const beyond = await indexOf(source(1e300));
    await expect(open(source(0), { index: beyond })).rejects.toThrow(
      'expected that it was written at 1e+300 ms since 1970, found 1970-01-01T00:00:00.000Z',
    );
  });
  it('R61: a File has its time, a plain Blob its first bytes', async () => {
    const given = new File([bytes.slice()], 'slide.dcm', { lastModified: 1234 });
    const index = await indexOf(given);
    expect(index.source.modified).toBe(1234);
    const again = await openPortable(given, { index });
    expect(again.stats().reads).toBe(0);
    expect(await again.encodedFrame(2)).toEqual(jpegs[2]);
    const touched = new File([bytes.slice()], 'slide.dcm', { lastModified: 1235 });
    expect(await codeOf(openPortable(touched, { index }))).toBe('SOURCE_CHANGED');
    const plain = await openPortable(new Blob([bytes.slice()]), { index });
    expect(plain.stats().reads).toBe(1);
  });
  it.each(['deflated', 'stored'])(
    'R69: a member (%s) costs no more than its start',
    async (name) => {
      const env_3 = { stack: [], error: void 0, hasError: false };
      try {
        const input = `${zip}!/${name}`;
        const index = await indexOf(input);
        const plain = __addDisposableResource(env_3, await open(input), true);
        const file = __addDisposableResource(env_3, await open(input, { index }), true);
        expect(file.stats().bytesRead).toBeLessThanOrEqual(plain.stats().bytesRead);
        expect(file.dataset.toJSON()).toEqual(plain.dataset.toJSON());
        for (let i = 0; i < COUNT; i++) expect(await file.encodedFrame(i)).toEqual(jpegs[i]);
        expect(file.toIndex()).toEqual(index);
      } catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
      } finally {
        const result_3 = __disposeResources(env_3);
        if (result_3) await result_3;
      }
    },
  );
  it('R69: a member has the CRC-32 of the directory for its mark', async () => {
    const archive = memorySource(readFileSync(zip), 'study.zip');
    const { members } = await openListing(archive, archiveOptions());
    const marks = members.map((member) => member.open().identity);
    expect(marks).toEqual([{ crc32: crc32(bytes) }, { crc32: crc32(bytes) }]);
  });
  it('R69: an index of many opens a file of its own by the name that its path ends in', async () => {
    const env_4 = { stack: [], error: void 0, hasError: false };
    try {
      const one = await indexOf(path);
      const index = { framedex: 1, files: { 'slide.dcm': one, other: one } };
      const file = __addDisposableResource(env_4, await open(path, { index }), true);
      expect([file.stats().reads, file.index.count]).toEqual([0, COUNT]);
      const without = { framedex: 1, files: { other: one } };
      await expect(open(path, { index: without })).rejects.toThrow(
        'the index has no file of that name, found "other".',
      );
      expect(await codeOf(openPortable(bytes, { index: without }))).toBe('USAGE');
    } catch (e_4) {
      env_4.error = e_4;
      env_4.hasError = true;
    } finally {
      const result_4 = __disposeResources(env_4);
      if (result_4) await result_4;
    }
  });
  it('R69: an index of many opens the members of an archive or a folder', async () => {
    const env_5 = { stack: [], error: void 0, hasError: false };
    try {
      const one = await indexOf(`${zip}!/stored`);
      const index = { framedex: 1, files: { stored: one } };
      const archive = __addDisposableResource(env_5, await openArchive(zip, { index }), true);
      const member = __addDisposableResource(env_5, await archive.open('stored'), true);
      expect(await member.encodedFrame(8)).toEqual(jpegs[8]);
      expect((await archive.open('deflated')).index.count).toBe(COUNT);
      // A member that is opened alone is a file of its own.
      for (const name of ['stored', 'study.zip!/stored']) {
        const env_6 = { stack: [], error: void 0, hasError: false };
        try {
          const files = { [name]: one };
          const alone = __addDisposableResource(
            env_6,
            await open(`${zip}!/stored`, { index: { framedex: 1, files } }),
            true,
          );
          expect(await alone.encodedFrame(8)).toEqual(jpegs[8]);
          expect(await codeOf(open(`${zip}!/deflated`, { index: { framedex: 1, files } }))).toBe(
            'USAGE',
          );
        } catch (e_5) {
          env_6.error = e_5;
          env_6.hasError = true;
        } finally {
          const result_5 = __disposeResources(env_6);
          if (result_5) await result_5;
        }
      }
      const changed = {
        framedex: 1,
        files: { stored: { ...one, checksum: '0'.repeat(16) } },
      };
      const other = __addDisposableResource(
        env_5,
        await openArchive(zip, { index: changed }),
        true,
      );
      expect(await codeOf(other.open('stored'))).toBe('INDEX_FORMAT');
      expect(await codeOf(openArchive(zip, { index: one }))).toBe('USAGE');
      expect(await codeOf(openFolder(folder, { index: one }))).toBe('USAGE');
    } catch (e_6) {
      env_5.error = e_6;
      env_5.hasError = true;
    } finally {
      const result_6 = __disposeResources(env_5);
      if (result_6) await result_6;
    }
  });
});
