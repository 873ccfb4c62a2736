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
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { createContext, open, openArchive, openFolder } from '../../src/node/index.js';
import {
  dicom,
  encapsulated,
  extendedOffsetTable,
  imagePixel,
  SYNTAX,
} from '../support/build-dicom.js';
import { jpeg } from '../support/code-streams.js';
import { buildZip } from '../support/build-zip.js';
import { countingSource } from '../support/counting-source.js';
import { headerOf } from '../support/header-of.js';
import { codeOf } from '../support/open-built.js';
import { rleEncode } from '../support/rle-encode.js';
import { sliceParts } from '../support/slices.js';
/** The longest read ahead of the header pass: what one may run into the pixel data by. */
const BLOCK = 64 * 1024;
const FRAME = 200 * 1024;
const FRAMES = 20;
const scratch = mkdtempSync(join(tmpdir(), 'framedex-laziness-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
function bytesOf(length, value = 1) {
  return new Uint8Array(length).fill(value);
}
const grey = (frames) =>
  imagePixel({ rows: FRAME / 200, columns: 200, bitsAllocated: 8, numberOfFrames: frames });
const native = {
  elements: [...grey(FRAMES), [0x7fe00010, 'OB', bytesOf(FRAMES * FRAME)]],
};
/** A code stream of just this length. */
function streamOf(length, value = 1) {
  const { length: least } = jpeg({ scans: [new Uint8Array(0)] });
  return jpeg({ scans: [bytesOf(length - least, value)] });
}
const fragments = Array.from({ length: FRAMES }, (_, k) => streamOf(FRAME + 2 * k, k + 1));
const compressed = (offsetTable, before = []) => ({
  transferSyntax: SYNTAX.jpegBaseline,
  elements: [...grey(FRAMES), ...before, encapsulated({ frames: fragments, offsetTable })],
});
function sourceOf(built, asynchronous = false) {
  return countingSource(memorySource(built.bytes, 'lazy.dcm'), { asynchronous });
}
/** Reads that start inside one of the stretches. */
function inside(reads, stretches) {
  return reads.filter(([at]) =>
    stretches.some(({ offset, length }) => at >= offset && at < offset + length),
  );
}
/** Bytes of the stretches that the reads touch. */
function touched(reads, stretches) {
  return reads.reduce(
    (sum, [at, size]) =>
      stretches.reduce(
        (inner, { offset, length }) =>
          inner + Math.max(0, Math.min(at + size, offset + length) - Math.max(at, offset)),
        sum,
      ),
    0,
  );
}
describe('the header pass', () => {
  it.each([false, true])(
    'of native frames ends where they begin (async: %s)',
    async (asynchronous) => {
      const env_1 = { stack: [], error: void 0, hasError: false };
      try {
        const built = dicom(native);
        const source = sourceOf(built, asynchronous);
        const file = __addDisposableResource(env_1, await open(source), true);
        const pixels = [{ offset: built.pixelOffset ?? 0, length: FRAMES * FRAME }];
        expect(file.index.count).toBe(FRAMES);
        expect(inside(source.reads, pixels)).toEqual([]);
        expect(touched(source.reads, pixels)).toBeLessThanOrEqual(BLOCK);
        expect(source.bytesRead).toBeLessThanOrEqual((built.pixelOffset ?? 0) + BLOCK);
      } catch (e_1) {
        env_1.error = e_1;
        env_1.hasError = true;
      } finally {
        const result_1 = __disposeResources(env_1);
        if (result_1) await result_1;
      }
    },
  );
  it.each([
    ['a basic table', compressed('exact')],
    ['an extended table', compressed('empty', extendedOffsetTable(fragments))],
    ['no table', compressed('empty')],
  ])('of fragments reads %s and item headers only', async (_, parts) => {
    for (const asynchronous of [false, true]) {
      const env_2 = { stack: [], error: void 0, hasError: false };
      try {
        const built = dicom(parts);
        const source = sourceOf(built, asynchronous);
        const file = __addDisposableResource(env_2, await open(source), true);
        const opening = [...source.reads];
        const payloads = Array.from({ length: FRAMES }, (_none, i) => file.index.ranges(i)).flat();
        expect(payloads.map(({ length }) => length)).toEqual(fragments.map(({ length }) => length));
        expect(inside(opening, payloads)).toEqual([]);
        // What a read ahead of the header, or of the table, has of the first fragment; of the others, at
        // most what shows that a frame starts there, where a table says so, or a read is a journey.
        const heads = asynchronous ? 16 * FRAMES : 4 * 16;
        expect(touched(opening, payloads.slice(1))).toBeLessThanOrEqual(heads);
        expect(touched(opening, payloads)).toBeLessThanOrEqual(BLOCK);
      } catch (e_2) {
        env_2.error = e_2;
        env_2.hasError = true;
      } finally {
        const result_2 = __disposeResources(env_2);
        if (result_2) await result_2;
      }
    }
  });
  it('walks 200 big fragments in 8 bytes each', async () => {
    const frames = Array.from({ length: 200 }, (_, k) => streamOf(70_000 + 2 * k));
    const built = dicom({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [...grey(200), encapsulated({ frames, offsetTable: 'empty' })],
    });
    for (const asynchronous of [false, true]) {
      const env_3 = { stack: [], error: void 0, hasError: false };
      try {
        const source = sourceOf(built, asynchronous);
        const file = __addDisposableResource(env_3, await open(source), true);
        expect(file.index.count).toBe(200);
        expect(source.bytesRead).toBeLessThanOrEqual(16 * 1024);
        const walk = source.reads.filter(([at]) => at > (built.pixelOffset ?? 0));
        // The first item's header may come along with the table's; where a read is a journey, so do a frame's first bytes.
        expect(walk.length).toBeGreaterThanOrEqual(200);
        for (const [, length] of walk) expect(length).toBeLessThanOrEqual(asynchronous ? 24 : 8);
      } catch (e_3) {
        env_3.error = e_3;
        env_3.hasError = true;
      } finally {
        const result_3 = __disposeResources(env_3);
        if (result_3) await result_3;
      }
    }
  });
  it('takes a table’s word in a few reads, wherever the file is', async () => {
    const frames = Array.from({ length: 1000 }, () => streamOf(5000));
    for (const asynchronous of [false, true]) {
      const env_4 = { stack: [], error: void 0, hasError: false };
      try {
        const source = sourceOf(
          dicom({
            transferSyntax: SYNTAX.jpegBaseline,
            elements: [...grey(1000), encapsulated({ frames })],
          }),
          asynchronous,
        );
        const file = __addDisposableResource(env_4, await open(source), true);
        expect(file.index).toMatchObject({ count: 1000, confidence: 'verified' });
        expect(source.reads.length).toBeLessThanOrEqual(6);
      } catch (e_4) {
        env_4.error = e_4;
        env_4.hasError = true;
      } finally {
        const result_4 = __disposeResources(env_4);
        if (result_4) await result_4;
      }
    }
  });
});
/** What native pixels are found to be is told when somebody asks, and costs no read. */
describe('native pixels', () => {
  const trailing = {
    elements: [...grey(2), [0x7fe00010, 'OB', bytesOf(2 * FRAME + 100)]],
  };
  const fault = { code: 'PIXEL_LENGTH', tag: 0x7fe00010 };
  it.each([false, true])(
    'cost an opened file the reads of its header alone (async: %s)',
    async (asynchronous) => {
      const env_5 = { stack: [], error: void 0, hasError: false };
      try {
        const built = dicom(native);
        const pass = sourceOf(built, asynchronous);
        const header = await headerOf(pass);
        expect(header.pixelData?.valueOffset).toBe(built.pixelOffset);
        const source = sourceOf(built, asynchronous);
        const file = __addDisposableResource(env_5, await open(source), true);
        expect(source.reads).toEqual(pass.reads);
        source.forget();
        expect([file.index.count, file.index.ranges(3)]).toEqual([
          FRAMES,
          [{ offset: (built.pixelOffset ?? 0) + 3 * FRAME, length: FRAME }],
        ]);
        expect([file.warnings, file.warningCount]).toEqual([[], 0]);
        expect(file.perFrame(FRAMES - 1).get('Rows')).toBe(FRAME / 200);
        expect(source.reads).toEqual([]);
      } catch (e_5) {
        env_5.error = e_5;
        env_5.hasError = true;
      } finally {
        const result_5 = __disposeResources(env_5);
        if (result_5) await result_5;
      }
    },
  );
  it.each([
    ['the warnings', (file) => file.warnings],
    ['their count', (file) => file.warningCount],
    ['the index', (file) => file.index],
    ['a frame', (file) => file.frame(1)],
    ['the attributes of a frame', (file) => file.perFrame(1)],
  ])('tell their faults once, %s being asked for first', async (_, ask) => {
    const env_6 = { stack: [], error: void 0, hasError: false };
    try {
      const source = sourceOf(dicom(trailing));
      const file = __addDisposableResource(env_6, await open(source), true);
      await ask(file);
      for (let k = 0; k < 2; k++) {
        expect(file.warnings).toMatchObject([fault]);
        expect(file.warningCount).toBe(1);
        expect(file.index).toMatchObject({ count: 2, strategy: 'native', confidence: 'exact' });
      }
      expect(file.index).toBe(file.index);
      expect(file.warnings).toBe(file.warnings);
    } catch (e_6) {
      env_6.error = e_6;
      env_6.hasError = true;
    } finally {
      const result_6 = __disposeResources(env_6);
      if (result_6) await result_6;
    }
  });
  it('are at fault for a strict caller when the file is opened', async () => {
    const env_7 = { stack: [], error: void 0, hasError: false };
    try {
      expect(await codeOf(open(sourceOf(dicom(trailing)), { strict: true }))).toBe('PIXEL_LENGTH');
      const elements = grey(2).filter((one) => 'encode' in one || one[0] !== 0x00280010);
      const without = dicom({ elements: [...elements, [0x7fe00010, 'OB', bytesOf(2)]] });
      expect(await codeOf(open(sourceOf(without), { strict: true }))).not.toBe('no error');
      const tolerant = __addDisposableResource(env_7, await open(sourceOf(without)), true);
      expect(tolerant.dataset.get('Columns')).toBe(200);
      expect(tolerant.index.count).toBe(0);
    } catch (e_7) {
      env_7.error = e_7;
      env_7.hasError = true;
    } finally {
      const result_7 = __disposeResources(env_7);
      if (result_7) await result_7;
    }
  });
});
describe('frame(i)', () => {
  it('native: one read of its length; again: none', async () => {
    const built = dicom(native);
    for (const asynchronous of [false, true]) {
      const env_8 = { stack: [], error: void 0, hasError: false };
      try {
        const source = sourceOf(built, asynchronous);
        const file = __addDisposableResource(
          env_8,
          await open(source, { context: createContext() }),
          true,
        );
        source.forget();
        await file.frame(7);
        expect(source.reads).toEqual([[(built.pixelOffset ?? 0) + 7 * FRAME, FRAME]]);
        await file.frame(7);
        expect(source.reads).toHaveLength(1);
      } catch (e_8) {
        env_8.error = e_8;
        env_8.hasError = true;
      } finally {
        const result_8 = __disposeResources(env_8);
        if (result_8) await result_8;
      }
    }
  });
  it('of a fragment: one read; where only a table knows it, of the item headers beside it too', async () => {
    const shape = { rows: 1024, columns: 200, samplesPerPixel: 1, bytesPerSample: 1 };
    const plain = Uint8Array.from({ length: FRAME }, (_, k) => (k * 7) % 251);
    const encoded = rleEncode(plain, shape);
    const { length } = encoded;
    const parts = {
      transferSyntax: SYNTAX.rle,
      elements: [...grey(3), encapsulated({ frames: [encoded, encoded, encoded] })],
    };
    for (const asynchronous of [false, true]) {
      const env_9 = { stack: [], error: void 0, hasError: false };
      try {
        const built = dicom(parts);
        const source = sourceOf(built, asynchronous);
        const file = __addDisposableResource(
          env_9,
          await open(source, { context: createContext() }),
          true,
        );
        const [first = 0, second = 0, last = 0] = [0, 1, 2].map(
          (i) => (built.pixelOffset ?? 0) + 20 + 8 + i * (8 + length + (length % 2)),
        );
        source.forget();
        const { data } = await file.frame(1);
        expect(data instanceof Uint8Array && Buffer.compare(data, plain)).toBe(0);
        // From memory: once for the file, 8 bytes an item and the delimiter's.
        const behind = last + length + (length % 2) + 8;
        const walk = [first, second, last, behind].map((at) => [at - 8, 8]);
        if (asynchronous) {
          expect(source.reads).toHaveLength(1);
          expect(source.reads[0]?.[0]).toBe(second - 8);
          expect(source.bytesRead).toBeLessThanOrEqual(8 + length + 1 + 8 + 16);
        } else expect(source.reads).toEqual([...walk, [second, length + (length % 2)]]);
        source.forget();
        await file.frame(1);
        await file.frame(1, { signal: new AbortController().signal });
        expect(source.reads).toEqual([]);
        await file.frame(2);
        expect(source.reads).toHaveLength(1);
        expect(source.bytesRead).toBeLessThanOrEqual(8 + length + 1 + 8 + 16);
        expect(file.index.confidence).toBe(asynchronous ? 'verified' : 'exact');
      } catch (e_9) {
        env_9.error = e_9;
        env_9.hasError = true;
      } finally {
        const result_9 = __disposeResources(env_9);
        if (result_9) await result_9;
      }
    }
  });
  it('of several fragments: one read over them', async () => {
    const frames = fragments.slice(0, 4).map((one) => {
      const stream = jpeg({ scans: [one] });
      return [stream.subarray(0, 9000), stream.subarray(9000)];
    });
    const parts = {
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [...grey(4), encapsulated({ frames })],
    };
    for (const asynchronous of [false, true]) {
      const env_10 = { stack: [], error: void 0, hasError: false };
      try {
        const source = sourceOf(dicom(parts), asynchronous);
        const file = __addDisposableResource(env_10, await open(source), true);
        file.index.ranges(0);
        source.forget();
        const { length } = await file.encodedFrame(2);
        expect(source.reads).toHaveLength(1);
        expect(source.bytesRead).toBeLessThanOrEqual(8 + length + 8 + 8 + 16);
      } catch (e_10) {
        env_10.error = e_10;
        env_10.hasError = true;
      } finally {
        const result_10 = __disposeResources(env_10);
        if (result_10) await result_10;
      }
    }
  });
  it('of a stored member of an archive: one read of the archive, of its length', async () => {
    const env_11 = { stack: [], error: void 0, hasError: false };
    try {
      const built = dicom(native);
      const zip = buildZip([{ name: 'IM1', data: built.bytes, method: 0 }]);
      const source = countingSource(memorySource(zip, 'one.zip'));
      const archive = __addDisposableResource(env_11, await openArchive(source), true);
      const file = __addDisposableResource(env_11, await archive.open('IM1'), true);
      source.forget();
      const { data } = await file.frame(3);
      expect(source.reads.map(([, length]) => length)).toEqual([FRAME]);
      expect(data[0]).toBe(1);
    } catch (e_11) {
      env_11.error = e_11;
      env_11.hasError = true;
    } finally {
      const result_11 = __disposeResources(env_11);
      if (result_11) await result_11;
    }
  });
});
const SLICES = 222;
const EDGE = 160;
/** 50 KB a slice, half noise, so that it deflates to about half. */
const slices = Array.from({ length: SLICES }, (_, z) => {
  const pixels = new Uint16Array(EDGE * EDGE);
  let state = z;
  for (let k = 0; k < pixels.length; k++) {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    pixels[k] = (state >>> 16) & 0xff;
  }
  return dicom(
    sliceParts({
      z,
      rows: EDGE,
      columns: EDGE,
      pixels: [0x7fe00010, 'OW', new Uint8Array(pixels.buffer)],
    }),
  );
});
const HEADER = slices[0]?.pixelOffset ?? 0;
describe('a series of 222 slices', () => {
  it.each([
    ['stored', 0],
    ['deflated', 8],
  ])('%s in an archive: listed by headers, in bounded reads', async (_, method) => {
    const env_12 = { stack: [], error: void 0, hasError: false };
    try {
      const zip = buildZip(slices.map(({ bytes }, k) => ({ name: `IM${k}`, data: bytes, method })));
      const source = countingSource(memorySource(zip, 'series.zip'));
      const archive = __addDisposableResource(env_12, await openArchive(source), true);
      const [series] = await archive.series();
      expect(series?.instances).toHaveLength(SLICES);
      expect(series?.plan().verdict).toBe('volume');
      expect(source.reads.length).toBeLessThanOrEqual(2 * SLICES + 10);
      // Of 11 MB: a read ahead for each, and the directory.
      expect(source.bytesRead).toBeLessThanOrEqual(SLICES * 8 * 1024 + 2 * BLOCK);
      expect(archive.stats().peakBufferBytes).toBeLessThanOrEqual(2 * BLOCK);
      if (method === 0) {
        // No read starts in a pixel, and none goes farther into them than one read ahead; the search
        // for the directory, which is at the end, is no read of members.
        const stored = storedPixels(zip);
        expect(stored).toHaveLength(SLICES);
        const reads = source.reads.filter(([at, length]) => at + length < zip.length);
        expect(inside(reads, stored)).toEqual([]);
        for (const [at, length] of reads) {
          expect(touched([[at, length]], stored)).toBeLessThanOrEqual(8 * 1024);
        }
      }
    } catch (e_12) {
      env_12.error = e_12;
      env_12.hasError = true;
    } finally {
      const result_12 = __disposeResources(env_12);
      if (result_12) await result_12;
    }
  });
  it('in a folder: no more open descriptors than allowed, and none at the end', async () => {
    slices.forEach(({ bytes }, k) => {
      writeFileSync(join(scratch, `IM${k}`), bytes);
    });
    const context = createContext({ maxOpenFiles: 8 });
    const folder = await openFolder(scratch, { context });
    let most = 0;
    const onProgress = () => {
      most = Math.max(most, context.descriptors.stats().open);
    };
    const [series] = await folder.series({ onProgress });
    expect(folder.stats().bytesRead).toBeLessThanOrEqual(SLICES * 8 * 1024);
    const volume = await series?.volume({ onProgress });
    expect(volume?.data.length).toBe(SLICES * EDGE * EDGE);
    // Those that are being read come on top.
    expect(most).toBeLessThanOrEqual(8 + 4);
    await folder.close();
    await context.close();
    expect(context.descriptors.stats().open).toBe(0);
  });
});
/** Where the pixels of stored members are in an archive, by their local headers (APPNOTE 4.3.7). */
function storedPixels(zip) {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const found = [];
  for (let at = 0; view.getUint32(at, true) === 0x04034b50;) {
    const size = view.getUint32(at + 18, true);
    const data = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    found.push({ offset: data + HEADER, length: size - HEADER });
    at = data + size;
  }
  return found;
}
