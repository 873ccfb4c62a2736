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
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openListing } from '../../src/archive/archive.js';
import { memorySource } from '../../src/bytes/memory.js';
import { createContext, openArchive } from '../../src/node/index.js';
import { archiveOptions } from '../support/archive-options.js';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { countingSource } from '../support/counting-source.js';
import { noise } from '../support/noise.js';
import { codeOf } from '../support/open-built.js';
import { rleEncode } from '../support/rle-encode.js';
import { sliceParts } from '../support/slices.js';
const EDGE = 128;
const SLICE_BYTES = 2 * EDGE ** 2;
const slice = (z) => {
  const size = { rows: EDGE, columns: EDGE, pixelRepresentation: 0 };
  const pixels = [0x7fe00010, 'OW', noise(SLICE_BYTES)];
  return dicom(sliceParts({ z, ...size, pixels })).bytes;
};
/** The same bytes, one bit of them flipped. */
function damaged(bytes, at = bytes.length - 1) {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
function zipOf(members, asynchronous = false) {
  const entries = members.map(({ bytes, archived = bytes }, k) => ({
    ...{ name: `IM${k}`, data: bytes, method: 0 },
    claims: { crc32: crc32(archived) },
  }));
  return countingSource(memorySource(buildZip(entries), 'ct.zip'), { asynchronous });
}
function seriesWith(bad, asynchronous = false) {
  const members = [0, 1, 2, 3].map(slice).map((bytes, k) => ({
    bytes: k === bad ? damaged(bytes) : bytes,
    archived: bytes,
  }));
  return openArchive(zipOf(members, asynchronous), { context: createContext() });
}
async function memberOf(zip) {
  const [member] = (await openListing(zip, archiveOptions())).members;
  if (member === undefined) throw new Error('no member');
  return member.open();
}
describe.each([
  ['at once', false],
  ['with a promise', true],
])('a slice that is stored in an archive read %s', (_, asynchronous) => {
  it.each([0, 2, 3])('O22: number %i, damaged, makes no volume', async (bad) => {
    const archive = await seriesWith(bad, asynchronous);
    const [series] = await archive.series();
    expect(series?.instances).toHaveLength(4);
    expect(await codeOf(series?.volume() ?? Promise.resolve())).toBe('ZIP_CRC');
  });
  it('O22: damaged, makes no picture and no frame, however it is asked for', async () => {
    const archive = await seriesWith(2, asynchronous);
    const [series] = await archive.series();
    expect(await codeOf(series?.thumbnail({ frame: 2 }) ?? Promise.resolve())).toBe('ZIP_CRC');
    const beside = await series?.thumbnail();
    expect(beside?.warnings?.map(({ code }) => code)).toEqual(['NOT_THE_MIDDLE']);
    expect(beside?.shows?.name).toMatch(/IM[13]$/);
    for (let again = 0; again < 2; again++) {
      const env_1 = { stack: [], error: void 0, hasError: false };
      try {
        const file = __addDisposableResource(env_1, await archive.open('IM1'), true);
        await file.frame(0);
        const bad = archive.open('IM2').then((opened) => opened.frame(0));
        expect(await codeOf(bad)).toBe('ZIP_CRC');
      } catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
      } finally {
        const result_1 = __disposeResources(env_1);
        if (result_1) await result_1;
      }
    }
    expect(await codeOf(archive.open('IM2'))).toBe('ZIP_CRC');
  });
  it('O22: whose first read is all of it has a header nevertheless, and no frame', async () => {
    const env_2 = { stack: [], error: void 0, hasError: false };
    try {
      const { bytes } = dicom(sliceParts({ z: 1 }));
      const zip = zipOf([{ bytes: damaged(bytes), archived: bytes }], asynchronous);
      const archive = await openArchive(zip, { context: createContext() });
      const file = __addDisposableResource(env_2, await archive.open('IM0'), true);
      expect(file.dataset.get('Rows')).toBe(2);
      if (asynchronous) expect((await file.frame(0)).unverified).toBe(true);
      else expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
    } catch (e_2) {
      env_2.error = e_2;
      env_2.hasError = true;
    } finally {
      const result_2 = __disposeResources(env_2);
      if (result_2) await result_2;
    }
  });
  it('O22: sound, is verified by its frame: no mark on volume, picture and frame', async () => {
    const env_3 = { stack: [], error: void 0, hasError: false };
    try {
      const archive = await seriesWith(-1, asynchronous);
      const [series] = await archive.series();
      expect(await series?.volume()).not.toHaveProperty('unverified');
      expect(await series?.volume({ shared: true })).not.toHaveProperty('unverified');
      expect(await series?.thumbnail()).not.toHaveProperty('unverified');
      const file = __addDisposableResource(env_3, await archive.open('IM0'), true);
      expect(await file.frame(0)).not.toHaveProperty('unverified');
      expect(await file.verify()).toBe(true);
    } catch (e_3) {
      env_3.error = e_3;
      env_3.hasError = true;
    } finally {
      const result_3 = __disposeResources(env_3);
      if (result_3) await result_3;
    }
  });
  it('O22: is listed by its header alone, which compares nothing', async () => {
    const zip = zipOf(
      [0, 1, 2].map((z) => ({ bytes: slice(z) })),
      asynchronous,
    );
    const archive = await openArchive(zip, { context: createContext() });
    zip.forget();
    await archive.series();
    expect(zip.reads).toHaveLength(3);
    expect(zip.bytesRead).toBeLessThan(3 * (8192 + 200));
  });
  it('O22: compressed, with what lies behind its frame, is verified as well', async () => {
    const env_4 = { stack: [], error: void 0, hasError: false };
    try {
      const shape = { rows: EDGE, columns: EDGE, samplesPerPixel: 1, bytesPerSample: 1 };
      const frame = rleEncode(noise(EDGE ** 2), shape);
      const parts = {
        transferSyntax: SYNTAX.rle,
        elements: [
          ...imagePixel({ rows: EDGE, columns: EDGE, bitsAllocated: 8 }),
          encapsulated({ frames: [frame] }),
          [0xfffcfffc, 'OB', new Uint8Array(3000)],
        ],
      };
      const { bytes } = dicom(parts);
      // In the padding, where no frame is.
      const bad = damaged(bytes, bytes.length - 10);
      const zip = zipOf([{ bytes }, { bytes: bad, archived: bytes }], asynchronous);
      const archive = await openArchive(zip, { context: createContext() });
      const sound = __addDisposableResource(env_4, await archive.open('IM0'), true);
      expect(await sound.frame(0)).not.toHaveProperty('unverified');
      const wrong = __addDisposableResource(env_4, await archive.open('IM1'), true);
      expect(await codeOf(wrong.frame(0))).toBe('ZIP_CRC');
    } catch (e_4) {
      env_4.error = e_4;
      env_4.hasError = true;
    } finally {
      const result_4 = __disposeResources(env_4);
      if (result_4) await result_4;
    }
  });
});
describe('a stored member of several frames', () => {
  const frames = 8;
  const parts = {
    elements: [
      ...imagePixel({ rows: EDGE, columns: EDGE, bitsAllocated: 16, numberOfFrames: frames }),
      [0x7fe00010, 'OW', noise(frames * SLICE_BYTES)],
    ],
  };
  const { bytes } = dicom(parts);
  it.each([false, true])('O22: gives each in one read, with a mark (%s)', async (asynchronous) => {
    const env_5 = { stack: [], error: void 0, hasError: false };
    try {
      const zip = zipOf([{ bytes: damaged(bytes), archived: bytes }], asynchronous);
      const archive = await openArchive(zip, { context: createContext() });
      const file = __addDisposableResource(env_5, await archive.open('IM0'), true);
      for (const i of [0, 5, frames - 1]) {
        zip.forget();
        expect((await file.frame(i)).unverified).toBe(true);
        expect(zip.reads.map(([, length]) => length)).toEqual([SLICE_BYTES]);
      }
      expect((await file.thumbnail()).unverified).toBe(true);
      expect(await codeOf(file.verify())).toBe('ZIP_CRC');
      expect(await codeOf(file.frame(0))).toBe('ZIP_CRC');
    } catch (e_5) {
      env_5.error = e_5;
      env_5.hasError = true;
    } finally {
      const result_5 = __disposeResources(env_5);
      if (result_5) await result_5;
    }
  });
});
describe('what is read of a stored member', () => {
  const size = 300_000;
  const bytes = noise(size);
  const readsOf = async (at, length, way) => {
    const zip = zipOf([{ bytes }], way === 'promises');
    const source = await memberOf(zip);
    await source.read(0, 1);
    zip.forget();
    const given =
      way === 'readSync' ? source.readSync?.(at, length) : await source.read(at, length);
    expect(Buffer.compare(given ?? new Uint8Array(0), bytes.subarray(at, at + length))).toBe(0);
    expect(source.archived?.verified).toBe(zip.bytesRead === size);
    expect(zip.bytesRead).toBeLessThanOrEqual(size);
    expect(zip.reads.length).toBeLessThanOrEqual(3);
    return zip.bytesRead;
  };
  it.each([
    // All of it, whatever the way.
    [0, size, size, size],
    // A frame, its header before it, its padding behind.
    [10_000, size - 10_000, size, size],
    [10_000, size - 26_000, size, size],
    [10_000, size - 26_400, size - 26_400, size - 26_400],
    // Where headers may be read the same way, a read that goes on where they left off is one.
    [110_000, size - 110_000, size, size - 110_000],
    [140_000, size - 140_000, size - 140_000, size - 140_000],
    // What begins with the object is its header.
    [0, size - 1, size - 1, size - 1],
    [size - 100, 100, 100, 100],
    [size, 0, 0, 0],
  ])('O22: from %i, %i bytes, costs %i, and %i as a header', async (at, length, one, other) => {
    expect(await readsOf(at, length, 'read')).toBe(one);
    expect(await readsOf(at, length, 'readSync')).toBe(other);
    expect(await readsOf(at, length, 'promises')).toBe(other);
  });
  it('O22: what was compared is not compared again, by nobody', async () => {
    const zip = zipOf([{ bytes }]);
    const source = await memberOf(zip);
    await source.read(1000, size - 1000);
    zip.forget();
    source.readSync?.(1000, size - 1000);
    await source.read(1000, size - 1000);
    await source.archived?.verify();
    expect(zip.bytesRead).toBe(2 * (size - 1000));
  });
  it.each([false, true])(
    'O22: one byte that is wrong, before, in or behind (%s)',
    async (atOnce) => {
      for (const at of [0, 999, 1000, size - 101, size - 100, size - 1]) {
        const source = await memberOf(zipOf([{ bytes: damaged(bytes, at), archived: bytes }]));
        const read = (from, length) =>
          Promise.resolve().then(() =>
            atOnce ? source.readSync?.(from, length) : source.read(from, length),
          );
        expect(await codeOf(read(0, 100))).toBe('no error');
        expect(await codeOf(read(1000, size - 1100))).toBe('ZIP_CRC');
        expect(source.archived?.verified).toBe(false);
        expect(await codeOf(read(0, 100))).toBe('ZIP_CRC');
        expect(() => source.readSync?.(0, 1)).toThrow('damaged');
      }
    },
  );
  it('O22: no byte is known that is wrong: the error names none', async () => {
    const source = await memberOf(zipOf([{ bytes: damaged(bytes), archived: bytes }]));
    const error = await source.read(0, size).catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'ZIP_CRC',
      details: expect.not.objectContaining({ offset: expect.anything() }),
    });
    expect(error.message).not.toContain('byte');
  });
  it('O22: a disk that fails at the rest is no damage: read again, it is compared', async () => {
    for (const failing of [0, 10_000 + size - 10_100]) {
      const zip = zipOf([{ bytes }], true);
      let start = Infinity;
      const source = await memberOf({
        ...zip,
        read: async (offset, length, options) => {
          if (offset === start + failing) throw Object.assign(new Error('disk'), { code: 'EIO' });
          return zip.read(offset, length, options);
        },
      });
      await source.read(0, 1);
      zip.forget();
      await source.read(0, 1);
      start = zip.reads[0]?.[0] ?? Infinity;
      expect(await codeOf(source.read(10_000, size - 10_100))).toBe('EIO');
      expect(source.archived?.verified).toBe(false);
      start = Infinity;
      await source.read(10_000, size - 10_100);
      expect(source.archived?.verified).toBe(true);
    }
  });
});
describe('verify() of a stored member', () => {
  const size = 3 * 2 ** 20;
  const bytes = noise(size);
  it('O25: asked for twice at the same time, reads it once, and tells both', async () => {
    const zip = zipOf([{ bytes }]);
    const source = await memberOf(zip);
    await source.read(0, 1);
    zip.forget();
    const told = [];
    const run = (name) =>
      source.archived?.verify({ onProgress: (done) => told.push(`${name} ${done / 2 ** 20}`) });
    await Promise.all([run('a'), run('b')]);
    expect(zip.bytesRead).toBe(size);
    expect(told).toEqual(['a 1', 'b 1', 'a 2', 'b 2', 'a 3', 'b 3']);
    await run('c');
    expect(zip.bytesRead).toBe(size);
    expect(told.at(-1)).toBe('c 3');
  });
  it('O25: goes on for the other when one leaves, and ends when both have', async () => {
    const zip = zipOf([{ bytes }]);
    const source = await memberOf(zip);
    const leave = new AbortController();
    const leaving = source.archived?.verify({
      signal: leave.signal,
      onProgress: () => {
        leave.abort('enough');
      },
    });
    const staying = source.archived?.verify();
    await expect(leaving).rejects.toBe('enough');
    await staying;
    expect(source.archived?.verified).toBe(true);
    const other = zipOf([{ bytes }]);
    const second = await memberOf(other);
    const both = new AbortController();
    const { signal } = both;
    const onProgress = () => {
      both.abort('no');
    };
    other.forget();
    const runs = [1, 2].map(() => second.archived?.verify({ signal, onProgress }));
    for (const run of runs) await expect(run).rejects.toBe('no');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(other.bytesRead).toBeLessThan(size);
    await second.archived?.verify();
    expect(second.archived?.verified).toBe(true);
  });
  it('O22: tells both that it is damaged', async () => {
    const source = await memberOf(zipOf([{ bytes: damaged(bytes), archived: bytes }]));
    const runs = [1, 2].map(() => codeOf(source.archived?.verify() ?? Promise.resolve()));
    expect(await Promise.all(runs)).toEqual(['ZIP_CRC', 'ZIP_CRC']);
    expect(await codeOf(source.read(0, 1))).toBe('ZIP_CRC');
  });
});
describe('a stored member in a file', () => {
  it('O22: nothing before the first read, or behind the last, is no other checksum', async () => {
    // Node's own has 0 for nothing where that has no memory, whatever came before it.
    const bytes = noise(70_000);
    const empty = new Uint8Array(new ArrayBuffer(0));
    const memory = memorySource(buildZip([{ name: 'x', data: bytes, method: 0 }]), 'x.zip');
    const source = await memberOf({
      ...memory,
      readSync: (offset, length, into) =>
        length === 0 ? empty : (memory.readSync?.(offset, length, into) ?? empty),
    });
    expect(source.readSync?.(0, 70_000)).toEqual(bytes);
    expect(source.archived?.verified).toBe(true);
  });
});
