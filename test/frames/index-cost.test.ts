import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../support/platform.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike, Encapsulated } from '../support/build-dicom.ts';
import { countingSource } from '../support/counting-source.ts';
import { DELIMITER, itemOf, numberedJpeg, startsOf } from '../support/encapsulations.ts';
import { headerOf } from '../support/header-of.ts';
import { jpeg } from '../support/code-streams.ts';

const KILO = 1024;

/** Frames of about so many bytes, each a code stream. */
function framesOf(count: number, length: number): Uint8Array[] {
  const one = jpeg({ scans: [new Uint8Array(length)] });
  const even = one.length % 2 === 0 ? one : jpeg({ scans: [new Uint8Array(length + 1)] });
  return Array.from({ length: count }, () => even);
}

/** An item for each of them, and the delimiter. */
function itemsOf(frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(
    frames.reduce((sum, { length }) => sum + 8 + length, DELIMITER.length),
  );
  let at = 0;
  for (const frame of frames) {
    bytes.set(itemOf(frame), at);
    at += 8 + frame.length;
  }
  bytes.set(DELIMITER, at);
  return bytes;
}

function built(
  frames: readonly Uint8Array[],
  offsetTable: Encapsulated['offsetTable'],
  extended = false,
) {
  const table: ElementLike[] = [
    [0x7fe00001, 'OV', startsOf(frames).map(BigInt)],
    [0x7fe00002, 'OV', frames.map((bytes) => BigInt(bytes.length))],
  ];
  return dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: frames.length }),
      ...(extended ? table : []),
      // By the hundred thousand, items are no arguments of a function.
      encapsulated({
        frames: [],
        offsetTable: offsetTable === 'exact' ? startsOf(frames) : offsetTable,
        delimiter: itemsOf(frames),
      }),
    ],
  });
}

/** What opening costs beyond the header, and the source with its reads. */
async function opened(bytes: Uint8Array, asynchronous: boolean) {
  const pass = countingSource(memorySource(bytes, 'x'), { asynchronous });
  await headerOf(pass);
  const source = countingSource(memorySource(bytes, 'x'), { asynchronous });
  const file = await openSource(source, {
    context: createContext(),
    options: {},
    ownership: 'owned',
  });
  const cost = {
    reads: source.reads.length - pass.reads.length,
    bytes: source.bytesRead - pass.bytesRead,
  };
  return { file, source, cost };
}

const thousand = framesOf(1000, 20_000);

describe('what an index costs, beyond the header', () => {
  it.each([
    ['a basic table', built(thousand, 'exact').bytes],
    ['an extended table', built(thousand, 'empty', true).bytes],
  ])('%s of 1000 frames: a few small reads, and no walk', async (_, bytes) => {
    for (const asynchronous of [false, true]) {
      const { file, cost, source } = await opened(bytes, asynchronous);
      expect(file.index).toMatchObject({ count: 1000, confidence: 'verified' });
      expect(cost.reads).toBeLessThanOrEqual(5);
      expect(cost.bytes).toBeLessThan(8 * KILO);
      source.forget();
      await file.encodedFrame(700);
      if (asynchronous) {
        expect(source.reads).toHaveLength(1);
        expect(source.bytesRead).toBeLessThan(20_200);
      } else {
        // Once for the file: 8 bytes an item.
        expect(source.bytesRead).toBeLessThan(20_200 + 16 * KILO);
      }
      source.forget();
      await file.encodedFrame(300);
      expect(source.reads).toHaveLength(1);
    }
  });

  it('no table, 1000 fragments of 20 KB: at most 16 KiB', async () => {
    const { file, cost } = await opened(built(thousand, 'empty').bytes, false);
    expect(file.index).toMatchObject({ count: 1000, strategy: 'one-fragment-per-frame' });
    expect(cost.reads).toBeLessThanOrEqual(1003);
    expect(cost.bytes).toBeLessThanOrEqual(16 * KILO);
  });

  it('no table, from afar: no byte twice, and few reads', async () => {
    const { bytes } = built(thousand, 'empty');
    const { file, cost } = await opened(bytes, true);
    expect(file.index.count).toBe(1000);
    expect(cost.reads).toBeLessThanOrEqual(1003);
    expect(cost.bytes).toBeLessThanOrEqual(1.01 * bytes.length);
    const long = framesOf(50, 200_000);
    const far = await opened(built(long, 'empty').bytes, true);
    expect(far.file.index.count).toBe(50);
    expect(far.cost.bytes).toBeLessThan(2 * KILO);
  });

  it('H19: 180,000 small tiles, with a table and without', async () => {
    const tiles = Array.from({ length: 180_000 }, () => numberedJpeg(1));
    for (const offsetTable of ['exact', 'empty'] as const) {
      const { bytes } = built(tiles, offsetTable);
      const table = offsetTable === 'exact' ? 4 * tiles.length : 0;
      for (const asynchronous of [false, true]) {
        const { file, cost, source } = await opened(bytes, asynchronous);
        expect(file.index.count).toBe(180_000);
        const walked = offsetTable === 'exact' ? 64 * KILO : 1.01 * bytes.length;
        expect(cost.bytes).toBeLessThan(table + walked + KILO);
        expect(cost.reads).toBeLessThan(8 + cost.bytes / (60 * KILO));
        source.forget();
        expect([...(await file.encodedFrame(123_456))]).toEqual([...numberedJpeg(1)]);
        expect(source.reads).toHaveLength(1);
        expect(source.bytesRead).toBeLessThan(200);
      }
    }
  });
});
