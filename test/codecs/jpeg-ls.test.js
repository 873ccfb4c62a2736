import { beforeAll, describe, expect, it } from 'vitest';
import { jpegLsCodec } from '../../src/codecs/default-codecs.js';
import { decoderOf } from '../support/codec-platform.js';
import {
  codeStreamFixture,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.js';
import { codeOf } from '../support/open-built.js';
import { bitFlips, outcomesOf, truncations } from './damaged-streams.js';
let decoder;
beforeAll(async () => {
  decoder = await decoderOf(jpegLsCodec);
});
const U8 = codeStreamFixture('jpeg-ls-u8');
const { pixel: U8_PIXEL } = U8;
const EOI = [0xff, 0xd9];
/** The stream with other bytes behind its SOI. */
function behindSoi(stream, segment) {
  return Uint8Array.from([...stream.subarray(0, 2), ...segment, ...stream.subarray(2)]);
}
/** The stream with other bytes before its EOI, which may have a byte of padding behind it. */
function beforeEoi(stream, bytes) {
  const at = stream.lastIndexOf(0xd9) - 1;
  return Uint8Array.from([...stream.subarray(0, at), ...bytes, ...EOI]);
}
/** The segment in which encoders write Hewlett-Packard's colour transform. */
const mrfx = (transform) => [0xff, 0xe8, 0, 7, 0x6d, 0x72, 0x66, 0x78, transform];
describe('jpegLsCodec', () => {
  it.each(['none', 'line', 'sample'])(
    'H44: gives the samples of a pixel side by side, of interleave mode %s',
    async (mode) => {
      const fixture = codeStreamFixture(`jpeg-ls-rgb8-${mode}`);
      const pixel = { ...fixture.pixel, planarConfiguration: 1 };
      const decoded = await decoder.decode(codeStreamOf(fixture), pixel, {});
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
      expect(decoded.pixel.planarConfiguration).toBe(0);
    },
  );
  it.each(['jpeg-ls-u16', 'jpeg-ls-s16', 'jpeg-ls-rgb16-sample', 'jpeg-ls-u12-near-5'])(
    'H44: %s, lossless and near-lossless of more than 8 bits, as the encoder had it',
    async (name) => {
      const fixture = codeStreamFixture(name);
      const decoded = await decoder.decode(codeStreamOf(fixture), fixture.pixel, {});
      expect(differenceFrom(fixture, decoded)).toBeUndefined();
    },
  );
  it('widens samples of 8 bits to the cells of the header', async () => {
    const narrow = await decoder.decode(codeStreamOf(U8), U8_PIXEL, {});
    const pixel = { ...U8_PIXEL, bitsAllocated: 16 };
    const wide = await decoder.decode(codeStreamOf(U8), pixel, {});
    expect([...new Uint16Array(wide.bytes.slice().buffer)]).toEqual([...narrow.bytes]);
  });
  it('puts the samples into the memory that it is given', async () => {
    const into = new Uint8Array(47 * 61);
    const { bytes } = await decoder.decode(codeStreamOf(U8), U8_PIXEL, { into });
    expect(bytes.buffer).toBe(into.buffer);
    expect(differenceFrom(U8, { bytes: into, pixel: U8_PIXEL })).toBeUndefined();
  });
  it('gives memory that the next frame does not touch', async () => {
    const first = await decoder.decode(codeStreamOf(U8), U8_PIXEL, {});
    const near = codeStreamFixture('jpeg-ls-u8-near-2');
    await decoder.decode(codeStreamOf(near), near.pixel, {});
    expect(differenceFrom(U8, first)).toBeUndefined();
    expect(first.bytes.buffer.byteLength).toBe(47 * 61);
  });
  it.each([
    ['rows', { rows: 48 }],
    ['columns', { columns: 60 }],
    ['samples', { samplesPerPixel: 3 }],
    ['bits', { bitsAllocated: 1 }],
  ])('refuses a picture of other %s than the header, whatever is asked for', async (_, parts) => {
    const pixel = { ...U8_PIXEL, ...parts };
    expect(await codeOf(decode(codeStreamOf(U8), pixel))).toBe('CODEC');
    expect(await codeOf(decode(codeStreamOf(U8), pixel, true))).toBe('CODEC');
  });
  it('refuses what is no JPEG-LS', async () => {
    const jpeg = codeStreamOf(U8);
    // SOF3 in the place of SOF55.
    jpeg[jpeg.indexOf(0xf7)] = 0xc3;
    for (const stream of [jpeg, new Uint8Array(0), Uint8Array.of(0xff, 0xd8), new Uint8Array(99)]) {
      expect(await codeOf(decode(stream, U8_PIXEL))).toBe('CODEC');
    }
  });
  it('says what CharLS says of a stream that it refuses', async () => {
    const stream = beforeEoi(codeStreamOf(U8), [1, 1, 1, 1, 1, 1, 1, 1]);
    await expect(decode(stream, U8_PIXEL)).rejects.toThrow(/encoded data/);
  });
  it('takes padding behind EOI, of any kind', async () => {
    const stream = codeStreamOf(U8);
    for (const padding of [[0], [0xff], [0x20, 0x20], EOI]) {
      const padded = Uint8Array.from([...stream, ...padding]);
      const decoded = await decoder.decode(padded, U8_PIXEL, {});
      expect(differenceFrom(U8, decoded)).toBeUndefined();
      expect(decoded.notes).toEqual([]);
    }
  });
  it.each([2, 3, 8])('takes %i zeros before EOI, and says so', async (count) => {
    const zeros = Array(count).fill(0);
    const decoded = await decoder.decode(beforeEoi(codeStreamOf(U8), zeros), U8_PIXEL, {});
    expect(differenceFrom(U8, decoded)).toBeUndefined();
    expect(decoded.notes).toEqual([{ message: 'zeros between the coded data and EOI' }]);
  });
  it('says that there is another code stream behind the first', async () => {
    const twice = Uint8Array.from([...codeStreamOf(U8), ...codeStreamOf(U8)]);
    const { notes } = await decoder.decode(twice, U8_PIXEL, {});
    expect(notes?.map(({ message }) => message)).toEqual([
      'another code stream behind the first, which alone is decoded',
    ]);
  });
  it('H32: refuses a few bytes that claim to be a large picture, before memory is taken', async () => {
    const stream = codeStreamOf(U8);
    stream.fill(0x75, stream.indexOf(0xf7) + 4, stream.indexOf(0xf7) + 8);
    const pixel = { ...U8_PIXEL, rows: 0x7575, columns: 0x7575 };
    for (const lenient of [false, true]) {
      await expect(decode(stream.slice(), pixel, lenient)).rejects.toThrow(/too few bytes/);
    }
  });
  it('takes FFs before EOI, which are fill bytes', async () => {
    const stream = beforeEoi(codeStreamOf(U8), [0xff, 0xff]);
    expect(differenceFrom(U8, await decoder.decode(stream, U8_PIXEL, {}))).toBeUndefined();
  });
  it.each(['line', 'sample'])('undoes a colour transform of mode %s', async (mode) => {
    const fixture = codeStreamFixture(`jpeg-ls-rgb8-${mode}`);
    const differences = (await decoder.decode(codeStreamOf(fixture), fixture.pixel, {})).bytes;
    const stream = behindSoi(codeStreamOf(fixture), mrfx(1));
    const { bytes, pixel } = await decoder.decode(stream, fixture.pixel, {});
    // HP1: R - G and B - G, in the middle of the range.
    const colours = differences.map((value, k) => {
      const green = differences[k - (k % 3) + 1] ?? 0;
      return k % 3 === 1 ? value : value + green - 128;
    });
    expect(bytes).toEqual(colours);
    expect(pixel.photometricInterpretation).toBe('RGB');
  });
  it('refuses a colour transform of components in scans of their own', async () => {
    const { pixel } = codeStreamFixture('jpeg-ls-rgb8-none');
    const stream = codeStreamOf(codeStreamFixture('jpeg-ls-rgb8-none'));
    expect(await codeOf(decode(behindSoi(stream, mrfx(1)), pixel))).toBe('CODEC');
    expect(await codeOf(decode(behindSoi(stream, mrfx(0)), pixel))).toBe('no error');
  });
  it('notes where a sign may be lost, as none is coded', async () => {
    const pixel = {
      ...U8_PIXEL,
      bitsAllocated: 16,
      bitsStored: 12,
      pixelRepresentation: 1,
    };
    const { notes } = await decoder.decode(codeStreamOf(U8), pixel, {});
    expect(notes?.map(({ tag }) => tag)).toEqual([0x00280101]);
    const signed = { ...U8_PIXEL, pixelRepresentation: 1 };
    expect((await decoder.decode(codeStreamOf(U8), signed, {})).notes).toEqual([]);
  });
  it.each(['jpeg-ls-u8', 'jpeg-ls-rgb8-none', 'jpeg-ls-rgb8-line', 'jpeg-ls-s16'])(
    'leniently: of %s, cut anywhere, lines from the first on that are right, and zeros',
    async (name) => {
      const fixture = codeStreamFixture(name);
      const { pixel } = fixture;
      const stream = codeStreamOf(fixture);
      const whole = (await decoder.decode(stream.slice(), pixel, {})).bytes;
      let most = 0;
      for (const cut of truncations(stream, 40)) {
        const decoded = await decode(cut, pixel, true).catch(() => undefined);
        if (decoded === undefined) continue;
        expect(decoded.partial).toBe(true);
        expect(decoded.bytes.length).toBe(whole.length);
        const wrong = decoded.bytes.findIndex((byte, k) => byte !== 0 && byte !== whole[k]);
        expect(wrong).toBe(-1);
        most = Math.max(
          most,
          decoded.bytes.reduce((count, byte) => count + Number(byte !== 0), 0),
        );
      }
      const all = whole.reduce((count, byte) => count + Number(byte !== 0), 0);
      // All but a line or three of the longest cut.
      expect(most).toBeGreaterThan(all * 0.85);
      expect(most).toBeLessThan(all);
    },
  );
  it('leniently: gives nothing of what has no header, or another one', async () => {
    const stream = codeStreamOf(U8);
    expect(await codeOf(decode(stream.subarray(0, 8), U8_PIXEL, true))).toBe('CODEC');
  });
  it('N: refuses every cut stream, and decodes the next one', async () => {
    const stream = codeStreamOf(U8);
    const whole = stream.subarray(0, stream.lastIndexOf(0xd9) + 1);
    const outcomes = await outcomesOf(decoder, U8_PIXEL, whole, truncations(whole, 500));
    expect(outcomes).toEqual({ refused: 500, decoded: 0, others: [], spoilt: 0 });
  });
  it('N: refuses streams with other bits, or gives a frame, and decodes the next one', async () => {
    const stream = codeStreamOf(U8);
    const outcomes = await outcomesOf(decoder, U8_PIXEL, stream, bitFlips(stream, 500));
    expect(outcomes.others).toEqual([]);
    expect(outcomes.spoilt).toBe(0);
    expect(outcomes.refused + outcomes.decoded).toBe(500);
    // Hardly a bit of the coded data can change without another length, or a code that none is.
    expect(outcomes.refused).toBeGreaterThan(400);
  });
});
async function decode(stream, pixel, lenient = false) {
  return decoder.decode(stream, pixel, { lenient });
}
