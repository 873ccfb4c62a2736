import { describe, expect, it } from 'vitest';
import { encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { concat, hex } from '../support/build-value.js';
import { box, jp2, jpeg, jpeg2000, segment, tilePart } from '../support/code-streams.js';
import { DELIMITER, itemOf, numberedJpeg, piecesOf } from '../support/encapsulations.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { rleEncode } from '../support/rle-encode.js';
import { frameResults, toleratedFrames } from '../support/tolerated-frames.js';
const streams = [0, 1, 2].map(numberedJpeg);
const plain = streams.map((stream) => [...stream]);
const halves = streams.map((stream) => piecesOf(stream, 20));
const quarters = streams.map((stream) => piecesOf(stream, 4, 16, 30));
const none = new Uint8Array(0);
function parts({ transferSyntax = SYNTAX.jpegBaseline, ...given }, pixel = {}) {
  return {
    transferSyntax,
    elements: [
      ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: 3, ...pixel }),
      encapsulated({ frames: streams, ...given }),
    ],
  };
}
/** With Number of Frames as these characters. */
function counted(text, given) {
  const { elements: all = [], ...rest } = parts(given, { numberOfFrames: undefined });
  return { ...rest, elements: [[0x00280008, 'IS', text], ...all] };
}
const FRAMES = 0x00280008;
const noFaults = () => [];
describe('fragments and frames (PS3.5 A.4)', () => {
  it.each([
    ['one a frame', streams, 'exact'],
    ['two a frame', halves, 'exact'],
    ['four a frame', quarters, 'exact'],
    ['any number', [streams[0], quarters[1], halves[2]].map((frame) => frame ?? []), 'exact'],
  ])('H01: a table groups fragments, %s', async (_, frames) => {
    const file = await toleratedFrames(parts({ frames }), plain, noFaults);
    expect(file.index).toMatchObject({ strategy: 'basic-offset-table', confidence: 'exact' });
    const fragments = frames.flat().length;
    expect(file.index.counts).toEqual({ declared: 3, found: 3, byBytes: undefined, fragments });
  });
  it('H02: no table, one frame: all fragments are its', async () => {
    const given = { frames: quarters.slice(1, 2), offsetTable: 'empty' };
    const one = parts(given, { numberOfFrames: 1 });
    const file = await toleratedFrames(one, plain.slice(1, 2), noFaults);
    expect(file.index).toMatchObject({ strategy: 'all-fragments', count: 1, confidence: 'exact' });
    expect(file.index.counts).toMatchObject({ declared: 1, found: 1, fragments: 4 });
    const absent = parts(given, { numberOfFrames: undefined });
    await toleratedFrames(absent, plain.slice(1, 2), noFaults);
  });
  it('H03: no table, as many fragments as frames: one each', async () => {
    const file = await toleratedFrames(parts({ offsetTable: 'empty' }), plain, noFaults);
    expect(file.index).toMatchObject({ strategy: 'one-fragment-per-frame', confidence: 'exact' });
  });
  it('H04: no table, more fragments than frames: a frame starts where a code stream does', async () => {
    for (const frames of [halves, quarters]) {
      const file = await toleratedFrames(parts({ frames, offsetTable: 'empty' }), plain, noFaults);
      expect(file.index).toMatchObject({
        strategy: 'end-marker',
        confidence: 'verified',
        count: 3,
      });
    }
  });
  it('H04: an image inside of a segment is none, wherever fragments begin', async () => {
    // The picture of a picture, as APP1 holds one: its start is a fragment's, behind another's end.
    const inner = jpeg({ scans: [hex('12 34')] });
    const pictured = [0, 1, 2].map((k) => {
      const within = segment(0xe1, concat(Uint8Array.of(k, k), inner, inner));
      const bytes = jpeg({ before: concat(segment(0xfe, Uint8Array.of(0, k)), within) });
      const start = 2 + 6 + 4 + 2 + inner.length;
      return { bytes, pieces: piecesOf(bytes, start, start + inner.length) };
    });
    const frames = pictured.map(({ pieces }) => pieces);
    const expected = pictured.map(({ bytes }) => [...bytes]);
    expect(frames.flat().map((piece) => piece.length % 2)).not.toContain(1);
    const given = parts({ frames, offsetTable: 'empty' });
    const file = await toleratedFrames(given, expected, noFaults);
    expect(file.index).toMatchObject({ strategy: 'end-marker', confidence: 'verified' });
  });
  it('H04: the same by RLE headers', async () => {
    const shape = { rows: 40, columns: 40, samplesPerPixel: 1, bytesPerSample: 1 };
    const frames = [7, 8].map((k) =>
      rleEncode(
        Uint8Array.from({ length: 1600 }, (_, j) => (j * k) % 251),
        shape,
      ),
    );
    const given = {
      ...{ transferSyntax: SYNTAX.rle, offsetTable: 'empty' },
      frames: frames.map((bytes) => piecesOf(bytes, 100, 700)),
    };
    const built = parts(given, { ...shape, numberOfFrames: 2 });
    const file = await toleratedFrames(
      built,
      frames.map((bytes) => [...bytes]),
      noFaults,
    );
    expect(file.index.strategy).toBe('rle-header');
  });
  it('H04: a fragment of a few bytes that starts a frame starts it', async () => {
    for (const places of [[2, 8], [2], [2, 2], [42]]) {
      const frames = streams.map((stream) => piecesOf(stream, ...places));
      for (const offsetTable of ['exact', 'empty']) {
        await toleratedFrames(parts({ frames, offsetTable }), plain, noFaults);
      }
    }
  });
  it.each(['exact', 'empty', [0, 38, 56], [0, 112]])(
    'H04: encapsulated uncompressed frames are told apart by their length (table %s)',
    async (offsetTable) => {
      const cells = [1, 2, 3].map((k) => new Uint8Array(40).fill(k));
      const frames = cells.map((bytes) => piecesOf(bytes, 30));
      // Items at 0, 38, 56, 94, 112, 150. One table is at the second half of the first frame.
      const given = { frames, offsetTable, transferSyntax: '1.2.840.10008.1.2.1.98' };
      const built = parts(given, { rows: 4, columns: 10 });
      const wrong = typeof offsetTable !== 'string';
      const file = await toleratedFrames(
        built,
        cells.map((bytes) => [...bytes]),
        ({ pixels }) => (wrong ? [['OFFSET_TABLE', pixels + 8 + 4]] : []),
      );
      const { strategy } = file.index;
      const expected = offsetTable === 'exact' ? 'basic-offset-table' : 'frame-length';
      expect(strategy).toBe(wrong ? 'repaired' : expected);
    },
  );
  it('H05: no table and no marker: the frames cannot be told apart, the tags can be read', async () => {
    const frames = halves.map((pair) => pair.map((piece) => piece.map(() => 5)));
    const given = parts({ frames, offsetTable: 'empty' });
    const file = await toleratedFrames(given, Array(3).fill('FRAME_AMBIGUOUS'), noFaults);
    expect(file.index).toMatchObject({ count: 3, strategy: 'none', confidence: 'guessed' });
    expect(file.index.counts).toMatchObject({ declared: 3, found: 0, fragments: 6 });
    expect(() => file.index.ranges(0)).toThrow(/FRAME_AMBIGUOUS/);
    expect(file.dataset.get('Rows')).toBe(2);
  });
  it('H05: one start that is missing leaves no frame to be taken for another', async () => {
    const [first = [], [start = none, rest = none] = [], third = []] = halves;
    const broken = start.with(1, 0);
    const given = parts({ frames: [first, [broken, rest], third], offsetTable: 'empty' });
    const { file } = await openBuilt(given);
    for (const [i, result] of (await frameResults(file)).entries()) {
      if (typeof result !== 'string') expect(result).toEqual(plain[i]);
      else expect(result).toBe('FRAME_AMBIGUOUS');
    }
  });
  it('H06: fewer fragments than frames: those that are there can be read', async () => {
    const given = parts({ offsetTable: 'empty' }, { numberOfFrames: 5 });
    const expected = [...plain, 'FRAME_TRUNCATED', 'FRAME_TRUNCATED'];
    const file = await toleratedFrames(given, expected, ({ pixels }) => [['FRAME_COUNT', pixels]]);
    expect(file.index).toMatchObject({ count: 3, declaredCount: 5, confidence: 'inferred' });
    expect(file.index.counts).toMatchObject({ declared: 5, found: 3, fragments: 3 });
    expect(await codeOf(file.encodedFrame(5))).toBe('FRAME_RANGE');
  });
  it.each([
    ['no table', { offsetTable: 'empty' }, 'end-marker'],
    ['no table, several fragments', { frames: halves, offsetTable: 'empty' }, 'end-marker'],
    ['a table', {}, 'basic-offset-table'],
  ])('H07: Number of Frames absent: a frame a code stream (%s)', async (_, given, strategy) => {
    const built = parts(given, { numberOfFrames: undefined });
    const { file } = await openBuilt(built);
    expect(await frameResults(file)).toEqual(plain);
    expect(file.index).toMatchObject({ count: 3, declaredCount: 1, strategy });
    expect(file.index.counts).toMatchObject({ declared: undefined, found: 3 });
    expect(file.warnings.map(({ code }) => code)).toEqual(['FRAME_COUNT']);
  });
  it.each([2, 4, 1, 6, 2 ** 31 - 1])(
    'H07: Number of Frames %d of three: as many as there are',
    async (numberOfFrames) => {
      for (const offsetTable of ['exact', 'empty']) {
        for (const frames of [streams, halves, quarters]) {
          const { file } = await openBuilt(parts({ frames, offsetTable }, { numberOfFrames }));
          expect(file.index.declaredCount).toBe(numberOfFrames);
          for (let i = 0; i < 3; i++) expect([...(await file.encodedFrame(i))]).toEqual(plain[i]);
          expect(file.index).toMatchObject({
            count: 3,
            counts: { declared: numberOfFrames, found: 3 },
          });
          const beyond = numberOfFrames > 3 ? 'FRAME_TRUNCATED' : 'FRAME_RANGE';
          expect(await codeOf(file.encodedFrame(3))).toBe(beyond);
          expect(file.warnings.map(({ code }) => code)).toContain('FRAME_COUNT');
        }
      }
    },
  );
  it.each(['0', '-1', 'abc', '1A', '', '3\\4'])(
    'H07, G14: Number of Frames "%s" is left to the fragments',
    async (text) => {
      for (const frames of [streams, halves, quarters]) {
        for (const offsetTable of ['exact', 'empty']) {
          const { file, built } = await openBuilt(counted(text, { frames, offsetTable }));
          expect((await frameResults(file)).slice(0, 3)).toEqual(plain);
          expect(file.index.count).toBe(3);
          const [fault] = file.warnings.filter(({ code }) => code === 'FRAME_COUNT');
          expect(fault?.offset).toBe(built.offsets.get(FRAMES));
          expect(await codeOf(openBuilt(counted(text, { frames }), { strict: true }))).not.toBe(
            'no error',
          );
        }
      }
    },
  );
  it('H08: frames that are none', async () => {
    for (const asynchronous of [false, true]) {
      const { file } = await openBuilt(parts({}), { asynchronous });
      for (const i of [3, -1, NaN, 1.5, 2 ** 53, Infinity]) {
        expect(await codeOf(file.frame(i))).toBe('FRAME_RANGE');
        expect(await codeOf(file.encodedFrame(i))).toBe('FRAME_RANGE');
        expect(() => file.index.ranges(i)).toThrow(/FRAME_RANGE/);
      }
    }
  });
  it('H18: empty fragments are no frames where that makes the number right', async () => {
    const [a = none, b = none, c = none] = streams;
    for (const frames of [
      [a, b, c, none],
      [a, none, b, none, none, c],
      [none, a, b, c],
    ]) {
      await toleratedFrames(parts({ frames, offsetTable: 'empty' }), plain, noFaults);
    }
  });
  it('H18: as many fragments as frames: an empty one is a frame, and fails alone', async () => {
    const [a = none, , c = none] = streams;
    const [first = [], , third = []] = plain;
    const given = parts({ frames: [a, none, c], offsetTable: 'empty' });
    await toleratedFrames(given, [first, 'FRAME_TRUNCATED', third], noFaults);
    const tabled = parts({ frames: [a, none, c] });
    await toleratedFrames(tabled, [first, 'FRAME_TRUNCATED', third], noFaults);
  });
  it('H18: an empty fragment at the start, in the midst or at the end of a frame is of that frame', async () => {
    const frames = halves.map(([start = none, rest = none]) => [none, start, none, rest, none]);
    for (const offsetTable of ['exact', 'empty']) {
      await toleratedFrames(parts({ frames, offsetTable }), plain, noFaults);
    }
  });
  it('H20: fragments of odd length are taken by their length, and told of once', async () => {
    const frames = [1, 2, 3].map((k) => jpeg({ scans: [new Uint8Array(2 * k + 1)] }));
    expect(frames.map((bytes) => bytes.length % 2)).toEqual(frames.map(({ length }) => length % 2));
    const odd = frames.map((bytes) => bytes.subarray(0, bytes.length - ((bytes.length + 1) % 2)));
    const items = concat(...odd.map(itemOf), DELIMITER);
    const { elements = [], ...rest } = parts({
      frames: [],
      offsetTable: 'empty',
      delimiter: items,
    });
    const file = await toleratedFrames(
      { ...rest, elements },
      odd.map((bytes) => [...bytes]),
      ({ pixels }) => [['ODD_LENGTH', pixels + 8]],
    );
    expect(file.warnings[0]?.message).toBe('3 fragments of odd length');
  });
  it('H25: bytes of items and delimiters in a payload are payload', async () => {
    const fakes = concat(DELIMITER, itemOf(Uint8Array.of(1, 2, 3, 4)), itemOf(none), DELIMITER);
    const frames = [0, 1, 2].map((k) =>
      jpeg({ before: segment(0xfe, concat(fakes, hex(`0${k}`), none)) }),
    );
    const cut = frames.map((bytes) => piecesOf(bytes, 6, 6 + 8, 6 + 8 + 12));
    for (const given of [frames, cut]) {
      for (const offsetTable of ['exact', 'empty', 'none']) {
        const { file } = await openBuilt(parts({ frames: given, offsetTable }));
        const padded = frames.map((bytes) => [...bytes, ...(bytes.length % 2 === 0 ? [] : [0])]);
        expect(await frameResults(file)).toEqual(padded);
        expect(file.warnings.filter(({ code }) => code !== 'OFFSET_TABLE')).toEqual([]);
      }
    }
  });
  it('H26: without any table item, the first fragment is no table', async () => {
    for (const frames of [streams, halves]) {
      const given = parts({ frames, offsetTable: 'none' });
      await toleratedFrames(given, plain, ({ pixels }) => [['OFFSET_TABLE', pixels]]);
    }
  });
  it('H26: where the first fragment shows no start, no frame is another’s', async () => {
    const cells = [1, 2, 3].map((k) => new Uint8Array(40).fill(k));
    const given = { frames: cells, offsetTable: 'none' };
    const pixel = { rows: 4, columns: 10 };
    for (const transferSyntax of ['1.2.840.10008.1.2.1.98', '1.2.3.4.5', '1.2.840.10008.1.2.8.1']) {
      const { file } = await openBuilt(parts({ ...given, transferSyntax }, pixel));
      for (const [i, result] of (await frameResults(file)).entries()) {
        if (typeof result !== 'string') expect(result).toEqual([...(cells[i] ?? none)]);
      }
    }
  });
  it('H29: what stands behind the end of a code stream is of its frame', async () => {
    const tails = [
      hex('00'),
      hex('ff ff ff'),
      hex('00 00 00 00 20 20'),
      new Uint8Array(40).fill(1),
    ];
    for (const tail of tails) {
      const frames = streams.map((stream) => concat(stream, tail, new Uint8Array(tail.length % 2)));
      const expected = frames.map((bytes) => [...bytes]);
      for (const offsetTable of ['exact', 'empty']) {
        await toleratedFrames(parts({ frames, offsetTable }), expected, noFaults);
        const pieces = frames.map((bytes) => piecesOf(bytes, 20));
        await toleratedFrames(parts({ frames: pieces, offsetTable }), expected, noFaults);
      }
    }
  });
  it.each([
    ['in boxes', jp2(box('jp2c', jpeg2000()))],
    ['in a box of open length', jp2(box('jp2c', jpeg2000(), 0))],
    ['of several tile-parts', jpeg2000([tilePart(hex('01 02')), tilePart(hex('ff 30 05'))])],
    ['whose last tile-part is of open length', jpeg2000([tilePart(hex('01 02'), 0)])],
  ])('H34: JPEG 2000 %s, by its code streams', async (_, stream) => {
    const padded = concat(stream, new Uint8Array(stream.length % 2));
    const frames = [1, 2].map(() => piecesOf(stream, 14, 40));
    for (const transferSyntax of [SYNTAX.jpeg2000, SYNTAX.htj2kLossless]) {
      const given = parts({ frames, offsetTable: 'empty', transferSyntax }, { numberOfFrames: 2 });
      await toleratedFrames(given, [[...padded], [...padded]], noFaults);
    }
  });
  it('F10: a video is one stream', async () => {
    const given = { frames: halves, offsetTable: 'empty', transferSyntax: SYNTAX.mpeg2 };
    const { file } = await openBuilt(parts(given));
    expect(file.index).toMatchObject({ strategy: 'video', count: 1, declaredCount: 3 });
    expect([...(await file.encodedFrame(0))]).toEqual(plain.flat());
    expect(await codeOf(file.frame(0))).toBe('FRAME_AMBIGUOUS');
  });
  it('F10: a video longer than a frame may be comes in pieces', async () => {
    const stream = Uint8Array.from({ length: 2_500_001 }, (_, k) => k % 251);
    const pieces = [stream.subarray(0, 1_200_000), stream.subarray(1_200_000)];
    const given = { frames: [pieces], offsetTable: 'empty', transferSyntax: SYNTAX.mpeg2 };
    const { file, source } = await openBuilt(parts(given), { limits: { maxFrameBytes: 1000 } });
    expect(await codeOf(file.encodedFrame(0))).toBe('FRAME_LIMIT');
    source.forget();
    const found = [];
    for await (const piece of file.encodedStream(0)) found.push(piece);
    // Its length is odd, so its last fragment is padded.
    expect(concat(...found)).toEqual(concat(stream, Uint8Array.of(0)));
    expect(found.length).toBeGreaterThan(2);
    for (const [, length] of source.reads) expect(length).toBeLessThanOrEqual(1024 * 1024);
    const image = await openBuilt(parts({}));
    const single = [];
    for await (const piece of image.file.encodedStream(1)) single.push(piece);
    expect(single.map((piece) => [...piece])).toEqual([plain[1]]);
  });
  it('no fragment at all is no pixel data', async () => {
    for (const offsetTable of ['exact', 'empty']) {
      const { file } = await openBuilt(parts({ frames: [], offsetTable }));
      expect(await codeOf(file.frame(0))).toBe('NO_PIXEL_DATA');
      expect(file.index).toMatchObject({
        count: 0,
        counts: { declared: 3, found: 0, fragments: 0 },
      });
    }
  });
});
