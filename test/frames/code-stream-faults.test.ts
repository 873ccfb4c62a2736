import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { openSource } from '../../src/file/open.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { createContext } from '../support/platform.ts';
import { sha256 } from '../support/outside.ts';
import { SYNTAX, dicom, encapsulated, imagePixel } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.ts';
import type { CodeStreamFixture } from '../support/code-stream-fixtures.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';

const fixture = codeStreamFixture('jpeg-ls-s16');

/** An object of these frames, under another transfer syntax where one is given. */
function object(
  { pixel, transferSyntax }: CodeStreamFixture,
  frames: readonly Uint8Array[],
  label = transferSyntax,
): DicomParts {
  return {
    transferSyntax: label,
    elements: [
      ...imagePixel({ ...pixel, numberOfFrames: frames.length }),
      encapsulated({ frames }),
    ],
  };
}

function digest({ data }: Frame): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return sha256(bytes);
}

describe('a code stream under the transfer syntax of another', () => {
  const stream = codeStreamOf(fixture);

  it('H31 decodes by what it is, and that is recorded once for all frames', async () => {
    const { file } = await openBuilt(
      object(fixture, [stream, stream, stream], SYNTAX.jpegLosslessFirstOrder),
    );
    expect(file.warnings).toEqual([]);
    for (let i = 0; i < 3; i++) {
      expect(digest(await file.frame(i))).toBe(
        fixture.expected && 'sha256' in fixture.expected ? fixture.expected.sha256 : '',
      );
    }
    expect(file.warnings.map(({ code, offset }) => [code, offset])).toEqual([
      ['CODE_STREAM', file.index.ranges(0)[0]?.offset],
    ]);
    expect(file.warnings[0]?.message).toContain('jpeg-ls');
  });

  it('H31 is thrown when strict', async () => {
    const parts = object(fixture, [stream], SYNTAX.jpegLosslessFirstOrder);
    const { file } = await openBuilt(parts, { strict: true });
    for (let time = 0; time < 2; time++) {
      expect(await codeOf(file.frame(0))).toBe('CODE_STREAM');
      expect(await codeOf(file.thumbnail())).toBe('CODE_STREAM');
    }
  });

  it('A22 decodes in a file that says that its pixels are native', async () => {
    const { file } = await openBuilt(object(fixture, [stream], SYNTAX.explicitLittle));
    expect((await file.frame(0)).data.length).toBe(fixture.pixel.rows * fixture.pixel.columns);
    expect(file.warnings.map(({ code }) => code)).toContain('CODE_STREAM');
  });

  it('F09 that nothing decodes is named by its UID', async () => {
    const unknown = { ...fixture, transferSyntax: '1.2.840.10008.1.2.4.92' };
    const { file } = await openBuilt(object(unknown, [Uint8Array.of(1, 2, 3, 4)]));
    await expect(file.frame(0)).rejects.toMatchObject({
      code: 'UNSUPPORTED_TRANSFER_SYNTAX',
      message: expect.stringContaining('1.2.840.10008.1.2.4.92') as unknown,
    });
  });
});

describe('a code stream of another picture', () => {
  it.each([
    ['rows', { rows: fixture.pixel.rows + 1 }],
    ['columns', { columns: fixture.pixel.columns - 1 }],
    ['samples', { samplesPerPixel: 3, photometricInterpretation: 'RGB' }],
    ['bits', { bitsAllocated: 8, bitsStored: 8, highBit: 7 }],
  ])('H30 than the header: %s', async (_, lie) => {
    const other = { ...fixture, pixel: { ...fixture.pixel, ...lie } };
    const { file } = await openBuilt(object(other, [codeStreamOf(fixture)]));
    const start = file.index.ranges(0)[0]?.offset ?? NaN;
    const error: unknown = await file.frame(0).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'CODEC', details: { name: 'built.dcm' } });
    // Where the code stream says so, in the file.
    const at = (error as { details: { offset: number } }).details.offset;
    expect(at).toBeGreaterThan(start);
    expect(at).toBeLessThan(start + 64);
  });

  it('fails alone: the frames beside it decode', async () => {
    const stream = codeStreamOf(fixture);
    const cut = stream.subarray(0, stream.length >> 1);
    const { file } = await openBuilt(object(fixture, [stream, cut, stream]));
    expect(await codeOf(file.frame(1))).toBe('CODEC');
    expect(digest(await file.frame(2))).toBe(digest(await file.frame(0)));
  });
});

describe('frames at a lower resolution', () => {
  it('have rows and columns of their own, and are not kept for the whole one', async () => {
    const wavelet = codeStreamFixture('jpeg-2000-u12-256');
    const { file } = await openBuilt(object(wavelet, [codeStreamOf(wavelet)]));
    const quarter = await file.frame(0, { reduce: 2 });
    expect([quarter.rows, quarter.columns, quarter.data.length]).toEqual([64, 64, 4096]);
    const whole = await file.frame(0);
    expect([whole.rows, whole.columns]).toEqual([256, 256]);
    expect(await codeOf(file.frame(0, { reduce: 0.5 }))).toBe('USAGE');
    expect(await codeOf(file.frame(0, { reduce: -1 }))).toBe('USAGE');
    expect(await codeOf(file.frame(0, { reduce: NaN }))).toBe('USAGE');
  });

  it('come in a run too, and so do broken ones for those who ask', async () => {
    const wavelet = codeStreamFixture('jpeg-2000-u12-256');
    const stream = codeStreamOf(wavelet);
    const { file } = await openBuilt(object(wavelet, [stream, stream]));
    const sizes: number[] = [];
    for await (const { rows } of file.frames({ reduce: 3 })) sizes.push(rows);
    expect(sizes).toEqual([32, 32]);
    const whole = codeStreamOf(fixture);
    const cut = whole.subarray(0, whole.length >> 1);
    const broken = await openBuilt(object(fixture, [whole, cut, whole]));
    const partial: unknown[] = [];
    for await (const frame of broken.file.frames({ lenient: true })) partial.push(frame.partial);
    expect(partial).toEqual([undefined, true, undefined]);
  });

  it('go into memory that is as small as they are', async () => {
    const wavelet = codeStreamFixture('jpeg-2000-u12-256');
    const { file } = await openBuilt(object(wavelet, [codeStreamOf(wavelet)]));
    const expected = await file.frame(0, { reduce: 1 });
    const into = new Uint16Array(128 * 128);
    const frame = await file.frame(0, { reduce: 1, into });
    expect(frame.data.buffer).toBe(into.buffer);
    expect(into).toEqual(expected.data);
    const small = new Uint16Array(128 * 128 - 1);
    expect(await codeOf(file.frame(0, { reduce: 1, into: small }))).toBe('USAGE');
  });

  it('are whole where the code stream knows no levels', async () => {
    const { file } = await openBuilt(object(fixture, [codeStreamOf(fixture)]));
    expect((await file.frame(0, { reduce: 3 })).rows).toBe(fixture.pixel.rows);
  });

  it('are what a thumbnail is made of, but not of palettes', async () => {
    const wavelet = codeStreamFixture('jpeg-2000-u12-256');
    const { file } = await openBuilt(object(wavelet, [codeStreamOf(wavelet)]));
    const picture = await file.thumbnail({ size: 64, window: { center: 2048, width: 4096 } });
    expect([picture.width, picture.height]).toEqual([64, 64]);
    // The whole frame was not decoded: nothing is kept of it.
    const { cacheHits } = file.stats();
    await file.frame(0);
    expect(file.stats().cacheHits).toBe(cacheHits);
  });
});

describe('memory that a codec is given', () => {
  it('is never that of the caller: an object in memory stays as it is', async () => {
    // Of these, the codec writes to what it is given: the sign in the SIZ marker segment.
    const signed = codeStreamFixture('jpeg-2000-s8');
    const { bytes } = dicom(object(signed, [codeStreamOf(signed)]));
    const before = bytes.slice();
    const file = await openSource(memorySource(bytes, 'built.dcm'), {
      context: createContext(),
      options: {},
      ownership: 'owned',
    });
    await file.frame(0);
    expect(bytes).toEqual(before);
  });
});
