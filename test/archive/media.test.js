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
import { describe, expect, it } from 'vitest';
import { openZip } from '../../src/archive/zip.js';
import { memorySource } from '../../src/bytes/memory.js';
import { createCollection } from '../../src/collection/collection.js';
import { createContext } from '../../src/node/context.js';
import { archiveOptions } from '../support/archive-options.js';
import { dicom } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { sliceParts } from '../support/slices.js';
const directory = {
  meta: [
    [0x00020002, 'UI', '1.2.840.10008.1.3.10'],
    [0x00020010, 'UI', '1.2.840.10008.1.2.1'],
  ],
  elements: [[0x00041130, 'CS', 'DISC']],
};
function object(name, parts, method = 8) {
  return { name, method, data: dicom(parts).bytes };
}
/** As a burner's software, a Mac and people who tidy up leave it. */
const media = [
  object('DICOMDIR', directory),
  { name: 'DICOM/', method: 0 },
  { name: 'DICOM/PAT001/', method: 0 },
  object('DICOM/PAT001/IM3', sliceParts({ z: 3 })),
  object('DICOM/PAT001/IM1.txt', sliceParts({ z: 1 }), 0),
  object('DICOM/PAT001/deep/er/IM2.jpg', sliceParts({ z: 2 })),
  object('OTHER.ZIP', sliceParts({ z: 7, series: '2.25.9' })),
  object('DICOM/IM0 copy', sliceParts({ z: 8, series: '2.25.9' }), 0),
  { name: '__MACOSX/DICOM/._IM1', data: Buffer.from('\0\x05\x16\x07\0\x02\0\0Mac OS X        ') },
  { name: 'DICOM/._IM3', data: Buffer.from('\0\x05\x16\x07\0\x02\0\0Mac OS X        ') },
  { name: '.DS_Store', data: Buffer.from('\0\0\0\x01Bud1'.repeat(40)) },
  { name: 'README.TXT', data: Buffer.from('Start viewer.exe. '.repeat(30)) },
  { name: 'empty', method: 0 },
  { name: 'report.pdf', data: Buffer.from(`%PDF-1.4\n${'1 0 obj '.repeat(99)}`) },
  object('cut', sliceParts({ z: 4, truncate: 200 })),
  { name: 'secret', data: Buffer.from('x'), flags: 1 },
];
async function collectionOf(entries) {
  const listing = await openZip(memorySource(buildZip(entries), 'media.zip'), archiveOptions());
  return createCollection({ listing, context: createContext(), options: {} });
}
describe('an archive as people burn and send them', () => {
  for (const [what, entries] of [
    ['with its DICOMDIR', media],
    ['without one', media.slice(1)],
  ]) {
    it(`O14, O20: ${what}: series are right, and all else is told with its reason`, async () => {
      const collection = await collectionOf(entries);
      const series = await collection.series();
      const found = series.map(({ uid, instances }) => [uid, instances.map(({ name }) => name)]);
      expect(found).toEqual([
        ['2.25.8', ['DICOM/PAT001/IM1.txt', 'DICOM/PAT001/deep/er/IM2.jpg', 'DICOM/PAT001/IM3']],
        ['2.25.9', ['OTHER.ZIP', 'DICOM/IM0 copy']],
        // It is DICOM, as far as it goes, and tells that it was cut.
        ['', ['cut']],
      ]);
      const [cut] = series.at(-1)?.instances ?? [];
      expect(cut?.warnings[0]?.code).toBe('TRUNCATED_VALUE');
      const skipped = Object.fromEntries(
        collection.skipped.map(({ name, reason }) => [name, reason.code]),
      );
      expect(skipped).toEqual({
        ...(entries === media ? { DICOMDIR: 'MEDIA_DIRECTORY' } : {}),
        '__MACOSX/DICOM/._IM1': 'NOT_DICOM',
        'DICOM/._IM3': 'NOT_DICOM',
        '.DS_Store': 'NOT_DICOM',
        'README.TXT': 'NOT_DICOM',
        empty: 'EMPTY',
        'report.pdf': 'NOT_DICOM',
        secret: 'ZIP_ENCRYPTED',
      });
      // Every entry is an instance, or skipped: nothing is lost, and nothing is both.
      const told = [...found.flatMap(([, names]) => names ?? []), ...Object.keys(skipped)];
      const listed = [];
      for await (const { name } of collection.entries()) listed.push(name);
      expect([...told].sort()).toEqual([...listed].sort());
      await collection.close();
    });
  }
  it('A27: entries tell what a member takes and why it cannot be read; ids open as names do', async () => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      const collection = await collectionOf(media);
      const entries = [];
      for await (const entry of collection.entries()) entries.push(entry);
      expect(entries.map(({ id }) => id)).toEqual(
        media.flatMap(({ name }, k) => (String(name).endsWith('/') ? [] : [`zip#${k}`])),
      );
      const stored = entries.find(({ name }) => name === 'DICOM/PAT001/IM1.txt');
      expect(stored?.compressedSize).toBe(stored?.size);
      expect(entries.at(-1)).toMatchObject({ name: 'secret', fault: { code: 'ZIP_ENCRYPTED' } });
      const file = __addDisposableResource(env_1, await collection.open('zip#3'), true);
      expect((await file.frame(0)).data[0]).toBe(3);
      await expect(collection.open('zip#1')).rejects.toMatchObject({ code: 'IO' });
      await collection.close();
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('a name is taken before an id that looks like it', async () => {
    const entries = [
      object('zip#1', sliceParts({ z: 1 })),
      object('a', sliceParts({ z: 2 })),
      object('a', sliceParts({ z: 3 })),
    ];
    const collection = await collectionOf(entries);
    for (const [place, z] of [
      ['zip#1', 1],
      ['a', 2],
      ['a (2)', 3],
      ['zip#2', 3],
    ]) {
      const env_2 = { stack: [], error: void 0, hasError: false };
      try {
        const file = __addDisposableResource(env_2, await collection.open(place), true);
        expect((await file.frame(0)).data[0]).toBe(z);
      } catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
      } finally {
        const result_2 = __disposeResources(env_2);
        if (result_2) await result_2;
      }
    }
    expect(collection.stats().inflation?.bytesInflated).toBeGreaterThan(0);
    await collection.close();
  });
});
