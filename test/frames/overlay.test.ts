import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { open } from '../support/platform.ts';
import { SYNTAX, imagePixel } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { openBuilt } from '../support/open-built.ts';
import {
  BITS,
  DATA,
  faultsOf,
  overlaysOf,
  packed,
  plane,
  randomBits,
  swapped,
  withPlanes,
} from '../support/overlay-planes.ts';

describe('overlay planes', () => {
  it('K14: what is said of a plane, and its pixels one to the byte', async () => {
    const parts = { rows: 2, columns: 3, data: DATA };
    const { file } = await openBuilt({
      elements: withPlanes([parts, { ...parts, group: 0x601e, type: 'R', origin: [-1, 3] }]),
    });
    const shared = { rows: 2, columns: 3, label: 'label', description: 'drawn by hand' };
    const data = Uint8Array.from(BITS);
    expect(await overlaysOf(file)).toEqual([
      { ...shared, group: 0x6000, type: 'G', row: 0, column: 0, data },
      { ...shared, group: 0x601e, type: 'R', row: -2, column: 2, data },
    ]);
    expect(faultsOf(file)).toEqual([]);
  });

  it('K14: only where they are asked for', async () => {
    const { file, source } = await openBuilt(
      { elements: withPlanes([{ rows: 2, columns: 3, data: DATA }]) },
      { limits: { maxRetainedValueBytes: 0 } },
    );
    source.forget();
    expect(await file.frame(0)).not.toHaveProperty('overlays');
    expect(source.reads).toHaveLength(1);
    const none = await openBuilt({ elements: withPlanes([]) });
    expect(await overlaysOf(none.file)).toEqual([]);
  });

  it('K14: OW and OB, both byte orders, odd sizes, any frame: as a naive reader has them', async () => {
    const kinds = fc.constantFrom(
      ['OW', SYNTAX.implicitLittle],
      ['OW', SYNTAX.explicitLittle],
      ['OB', SYNTAX.explicitLittle],
      ['UN', SYNTAX.explicitLittle],
      ['OW', SYNTAX.explicitBig],
      ['OB', SYNTAX.explicitBig],
      ['UN', SYNTAX.explicitBig],
      ['OW', SYNTAX.deflated],
    );
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 70 }),
      frames: fc.integer({ min: 1, max: 4 }),
      origin: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
      seed: fc.integer(),
      asynchronous: fc.boolean(),
      retained: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(kinds, sizes, async ([vr, transferSyntax], given) => {
        const { rows, columns, frames, origin, seed, asynchronous, retained } = given;
        const bits = randomBits(rows * columns * frames, seed);
        const isSwapped = vr === 'OW' && transferSyntax === SYNTAX.explicitBig;
        const data = isSwapped ? swapped(packed(bits)) : packed(bits);
        const limits = retained ? undefined : { maxRetainedValueBytes: 0 };
        const elements = withPlanes([{ rows, columns, frames, origin, vr, data }], frames);
        const { file } = await openBuilt({ transferSyntax, elements }, { asynchronous, limits });
        for (let i = 0; i < frames; i++) {
          const [overlay] = await overlaysOf(file, i);
          expect(overlay).toMatchObject({ row: origin[0] - 1, column: origin[1] - 1 });
          const size = rows * columns;
          expect(overlay?.data).toEqual(bits.slice(i * size, (i + 1) * size));
        }
        expect(faultsOf(file)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('K14: of a long plane, only the bytes of this frame are read', async () => {
    const frames = 20;
    const bits = randomBits(1001 * 101 * frames, 7);
    const parts = { rows: 1001, columns: 101, frames, data: packed(bits) };
    for (const asynchronous of [false, true]) {
      const { file, source } = await openBuilt(
        { elements: withPlanes([parts], frames) },
        { asynchronous },
      );
      source.forget();
      const [overlay] = await overlaysOf(file, 13);
      expect(overlay?.data).toEqual(bits.slice(13 * 101_101, 14 * 101_101));
      expect(source.bytesRead).toBeLessThanOrEqual(6 + 101_101 / 8 + 2);
      expect(source.reads).toHaveLength(2);
    }
  });

  it('K14: planes belong to frames from Image Frame Origin on', async () => {
    const [first, second] = [
      [1, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 1],
    ];
    const data = packed([...(first ?? []), ...(second ?? [])]);
    const size = { rows: 2, columns: 3, data };
    const { file } = await openBuilt({
      elements: withPlanes(
        [
          { ...size, frames: 2, firstFrame: 2 },
          { ...size, group: 0x6002, frames: 2 },
          { ...size, group: 0x6004, firstFrame: 3 },
          // No multi-frame overlay: of every frame.
          { ...size, group: 0x6006 },
        ],
        4,
      ),
    });
    const found: [number, number][][] = [];
    for (const i of [0, 1, 2, 3]) {
      const overlays = await overlaysOf(file, i);
      found.push(overlays.map(({ group, data: pixels }) => [group, pixels.indexOf(1)]));
    }
    expect(found).toEqual([
      [
        [0x6002, 0],
        [0x6006, 0],
      ],
      [
        [0x6000, 0],
        [0x6002, 5],
        [0x6006, 0],
      ],
      [
        [0x6000, 5],
        [0x6004, 0],
        [0x6006, 0],
      ],
      [[0x6006, 0]],
    ]);
    expect(faultsOf(file)).toEqual([]);
  });

  it('K14: with `packed`, `cells`, `into` and `lenient`, planes are the same', async () => {
    const parts = { rows: 2, columns: 3, data: DATA };
    const elements = [
      ...imagePixel({ rows: 2, columns: 3, bitsAllocated: 1 }),
      ...plane(parts),
      [0x7fe00010, 'OB', new Uint8Array([0b110011])] satisfies ElementLike,
    ];
    const { file } = await openBuilt({ elements });
    const into = new Uint8Array(6);
    for (const options of [{ packed: true }, { cells: true }, { into }, { lenient: true }]) {
      const [overlay] = await overlaysOf(file, 0, options);
      expect([...(overlay?.data ?? [])]).toEqual(BITS);
      expect(overlay?.data.buffer).not.toBe(into.buffer);
    }
    expect([...into]).toEqual([1, 1, 0, 0, 1, 1]);
  });

  it('K14: a frame with overlays is not the one in the cache', async () => {
    const { file } = await openBuilt({
      elements: withPlanes([{ rows: 2, columns: 3, data: DATA }]),
    });
    await file.frame(0);
    expect(await overlaysOf(file)).toHaveLength(1);
    expect(await file.frame(0)).not.toHaveProperty('overlays');
    const [overlay] = await overlaysOf(file);
    overlay?.data.fill(0);
    expect([...((await overlaysOf(file))[0]?.data ?? [])]).toEqual(BITS);
  });

  it('K14, B18: with `tags` and with a saved index, as without', async () => {
    const elements = withPlanes([{ rows: 2, columns: 3, data: DATA }]);
    const { file, built } = await openBuilt({ elements });
    const whole = await overlaysOf(file);
    const few = await openBuilt({ elements }, { tags: ['PatientName'] });
    expect(await overlaysOf(few.file)).toEqual(whole);
    const index = file.toIndex();
    await using saved = await open(memorySource(built.bytes, 'built.dcm'), { index });
    expect(await overlaysOf(saved)).toEqual(whole);
  });
});
