import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { isAvailable } from '../../bench/contenders.mjs';
import { workOnce } from '../../bench/once.mjs';
import * as framedex from '../../src/node/index.ts';

const CONTENDER = fileURLToPath(new URL('../../bench/contender.mjs', import.meta.url));
const MATRIX = 512;
const FRAMES = 8;
const FRAME = 2 * MATRIX ** 2;
/** Of the header that the work load writes. */
const WINDOW = { centre: 1064, width: 400 };

/** `import` and `export ... from` that stay when the types are gone. */
const STATIC_IMPORT = /^(?:import|export)(?! type)\b[^;'"]*?'([^']+)';/gm;

const root = mkdtempSync(join(tmpdir(), 'framedex-bench-test-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('the thumbnail of a native file', () => {
  const suite = 'thumbnails-native';

  it('is of a file that has pixels in its middle frame alone', async () => {
    const { data } = await workOnce({ suite, contender: 'floor' }, root);
    const bytes = readFileSync(data.file ?? '');
    const start = bytes.length - FRAMES * FRAME;
    const frame = (i: number): Buffer => bytes.subarray(start + i * FRAME, start + (i + 1) * FRAME);
    expect(bytes.length).toBe(statSync(data.file ?? '').size);
    expect(new Set(frame(FRAMES >> 1)).size).toBeGreaterThan(200);
    for (const i of [0, 3, 5, FRAMES - 1]) expect(frame(i).every((byte) => byte === 0)).toBe(true);
  });

  it('shows that frame, each pixel the mean of four, and reads no other', async () => {
    const what = { suite, contender: 'framedex' };
    const { data, bytesRead } = await workOnce(what, root, framedex);
    expect(bytesRead).toBeGreaterThanOrEqual(FRAME);
    expect(bytesRead).toBeLessThanOrEqual(FRAME + 16 * 1024);
    const stored = middleFrame(readFileSync(data.file ?? ''));
    await using file = await framedex.open(data.file ?? '');
    const image = await file.thumbnail({ size: MATRIX / 2 });
    expect([image.width, image.height, image.channels]).toEqual([MATRIX / 2, MATRIX / 2, 1]);
    expect(furthest(image.data, (x, y) => meanOfFour(stored, x, y))).toBeLessThanOrEqual(1);
  });

  it('by its floor takes the bytes of the frame alone', async () => {
    const { manifest } = await workOnce({ suite, contender: 'floor' }, root);
    const printed = execFileSync(process.execPath, [CONTENDER, suite, 'floor', manifest]);
    expect(JSON.parse(printed.toString())).toMatchObject({ bytesRead: FRAME, reads: 1 });
  });

  it('by DCMTK is as large', async ({ skip }) => {
    skip(!(await isAvailable('dcmtk')), 'DCMTK is not installed');
    const { manifest, expected } = await workOnce({ suite, contender: 'floor' }, root);
    const printed = execFileSync(process.execPath, [CONTENDER, suite, 'dcmtk', manifest]);
    expect(JSON.parse(printed.toString())).toMatchObject(expected);
  });
});

describe.each(['jpeg-2000', 'htj2k'])('the thumbnail of %s', (kind) => {
  const suite = `thumbnails-${kind}`;

  it('shows about what the whole frame does, in the same size, and reads no more', async () => {
    const part = await workOnce({ suite, contender: 'framedex' }, root, framedex);
    const whole = await workOnce({ suite, contender: 'framedex-whole' }, root, framedex);
    expect(part.result).toEqual(whole.result);
    expect(part.result).toEqual(part.expected);
    expect(part.bytesRead).toBeLessThanOrEqual(whole.bytesRead ?? 0);
    await using file = await framedex.open(part.data.file ?? '');
    const small = await file.thumbnail({ size: 8 });
    const ofAll = framedex.render(await file.frame(0), { size: 8 });
    expect(small.reduced).toBe(1);
    expect(ofAll.reduced).toBeUndefined();
    expect(small.data).toHaveLength(ofAll.data.length);
    // A wavelet's lower resolution is no mean of pixels.
    expect(meanDifference(small.data, ofAll.data)).toBeLessThan(6);
    expect(new Set(small.data).size).toBeGreaterThan(15);
  });
});

describe('the thumbnails of a series', () => {
  const suite = 'thumbnails-series';

  it.each(['framedex', 'framedex-sharp'])('by %s are of each file in both sizes', async (name) => {
    const { data, expected, result, details } = await workOnce(
      { suite, contender: name },
      root,
      framedex,
    );
    expect(result).toEqual(expected);
    expect(result.items).toBe(2 * (data.files?.length ?? 0));
    expect(Object.keys(details ?? {})).toEqual(['256: a second', '128: a second']);
    for (const rate of Object.values(details ?? {})) expect(rate).toBeGreaterThan(0);
  });
});

describe('the contact sheet of a folder', () => {
  it('has a picture of each series, all of them other instances', async () => {
    const what = { suite: 'thumbnails-sheet', contender: 'framedex' };
    const { data, expected, result } = await workOnce(what, root, framedex);
    expect(result).toEqual(expected);
    await using folder = await framedex.openFolder(data.folder ?? '');
    const series = await folder.series();
    expect(series.map(({ instances }) => instances.length)).toEqual([3, 3, 3, 3]);
    const uids = series.flatMap(({ instances }) =>
      instances.map(({ dataset }) => dataset.get('SOPInstanceUID')),
    );
    expect(new Set(uids).size).toBe(12);
  });
});

describe('a process that makes a thumbnail', () => {
  const loaded = loadedBy('src/node/index.ts');

  it.each([
    // But for what is called at once, without a series: where planes lie, and files of volumes.
    [
      'series and volumes',
      /^src\/series\/(?!(anatomical-planes|encode-volume|encoded-samples|geometry|image-kind|nifti|npy|nrrd|ras-affine|tolerances)\.ts$)/,
    ],
    ['collections', /^src\/collection\/(collection|series|concatenation)\.ts$/],
    ['folders', /^src\/node\/folder\.ts$/],
    ['archives', /^src\/(archive\/(zip|tar|gzip|archive)|node\/archives|node\/zip-directory)\.ts$/],
    ['our own inflating', /^src\/inflate\/deflate-(decoder|tables|symbols)\.ts$/],
    ['codecs', /^src\/codecs\/(jpeg|jpeg-ls|jpeg-2000|htj2k|jpeg-xl|rle)\.ts$/],
    ['packages that only some need', /^(sharp|yauzl|@cornerstonejs\/|dcmjs-codecs)/],
    ['letters', /lettering/],
    ['node:crypto', /^node:crypto$/],
  ])('does not load %s with the library', (_, what) => {
    expect(loaded.filter((module) => what.test(module))).toEqual([]);
  });

  it('loads what it needs', () => {
    expect(loaded).toContain('src/dicom/header.ts');
    expect(loaded).toContain('src/display/render.ts');
  });
});

/** What `import` of a module brings with it: its static imports and theirs, but for types. */
function loadedBy(entry: string): string[] {
  const house = fileURLToPath(new URL('../../', import.meta.url));
  const found = new Set([entry]);
  for (const module of found) {
    if (!module.startsWith('src/')) continue;
    const text = readFileSync(join(house, module), 'utf8');
    for (const [, name = ''] of text.matchAll(STATIC_IMPORT)) {
      found.add(name.startsWith('.') ? relative(house, resolve(house, module, '..', name)) : name);
    }
  }
  return [...found].map((name) => name.replaceAll('\\', '/'));
}

function middleFrame(bytes: Buffer): Uint16Array {
  const start = bytes.length - (FRAMES - (FRAMES >> 1)) * FRAME;
  return new Uint16Array(Uint8Array.from(bytes.subarray(start, start + FRAME)).buffer);
}

/** The mean of the grey levels of four pixels, each by the function LINEAR (PS3.3 C.11.2.1.2.1). */
function meanOfFour(stored: Uint16Array, x: number, y: number): number {
  const at = 2 * y * MATRIX + 2 * x;
  const four = [at, at + 1, at + MATRIX, at + MATRIX + 1].map((place) => grey(stored[place] ?? 0));
  return four.reduce((sum, one) => sum + one, 0) / 4;
}

function grey(value: number): number {
  const { centre, width } = WINDOW;
  const level = (value - (centre - 0.5)) / (width - 1) + 0.5;
  return 255 * Math.min(1, Math.max(0, level));
}

function furthest(data: ArrayLike<number>, expected: (x: number, y: number) => number): number {
  const side = MATRIX / 2;
  let most = 0;
  for (let i = 0; i < side * side; i++) {
    const wanted = expected(i % side, Math.floor(i / side));
    most = Math.max(most, Math.abs((data[i] ?? -1) - wanted));
  }
  return most;
}

function meanDifference(some: ArrayLike<number>, others: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < some.length; i++) sum += Math.abs((some[i] ?? 0) - (others[i] ?? 0));
  return sum / some.length;
}
