import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import type { ConcatenatedFrames } from '../../src/collection/concatenated-frames.ts';
import { concatenationsOf } from '../../src/collection/concatenation.ts';
import type { Concatenation } from '../../src/collection/concatenation.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from '../../src/node/context.ts';
import { dicom } from '../support/build-dicom.ts';
import { part } from '../support/concatenation-part.ts';
import type { PartParts } from '../support/concatenation-part.ts';
import { codeOf } from '../support/open-built.ts';
import { listingOf } from '../support/slices.ts';

/** Frames 0 to 2, 3 and 4, 5 to 8, whose pixels are their numbers. */
const FIRST: PartParts = { number: 1, total: 3, offset: 0, values: [0, 1, 2] };
const SECOND: PartParts = { number: 2, total: 3, offset: 3, values: [3, 4] };
const THIRD: PartParts = { number: 3, total: 3, offset: 5, values: [5, 6, 7, 8] };

async function seriesOf(parts: readonly PartParts[]) {
  const objects = Object.fromEntries(parts.map((one, k) => [`IM${k}`, part(one)]));
  const listing = listingOf(objects);
  const collection = createCollection({ listing, context: createContext(), options: {} });
  const [series] = await collection.series();
  if (series === undefined) throw new Error('no series');
  return { series, listing };
}

async function concatenationOf(parts: readonly PartParts[]) {
  const { series, listing } = await seriesOf(parts);
  const [concatenation, ...others] = series.concatenations;
  if (concatenation === undefined || others.length > 0) {
    throw new Error(`${series.concatenations.length} concatenations`);
  }
  return { ...concatenation, series, listing };
}

/** What each frame number gives: its pixel, or the code of its error. */
async function pixelsOf(frames: ConcatenatedFrames): Promise<unknown[]> {
  return Promise.all(
    Array.from({ length: frames.count }, (_, i) =>
      frames.frame(i).then(
        ({ data, index }) => (index === i ? data[0] : 'another index'),
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      ),
    ),
  );
}

const codes = ({ issues }: Concatenation): string[] => issues.map(({ code }) => code);
const placesOf = ({ parts }: Concatenation): unknown[] =>
  parts.map(({ instance, from, count }) => [instance.name, from, count]);

describe('a concatenation (PS3.3 C.7.6.16.2.2)', () => {
  it('is one list of frames, whatever the order of its instances', async () => {
    const concatenation = await concatenationOf([THIRD, FIRST, SECOND]);
    const { uid, frameCount, missing, issues } = concatenation;
    expect([uid, frameCount, missing, issues]).toEqual(['2.25.91', 9, [], []]);
    expect(placesOf(concatenation)).toEqual([
      ['IM1', 0, 3],
      ['IM2', 3, 2],
      ['IM0', 5, 4],
    ]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const run: unknown[] = [];
    for await (const { index, data } of frames.frames({ start: 1, end: 8 })) {
      run.push([index, data[0]]);
    }
    expect(run).toEqual([1, 2, 3, 4, 5, 6, 7].map((i) => [i, i]));
    expect(await frames.encodedFrame(4)).toEqual(Uint8Array.of(4, 4));
    const attributes = await frames.perFrame(6);
    expect(attributes.get('FrameContentSequence.0.DimensionIndexValues')).toEqual([6]);
    const { file, index } = await frames.fileOf(7);
    expect([file.name, index]).toEqual(['IM0', 2]);
    expect(await frames.thumbnail()).toMatchObject({ width: 2, height: 1 });
    for (const i of [-1, 9, 1.5, Number.NaN]) {
      expect(await codeOf(frames.frame(i))).toBe('FRAME_RANGE');
    }
  });

  it('opens a part when it is first needed, once, and closes all', async () => {
    const { listing, open } = await concatenationOf([FIRST, SECOND, THIRD]);
    const frames = await open();
    const before = listing.opened.length;
    await Promise.all([frames.frame(3), frames.frame(4), frames.perFrame(3), frames.thumbnail()]);
    expect(listing.opened.slice(before).map(({ name }) => name)).toEqual(['IM1']);
    await frames.frame(8);
    expect(listing.opened.length).toBe(before + 2);
    await frames.close();
    await frames.close();
    expect(listing.opened.every(({ closed }) => closed)).toBe(true);
    expect(await codeOf(frames.frame(0))).toBe('CLOSED');
    expect(await codeOf(frames.frames()[Symbol.asyncIterator]().next())).toBe('CLOSED');
  });

  it('O01: opens again a part that a disk failed to give', async () => {
    const { series } = await concatenationOf([FIRST, SECOND]);
    let attempts = 0;
    const instances = series.instances.map((instance) => ({
      ...instance,
      open: () => (attempts++ === 0 ? Promise.reject(new Error('EIO')) : instance.open()),
    }));
    const frames = await concatenationsOf(instances)[0]?.open();
    await expect(frames?.frame(1)).rejects.toThrow('EIO');
    expect((await frames?.frame(1))?.data[0]).toBe(1);
    await frames?.close();
  });

  it('leaves the series as it is: its instances, their order and its plan', async () => {
    const parts = [THIRD, FIRST, SECOND];
    const { series } = await concatenationOf(parts);
    const alone = parts.map((one) => ({ ...one, uid: '', source: '' }));
    const { series: plain } = await seriesOf(alone);
    expect(plain.concatenations).toEqual([]);
    const facts = ({ instances, sortedBy, plan }: Series): unknown => [
      instances.map(({ name, frameCount }) => [name, frameCount]),
      sortedBy,
      plan(),
    ];
    expect(facts(series)).toEqual(facts(plain));
  });

  it('is told from others of the series, by the one UID or the other', async () => {
    const other = [FIRST, SECOND].map((one) => ({ ...one, uid: '2.25.80', source: '' }));
    const unnamed = [FIRST, SECOND].map((one) => ({ ...one, uid: '', source: '2.25.70' }));
    const { series } = await seriesOf([FIRST, ...other, SECOND, ...unnamed]);
    expect(series.concatenations.map(({ uid, parts }) => [uid, parts.length])).toEqual([
      ['2.25.91', 2],
      ['2.25.80', 2],
      ['2.25.70', 2],
    ]);
  });

  it('may have parts of several transfer syntaxes', async () => {
    const concatenation = await concatenationOf([FIRST, { ...SECOND, rle: true }, THIRD]);
    expect(codes(concatenation)).toEqual([]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('numbers every frame that is there right, whatever is missing', async () => {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
    for (let round = 0; round < 40; round++) {
      const all: PartParts[] = [];
      let offset = 0;
      const total = 1 + random(6);
      for (let number = 1; number <= total; number++) {
        const count = 1 + random(4);
        const values = Array.from({ length: count }, (_, k) => offset + k);
        all.push({ number, total: random(2) === 0 ? total : undefined, offset, values });
        offset += count;
      }
      const kept = all.filter(() => random(3) > 0).sort(() => random(3) - 1);
      if (kept.length === 0) continue;
      const concatenation = await concatenationOf(kept);
      const there = new Set(kept.flatMap(({ values }) => values));
      const wanted = Array.from({ length: Math.max(...there) + 1 }, (_, i) =>
        there.has(i) ? i : 'NO_PIXEL_DATA',
      );
      await using frames = await concatenation.open();
      expect([codes(concatenation), await pixelsOf(frames)]).toEqual([[], wanted]);
    }
  });
});

describe('a concatenation with missing parts', () => {
  it.each([
    ['in the middle', [FIRST, THIRD], { numbers: [2], from: 3, count: 2 }],
    ['at the start', [SECOND, THIRD], { numbers: [1], from: 0, count: 3 }],
    ['several', [THIRD], { numbers: [1, 2], from: 0, count: 5 }],
    ['at the end', [FIRST, SECOND], { numbers: [3], from: 5, count: undefined }],
  ])('%s: says which, and which frames', async (_, parts, gap) => {
    const { missing, issues, frameCount } = await concatenationOf(parts);
    expect([missing, issues]).toEqual([[gap], []]);
    expect(frameCount).toBe(parts.includes(THIRD) ? 9 : 5);
  });

  it('fails for their frames alone, and names the part', async () => {
    const concatenation = await concatenationOf([FIRST, THIRD]);
    await using frames = await concatenation.open();
    const gone = 'NO_PIXEL_DATA';
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, gone, gone, 5, 6, 7, 8]);
    await expect(frames.frame(4)).rejects.toThrow('frame 4 is in part 2, which is missing');
    const seen: number[] = [];
    const all = (async () => {
      for await (const { index } of frames.frames()) seen.push(index);
    })();
    await expect(all).rejects.toThrow('frame 3 is in part 2');
    expect(seen).toEqual([0, 1, 2]);
    const third = await (await concatenationOf([THIRD])).open();
    await expect(third.frame(0)).rejects.toThrow('is in one of the parts 1 to 2');
    const tail = await (await concatenationOf([FIRST, SECOND])).open();
    await expect(tail.frame(5)).rejects.toThrow(/FRAME_RANGE.*More are in part 3/);
  });

  it('of a part that is cut, what is there is there', async () => {
    const cut = await concatenationOf([FIRST, { ...SECOND, truncate: -3 }, THIRD]);
    await using frames = await cut.open();
    expect(await pixelsOf(frames)).toEqual([
      ...[0, 1, 2],
      ...['FRAME_TRUNCATED', 'FRAME_TRUNCATED'],
      ...[5, 6, 7, 8],
    ]);
    // In front of Number of Frames.
    const truncate = dicom(part(SECOND)).offsets.get(0x00280008);
    const header = await concatenationOf([FIRST, { ...SECOND, truncate }, THIRD]);
    expect(codes(header)).toEqual(['FRAME_COUNT']);
    expect(placesOf(header)[1]).toEqual(['IM1', 3, 2]);
    await using rest = await header.open();
    expect((await rest.frame(5)).data[0]).toBe(5);
    await expect(rest.frame(3)).rejects.toThrow('NO_PIXEL_DATA: IM1: ');
  });

  it('of a part that has fewer frames than it declares, none is passed over', async () => {
    const short = await concatenationOf([
      FIRST,
      { ...SECOND, frames: '5' },
      { ...THIRD, offset: 8 },
    ]);
    await using frames = await short.open();
    const seen: number[] = [];
    const all = (async () => {
      for await (const { index } of frames.frames()) seen.push(index);
    })();
    expect(await codeOf(all)).toBe('FRAME_TRUNCATED');
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    expect((await frames.frame(8)).data[0]).toBe(5);
  });
});

describe('parts that contradict each other', () => {
  it('copies of a part are named, and the first counts', async () => {
    const copy = { ...SECOND, values: [30, 40] };
    const concatenation = await concatenationOf([FIRST, SECOND, copy, THIRD]);
    expect(concatenation.issues).toEqual([
      {
        code: 'DUPLICATE_PART',
        message: 'part 2 is there more than once, the first counts',
        instances: ['IM2'],
      },
    ]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('offsets that no two frames share count, whatever the numbers say', async () => {
    for (const numbers of [
      [3, 2, 1],
      [1, 1, 1],
      [undefined, undefined, undefined],
      [0, 1, 2],
    ]) {
      const parts = [FIRST, SECOND, THIRD].map((one, k) => ({ ...one, number: numbers[k] }));
      const concatenation = await concatenationOf(parts);
      expect([codes(concatenation), concatenation.missing]).toEqual([['PART_NUMBER'], []]);
      await using frames = await concatenation.open();
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('offsets that are absent, or that two frames share, give way to numbers without a gap', async () => {
    for (const offsets of [
      [undefined, undefined, undefined],
      [0, 0, 0],
      [0, 2, 5],
      [0, 3, undefined],
    ]) {
      const parts = [FIRST, SECOND, THIRD].map((one, k) => ({ ...one, offset: offsets[k] }));
      const concatenation = await concatenationOf(parts);
      expect([codes(concatenation), concatenation.missing]).toEqual([['FRAME_OFFSET'], []]);
      await using frames = await concatenation.open();
      expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('without offsets, nothing behind a missing part is given a number', async () => {
    const parts = [FIRST, THIRD].map((one) => ({ ...one, offset: undefined }));
    const concatenation = await concatenationOf(parts);
    expect(concatenation.issues.map(({ code, instances }) => [code, instances])).toEqual([
      ['FRAME_OFFSET', ['IM0', 'IM1']],
      ['UNPLACED_PART', ['IM1']],
    ]);
    expect(concatenation.missing).toEqual([{ numbers: [2], from: 3, count: undefined }]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2]);
    const none = await concatenationOf([{ values: [1] }, { values: [2] }]);
    expect([codes(none), none.frameCount]).toEqual([['FRAME_OFFSET', 'UNPLACED_PART'], 0]);
    expect(await codeOf((await none.open()).thumbnail())).toBe('FRAME_RANGE');
  });

  it('numbers of one part twice, with offsets that overlap: the first counts', async () => {
    const parts = [FIRST, { ...SECOND, offset: 1 }, { ...THIRD, number: 2, offset: 2 }];
    const concatenation = await concatenationOf(parts);
    expect(codes(concatenation)).toEqual(['DUPLICATE_PART', 'FRAME_OFFSET']);
    expect(placesOf(concatenation)).toEqual([
      ['IM0', 0, 3],
      ['IM1', 3, 2],
    ]);
  });

  it('frames that the offsets leave out, and the numbers do not, are missing', async () => {
    const gap = await concatenationOf([
      { ...FIRST, total: 2 },
      { ...SECOND, offset: 4, total: 2 },
    ]);
    expect(codes(gap)).toEqual(['FRAME_OFFSET']);
    expect(gap.missing).toEqual([{ numbers: [], from: 3, count: 1 }]);
    const none = await concatenationOf([FIRST, { ...SECOND, number: 3, total: 3 }]);
    expect(codes(none)).toEqual(['FRAME_OFFSET']);
    expect(none.missing).toEqual([{ numbers: [2], from: 3, count: 0 }]);
    await using frames = await none.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4]);
  });

  it('totals that differ, or that a number is beyond, are named', async () => {
    const differ = await concatenationOf([FIRST, { ...SECOND, total: 4 }, THIRD]);
    expect(codes(differ)).toEqual(['PART_TOTAL']);
    expect(differ.missing).toEqual([{ numbers: [4], from: 9, count: undefined }]);
    const beyond = await concatenationOf(
      [FIRST, SECOND, THIRD].map((one) => ({ ...one, total: 2 })),
    );
    expect(beyond.issues.map(({ code, instances }) => [code, instances])).toEqual([
      ['PART_TOTAL', ['IM2']],
    ]);
  });

  it('pixels that differ are named, and stay readable as they are', async () => {
    const concatenation = await concatenationOf([FIRST, { ...SECOND, columns: 3 }, THIRD]);
    expect(concatenation.issues).toEqual([
      {
        code: 'MIXED_PIXELS',
        message: 'Columns is not that of the other parts',
        instances: ['IM1'],
      },
    ]);
    await using frames = await concatenation.open();
    expect((await frames.frame(3)).columns).toBe(3);
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('where Number of Frames is no number, the next offset tells', async () => {
    const concatenation = await concatenationOf([FIRST, { ...SECOND, frames: '-1' }, THIRD]);
    expect(codes(concatenation)).toEqual(['FRAME_COUNT']);
    expect(placesOf(concatenation)[1]).toEqual(['IM1', 3, 2]);
    await using frames = await concatenation.open();
    expect(await pixelsOf(frames)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const parts = [FIRST, { ...SECOND, frames: '-1' }, THIRD];
    const shared = await concatenationOf([FIRST, { ...SECOND, offset: 5, frames: '-1' }, THIRD]);
    expect(codes(shared)).toEqual(['FRAME_COUNT', 'FRAME_OFFSET', 'UNPLACED_PART']);
    const without = await concatenationOf(parts.map((one) => ({ ...one, offset: undefined })));
    expect(codes(without)).toEqual(['FRAME_COUNT', 'FRAME_OFFSET', 'UNPLACED_PART']);
    expect(without.parts.length).toBe(2);
  });
});
