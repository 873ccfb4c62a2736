import { describe, expect, it } from 'vitest';
import { dicom, encapsulated, imagePixel, raw, SYNTAX } from '../support/build-dicom.js';
import { concat, hex } from '../support/build-value.js';
import { numberedJpeg, piecesOf, startsOf } from '../support/encapsulations.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { rleEncode } from '../support/rle-encode.js';
import { frameResults, toleratedFrames } from '../support/tolerated-frames.js';
const streams = [0, 1, 2].map(numberedJpeg);
const plain = streams.map((stream) => [...stream]);
const halves = streams.map((stream) => piecesOf(stream, 20));
const none = new Uint8Array(0);
const TABLES = ['exact', 'empty'];
const TRUNCATED = 'FRAME_TRUNCATED';
/** Of what is left of a first fragment, nothing may be known. */
const NOT_THERE = [TRUNCATED, 'NO_PIXEL_DATA', 'FRAME_AMBIGUOUS'];
function parts(given, pixel = {}) {
  return {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: 3, ...pixel }),
      encapsulated({ frames: streams, ...given }),
    ],
  };
}
/** The file with some of its bytes replaced, counted from the first item behind the table. */
function broken(given, offsetTable, at, text) {
  const { bytes, pixelOffset = 0 } = dicom(given);
  const place = pixelOffset + 8 + (offsetTable === 'exact' ? 12 : 0) + at;
  const changed = bytes.slice();
  changed.set(hex(text), place);
  return { place, parts: { preamble: false, meta: false, trailing: changed } };
}
/** Frames by any order of asking: none is ever another's. */
async function expectOwn(given, expected) {
  for (const asynchronous of [false, true]) {
    const { file } = await openBuilt(given, { asynchronous });
    for (const [i, frame] of [...expected.entries()].reverse()) {
      const found = await file.encodedFrame(i).then(
        (bytes) => [...bytes],
        () => 'error',
      );
      const what = `frame ${i} of ${given.truncate ?? 'all'}`;
      expect([what, found]).toEqual([what, typeof frame === 'string' ? 'error' : frame]);
    }
  }
}
describe('H21: lengths of fragments that lie', () => {
  it.each(TABLES)('longer than the file: it fails alone (table: %s)', async (offsetTable) => {
    const given = parts({ offsetTable });
    const at = startsOf(streams)[2] ?? 0;
    for (const length of ['f0ffffff', '00000080', 'ffffff7f', '00100000']) {
      const { parts: changed } = broken(given, offsetTable, at + 4, length);
      const { file } = await openBuilt(changed);
      const [first = [], second = []] = plain;
      expect(await frameResults(file)).toEqual([first, second, TRUNCATED]);
      await expectOwn(changed, [first, second, TRUNCATED]);
    }
  });
  it.each(TABLES)('undefined: it is no item (table: %s)', async (offsetTable) => {
    const at = startsOf(streams)[2] ?? 0;
    const undefinedItem = 'feff00e0ffffffff';
    const { parts: changed, place } = broken(
      parts({ offsetTable }),
      offsetTable,
      at,
      undefinedItem,
    );
    const { file } = await openBuilt(changed);
    const [first = [], second = []] = plain;
    expect(await frameResults(file)).toEqual([first, second, 'ITEM_EXPECTED']);
    expect(file.warnings.map(({ code, offset }) => [code, offset])).toContainEqual([
      'ITEM_EXPECTED',
      place,
    ]);
    await expect(file.encodedFrame(2)).rejects.toMatchObject({ details: { offset: place } });
    expect(await codeOf(openBuilt(changed, { strict: true }))).toBe('ITEM_EXPECTED');
  });
  it.each(TABLES)(
    'too short or too long by some bytes: no frame of other bytes (table: %s)',
    async (offsetTable) => {
      const [, at = 0] = startsOf(streams);
      const [first = [], second = []] = plain;
      for (const length of [2, 40, 46, 47, 49, 50, 56]) {
        const text = `${length.toString(16).padStart(2, '0')}000000`;
        const { parts: changed } = broken(parts({ offsetTable }), offsetTable, at + 4, text);
        for (const asynchronous of [false, true]) {
          const { file } = await openBuilt(changed, { asynchronous });
          const [one, two, three] = await frameResults(file);
          expect(one).toEqual(first);
          // With bytes behind its end, a code stream still is one.
          if (typeof two === 'object') expect(two.slice(0, second.length)).toEqual(second);
          if (typeof three === 'object') expect(three).toEqual(plain[2]);
        }
      }
    },
  );
});
describe('H22: bytes that are no item', () => {
  it('lose the frames behind them, not those before', async () => {
    const at = startsOf(streams)[2] ?? 0;
    const { parts: changed, place } = broken(
      parts({ offsetTable: 'empty' }),
      'empty',
      at,
      'feff77e0',
    );
    const [first = [], second = []] = plain;
    for (const asynchronous of [false, true]) {
      const { file } = await openBuilt(changed, { asynchronous });
      expect(await frameResults(file)).toEqual([first, second, 'ITEM_EXPECTED']);
      await expect(file.encodedFrame(2)).rejects.toMatchObject({ details: { offset: place } });
      expect(file.warnings.map(({ code, offset }) => [code, offset])[0]).toEqual([
        'ITEM_EXPECTED',
        place,
      ]);
      expect(file.index).toMatchObject({
        count: 2,
        declaredCount: 3,
        counts: { declared: 3, found: 2 },
      });
    }
    expect(await codeOf(openBuilt(changed, { strict: true }))).toBe('ITEM_EXPECTED');
  });
  it('with a table, give no frame of other bytes', async () => {
    for (const frames of [streams, halves]) {
      const items = startsOf(frames.flatMap((frame) => [frame].flat()));
      for (const at of items) {
        const { parts: changed, place } = broken(parts({ frames }), 'exact', at, 'feff77e0');
        for (const asynchronous of [false, true]) {
          const { file } = await openBuilt(changed, { asynchronous });
          const results = await frameResults(file);
          expect(results.some((result) => typeof result === 'string')).toBe(true);
          for (const [i, result] of results.entries()) {
            if (typeof result === 'object') expect(result).toEqual(plain[i]);
          }
          const codes = file.warnings.map(({ code, offset }) => [code, offset]);
          expect(codes).toContainEqual(['ITEM_EXPECTED', place]);
        }
      }
    }
  });
  it('a single frame that is broken in its midst is not there', async () => {
    for (const offsetTable of TABLES) {
      const given = parts({ frames: halves.slice(0, 1), offsetTable }, { numberOfFrames: 1 });
      const table = offsetTable === 'exact' ? 4 : 0;
      const { parts: changed } = broken(given, 'empty', table + 28 + 2, '77e0');
      const { file } = await openBuilt(changed);
      expect(await codeOf(file.encodedFrame(0))).not.toBe('no error');
    }
  });
  it('at the start, there are no frames', async () => {
    const { elements = [], ...rest } = parts({});
    const pixels = raw('e0 7f 10 00 4f 42 00 00 ff ff ff ff 01 02 03 04 05 06 07 08');
    const { file, built } = await openBuilt({
      ...rest,
      elements: [...elements.slice(0, -1), pixels],
    });
    expect(await codeOf(file.frame(0))).toBe('ITEM_EXPECTED');
    expect(file.index).toMatchObject({ count: 0, declaredCount: 3 });
    await expect(file.frame(0)).rejects.toMatchObject({
      details: { offset: built.bytes.length - 8 },
    });
  });
});
describe('H23, H24: the delimiter of the pixel data', () => {
  it('H23, H26: what is wrong with the fragments is told once, with a table or without', async () => {
    const frames = [1, 2, 3].map((k) => new Uint8Array(40).fill(k));
    const transferSyntax = '1.2.840.10008.1.2.1.98';
    for (const offsetTable of ['none', 'empty', 'exact', [0, 2, 4]]) {
      const shape = { rows: 4, columns: 10 };
      const given = parts({ frames, delimiter: none, offsetTable }, shape);
      const { file } = await openBuilt({ ...given, transferSyntax });
      await frameResults(file);
      const codes = file.warnings.map(({ code }) => code);
      expect([offsetTable, codes]).toEqual([offsetTable, [...new Set(codes)]]);
      expect(codes).toContain('DELIMITER');
    }
  });
  const endings = [
    ['missing at the end of the file', '', 0],
    ['of undefined length', 'fe ff dd e0 ff ff ff ff', 8],
    ['of a length', 'fe ff dd e0 08 00 00 00', 8],
    ['an item delimiter', 'fe ff 0d e0 00 00 00 00', 8],
    ['zeros', '00 00 00 00 00 00 00 00', 8],
    ['missing before padding', 'fc ff fc ff 4f 42 00 00 04 00 00 00 00 00 00 00', 0],
  ];
  it.each(endings)('%s', async (_, text, length) => {
    for (const offsetTable of TABLES) {
      for (const frames of [streams, halves]) {
        const given = parts({ frames, offsetTable, delimiter: hex(text) });
        const end = startsOf([...frames.flat(), none]).at(-1) ?? 0;
        const table = offsetTable === 'exact' ? 20 : 8;
        await toleratedFrames(given, plain, ({ pixels }) => [
          ['DELIMITER', pixels + table + end + length],
        ]);
      }
    }
  });
  it('of one frame of several fragments', async () => {
    for (const [, text] of endings) {
      for (const offsetTable of TABLES) {
        const one = { frames: halves.slice(0, 1), offsetTable, delimiter: hex(text) };
        const { file } = await openBuilt(parts(one, { numberOfFrames: 1 }));
        expect(await frameResults(file)).toEqual(plain.slice(0, 1));
      }
    }
  });
});
describe('H23: a delimiter that was cut', () => {
  it.each(['fe', 'fe ff dd e0', 'fe ff dd e0 00 00 00'])('to %s costs no frame', async (text) => {
    for (const offsetTable of TABLES) {
      const given = parts({ offsetTable, delimiter: hex(text) });
      const { bytes } = dicom(given);
      const end = bytes.length - hex(text).length;
      await toleratedFrames(given, plain, () => [['DELIMITER', end]]);
      const { file } = await openBuilt(
        parts({ frames: halves, offsetTable, delimiter: hex(text) }),
      );
      expect((await frameResults(file)).slice(0, 2)).toEqual(plain.slice(0, 2));
    }
  });
});
describe('H27: elements behind the pixel data', () => {
  it('are read when they are asked for, and cost no frame', async () => {
    const behind = hex('fc ff fc ff 4f 42 00 00 02 00 00 00 00 00');
    for (const offsetTable of TABLES) {
      const given = { ...parts({ offsetTable }), trailing: behind };
      await toleratedFrames(given, plain, () => []);
      const { file } = await openBuilt(given, { behindPixelData: true });
      expect(file.dataset.has(0xfffcfffc)).toBe(true);
      expect(await frameResults(file)).toEqual(plain);
      const { source } = await openBuilt(given);
      const { bytes } = dicom(given);
      expect(source.reads.every(([at]) => at < bytes.length - behind.length)).toBe(true);
    }
  });
});
describe('H28: files that were cut', () => {
  it.each(TABLES)('anywhere: exactly their whole frames (table: %s)', async (offsetTable) => {
    for (const frames of [streams, halves]) {
      const given = parts({ frames, offsetTable });
      const { bytes, pixelOffset = 0 } = dicom(given);
      const start = pixelOffset + 8 + (offsetTable === 'exact' ? 12 : 0);
      const [, second = 0, third = 0] = startsOf(frames);
      const whole = [second, third, bytes.length - start - 8].map((end) => start + end);
      for (let length = start; length < bytes.length; length++) {
        const expected = whole.map((end, i) => (length >= end ? (plain[i] ?? []) : TRUNCATED));
        await expectOwn({ ...given, truncate: length }, expected);
        const { file } = await openBuilt({ ...given, truncate: length });
        for (const result of await frameResults(file)) {
          if (typeof result === 'string') expect(NOT_THERE).toContain(result);
        }
        expect(file.index.declaredCount).toBe(3);
        expect(await codeOf(openBuilt({ ...given, truncate: length }, { strict: true }))).not.toBe(
          'no error',
        );
      }
    }
  });
  it.each(TABLES)(
    'count the frames that begin inside the data (table: %s)',
    async (offsetTable) => {
      const given = parts({ offsetTable });
      const { pixelOffset = 0 } = dicom(given);
      const start = pixelOffset + 8 + (offsetTable === 'exact' ? 12 : 0);
      const [, second = 0] = startsOf(streams);
      const { file } = await openBuilt({ ...given, truncate: start + second + 8 + 30 });
      expect(file.index).toMatchObject({ count: 2, declaredCount: 3 });
      expect(file.index.counts).toMatchObject({ declared: 3, found: 1, fragments: 2 });
      expect(await frameResults(file)).toEqual([plain[0], TRUNCATED, TRUNCATED]);
      await expect(file.encodedFrame(1)).rejects.toMatchObject({
        details: { frame: 1, offset: start + second + 8, needed: 46, available: 30 },
      });
      expect(await codeOf(file.encodedFrame(3))).toBe('FRAME_RANGE');
    },
  );
  it('a table with fewer entries than frames counts where the file was cut behind them', async () => {
    const given = parts({ frames: halves, delimiter: none }, { numberOfFrames: 4 });
    const { file } = await openBuilt(given);
    const results = await frameResults(file);
    expect(results.slice(0, 2)).toEqual(plain.slice(0, 2));
    expect(results[3]).toBe(TRUNCATED);
  });
  it('as many fragments as frames are no frames', async () => {
    const given = parts({ frames: halves, offsetTable: 'empty' });
    const { pixelOffset = 0 } = dicom(given);
    const third = startsOf(halves.flat())[3] ?? 0;
    await expectOwn({ ...given, truncate: pixelOffset + 8 + third }, [
      plain[0] ?? [],
      TRUNCATED,
      TRUNCATED,
    ]);
  });
  it('of encapsulated uncompressed frames', async () => {
    const cells = [1, 2, 3].map((k) => new Uint8Array(40).fill(k));
    const frames = cells.map((bytes) => piecesOf(bytes, 30));
    for (const offsetTable of TABLES) {
      const given = {
        ...parts({ frames, offsetTable }, { rows: 4, columns: 10 }),
        transferSyntax: '1.2.840.10008.1.2.1.98',
      };
      const { pixelOffset = 0 } = dicom(given);
      const truncate = pixelOffset + 8 + (offsetTable === 'exact' ? 12 : 0) + 56 + 38;
      const [first = none] = cells;
      await expectOwn({ ...given, truncate }, [[...first], TRUNCATED, TRUNCATED]);
    }
  });
  it('of RLE frames of several fragments, cut between two', async () => {
    const shape = { rows: 20, columns: 20, samplesPerPixel: 1, bytesPerSample: 1 };
    const frames = [3, 5].map((k) =>
      rleEncode(
        Uint8Array.from({ length: 400 }, (_, j) => (j * k) % 251),
        shape,
      ),
    );
    const pieces = frames.map((bytes) => piecesOf(bytes, 100, 200));
    for (const offsetTable of TABLES) {
      const given = {
        ...parts({ frames: pieces, offsetTable }, { ...shape, numberOfFrames: 2 }),
        transferSyntax: SYNTAX.rle,
      };
      const { pixelOffset = 0 } = dicom(given);
      const behind = startsOf(pieces.flat())[5] ?? 0;
      const truncate = pixelOffset + 8 + (offsetTable === 'exact' ? 8 : 0) + behind;
      await expectOwn({ ...given, truncate }, [[...(frames[0] ?? none)], TRUNCATED]);
    }
  });
  it('in the header of the table’s item, or in the table: no frames, and the tags', async () => {
    const given = parts({});
    const { pixelOffset = 0 } = dicom(given);
    for (let length = pixelOffset; length < pixelOffset + 28; length++) {
      for (const asynchronous of [false, true]) {
        const { file } = await openBuilt({ ...given, truncate: length }, { asynchronous });
        expect(file.dataset.get('Rows')).toBe(2);
        for (const result of await frameResults(file)) expect(typeof result).toBe('string');
        expect(file.index).toMatchObject({ declaredCount: 3 });
      }
    }
  });
  it('one whole frame more than is declared, at the end of what was cut', async () => {
    const delimiter = concat(hex('fe ff 00 e0 40 00 00 00'), new Uint8Array(10));
    const { file } = await openBuilt(parts({ delimiter }));
    const results = await frameResults(file);
    for (const [i, result] of results.entries()) {
      if (typeof result === 'object') expect(result).toEqual(plain[i]);
    }
  });
});
