import { describe, expect, it } from 'vitest';
import { encapsulated, extendedOffsetTable, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { Encapsulated, ElementLike } from '../support/build-dicom.ts';
import { openBuilt } from '../support/open-built.ts';

/** Four frames of other lengths than their neighbours; none can be taken for another. */
const frames = [1, 2, 3, 4].map((k) => new Uint8Array(10 + 2 * k).fill(k));
/** 0, 20, 42, 66: where their items start. */
const exact = [0, 20, 42, 66];

function jpeg(parts: Partial<Encapsulated>, before: readonly ElementLike[] = [], count = 4) {
  return {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: count }),
      ...before,
      encapsulated({ frames, ...parts }),
    ],
  };
}

async function firstBytes(file: Awaited<ReturnType<typeof openBuilt>>['file']): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let i = 0; i < file.index.count; i++) found.push((await file.encodedFrame(i))[0]);
  return found;
}

describe('basic offset tables', () => {
  it('H01: where 8 bytes cost little, every item is held against the table at once', async () => {
    const { file, source } = await openBuilt(jpeg({}));
    expect(file.index.strategy).toBe('basic-offset-table');
    expect(file.index.confidence).toBe('exact');
    source.forget();
    expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
    expect(source.reads.map(([, length]) => length)).toEqual([12, 14, 16, 18]);
  });

  it('H01: elsewhere the items are walked once, before the first frame other than frame 0', async () => {
    const { file, source } = await openBuilt(jpeg({}), { asynchronous: true });
    expect(file.index.strategy).toBe('basic-offset-table');
    expect(file.index.confidence).toBe('verified');
    expect(file.warnings).toEqual([]);
    source.forget();
    expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
    // The first item's header, then a block: behind short fragments, the next headers come along.
    expect(source.reads.map(([, length]) => length)).toEqual([12, 8, 80, 14, 16, 18]);
    expect(file.index).toMatchObject({ strategy: 'basic-offset-table', confidence: 'exact' });
  });

  it.each([
    ['H09: of 6 bytes', undefined],
    ['H10: whose first entry is not 0', [8, 28, 50, 74]],
    ['H10: off by 8 from the second on', [0, 28, 50, 74]],
    ['H11: that goes down', [0, 42, 20, 66]],
    ['H11: with an entry twice', [0, 20, 20, 66]],
    ['H11: beyond the data', [0, 20, 42, 5000]],
    ['H11: of all ones', [0, 0xffffffff, 0xffffffff, 0xffffffff]],
    ['H12: with more entries than frames', [...exact, 80]],
    ['H12: with fewer', [0, 20, 42]],
  ])('are left out: one %s', async (_, table) => {
    const built =
      table === undefined
        ? await openBuilt(jpegWithOddTable())
        : await openBuilt(jpeg({ offsetTable: table }));
    const { file } = built;
    expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
    expect(file.warnings.map(({ code }) => code)).toEqual(['OFFSET_TABLE']);
    expect(file.index.confidence).toBe('exact');
  });

  it.each([
    ['an entry inside a fragment', [0, 20, 46, 66], 2],
    ['an entry before its fragment', [0, 20, 40, 66], 2],
    ['an entry at the fragment behind', [0, 20, 42 + 24 - 8, 66], 1],
  ])('whose middle lies (%s) are repaired when a frame shows it', async (_, table, first) => {
    for (const asked of [first, 3]) {
      const { file } = await openBuilt(jpeg({ offsetTable: table }), { asynchronous: true });
      expect(file.index.strategy).toBe('basic-offset-table');
      expect((await file.encodedFrame(asked))[0]).toBe(asked + 1);
      expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
      expect(file.index).toMatchObject({ strategy: 'repaired', confidence: 'exact' });
      expect(file.warnings.filter(({ code }) => code === 'OFFSET_TABLE').length).toBeGreaterThan(0);
    }
    const { file } = await openBuilt(jpeg({ offsetTable: table }));
    expect(file.index.strategy).toBe('repaired');
    expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
  });

  it.each([true, false])(
    'H01: frames of several fragments behind frames of one (async: %s)',
    async (asynchronous) => {
      const [first, second, third, fourth] = frames;
      if (!first || !second || !third || !fourth) throw new Error('no frames');
      const [one, two, three] = [first, second, fourth].map((bytes) =>
        Uint8Array.from([0xff, 0xd8, 0xff, ...bytes.subarray(3)]),
      );
      if (!one || !two || !three) throw new Error('no frames');
      const parts = { frames: [one, [two, third], three] };
      const { file } = await openBuilt(jpeg(parts, [], 3), { asynchronous });
      expect([...(await file.encodedFrame(1))]).toEqual([...two, ...third]);
      expect(file.index.ranges(1).map(({ length }) => length)).toEqual([14, 16]);
      expect([...(await file.encodedFrame(2))]).toEqual([...three]);
      expect(file.index.strategy).toBe('basic-offset-table');
    },
  );

  it('H11: one entry that lies and one that is missing shift no frame between them', async () => {
    // In the second frame's payload stands what looks like an item of the length to the next entry.
    const six = [1, 2, 3, 4, 5, 6].map((k) => new Uint8Array(40).fill(k));
    const elements = jpeg({ frames: six, offsetTable: [0, 48, 64, 96, 144, 240] }, [], 6);
    for (const asynchronous of [true, false]) {
      for (const asked of [3, 4, 5, 2]) {
        const { file } = await openBuilt(elements, { asynchronous });
        expect((await file.encodedFrame(asked))[0]).toBe(asked + 1);
        expect(await firstBytes(file)).toEqual([1, 2, 3, 4, 5, 6]);
        expect(file.index.strategy).toBe('repaired');
      }
    }
  });

  it('P02: two callers who meet the lie at once cost one walk', async () => {
    const parts = jpeg({ offsetTable: [0, 20, 46, 66] });
    const { file } = await openBuilt(parts, { asynchronous: true });
    const both = await Promise.all([file.encodedFrame(1), file.encodedFrame(2)]);
    expect(both.map((bytes) => bytes[0])).toEqual([2, 3]);
    expect(file.warnings).toHaveLength(1);
  });

  it('are read whole when they are longer than the first read', async () => {
    const many = Array.from({ length: 20_000 }, () => new Uint8Array(2));
    const { file, source } = await openBuilt(jpeg({ frames: many }, [], 20_000));
    expect(file.index.strategy).toBe('basic-offset-table');
    expect(file.index.ranges(19_999)[0]?.length).toBe(2);
    expect(source.reads.length).toBeLessThan(10);
  });
});

function jpegWithOddTable() {
  const parts = jpeg({ offsetTable: 'empty' });
  const [table, ...fragments] = [new Uint8Array([0, 0, 0, 0, 9, 9]), ...frames];
  const data = encapsulated({
    frames: [table ?? new Uint8Array(0), ...fragments],
    offsetTable: 'none',
  });
  return { ...parts, elements: [...parts.elements.slice(0, -1), data] };
}

describe('extended offset tables', () => {
  it('H14: 64-bit offsets, one read a frame', async () => {
    const { file } = await openBuilt(jpeg({ offsetTable: 'empty' }, extendedOffsetTable(frames)));
    expect(file.index.strategy).toBe('extended-offset-table');
    expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
    expect(file.warnings).toEqual([]);
  });

  it('H14: longer than what the header pass keeps, from a source without readSync', async () => {
    const many = Array.from({ length: 10_000 }, () => new Uint8Array(2));
    const parts = jpeg({ frames: many, offsetTable: 'empty' }, extendedOffsetTable(many), 10_000);
    const { file } = await openBuilt(parts, { asynchronous: true });
    expect(file.index.strategy).toBe('extended-offset-table');
    expect(file.index.ranges(9_999)[0]?.length).toBe(2);
  });

  it.each([
    ['beyond 2^53', [0n, 20n, 42n, 2n ** 63n]],
    ['not ascending', [0n, 42n, 20n, 66n]],
    ['of another count', [0n, 20n]],
    ['beyond the file', [0n, 20n, 42n, 100_000n]],
  ])('H16: %s are left out', async (_, offsets) => {
    const before: ElementLike[] = [[0x7fe00001, 'OV', offsets]];
    const { file } = await openBuilt(jpeg({ offsetTable: 'empty' }, before));
    expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
    expect(file.warnings.map(({ code }) => code)).toEqual(['OFFSET_TABLE']);
  });

  it('H16: a wrong one leaves the word to the basic one', async () => {
    const before: ElementLike[] = [[0x7fe00001, 'OV', [8n, 20n, 42n, 66n]]];
    const { file } = await openBuilt(jpeg({}, before));
    expect(file.index.strategy).toBe('basic-offset-table');
    expect(await firstBytes(file)).toEqual([1, 2, 3, 4]);
  });

  it('H17: mean nothing to native pixel data', async () => {
    const { file } = await openBuilt({
      elements: [
        ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 }),
        ...extendedOffsetTable(frames),
        [0x7fe00010, 'OB', [1, 2]],
      ],
    });
    expect([...(await file.frame(0)).data]).toEqual([1, 2]);
  });
});
