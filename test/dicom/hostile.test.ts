import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { open as openFile } from '../support/platform.ts';
import { dicom, encapsulated, imagePixel, raw, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { countingSource } from '../support/counting-source.ts';
import { faultOf, headerOf, outcomeOf } from '../support/header-of.ts';

const LITTLE = { explicit: true, littleEndian: true };
const SEQUENCE = 0x00081140;
const UID: ElementLike = [0x00081155, 'UI', '1.2.3'];
const NAME: ElementLike = [0x00100010, 'PN', 'Doe^Jane'];
const LAST: ElementLike = [0x00200013, 'IS', '7'];

describe('hostile nesting and repetition', () => {
  /** `depth` sequences in each other, without an end. */
  function nested(depth: number, header: string, transferSyntax?: string): Uint8Array {
    const one = raw(`${header} feff00e0 ffffffff`).encode(LITTLE);
    return dicom({ transferSyntax, elements: [raw(repeated(one, depth))] }).bytes;
  }
  const open = '08004011 53510000 ffffffff';

  it.each([
    ['N01 sequences', open, SYNTAX.explicitLittle],
    ['N01 implicit sequences', '08004011 ffffffff', SYNTAX.implicitLittle],
    ['N02 UN', '08004011 554e0000 ffffffff', SYNTAX.explicitLittle],
    ['N02 private elements', '09001010 ffffffff', SYNTAX.implicitLittle],
  ])('%s: 64 deep and no deeper', async (_, header, syntax) => {
    const sound = await outcomeOf(nested(64, header, syntax));
    expect(sound.tags).toHaveLength(1);
    // Inside of UN there is implicit VR (PS3.5 6.2.2), and explicit VR there is a fault.
    const explicitInside = header.includes('554e') ? 63 : 0;
    expect(sound.codes.filter((code) => code === 'BAD_VR')).toHaveLength(explicitInside);
    expect(sound.codes.filter((code) => code === 'DELIMITER')).toHaveLength(128);
    const start = dicom({ transferSyntax: syntax }).bytes.length;
    const first = header.replaceAll(' ', '').length / 2;
    for (const depth of [65, 5000, 50_000, 1_000_000]) {
      const bytes = nested(depth, header, syntax);
      const source = countingSource(memorySource(bytes, 'test'));
      const error: unknown = await headerOf(source).catch((thrown: unknown) => thrown);
      const offset = start + 64 * (first + 8) + first;
      expect(error).toMatchObject({ code: 'DEPTH_LIMIT', details: { limit: 64, offset } });
      expect(source.bytesRead).toBeLessThanOrEqual(2 ** 16);
      if (depth > 50_000) continue;
      expect((await faultOf(bytes)).details.offset).toBe(offset);
      const strict = await faultOf(bytes, { strict: true });
      expect(strict.code).toBe(explicitInside === 0 ? 'DEPTH_LIMIT' : 'BAD_VR');
    }
  });

  it('N01 goes as deep as asked', async () => {
    const limits = { maxDepth: 256 };
    expect((await outcomeOf(nested(256, open), { limits })).codes).toContain('DELIMITER');
    const error = await faultOf(nested(257, open), { limits });
    expect([error.code, error.details]).toMatchObject(['DEPTH_LIMIT', { limit: 256 }]);
  });

  it('N01 says what to do, in the file at fault', async () => {
    const error = await faultOf(nested(65, open));
    expect(error.message).toMatch(/test: .*limits\.maxDepth/);
  });

  it('N03 finds the pixel data behind a nest that is as deep as allowed', async () => {
    let inside: ElementLike = UID;
    for (let depth = 0; depth < 100; depth++) inside = sequence(SEQUENCE, [[inside]]);
    const pixels: ElementLike = [0x7fe00010, 'OW', [1, 2]];
    const { bytes, pixelOffset } = dicom({ elements: [inside, NAME, pixels] });
    expect((await faultOf(bytes)).code).toBe('DEPTH_LIMIT');
    const limits = { maxDepth: 100 };
    expect((await outcomeOf(bytes, { limits })).pixelOffset).toBe(pixelOffset);
    // Who does not want the nest need not go into it.
    const keep = new Set([0x00100010]);
    const { tags, codes, pixelOffset: found } = await outcomeOf(bytes, { keep, strict: true });
    expect([tags, codes, found]).toEqual([[0x00100010, 0x7fe00010], [], pixelOffset]);
  });

  it('N04 ends 64 levels at one place', async () => {
    let inside: ElementLike = UID;
    for (let depth = 0; depth < 64; depth++) inside = sequence(SEQUENCE, [[inside]]);
    const { tags, codes } = await outcomeOf(dicom({ elements: [inside, NAME] }).bytes);
    expect([tags, codes]).toEqual([[SEQUENCE, 0x00100010], []]);
  });

  const UNITS = [
    ['item delimiters', 'fe ff 0d e0 00000000'],
    ['sequence delimiters', 'fe ff dd e0 00000000'],
    ['items', 'fe ff 00 e0 00000000'],
    ['one element', '08006000 43530000'],
    ['implicit elements', '08006000 00000000'],
    ['odd lengths', '08006000 43530100 41'],
    ['misspelt VRs', '08006000 3f3f0000'],
    ['long reserved bytes', '08006000 4f420100 00000000'],
    ['empty sequences', '08004011 53510000 00000000'],
    ['undefined UN', '09001010 554e0000 ffffffff fe ff dd e0 00000000'],
  ] as const;

  const many = (unit: string): Uint8Array => repeated(raw(unit).encode(LITTLE), 200_000);

  it.each(UNITS)('N05 N08 N24 reads 200,000 times %s in linear time', async (_, unit) => {
    const { bytes } = dicom({ elements: [LAST, raw(many(unit))] });
    const started = performance.now();
    const { warnings, dataset } = await headerOf(bytes, { until: 0xfffffffe });
    expect(performance.now() - started).toBeLessThan(1000 + bytes.length * 1e-3);
    expect(dataset.get('InstanceNumber')).toBe(7);
    // All of them are against the standard: 1,000 are kept, the others counted.
    expect(warnings.list).toHaveLength(1000);
    expect(warnings.count).toBeGreaterThanOrEqual(100_000);
  });

  it.each(UNITS)('N05 N08 stops at limits.maxElements of %s', async (_, unit) => {
    const { bytes } = dicom({ elements: [LAST, raw(many(unit))] });
    const source = countingSource(memorySource(bytes, 'test'));
    const limits = { maxElements: 1000 };
    const error: unknown = await headerOf(source, { limits }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ELEMENT_LIMIT', details: { limit: 1000 } });
    expect(String(error)).toMatch(/test: .* at byte [0-9]+.*limits\.maxElements/);
    expect(source.bytesRead).toBeLessThanOrEqual(2 ** 17);
  });

  it.each([3000, 2 * 61_440])('N05 N08 looks for %i creators in linear time', async (count) => {
    // Each may be a sequence, which only a creator could tell.
    const value = raw('fe ff 00 e0 00000000').encode(LITTLE);
    const elements = Array.from({ length: count }, (_none, k): ElementLike => {
      const inGroup = 0x1000 + (k % 61_440);
      return [(k < 61_440 ? 0x00090000 : 0x000b0000) + inGroup, 'UN', value];
    });
    const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements });
    const started = performance.now();
    const { dataset, warnings } = await headerOf(bytes, { strict: true });
    expect(performance.now() - started).toBeLessThan(1000 + bytes.length * 1e-3);
    expect(dataset.size).toBe(count);
    for (const { vr, items } of dataset) expect([vr, items]).toEqual(['UN', undefined]);
    expect(warnings.count).toBe(0);
    if (count <= 3000) expect((await outcomeOf(bytes)).codes).toEqual([]);
  });

  it('N24 counts a million warnings, and keeps the first thousand', async () => {
    const bytes = repeated(raw('08006000 43530100 41').encode(LITTLE), 500_000);
    const { warnings } = await headerOf(dicom({ elements: [raw(bytes)] }).bytes);
    expect(warnings.list).toHaveLength(1000);
    const start = dicom().bytes.length;
    expect(warnings.list[0]).toMatchObject({ code: 'ODD_LENGTH', offset: start + 8 });
    // Each is of odd length, and all but the first are there twice.
    expect(warnings.count).toBe(999_999);
  });

  it('N26 reads 50,000 sequences in each other in linear time, if asked to', async () => {
    const bytes = nested(50_000, open);
    const started = performance.now();
    const { dataset, warnings } = await headerOf(bytes, { limits: { maxDepth: 50_000 } });
    expect(performance.now() - started).toBeLessThan(1000 + bytes.length * 1e-3);
    expect(warnings.count).toBe(100_000);
    let depth = 0;
    let inside = dataset.element(SEQUENCE)?.items?.[0];
    for (; inside !== undefined; inside = inside.element(SEQUENCE)?.items?.[0]) depth++;
    expect(depth).toBe(50_000);
  });

  it('N26 reads one of 100,000 fragments at a time, wherever it is', async () => {
    const frames = Array.from({ length: 100_000 }, (_, k) => Uint8Array.of(k % 251, k >>> 8));
    for (const offsetTable of ['exact', 'empty'] as const) {
      const { bytes } = dicom({
        // Frames of it may start with anything.
        transferSyntax: '1.2.840.10008.1.2.8.1',
        elements: [
          ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8, numberOfFrames: frames.length }),
          encapsulated({ frames, offsetTable }),
        ],
      });
      const source = countingSource(memorySource(bytes, 'test'));
      await using file = await openFile(source);
      // Where the table is not believed, the items are walked once.
      await file.encodedFrame(50_000);
      source.forget();
      for (let k = 0; k < 2000; k++) {
        const i = (k * 48_271) % frames.length;
        expect([...(await file.encodedFrame(i))]).toEqual([...(frames[i] ?? [])]);
      }
      expect(source.reads.length).toBeLessThanOrEqual(2000);
      // By a table, an item header comes along on either side, and the start of the next frame.
      expect(source.bytesRead).toBeLessThanOrEqual(2000 * (2 + 8 + 24));
    }
  });

  it('N28 gives JSON keys that are no property of Object', async () => {
    const elements: ElementLike[] = [
      [0x00090010, 'LO', '__proto__'],
      [0x00091001, 'LO', 'constructor'],
    ];
    const json = (await headerOf(dicom({ elements }).bytes)).dataset.toJSON();
    expect(Object.getPrototypeOf(json)).toBeNull();
    expect(Object.keys(json)).toEqual(['00090010', '00091001']);
  });
});

function repeated(one: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(one.length * count);
  for (let at = 0; at < bytes.length; at += one.length) bytes.set(one, at);
  return bytes;
}
