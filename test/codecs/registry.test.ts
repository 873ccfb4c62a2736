import { describe, expect, it } from 'vitest';
import type { Codec, Decoder } from '../../src/codecs/codec.ts';
import { interleavedPixel } from '../../src/codecs/codec.ts';
import { createRegistry, defaultCodecs } from '../../src/codecs/registry.ts';
import { codeOf } from '../support/open-built.ts';
import { pixelOf } from '../support/pixel.ts';

const decoder: Decoder = { decode: (bytes, pixel) => ({ bytes, pixel }) };

function codec(name: string, uid: string, load: () => Promise<Decoder>): Codec {
  return { name, transferSyntaxes: [uid], load };
}

describe('createRegistry', () => {
  it('loads a codec once, and only when it is asked for', async () => {
    let loads = 0;
    const load = (): Promise<Decoder> => {
      loads++;
      return Promise.resolve(decoder);
    };
    const registry = createRegistry([codec('a', '1.2', load)]);
    expect(loads).toBe(0);
    const [one, two] = await Promise.all([registry.decoder('1.2'), registry.decoder('1.2')]);
    expect(one).toBe(two);
    expect(loads).toBe(1);
    expect(registry.decoder('1.3')).toBeUndefined();
  });

  it('lets a later codec take the place of an earlier one', async () => {
    const other: Decoder = { decode: (bytes, pixel) => ({ bytes, pixel }) };
    const own = codec('own', '1.2.840.10008.1.2.5', () => Promise.resolve(other));
    const registry = createRegistry([...defaultCodecs, own]);
    expect(await registry.decoder('1.2.840.10008.1.2.5')).toBe(other);
  });

  it('says what cannot be loaded, and tries again the next time', async () => {
    let loads = 0;
    const load = (): Promise<Decoder> => {
      loads++;
      return loads === 1 ? Promise.reject(new Error('no module')) : Promise.resolve(decoder);
    };
    const registry = createRegistry([codec('a', '1.2', load)]);
    expect(await codeOf(Promise.resolve(registry.decoder('1.2')))).toBe('CODEC_MISSING');
    expect(await registry.decoder('1.2')).toBe(decoder);
  });
});

describe('interleavedPixel', () => {
  it('is what a codec gives: samples side by side, each pixel with its own chrominance', () => {
    const pixel = pixelOf({
      ...{ samplesPerPixel: 3, bitsAllocated: 8, planarConfiguration: 1 },
      photometricInterpretation: 'YBR_FULL_422',
    });
    expect(interleavedPixel(pixel)).toEqual({
      ...pixel,
      planarConfiguration: 0,
      photometricInterpretation: 'YBR_FULL',
    });
  });
});
