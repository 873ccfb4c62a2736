import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createContext, open, openArchive } from '../../src/node/index.ts';
import type { NodeContext } from '../../src/node/index.ts';
import { dicom } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { delay } from '../support/delay.ts';
import { serve } from '../support/http-server.ts';
import type { FileServer } from '../support/http-server.ts';
import { noise } from '../support/noise.ts';
import { sliceParts } from '../support/slices.ts';

const MEBIBYTE = 2 ** 20;
const RUN = 8 * MEBIBYTE;
const SLICES = 222;
/** Noise, which deflate makes nothing of: 230 KB a slice, as of a CT slice that was deflated. */
const MATRIX = 339;
const SLICE_BYTES = 2 * MATRIX ** 2;
const bytesOfNoise = noise(SLICE_BYTES + SLICES);
const cells = (k: number): Uint8Array => bytesOfNoise.subarray(k, k + SLICE_BYTES);

function object(k: number, columns = MATRIX): Uint8Array {
  const size = { rows: MATRIX, columns, pixelRepresentation: 0 };
  const pixels = cells(k).subarray(0, 2 * MATRIX * columns);
  return dicom(sliceParts({ z: k, ...size, pixels: [0x7fe00010, 'OW', pixels] })).bytes;
}

function multiFrame(count: number): Uint8Array {
  const pixels = new Uint8Array(count * SLICE_BYTES);
  for (let k = 0; k < count; k++) pixels.set(cells(k), k * SLICE_BYTES);
  const size = { rows: MATRIX, columns: MATRIX, numberOfFrames: count, pixelRepresentation: 0 };
  return dicom(sliceParts({ ...size, pixels: [0x7fe00010, 'OW', pixels] })).bytes;
}

const nameOf = (k: number): string => `IM${k}`;
const upwards = Array.from({ length: SLICES }, (_, k) => k);
/** 89 and 222 have no divisor in common. */
const shuffled = upwards.map((k) => (k * 89) % SLICES);
const zipOf = (order: readonly number[], method: 0 | 8): Uint8Array =>
  buildZip(order.map((k) => ({ name: nameOf(k), data: object(k), method })));

const files: Record<string, Uint8Array> = {};
let server: FileServer;
let context: NodeContext;

beforeAll(async () => {
  files['slice.dcm'] = object(0);
  files['frames.dcm'] = multiFrame(64);
  files['series.zip'] = zipOf(upwards, 8);
  files['shuffled.zip'] = zipOf(shuffled, 8);
  files['stored.zip'] = zipOf(upwards.slice(0, 60), 0);
  const small = upwards.map((k) => ({ name: nameOf(k), data: object(k, 8) }));
  files['small.zip'] = buildZip(small);
  server = await serve(files);
});
afterAll(() => server.close());
beforeEach(() => {
  context = createContext();
  server.requests.length = 0;
});
afterEach(() => context.close());

const url = (name: string): string => `${server.url}${name}`;
const runsOf = (name: string): number => Math.ceil((files[name]?.length ?? 0) / RUN);
/** How many requests came since this was asked last. */
function requests(): number {
  const { length } = server.requests;
  server.requests.length = 0;
  return length;
}

function isSlice(data: ArrayBufferView | undefined, k: number): boolean {
  if (data === undefined) return false;
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(cells(k));
}

describe('a file over HTTP', () => {
  it('is one request for its header, and one for its frame', async () => {
    await using file = await open(url('slice.dcm'), { context });
    expect(requests()).toBe(1);
    expect(isSlice((await file.frame(0)).data, 0)).toBe(true);
    expect(requests()).toBe(1);
    expect(file.stats().remote?.requests).toBe(2);
  });

  it('is read in runs of 8 MiB by frames()', async () => {
    await using file = await open(url('frames.dcm'), { context });
    let k = 0;
    for await (const frame of file.frames()) expect(isSlice(frame.data, k++)).toBe(true);
    expect(k).toBe(64);
    expect(requests()).toBeLessThanOrEqual(runsOf('frames.dcm') + 1);
  });

  it('is asked for one frame alone where one is asked for', async () => {
    await using file = await open(url('frames.dcm'), { context });
    await file.frame(40);
    expect(requests()).toBe(2);
    expect(file.stats().remote?.bytesReceived).toBeLessThan(64 * 1024 + SLICE_BYTES + 2 * 16384);
  });

  it('is asked for nothing more once the loop over its frames is left', async () => {
    await using file = await open(url('frames.dcm'), { context });
    for await (const { index } of file.frames()) if (index === 2) break;
    await delay(100);
    expect(server.requests.filter(({ state }) => state === 'open')).toEqual([]);
    const before = server.requests.length;
    await delay(50);
    expect(server.requests).toHaveLength(before);
    expect(before).toBeLessThanOrEqual(3);
  });
});

describe('a zip archive over HTTP', () => {
  it('is listed by two requests at most, and one slice is one more', async () => {
    await using archive = await openArchive(url('series.zip'), { context });
    expect(requests()).toBeLessThanOrEqual(2);
    await using file = await archive.open(nameOf(100));
    expect(isSlice((await file.frame(0)).data, 100)).toBe(true);
    expect(requests()).toBe(1);
  });

  it('one stored slice is one request', async () => {
    await using archive = await openArchive(url('stored.zip'), { context });
    requests();
    await using file = await archive.open(nameOf(30));
    expect(isSlice((await file.frame(0)).data, 30)).toBe(true);
    expect(requests()).toBe(1);
  });

  it('a slice that is named by its path is one request', async () => {
    await using file = await open(`${url('series.zip')}!/${nameOf(100)}`, { context });
    expect(isSlice((await file.frame(0)).data, 100)).toBe(true);
    // The listing, and what the slice takes.
    expect(requests()).toBeLessThanOrEqual(3);
  });

  it.each(['series.zip', 'shuffled.zip'])(
    '%s: a request for each header, then the volume in runs of 8 MiB',
    async (name) => {
      await using archive = await openArchive(url(name), { context });
      requests();
      const [series] = await archive.series();
      expect(requests()).toBeLessThanOrEqual(SLICES);
      const volume = await series?.volume();
      expect(requests()).toBeLessThanOrEqual(runsOf(name) + 1);
      for (const k of [0, 57, 221]) {
        const at = k * MATRIX ** 2;
        expect(isSlice(volume?.data.subarray(at, at + MATRIX ** 2), k)).toBe(true);
      }
    },
  );

  it('is read as its slices lie there, where the cache does not hold it', async () => {
    await using little = createContext({ remoteCacheBytes: 32 * MEBIBYTE });
    await using archive = await openArchive(url('shuffled.zip'), { context: little });
    const [series] = await archive.series();
    requests();
    const progress: number[] = [];
    const volume = await series?.volume({ onProgress: (done) => progress.push(done) });
    // The run of the middle slice once more, and what was there when its run was brought and had to make room since.
    expect(server.bytes).toBeLessThanOrEqual((files['shuffled.zip']?.length ?? 0) + 2 * RUN);
    expect(requests()).toBeLessThanOrEqual(runsOf('shuffled.zip') + 5);
    expect(progress).toEqual(upwards.map((k) => k + 1));
    expect(isSlice(volume?.data.subarray(5 * MATRIX ** 2, 6 * MATRIX ** 2), 5)).toBe(true);
  });

  it('short members: their headers come many in a request', async () => {
    await using archive = await openArchive(url('small.zip'), { context });
    requests();
    expect((await archive.series())[0]?.instances).toHaveLength(SLICES);
    expect(requests()).toBeLessThanOrEqual(runsOf('small.zip') + 1);
  });

  it('is opened member by member in runs of 8 MiB', async () => {
    await using archive = await openArchive(url('stored.zip'), { context });
    requests();
    let k = 0;
    for await (const file of archive) {
      expect(isSlice((await file.frame(0)).data, k++)).toBe(true);
      await file.close();
    }
    expect(k).toBe(60);
    expect(requests()).toBeLessThanOrEqual(runsOf('stored.zip') + 1);
  });

  it('planes are read in runs, and one plane alone is not the series', async () => {
    await using archive = await openArchive(url('series.zip'), { context });
    const [series] = await archive.series();
    requests();
    for await (const plane of series?.planes('axial', { start: 3, end: 4 }) ?? []) {
      expect(plane.index).toBe(3);
    }
    // The middle slice says what all are like.
    expect(requests()).toBeLessThanOrEqual(2);
    let planes = 0;
    for await (const plane of series?.planes('axial') ?? []) planes += plane.rows > 0 ? 1 : 0;
    expect(planes).toBe(SLICES);
    expect(requests()).toBeLessThanOrEqual(runsOf('series.zip') + 2);
  });

  it('a volume that is given up asks for nothing more', async () => {
    await using archive = await openArchive(url('series.zip'), { context });
    const [series] = await archive.series();
    const giveUp = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 3) giveUp.abort(new Error('enough'));
    };
    const given = series?.volume({ signal: giveUp.signal, onProgress });
    await expect(given).rejects.toThrow('enough');
    await delay(100);
    expect(server.requests.filter(({ state }) => state === 'open')).toEqual([]);
    requests();
    await delay(50);
    expect(requests()).toBe(0);
  });
});
