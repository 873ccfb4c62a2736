import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { streamInflater } from '../../src/file/stream-inflater.ts';
import { open } from '../../src/index.ts';
import { countingSource, touches } from '../support/counting-source.ts';
import { dicom, encapsulated, encodeAll, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { faultOf, headerOf, outcomeOf, tolerated } from '../support/header-of.ts';
import { noise } from '../support/noise.ts';
import { NAME, PIXELS, VARIED } from '../support/varied-elements.ts';

const LITTLE = { explicit: true, littleEndian: true };
const LONG = 0x00091010;
const BLOCK = 64 * 1024;

describe('laziness of the header pass', () => {
  it.each([
    ['native', [0x7fe00010, 'OW', new Uint8Array(500_000)] as ElementLike],
    ['in fragments', encapsulated({ frames: [new Uint8Array(500_000)] })],
  ])('reads no more of pixel data, %s, than came along with the header', async (_, pixels) => {
    for (const padding of [100, 5000, 50_000]) {
      const header: ElementLike = [0x00081030, 'LT', 'x'.repeat(padding)];
      const { bytes, pixelOffset = 0 } = dicom({ elements: [header, pixels] });
      for (const asynchronous of [false, true]) {
        const source = countingSource(memorySource(bytes, 'test'), { asynchronous });
        expect((await headerOf(source)).end).toBe(pixelOffset);
        expect(source.bytesRead).toBeLessThan(pixelOffset + BLOCK);
        expect(touches(source.reads, pixelOffset + BLOCK, bytes.length)).toBe(false);
      }
    }
  });

  it('C10 C11 jumps over values of gigabytes, and offsets beyond 4 GiB are exact', async () => {
    const giga = 2 ** 30;
    const { source, places } = sparseFile([3 * giga, 2 * giga]);
    const counting = countingSource(source);
    const { dataset, warnings, end } = await headerOf(counting);
    expect(warnings.list).toEqual([]);
    expect(dataset.element(LONG)).toMatchObject({ length: 3 * giga, deferred: true });
    expect(dataset.element('InstanceNumber')).toMatchObject({ offset: places.at(-1), value: 7 });
    expect(places.at(-1)).toBeGreaterThan(2 ** 32);
    expect(end).toBe(source.size);
    expect(counting.bytesRead).toBeLessThan(BLOCK);
    expect(dataset.toJSON()['00091010']).toEqual({
      vr: 'OB',
      BulkDataURI: `?offset=${dataset.element(LONG)?.valueOffset ?? 0}&length=${3 * giga}`,
    });
  });

  it('leaves values beyond limits.maxRetainedValueBytes in the file', async () => {
    const limits = { maxRetainedValueBytes: 1000, maxValueBytes: 3000 };
    for (const [length, deferred] of [
      [1000, false],
      [1002, true],
    ] as const) {
      const value = new Uint8Array(length).fill(7);
      const { bytes } = dicom({ elements: [[LONG, 'OB', value], NAME] });
      const source = countingSource(memorySource(bytes, 'test'));
      const { dataset } = await headerOf(source, { limits, readAhead: 2 ** 20 });
      const found = dataset.element(LONG);
      expect(found?.deferred).toBe(deferred);
      source.forget();
      expect(dataset.get(LONG)).toEqual(value);
      expect(source.reads).toEqual(deferred ? [[found?.valueOffset, length]] : []);
    }
  });

  it('C12 reads a value of limits.maxValueBytes when asked, and none that is longer', async () => {
    const limits = { maxRetainedValueBytes: 10, maxValueBytes: 3000 };
    const fits = dicom({ elements: [[LONG, 'OB', new Uint8Array(3000)]] });
    expect((await headerOf(fits.bytes, { limits })).dataset.get(LONG)).toHaveLength(3000);
    const { dataset } = await headerOf(
      dicom({ elements: [[LONG, 'OB', new Uint8Array(3002)]] }).bytes,
      { limits },
    );
    expect(faultIn(() => dataset.get(LONG))).toMatchObject({
      code: 'VALUE_LIMIT',
      details: { tag: LONG, limit: 3000, offset: dataset.element(LONG)?.valueOffset },
    });
  });

  it('says VALUE_LIMIT where the source cannot be read at once; file.value reads it', async () => {
    const value = new Uint8Array(100_000).fill(3);
    const lengths = Array.from({ length: 50_000 }, (_, k) => k);
    const { bytes } = dicom({
      transferSyntax: SYNTAX.implicitLittle,
      elements: [
        [LONG, 'OB', value],
        [0x00186014, 'UL', lengths],
      ],
    });
    const source = countingSource(memorySource(bytes, 'test'), { asynchronous: true });
    await using file = await open(source);
    expect(faultIn(() => file.dataset.get(LONG))).toMatchObject({ code: 'VALUE_LIMIT' });
    expect(file.dataset.toJSON()['00186014']).toHaveProperty('BulkDataURI');
    source.forget();
    expect(await file.value(LONG)).toEqual(value);
    expect(source.reads).toEqual([[file.dataset.element(LONG)?.valueOffset, 100_000]]);
    expect(await file.value(0x00186014)).toBe(0);
    expect(await file.value(0x00091099)).toBeUndefined();
  });

  it('keeps nothing alive but the header', async () => {
    const { bytes } = dicom({
      elements: [[0x00091001, 'OB', [1, 2]], [LONG, 'OB', new Uint8Array(200_000)], NAME, PIXELS],
    });
    for (const readAhead of [undefined, 2 ** 22]) {
      const { dataset, meta } = await headerOf(bytes, { readAhead });
      for (const [set, tag] of [
        [dataset, 0x00091001],
        [meta, 0x00020001],
      ] as const) {
        const value = set.get(tag);
        if (!ArrayBuffer.isView(value)) throw new Error('no bytes');
        expect(value.buffer.byteLength).toBeLessThan(300);
      }
    }
  });

  it('keeps the wanted values alone where only some are wanted', async () => {
    const keep = new Set([0x00091001, 0x00100010]);
    const { bytes } = dicom({
      elements: [
        [0x00091001, 'OB', [1, 2]],
        [0x00091002, 'OB', new Uint8Array(9000)],
        NAME,
        PIXELS,
      ],
    });
    const { dataset, pixelData } = await headerOf(bytes, { keep });
    const value = dataset.get(0x00091001);
    expect(ArrayBuffer.isView(value) && value.buffer.byteLength).toBe(2 + 8);
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
    expect([...dataset].map(({ tag }) => tag)).toEqual([0x00091001, 0x00100010, 0x7fe00010]);
    expect(pixelData?.tag).toBe(0x7fe00010);
  });
});

describe('parts of a header', () => {
  const elements = [...VARIED, PIXELS];
  const { bytes, offsets } = dicom({ elements });

  it('B18 until gives the same as a full parse, and reads nothing behind', async () => {
    const whole = await outcomeOf(bytes);
    for (const until of [0x00080020, 0x00081140, 0x00100010, 0x00280010, 0x7fe00010]) {
      const part = await outcomeOf(bytes, { until });
      const tags = whole.tags.filter((tag) => tag < until);
      expect(part.tags).toEqual(tags);
      expect(part.elements).toEqual(whole.elements.slice(0, part.elements.length));
      expect(part.end).toBe(offsets.get(until));
      expect(part.pixelOffset).toBeUndefined();
    }
  });

  it('B18 keep gives the same values as a full parse', async () => {
    const { dataset } = await headerOf(bytes);
    const tags = [...dataset].map(({ tag }) => tag).filter((tag) => tag !== 0x7fe00010);
    await fc.assert(
      fc.asyncProperty(fc.subarray(tags), async (wanted) => {
        const part = await headerOf(bytes, { keep: new Set(wanted) });
        expect([...part.dataset].map(({ tag }) => tag)).toEqual([...wanted, 0x7fe00010]);
        for (const tag of wanted) {
          expect(JSON.stringify(part.dataset.get(tag))).toBe(JSON.stringify(dataset.get(tag)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('B18 keep jumps over sequences of known length', async () => {
    const items = Array.from({ length: 5000 }, () => [NAME]);
    const built = dicom({ elements: [sequence(0x00081140, items), NAME] });
    const source = countingSource(memorySource(built.bytes, 'test'));
    const { dataset } = await headerOf(source, { keep: new Set([0x00100010]) });
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
    expect(source.bytesRead).toBeLessThan(2 * 8192);
  });

  it.each([
    ['native', [0x7fe00010, 'OW', new Uint8Array(300_000)] as ElementLike],
    ['in fragments', encapsulated({ frames: [new Uint8Array(300_000), new Uint8Array(9)] })],
  ])('reads what is behind pixel data, %s, without reading it', async (_, pixels) => {
    const behind: ElementLike = [0x7fe11001, 'LO', 'behind'];
    const built = dicom({ elements: [NAME, pixels, behind] });
    const options = { behindPixelData: true };
    const { tags, codes, pixelOffset } = await outcomeOf(built.bytes, options);
    expect([tags, codes]).toEqual([[0x00100010, 0x7fe00010, 0x7fe11001], []]);
    expect(pixelOffset).toBe(built.pixelOffset);
    const source = countingSource(memorySource(built.bytes, 'test'));
    const { dataset } = await headerOf(source, options);
    expect(dataset.get(0x7fe11001)).toBe('behind');
    expect(source.bytesRead).toBeLessThan(20_000);
  });
});

describe('transfer syntaxes (PS3.5 annex A)', () => {
  const elements = [...VARIED, PIXELS];
  const sound = { transferSyntax: SYNTAX.deflated, elements };
  const head = dicom({ ...sound, elements: [] }).bytes.slice(0, -2);
  const body = encodeAll(elements, LITTLE);

  it('F01 gives the same tags and values in all four encodings', async () => {
    const jsonOf = async (transferSyntax: string): Promise<unknown> =>
      (await outcomeOf(dicom({ transferSyntax, elements }).bytes)).json;
    const expected = await jsonOf(SYNTAX.explicitLittle);
    // The place of pixel data differs, and private elements have no VR in implicit VR.
    const alike = (json: unknown): unknown =>
      Object.entries(Object(json) as object).filter(([tag]) => !/^0009|^7FE0/.test(tag));
    for (const syntax of [SYNTAX.deflated, SYNTAX.implicitLittle, SYNTAX.explicitBig]) {
      expect(alike(await jsonOf(syntax))).toEqual(alike(expected));
    }
  });

  it.each([0, 1])('F02 reads a deflated data set with %i NUL behind it', async (count) => {
    const bytes = concat(head, deflateRawSync(body), new Uint8Array(count));
    const { codes, pixelOffset } = await outcomeOf(bytes);
    expect(codes).toEqual([]);
    // Offsets count in the inflated data set.
    expect(pixelOffset).toBe(body.length - 32);
  });

  it('F02 reads a deflated data set with a zlib header', async () => {
    const outcome = await tolerated(concat(head, deflateSync(body)), ['TRANSFER_SYNTAX_MISMATCH']);
    expect(outcome.tags).toContain(0x7fe00010);
    expect(outcome.warnings[0]?.offset).toBe(head.length);
  });

  it('F03 gives the tags of a deflated data set that was cut', async () => {
    const deflated = deflateRawSync(concat(body, noise(20_000)));
    const bytes = concat(head, deflated.subarray(0, 5000));
    const outcome = await tolerated(bytes, ['INFLATE']);
    expect(outcome.tags).toContain(0x7fe00010);
  });

  it('F03 refuses a broken deflate stream, at its place', async () => {
    const error = await faultOf(concat(head, new Uint8Array(100).fill(0xff)));
    expect([error.code, error.details.offset]).toEqual(['INFLATE', head.length]);
    expect((await faultOf(head)).code).toBe('INFLATE');
  });

  it('F03 says that there are bytes behind the deflated data set', async () => {
    const deflated = deflateRawSync(body);
    const outcome = await tolerated(concat(head, deflated, noise(100)), ['TRAILING_BYTES']);
    expect(outcome.warnings[0]?.offset).toBe(head.length + deflated.length);
  });

  it('F04 N20 inflates no more than limits.maxInflatedBytes', async () => {
    const bytes = concat(head, deflateRawSync(new Uint8Array(50_000_000)));
    const error = await faultOf(bytes, { limits: { maxInflatedBytes: 1_000_000 } });
    expect(error.code).toBe('INFLATE_LIMIT');
  });

  it('F02 inflates with what browsers have, too', async () => {
    const { dataset } = await headerOf(concat(head, deflateRawSync(body)), {
      inflater: streamInflater,
    });
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
  });
});

function faultIn(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A file with values of such lengths, of which nothing is in memory but what is around them. */
function sparseFile(lengths: readonly number[]): { source: Source; places: number[] } {
  const parts: (readonly [offset: number, bytes: Uint8Array])[] = [[0, dicom().bytes]];
  const places: number[] = [];
  let at = parts[0]?.[1].length ?? 0;
  const add = (piece: ElementLike, skip: number): void => {
    const bytes = encodeAll([piece], LITTLE);
    parts.push([at, bytes]);
    places.push(at);
    at += bytes.length + skip;
  };
  lengths.forEach((length, k) => add([LONG + k, 'OB', new Uint8Array(0), { length }], length));
  add([0x00200013, 'IS', '7'], 0);
  const size = at;
  const readSync = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    const bytes = into ?? new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    const { length: given } = bytes;
    for (const [start, part] of parts) {
      const from = Math.max(start, offset);
      const to = Math.min(start + part.length, offset + given);
      if (to > from) bytes.set(part.subarray(from - start, to - start), from - offset);
    }
    return bytes;
  };
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(readSync(offset, length));
  return { source: { name: 'sparse', size, read, readSync }, places };
}
