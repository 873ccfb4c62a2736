import { describe, expect, it } from 'vitest';
import { dicom, encapsulated, fragment, imagePixel, raw, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts, Encapsulated, ImagePixelParts } from '../support/build-dicom.ts';
import { hex } from '../support/build-value.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { rleEncode } from '../support/rle-encode.ts';

/** What starts like a JPEG and tells its number. */
function jpegOf(k: number, length = 20): Uint8Array {
  return new Uint8Array(length).fill(k).fill(0xff, 0, 1).fill(0xd8, 1, 2).fill(0xff, 2, 3);
}

const streams = [1, 2, 3].map((k) => jpegOf(k, 18 + 2 * k));

function jpeg(parts: Partial<Encapsulated>, pixel: Partial<ImagePixelParts> = {}): DicomParts {
  return {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: 3, ...pixel }),
      encapsulated({ frames: streams, ...parts }),
    ],
  };
}

async function codes(parts: DicomParts): Promise<unknown[]> {
  const { file } = await openBuilt(parts);
  const found: unknown[] = [];
  for (let i = 0; i < file.index.count; i++) found.push(await codeOf(file.encodedFrame(i)));
  return found;
}

async function frameBytes(parts: DicomParts): Promise<number[][]> {
  const { file } = await openBuilt(parts);
  const found: number[][] = [];
  for (let i = 0; i < file.index.count; i++) found.push([...(await file.encodedFrame(i))]);
  return found;
}

const plain = streams.map((stream) => [...stream]);
const halves = streams.map((stream) => [stream.subarray(0, 12), stream.subarray(12)]);
const none = new Uint8Array(0);
const OK = 'no error';

function quarters(stream: Uint8Array): Uint8Array[] {
  return [0, 4, 8, 12].map((at) => stream.subarray(at, at === 12 ? undefined : at + 4));
}

describe('fragments and frames (PS3.5 A.4)', () => {
  it('H01: a table groups any number of fragments', async () => {
    expect(await frameBytes(jpeg({}))).toEqual(plain);
    expect(await frameBytes(jpeg({ frames: halves }))).toEqual(plain);
    const mixed = [streams[0], halves[1], streams[2]].map((frame) => frame ?? []);
    expect(await frameBytes(jpeg({ frames: mixed }))).toEqual(plain);
  });

  it('H02: no table, one frame: all fragments are its', async () => {
    const parts = { frames: halves.slice(0, 1), offsetTable: 'empty' } as const;
    const { file } = await openBuilt(jpeg(parts, { numberOfFrames: 1 }));
    expect(file.index).toMatchObject({ strategy: 'all-fragments', count: 1, confidence: 'exact' });
    expect([...(await file.encodedFrame(0))]).toEqual(plain[0]);
  });

  it('H02: Number of Frames absent is one frame, of however many fragments', async () => {
    const parts = jpeg({ offsetTable: 'empty' }, { numberOfFrames: undefined });
    expect(await frameBytes(parts)).toEqual([plain.flat()]);
    const listed = jpeg({}, { numberOfFrames: undefined });
    const { file } = await openBuilt(listed);
    expect(file.index).toMatchObject({ count: 1, strategy: 'all-fragments' });
    expect(file.warnings.map(({ code }) => code)).toEqual(['OFFSET_TABLE']);
  });

  it('H03: no table, as many fragments as frames: one each', async () => {
    const { file } = await openBuilt(jpeg({ offsetTable: 'empty' }));
    expect(file.index).toMatchObject({ strategy: 'one-fragment-per-frame', confidence: 'exact' });
    expect(await frameBytes(jpeg({ offsetTable: 'empty' }))).toEqual(plain);
  });

  it('H04: no table, more fragments than frames: a frame starts where a code stream does', async () => {
    const parts = jpeg({ frames: halves, offsetTable: 'empty' });
    const { file } = await openBuilt(parts);
    expect(file.index).toMatchObject({ strategy: 'end-marker', confidence: 'inferred', count: 3 });
    expect(await frameBytes(parts)).toEqual(plain);
  });

  it('H04: the same by RLE headers', async () => {
    const shape = { rows: 40, columns: 40, samplesPerPixel: 1, bytesPerSample: 1 };
    const frames = [7, 8].map((k) => {
      const cells = Uint8Array.from({ length: 1600 }, (_, j) => (j * k) % 251);
      return { cells, encoded: rleEncode(cells, shape) };
    });
    const pieces = frames.map(({ encoded }) => [encoded.subarray(0, 100), encoded.subarray(100)]);
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.rle,
      elements: [
        ...imagePixel({ ...shape, bitsAllocated: 8, numberOfFrames: 2 }),
        encapsulated({ frames: pieces, offsetTable: 'empty' }),
      ],
    });
    expect(file.index.strategy).toBe('rle-header');
    expect((await file.frame(1)).data).toEqual(frames[1]?.cells);
  });

  it('H05: no table and no marker: the frames cannot be told apart, the tags can be read', async () => {
    const frames = halves.map((pair) => pair.map((piece) => piece.map(() => 5)));
    const { file } = await openBuilt(jpeg({ frames, offsetTable: 'empty' }));
    expect(file.index).toMatchObject({ count: 3, strategy: 'none', confidence: 'guessed' });
    expect(await codeOf(file.frame(0))).toBe('FRAME_AMBIGUOUS');
    expect(file.dataset.get('Rows')).toBe(2);
  });

  it('H06: fewer fragments than frames: those that are there can be read', async () => {
    const parts = jpeg({ offsetTable: 'empty' }, { numberOfFrames: 5 });
    expect(await codes(parts)).toEqual([OK, OK, OK, 'FRAME_TRUNCATED', 'FRAME_TRUNCATED']);
    const { file } = await openBuilt(parts);
    expect(file.warnings.map(({ code }) => code)).toEqual(['FRAME_COUNT']);
  });

  it('H12: a table with fewer entries than frames may leave out any of them', async () => {
    // The second frame's entry is missing; so may be that of the last, which is not there.
    for (const [offsetTable, numberOfFrames] of [
      [[0, 72], 3],
      ['exact', 4],
    ] as const) {
      const frames = numberOfFrames === 3 ? streams.map(quarters) : halves;
      const parts = jpeg({ frames, offsetTable }, { numberOfFrames });
      const { file } = await openBuilt(parts);
      expect(file.warnings.map(({ code }) => code)).toContain('OFFSET_TABLE');
      const found = await codes(parts);
      if (numberOfFrames === 3) expect(await frameBytes(parts)).toEqual(plain);
      else expect(new Set(found)).toEqual(new Set(['FRAME_AMBIGUOUS']));
    }
  });

  it('H28: a table with fewer entries than frames counts where the file was cut behind them', async () => {
    const parts = jpeg({ frames: halves, delimiter: none }, { numberOfFrames: 4 });
    expect(await codes(parts)).toEqual([OK, OK, 'FRAME_TRUNCATED', 'FRAME_TRUNCATED']);
  });

  it('H10: a table whose entries are at fragments that start no frame is left out', async () => {
    // Items at 0, 20, 36, 56, 74: the third entry is at the second half of the second frame.
    const parts = jpeg({ frames: halves, offsetTable: [0, 36, 56] });
    for (const asynchronous of [false, true]) {
      const { file } = await openBuilt(parts, { asynchronous });
      expect([...(await file.encodedFrame(2))]).toEqual(plain[2]);
      expect([...(await file.encodedFrame(1))]).toEqual(plain[1]);
      expect(file.warnings.map(({ code }) => code)).toEqual(['OFFSET_TABLE']);
      expect(file.index).toMatchObject({ strategy: 'end-marker', confidence: 'inferred' });
    }
  });

  it('H28: where the file was cut, as many fragments as frames are no frames', async () => {
    const parts = jpeg({ frames: halves, offsetTable: 'empty' });
    const { pixelOffset = 0 } = dicom(parts);
    // Behind the third fragment, the first half of the second frame.
    const { file } = await openBuilt({ ...parts, truncate: pixelOffset + 8 + 36 + 20 });
    expect([...(await file.encodedFrame(0))]).toEqual(plain[0]);
    expect(await codeOf(file.encodedFrame(1))).toBe('FRAME_TRUNCATED');
    expect(await codeOf(file.encodedFrame(2))).toBe('FRAME_TRUNCATED');
    expect(file.index.confidence).toBe('inferred');
  });

  it('H04, H28: encapsulated uncompressed frames are told apart by their length', async () => {
    const cells = [1, 2, 3].map((k) => new Uint8Array(40).fill(k));
    const frames = cells.map((bytes) => [bytes.subarray(0, 30), bytes.subarray(30)]);
    const parts = (offsetTable: Encapsulated['offsetTable']): DicomParts => ({
      transferSyntax: '1.2.840.10008.1.2.1.98',
      elements: [
        ...imagePixel({ rows: 4, columns: 10, bitsAllocated: 8, numberOfFrames: 3 }),
        encapsulated({ frames, offsetTable }),
      ],
    });
    // Items at 0, 38, 56, 94, 112, 150. The second table is at the second half of the first frame.
    for (const table of ['exact', 'empty', [0, 38, 56], [0, 112]] as const) {
      const { file } = await openBuilt(parts(table));
      for (const [i, bytes] of cells.entries()) expect((await file.frame(i)).data).toEqual(bytes);
    }
    const { pixelOffset = 0 } = dicom(parts('empty'));
    const truncate = pixelOffset + 8 + 56 + 38;
    const { file } = await openBuilt({ ...parts('empty'), truncate });
    expect((await file.frame(0)).data).toEqual(cells[0]);
    expect(await codeOf(file.frame(1))).toBe('FRAME_TRUNCATED');
    expect(await codeOf(file.frame(2))).toBe('FRAME_TRUNCATED');
  });

  it.each(['-1', 'abc'])(
    'G14: Number of Frames %s is left to the table, or the items',
    async (text) => {
      const elements = (parts: Partial<Encapsulated>): DicomParts => {
        const { elements: all = [], ...rest } = jpeg(parts, { numberOfFrames: undefined });
        return { ...rest, elements: [[0x00280008, 'IS', text], ...all] };
      };
      expect(await frameBytes(elements({ frames: halves }))).toEqual(plain);
      expect(await frameBytes(elements({ offsetTable: 'empty' }))).toEqual(plain);
    },
  );

  it('H18: empty fragments are no frames where that makes the number right', async () => {
    const [a, b, c] = streams;
    if (!a || !b || !c) throw new Error('no streams');
    for (const frames of [
      [a, b, c, none],
      [a, none, b, none, none, c],
      [none, a, b, c],
    ]) {
      expect(await frameBytes(jpeg({ frames, offsetTable: 'empty' }))).toEqual(plain);
    }
    // As many as frames: the empty one is a frame, and fails alone.
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.rle,
      elements: [
        ...imagePixel({ rows: 1, columns: 4, bitsAllocated: 8, numberOfFrames: 2 }),
        encapsulated({
          frames: [
            none,
            rleEncode(new Uint8Array([1, 2, 3, 4]), {
              ...{ rows: 1, columns: 4, samplesPerPixel: 1, bytesPerSample: 1 },
            }),
          ],
          offsetTable: 'empty',
        }),
      ],
    });
    expect(await codeOf(file.frame(0))).toBe('CODEC');
    expect([...(await file.frame(1)).data]).toEqual([1, 2, 3, 4]);
  });

  it('H20: a fragment of odd length is taken by its length', async () => {
    const odd = new Uint8Array([0xff, 0xd8, 0xff, 1, 2]);
    const parts = jpeg({ frames: [odd], offsetTable: 'empty' }, { numberOfFrames: 1 });
    const { elements = [] } = parts;
    const even = await frameBytes(parts);
    expect(even).toEqual([[...odd, 0]]);
    const { file } = await openBuilt({
      ...parts,
      elements: [
        ...elements.slice(0, -1),
        raw('e0 7f 10 00 4f 42 00 00 ff ff ff ff fe ff 00 e0 00 00 00 00'),
        raw('fe ff 00 e0 05 00 00 00 ff d8 ff 01 02 fe ff dd e0 00 00 00 00'),
      ],
    });
    expect([...(await file.encodedFrame(0))]).toEqual([...odd]);
  });

  it('H23: the delimiter may be missing at the end of the file', async () => {
    for (const offsetTable of ['exact', 'empty'] as const) {
      const parts = jpeg({ offsetTable, delimiter: new Uint8Array(0) });
      expect(await frameBytes(parts)).toEqual(plain);
      const { file } = await openBuilt(parts);
      expect(file.warnings.map(({ code }) => code)).toEqual(['DELIMITER']);
    }
  });

  it('H23: so may it behind frames of several fragments', async () => {
    const delimiter = none;
    expect(await frameBytes(jpeg({ frames: halves, delimiter }))).toEqual(plain);
    const one = { frames: halves.slice(0, 1), delimiter };
    for (const offsetTable of ['exact', 'empty'] as const) {
      const parts = jpeg({ ...one, offsetTable }, { numberOfFrames: 1 });
      expect(await frameBytes(parts)).toEqual(plain.slice(0, 1));
      // A few bytes of one more item.
      const cut = { ...parts, trailing: Uint8Array.of(0xfe, 0xff, 0, 0xe0) };
      if (offsetTable === 'exact') expect(await codes(cut)).toEqual(['FRAME_TRUNCATED']);
    }
  });

  it('H25: bytes of a delimiter in a payload are payload', async () => {
    const fake = hex('fe ff dd e0 00 00 00 00 fe ff 00 e0 04 00 00 00 01 02 03 04');
    const frames = streams.map((stream) => Uint8Array.from([...stream, ...fake]));
    for (const offsetTable of ['exact', 'empty'] as const) {
      expect(await frameBytes(jpeg({ frames, offsetTable }))).toEqual(frames.map((f) => [...f]));
    }
  });

  it('H26: without any table item, the first fragment is no table', async () => {
    expect(await frameBytes(jpeg({ offsetTable: 'none' }))).toEqual(plain);
    const { file } = await openBuilt(jpeg({ offsetTable: 'none' }));
    expect(file.warnings.map(({ code }) => code)).toEqual(['OFFSET_TABLE']);
  });

  it('H22: bytes that are no item lose the frames behind them, not those before', async () => {
    for (const offsetTable of ['exact', 'empty'] as const) {
      const built = dicom(jpeg({ offsetTable }));
      const table = offsetTable === 'exact' ? 12 : 0;
      const third = (built.pixelOffset ?? 0) + 8 + table + 28 + 30;
      expect(built.bytes[third]).toBe(0xfe);
      const bytes = built.bytes.slice();
      bytes[third + 2] = 0x77;
      const { file } = await openBuilt({ preamble: false, meta: false, trailing: bytes });
      expect([...(await file.encodedFrame(1))]).toEqual(plain[1]);
      await expect(file.encodedFrame(2)).rejects.toMatchObject({
        ...{ code: 'ITEM_EXPECTED', details: { offset: third } },
      });
    }
  });

  it.each(['exact', 'empty'] as const)(
    'H21, H28: a file cut anywhere gives exactly its whole frames (table: %s)',
    async (offsetTable) => {
      const parts = jpeg({ offsetTable });
      const { bytes, pixelOffset = 0 } = dicom(parts);
      const table = offsetTable === 'exact' ? 12 : 0;
      const ends = [28, 58, 90].map((end) => pixelOffset + 8 + table + end);
      for (let length = (ends[1] ?? 0) - 29; length < bytes.length; length++) {
        const { file } = await openBuilt({ ...parts, truncate: length });
        const found: unknown[] = [];
        for (let i = 0; i < 3; i++) found.push(await codeOf(file.encodedFrame(i)));
        // Without a table, only the start of the second fragment tells that the first is a frame.
        const shown = offsetTable === 'exact' || length >= (ends[0] ?? 0) + 16;
        const whole = ends.map((end) => shown && length >= end);
        expect(found.map((code) => code === OK)).toEqual(whole);
        const reasons = found.filter((code) => code !== OK);
        expect(['FRAME_TRUNCATED', 'FRAME_AMBIGUOUS']).toEqual(expect.arrayContaining(reasons));
        expect(file.warnings.length).toBeGreaterThan(0);
      }
    },
  );

  it('H28: of frames of several fragments, one that misses a fragment is not there', async () => {
    const parts = jpeg({ frames: halves });
    const { pixelOffset = 0 } = dicom(parts);
    // Behind the first fragment of the second frame.
    const { file } = await openBuilt({ ...parts, truncate: pixelOffset + 8 + 12 + 36 + 20 });
    expect([...(await file.encodedFrame(0))]).toEqual(plain[0]);
    expect(await codeOf(file.encodedFrame(1))).toBe('FRAME_TRUNCATED');
    expect(await codeOf(file.encodedFrame(2))).toBe('FRAME_TRUNCATED');
  });

  it('H21: a fragment longer than the file fails alone', async () => {
    const { elements = [], ...rest } = jpeg({ frames: streams.slice(0, 2) });
    const { file } = await openBuilt({
      ...rest,
      elements: [
        ...elements.slice(0, -1),
        encapsulated({
          frames: streams.slice(0, 2),
          offsetTable: 'empty',
          delimiter: new Uint8Array(0),
        }),
        fragment(streams[2] ?? new Uint8Array(0), 0xffffffff),
      ],
    });
    expect([...(await file.encodedFrame(1))]).toEqual(plain[1]);
    expect(await codeOf(file.encodedFrame(2))).toBe('FRAME_TRUNCATED');
  });

  it('F10: a video is one stream', async () => {
    const parts = {
      ...jpeg({ frames: halves, offsetTable: 'empty' }),
      transferSyntax: SYNTAX.mpeg2,
    };
    const { file } = await openBuilt(parts);
    expect(file.index).toMatchObject({ strategy: 'video', count: 1, declaredCount: 3 });
    expect([...(await file.encodedFrame(0))]).toEqual(plain.flat());
    expect(await codeOf(file.frame(0))).toBe('FRAME_AMBIGUOUS');
  });

  it('no fragment at all is no pixel data', async () => {
    expect(await codeOf((await openBuilt(jpeg({ frames: [] }))).file.frame(0))).toBe(
      'NO_PIXEL_DATA',
    );
  });

  it('with strict, the first fault is thrown', async () => {
    const parts = jpeg({ offsetTable: [0, 1, 2] });
    expect(await codeOf(openBuilt(parts, { strict: true }))).toBe('OFFSET_TABLE');
  });

  it('H08: frames that are none', async () => {
    const { file } = await openBuilt(jpeg({}));
    for (const i of [3, -1, NaN, 1.5, 2 ** 53, Infinity]) {
      expect(await codeOf(file.frame(i))).toBe('FRAME_RANGE');
      expect(await codeOf(file.encodedFrame(i))).toBe('FRAME_RANGE');
      expect(() => file.index.ranges(i)).toThrow(/FRAME_RANGE/);
    }
  });
});
