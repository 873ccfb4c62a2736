import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jpegLosslessCodec } from '../../src/codecs/default-codecs.js';
import { decodeJpegLossless } from '../../src/codecs/jpeg-lossless.js';
import { createRegistry } from '../../src/codecs/registry.js';
import { SYNTAX } from '../support/build-dicom.js';
import { hex } from '../support/build-value.js';
import {
  codeStreamFixture,
  codeStreamFixtures,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.js';
import { codecPlatform } from '../support/codec-platform.js';
import { losslessEncode } from '../support/jpeg-lossless-encode.js';
import {
  CODES,
  PICTURE,
  PIXEL,
  STREAM,
  anyCase,
  cellsOf,
  faultOf,
  patched,
  pixelFor,
  samplesBySeed,
} from '../support/jpeg-lossless-pictures.js';
function messagesOf(bytes, pixel) {
  return (decodeJpegLossless(bytes, pixel).notes ?? []).map(({ message }) => message);
}
function decodedSamples(picture, encoding, parts = {}) {
  return cellsOf(decodeJpegLossless(losslessEncode(picture, encoding), pixelFor(picture, parts)));
}
describe('decodeJpegLossless', () => {
  it('undoes what an encoder does, of any precision, predictor, scans, restarts and codes', () => {
    fc.assert(
      fc.property(anyCase, ({ picture, encoding }) => {
        const { pointTransform } = encoding;
        const { samples } = picture;
        const expected = Array.from(
          samples,
          (value) => (value >> pointTransform) << pointTransform,
        );
        expect(decodedSamples(picture, encoding)).toEqual(expected);
      }),
      { numRuns: 600 },
    );
  });
  const fixtures = codeStreamFixtures().filter(({ name }) => name.startsWith('jpeg-lossless'));
  it('has code streams of other encoders to decode', () => {
    expect(fixtures.length).toBeGreaterThan(10);
  });
  it.each(fixtures.map((fixture) => [fixture.name, fixture]))('decodes %s', (_, fixture) => {
    const bytes = codeStreamOf(fixture);
    if (fixture.refused !== undefined) {
      expect(faultOf(bytes, fixture.pixel).code).toBe('CODEC');
      return;
    }
    const decoded = decodeJpegLossless(bytes, fixture.pixel);
    expect(differenceFrom(fixture, decoded)).toBeUndefined();
    expect(decoded.partial).toBeUndefined();
  });
  it('knows the difference 32768, which has no bits of its own (T.81 table H.2)', () => {
    const samples = [0, 32768, 0, 65535, 32767, 65535];
    for (const code of CODES) {
      const picture = { rows: 2, columns: 3, components: 1, precision: 16, samples };
      expect(decodedSamples(picture, { codes: [code] })).toEqual(samples);
    }
  });
  it('gives two’s complement as it was coded, in cells of 16 and 32 bits', () => {
    const samples = [-1, -32768, 32767, 0, -1000, 5].map((value) => value & 0xffff);
    const picture = { rows: 2, columns: 3, components: 1, precision: 16, samples };
    for (const bitsAllocated of [16, 32]) {
      const parts = { bitsAllocated, pixelRepresentation: 1 };
      expect(decodedSamples(picture, { predictor: 4 }, parts)).toEqual(samples);
    }
  });
  it('gives samples of up to 8 bits in cells of 8, 16 and 32 bits', () => {
    const samples = samplesBySeed(60, 7, 1);
    const picture = { rows: 5, columns: 4, components: 3, precision: 7, samples };
    for (const bitsAllocated of [8, 16, 32]) {
      expect(decodedSamples(picture, { predictor: 5 }, { bitsAllocated })).toEqual(samples);
    }
  });
  it('puts the samples of a pixel side by side, and leaves colours as they are', () => {
    const samples = samplesBySeed(60, 8, 3);
    const picture = { rows: 5, columns: 4, components: 3, precision: 8, samples };
    const pixel = pixelFor(picture, {
      photometricInterpretation: 'YBR_FULL',
      planarConfiguration: 1,
    });
    const decoded = decodeJpegLossless(losslessEncode(picture), pixel);
    expect(cellsOf(decoded)).toEqual(samples);
    expect(decoded.pixel).toEqual({ ...pixel, planarConfiguration: 0 });
  });
  it('decodes into the place it is given', () => {
    const into = new Uint8Array(500).fill(9);
    const { bytes } = decodeJpegLossless(STREAM, PIXEL, { into: into.subarray(4) });
    expect(bytes.buffer).toBe(into.buffer);
    expect(bytes.byteOffset).toBe(4);
    expect(bytes.length).toBe(480);
    expect([...into.subarray(0, 4), ...into.subarray(484)]).toEqual(Array(20).fill(9));
    expect([...new Uint16Array(into.buffer, 4, 240)]).toEqual(PICTURE.samples);
  });
  it('leaves the bytes that it is given as they are', () => {
    const given = STREAM.slice();
    decodeJpegLossless(given, PIXEL);
    expect(given).toEqual(STREAM);
  });
  it('takes the sampling factors of a single component for nothing (T.81 A.2.2)', () => {
    const bytes = patched(STREAM, '01 11 00', '01 22 00');
    expect(cellsOf(decodeJpegLossless(bytes, PIXEL))).toEqual(PICTURE.samples);
  });
  it('decodes what has padding behind its end', () => {
    const padded = Uint8Array.of(...STREAM, 0, 0xff, 1);
    expect(cellsOf(decodeJpegLossless(padded, PIXEL))).toEqual(PICTURE.samples);
  });
});
describe('what is tolerated in JPEG Lossless, and noted', () => {
  it('finds nothing to note in what is right', () => {
    fc.assert(
      fc.property(anyCase, ({ picture, encoding }) => {
        expect(messagesOf(losslessEncode(picture, encoding), pixelFor(picture))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
  it.each(['00', '00'.repeat(16)])('zeros behind the coded data: %s', (zeros) => {
    const bytes = losslessEncode(PICTURE, { surplus: hex(zeros) });
    expect(messagesOf(bytes, PIXEL)).toEqual(['zeros behind the coded data']);
    expect(cellsOf(decodeJpegLossless(bytes, PIXEL))).toEqual(PICTURE.samples);
  });
  it('a sign that was coded with samples of fewer bits, and nothing else', () => {
    const samples = [0, 2047, 0xffff, 0xf800];
    const picture = { rows: 2, columns: 2, components: 1, precision: 12, samples };
    const bytes = losslessEncode(picture);
    const signed = pixelFor(picture, { pixelRepresentation: 1 });
    const decoded = decodeJpegLossless(bytes, signed);
    expect(cellsOf(decoded)).toEqual(samples);
    expect(decoded.notes).toEqual([{ message: 'samples of more bits than the precision' }]);
    expect(faultOf(bytes, pixelFor(picture)).code).toBe('CODEC');
    const misread = losslessEncode({ ...picture, samples: [0, 2048, 0xffff, 0xf7ff] });
    expect(faultOf(misread, signed).code).toBe('CODEC');
  });
  it('a sign that may be lost, as fewer bits are coded than stored', () => {
    const signed = pixelFor(PICTURE, { bitsStored: 16, highBit: 15, pixelRepresentation: 1 });
    expect(decodeJpegLossless(STREAM, signed).notes).toEqual([
      { message: '12 bits in the code stream, 16 stored: a sign may be lost', tag: 0x00280101 },
    ]);
    const unsigned = pixelFor(PICTURE, { bitsStored: 16, highBit: 15 });
    expect(decodeJpegLossless(STREAM, unsigned).notes).toEqual([]);
  });
  it('another code stream behind the first', () => {
    const twice = Uint8Array.of(...STREAM, 0, ...STREAM);
    expect(cellsOf(decodeJpegLossless(twice, PIXEL))).toEqual(PICTURE.samples);
    const [message] = messagesOf(twice, PIXEL);
    expect(message).toMatch(/^another code stream/);
  });
  it('bits beyond those that are stored, not a precision that only has room for them', () => {
    const message = 'samples of 16 bits in the code stream, 12 stored';
    const lost = [{ message, tag: 0x00280101 }];
    const notesOf = (samples, pixelRepresentation) => {
      const picture = { rows: 1, columns: 2, components: 1, precision: 16, samples };
      const pixel = pixelFor(picture, { bitsStored: 12, highBit: 11, pixelRepresentation });
      return decodeJpegLossless(losslessEncode(picture), pixel).notes;
    };
    expect(notesOf([0, 0x0fff], 0)).toEqual([]);
    expect(notesOf([0, 0x1000], 0)).toEqual(lost);
    expect(notesOf([0xf800, 0x07ff], 1)).toEqual([]);
    expect(notesOf([0xf7ff, 0], 1)).toEqual(lost);
    expect(notesOf([0, 0x0800], 1)).toEqual([]);
    expect(notesOf([0xf800, 0x0800], 1)).toEqual(lost);
  });
});
describe('jpegLosslessCodec', () => {
  it('F09: is the codec of both transfer syntaxes', () => {
    const { jpegLossless, jpegLosslessFirstOrder } = SYNTAX;
    expect(jpegLosslessCodec.transferSyntaxes).toEqual([jpegLossless, jpegLosslessFirstOrder]);
  });
  it('H31: decodes lossless code streams under another transfer syntax, and says so', async () => {
    const registry = createRegistry([jpegLosslessCodec], codecPlatform);
    const fixture = codeStreamFixture('jpeg-lossless-rgb8');
    const job = { bytes: codeStreamOf(fixture), pixel: fixture.pixel };
    const decoded = await registry.decode({ ...job, transferSyntax: SYNTAX.jpegBaseline });
    expect(differenceFrom(fixture, decoded)).toBeUndefined();
    expect(decoded.notes?.map(({ message }) => message)).toEqual([
      `a code stream of jpeg-lossless under the transfer syntax ${SYNTAX.jpegBaseline}`,
    ]);
  });
});
