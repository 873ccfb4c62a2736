import { afterEach, describe, expect, it, vi } from 'vitest';
import { createImage, createImage16 } from '../../src/display/image.ts';
import type { Image, Image16 } from '../../src/display/image.ts';
import type { BytePicture, PictureEncoders } from '../../src/display/picture-encoders.ts';
import { decodePng } from './decode-png.ts';
import { deflate } from '../support/outside.ts';

function grey(encoders?: PictureEncoders): Image {
  const data = Uint8ClampedArray.of(0, 128, 255);
  return createImage({ width: 3, height: 1, channels: 1, bitDepth: 8, data, encoders });
}

function colour(channels: 3 | 4): Image {
  const data = Uint8ClampedArray.of(10, 20, 30, 40, 50, 60, 70, 80).subarray(0, 2 * channels);
  return createImage({ width: 2, height: 1, channels, bitDepth: 8, data });
}

function grey16(): Image16 {
  const data = Uint16Array.of(0, 0x1234, 0xffff);
  return createImage16({ width: 3, height: 1, channels: 1, bitDepth: 16, data });
}

/** Encoders that note what they are asked for. */
function noting(): PictureEncoders & { readonly calls: unknown[] } {
  const calls: unknown[] = [];
  return {
    calls,
    lossy: (picture, format, quality) => {
      calls.push([picture.width, picture.height, picture.channels, format, quality]);
      return Promise.resolve(Uint8Array.of(1));
    },
    deflate: (bytes) => {
      calls.push(bytes.length);
      return Promise.resolve(deflate(bytes));
    },
  };
}

/** The error that something rejects with. */
async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => error,
  );
}

describe('createImage', () => {
  it('says what is in the picture and nothing of what writes it', () => {
    expect(grey(noting())).toEqual({
      ...{ width: 3, height: 1, channels: 1, bitDepth: 8, warnings: [] },
      data: Uint8ClampedArray.of(0, 128, 255),
      encode: expect.any(Function) as unknown,
    });
  });

  it('PNG is compressed by whoever is asked to, and else by the platform', async () => {
    const encoders = noting();
    for (const image of [grey(encoders), grey()]) {
      expect(decodePng(await image.encode('png')).data).toEqual([0, 128, 255]);
    }
    expect(encoders.calls).toEqual([4]);
  });

  it('PNG takes no heed of quality, which is for formats that lose something', async () => {
    const file = await grey(noting()).encode('png', { quality: 1000 });
    expect(decodePng(file).data).toEqual([0, 128, 255]);
  });

  it.each(['jpeg', 'webp'] as const)('%s is 85 of 100 unless another is asked for', async (as) => {
    const encoders = noting();
    await grey(encoders).encode(as);
    await grey(encoders).encode(as, { quality: 1 });
    await grey(encoders).encode(as, { quality: 100 });
    expect(encoders.calls).toEqual([85, 1, 100].map((quality) => [3, 1, 1, as, quality]));
  });

  it.each([0, 101, 85.5, -1, NaN, Infinity])('a quality of %s is refused', async (quality) => {
    const encoders = noting();
    expect(await refusal(grey(encoders).encode('jpeg', { quality }))).toMatchObject({
      code: 'USAGE',
      details: { expected: 'a whole number, 1 to 100', found: String(quality) },
    });
    expect(encoders.calls).toEqual([]);
  });

  it('RGBA is no JPEG: what lies behind is not for this package to say', async () => {
    const { calls, ...encoders } = noting();
    const image = createImage({ ...colour(4), encoders });
    expect(await refusal(image.encode('jpeg'))).toMatchObject({ code: 'USAGE' });
    expect(calls).toEqual([]);
    await image.encode('webp');
    expect(calls).toEqual([[2, 1, 4, 'webp', 85]]);
  });

  it('what is no format is a mistake of the caller, told by a rejection', async () => {
    for (const image of [grey(), grey16()]) {
      const encode: (format: never) => Promise<unknown> = image.encode;
      for (const format of ['gif', 'PNG']) {
        const error = await refusal(encode(format as never));
        expect(error).toMatchObject({ code: 'USAGE', details: { found: `"${format}"` } });
      }
    }
  });
});

describe('createImage16', () => {
  it('is written as PNG of 16 bits', async () => {
    expect(decodePng(await grey16().encode('png'))).toMatchObject({
      bitDepth: 16,
      data: [0, 0x1234, 0xffff],
    });
  });

  it.each(['jpeg', 'webp'] as const)('is refused as %s, with what to do', async (format) => {
    const error = await refusal(grey16().encode(format));
    expect(error).toMatchObject({ code: 'USAGE', details: { expected: 'png', found: format } });
    expect(String(error)).toContain('8 bits');
  });
});

describe('without encoders', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each(['jpeg', 'webp'] as const)('%s is CODEC_MISSING where there is no canvas', async (as) => {
    vi.stubGlobal('OffscreenCanvas', undefined);
    expect(await refusal(grey().encode(as))).toMatchObject({ code: 'CODEC_MISSING' });
  });

  it('a canvas is given RGBA, opaque, and the quality as a share of 1', async () => {
    const asked = stubCanvas();
    await grey().encode('jpeg', { quality: 90 });
    await colour(3).encode('webp');
    await colour(4).encode('webp');
    expect(asked).toEqual([
      {
        ...{ width: 3, height: 1, type: 'image/jpeg', quality: 0.9 },
        data: [0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255],
      },
      {
        ...{ width: 2, height: 1, type: 'image/webp', quality: 0.85 },
        data: [10, 20, 30, 255, 40, 50, 60, 255],
      },
      {
        ...{ width: 2, height: 1, type: 'image/webp', quality: 0.85 },
        data: [10, 20, 30, 40, 50, 60, 70, 80],
      },
    ]);
  });

  it('what the canvas wrote is the file', async () => {
    stubCanvas();
    expect(await grey().encode('webp')).toEqual(new TextEncoder().encode('image/webp'));
  });

  it('a browser that writes PNG in place of WebP is found out', async () => {
    stubCanvas('image/png');
    expect(await refusal(grey().encode('webp'))).toMatchObject({
      code: 'CODEC_MISSING',
      details: { found: 'image/png' },
    });
  });
});

/** A canvas of a browser, which writes files of a type, and what it was asked for. */
function stubCanvas(writes?: string): unknown[] {
  const asked: unknown[] = [];
  vi.stubGlobal(
    'ImageData',
    class {
      readonly data: Uint8ClampedArray;
      constructor(data: Uint8ClampedArray) {
        this.data = data;
      }
    },
  );
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      readonly #size: Pick<BytePicture, 'width' | 'height'>;
      #data: number[] = [];
      constructor(width: number, height: number) {
        this.#size = { width, height };
      }
      getContext(): unknown {
        return {
          putImageData: ({ data }: { readonly data: Uint8ClampedArray }) => {
            this.#data = [...data];
          },
        };
      }
      convertToBlob(options: { readonly type: string }): Promise<Blob> {
        asked.push({ ...this.#size, ...options, data: this.#data });
        const type = writes ?? options.type;
        return Promise.resolve(new Blob([type], { type }));
      }
    },
  );
  return asked;
}
