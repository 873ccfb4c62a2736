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
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createInflatedCache } from '../../src/inflate/inflated-cache.js';
import { memorySource } from '../../src/bytes/memory.js';
import { openArchive } from '../../src/node/index.js';
import { openZip } from '../../src/archive/zip.js';
import { nodeInflater } from '../../src/node/inflater.js';
import { archiveOptions, inflatingWith } from '../support/archive-options.js';
import { dicom, imagePixel } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { countingSource } from '../support/counting-source.js';
const cache = createInflatedCache(64 * 1024 * 1024);
function open(zip, onWarning) {
  const source = zip instanceof Uint8Array ? memorySource(zip, 'm.zip') : zip;
  return openZip(source, archiveOptions({ inflating: inflatingWith({ cache }), onWarning }));
}
function text(length, seed = 1) {
  return Uint8Array.from({ length }, (_, index) => ((index * seed) >>> 3) ^ (index % 251));
}
async function contents(listing) {
  const found = {};
  for (const member of listing.members) {
    const source = member.open();
    const bytes = await source.read(0, source.size);
    expect(bytes.length).toBe(member.size);
    found[member.name] = Buffer.from(bytes).toString();
    await source.close?.();
  }
  return found;
}
const a = { name: 'a', data: Buffer.from('alpha '.repeat(50)) };
const b = { name: 'dir/b', data: Buffer.from('beta'), method: 0 };
const both = { a: 'alpha '.repeat(50), 'dir/b': 'beta' };
describe('openZip', () => {
  it('lists files in the order of the directory, and reads stored and deflated ones', async () => {
    const listing = await open(buildZip([a, { name: 'dir/', method: 0 }, b]));
    expect(listing.name).toBe('m.zip');
    expect(await contents(listing)).toEqual(both);
  });
  it('O20: zip64 sizes and end record, data descriptors, long local extra fields', async () => {
    const forms = [
      { zip64: true },
      { dataDescriptor: true },
      { local: { extra: new Uint8Array(500) } },
      { central: { extra: new Uint8Array([9, 9, 2, 0, 1, 1]) } },
    ];
    for (const form of forms) {
      for (const zip64 of [false, true]) {
        const zip = buildZip(
          [
            { ...a, ...form },
            { ...b, ...form },
          ],
          { zip64 },
        );
        expect(await contents(await open(zip))).toEqual(both);
      }
    }
  });
  it('O20: bytes before and after, comments, and a comment with the signature of the end', async () => {
    const end = Buffer.from('504b0506000000000100010030000000000000000000', 'hex');
    const forms = [
      { before: text(1024) },
      { after: text(100) },
      { comment: Buffer.from('made by hand') },
      { comment: Buffer.concat([Buffer.from('PK\x05\x06'), text(100)]) },
      { comment: Buffer.concat([text(7), end, text(9)]) },
      { comment: Buffer.concat([Buffer.from('PK\x05\x06'), new Uint8Array(18)]) },
      { before: text(77), after: text(4), comment: text(65_535) },
      { afterRecords: Buffer.from('504b050504000000', 'hex') },
    ];
    for (const form of forms) {
      for (const zip64 of [false, true]) {
        expect(await contents(await open(buildZip([a, b], { ...form, zip64 })))).toEqual(both);
      }
    }
  });
  it('O20: more than 65,535 files, with zip64 and with the count modulo 65,536: nothing is wrong', async () => {
    const entries = Array.from({ length: 70_000 }, (_, index) => ({ name: `${index}`, method: 0 }));
    for (const zip64 of [true, false]) {
      const warnings = [];
      const listing = await open(buildZip(entries, { zip64 }), (warning) => warnings.push(warning));
      expect(listing.members.length).toBe(70_000);
      expect(listing.members[69_999]?.name).toBe('69999');
      expect(warnings).toEqual([]);
    }
  });
  it('O20: an end record that promises more files than there are is a warning', async () => {
    const warnings = [];
    const listing = await open(buildZip([a, b], { count: 7 }), (warning) => warnings.push(warning));
    expect(await contents(listing)).toEqual(both);
    expect(warnings.map((warning) => warning.message)).toEqual([
      expect.stringContaining('promises 7 files, there are 2'),
    ]);
  });
  it('O20: files of one name are told apart, even from one that is called so', async () => {
    const entries = ['x', 'x', 'x (2)', 'x', 'y'].map((name) => ({ name, data: text(3) }));
    const warnings = [];
    const zip = buildZip(entries);
    const listing = await open(zip, (warning) => warnings.push(warning));
    const offset = Buffer.from(zip).indexOf('PK\x01\x02');
    expect(warnings).toEqual([
      { code: 'ZIP_NAME', message: '3 files have the name of another', offset },
    ]);
    expect(listing.members.map((member) => member.name)).toEqual([
      'x',
      'x (2)',
      'x (2) (2)',
      'x (3)',
      'y',
    ]);
  });
  it('a member has a number that no other name changes, and tells what it takes', async () => {
    const zip = buildZip([a, { name: 'dir/', method: 0 }, { ...b, central: { name: 'a' } }]);
    const { members } = await open(zip);
    const compressed = deflateRawSync(a.data ?? text(0)).length;
    expect(
      members.map(({ id, name, size, compressedSize }) => [id, name, size, compressedSize]),
    ).toEqual([
      ['zip#0', 'a', 300, compressed],
      ['zip#2', 'a (2)', 4, 4],
    ]);
  });
  it('a name that is longer than any path is a fault, and is shown by its beginning', async () => {
    const names = ['b'.repeat(4096), 'c'.repeat(4097), 'd'.repeat(65_535)];
    const { members } = await open(buildZip(names.map((name) => ({ name, data: text(3) }))));
    expect(members.map((member) => [member.name.length, member.fault?.code])).toEqual([
      [4096, undefined],
      [255, 'ZIP_NAME'],
      [255, 'ZIP_NAME'],
    ]);
    const source = members[0]?.open();
    expect((await source?.read(0, 10))?.length).toBe(3);
  });
  it('O10: names are labels: parents, roots, drives and backslashes are as good as any', async () => {
    const names = ['../../etc/passwd', '/abs', 'C:\\x\\y', '~', 'CON'];
    const listing = await open(buildZip(names.map((name) => ({ name, data: text(3) }))));
    expect(listing.members.map((member) => [member.name, member.fault])).toEqual(
      ['../../etc/passwd', '/abs', 'C:/x/y', '~', 'CON'].map((name) => [name, undefined]),
    );
  });
  it('O10: CP437 and UTF-8 names; NUL, control characters and no name at all are faults', async () => {
    const listing = await open(
      buildZip([
        { name: Uint8Array.of(0x81, 0x9b), data: text(1) },
        { name: 'ü日', flags: 0x800, data: text(2) },
        { name: 'a.dcm\0.txt', data: text(3) },
        { name: 'red\x1b[31m', flags: 0x800, data: text(4) },
        { name: '', data: text(5) },
      ]),
    );
    // Code page 437: 0x81 is u with diaeresis, 0x9b the cent sign.
    expect(listing.members.map((member) => [member.name, member.fault?.code])).toEqual([
      ['ü¢', undefined],
      ['ü日', undefined],
      ['a.dcm\ufffd.txt', 'ZIP_NAME'],
      ['red\ufffd[31m', 'ZIP_NAME'],
      ['', 'ZIP_NAME'],
    ]);
  });
  it('reads what Info-ZIP writes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'framedex-'));
    try {
      writeFileSync(join(folder, 'one'), text(100_000));
      writeFileSync(join(folder, 'two'), 'two');
      execFileSync('zip', ['-q', 'x.zip', 'one', 'two'], { cwd: folder });
      const listing = await open(new Uint8Array(readFileSync(join(folder, 'x.zip'))));
      const source = listing.members[0]?.open();
      expect(Buffer.compare((await source?.read(0, 1e6)) ?? text(0), text(100_000))).toBe(0);
      expect(listing.members[1]?.size).toBe(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it('O26: an empty archive has no files; of what is none, what is missing', async () => {
    expect((await open(buildZip([]))).members).toEqual([]);
    const whole = buildZip([a, b]);
    const cases = [
      [new Uint8Array(0), 'not a zip archive'],
      [text(100_000), 'not a zip archive'],
      [whole.subarray(0, whole.length / 2), 'the end of the central directory is missing'],
      [buildZip([a, b], { disk: 1 }), 'one part of an archive in several parts'],
    ];
    for (const [bytes, what] of cases) {
      await expect(open(bytes)).rejects.toThrow(`ZIP_FORMAT: m.zip`);
      await expect(open(bytes)).rejects.toThrow(what);
    }
  });
  it('P04: closing the listing ends members and their sources, and closes the archive', async () => {
    const archive = countingSource(memorySource(buildZip([a, b]), 'm.zip'));
    const listing = await open(archive);
    const [first, second] = listing.members.map((member) => member.open());
    await first?.read(0, 300);
    await second?.close?.();
    await expect(second?.read(0, 1)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(archive.closed).toBe(false);
    await listing.close();
    expect(archive.closed).toBe(true);
    await expect(first?.read(0, 1)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => first?.readSync?.(0, 1)).toThrow('CLOSED');
  });
});
describe('how much of an archive is read', () => {
  const pixels = text(500_000, 977);
  const entries = Array.from({ length: 40 }, (_, index) => ({ name: `${index}`, data: pixels }));
  it('lists by the end of the archive alone', async () => {
    const zip = buildZip(entries);
    const archive = countingSource(memorySource(zip, 'm.zip'));
    await open(archive);
    const directory = zip.length - 22 - 40 * 46 - 70;
    expect(archive.bytesRead).toBeLessThan(65_577 + 76 + 2 * (zip.length - directory));
  });
  it('O24: a stored member: the header with the local header, then exactly what is asked', async () => {
    const zip = buildZip(entries.map((entry) => ({ ...entry, method: 0 })));
    for (const asynchronous of [false, true]) {
      const archive = countingSource(memorySource(zip, 'm.zip'), { asynchronous });
      const member = (await open(archive)).members[3]?.open();
      archive.forget();
      expect(Buffer.compare((await member?.read(0, 132)) ?? text(0), pixels.subarray(0, 132))).toBe(
        0,
      );
      expect(archive.reads.length).toBe(1);
      expect(archive.bytesRead).toBeLessThan(132 + 30 + 1 + 64 + 1);
      archive.forget();
      const frame = await member?.read(1001, 200_000);
      expect(Buffer.compare(frame ?? text(0), pixels.subarray(1001, 201_001))).toBe(0);
      expect(archive.bytesRead).toBe(200_000);
      expect(archive.reads.length).toBe(1);
    }
  });
  it('a deflated header is one read of local header and 4 KiB, and later reads of it none', async () => {
    for (const asynchronous of [false, true]) {
      const archive = countingSource(memorySource(buildZip(entries), 'm.zip'), { asynchronous });
      const member = (await open(archive)).members[7]?.open();
      archive.forget();
      for (const at of [0, 132, 1000, 2000]) {
        const bytes = asynchronous ? await member?.read(at, 132) : member?.readSync?.(at, 132);
        expect(Buffer.compare(bytes ?? text(0), pixels.subarray(at, at + 132))).toBe(0);
      }
      expect(archive.reads).toHaveLength(1);
      expect(archive.bytesRead).toBeLessThanOrEqual(4096 + 30 + 2 + 64);
    }
  });
  it.each([
    ['shorter than what 4 KiB inflate to', 8000, [4096]],
    ['a little longer than that', 12_000, [4096, 16_384]],
  ])('a deflated object whose header is %s', async (_, length, reads) => {
    const env_1 = { stack: [], error: void 0, hasError: false };
    try {
      let state = 1;
      const noise = () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state >>> 24;
      };
      const { bytes } = dicom({
        elements: [
          [0x00091010, 'OB', Uint8Array.from({ length }, (__, at) => (at % 16 < 4 ? noise() : 0))],
          ...imagePixel({ rows: 300, columns: 1000 }),
          [0x7fe00010, 'OW', Uint8Array.from({ length: 600_000 }, noise)],
        ],
      });
      const header = deflateRawSync(bytes).subarray(0, 4096);
      const { length: inflated } =
        nodeInflater.inflatePrefixSync?.(header, { name: 'x', limit: 1e6 }) ?? header;
      expect(inflated > length + 400).toBe(reads.length === 1);
      const archive = countingSource(memorySource(buildZip([{ name: 'a', data: bytes }]), 'm.zip'));
      const collection = __addDisposableResource(env_1, await openArchive(archive), true);
      archive.forget();
      const file = __addDisposableResource(env_1, await collection.open('a'), true);
      expect([file.dataset.get('Columns'), file.index.count]).toEqual([1000, 1]);
      // The first read is of the local header too, and what may be between it and the data.
      const [first, ...more] = archive.reads.map(([, read]) => read);
      expect(first).toBeLessThanOrEqual(4096 + 30 + 1 + 64);
      expect([4096, ...more]).toEqual(reads);
    } catch (e_1) {
      env_1.error = e_1;
      env_1.hasError = true;
    } finally {
      const result_1 = __disposeResources(env_1);
      if (result_1) await result_1;
    }
  });
  it('frames of a deflated member inflate it once', async () => {
    const archive = countingSource(memorySource(buildZip(entries), 'm.zip'));
    const member = (await open(archive)).members[39]?.open();
    archive.forget();
    for (const at of [400_000, 100_000, 300_000, 0, 499_000]) {
      const frame = await member?.read(at, 1000);
      expect(Buffer.compare(frame ?? text(0), pixels.subarray(at, at + 1000))).toBe(0);
    }
    expect(archive.reads.length).toBeLessThanOrEqual(2);
  });
});
describe('what a stored member was held against', () => {
  const stored = (length) => ({ name: 's', data: text(length, 977), method: 0 });
  it('O22: verify() reads all of it once, in pieces, and tells how far it is', async () => {
    const length = 2 * 2 ** 20 + 5;
    for (const asynchronous of [false, true]) {
      const archive = countingSource(memorySource(buildZip([stored(length)]), 'm.zip'), {
        asynchronous,
      });
      const [member] = (await open(archive)).members;
      const source = member?.open();
      await source?.read(0, 1);
      archive.forget();
      const told = [];
      const onProgress = (...args) => {
        told.push(args);
      };
      expect(source?.archived?.verified).toBe(false);
      await source?.archived?.verify({ onProgress });
      expect(source?.archived?.verified).toBe(true);
      expect(archive.reads.map(([, size]) => size)).toEqual([2 ** 20, 2 ** 20, 5]);
      expect(told).toEqual([2 ** 20, 2 * 2 ** 20, length].map((done) => [done, length]));
      archive.forget();
      await source?.archived?.verify();
      await source?.archived?.prepare();
      await source?.close?.();
      expect(member?.open().archived?.verified).toBe(true);
      expect(archive.reads).toEqual([]);
    }
  });
  it('O25: verify() ends with its signal, or with the archive, and can be begun again', async () => {
    const listing = await open(buildZip([stored(3 * 2 ** 20)]));
    const source = listing.members[0]?.open();
    const controller = new AbortController();
    const onProgress = () => {
      controller.abort('enough');
    };
    const { signal } = controller;
    await expect(source?.archived?.verify({ signal, onProgress })).rejects.toBe('enough');
    expect(source?.archived?.verified).toBe(false);
    await source?.archived?.verify();
    expect(source?.archived?.verified).toBe(true);
    const other = await open(buildZip([stored(3 * 2 ** 20)]));
    const verified = other.members[0]?.open().archived?.verify({
      onProgress: () => void other.close(),
    });
    await expect(verified).rejects.toMatchObject({ code: 'CLOSED' });
  });
  it('what was not found out is forgotten with the last that has it open', async () => {
    const archive = countingSource(memorySource(buildZip([stored(50_000)]), 'm.zip'));
    const [member] = (await open(archive)).members;
    const [first, second] = [member?.open(), member?.open()];
    await first?.read(0, 1);
    await first?.close?.();
    await first?.close?.();
    archive.forget();
    // The second has the place of the data from the first; a third one has to look for it again.
    await second?.read(50, 1);
    expect(archive.bytesRead).toBe(1);
    await second?.close?.();
    await member?.open().read(50, 1);
    expect(archive.bytesRead).toBeGreaterThan(30);
  });
  it('only what has deflated members tells of inflating', async () => {
    expect((await open(buildZip([stored(10)]))).inflation).toBeUndefined();
    const listing = await open(buildZip([stored(10), a]));
    expect(listing.inflation).toMatchObject({ wholes: 0, bytesInflated: 0 });
  });
});
