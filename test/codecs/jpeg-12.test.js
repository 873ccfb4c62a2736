import { describe, expect, it } from 'vitest';
import { jpeg12Codec, jpegXlCodec } from '../../src/codecs/default-codecs.js';
import { isFramedexError } from '../../src/errors.js';
import { concat, hex } from '../support/build-value.js';
import {
  codeStreamFixture,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.js';
import { codecPlatform, decoderOf } from '../support/codec-platform.js';
import { noise } from '../support/noise.js';
const EXTENDED = codeStreamFixture('jpeg-u12-extended');
const PROGRESSIVE = codeStreamFixture('jpeg-u12-progressive');
async function decode(bytes, pixel, options = {}) {
  return (await decoderOf(jpeg12Codec)).decode(bytes, pixel, options);
}
async function faultOf(bytes, pixel) {
  try {
    await decode(bytes, pixel);
  } catch (error) {
    return isFramedexError(error) ? error.message : `not ours: ${String(error)}`;
  }
  return 'no fault';
}
function samplesOf({ bytes }) {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
}
describe('jpeg12Codec', () => {
  it('decodes extended and progressive JPEG, with cells of 16 and 32 bits', async () => {
    for (const fixture of [EXTENDED, PROGRESSIVE]) {
      const decoded = await decode(codeStreamOf(fixture), fixture.pixel);
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
      expect(decoded.bytes.buffer.byteLength).toBe(decoded.bytes.length);
      const wide = await decode(codeStreamOf(fixture), { ...fixture.pixel, bitsAllocated: 32 });
      expect([...new Uint32Array(wide.bytes.buffer)]).toEqual([...samplesOf(decoded)]);
    }
  });
  it('H30: takes the highest value for what is beyond Bits Stored, and says so', async () => {
    const { pixel } = EXTENDED;
    const samples = samplesOf(await decode(codeStreamOf(EXTENDED), pixel));
    expect(samples.some((sample) => sample > 1023)).toBe(true);
    const few = await decode(codeStreamOf(EXTENDED), { ...pixel, bitsStored: 10, highBit: 9 });
    expect(samplesOf(few)).toEqual(samples.map((sample) => Math.min(1023, sample)));
    expect(few.notes?.map(({ tag }) => tag)).toEqual([0x00280101]);
  });
  it('H30: refuses another size than the header has, and cells that are too small', async () => {
    const { pixel } = EXTENDED;
    for (const other of [{ rows: pixel.rows - 1 }, { bitsAllocated: 8 }]) {
      const fault = await faultOf(codeStreamOf(EXTENDED), { ...pixel, ...other });
      expect(fault).toMatch(/^CODEC: the code stream is of another picture than the header/);
    }
  });
  it('H32: is an error wherever it is cut', async () => {
    const bytes = codeStreamOf(EXTENDED);
    const end = bytes.lastIndexOf(0xd9) + 1;
    for (let k = 0; k < 500; k++) {
      const cut = bytes.slice(0, Math.floor((end * k) / 500));
      expect(await faultOf(cut, EXTENDED.pixel)).toMatch(/^CODEC: /);
    }
  });
  it('H32: is an error, or another picture of the same size; the next one is right', async () => {
    const random = noise(3 * 500);
    let errors = 0;
    for (let k = 0; k < 500; k++) {
      const [high = 0, low = 0, bit = 0] = random.subarray(3 * k);
      const bytes = codeStreamOf(EXTENDED);
      const at = (high * 256 + low) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit % 8));
      const fault = await faultOf(bytes, EXTENDED.pixel);
      expect(fault).toMatch(/^CODEC: |^no fault/);
      errors += fault === 'no fault' ? 0 : 1;
    }
    // Of damaged Huffman codes libjpeg only warns: that is an error here.
    expect(errors).toBeGreaterThan(50);
    const good = await decode(codeStreamOf(EXTENDED), EXTENDED.pixel);
    expect(differenceFrom(EXTENDED, good)).toBeUndefined();
  });
  it('H32: gives what is there of a cut one when asked to, and 0 for the rows that are not', async () => {
    const { pixel } = EXTENDED;
    const whole = samplesOf(await decode(codeStreamOf(EXTENDED), pixel));
    const { length } = codeStreamOf(EXTENDED);
    const cut = codeStreamOf(EXTENDED).slice(0, Math.floor((length * 2) / 3));
    const part = await decode(cut, pixel, { lenient: true });
    expect(part.partial).toBe(true);
    const first = 8 * pixel.columns;
    expect(samplesOf(part).subarray(0, first)).toEqual(whole.subarray(0, first));
    expect(samplesOf(part).subarray(-pixel.columns)).toEqual(new Uint16Array(pixel.columns));
  });
});
describe('what is tolerated in JPEG of 12 bits, and noted', () => {
  const whole = codeStreamOf(EXTENDED);
  const withEnd = (end) => concat(whole.subarray(0, whole.lastIndexOf(0xd9) - 1), hex(end));
  it.each([
    ['00 FF D9', ['zeros between the coded data and EOI']],
    ['', ['no EOI behind the coded data']],
    ['FF', ['no EOI behind the coded data']],
    ['00', ['zeros between the coded data and EOI', 'no EOI behind the coded data']],
  ])('an end of %j', async (end, messages) => {
    const decoded = await decode(withEnd(end), EXTENDED.pixel);
    expect(differenceFrom(EXTENDED, decoded)).toBeUndefined();
    expect(decoded.notes?.map(({ message }) => message)).toEqual(messages);
  });
  it('another code stream behind the first, and a sign that may be lost', async () => {
    const { notes } = await decode(concat(withEnd('FF D9'), whole), {
      ...EXTENDED.pixel,
      bitsStored: 16,
      highBit: 15,
      pixelRepresentation: 1,
    });
    expect(notes?.map(({ message }) => message)).toEqual([
      '12 bits in the code stream, 16 stored: a sign may be lost',
      'another code stream behind the first, which alone is decoded',
    ]);
  });
});
describe('a package that is not installed', () => {
  const without = {
    ...codecPlatform,
    wasm: () => Promise.reject(new Error('Cannot find module')),
  };
  it('F09: is named, and how to get it', async () => {
    for (const codec of [jpeg12Codec, jpegXlCodec]) {
      const fault = await codec.load(without).catch((error) => error);
      expect(isFramedexError(fault, 'CODEC_MISSING') && fault.details).toEqual({
        name: 'dcmjs-codecs',
        advice: 'npm install dcmjs-codecs',
      });
    }
  });
  it('F09: is found when it is there later', async () => {
    let installed = false;
    const wasm = (specifier) =>
      installed ? codecPlatform.wasm(specifier) : without.wasm(specifier);
    const platform = { ...codecPlatform, wasm };
    await expect(jpeg12Codec.load(platform)).rejects.toThrow('CODEC_MISSING');
    installed = true;
    const decoder = await jpeg12Codec.load(platform);
    const decoded = await decoder.decode(codeStreamOf(EXTENDED), EXTENDED.pixel, {});
    expect(differenceFrom(EXTENDED, decoded)).toBeUndefined();
  });
});
