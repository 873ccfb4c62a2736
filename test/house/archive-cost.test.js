import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { createContext, openArchive } from '../../src/node/index.js';
import { dicom } from '../support/build-dicom.js';
import { buildZip } from '../support/build-zip.js';
import { countingSource } from '../support/counting-source.js';
import { noise } from '../support/noise.js';
import { sliceParts } from '../support/slices.js';
const SLICES = 40;
const MATRIX = 192;
const SLICE_BYTES = 2 * MATRIX ** 2;
/** The end of the archive, where its directory is looked for: a record and the longest comment. */
const TAIL = 56 + 20 + 22 + 65535;
/** Its beginning, which tells what kind of an archive it is. */
const BEGINNING = 512;
const RECORD = 46 + 6;
/** A local header with its name, room for its extra field, and 4 KiB behind it. */
const HEAD = 30 + 6 + 64 + 4096;
const IN_FLIGHT = 4;
/** Five bits of noise on a ramp, other in each slice: deflates to about a third. */
const randomBytes = noise(MATRIX ** 2);
const pixels = (k) =>
  Uint16Array.from(randomBytes, (byte, at) => (byte & 31) + 32 * ((k + at) % MATRIX));
/** Buffers are compared at once; typed arrays, number by number. */
const bufferOf = (samples) =>
  Buffer.from(samples?.buffer ?? new ArrayBuffer(0), samples?.byteOffset, samples?.byteLength);
const isSlice = (samples, k) =>
  samples instanceof Uint16Array && bufferOf(samples).equals(bufferOf(pixels(k)));
const nameOf = (k) => `IM${String(k + 1).padStart(4, '0')}`;
const objects = Array.from({ length: SLICES }, (_, k) => {
  const size = { rows: MATRIX, columns: MATRIX, pixelRepresentation: 0 };
  const values = [0x7fe00010, 'OW', bufferOf(pixels(k))];
  return dicom(sliceParts({ z: k, ...size, pixels: values })).bytes;
});
async function openSlices(method, inflatedCacheBytes) {
  const context = createContext({ inflatedCacheBytes });
  return { ...(await openIn(context, method)), context };
}
async function openIn(context, method) {
  const bytes = buildZip(objects.map((data, k) => ({ name: nameOf(k), data, method })));
  const source = countingSource(memorySource(bytes, 'ct.zip'));
  const archive = await openArchive(source, { context });
  return { archive, source, members: extents(bytes) };
}
/** Members lie one behind the other: each ends where the next local header is, the last at the directory. */
function extents(bytes) {
  const buffer = Buffer.from(bytes);
  const starts = [];
  for (let at = 0; (at = buffer.indexOf('PK\x03\x04', at, 'latin1')) >= 0; at += 4) {
    if (buffer.toString('latin1', at + 30, at + 32) === 'IM') starts.push(at);
  }
  const directory = buffer.indexOf('PK\x01\x02', 0, 'latin1');
  expect(starts).toHaveLength(SLICES);
  return starts.map((offset, k) => ({ offset, length: (starts[k + 1] ?? directory) - offset }));
}
/** Reads that give this byte. */
function givers(reads, position) {
  return reads.filter(([at, length]) => at <= position && position < at + length);
}
describe('what an archive of 40 deflated slices costs', () => {
  it('its listing: the end of it, and 4 KiB of each member', async () => {
    const { archive, source } = await openSlices(8);
    expect(source.bytesRead).toBeLessThanOrEqual(BEGINNING + TAIL + SLICES * RECORD);
    source.forget();
    await archive.series();
    expect(source.reads).toHaveLength(SLICES);
    expect(source.bytesRead).toBeLessThanOrEqual(SLICES * HEAD);
    const { inflation, peakBufferBytes } = archive.stats();
    expect(inflation).toMatchObject({ prefixes: SLICES, wholes: 0, cursors: 0, indexings: 0 });
    expect(peakBufferBytes).toBeLessThanOrEqual(TAIL);
    await archive.close();
  });
  it('its middle slice: that member once, and nothing of another', async () => {
    const { archive, source, members } = await openSlices(8);
    const [series] = await archive.series();
    source.forget();
    const file = await series?.instances[SLICES >> 1]?.open();
    expect(isSlice((await file?.frame(0))?.data, SLICES >> 1)).toBe(true);
    await file?.close();
    const { offset, length } = members[SLICES >> 1] ?? { offset: 0, length: 0 };
    for (const [at, size] of source.reads) {
      expect(at).toBeGreaterThanOrEqual(offset);
      expect(at + size).toBeLessThanOrEqual(offset + length);
    }
    expect(givers(source.reads, offset + length - 1)).toHaveLength(1);
    expect(source.bytesRead).toBeLessThanOrEqual(length + HEAD);
    expect(archive.stats().inflation).toMatchObject({ wholes: 1 });
    await archive.close();
  });
  it('its volume: each member inflated once, its header apart', async () => {
    const { archive, context, source, members } = await openSlices(8);
    const [series] = await archive.series();
    source.forget();
    const { data } = (await series?.volume()) ?? {};
    expect(data).toHaveLength(SLICES * MATRIX ** 2);
    expect(isSlice(data?.subarray(-(MATRIX ** 2)), SLICES - 1)).toBe(true);
    for (const { offset, length } of members) {
      expect(givers(source.reads, offset + length - 1)).toHaveLength(1);
    }
    const packed = members.reduce((sum, { length }) => sum + length, 0);
    expect(source.bytesRead).toBeLessThanOrEqual(packed + SLICES * HEAD);
    expect(archive.stats().inflation).toMatchObject({ wholes: SLICES, prefixes: 2 * SLICES });
    const longest = Math.max(...members.map(({ length }) => length));
    const { peakBufferBytes } = archive.stats();
    expect(peakBufferBytes).toBeLessThanOrEqual(Math.max(TAIL, IN_FLIGHT * (longest + HEAD)));
    expect(context.inflating.cache.bytes).toBe(0);
    await archive.close();
  });
});
describe('what three archives of one context hold', () => {
  it('is no more inflated bytes than the context allows, however many files are open', async () => {
    const most = 5 * SLICE_BYTES;
    const context = createContext({ inflatedCacheBytes: most, frameCacheBytes: 0 });
    const archives = [await openIn(context, 8), await openIn(context, 8), await openIn(context, 8)];
    const files = [];
    let largest = 0;
    for (const { archive } of archives) {
      for (let k = 0; k < SLICES; k += 4) {
        const file = await archive.open(nameOf(k));
        expect(isSlice((await file.frame(0)).data, k)).toBe(true);
        files.push(file);
        largest = Math.max(largest, context.inflating.cache.bytes);
      }
    }
    // First bytes have a bound of their own, which is the same where that is less than 8 MiB.
    expect(largest).toBeGreaterThan(3 * SLICE_BYTES);
    expect(largest).toBeLessThanOrEqual(2 * most);
    for (const file of files) await file.close();
    expect(context.inflating.cache.bytes).toBe(0);
    for (const { archive } of archives) await archive.close();
  });
});
describe('what an archive of 40 stored slices costs', () => {
  it('its middle slice: the bytes of the frame in one read, and its header once more, for the checksum', async () => {
    const { archive, context, source, members } = await openSlices(0);
    const file = await archive.open(nameOf(SLICES >> 1));
    const { offset, length } = members[SLICES >> 1] ?? { offset: 0, length: 0 };
    source.forget();
    expect(isSlice((await file.frame(0)).data, SLICES >> 1)).toBe(true);
    const start = offset + 30 + nameOf(0).length;
    const frame = offset + length - SLICE_BYTES;
    expect(source.reads).toEqual([
      [frame, SLICE_BYTES],
      [start, frame - start],
    ]);
    source.forget();
    const again = await file.frame(0, { into: new Uint8Array(SLICE_BYTES) });
    expect(again.unverified).toBeUndefined();
    expect(source.reads).toEqual([[frame, SLICE_BYTES]]);
    expect(archive.stats().inflation?.bytesInflated ?? 0).toBe(0);
    expect(context.inflating.cache.bytes).toBe(0);
    await file.close();
    await archive.close();
  });
  it('its volume: the bytes of all frames, each once, and their headers', async () => {
    const { archive, source, members } = await openSlices(0);
    const [series] = await archive.series();
    source.forget();
    const volume = await series?.volume();
    expect(volume).not.toHaveProperty('unverified');
    const ofFrames = source.reads.filter(([, length]) => length === SLICE_BYTES);
    const starts = members.map(({ offset, length }) => offset + length - SLICE_BYTES);
    expect(ofFrames.map(([at]) => at).toSorted((a, b) => a - b)).toEqual(starts);
    expect(source.bytesRead - SLICES * SLICE_BYTES).toBeLessThanOrEqual(SLICES * 2 * 8192);
    await archive.close();
  });
});
