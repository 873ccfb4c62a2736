import dicomParser from 'dicom-parser';
import type { DataSet, Element } from 'dicom-parser';
import { execFileSync } from 'node:child_process';
import fs, { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadContender } from '../../bench/contenders.mjs';
import { listSuites, workOnce } from '../../bench/once.mjs';
import type { WorkloadData } from '../../bench/once.mjs';
import * as framedex from '../../src/node/index.ts';

const CONTENDER = fileURLToPath(new URL('../../bench/contender.mjs', import.meta.url));
const FRAME = 256 * 256 * 2;
const SLICE = 64 * 64 * 2;

/** Six lines of a UID, the instance number, rows, columns and a position each. */
const HEADER_LINES = 398;

/** A UID, and how many frames, rows and columns. */
const OBJECT_LINE = '2.25.338634022715172845288221374773809548273 6 16 16'.length;

/**
 * What each suite takes at its smallest size. A bench that measures nothing is found here, not
 * years later.
 */
const WORK: Readonly<Record<string, { items: number; byteLength: number }>> = {
  headers: { items: 1, byteLength: HEADER_LINES },
  'functional-groups-open': { items: 1, byteLength: OBJECT_LINE },
  'functional-groups-positions': { items: 1, byteLength: 6 * 3 * 8 },
  'one-frame': { items: 1, byteLength: FRAME },
  'frame-index-count': { items: 1, byteLength: '7'.length },
  'frame-index-frame': { items: 1, byteLength: 512 },
  'zip-list': { items: 1, byteLength: HEADER_LINES },
  'zip-slice': { items: 1, byteLength: SLICE },
  'zip-volume': { items: 1, byteLength: 6 * SLICE },
  'volume-planes': {
    items: 2 * (6 + 64 + 64),
    byteLength: 3 * 6 * SLICE + 6 * '64 x 64'.length + 128 * '307 x 6'.length,
  },
  'deflated-random': { items: 7, byteLength: 7 * FRAME },
  rle: { items: 8, byteLength: 8 * FRAME },
  'native-all': { items: 8, byteLength: 8 * FRAME },
  unpack: { items: 9, byteLength: 9 * 13 * 13 },
  'unpack-packed': { items: 9, byteLength: 9 * Math.ceil((13 * 13) / 8) },
  thumbnail: { items: 1, byteLength: 'PNG 128 x 128'.length },
  'thumbnails-native': { items: 1, byteLength: '256 x 256'.length },
  'thumbnails-jpeg-2000': { items: 1, byteLength: '16 x 12'.length },
  'thumbnails-htj2k': { items: 1, byteLength: '16 x 12'.length },
  'thumbnails-series': { items: 6, byteLength: 6 * '256 x 256'.length },
  'thumbnails-sheet': { items: 1, byteLength: '4 pictures'.length },
  'codec-jpeg': { items: 1, byteLength: 61 * 47 },
  'codec-jpeg-12': { items: 1, byteLength: 2 * 61 * 47 },
  'codec-jpeg-lossless': { items: 1, byteLength: 2 * 61 * 47 },
  'codec-jpeg-ls': { items: 1, byteLength: 2 * 61 * 47 },
  'codec-jpeg-2000': { items: 1, byteLength: 2 * 61 * 47 },
  'codec-htj2k': { items: 1, byteLength: 2 * 61 * 47 },
  'codec-jpeg-xl': { items: 1, byteLength: 2 * 61 * 47 },
};

/** Programs that may not be installed, and what reads without understanding. */
const NOT_CHECKED_HERE = [
  ...['floor', 'framedex', 'framedex-threads', 'framedex-one-thread'],
  ...['framedex-saved', 'framedex-spool', 'framedex-whole', 'framedex-sharp'],
  ...['framedex-volume', 'dcm2niix'],
  ...['pydicom', 'dcmtk', 'gdcm', 'openjpeg', 'openjph', 'libjxl', 'unzip'],
];

const root = mkdtempSync(join(tmpdir(), 'framedex-bench-test-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('bench work loads', () => {
  it('are all pinned here', () => {
    expect(listSuites().map(({ name }) => name)).toEqual(Object.keys(WORK));
  });

  for (const { name: suite, workloads, contenders } of listSuites()) {
    it.each(workloads)(
      `${suite}: framedex takes what the generator wrote: %s`,
      async (workload) => {
        const what = { suite, workload, contender: 'framedex' };
        const { expected, result } = await workOnce(what, root, framedex);
        expect(result).toEqual(expected);
        expect(result).toMatchObject(WORK[suite] ?? {});
      },
    );

    const independent = contenders.filter((contender) => !NOT_CHECKED_HERE.includes(contender));
    const each = independent.flatMap((contender) =>
      workloads.map((workload) => ({ contender, workload })),
    );
    it.each(each)(`${suite}: $contender takes the same: $workload`, async (what) => {
      const { expected, result } = await workOnce({ suite, ...what }, root);
      expect(result).toEqual(expected);
      expect(result).toMatchObject(WORK[suite] ?? {});
    });
  }
});

describe('headers', () => {
  it('are those of a scanner: 125 elements and Pixel Data, seven sequences, private blocks', async () => {
    const { data } = await workOnce({ suite: 'headers', contender: 'floor' }, root);
    expect(data.files).toHaveLength(6);
    for (const path of data.files ?? []) {
      const dataSet = dicomParser.parseDicom(readFileSync(path));
      const elements = allElements(dataSet);
      expect(elements).toHaveLength(125 + 1);
      const sequences = elements.filter(({ vr }) => vr === 'SQ');
      expect(sequences.map(({ hadUndefinedLength = false }) => hadUndefinedLength)).toEqual([
        ...[true, true, false, true],
        ...[false, true, false],
      ]);
      expect(elements.filter(({ vr }) => vr === 'UN').map(({ tag }) => tag)).toEqual([
        ...['x00091001', 'x00291010', 'x00291020'],
      ]);
      const { dataOffset = 0 } = dataSet.elements['x7fe00010'] ?? {};
      expect(dataOffset).toBeGreaterThan(4096);
      expect(dataOffset).toBeLessThan(8192);
    }
  });

  it('are each of another slice', async () => {
    const { data } = await workOnce({ suite: 'headers', contender: 'floor' }, root);
    const positions = data.files?.map((path) =>
      dicomParser.parseDicom(readFileSync(path)).string('x00200032'),
    );
    expect(new Set(positions).size).toBe(6);
  });
});

describe('functional groups', () => {
  const workloads =
    listSuites().find(({ name }) => name === 'functional-groups-open')?.workloads ?? [];

  it('come in both ways of writing sequences', async () => {
    expect(workloads).toHaveLength(2);
    for (const [i, isUndefined] of [true, false].entries()) {
      const sequences = allElements(await enhanced(workloads[i])).filter(({ vr }) => vr === 'SQ');
      // Dimensions, shared groups and their frame type, then a sequence a group and that of all.
      expect(sequences).toHaveLength(4 + 1 + 6 * 6);
      for (const { hadUndefinedLength = false } of sequences) {
        expect(hadUndefinedLength).toBe(isUndefined);
      }
    }
  });

  it.each(workloads)(
    'are of six kinds in every frame, each frame with its own: %s',
    async (name) => {
      const { elements } = await enhanced(name);
      const frames = elements['x52009230']?.items ?? [];
      expect(frames).toHaveLength(6);
      const places = frames.map(({ dataSet }, frame) => {
        const kinds = dataSet === undefined ? [] : elementsOf(dataSet).map(({ tag }) => tag);
        expect(kinds).toEqual([
          ...['x00209111', 'x00209113', 'x00209116', 'x00289110', 'x00289132', 'x00289145'],
        ]);
        const groups = dataSet?.elements ?? {};
        const content = groups['x00209111']?.items?.[0]?.dataSet;
        expect([content?.uint32('x00209157', 0), content?.uint32('x00209157', 1)]).toEqual([
          1,
          frame + 1,
        ]);
        return groups['x00209113']?.items?.[0]?.dataSet?.string('x00200032');
      });
      expect(new Set(places).size).toBe(6);
    },
  );

  it('take 0.85 MB of 2000 frames where delimiters end sequences', async () => {
    const [workload = ''] = workloads;
    const what = { suite: 'functional-groups-open', workload, contender: 'floor' };
    const { data } = await workOnce(what, root);
    const perFrame = (data.groupsLength ?? 0) / 6;
    expect(perFrame).toBeGreaterThan(415);
    expect(perFrame).toBeLessThan(440);
  });

  async function enhanced(workload = ''): Promise<DataSet> {
    const what = { suite: 'functional-groups-open', workload, contender: 'floor' };
    const { data } = await workOnce(what, root);
    return dicomParser.parseDicom(readFileSync(data.file ?? ''));
  }
});

describe('frame index', () => {
  const workloads = listSuites().find(({ name }) => name === 'frame-index-count')?.workloads ?? [];
  const suite = 'frame-index-count';

  it('comes in all kinds of saying where frames are', () => {
    expect(workloads.map((name) => name.replace('frames-7x512-', ''))).toEqual([
      ...['native', 'table', 'no-table', 'fragments', 'saved'],
    ]);
  });

  it.each([
    { kind: 'table', fragments: 1, entries: 7 },
    { kind: 'no-table', fragments: 1, entries: 0 },
    { kind: 'fragments', fragments: 2, entries: 0 },
    { kind: 'saved', fragments: 2, entries: 0 },
  ])('$kind: JPEG images that tell their numbers', async ({ kind, fragments, entries }) => {
    const what = { suite, workload: `frames-7x512-${kind}`, contender: 'floor' };
    const { data } = await workOnce(what, root);
    const dataSet = dicomParser.parseDicom(readFileSync(data.file ?? ''));
    const pixelData = dataSet.elements['x7fe00010'];
    if (pixelData?.fragments === undefined) throw new Error('no fragments');
    expect(pixelData.dataOffset).toBe(data.headerLength);
    expect(pixelData.basicOffsetTable).toHaveLength(entries);
    expect(pixelData.fragments).toHaveLength(7 * fragments);
    const lengths = new Set<number>();
    for (let frame = 0; frame < 7; frame += 1) {
      const image = dicomParser.readEncapsulatedPixelDataFromFragments(
        ...[dataSet, pixelData, frame * fragments, fragments],
      );
      const text = Buffer.from(image).toString('latin1');
      expect(markers(image)).toEqual([0xfe, 0xdb, 0xc0, 0xc4, 0xc4, 0xfe, 0xda]);
      expect(text.slice(6, 14)).toBe(`0000000${frame}`);
      expect(text.endsWith('\xff\xd9')).toBe(true);
      lengths.add(image.length);
    }
    expect(lengths.size).toBe(4);
  });

  /** Of a JPEG image, up to its coded data; each must end where the next one begins. */
  function markers(image: Uint8Array): number[] {
    const found: number[] = [];
    const view = new DataView(image.buffer, image.byteOffset, image.length);
    let at = 2;
    for (; found.at(-1) !== 0xda; at += 2 + view.getUint16(at + 2)) {
      expect(view.getUint8(at)).toBe(0xff);
      found.push(view.getUint8(at + 1));
    }
    expect(image.length - at).toBe(16 + 2);
    return found;
  }
});

/** Of one data set, in the order of the file; dicom-parser takes the delimiter of an item for one. */
function elementsOf({ elements }: DataSet): Element[] {
  return Object.values(elements).filter(({ tag }) => tag !== 'xfffee00d');
}

/** At all depths. */
function allElements(of: DataSet): Element[] {
  return elementsOf(of).flatMap((element) => [
    element,
    ...(element.items ?? []).flatMap(({ dataSet }) =>
      dataSet === undefined ? [] : allElements(dataSet),
    ),
  ]);
}

describe('bare floors', () => {
  it('one-frame: reads the bytes of one frame and no others', async () => {
    const floor = await runFloor('one-frame');
    expect(floor.bytesRead).toBe(FRAME);
    expect(floor.byteLength).toBe(FRAME);
  });

  it('native-all: reads all pixels', async () => {
    expect((await runFloor('native-all')).bytesRead).toBe(8 * FRAME);
  });

  it('rle: reads the pixel data but for the headers of its items', async () => {
    const { bytesRead, fileSize } = await runFloor('rle');
    expect(bytesRead).toBeLessThan(fileSize);
    expect(bytesRead).toBeGreaterThan(fileSize - 1024);
  });

  it('headers: reads 8 KiB of each file, as framedex does', async () => {
    expect((await runFloor('headers')).bytesRead).toBe(6 * 8192);
    const what = { suite: 'headers', contender: 'framedex' };
    expect((await workOnce(what, root, framedex)).bytesRead).toBe(6 * 8192);
  });

  it('headers: opens, reads and closes each file, and no more', async () => {
    const { calls } = await floorCalls('headers');
    expect(calls).toEqual(Array.from({ length: 6 }, () => OPEN_READ_CLOSE).flat());
  });

  it.each(['functional-groups-open', 'functional-groups-positions'])(
    '%s: reads the header up to the pixels, and no more',
    async (suite) => {
      const { calls, data } = await floorCalls(suite);
      expect(calls).toEqual(OPEN_READ_CLOSE);
      expect((await runFloor(suite)).bytesRead).toBe(data.headerLength);
      const { elements } = dicomParser.parseDicom(readFileSync(data.file ?? ''));
      expect(data.headerLength).toBe(elements['x7fe00010']?.dataOffset);
    },
  );

  it.each([
    { kind: 'native', beyond: 0, frame: 512 },
    { kind: 'table', beyond: 8 + 4 * 7, frame: 512 },
    { kind: 'no-table', beyond: 8 * (1 + 7 + 1), frame: 512 },
    { kind: 'fragments', beyond: 8 + 7 * 2 * (8 + 4) + 8, frame: 8 + 512 },
  ])(
    'frame-index: $kind: reads the header and what tells where frames are',
    async ({ kind, beyond, frame }) => {
      const workload = `frames-7x512-${kind}`;
      const { data } = await workOnce(
        { suite: 'frame-index-count', workload, contender: 'floor' },
        root,
      );
      const least = (data.headerLength ?? 0) + beyond;
      expect((await runFloor('frame-index-count', workload)).bytesRead).toBe(least);
      expect((await runFloor('frame-index-frame', workload)).bytesRead).toBe(least + frame);
    },
  );

  it('frame-index: saved: reads the header and four bytes a fragment', async () => {
    const workload = 'frames-7x512-saved';
    const what = { suite: 'frame-index-count', workload, contender: 'floor' };
    const { data } = await workOnce(what, root);
    // Without the head of the pixel data.
    const least = (data.headerLength ?? 0) - 12 + 4 * 14;
    expect((await runFloor('frame-index-count', workload)).bytesRead).toBe(least);
  });

  it('zip-list: reads no more than 4 KiB of each member', async () => {
    const { bytesRead } = await runFloor('zip-list');
    expect(bytesRead).toBeGreaterThan(6 * 4096);
    expect(bytesRead).toBeLessThan(6 * 4096 + 1024);
  });

  it('zip-volume: reads the whole archive', async () => {
    const { bytesRead, fileSize, byteLength } = await runFloor('zip-volume');
    expect(byteLength).toBe(6 * SLICE);
    expect(bytesRead).toBeLessThanOrEqual(fileSize);
    expect(bytesRead).toBeGreaterThan(fileSize - 1024);
  });
});

interface Turn {
  readonly bytesRead: number;
  readonly byteLength: number;
  /** Of the one file that the suite reads; 0 where there are many. */
  readonly fileSize: number;
}

/** The floor in a process of its own, as the bench runs it. */
async function runFloor(suite: string, workload?: string): Promise<Turn> {
  const what = { suite, contender: 'floor', ...(workload === undefined ? {} : { workload }) };
  const { manifest } = await workOnce(what, root);
  const printed = execFileSync(process.execPath, [CONTENDER, suite, 'floor', manifest]);
  const { bytesRead, byteLength } = JSON.parse(printed.toString()) as Turn;
  const name = { rle: 'rle.dcm', 'zip-volume': 'ct.zip' }[suite];
  const fileSize = name === undefined ? 0 : statSync(join(dirname(manifest), name)).size;
  return { bytesRead, byteLength, fileSize };
}

const OPEN_READ_CLOSE = ['openSync', 'readSync', 'closeSync'];

/** What the floor calls of node:fs; its data is made, and its manifest read, before. */
async function floorCalls(suite: string): Promise<{ calls: string[]; data: WorkloadData }> {
  const what = { suite, contender: 'floor' };
  const { data } = await workOnce(what, root);
  const { [suite]: work } = await loadContender('floor');
  const functions = fs as unknown as Record<string, unknown>;
  const originals = Object.entries(functions).filter(([, value]) => typeof value === 'function');
  const calls: string[] = [];
  for (const [name, original] of originals) {
    if (!name.endsWith('Sync')) continue;
    functions[name] = (...args: unknown[]): unknown => {
      calls.push(name);
      return Reflect.apply(original as (...all: unknown[]) => unknown, fs, args);
    };
  }
  syncBuiltinESMExports();
  try {
    work?.(data, () => undefined);
  } finally {
    Object.assign(functions, Object.fromEntries(originals));
    syncBuiltinESMExports();
  }
  return { calls, data };
}
