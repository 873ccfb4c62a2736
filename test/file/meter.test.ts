import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { createMeter, meteredInflater, meteredSource, readStats } from '../../src/file/meter.ts';
import { openSource } from '../../src/file/open.ts';
import { portableInflater } from '../../src/inflate/portable-inflater.ts';
import { createContext } from '../../src/node/context.ts';
import { nodeInflater } from '../../src/node/inflater.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, k) => k);

describe('meteredSource', () => {
  it('counts reads, bytes and what is in flight', async () => {
    const meter = createMeter();
    const source = meteredSource(memorySource(bytes, 'x'), meter);
    await Promise.all([source.read(0, 10), source.read(90, 20)]);
    source.readSync?.(0, 5);
    expect(readStats(meter)).toEqual({
      ...{ reads: 3, bytesRead: 25, peakBufferBytes: 30, framesDecoded: 0, cacheHits: 0 },
    });
    expect(meter.inFlight).toBe(0);
  });

  it('counts a failed read, and lets it go', async () => {
    const meter = createMeter();
    const failing: Source = { name: 'x', size: 9, read: () => Promise.reject(new Error('no')) };
    await expect(meteredSource(failing, meter).read(0, 9)).rejects.toThrow('no');
    expect(meter).toMatchObject({ reads: 1, bytesRead: 0, inFlight: 0 });
  });

  it('holds a source to its word: `into` is filled, and no more is given than was asked', async () => {
    const careless: Source = {
      name: 'x',
      size: 100,
      read: (offset) => Promise.resolve(bytes.slice(offset)),
      readSync: (offset) => bytes.subarray(offset),
    };
    const source = meteredSource(careless, createMeter());
    const into = new Uint8Array(6);
    expect([...(await source.read(10, 4, { into }))]).toEqual([10, 11, 12, 13]);
    expect([...into]).toEqual([10, 11, 12, 13, 0, 0]);
    expect([...(source.readSync?.(20, 2) ?? [])]).toEqual([20, 21]);
    expect(source.readSync?.(30, 3, into).buffer).toBe(into.buffer);
  });
});

describe('meteredInflater', () => {
  const deflated = deflateRawSync(new Uint8Array(10_000));
  const options = { limit: 20_000, name: 'x' };

  it.each([
    ['a whole stream', deflated],
    ['the start of one that was cut', deflated.subarray(0, -2)],
  ])('N20: counts %s while it is held, in the collection too', async (_, bytes) => {
    const above = createMeter();
    const meter = createMeter(above);
    const { inflater, release } = meteredInflater(nodeInflater, meter);
    const given =
      bytes === deflated
        ? (await inflater.inflate(bytes, options)).bytes
        : inflater.inflatePrefixSync?.(bytes, options);
    const { length = 0 } = given ?? {};
    expect(length).toBeGreaterThan(1000);
    for (const each of [meter, above]) {
      expect(each).toMatchObject({ inFlight: length, peakBufferBytes: length + bytes.length });
    }
    release();
    release();
    for (const each of [meter, above]) {
      expect(each).toMatchObject({ inFlight: 0, peakBufferBytes: length + bytes.length });
    }
  });

  it('has what the platform has', () => {
    const { inflate, stream } = portableInflater;
    const { inflater } = meteredInflater({ inflate, stream }, createMeter());
    expect(inflater.inflatePrefixSync).toBeUndefined();
    expect(inflater.stream).toBe(stream);
  });
});

describe('a source of a caller’s own', () => {
  it.each([
    ['that overlooks `into`', (from: number, to: number, all: Uint8Array) => all.slice(from, to)],
    [
      'that gives views of its memory',
      (from: number, to: number, all: Uint8Array) => all.subarray(from, to),
    ],
    [
      'that gives more than was asked',
      (from: number, _: number, all: Uint8Array) => all.slice(from),
    ],
  ])('%s is read right, and left as it was', async (_, cut) => {
    const built = dicom({
      elements: [
        ...imagePixel({ rows: 1, columns: 3, bitsStored: 12, pixelRepresentation: 1 }),
        [0x7fe00010, 'OW', [0xffff, 0x0800, 0x07ff]],
      ],
    });
    const before = built.bytes.slice();
    const source: Source = {
      name: 'own',
      size: built.bytes.length,
      read: (offset, length) => Promise.resolve(cut(offset, offset + length, built.bytes)),
    };
    const file = await openSource(source, {
      context: createContext(),
      options: {},
      ownership: 'borrowed',
    });
    expect([...(await file.frame(0)).data]).toEqual([-1, -2048, 2047]);
    expect(built.bytes).toEqual(before);
  });
});
