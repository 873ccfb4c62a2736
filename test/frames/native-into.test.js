import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { bytesOfFrames, nativePixels } from '../support/naive-pixels.js';
import { noise } from '../support/noise.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { rleEncode } from '../support/rle-encode.js';
const PIXELS = 0x7fe00010;
const elements = [...imagePixel({ rows: 2, columns: 2 }), [PIXELS, 'OW', [1, 2, 3, 4]]];
/** Any of the caller's arrays over so many bytes, which are 0xAA. */
const ARRAYS = [
  ['Uint8Array', (buffer) => new Uint8Array(buffer)],
  ['Uint8ClampedArray', (buffer) => new Uint8ClampedArray(buffer)],
  ['Int16Array', (buffer) => new Int16Array(buffer)],
  ['Uint16Array', (buffer) => new Uint16Array(buffer)],
  ['Float32Array', (buffer) => new Float32Array(buffer)],
  ['Float64Array', (buffer) => new Float64Array(buffer)],
  ['BigInt64Array', (buffer) => new BigInt64Array(buffer)],
  ['DataView', (buffer) => new DataView(buffer)],
  ['Buffer', (buffer) => Buffer.from(buffer)],
];
describe('into', () => {
  it.each(ARRAYS)('takes the memory of any array: %s', async (_, view) => {
    const { file } = await openBuilt({ elements });
    const { buffer } = new Uint8Array(16).fill(0xaa);
    const { data } = await file.frame(0, { into: view(buffer) });
    expect(data).toEqual(new Uint16Array([1, 2, 3, 4]));
    expect(data.buffer).toBe(buffer);
    expect([...new Uint8Array(buffer, 8)]).toEqual(Array(8).fill(0xaa));
  });
  it('takes shared memory', async () => {
    const { file } = await openBuilt({ elements });
    const into = new Uint16Array(new SharedArrayBuffer(8));
    const { data } = await file.frame(0, { into });
    expect(data.buffer).toBe(into.buffer);
    expect([...into]).toEqual([1, 2, 3, 4]);
  });
  it('fills a volume frame by frame, which is of another type than the samples', async () => {
    const pixel = imagePixel({ rows: 1, columns: 2, numberOfFrames: 3, pixelRepresentation: 1 });
    const { file } = await openBuilt({
      elements: [...pixel, [PIXELS, 'OW', [1, 0xffff, 2, 0xfffe, 3, 0xfffd]]],
    });
    const volume = new Uint16Array(6);
    for (const i of [2, 0, 1]) {
      const { data } = await file.frame(i, { into: volume.subarray(2 * i, 2 * i + 2) });
      expect(data).toEqual(new Int16Array([i + 1, -i - 1]));
      expect(data.byteOffset).toBe(4 * i);
    }
    expect(new Int16Array(volume.buffer)).toEqual(new Int16Array([1, -1, 2, -2, 3, -3]));
  });
  it('gives any pixels as they are without it, and touches nothing around them', async () => {
    const options = fc.record({
      cells: fc.boolean(),
      packed: fc.boolean(),
      before: fc.nat(3),
      behind: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(nativePixels, options, async (pixels, { before, behind, ...how }) => {
        const value = noise(bytesOfFrames(pixels));
        const bytes = [PIXELS, 'OB', value, { vr: pixels.vr }];
        const { file } = await openBuilt({
          transferSyntax: pixels.bigEndian ? SYNTAX.explicitBig : SYNTAX.explicitLittle,
          elements: [...imagePixel(pixels), bytes],
        });
        for (let i = 0; i < pixels.numberOfFrames; i++) {
          const { data } = await file.frame(i, how);
          const start = before * data.BYTES_PER_ELEMENT;
          const memory = new Uint8Array(start + data.byteLength + behind).fill(0xaa);
          const given = await file.frame(i, { ...how, into: memory.subarray(start) });
          expect(given.data).toEqual(data);
          expect(given.data.buffer).toBe(memory.buffer);
          expect(given.data.byteOffset).toBe(start);
          const around = [
            ...memory.subarray(0, start),
            ...memory.subarray(start + data.byteLength),
          ];
          expect(around).toEqual(Array(start + behind).fill(0xaa));
        }
      }),
      { numRuns: 150 },
    );
  });
  it.each([
    ['too short', 0, 7, {}, '8 bytes, aligned to 2'],
    ['not aligned to the cells', 1, 16, {}, '8 bytes, aligned to 2'],
  ])('refuses a place that is %s, and reads nothing', async (_, from, length, how, expected) => {
    const { file, source } = await openBuilt({ elements });
    source.forget();
    const into = new Uint8Array(32).subarray(from, from + length);
    await expect(file.frame(0, { ...how, into })).rejects.toMatchObject({
      code: 'USAGE',
      details: { expected, found: `${length} bytes at ${from}` },
    });
    expect(source.reads).toEqual([]);
  });
  it('refuses what is no array, as a program that is not checked by types may give', async () => {
    const { file } = await openBuilt({ elements });
    for (const into of [new ArrayBuffer(8), [1, 2, 3], 7]) {
      const options = { into: into };
      await expect(file.frame(0, options)).rejects.toMatchObject({
        code: 'USAGE',
        details: { expected: '8 bytes, aligned to 2' },
      });
    }
  });
  it('needs no more of bits than they take, one to the byte or packed', async () => {
    const bits = imagePixel({ rows: 3, columns: 5, bitsAllocated: 1 });
    const { file } = await openBuilt({ elements: [...bits, [PIXELS, 'OB', [0xff, 0x7f]]] });
    const ones = new Uint8Array(15).fill(1);
    expect((await file.frame(0, { into: new Uint8Array(15) })).data).toEqual(ones);
    expect(await codeOf(file.frame(0, { into: new Uint8Array(14) }))).toBe('USAGE');
    const packed = await file.frame(0, { packed: true, into: new Uint8Array(2) });
    expect([...packed.data]).toEqual([0xff, 0x7f]);
    expect(await codeOf(file.frame(0, { packed: true, into: new Uint8Array(1) }))).toBe('USAGE');
  });
  it('is not written to by a frame that is not there', async () => {
    const pixel = imagePixel({ rows: 2, columns: 2, numberOfFrames: 2 });
    const { file } = await openBuilt({ elements: [...pixel, [PIXELS, 'OW', [1, 2, 3, 4, 5, 6]]] });
    const into = new Uint8Array(8).fill(9);
    expect(await codeOf(file.frame(1, { into }))).toBe('FRAME_TRUNCATED');
    expect(await codeOf(file.frame(2, { into }))).toBe('FRAME_RANGE');
    expect([...into]).toEqual(Array(8).fill(9));
  });
  it('takes the samples of a codec', async () => {
    const cells = new Uint8Array([1, 0, 2, 0, 3, 0, 0xff, 0xff]);
    const shape = { rows: 2, columns: 2, samplesPerPixel: 1, bytesPerSample: 2 };
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.rle,
      elements: [
        ...imagePixel({ rows: 2, columns: 2, pixelRepresentation: 1 }),
        encapsulated({ frames: [rleEncode(cells, shape)] }),
      ],
    });
    const into = new Float32Array(4).fill(1);
    const { data } = await file.frame(0, { into });
    expect(data).toEqual(new Int16Array([1, 2, 3, -1]));
    expect(data.buffer).toBe(into.buffer);
    expect([...into.subarray(2)]).toEqual([1, 1]);
  });
});
