import { describe, expect, it } from 'vitest';
import { openSource } from '../../src/file/open.ts';
import { createContext } from '../support/platform.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { concat, tagBytes, valueBytes } from '../support/build-value.ts';
import { countingSource } from '../support/counting-source.ts';
import { jpeg, segment } from '../support/code-streams.ts';
import { madeSource } from '../support/made-source.ts';
import type { Part } from '../support/made-source.ts';
import { codeOf } from '../support/open-built.ts';

const GIGA = 2 ** 30;
const none = new Uint8Array(0);

/** What starts like a JPEG and tells its number; of the rest, only the end is written. */
const headOf = (k: number): Uint8Array =>
  jpeg({ before: segment(0xfe, Uint8Array.of(k >> 8, k & 255)) });

interface Large {
  /** Payloads of the fragments, one a frame. */
  readonly lengths: readonly number[];
  readonly table: 'basic' | 'extended' | 'both' | 'empty';
  /** Changes the entries. */
  readonly lie?: (offsets: number[]) => number[];
}

/** An object of which only headers, and the ends of frames, are in memory. */
function large({ lengths, table, lie = (offsets) => offsets }: Large) {
  const offsets: number[] = [];
  let at = 0;
  for (const length of lengths) {
    offsets.push(at);
    at += 8 + length;
  }
  const written = lie(offsets);
  const extended: ElementLike[] = [
    [0x7fe00001, 'OV', written.map(BigInt)],
    [0x7fe00002, 'OV', lengths.map(BigInt)],
  ];
  const { bytes } = dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 2, columns: 2, bitsAllocated: 8, numberOfFrames: lengths.length }),
      ...(table === 'extended' || table === 'both' ? extended : []),
      encapsulated({
        frames: [],
        // Written without its upper half, as 32 bits have none.
        offsetTable:
          table === 'basic' || table === 'both'
            ? written.map((offset) => offset % 2 ** 32)
            : 'empty',
        delimiter: none,
      }),
    ],
  });
  const end = Uint8Array.of(0xff, 0xd9);
  const parts: Part[] = [[0, bytes]];
  for (const [k, length] of lengths.entries()) {
    const start = bytes.length + (offsets[k] ?? 0);
    const item = concat(tagBytes(0xfffee000, true), valueBytes('UL', length, true));
    parts.push([start, concat(item, headOf(k).subarray(0, -2))], [start + 8 + length - 2, end]);
  }
  const size = bytes.length + at + 8;
  parts.push([size - 8, concat(tagBytes(0xfffee0dd, true), new Uint8Array(4))]);
  const expected = lengths.map((length, k) => [
    { offset: bytes.length + (offsets[k] ?? 0) + 8, length },
  ]);
  return { source: madeSource(size, parts), expected, tableAt: bytes.length };
}

const LENGTHS = [1.5 * GIGA, 1.5 * GIGA, 1.5 * GIGA, 1000, GIGA, 2 * GIGA, 1000];

describe('pixel data of more than 4 GiB', () => {
  it.each([
    ['H13: a basic table without the upper halves of its entries', 'basic', 'basic-offset-table'],
    ['H14: an extended table', 'extended', 'extended-offset-table'],
    ['H14: both, the basic one without upper halves', 'both', 'extended-offset-table'],
    ['H03: no table', 'empty', 'one-fragment-per-frame'],
  ] as const)('%s', async (_, table, strategy) => {
    for (const asynchronous of [false, true]) {
      const { source, expected } = large({ lengths: LENGTHS, table });
      const counting = countingSource(source, { asynchronous });
      const file = await openSource(counting, {
        context: createContext(),
        options: {},
        ownership: 'owned',
      });
      expect(file.index).toMatchObject({ count: LENGTHS.length, strategy });
      expect(LENGTHS.map((_length, i) => file.index.ranges(i))).toEqual(expected);
      for (const i of [3, 6]) {
        const bytes = await file.encodedFrame(i);
        expect(bytes).toHaveLength(1000);
        expect(bytes.subarray(0, headOf(i).length - 2)).toEqual(headOf(i).subarray(0, -2));
      }
      expect(file.index.strategy).toBe(strategy);
      expect(file.warnings).toEqual([]);
      expect(counting.bytesRead).toBeLessThan(150_000);
    }
  });

  it.each([
    ['H13: entries that wrap twice', 'basic', (offsets: number[]) => offsets, 0],
    [
      'H13: an entry off by 8 behind the wrap',
      'basic',
      (all: number[]) => all.map((at, k) => (k === 4 ? at + 8 : at)),
      1,
    ],
    [
      'H14: an entry off by 2^32',
      'extended',
      (all: number[]) => all.map((at, k) => (k === 4 ? at - 2 ** 32 : at)),
      1,
    ],
  ] as const)('%s', async (_, table, lie, faults) => {
    const lengths = [3.5 * GIGA, 3.5 * GIGA, 1000, 3.5 * GIGA, 1000, 2000];
    const { source, expected } = large({ lengths, table, lie });
    for (const asynchronous of [false, true]) {
      const given = countingSource(source, { asynchronous });
      const file = await openSource(given, {
        context: createContext(),
        options: {},
        ownership: 'owned',
      });
      for (const i of [2, 4, 5]) {
        const bytes = await file.encodedFrame(i);
        expect(bytes).toHaveLength(lengths[i] ?? 0);
        expect(bytes.subarray(0, 8)).toEqual(headOf(i).subarray(0, 8));
      }
      expect(lengths.map((_length, i) => file.index.ranges(i))).toEqual(expected);
      expect(file.warnings.map(({ code }) => code)).toEqual(Array(faults).fill('OFFSET_TABLE'));
      const again = countingSource(source, { asynchronous });
      const strict = openSource(again, {
        context: createContext(),
        options: { strict: true },
        ownership: 'owned',
      }).then((opened) => opened.encodedFrame(4));
      expect(await codeOf(strict)).toBe(faults === 0 ? 'no error' : 'OFFSET_TABLE');
    }
  });

  it('H21: a frame longer than what is allowed fails alone, and is not allocated', async () => {
    const { source } = large({ lengths: [1000, 2.5 * GIGA, 1000], table: 'basic' });
    for (const asynchronous of [false, true]) {
      const given = countingSource(source, { asynchronous });
      const file = await openSource(given, {
        context: createContext(),
        options: {},
        ownership: 'owned',
      });
      expect(await codeOf(file.encodedFrame(1))).toBe('FRAME_LIMIT');
      expect(await file.encodedFrame(2)).toHaveLength(1000);
    }
  });
});
