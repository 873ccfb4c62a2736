import { describe, expect, it } from 'vitest';
import { closedCodeStream } from '../../src/codecs/jpeg-2000-cut.js';
import { readJpeg2000Header } from '../../src/codecs/jpeg-2000-header.js';
import { walkPackets } from '../../src/codecs/jpeg-2000-prefix.js';
import { codeStreamEndOf } from '../../src/codecs/code-stream-end.js';
import { htj2kCodec, jpeg2000Codec } from '../../src/codecs/default-codecs.js';
import { FramedexError } from '../../src/errors.js';
import { memorySource } from '../../src/bytes/memory.js';
import { frameIndex } from '../../src/frames/frame-index.js';
import { decodePrefix } from '../../src/frames/reduced-read.js';
import { encapsulated, fragment, imagePixel } from '../support/build-dicom.js';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.js';
import { decoderOf } from '../support/codec-platform.js';
import { codeOf, openBuilt } from '../support/open-built.js';
const CODECS = [jpeg2000Codec, htj2kCodec];
/** A name of a fixture, and what decodes it. */
const PROVEN = [
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
function headerOf(bytes) {
  const header = readJpeg2000Header(bytes);
  if (header === undefined) throw new Error('no header');
  return header;
}
const same = (bytes) => bytes;
/** Zeros in place of the padding behind EOC: of a short one, no start is read. */
function long(bytes) {
  const out = new Uint8Array(bytes.length + 20_000);
  out.set(bytes);
  return out;
}
function claimed(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const at of [8, 12, 24, 28]) view.setUint32(at, 0x7fffffff);
  return bytes;
}
/** No packet starts so. */
function broken(bytes) {
  const start = bytes.findIndex((byte, k) => byte === 0xff && bytes[k + 1] === 0x93) + 2;
  return bytes.fill(0xff, start, start + 64);
}
/** Codecs that fail. */
function codecsThat(fail) {
  return {
    transferSyntaxes: new Set(),
    threads: 0,
    find: () => {
      throw new Error('not asked for');
    },
    framesAhead: () => 0,
    close: () => Promise.resolve(),
    decode: (_, circumstances) => Promise.reject(fail(circumstances)),
  };
}
describe('the start of a code stream that is enough for fewer resolution levels', () => {
  it.each(PROVEN)('%s: the last packet of all ends at EOC', (name) => {
    const bytes = codeStreamOf(codeStreamFixture(name));
    const end = codeStreamEndOf(bytes);
    const there = bytes.subarray(0, Number(end) - 2);
    const walk = walkPackets(there, headerOf(bytes), 0);
    expect(walk).toEqual({ outcome: 'all', end: there.length });
  });
  it.each(PROVEN)('H34: %s gives the same samples from it, at every level', async (name, codec) => {
    const fixture = codeStreamFixture(name);
    const decoder = await decoderOf(codec);
    const bytes = codeStreamOf(fixture);
    const header = headerOf(bytes);
    let before = bytes.length;
    for (let reduce = 1; reduce <= header.fewestLevels; reduce++) {
      const end = Number(walkPackets(bytes, header, reduce)?.end);
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
    const end = Number(walkPackets(bytes, header, 3)?.end);
    for (let length = header.firstTilePart; length < end; length += 7) {
      expect(walkPackets(bytes.subarray(0, length), header, 3)?.outcome).toBe('more');
    }
    expect(walkPackets(bytes.subarray(0, end - 1), header, 3)?.outcome).toBe('more');
    expect(walkPackets(bytes.subarray(0, end), header, 3)).toEqual({ outcome: 'all', end });
  });
  it.each([
    ['several tiles', 'jpeg-2000-tiles'],
    ['layers', 'jpeg-2000-layers'],
    ['positions before resolutions', 'jpeg-2000-pcrl'],
    ['passes with lengths of their own', 'jpeg-2000-modes'],
    ['EPH', 'jpeg-2000-sop-eph'],
  ])('proves nothing of %s', (_, name) => {
    const bytes = codeStreamOf(codeStreamFixture(name));
    expect(walkPackets(bytes, headerOf(bytes), 1)).toBeUndefined();
  });
  it('survives 500 headers and packets that are broken', () => {
    const good = codeStreamOf(codeStreamFixture('htj2k-rgb8'));
    for (let k = 0; k < 500; k++) {
      const bytes = good.slice();
      const at = (k * 7919) % 400;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (k % 8));
      const header = readJpeg2000Header(bytes);
      const walk = header && walkPackets(bytes, header, 2);
      if (walk?.outcome === 'all') expect(walk.end).toBeLessThanOrEqual(bytes.length);
    }
  });
});
describe('frames with fewer resolution levels', () => {
  it.each([
    ['jpeg-2000-u12-256', 3, undefined],
    ['htj2k-rpcl-256', 3, undefined],
    ['htj2k-rpcl-256', 2, true],
  ])('F09 H34: of %s without %i, a fraction is read', async (name, reduce, asynchronous) => {
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
  });
  it('are read as a whole for a codec that knows no levels', async () => {
    const fixture = codeStreamFixture('htj2k-rpcl-256');
    const stream = codeStreamOf(fixture);
    const lengths = [];
    const codec = {
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
  it.each([
    ['where half of it is not enough', 'htj2k-rpcl-256', 1, same, 'decoded'],
    ['where nothing is proven', 'jpeg-2000-layers', 2, long, 'decoded'],
    ['where another picture is claimed', 'htj2k-rpcl-256', 3, claimed, 'CODEC'],
    ['where a packet is broken', 'htj2k-rpcl-256', 3, broken, 'CODEC'],
  ])('P: are read once, %s', async (_, name, reduce, change, outcome) => {
    const fixture = codeStreamFixture(name);
    const stream = change(codeStreamOf(fixture));
    for (const offsetTable of ['exact', 'empty']) {
      const { file, source } = await openBuilt(
        {
          transferSyntax: fixture.transferSyntax,
          elements: [
            ...imagePixel({ ...fixture.pixel, numberOfFrames: 3 }),
            encapsulated({ frames: [stream, stream, stream], offsetTable }),
          ],
        },
        { codecs: CODECS },
      );
      await file.encodedFrame(1);
      source.forget();
      const code = await codeOf(file.frame(1, { reduce }));
      expect(code).toBe(outcome === 'decoded' ? 'no error' : outcome);
      expect(source.bytesRead).toBeLessThan(stream.length + 64);
      await file.close();
    }
  });
});
describe('how the start of a frame is decoded', () => {
  const fixture = codeStreamFixture('htj2k-rpcl-256');
  const stream = codeStreamOf(fixture);
  const source = memorySource(
    fragment(stream).encode({ explicit: true, littleEndian: true }),
    'one.dcm',
  );
  const transferSyntax = { uid: fixture.transferSyntax };
  const header = { source, littleEndian: true, transferSyntax };
  const index = frameIndex({
    ...{ count: 1, declaredCount: 1, strategy: 'none', confidence: 'exact', pixel: fixture.pixel },
    counts: { declared: 1, found: 1, byBytes: undefined, fragments: undefined },
    layout: {
      kind: 'fragments',
      offsets: Float64Array.of(8),
      lengths: Uint32Array.of(source.size - 8),
      firsts: undefined,
    },
  });
  it('passes on the signal, and how many frames are to come', async () => {
    const given = [];
    const { signal } = new AbortController();
    const codecs = codecsThat((circumstances) => {
      given.push(circumstances);
      return new FramedexError('CODEC', 'broken', {});
    });
    const read = { signal, framesToCome: 7, maxFrameBytes: stream.length * 2 };
    const early = await decodePrefix(codecs, header, index, 0, 3, read);
    expect(given).toMatchObject([{ signal, framesToCome: 7 }]);
    expect(early.decoded).toBeUndefined();
    const whole = await early.header.source.read(0, source.size);
    expect(whole).toEqual(await source.read(0, source.size));
  });
  it.each(['CODEC_TIMEOUT', 'CLOSED', 'CODEC_MISSING'])(
    '%s is no reason to go on',
    async (code) => {
      const fault = new FramedexError(code, 'over', {});
      const codecs = codecsThat(() => fault);
      const read = { maxFrameBytes: stream.length * 2 };
      await expect(decodePrefix(codecs, header, index, 0, 3, read)).rejects.toBe(fault);
    },
  );
});
