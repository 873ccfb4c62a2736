import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { openSource } from '../../src/file/open.ts';
import type { OpenOptions } from '../../src/file/open.ts';
import type { FileIndexJson } from '../../src/file/saved-index.ts';
import { createContext } from '../support/platform.ts';
import {
  dicom,
  encapsulated,
  extendedOffsetTable,
  imagePixel,
  sequence,
  SYNTAX,
} from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { valueBytes } from '../support/build-value.ts';
import { countingSource } from '../support/counting-source.ts';
import { DELIMITER, itemOf, numberedJpeg, startsOf } from '../support/encapsulations.ts';
import { madeSource } from '../support/made-source.ts';
import { codeOf } from '../support/open-built.ts';

const TO_PIXELS = Uint8Array.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 255, 255, 255, 255]);
const OPEN_PIXELS = { tag: 0x7fe00010, encode: () => TO_PIXELS };

function open(source: Source, options: OpenOptions = {}) {
  return openSource(source, { context: createContext(), options, ownership: 'borrowed' });
}

function module(numberOfFrames: number, rows = 10): ElementLike[] {
  return imagePixel({ rows, columns: 10, bitsAllocated: 8, numberOfFrames });
}

function headerOf(length: number): Uint8Array {
  const header = itemOf(new Uint8Array(0));
  new DataView(header.buffer).setUint32(4, length, true);
  return header;
}

/** An object of many frames, 10 to 200 KB each, of which nothing is in memory but its item headers. */
function slide(count: number, table: boolean): Source {
  const head = dicom({
    transferSyntax: SYNTAX.jpeg2000,
    elements: [...module(count), OPEN_PIXELS],
  }).bytes;
  const parts: [number, Uint8Array][] = [[0, head]];
  const starts: number[] = [];
  let at = 0;
  let state = 1;
  const lengths = Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 2 * Math.floor(5000 + (state / 2 ** 32) * 95_000);
  });
  for (const length of lengths) {
    starts.push(at);
    at += 8 + length;
  }
  const tableItem = itemOf(
    table
      ? valueBytes(
          'UL',
          starts.map((x) => x % 2 ** 32),
          true,
        )
      : TO_PIXELS.subarray(0, 0),
  );
  parts.push([head.length, tableItem]);
  const first = head.length + tableItem.length;
  const places = [...starts, at].map((start) => first + start);
  const headers = [...lengths.map(headerOf), DELIMITER];
  const plain = madeSource(first + at + 8, parts);
  const readSync = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    const bytes = plain.readSync?.(offset, length, into) ?? new Uint8Array(0);
    // Reads are short: of whole frames none is made.
    let k = places.findIndex((place) => place + 8 > offset);
    for (let place = places[k]; k >= 0 && place !== undefined; place = places[++k]) {
      if (place >= offset + bytes.length) break;
      for (const [j, byte] of (headers[k] ?? DELIMITER).entries()) {
        if (place + j >= offset) bytes[place + j - offset] = byte;
      }
    }
    return bytes;
  };
  return {
    ...plain,
    identity: { modified: 1 },
    readSync,
    read: (offset, length, options) => Promise.resolve(readSync(offset, length, options?.into)),
  };
}

function bytesOfIndex(index: FileIndexJson): number {
  return JSON.stringify({ ...index, header: undefined }).length;
}

describe('the size of a saved index', () => {
  it.each([
    [1000, true],
    [1000, false],
    [6000, true],
    [6000, false],
  ])('R65: of %i frames (table: %s) is at most 16 bytes each', async (count, table) => {
    const source = slide(count, table);
    const index = (await open(source)).toIndex();
    expect(bytesOfIndex(index) / count).toBeLessThan(8);
    expect(index.frames?.count).toBe(count);
    const again = await open(source, { index: JSON.parse(JSON.stringify(index)) as FileIndexJson });
    const plain = await open(source);
    for (const i of [0, 1, count >> 1, count - 1]) {
      expect(again.index.ranges(i)).toEqual(plain.index.ranges(i));
    }
  });

  it('R65: of native frames is the same for any number of them', async () => {
    const sizes = await Promise.all(
      [10, 9_999_999].map(async (count) => {
        const { bytes } = dicom({
          elements: [
            ...module(count),
            [0x7fe00010, 'OB', new Uint8Array(0), { length: 100 * count }],
          ],
        });
        const file = await open(madeSource(bytes.length + 100 * count, [[0, bytes]]));
        expect(file.index.count).toBe(count);
        return JSON.stringify(file.toIndex()).length;
      }),
    );
    expect(Math.abs((sizes[0] ?? 0) - (sizes[1] ?? 0))).toBeLessThan(80);
  });

  it('R65: has no header of more than 16 KiB', async () => {
    const groups = sequence(0x52009230, [[[0x00204000, 'LT', 'x'.repeat(20_000)]]]);
    const { bytes } = dicom({
      elements: [...module(1), groups, [0x7fe00010, 'OB', new Uint8Array(100)]],
    });
    const index = (await open(memorySource(bytes, 'built.dcm'))).toIndex();
    expect(index.header).toBeUndefined();
    expect(JSON.stringify(index).length).toBeLessThan(2000);
  });
});

const jpegs = Array.from({ length: 6 }, (_, k) => numberedJpeg(k));

function asynchronous(bytes: Uint8Array) {
  const identity = { etag: '"1"' };
  const source = countingSource(memorySource(bytes, 'built.dcm'), { asynchronous: true });
  return { ...source, identity };
}

describe('an offset table that was only claimed', () => {
  it('R66: stays a claim, which is proved when its frames are read', async () => {
    const { bytes } = dicom({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [...module(6), encapsulated({ frames: jpegs })],
    });
    const source = asynchronous(bytes);
    const index = (await open(source)).toIndex();
    expect(index.frames).toMatchObject({ confidence: 'verified', layout: { kind: 'table' } });
    source.forget();
    const file = await open(source, { index });
    expect(await file.encodedFrame(3)).toEqual(jpegs[3]);
    expect(source.reads).toHaveLength(1);
  });

  it('R66: beside another table is looked for again: what the other says counts where it is wrong', async () => {
    const starts = startsOf(jpegs);
    const extended = extendedOffsetTable(jpegs);
    const elements = (offsetTable: 'empty' | number[]): ElementLike[] => [
      ...module(6),
      ...extended,
      encapsulated({ frames: jpegs, offsetTable }),
    ];
    const sourceOf = (offsetTable: 'empty' | number[]) =>
      asynchronous(
        dicom({ transferSyntax: SYNTAX.jpegBaseline, elements: elements(offsetTable) }).bytes,
      );
    expect((await open(sourceOf('empty'))).toIndex().frames?.layout.kind).toBe('table');
    const source = sourceOf(starts.map((start, k) => (k === 3 ? start - 4 : start)));
    const first = await open(source);
    const index = first.toIndex();
    expect([first.index.strategy, index.frames]).toEqual(['extended-offset-table', undefined]);
    const file = await open(source, { index });
    expect(await file.encodedFrame(3)).toEqual(jpegs[3]);
    expect(file.index.strategy).toBe('extended-offset-table');
  });

  it('R66: that lies in the middle is repaired as ever, and saved as it is then', async () => {
    const starts = startsOf(jpegs);
    const { bytes } = dicom({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [
        ...module(6),
        encapsulated({
          frames: jpegs,
          offsetTable: starts.map((start, k) => (k === 3 ? start - 4 : start)),
        }),
      ],
    });
    const source = asynchronous(bytes);
    const index = (await open(source)).toIndex();
    expect(index.frames?.layout.kind).toBe('table');
    expect(await codeOf(open(source, { index, strict: true }))).toBe('OFFSET_TABLE');
    const file = await open(source, { index });
    expect(await file.encodedFrame(3)).toEqual(jpegs[3]);
    expect(file.index).toMatchObject({ strategy: 'repaired', count: 6 });
    expect(file.warnings.map(({ code }) => code)).toEqual(['OFFSET_TABLE']);
    const repaired = file.toIndex();
    expect(repaired.frames).toMatchObject({ strategy: 'repaired', layout: { kind: 'fragments' } });
    const again = await open(source, { index: repaired });
    expect(await again.encodedFrame(3)).toEqual(jpegs[3]);
    expect(again.warnings).toEqual(file.warnings);
  });
});

describe('a source that changed unnoticed', () => {
  it('R67: fails where an item is no more, and gives no other bytes', async () => {
    const parts = (frames: readonly Uint8Array[]) => ({
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [...module(6), encapsulated({ frames, offsetTable: 'empty' as const })],
    });
    const { bytes } = dicom(parts(jpegs));
    const [first = DELIMITER, second = DELIMITER, ...rest] = jpegs;
    const swapped = dicom(parts([second, first, ...rest])).bytes;
    expect(swapped.length).toBe(bytes.length);
    const index = (await open(asynchronous(bytes))).toIndex();
    const file = await open(asynchronous(swapped), { index });
    expect(await codeOf(file.encodedFrame(0))).toBe('SOURCE_CHANGED');
    expect(await codeOf(file.encodedFrame(1))).toBe('SOURCE_CHANGED');
    expect(await file.encodedFrame(2)).toEqual(jpegs[2]);
  });
});

describe('options beside a saved index', () => {
  const built = dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      [0x00100010, 'PN', 'Doe^Jane'],
      [0x00100020, 'LO', 'x'],
      ...module(5),
      encapsulated({ frames: jpegs, offsetTable: 'empty' }),
    ],
  });
  const source = { ...memorySource(built.bytes, 'built.dcm'), identity: { etag: '"1"' } };

  it('R68: tags and until keep of the saved header what they keep of the file’s', async () => {
    const index = (await open(source)).toIndex();
    const some = await open(source, { index, tags: ['PatientID'] });
    expect(some.dataset.has('PatientName')).toBe(false);
    expect(some.dataset.get('PatientID')).toBe('x');
    expect(await some.encodedFrame(4)).toEqual(jpegs[4]);
    const start = await open(source, { index, until: 'Rows' });
    expect([start.dataset.has('PatientName'), start.dataset.has('Rows')]).toEqual([true, false]);
    expect(await codeOf(start.frame(0))).toBe('NO_PIXEL_DATA');
  });

  it('R68: what was opened with tags has no header to save, with until nothing', async () => {
    const some = await open(source, { tags: ['PatientID'] });
    const index = some.toIndex();
    expect(index.header).toBeUndefined();
    const file = await open(source, { index });
    expect(file.dataset.get('PatientName')).toBe('Doe^Jane');
    expect(await file.encodedFrame(4)).toEqual(jpegs[4]);
    const start = await open(source, { until: 'Rows' });
    expect(() => start.toIndex()).toThrow('USAGE');
  });

  it('R68: an index opened with tags gives the whole again', async () => {
    const index = (await open(source)).toIndex();
    const some = await open(source, { index, tags: ['PatientID'] });
    expect(some.toIndex()).toEqual(index);
  });

  it('R68: strict throws what was tolerated when the index was made', async () => {
    const file = await open(source);
    const [warning] = file.warnings;
    expect(warning?.code).toBe('FRAME_COUNT');
    const index = file.toIndex();
    expect(await codeOf(open(source, { index, strict: true }))).toBe('FRAME_COUNT');
    expect((await open(source, { index })).warnings).toEqual(file.warnings);
  });

  it('R68: of an index of many files, the one of its name is used', async () => {
    const index = (await open(source)).toIndex();
    const counted = countingSource(source);
    const named = { ...counted, identity: source.identity };
    await open(named, { index: { framedex: 1, files: { 'built.dcm': index } } });
    expect(counted.reads).toEqual([]);
    for (const other of ['other.dcm', 'toString', '__proto__']) {
      const opening = open(
        { ...named, name: other },
        { index: { framedex: 1, files: { 'built.dcm': index } } },
      );
      expect(await codeOf(opening)).toBe('USAGE');
    }
    const files = null as unknown as Record<string, FileIndexJson>;
    expect(await codeOf(open(source, { index: { framedex: 1, files } }))).toBe('INDEX_FORMAT');
  });

  it('R68: a file that was closed has none, and aborting is heard', async () => {
    const file = await open(source);
    const index = file.toIndex();
    await file.close();
    expect(() => file.toIndex()).toThrow('CLOSED');
    const signal = AbortSignal.abort('enough');
    expect(await codeOf(open(source, { index, signal }))).toBe('enough');
  });
});
