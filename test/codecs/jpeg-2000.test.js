import { describe, expect, it } from 'vitest';
import { htj2kCodec, jpeg2000Codec } from '../../src/codecs/default-codecs.js';
import { codeStreamPosition, readJpeg2000Header } from '../../src/codecs/jpeg-2000-header.js';
import { isFramedexError } from '../../src/errors.js';
import {
  codeStreamFixture,
  codeStreamFixtures,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.js';
import { hex } from '../support/build-value.js';
import { pixelOf } from '../support/pixel.js';
import { decoderOf } from '../support/codec-platform.js';
const FIXTURES = codeStreamFixtures().filter(
  ({ name }) => /^(jpeg-2000|htj2k)-/.test(name) && name !== 'jpeg-2000-subsampled',
);
const BYTES = new Map(FIXTURES.map((fixture) => [fixture.name, codeStreamOf(fixture)]));
const PIXELS = new Map(FIXTURES.map(({ name, pixel }) => [name, pixel]));
const ONE_BIT = ['1011001110', '0000111101', '1110000001'];
const ONE_BIT_STREAM = [
  'ff4fff51002900000000000a0000000300000000000000000000000a000000030000000000000000',
  '0001000101ff52000c00000001000104040001ff5c00074008101018ff6400250001437265617465',
  '64206279204f70656e4a5045472076657273696f6e20322e352e30ff90000a00000000001f0001ff',
  '93d100161fdd124511001b9633af0ba70317ffd9',
].join('');
function codecOf(name) {
  return name.startsWith('htj2k') ? htj2kCodec : jpeg2000Codec;
}
function streamOf(name) {
  return (BYTES.get(name) ?? codeStreamOf(codeStreamFixture(name))).slice();
}
function pixelFor(name) {
  return PIXELS.get(name) ?? codeStreamFixture(name).pixel;
}
async function decode(name, change, parts = {}, options = {}) {
  const decoder = await decoderOf(codecOf(name));
  return decoder.decode(change(streamOf(name)), { ...pixelFor(name), ...parts }, options);
}
/** The code and the position of what a decoder throws; 'decoded' where it throws nothing. */
async function faultOf(...given) {
  try {
    await decode(...given);
  } catch (error) {
    // What a module of WebAssembly throws is told by the registry.
    return isFramedexError(error) ? [error.code, error.details.offset] : ['CODEC', undefined];
  }
  return 'decoded';
}
const same = (bytes) => bytes;
function with32(at, value) {
  return (bytes) => {
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length).setUint32(at, value);
    return bytes;
  };
}
function with8(at, value) {
  return (bytes) => {
    bytes[at] = value;
    return bytes;
  };
}
describe('JPEG 2000 and HTJ2K of independent encoders', () => {
  it.each(FIXTURES.map((fixture) => [fixture.name, fixture]))(
    'H34 F09: %s',
    async (name, fixture) => {
      const decoder = await decoderOf(codecOf(name));
      const decoded = await decoder.decode(codeStreamOf(fixture), fixture.pixel, {});
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
      // GDCM writes the bits of the cell, with nothing in those beyond Bits Stored.
      expect(decoded.notes).toEqual([]);
    },
  );
  it.each(['jpeg-2000-u12', 'htj2k-u12'])('%s goes where it is wanted', async (name) => {
    const memory = new Uint8Array(47 * 61 * 2 + 10).fill(0xaa);
    const { bytes } = await decode(name, same, {}, { into: memory.subarray(0, 47 * 61 * 2) });
    expect(bytes.buffer).toBe(memory.buffer);
    expect(bytes).toEqual((await decode(name, same)).bytes);
    expect(memory.subarray(-10)).toEqual(new Uint8Array(10).fill(0xaa));
  });
  it.each(['jpeg-2000-u8', 'htj2k-u8'])('%s in larger cells', async (name) => {
    const small = await decode(name, same);
    const large = await decode(name, same, { bitsAllocated: 16 });
    expect([...new Uint16Array(large.bytes.buffer)]).toEqual([...small.bytes]);
  });
  it('packs one bit a pixel, the first in the lowest bit (PS3.5 8.1.1)', async () => {
    // By opj_compress 2.5.0, -F 10,3,1,1,u: rows of ONE_BIT.
    const stream = hex(ONE_BIT_STREAM);
    const pixel = pixelOf({ rows: 3, columns: 10, bitsAllocated: 1 });
    const { bytes } = await (await decoderOf(jpeg2000Codec)).decode(stream, pixel, {});
    const values = Array.from(ONE_BIT.join(''), (_, k) => ((bytes[k >> 3] ?? 0) >> (k & 7)) & 1);
    expect(bytes.length).toBe(4);
    expect(values.join('')).toBe(ONE_BIT.join(''));
  });
});
describe('a picture that is not what the header says (H30)', () => {
  it.each([
    ['rows', 'jpeg-2000-u12', same, { rows: 48 }],
    ['columns', 'htj2k-u12', same, { columns: 60 }],
    ['components', 'jpeg-2000-u8', same, { samplesPerPixel: 3 }],
    ['bits', 'htj2k-u16', same, { bitsAllocated: 8, bitsStored: 8 }],
    ['a size that nobody has memory for', 'jpeg-2000-u8', with32(8, 0x7fffffff), {}],
    ['tiles without bytes', 'jpeg-2000-u8', with32(24, 1), {}],
    ['extensions of part 2', 'jpeg-2000-u8', with8(6, 0x80), {}],
    ['samples of 20 bits', 'htj2k-u16', with8(42, 19), { bitsAllocated: 32 }],
    ['components of several sizes', 'jpeg-2000-subsampled', same, {}],
    ['no main header', 'jpeg-2000-u8', (b) => b.subarray(0, 60), {}],
  ])('refuses %s', async (_, name, change, parts) => {
    const fault = await faultOf(name, change, parts);
    expect(fault).toEqual(['CODEC', expect.any(Number)]);
  });
  it.each(['jpeg-2000-s8', 'jpeg-2000-s12', 'htj2k-s8', 'htj2k-s12'])(
    '%s for a header without sign: the same bits, and a note',
    async (name) => {
      const signed = await decode(name, same);
      const unsigned = await decode(name, same, { pixelRepresentation: 0 });
      const mask = name.endsWith('8') ? 0xff : 0xfff;
      const values = name.endsWith('8') ? Uint8Array : Uint16Array;
      const bits = [...new values(signed.bytes.slice().buffer)].map((value) => value & mask);
      expect([...new values(unsigned.bytes.slice().buffer)]).toEqual(bits);
      expect(unsigned.notes).toMatchObject([{ tag: 0x00280103 }]);
    },
  );
  it('notes a colour transform that the header does not know, and one that is not there', async () => {
    const transformed = await decode('htj2k-rgb8-rct', same, {
      photometricInterpretation: 'YBR_FULL',
    });
    expect(transformed.pixel.photometricInterpretation).toBe('YBR_FULL');
    expect(transformed.notes).toMatchObject([{ tag: 0x00280004 }]);
    const plain = await decode('htj2k-rgb8', same, { photometricInterpretation: 'YBR_RCT' });
    expect(plain.pixel.photometricInterpretation).toBe('RGB');
    expect(plain.notes).toMatchObject([{ tag: 0x00280004 }]);
    const usual = await decode('htj2k-rgb8-rct', same, { photometricInterpretation: 'RGB' });
    expect(usual.notes).toEqual([]);
  });
  it.each(['jpeg-2000-u12', 'htj2k-u12'])(
    '%s on a grid of twice as many columns and rows',
    async (name) => {
      const right = await decode(name, same);
      const subsampled = await decode(name, (bytes) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        for (const at of [8, 12, 24, 28]) view.setUint32(at, view.getUint32(at) * 2 - 1);
        bytes.set([2, 2], 43);
        return bytes;
      });
      expect(subsampled.bytes).toEqual(right.bytes);
    },
  );
});
describe('resolution levels that are left out (H34)', () => {
  it.each(FIXTURES.map(({ name }) => name))('%s', async (name) => {
    const stream = streamOf(name);
    const header = readJpeg2000Header(stream.subarray(codeStreamPosition(stream)));
    if (header === undefined) throw new Error('no header');
    const { x0, y0, x1, y1 } = header.image;
    for (const reduce of [1, 2, 99]) {
      const { pixel, bytes } = await decode(name, same, {}, { reduce });
      const half = 2 ** Math.min(reduce, header.fewestLevels);
      expect(pixel).toMatchObject({
        rows: Math.ceil(y1 / half) - Math.ceil(y0 / half),
        columns: Math.ceil(x1 / half) - Math.ceil(x0 / half),
      });
      const samples = pixel.rows * pixel.columns * pixel.samplesPerPixel;
      expect(bytes.length).toBe((samples * pixel.bitsAllocated) / 8);
    }
  });
  it.each(['jpeg-2000-u12-256', 'htj2k-rpcl-256'])(
    '%s is about the mean of what it stands for',
    async (name) => {
      const mean = ({ bytes }) => {
        const values = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
        return values.reduce((sum, value) => sum + value, 0) / values.length;
      };
      const whole = mean(await decode(name, same));
      expect(mean(await decode(name, same, {}, { reduce: 2 })) / whole).toBeCloseTo(1, 1);
    },
  );
});
describe('code streams that are broken', () => {
  it.each(['jpeg-2000-rgb8-rct', 'htj2k-rgb8-rct'])('%s: every cut is refused', async (name) => {
    const { length } = streamOf(name);
    for (let k = 0; k < 500; k++) {
      const cut = Math.floor(((length - 3) * k) / 500);
      const fault = await faultOf(name, (bytes) => bytes.subarray(0, cut));
      expect(fault).toEqual(['CODEC', expect.any(Number)]);
    }
  });
  it.each(['jpeg-2000-u8', 'htj2k-u8'])(
    '%s: 500 changed bits, and good ones after',
    async (name) => {
      const right = await decode(name, same);
      for (let k = 0; k < 500; k++) {
        const fault = await faultOf(name, (bytes) => {
          const at = k < 250 ? k % 150 : (k * 7919) % bytes.length;
          return with8(at, (bytes[at] ?? 0) ^ (1 << ((k * 5) % 8)))(bytes);
        });
        if (fault !== 'decoded') expect(fault).toContain('CODEC');
      }
      expect(await decode(name, same)).toEqual(right);
    },
  );
  it('what there is of a cut HTJ2K, for those who ask for it', async () => {
    const right = await decode('htj2k-rpcl-256', same);
    const cut = (bytes) => bytes.subarray(0, bytes.length - 2000);
    const { bytes, partial } = await decode('htj2k-rpcl-256', cut, {}, { lenient: true });
    expect(partial).toBe(true);
    expect(bytes.length).toBe(right.bytes.length);
    const equal = bytes.filter((byte, k) => byte === right.bytes[k]).length;
    expect(equal / bytes.length).toBeGreaterThan(0.5);
    const whole = await decode('htj2k-rpcl-256', same, {}, { lenient: true });
    expect(whole.partial).toBeUndefined();
  });
  it.each(['jpeg-2000-u12-256', 'jpeg-2000-u16', 'jpeg-2000-rgb16-rct'])(
    'what whole packets there are of a cut %s, for those who ask for it',
    async (name) => {
      const cut = (bytes) => bytes.subarray(0, bytes.length / 2);
      expect(await faultOf(name, cut)).toEqual(['CODEC', expect.any(Number)]);
      const right = new Uint16Array((await decode(name, same)).bytes.slice().buffer);
      const { bytes, partial } = await decode(name, cut, {}, { lenient: true });
      expect(partial).toBe(true);
      const values = new Uint16Array(bytes.slice().buffer);
      expect(values.length).toBe(right.length);
      const sum = right.reduce((all, value) => all + value, 0);
      const off = right.reduce((all, value, k) => all + Math.abs(value - (values[k] ?? 0)), 0);
      expect(off / sum).toBeLessThan(0.05);
    },
  );
  it('nothing of a cut one where packets cannot be followed', async () => {
    const cut = (bytes) => bytes.subarray(0, bytes.length / 2);
    const fault = await faultOf('jpeg-2000-layers', cut, {}, { lenient: true });
    expect(fault).toEqual(['CODEC', expect.any(Number)]);
  });
});
