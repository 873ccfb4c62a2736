import { describe, expect, it } from 'vitest';
import { encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { concat } from '../support/build-value.js';
import { jpeg, segment } from '../support/code-streams.js';
import { itemOf, numberedJpeg, piecesOf, startsOf } from '../support/encapsulations.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { frameResults, toleratedFrames } from '../support/tolerated-frames.js';
/** Four frames of other lengths than their neighbours; none can be taken for another. */
const frames = [0, 1, 2, 3].map(numberedJpeg);
const plain = frames.map((bytes) => [...bytes]);
const halves = frames.map((bytes) => piecesOf(bytes, 20));
const starts = startsOf(frames);
const [, second = 0, third = 0, fourth = 0] = starts;
const ONES = 0xffffffff;
const EXTENDED = 0x7fe00001;
const LENGTHS = 0x7fe00002;
function parts(given, before = [], count = 4) {
  return {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: count }),
      ...before,
      encapsulated({ frames, ...given }),
    ],
  };
}
/** Extended Offset Table, and its lengths where there are any. */
function extended(offsets, lengths) {
  const table = [EXTENDED, 'OV', offsets.map(BigInt)];
  return lengths === undefined ? [table] : [table, [LENGTHS, 'OV', lengths.map(BigInt)]];
}
const lengthsOf = (list) => list.map(({ length }) => length);
const noFaults = () => [];
describe('basic offset tables', () => {
  it('H01: where 8 bytes cost little, every item is held against the table with the first frame', async () => {
    const { file, source } = await openBuilt(parts({}));
    expect(file.index).toMatchObject({ strategy: 'basic-offset-table', confidence: 'verified' });
    expect(file.index.counts).toMatchObject({ declared: 4, found: 4, fragments: undefined });
    await file.encodedFrame(2);
    expect(file.index).toMatchObject({ strategy: 'basic-offset-table', confidence: 'exact' });
    expect(file.index.counts).toMatchObject({ declared: 4, found: 4, fragments: 4 });
    source.forget();
    expect(await frameResults(file)).toEqual(plain);
    expect(source.reads.map(([, length]) => length)).toEqual(lengthsOf(frames));
    const asked = await openBuilt(parts({}));
    expect(asked.file.index.ranges(1)).toHaveLength(1);
    expect(asked.file.index.confidence).toBe('exact');
  });
  it('H01: elsewhere, each frame is one read, which shows that its entries are right', async () => {
    const { file, source } = await openBuilt(parts({}), { asynchronous: true });
    expect(file.index).toMatchObject({ strategy: 'basic-offset-table', confidence: 'verified' });
    source.forget();
    expect(await frameResults(file)).toEqual(plain);
    expect(source.reads).toHaveLength(4);
    // The item before, and the head of the next one behind.
    for (const [k, [, length]] of source.reads.entries()) {
      expect(length).toBeLessThanOrEqual((frames[k]?.length ?? 0) + 8 + 24);
    }
    expect(file.warnings).toEqual([]);
    expect(file.index).toMatchObject({ strategy: 'basic-offset-table', confidence: 'verified' });
  });
  it('H09: one of 6 bytes is left out', async () => {
    const table = itemOf(Uint8Array.of(0, 0, 0, 0, 9, 9));
    const items = frames.map(itemOf);
    const data = encapsulated({
      frames: [],
      offsetTable: 'none',
      delimiter: concat(table, ...items, Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)),
    });
    const { elements = [], ...rest } = parts({});
    const built = { ...rest, elements: [...elements.slice(0, -1), data] };
    const file = await toleratedFrames(built, plain, ({ pixels }) => [
      ['OFFSET_TABLE', pixels + 8],
    ]);
    expect(file.index).toMatchObject({ confidence: 'exact', count: 4 });
  });
  const lies = [
    ['H10: whose entries all count the table’s item', starts.map((at) => at + 8), 0],
    ['H10: whose first entry is not 0', starts.with(0, 8), 0],
    ['H10: off by 8 from the second on', [0, ...starts.slice(1).map((at) => at + 8)], 1],
    ['H10: with an entry inside a fragment', starts.with(2, third + 4), 2],
    ['H10: with an entry before its fragment', starts.with(2, third - 2), 2],
    ['H11: that goes down', [0, third, second, fourth], 1],
    ['H11: with an entry twice', [0, second, second, fourth], 2],
    ['H11: with an entry at the fragment behind', [0, third, third, fourth], 1],
    ['H11: with an entry behind the data', starts.with(3, 5000), 3],
    ['H11: of all ones', starts.map(() => ONES), 0],
    ['H11: of all ones but the first', [0, ONES, ONES, ONES], 1],
    ['H11: of zeros', [0, 0, 0, 0], 1],
    ['H12: with more entries than frames', [...starts, fourth + 60], 4],
    ['H12: with an entry twice, one more than frames', [0, second, second, third, fourth], 2],
    ['H12: with fewer', starts.slice(0, 3), 3],
    ['H12: with one of the midst missing', starts.toSpliced(1, 1), 1],
    ['H12: with one of four', [0], 1],
  ];
  it.each(lies)('are left out: one %s', async (_, offsetTable, wrong) => {
    const file = await toleratedFrames(parts({ offsetTable }), plain, ({ pixels }) => [
      ['OFFSET_TABLE', pixels + 8 + 4 * wrong],
    ]);
    expect(file.index).toMatchObject({ strategy: 'repaired', count: 4 });
    expect(file.index.counts).toMatchObject({ declared: 4, found: 4 });
  });
  it.each(lies)(
    'are left out where frames have several fragments: one %s',
    async (_, lie, wrong) => {
      // The same lie about frames of two fragments each.
      const true2 = startsOf(halves);
      const offsetTable = lie.map((at) => {
        const near = starts.findLastIndex((start) => start <= at);
        return at > 1000 ? at : at + (true2[near] ?? 0) - (starts[near] ?? 0);
      });
      const built = parts({ frames: halves, offsetTable });
      const file = await toleratedFrames(built, plain, ({ pixels }) => [
        ['OFFSET_TABLE', pixels + 8 + 4 * wrong],
      ]);
      expect(file.index).toMatchObject({ strategy: 'repaired', count: 4 });
    },
  );
  it('H10: the entries that lie are named', async () => {
    const message = async (offsetTable, count) => {
      const { file } = await openBuilt(parts({ offsetTable }, [], count));
      await file.encodedFrame(0);
      return file.warnings.find(({ code }) => code === 'OFFSET_TABLE')?.message;
    };
    expect(await message(starts.with(2, third + 4))).toBe(
      'the basic offset table is wrong in 1 of 4 entries (frame 2, by +4 bytes); the items count',
    );
    expect(await message(starts.map((at) => at + 8))).toBe(
      'the basic offset table is wrong in 4 of 4 entries (frames 0, 1, 2 and 3, by +8 bytes); the items count',
    );
    expect(await message([0, third, second, fourth])).toBe(
      'the basic offset table is wrong in 2 of 4 entries (frames 1 and 2); the items count',
    );
    // It is Number of Frames that lies.
    expect(await message(starts, 3)).toBeUndefined();
    expect(await message(starts.with(2, third + 4), 3)).toBe(
      'the basic offset table is wrong in 1 of 4 entries (frame 2, by +4 bytes); the items count',
    );
  });
  it('H10: entries at fragments that start no frame', async () => {
    const [, at = 0, , last = 0] = startsOf(halves);
    for (const offsetTable of [
      [0, 28, at, last],
      [0, at, at + 28, last],
    ]) {
      const wrong = offsetTable[1] === 28 ? 1 : 2;
      const built = parts({ frames: halves, offsetTable });
      await toleratedFrames(built, plain, ({ pixels }) => [
        ['OFFSET_TABLE', pixels + 8 + 4 * wrong],
      ]);
    }
  });
  it.each([true, false])(
    'H01: frames of several fragments behind frames of one (async: %s)',
    async (asynchronous) => {
      const mixed = frames.map((bytes, k) =>
        k === 1 || k === 3 ? piecesOf(bytes, 10, 30) : bytes,
      );
      const { file, source } = await openBuilt(parts({ frames: mixed }), { asynchronous });
      source.forget();
      expect([...(await file.encodedFrame(1))]).toEqual(plain[1]);
      if (asynchronous) expect(source.reads).toHaveLength(1);
      expect(await frameResults(file)).toEqual(plain);
      expect(file.index.strategy).toBe('basic-offset-table');
      expect(file.warnings).toEqual([]);
    },
  );
  /** An entry in the second frame's payload, at what looks like an item to the third; frame 4's is missing. */
  const six = [0, 1, 2, 3, 4, 5].map((k) => {
    const fake = itemOf(new Uint8Array(4));
    const name = segment(0xfe, concat(Uint8Array.of(0, k), fake));
    return jpeg({ before: name, scans: [new Uint8Array(3)] });
  });
  const [, one = 0, two = 0, three = 0, , five = 0] = startsOf(six);
  const shifted = [one + 8 + 8, one + 10].map((lie) =>
    parts({ frames: six, offsetTable: [0, one, lie, two, three, five] }, [], 6),
  );
  const ofSix = six.map((bytes) => [...bytes]);
  it('H11: one entry that lies and one that is missing shift no frame between them', async () => {
    for (const given of shifted) {
      for (const asked of [3, 4, 5, 2, 1, 0]) {
        const { file } = await openBuilt(given);
        expect([...(await file.encodedFrame(asked))]).toEqual(ofSix[asked]);
        expect(await frameResults(file)).toEqual(ofSix);
        expect(file.index.strategy).toBe('repaired');
      }
    }
  });
  it('H11: where reads are journeys, the first frame at either shows it', async () => {
    for (const given of shifted) {
      // Frame 3 lies between them: items and code streams around it are whole, and another's.
      for (const asked of [0, 1, 2, 4, 5]) {
        const { file } = await openBuilt(given, { asynchronous: true });
        expect([...(await file.encodedFrame(asked))]).toEqual(ofSix[asked]);
        expect(await frameResults(file)).toEqual(ofSix);
        expect(file.index.strategy).toBe('repaired');
        expect(file.warnings.map(({ code }) => code)).toEqual(['OFFSET_TABLE']);
      }
    }
  });
  it('H11: an entry that is missing joins no two frames, whichever is asked for', async () => {
    // Another entry, at the last frame's second fragment, makes the number right.
    const last = piecesOf(numberedJpeg(3), 20);
    const [, at = 0, , end = 0] = startsOf([...frames.slice(0, 3), last]);
    const offsetTable = [0, at, end, end + 28];
    for (const asynchronous of [true, false]) {
      for (const order of [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
      ]) {
        const given = parts({ frames: [...frames.slice(0, 3), last], offsetTable });
        const { file } = await openBuilt(given, { asynchronous });
        for (const i of order) expect([...(await file.encodedFrame(i))]).toEqual(plain[i]);
      }
    }
  });
  it('P02: two callers who meet the lie at once cost one walk', async () => {
    const built = parts({ offsetTable: starts.with(2, third + 4) });
    const { file } = await openBuilt(built, { asynchronous: true });
    const both = await Promise.all([file.encodedFrame(1), file.encodedFrame(2)]);
    expect(both.map((bytes) => [...bytes])).toEqual(plain.slice(1, 3));
    expect(file.warnings).toHaveLength(1);
  });
  it('are read whole when they are longer than the first read', async () => {
    const many = Array.from({ length: 20_000 }, () => numberedJpeg(0));
    const { file, source } = await openBuilt(parts({ frames: many }, [], 20_000));
    expect(file.index.strategy).toBe('basic-offset-table');
    expect(file.index.ranges(19_999)[0]?.length).toBe(44);
    expect(source.reads.length).toBeLessThan(10);
  });
});
describe('extended offset tables', () => {
  it('H14: 64-bit offsets, one read a frame', async () => {
    const table = extended(starts, lengthsOf(frames));
    for (const offsetTable of ['exact', 'empty']) {
      const file = await toleratedFrames(parts({ offsetTable }, table), plain, noFaults);
      expect(file.index).toMatchObject({ strategy: 'extended-offset-table', confidence: 'exact' });
    }
  });
  it('H14: longer than what the header pass keeps, from a source without readSync', async () => {
    const many = Array.from({ length: 10_000 }, () => numberedJpeg(0));
    const table = extended(startsOf(many), lengthsOf(many));
    const built = parts({ frames: many, offsetTable: 'empty' }, table, 10_000);
    const { file } = await openBuilt(built, { asynchronous: true });
    expect(file.index.strategy).toBe('extended-offset-table');
    expect(file.index.ranges(9_999)[0]?.length).toBe(44);
  });
  it('H15: lengths with the padding, and without', async () => {
    const odd = [1, 2, 3, 4].map((k) => jpeg({ before: segment(0xfe, new Uint8Array(3).fill(k)) }));
    expect(odd[0]).toHaveLength(37);
    const padded = odd.map((bytes) => [...bytes, 0]);
    for (const more of [0, 1]) {
      const lengths = odd.map(({ length }) => length + more);
      const built = parts({ frames: odd, offsetTable: 'empty' }, extended(startsOf(odd), lengths));
      const file = await toleratedFrames(built, padded, noFaults);
      expect(file.index.strategy).toBe('extended-offset-table');
    }
  });
  it('H16: of frames of several fragments', async () => {
    const table = extended(startsOf(halves), lengthsOf(frames));
    const built = parts({ frames: halves, offsetTable: 'empty' }, table);
    const file = await toleratedFrames(built, plain, noFaults);
    expect(file.index).toMatchObject({ strategy: 'extended-offset-table', confidence: 'exact' });
  });
  it('H16: without lengths, or with fewer, the offsets count', async () => {
    for (const lengths of [undefined, lengthsOf(frames).slice(1)]) {
      const built = parts({ offsetTable: 'empty' }, extended(starts, lengths));
      const file = await toleratedFrames(built, plain, ({ built: { offsets } }) => [
        ['OFFSET_TABLE', (offsets.get(EXTENDED) ?? 0) + 12],
      ]);
      expect(file.index.strategy).toBe('extended-offset-table');
    }
  });
  it.each([
    ['beyond 2^53', [0n, second, third, 2n ** 63n], 3],
    ['of all ones', Array(4).fill(2n ** 64n - 1n), 0],
    ['not ascending', [0n, third, second, fourth], 1],
    ['of fewer entries', [0n, second], 2],
    ['of more entries', [...starts, fourth + 60], 4],
    ['beyond the file', [0n, second, third, 100000n], 3],
    ['off by 8', starts.map((at) => at + 8), 0],
  ])('H16: %s are left out', async (_, offsets, wrong) => {
    const table = extended(offsets, Array(offsets.length).fill(46));
    const built = parts({ offsetTable: 'empty' }, table);
    const file = await toleratedFrames(built, plain, ({ built: { offsets: places } }) => [
      ['OFFSET_TABLE', (places.get(EXTENDED) ?? 0) + 12 + 8 * wrong],
    ]);
    expect(file.index.strategy).toBe('repaired');
  });
  it.each([
    ['one that is too long', (k) => (k === 2 ? 4 : 0)],
    ['all that are too short', () => -2],
  ])('H16: lengths that are not those of the frames (%s) leave the table out', async (_, by) => {
    const lengths = frames.map(({ length }, k) => length + by(k));
    const built = parts({ offsetTable: 'empty' }, extended(starts, lengths));
    const file = await toleratedFrames(built, plain, ({ built: { offsets } }) => [
      ['OFFSET_TABLE', (offsets.get(EXTENDED) ?? 0) + 12],
    ]);
    expect(file.warnings[0]?.message).toMatch(/lengths/);
  });
  it('H16: of no whole number of entries', async () => {
    const table = [EXTENDED, 'OV', new Uint8Array(12)];
    const built = parts({ offsetTable: 'empty' }, [table]);
    await toleratedFrames(built, plain, ({ built: { offsets } }) => [
      ['OFFSET_TABLE', (offsets.get(EXTENDED) ?? 0) + 12],
    ]);
  });
  it('H16: a wrong one leaves the word to the basic one', async () => {
    const table = extended(starts.with(0, 8), lengthsOf(frames));
    const file = await toleratedFrames(parts({}, table), plain, ({ built: { offsets } }) => [
      ['OFFSET_TABLE', (offsets.get(EXTENDED) ?? 0) + 12],
    ]);
    expect(file.index.strategy).toBe('basic-offset-table');
  });
  it('H16: where both are wrong, both are told of', async () => {
    const table = extended(starts.with(1, 4), lengthsOf(frames));
    const offsetTable = starts.with(3, 5);
    const built = parts({ offsetTable }, table);
    const file = await toleratedFrames(built, plain, ({ built: { offsets }, pixels }) => [
      ['OFFSET_TABLE', (offsets.get(EXTENDED) ?? 0) + 12 + 8],
      ['OFFSET_TABLE', pixels + 8 + 12],
    ]);
    expect(file.index.strategy).toBe('repaired');
  });
  it('H17: mean nothing to native pixel data', async () => {
    const { file } = await openBuilt({
      elements: [
        ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 }),
        ...extended([0, 20], [12, 12]),
        [0x7fe00010, 'OB', [1, 2]],
      ],
    });
    expect([...(await file.frame(0)).data]).toEqual([1, 2]);
    expect(file.warnings).toEqual([]);
    expect(await codeOf(file.frame(1))).toBe('FRAME_RANGE');
  });
});
