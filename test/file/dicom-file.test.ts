import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import type { Codec } from '../../src/codecs/codec.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../support/platform.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { controllableSource } from '../support/controllable-source.ts';
import type { Faults } from '../support/controllable-source.ts';
import { numberedJpeg, startsOf } from '../support/encapsulations.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { rleEncode } from '../support/rle-encode.ts';

const PIXEL = { rows: 100, columns: 100, bitsAllocated: 8, numberOfFrames: 4 };
const LENGTH = 10_000;
const native: DicomParts = {
  elements: [
    ...imagePixel(PIXEL),
    [0x7fe00010, 'OB', Uint8Array.from({ length: 4 * LENGTH }, (_, k) => (k / LENGTH) | 0)],
  ],
};

/** Opened over a source that misbehaves from now on, not before. */
async function openFaulty(faults: Faults, frameCacheBytes = 1e6) {
  const base = memorySource(dicom(native).bytes, 'faulty.dcm');
  const now: { source: Source } = { source: base };
  const source = {
    name: base.name,
    size: base.size,
    read: (...args: Parameters<typeof base.read>) => now.source.read(...args),
    close: () => Promise.resolve(),
  };
  const file = await openSource(source, {
    context: createContext({ frameCacheBytes }),
    options: {},
    ownership: 'owned',
  });
  const faulty = controllableSource(base, { asynchronous: true, ...faults });
  now.source = faulty;
  return { file, source: faulty };
}

describe('frame(i)', () => {
  it('P02: two callers at once cost one read, and each gets samples of its own', async () => {
    const { file, source } = await openBuilt(native, { asynchronous: true });
    source.forget();
    const [one, two, other] = await Promise.all([file.frame(1), file.frame(1), file.frame(2)]);
    expect(one).toEqual(two);
    expect(one.data.buffer).not.toBe(two.data.buffer);
    one.data[0] = 99;
    expect(two.data[0]).toBe(1);
    expect(other.data[0]).toBe(2);
    expect(source.reads).toHaveLength(2);
    expect(file.stats()).toMatchObject({ framesDecoded: 2, cacheHits: 0 });
  });

  it('P05: a caller who aborts leaves the other’s read alone', async () => {
    const { file, source } = await openFaulty({ held: true });
    const controller = new AbortController();
    const leaving = codeOf(file.frame(1, { signal: controller.signal }));
    const staying = file.frame(1, { signal: new AbortController().signal });
    const plain = file.frame(1);
    controller.abort('enough');
    expect(await leaving).toBe('enough');
    source.release();
    expect((await staying).data[0]).toBe(1);
    expect(await plain).toEqual(await staying);
    expect(source.reads).toBe(1);
  });

  it('P05: when the last caller leaves, the read is aborted and nothing is kept', async () => {
    const { file, source } = await openFaulty({ held: true });
    const controller = new AbortController();
    const both = [1, 2].map(() => codeOf(file.frame(1, { signal: controller.signal })));
    controller.abort('enough');
    expect(await Promise.all(both)).toEqual(['enough', 'enough']);
    expect(source.signals[0]?.aborted).toBe(true);
    const again = file.frame(1);
    source.release();
    expect((await again).data[0]).toBe(1);
    expect(source.reads).toBe(2);
    expect(file.stats().cacheHits).toBe(0);
  });

  it('P05: a signal that has aborted costs nothing; one that aborts later changes nothing', async () => {
    const { file, source } = await openBuilt(native);
    source.forget();
    expect(await codeOf(file.frame(0, { signal: AbortSignal.abort('no') }))).toBe('no');
    expect(source.reads).toEqual([]);
    const controller = new AbortController();
    const frame = await file.frame(0, { signal: controller.signal });
    controller.abort();
    expect(await file.frame(0)).toEqual(frame);
    expect(file.stats().cacheHits).toBe(1);
  });

  it('a read that failed is tried again', async () => {
    const { file } = await openFaulty({ failAt: 0 });
    expect(await codeOf(file.frame(1))).toBe('EIO');
    expect((await file.frame(1)).data[0]).toBe(1);
  });

  it('O02, O06: a source that ends early gives no zeros', async () => {
    for (const faults of [{ shortReads: 9_999 }, { emptyFrom: 0 }]) {
      const { file } = await openFaulty(faults);
      await expect(file.frame(2)).rejects.toMatchObject({
        code: 'FRAME_TRUNCATED',
        details: { frame: 2, needed: LENGTH },
      });
    }
  });

  it('P06: into is the caller’s own; the cache knows nothing of it', async () => {
    const { file, built } = await openBuilt(native);
    const into = new Uint8Array(LENGTH);
    const own = await file.frame(1, { into });
    into.fill(99);
    expect((await file.frame(1)).data[0]).toBe(1);
    expect(own.data[0]).toBe(99);
    (await file.frame(2)).data[0] = 77;
    (await file.frame(2)).data[1] = 77;
    expect([...(await file.frame(2)).data.subarray(0, 2)]).toEqual([2, 2]);
    const { pixelOffset = 0 } = built;
    expect(built.bytes[pixelOffset + 2 * LENGTH]).toBe(2);
  });

  it('P06: samples are the caller’s own, kept or not, and thumbnails are not the caller’s', async () => {
    for (const frameCacheBytes of [0, LENGTH - 1, 1e6]) {
      const { file, source } = await openBuilt(native, { frameCacheBytes, asynchronous: true });
      const [one, two, picture] = await Promise.all([
        file.frame(1),
        file.frame(1),
        file.thumbnail({ frame: 1, size: 100 }),
      ]);
      new Uint8Array(one.data.buffer).fill(200);
      expect(two.data[5]).toBe(1);
      const again = await file.thumbnail({ frame: 1, size: 100 });
      expect(again.data).toEqual(picture.data);
      source.forget();
      expect((await file.frame(1)).data[5]).toBe(1);
      expect(source.reads).toHaveLength(frameCacheBytes === 1e6 ? 0 : 1);
    }
  });

  it('H11: a frame that was read by a table that turned out wrong meanwhile is read again', async () => {
    // The third entry is inside of frame 1, and frame 4's is missing: those behind are one too early.
    const streams = [0, 1, 2, 3, 4, 5].map(numberedJpeg);
    const [, one = 0, two = 0, three = 0, , five = 0] = startsOf(streams);
    const { bytes } = dicom({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [
        ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8, numberOfFrames: 6 }),
        encapsulated({ frames: streams, offsetTable: [0, one, one + 10, two, three, five] }),
      ],
    });
    const base = memorySource(bytes, 'x');
    const held: (() => void)[] = [];
    let hold = false;
    const source: Source = {
      ...{ name: 'x', size: base.size },
      async read(offset, length, options) {
        const read = await base.read(offset, length, options);
        if (hold) {
          await new Promise<void>((resolve) => {
            held.push(resolve);
          });
        }
        return read;
      },
    };
    const codec: Codec = {
      ...{ name: 'own', transferSyntaxes: [SYNTAX.jpegBaseline] },
      load: () =>
        Promise.resolve({
          decode: (encoded, pixel) => ({ bytes: Uint8Array.of(encoded.length, 0), pixel }),
        }),
    };
    const file = await openSource(source, {
      context: createContext({ codecs: [codec] }),
      options: {},
      ownership: 'owned',
    });
    expect(file.index.confidence).toBe('verified');
    hold = true;
    const slow = [file.frame(4), file.encodedFrame(4), file.frame(0)] as const;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(held.length).toBeGreaterThan(0);
    hold = false;
    expect((await file.frame(1)).data[0]).toBe(streams[1]?.length);
    for (const release of held) release();
    expect((await slow[0]).data[0]).toBe(streams[4]?.length);
    expect([...(await slow[1])]).toEqual([...(streams[4] ?? [])]);
    expect((await slow[2]).data[0]).toBe(streams[0]?.length);
    expect((await file.frame(4)).data[0]).toBe(streams[4]?.length);
    expect(file.index.strategy).toBe('repaired');
  });

  it('P07: no cache, a cache smaller than a frame, and one without bound', async () => {
    for (const [frameCacheBytes, hits] of [
      [0, 0],
      [LENGTH - 1, 0],
      [2 * LENGTH, 1],
      [Number.MAX_SAFE_INTEGER, 1],
    ]) {
      const { file } = await openBuilt(native, { frameCacheBytes });
      await file.frame(0);
      await file.frame(0);
      expect(file.stats().cacheHits).toBe(hits);
    }
  });

  it('limits given to open hold for frames', async () => {
    const { file } = await openBuilt(native, { limits: { maxFrameBytes: LENGTH - 1 } });
    expect(await codeOf(file.frame(0))).toBe('FRAME_LIMIT');
    expect(await codeOf(file.encodedFrame(0))).toBe('FRAME_LIMIT');
  });
});

describe('close', () => {
  it('P04: twice is once; then everything says CLOSED, cached frames too', async () => {
    const context = createContext();
    const source = memorySource(dicom(native).bytes, 'x');
    const file = await openSource(source, { context, options: {}, ownership: 'owned' });
    await file.frame(0);
    expect(context.frames.bytes).toBe(LENGTH);
    await file.close();
    await file.close();
    expect(context.frames.bytes).toBe(0);
    expect(await codeOf(file.frame(0))).toBe('CLOSED');
    expect(await codeOf(file.encodedFrame(0))).toBe('CLOSED');
    expect(await codeOf(file.thumbnail())).toBe('CLOSED');
    expect(await codeOf(file.value('Rows'))).toBe('CLOSED');
    expect(await codeOf(file.frames()[Symbol.asyncIterator]().next())).toBe('CLOSED');
    expect(file.dataset.get('Rows')).toBe(100);
  });

  it('P04: while reading: the frame arrives, and is not kept', async () => {
    const { file, source } = await openFaulty({ held: true });
    const reading = file.frame(3);
    await file.close();
    source.release();
    expect((await reading).data[0]).toBe(3);
    expect(await codeOf(file.frame(3))).toBe('CLOSED');
  });

  it('closes a source of its own, and not a borrowed one', async () => {
    for (const ownership of ['owned', 'borrowed'] as const) {
      let closed = 0;
      const source = {
        ...memorySource(dicom(native).bytes, 'x'),
        close: () => {
          closed++;
          return Promise.resolve();
        },
      };
      await (
        await openSource(source, { context: createContext(), options: {}, ownership })
      ).close();
      expect(closed).toBe(ownership === 'owned' ? 1 : 0);
    }
  });
});

describe('frames()', () => {
  it('P09: reads as they are taken; leaving early reads no more', async () => {
    const { file, source } = await openBuilt(native);
    source.forget();
    for await (const frame of file.frames({ start: 1 })) {
      if (frame.index === 2) break;
    }
    expect(source.reads).toHaveLength(2);
    const seen: number[] = [];
    for await (const { index } of file.frames({ start: 1, end: 99 })) seen.push(index);
    expect(seen).toEqual([1, 2, 3]);
    expect(file.stats().cacheHits).toBe(0);
  });

  it('P05: ends with the reason of its signal', async () => {
    const { file } = await openBuilt(native);
    const controller = new AbortController();
    const seen: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { index } of file.frames({ signal: controller.signal })) {
        seen.push(index);
        controller.abort('enough');
      }
    };
    expect(await codeOf(run())).toBe('enough');
    expect(seen).toEqual([0]);
  });
});

describe('codecs of a caller’s own', () => {
  const coded = (codec: Codec['load']): Promise<Awaited<ReturnType<typeof openBuilt>>> =>
    openBuilt(
      {
        transferSyntax: SYNTAX.jpegBaseline,
        elements: [
          ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 }),
          encapsulated({ frames: [new Uint8Array([0xff, 0xd8, 1, 2])] }),
        ],
      },
      { codecs: [{ name: 'own', transferSyntaxes: [SYNTAX.jpegBaseline], load: codec }] },
    );

  it('are held to the number of bytes that they say', async () => {
    for (const length of [0, 1, 3]) {
      const { file } = await coded(() =>
        Promise.resolve({ decode: (_, pixel) => ({ bytes: new Uint8Array(length), pixel }) }),
      );
      expect(await codeOf(file.frame(0))).toBe('CODEC');
    }
  });

  it('fail as CODEC, whatever they throw', async () => {
    const { file } = await coded(() =>
      Promise.resolve({
        decode: () => {
          throw new RangeError('offset is out of bounds');
        },
      }),
    );
    expect(await codeOf(file.frame(0))).toBe('CODEC');
    const missing = await coded(() => Promise.reject(new Error('Cannot find module')));
    expect(await codeOf(missing.file.frame(0))).toBe('CODEC_MISSING');
  });

  it('H30: may find another size than the header says; into is not overrun', async () => {
    const { file } = await coded(() =>
      Promise.resolve({
        decode: (_, pixel) => ({
          bytes: new Uint8Array(6).fill(5),
          pixel: { ...pixel, columns: 6 },
        }),
      }),
    );
    expect(await file.frame(0)).toMatchObject({ rows: 1, columns: 6 });
    expect(file.warnings.map(({ code }) => code)).toContain('CODE_STREAM');
    expect(await codeOf(file.frame(0, { into: new Uint8Array(2) }))).toBe('USAGE');
  });

  it('F09: without one, the frame says which is missing and its bytes are there', async () => {
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.mpeg4.replace('102', '999'),
      elements: [
        ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 }),
        [0x7fe00010, 'OB', [1, 2]],
      ],
    });
    expect(file.warnings.map(({ code }) => code)).toContain('TRANSFER_SYNTAX_UNKNOWN');
    expect([...(await file.encodedFrame(0))]).toEqual([1, 2]);
  });
});

describe('RLE frames', () => {
  it('go straight into their place, and say where they are broken', async () => {
    const shape = { rows: 3, columns: 5, samplesPerPixel: 1, bytesPerSample: 2 };
    const cells = Uint16Array.from({ length: 15 }, (_, k) => k * 1000);
    const encoded = rleEncode(new Uint8Array(cells.buffer), shape);
    const { file, built } = await openBuilt({
      transferSyntax: SYNTAX.rle,
      elements: [
        ...imagePixel({ ...shape, numberOfFrames: 2 }),
        encapsulated({ frames: [encoded, encoded.subarray(0, 70)] }),
      ],
    });
    const into = new Uint8Array(30);
    const { data } = await file.frame(0, { into });
    expect(data).toEqual(cells);
    expect(data.buffer).toBe(into.buffer);
    const [range] = file.index.ranges(1);
    await expect(file.frame(1)).rejects.toMatchObject({
      code: 'CODEC',
      details: { name: 'built.dcm' },
    });
    const error: unknown = await file.frame(1).catch((caught: unknown) => caught);
    const { details } = error as { details: { offset: number } };
    expect(details.offset).toBeGreaterThanOrEqual(range?.offset ?? Infinity);
    expect(details.offset).toBeLessThan(built.bytes.length);
  });
});
