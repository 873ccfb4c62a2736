import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { nodeEncoders, sharpEncoder } from '../../src/node/picture-encoder.js';
import { createImage } from '../../src/display/image.js';
/** A ramp of so many channels, in which neighbours are alike. */
function ramp(channels, width = 64, height = 48) {
  const data = Uint8ClampedArray.from({ length: width * height * channels }, (_, i) => {
    const x = Math.floor(i / channels) % width;
    return [x * 3, 255 - x * 2, 90, 200][i % channels] ?? 0;
  });
  return createImage({ width, height, channels, bitDepth: 8, data, encoders: nodeEncoders });
}
/** How far the samples of a file are from those of a picture, at most. */
async function greatestDifference(file, image) {
  const decoded = sharp(file);
  const raw = image.channels === 1 ? decoded.toColourspace('b-w') : decoded;
  const samples = await raw.raw().toBuffer();
  expect(samples.length).toBe(image.data.length);
  return samples.reduce(
    (most, sample, i) => Math.max(most, Math.abs(sample - (image.data[i] ?? 0))),
    0,
  );
}
/** How many components a JPEG has: in its frame header (ISO/IEC 10918-1 B.2.2). */
function components(file) {
  const bytes = Buffer.from(file);
  let at = 2;
  while (bytes.readUInt8(at + 1) < 0xc0 || bytes.readUInt8(at + 1) > 0xc2) {
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return bytes.readUInt8(at + 9);
}
describe('JPEG and WebP by sharp', () => {
  it.each([1, 3])('JPEG of %i channels has as many components', async (channels) => {
    const image = ramp(channels);
    const file = await image.encode('jpeg', { quality: 95 });
    expect([...file.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    expect(components(file)).toBe(channels);
    expect(await greatestDifference(file, image)).toBeLessThanOrEqual(8);
  });
  it.each([1, 3, 4])('WebP of %i channels comes back', async (channels) => {
    const image = ramp(channels);
    const file = await image.encode('webp', { quality: 95 });
    expect(Buffer.from(file).toString('latin1', 8, 12)).toBe('WEBP');
    const { data } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    const found = data.length / (image.width * image.height);
    // WebP has no grey of its own.
    expect(found).toBe(channels === 1 ? 3 : channels);
    const mean = data.reduce((sum, sample, i) => {
      const k = channels === 1 ? Math.floor(i / 3) : i;
      return sum + Math.abs(sample - (image.data[k] ?? 0));
    }, 0);
    expect(mean / data.length).toBeLessThan(3);
  });
  it('a coloured mark of one pixel keeps its colour in JPEG', async () => {
    const image = ramp(3);
    image.data.fill(128);
    image.data.set([255, 0, 0], 3 * (20 * image.width + 20));
    const { data } = await sharp(await image.encode('jpeg', { quality: 95 }))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const [red = 0, green = 0] = data.subarray(3 * (20 * image.width + 20));
    expect(red - green).toBeGreaterThan(180);
  });
  it('quality is followed', async () => {
    const [rough, fine] = await Promise.all(
      [5, 95].map((quality) => ramp(3).encode('jpeg', { quality })),
    );
    expect(rough?.length).toBeLessThan(fine?.length ?? 0);
  });
  it('what is large, and what the format holds, is not refused as a file would be', async () => {
    const given = [];
    const picture = { jpeg: () => picture, toBuffer: () => Promise.resolve(Uint8Array.of(1)) };
    const load = { default: (_, options) => (given.push(options), picture) };
    const encode = sharpEncoder(() => Promise.resolve(load));
    await encode({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) }, 'jpeg', 85);
    expect(given).toMatchObject([{ limitInputPixels: false }]);
  });
  it('what the format cannot hold is refused', async () => {
    await expect(ramp(1, 16_384, 1).encode('webp')).rejects.toMatchObject({
      code: 'USAGE',
      details: { found: '16384 x 1 pixels' },
    });
  });
});
describe('a sharp that cannot be used', () => {
  const picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) };
  const chain = (toBuffer) => {
    const self = { toColourspace: () => self, jpeg: () => self, webp: () => self, toBuffer };
    return { default: () => self };
  };
  const cases = [
    ['is no function', { default: {} }],
    ['gives nothing', { default: () => undefined }],
    ['lacks a method', { default: () => ({ webp: () => undefined }) }],
    [
      'throws',
      chain(() => {
        throw new Error('no memory');
      }),
    ],
    ['rejects', chain(() => Promise.reject(new Error('no memory\nmore')))],
    ['writes nothing', chain(() => Promise.resolve(undefined))],
  ];
  it.each(cases)('that %s is told with the version to install', async (_, module) => {
    const encode = sharpEncoder(() => Promise.resolve(module));
    for (const format of ['jpeg', 'webp']) {
      const error = await encode(picture, format, 85).catch((fault) => fault);
      expect(error).toMatchObject({
        code: 'CODEC_MISSING',
        details: { expected: 'sharp 0.35.5', advice: 'npm install sharp@0.35.5' },
      });
      expect(String(error)).toContain('cannot be used here');
      expect(String(error)).not.toContain('more');
    }
  });
});
describe('without sharp', () => {
  const picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) };
  it('that is not installed, says which to install', async () => {
    const absent = Object.assign(new Error("Cannot find package 'sharp'"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    const encode = sharpEncoder(() => Promise.reject(absent));
    const error = await encode(picture, 'jpeg', 85).catch((fault) => fault);
    expect(error).toMatchObject({
      code: 'CODEC_MISSING',
      cause: absent,
      details: { expected: 'sharp 0.35.5', advice: 'npm install sharp@0.35.5' },
    });
    expect(String(error)).toContain('not installed');
  });
  it('that is for another system, says that it does not load, and why', async () => {
    const text = 'Could not load the "sharp" module using the linux-x64 runtime';
    const broken = new Error(`${text}\nPossible solutions:\n- ...`);
    const encode = sharpEncoder(() => Promise.reject(broken));
    const error = await encode(picture, 'webp', 85).catch((fault) => fault);
    expect(error).toMatchObject({ code: 'CODEC_MISSING', cause: broken });
    expect(String(error)).toContain('WebP cannot be loaded here');
    expect(String(error)).toContain(text);
    expect(String(error)).not.toContain('Possible');
  });
  it('is asked for by nothing but JPEG and WebP', async () => {
    const encoders = {
      ...nodeEncoders,
      lossy: sharpEncoder(() => Promise.reject(new Error('asked for'))),
    };
    const image = createImage({ ...ramp(1), encoders });
    await image.encode('png');
    await expect(image.encode('jpeg')).rejects.toMatchObject({ code: 'CODEC_MISSING' });
  });
});
