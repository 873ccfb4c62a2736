import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { ByteRange, Source } from '../../src/bytes/source.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../support/platform.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { BuiltDicom } from '../support/build-dicom.ts';
import { countingSource } from '../support/counting-source.ts';
import { numberedJpeg } from '../support/encapsulations.ts';

interface Announced {
  readonly ranges: readonly ByteRange[];
  ended: boolean;
}

/** A source that keeps what it is told of. */
function far(bytes: Uint8Array): { readonly source: Source; readonly announced: Announced[] } {
  const announced: Announced[] = [];
  const willRead: Source['willRead'] = (ranges) => {
    const one = { ranges, ended: false };
    announced.push(one);
    return () => (one.ended = true);
  };
  const plain = countingSource(memorySource(bytes, 'far.dcm'), { asynchronous: true });
  return { source: { ...plain, willRead }, announced };
}

async function openFar(built: BuiltDicom) {
  const { source, announced } = far(built.bytes);
  const file = await openSource(source, {
    context: createContext(),
    options: {},
    ownership: 'owned',
  });
  return { file, announced };
}

const COUNT = 20;
const native = dicom({
  elements: [
    ...imagePixel({ rows: 2, columns: 3, numberOfFrames: COUNT }),
    [0x7fe00010, 'OW', Array.from({ length: 6 * COUNT }, (_, k) => k)],
  ],
});
const MEBIBYTE = 2 ** 20;
const big = (count: number): BuiltDicom => {
  const pixels = new Uint8Array(count * MEBIBYTE);
  const size = { rows: 1024, columns: 1024, bitsAllocated: 8, numberOfFrames: count };
  return dicom({ elements: [...imagePixel(size), [0x7fe00010, 'OB', pixels]] });
};
const jpeg = (offsetTable: 'exact' | 'empty'): BuiltDicom =>
  dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 8, columns: 8, bitsAllocated: 8, numberOfFrames: 5 }),
      encapsulated({
        frames: Array.from({ length: 5 }, (_, k) => numberedJpeg(k)),
        offsetTable,
      }),
    ],
  });

async function firstOf(file: DicomFile): Promise<void> {
  try {
    await file.frames({ readAhead: 0 })[Symbol.asyncIterator]().next();
  } catch {
    // Whether it can be decoded is not the question.
  }
}

describe('frames that are announced', () => {
  it('are those that will be read, where they are', async () => {
    const { file, announced } = await openFar(native);
    for await (const { index } of file.frames({ start: 3, end: 9 })) {
      expect(announced.flatMap(({ ranges }) => ranges)).toEqual(
        Array.from({ length: 6 }, (_, k) => file.index.ranges(3 + k)[0]),
      );
      expect(announced.every(({ ended }) => !ended)).toBe(true);
      expect(index).toBeGreaterThanOrEqual(3);
    }
    expect(announced.every(({ ended }) => ended)).toBe(true);
    await file.close();
  });

  it('come a stretch at a time: one that is read, and the next', async () => {
    const { file, announced } = await openFar(big(80));
    const lengths: number[] = [];
    for await (const { index } of file.frames())
      if (index % 16 === 0) lengths.push(announced.length);
    expect(lengths).toEqual([2, 2, 3, 3, 3]);
    expect(announced.flatMap(({ ranges }) => ranges)).toHaveLength(80);
    await file.close();
  });

  it('with a table, with the items around them, which are looked at too', async () => {
    const built = jpeg('exact');
    const { file, announced } = await openFar(built);
    expect(file.index.strategy).toBe('basic-offset-table');
    await firstOf(file);
    const ranges = announced.flatMap((one) => one.ranges);
    expect(ranges).toEqual(
      Array.from({ length: 5 }, (_, k) => {
        const [at = { offset: 0, length: 0 }] = file.index.ranges(k);
        return { offset: at.offset - 8, length: 8 + at.length + 8 + 16 };
      }),
    );
    await file.close();
  });

  it('without a table, fragment by fragment', async () => {
    const { file, announced } = await openFar(jpeg('empty'));
    await firstOf(file);
    expect(announced.flatMap(({ ranges }) => ranges)).toEqual(
      Array.from({ length: 5 }, (_, k) => file.index.ranges(k)).flat(),
    );
    await file.close();
  });

  it('are so no longer once the loop is left, or the file closed', async () => {
    const { file, announced } = await openFar(native);
    for await (const { index } of file.frames()) if (index === 1) break;
    expect(announced.map(({ ended }) => ended)).toEqual([true]);
    const frames = file.frames()[Symbol.asyncIterator]();
    await frames.next();
    expect(announced.map(({ ended }) => ended)).toEqual([true, false]);
    await file.close();
    expect(announced.map(({ ended }) => ended)).toEqual([true, true]);
  });

  it('are not those that are asked for one by one, nor one alone', async () => {
    const { file, announced } = await openFar(native);
    await file.frame(3);
    await file.encodedFrame(4);
    for await (const { index } of file.frames({ start: 2, end: 3 })) expect(index).toBe(2);
    expect(announced).toEqual([]);
    await file.close();
  });

  it('of a video, in pieces of what is given', async () => {
    const stream = new Uint8Array(3 * MEBIBYTE).fill(1);
    const { file, announced } = await openFar(
      dicom({
        transferSyntax: '1.2.840.10008.1.2.4.102',
        elements: [
          ...imagePixel({ rows: 8, columns: 8, bitsAllocated: 8, numberOfFrames: 5 }),
          encapsulated({ frames: [stream], offsetTable: 'empty' }),
        ],
      }),
    );
    let bytes = 0;
    for await (const piece of file.encodedStream(0)) bytes += piece.length;
    expect(bytes).toBe(stream.length);
    const ranges = announced.flatMap((one) => one.ranges);
    expect(ranges.map(({ length }) => length)).toEqual([MEBIBYTE, MEBIBYTE, MEBIBYTE]);
    expect(ranges[0]?.offset).toBe(file.index.ranges(0)[0]?.offset);
    expect(announced.every(({ ended }) => ended)).toBe(true);
    await file.close();
  });
});
