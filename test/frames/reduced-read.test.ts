import { describe, expect, it } from 'vitest';
import { closedCodeStream } from '../../src/codecs/jpeg-2000-cut.ts';
import { readJpeg2000Header } from '../../src/codecs/jpeg-2000-header.ts';
import { resolutionEnd } from '../../src/codecs/jpeg-2000-prefix.ts';
import type { Codec } from '../../src/codecs/codec.ts';
import { codeStreamEndOf } from '../../src/codecs/code-stream-end.ts';
import { htj2kCodec, jpeg2000Codec } from '../../src/codecs/default-codecs.ts';
import { encapsulated, imagePixel } from '../support/build-dicom.ts';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.ts';
import { decoderOf } from '../support/codec-platform.ts';
import { openBuilt } from '../support/open-built.ts';

const CODECS: readonly Codec[] = [jpeg2000Codec, htj2kCodec];

/** A name of a fixture, and what decodes it. */
const PROVEN: readonly (readonly [string, Codec])[] = [
  ['jpeg-2000-u12', jpeg2000Codec],
  ['jpeg-2000-rgb8-rct', jpeg2000Codec],
  ['jpeg-2000-rgb8-ict-irreversible', jpeg2000Codec],
  ['jpeg-2000-u12-256', jpeg2000Codec],
  ['htj2k-u12-rpcl', htj2kCodec],
  ['htj2k-rgb8', htj2kCodec],
  ['htj2k-rgb8-ict-irreversible', htj2kCodec],
  ['htj2k-lrcp', htj2kCodec],
  ['htj2k-s8', htj2kCodec],
  ['htj2k-rpcl-256', htj2kCodec],
];

function headerOf(bytes: Uint8Array) {
  const header = readJpeg2000Header(bytes);
  if (header === undefined) throw new Error('no header');
  return header;
}

describe('the start of a code stream that is enough for fewer resolution levels', () => {
  it.each(PROVEN)('%s: the last packet of all ends at EOC', (name) => {
    const bytes = codeStreamOf(codeStreamFixture(name));
    const end = codeStreamEndOf(bytes);
    expect(resolutionEnd(bytes, headerOf(bytes), 0)).toBe(Number(end) - 2);
  });

  it.each(PROVEN)('H34: %s gives the same samples from it, at every level', async (name, codec) => {
    const fixture = codeStreamFixture(name);
    const decoder = await decoderOf(codec);
    const bytes = codeStreamOf(fixture);
    const header = headerOf(bytes);
    let before = bytes.length;
    for (let reduce = 1; reduce <= header.fewestLevels; reduce++) {
      const end = Number(resolutionEnd(bytes, header, reduce));
      expect(end).toBeLessThan(before);
      before = end;
      const prefix = closedCodeStream(bytes.subarray(0, end), header, end);
      const early = await decoder.decode(prefix, fixture.pixel, { reduce });
      const whole = await decoder.decode(codeStreamOf(fixture), fixture.pixel, { reduce });
      expect(early.pixel).toEqual(whole.pixel);
      expect(early.bytes).toEqual(whole.bytes);
    }
  });

  it('asks for more until the last byte that is needed is there', () => {
    const bytes = codeStreamOf(codeStreamFixture('htj2k-rpcl-256'));
    const header = headerOf(bytes);
    const end = Number(resolutionEnd(bytes, header, 3));
    for (let length = header.firstTilePart; length < end; length += 7) {
      expect(resolutionEnd(bytes.subarray(0, length), header, 3)).toBe('more');
    }
    expect(resolutionEnd(bytes.subarray(0, end - 1), header, 3)).toBe('more');
    expect(resolutionEnd(bytes.subarray(0, end), header, 3)).toBe(end);
  });

  it.each([
    ['several tiles', 'jpeg-2000-tiles'],
    ['layers', 'jpeg-2000-layers'],
    ['positions before resolutions', 'jpeg-2000-pcrl'],
    ['passes with lengths of their own', 'jpeg-2000-modes'],
    ['EPH', 'jpeg-2000-sop-eph'],
  ])('proves nothing of %s', (_, name) => {
    const bytes = codeStreamOf(codeStreamFixture(name));
    expect(resolutionEnd(bytes, headerOf(bytes), 1)).toBeUndefined();
  });

  it('survives 500 headers and packets that are broken', () => {
    const good = codeStreamOf(codeStreamFixture('htj2k-rgb8'));
    for (let k = 0; k < 500; k++) {
      const bytes = good.slice();
      const at = (k * 7919) % 400;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (k % 8));
      const header = readJpeg2000Header(bytes);
      const end = header && resolutionEnd(bytes, header, 2);
      if (typeof end === 'number') expect(end).toBeLessThanOrEqual(bytes.length);
    }
  });
});

describe('frames with fewer resolution levels', () => {
  it.each([
    ['jpeg-2000-u12-256', 3, undefined],
    ['htj2k-rpcl-256', 3, undefined],
    ['htj2k-rpcl-256', 2, true],
  ] as const)(
    'F09 H34: of %s without %i, a fraction is read',
    async (name, reduce, asynchronous) => {
      const fixture = codeStreamFixture(name);
      const stream = codeStreamOf(fixture);
      const parts = {
        transferSyntax: fixture.transferSyntax,
        elements: [
          ...imagePixel({ ...fixture.pixel, numberOfFrames: 3 }),
          encapsulated({ frames: [stream, stream, stream] }),
        ],
      };
      const { file, source } = await openBuilt(parts, { codecs: CODECS, asynchronous });
      const decoder = await decoderOf(name.startsWith('htj2k') ? htj2kCodec : jpeg2000Codec);
      const { bytes: right } = await decoder.decode(stream.slice(), fixture.pixel, { reduce });
      source.forget();
      const frame = await file.frame(1, { reduce });
      const { data } = frame;
      expect(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).toEqual(right);
      expect([frame.rows, frame.columns]).toEqual([256 / 2 ** reduce, 256 / 2 ** reduce]);
      expect(source.bytesRead).toBeLessThan(1200 + (2 * stream.length) / 4 ** reduce);
      await file.close();
    },
  );

  it('are read as a whole for a codec that knows no levels', async () => {
    const fixture = codeStreamFixture('htj2k-rpcl-256');
    const stream = codeStreamOf(fixture);
    const lengths: number[] = [];
    const codec: Codec = {
      name: 'whole',
      transferSyntaxes: [fixture.transferSyntax],
      load: () =>
        Promise.resolve({
          decode(bytes, pixel) {
            lengths.push(bytes.length);
            return { bytes: new Uint8Array(256 * 256 * 2), pixel };
          },
        }),
    };
    const { file } = await openBuilt(
      {
        transferSyntax: fixture.transferSyntax,
        elements: [
          ...imagePixel({ ...fixture.pixel, numberOfFrames: 2 }),
          encapsulated({ frames: [stream, stream] }),
        ],
      },
      { codecs: [codec] },
    );
    expect((await file.frame(1, { reduce: 3 })).rows).toBe(256);
    expect(lengths.at(-1)).toBe(stream.length + (stream.length % 2));
    await file.close();
  });
});
