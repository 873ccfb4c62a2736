import { describe, expect, it } from 'vitest';
import { interleavedPixel } from '../../src/codecs/codec.js';
import { defaultCodecs } from '../../src/codecs/default-codecs.js';
import { createRegistry } from '../../src/codecs/registry.js';
import { codecPlatform } from '../support/codec-platform.js';
import { codeOf } from '../support/open-built.js';
import { pixelOf } from '../support/pixel.js';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const pixel = pixelOf({ rows: 1, columns: 4, bitsAllocated: 8 });
/** A decoder that gives four bytes of its own. */
function decoderGiving(value) {
  return { decode: (_, given) => ({ bytes: new Uint8Array(4).fill(value), pixel: given }) };
}
function codec(uid, value, codeStreams, load = () => Promise.resolve(decoderGiving(value))) {
  return { name: `codec ${value}`, transferSyntaxes: [uid], codeStreams, load };
}
function job(transferSyntax, bytes = new Uint8Array(0)) {
  return { transferSyntax, bytes, pixel };
}
/** The start of a JPEG of this SOF marker: 1 row, 4 columns, 8 bits, 1 component. */
function jpegStart(process, precision = 8) {
  const frame = [0xff, process, 0, 11, precision, 0, 1, 0, 4, 1, 1, 0x11, 0];
  return Uint8Array.from([0xff, 0xd8, ...frame, 0xff, 0xda, 0, 0]);
}
function firstByte({ bytes }) {
  return bytes[0];
}
describe('createRegistry', () => {
  it('loads a codec once, and only when a frame needs it', async () => {
    let loads = 0;
    const load = () => {
      loads++;
      return Promise.resolve(decoderGiving(1));
    };
    const registry = createRegistry([codec('1.2', 1, undefined, load)], codecPlatform);
    expect(registry.transferSyntaxes).toEqual(new Set(['1.2']));
    expect(loads).toBe(0);
    await Promise.all([registry.decode(job('1.2')), registry.decode(job('1.2'))]);
    expect(loads).toBe(1);
    expect(await codeOf(registry.decode(job('1.3')))).toBe('UNSUPPORTED_TRANSFER_SYNTAX');
  });
  it('gives a codec what the platform brings', async () => {
    let given;
    const own = {
      ...codec('1.2', 1),
      load: (platform) => {
        given = platform;
        return Promise.resolve(decoderGiving(1));
      },
    };
    await createRegistry([own], codecPlatform).decode(job('1.2'));
    expect(given).toBe(codecPlatform);
  });
  it('lets a later codec take the place of an earlier one', async () => {
    const own = codec('1.2.840.10008.1.2.5', 7);
    const registry = createRegistry([...defaultCodecs, own], codecPlatform);
    expect(firstByte(await registry.decode(job('1.2.840.10008.1.2.5')))).toBe(7);
  });
  it('says what cannot be loaded, and tries again the next time', async () => {
    let loads = 0;
    const load = () => {
      loads++;
      return loads === 1
        ? Promise.reject(new Error('no module'))
        : Promise.resolve(decoderGiving(1));
    };
    const registry = createRegistry([codec('1.2', 1, undefined, load)], codecPlatform);
    expect(await codeOf(registry.decode(job('1.2')))).toBe('CODEC_MISSING');
    expect(firstByte(await registry.decode(job('1.2')))).toBe(1);
  });
  it('H31 decodes a frame by what its code stream is, and says that the label is wrong', async () => {
    const codecs = [codec(JPEG_BASELINE, 1, ['jpeg']), codec(JPEG_LOSSLESS, 2, ['jpeg-lossless'])];
    const registry = createRegistry(codecs, codecPlatform);
    const cases = [
      [JPEG_BASELINE, 0xc0, 1, false],
      [JPEG_BASELINE, 0xc3, 2, true],
      [JPEG_LOSSLESS, 0xc3, 2, false],
      [JPEG_LOSSLESS, 0xc0, 1, true],
      // No transfer syntax that there is, or none that anybody decodes.
      ['1.2.3.4', 0xc0, 1, true],
    ];
    for (const [uid, process, value, noted] of cases) {
      const decoded = await registry.decode(job(uid, jpegStart(process)));
      expect(firstByte(decoded)).toBe(value);
      expect(decoded.notes !== undefined).toBe(noted);
    }
  });
  it('asks the codec of the transfer syntax where the bytes tell nothing, or nobody decodes them', async () => {
    const registry = createRegistry([codec(JPEG_BASELINE, 1, ['jpeg'])], codecPlatform);
    for (const bytes of [Uint8Array.of(1, 2, 3), jpegStart(0xf7), jpegStart(0xc9)]) {
      expect(firstByte(await registry.decode(job(JPEG_BASELINE, bytes)))).toBe(1);
      expect(await codeOf(registry.decode(job('1.2.3', bytes)))).toBe(
        'UNSUPPORTED_TRANSFER_SYNTAX',
      );
    }
  });
  it('never looks into frames that have no header: pixels may look like one', async () => {
    const codecs = [codec('1.2', 1), codec(JPEG_BASELINE, 2, ['jpeg'])];
    const decoded = await createRegistry(codecs, codecPlatform).decode(job('1.2', jpegStart(0xc0)));
    expect(firstByte(decoded)).toBe(1);
    expect(decoded.notes).toBeUndefined();
  });
  it('makes CODEC of whatever a codec throws, and of a frame of another length', async () => {
    const broken = (decode) => codec('1.2', 1, undefined, () => Promise.resolve({ decode }));
    const faults = [
      () => {
        throw new RangeError('out of bounds');
      },
      () => Promise.reject(new Error('later')),
      // As a program that is not checked by types may have it.
      () => ({}),
      (_, given) => ({ bytes: new Uint8Array(3), pixel: given }),
      (_, given) => ({ bytes: new Uint8Array(4), pixel: { ...given, rows: 2 } }),
    ];
    for (const decode of faults) {
      const registry = createRegistry([broken(decode)], codecPlatform);
      expect(await codeOf(registry.decode(job('1.2')))).toBe('CODEC');
    }
  });
});
describe('interleavedPixel', () => {
  it('is what a codec gives: samples side by side, each pixel with its own chrominance', () => {
    const coded = pixelOf({
      ...{ samplesPerPixel: 3, bitsAllocated: 8, planarConfiguration: 1 },
      photometricInterpretation: 'YBR_FULL_422',
    });
    expect(interleavedPixel(coded)).toEqual({
      ...coded,
      planarConfiguration: 0,
      photometricInterpretation: 'YBR_FULL',
    });
  });
});
