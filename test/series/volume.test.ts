import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import type { Instance } from '../../src/collection/instance.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from '../support/platform.ts';
import { buildVolume } from '../../src/series/build-volume.ts';
import { planSeries } from '../../src/series/plan-series.ts';
import { slicesOf } from '../../src/series/slice.ts';
import type { ReadSlice } from '../../src/series/volume.ts';
import { encapsulated, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';
import { rleEncode } from '../support/rle-encode.ts';
import { slicePhantom } from '../support/slice-phantom.ts';
import type { PhantomSlice } from '../support/slice-phantom.ts';
import { listingOf, sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';

async function seriesOf(objects: readonly DicomParts[]) {
  const listing = listingOf(Object.fromEntries(objects.map((object, k) => [`IM${k}`, object])));
  const context = createContext();
  const [series] = await createCollection({ listing, context, options: {} }).series();
  if (series === undefined) throw new Error('no series');
  return { series, listing, context };
}

async function volumeOf(...slices: SliceParts[]) {
  return (await seriesOf(slices.map(sliceParts))).series.volume();
}

/** As a member of an archive gives them, one of the slices before its checksum was compared. */
async function volumeWithUnverified(unverified: number | undefined, mixed: boolean) {
  const slope = (z: number): string => String(mixed ? z + 1 : 1);
  const { series } = await seriesOf([0, 1, 2].map((z) => sliceParts({ z, slope: slope(z) })));
  const readSlice: ReadSlice<Instance> = async ({ instance, frame: i }, options) => {
    const file = await instance.open();
    const frame = await file.frame(i, options);
    const isMarked = instance === series.instances[unverified ?? -1];
    return isMarked ? { ...frame, unverified: true } : frame;
  };
  return buildVolume(planSeries(series.instances.flatMap(slicesOf)), readSlice, {});
}

describe('volume', () => {
  it.each([
    ['native values', false],
    ['modality values', true],
  ])('O22: of %s says when some slice was not verified', async (_, mixed) => {
    for (const unverified of [0, 1, 2]) {
      expect((await volumeWithUnverified(unverified, mixed)).unverified).toBe(true);
    }
    expect(await volumeWithUnverified(undefined, mixed)).not.toHaveProperty('unverified');
  });

  it('is the stored values in spatial order, of the exact type', async () => {
    const volume = await volumeOf({ z: 4 }, { z: 0 }, { z: 2 });
    expect(volume.data).toEqual(new Int16Array([0, 2, 4].flatMap((z) => Array<number>(6).fill(z))));
    expect(volume).toMatchObject({ size: [3, 2, 3], rescale: { slope: 1, intercept: 0 } });
  });

  it.each([
    [8, 0, Uint8Array],
    [8, 1, Int8Array],
    [16, 0, Uint16Array],
    [32, 1, Int32Array],
    [64, 0, BigUint64Array],
  ])('of %i bits, pixel representation %i', async (bitsAllocated, pixelRepresentation, type) => {
    const pixels = ['7fe00010', 'OB'] as const;
    const slice = (z: number): SliceParts => ({
      ...{ z, bitsAllocated, pixelRepresentation },
      pixels: [
        Number.parseInt(pixels[0], 16),
        pixels[1],
        new Uint8Array((6 * bitsAllocated) / 8).fill(z),
      ],
    });
    const { data } = await volumeOf(slice(1), slice(2));
    expect(data).toBeInstanceOf(type);
    const bytes = new Uint8Array(data.buffer);
    expect([bytes[0], bytes[bytes.length - 1], data.length]).toEqual([1, 2, 12]);
  });

  it('G02: floats stay floats, bits stay bits', async () => {
    const floats = (z: number): SliceParts => ({
      ...{ z, bitsAllocated: 32 },
      pixels: [0x7fe00008, 'OF', Array<number>(6).fill(z + 0.5)],
    });
    const float = await volumeOf(floats(1), floats(2));
    expect(float.data).toEqual(
      new Float32Array([1, 2].flatMap((z) => Array<number>(6).fill(z + 0.5))),
    );
    const bits = (z: number): SliceParts => ({
      ...{ z, bitsAllocated: 1, pixelRepresentation: 0 },
      pixels: [0x7fe00010, 'OB', [z]],
    });
    const mask = await volumeOf(bits(0b101), bits(0b111000));
    expect([...mask.data].map(Number)).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
  });

  it('K17: slices with other rescales become modality values', async () => {
    const volume = await volumeOf(
      { z: 1, slope: '2', intercept: '-1' },
      { z: 2, slope: '0.5', intercept: '3' },
    );
    expect(volume.data).toEqual(
      new Float32Array([...Array<number>(6).fill(1), ...Array<number>(6).fill(4)]),
    );
    expect(volume.rescale).toEqual({ slope: 1, intercept: 0 });
    const same = await volumeOf({ z: 1, slope: '2' }, { z: 2, slope: '2' });
    expect(same.rescale).toEqual({ slope: 2, intercept: 0 });
  });

  it('K04: the rescale of functional groups counts, and may not change unseen', async () => {
    const grouped = (z: number, slope: string): SliceParts => ({
      ...{
        z,
        more: [sequence(0x52009229, [[sequence(0x00289145, [[[0x00281053, 'DS', slope]]])]])],
      },
    });
    expect((await volumeOf(grouped(1, '3'), grouped(2, '3'))).rescale.slope).toBe(3);
    expect(await codeOf(volumeOf(grouped(1, '3'), grouped(2, '4')))).toBe('NOT_A_VOLUME');
  });

  it('K17: values out of a modality table have no rescale: no volume that says so', async () => {
    const table = sequence(0x00283000, [
      [
        [0x00283002, 'US', [4, 0, 16]],
        [0x00283004, 'LO', 'HU'],
        [0x00283006, 'OW', [100, 200, 300, 400]],
      ],
    ]);
    const { series } = await seriesOf([0, 1].map((z) => sliceParts({ z, more: [table] })));
    expect(series.plan().verdict).toBe('none');
    expect(series.plan().reasons.map(({ code }) => code)).toEqual(['MODALITY_LUT']);
    expect(await codeOf(series.volume())).toBe('NOT_A_VOLUME');
  });

  it('K17: says beforehand that nothing decodes the slices', async () => {
    const encoded = (z: number): SliceParts => ({
      // JPEG by arithmetic coding.
      ...{ z, transferSyntax: '1.2.840.10008.1.2.4.52' },
      pixels: encapsulated({ frames: [new Uint8Array(20)] }),
    });
    const { series } = await seriesOf([0, 1].map((z) => sliceParts(encoded(z))));
    expect(series.plan()).toMatchObject({
      verdict: 'volume',
      reasons: [
        {
          code: 'NO_CODEC',
          // PS3.6 table A-1.
          message: expect.stringContaining('JPEG Extended (Process 3 and 5)') as string,
          instances: ['IM0', 'IM1'],
        },
      ],
    });
    expect(series.instances[0]?.transferSyntax).toBe('1.2.840.10008.1.2.4.52');
    expect(await codeOf(series.volume())).toBe('UNSUPPORTED_TRANSFER_SYNTAX');
  });

  it('mixes compressed and native slices', async () => {
    const shape = { rows: 2, columns: 3, samplesPerPixel: 1, bytesPerSample: 2 };
    const cells = new Uint8Array(new Int16Array(6).fill(-9).buffer);
    const rle: SliceParts = {
      ...{ z: 9, transferSyntax: SYNTAX.rle },
      pixels: encapsulated({ frames: [rleEncode(cells, shape)] }),
    };
    const { data } = await volumeOf({ z: 1 }, rle, { z: 5 });
    expect([data[0], data[6], data[12]]).toEqual([1, 5, -9]);
  });

  it('K17: never has a hole: a slice that is cut fails it', async () => {
    const whole = await seriesOf([0, 1, 2].map((z) => sliceParts({ z })));
    const cut = await seriesOf(
      [0, 1, 2].map((z) => sliceParts({ z, truncate: z === 1 ? -2 : undefined })),
    );
    expect(await codeOf(whole.series.volume())).toBe('no error');
    expect(await codeOf(cut.series.volume())).toBe('NOT_A_VOLUME');
    expect(cut.series.plan()).toMatchObject({
      verdict: 'none',
      reasons: [{ code: 'INCOMPLETE', instances: ['IM1'] }],
    });
    const warningsOf = ({ instances }: Series): unknown =>
      instances.find(({ name }) => name === 'IM1')?.warnings;
    expect(warningsOf(cut.series)).toMatchObject([{ code: 'PIXEL_LENGTH' }]);
    expect(warningsOf(whole.series)).toEqual([]);
  });

  it('N15: takes no memory for what the first slice does not hold', async () => {
    const huge = [0, 1].map((z) => sliceParts({ z, rows: 65_535, columns: 65_535 }));
    const { series } = await seriesOf(huge);
    expect(await codeOf(series.volume())).toBe('NOT_A_VOLUME');
    expect(series.plan().reasons.map(({ code }) => code)).toEqual(['INCOMPLETE']);
  });

  it('refuses what is none, and says why', async () => {
    const twoFrames: SliceParts['pixels'] = [0x7fe00010, 'OW', Array<number>(12).fill(1)];
    await expect(
      volumeOf(...[0, 1].map((z) => ({ z, numberOfFrames: 2, pixels: twoFrames }))),
    ).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      details: { found: expect.stringContaining('several frames in one instance') as string },
    });
  });

  it('refuses a slice that is not what its header said', async () => {
    const objects = [0, 1, 2].map((z) => sliceParts({ z }));
    const { series } = await seriesOf(objects);
    const [, second] = series.instances;
    if (second === undefined) throw new Error('no instance');
    const other = sliceParts({
      z: 1,
      rows: 3,
      pixels: [0x7fe00010, 'OW', Array<number>(9).fill(1)],
    });
    const { series: wrong } = await seriesOf([
      other,
      sliceParts({ z: 9, rows: 3, pixels: [0x7fe00010, 'OW', Array<number>(9).fill(1)] }),
    ]);
    const stranger = wrong.instances[0];
    Object.assign(second, { open: () => stranger?.open() });
    expect(['NOT_A_VOLUME', 'USAGE']).toContain(await codeOf(series.volume()));
  });

  it('refuses floats among integers, which no header tells apart', async () => {
    const slice = (z: number, tag: number, vr: string): SliceParts => ({
      ...{ z, bitsAllocated: 32 },
      pixels: [tag, vr, Array<number>(6).fill(1)],
    });
    const mixed = volumeOf(slice(0, 0x7fe00010, 'OL'), slice(1, 0x7fe00008, 'OF'));
    expect(await codeOf(mixed)).toBe('NOT_A_VOLUME');
  });

  it('tells its progress, slice by slice', async () => {
    const { series } = await seriesOf(Array.from({ length: 9 }, (_, z) => sliceParts({ z })));
    const told: string[] = [];
    await series.volume({ onProgress: (done, total) => told.push(`${done}/${total}`) });
    expect(told).toEqual(Array.from({ length: 9 }, (_, k) => `${k + 1}/9`));
  });

  it('P05: stops with the reason of its signal, and reads no more', async () => {
    const { series, listing } = await seriesOf(
      Array.from({ length: 30 }, (_, z) => sliceParts({ z })),
    );
    const before = listing.opened.length;
    expect(await codeOf(series.volume({ signal: AbortSignal.abort('no') }))).toBe('no');
    expect(listing.opened.length).toBe(before);
    const controller = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 3) controller.abort('enough');
    };
    expect(await codeOf(series.volume({ signal: controller.signal, onProgress }))).toBe('enough');
    expect(listing.opened.length - before).toBeLessThan(12);
  });

  it('has no more slices under way than memory is set aside for, however many threads there are', async () => {
    const side = 4096;
    const slices = Array.from({ length: 12 }, (_, k): PhantomSlice => ({ at: [0, 0, k] }));
    const { planned } = slicePhantom({ slices, columns: side, rows: side, value: () => 0 });
    const { series } = await seriesOf([sliceParts({ z: 0 })]);
    const file = await series.instances[0]?.open();
    const model = await file?.frame(0);
    if (model === undefined) throw new Error('no frame');
    let underWay = 0;
    let most = 0;
    const readSlice: ReadSlice<{ readonly name: string }> = async (_, { into }) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      // The place itself: pages of memory that nobody touches cost nothing.
      return { ...model, rows: side, columns: side, data: into ?? new Uint8Array(side * side) };
    };
    await buildVolume(planned, readSlice, {}, 8);
    // 64 MiB, of 16 MiB each.
    expect(most).toBe(4);
  });

  it('closes every slice that it opened, and by-passes the frame cache', async () => {
    const { series, listing, context } = await seriesOf(
      [0, 1, 2, 3, 4].map((z) => sliceParts({ z })),
    );
    await series.volume();
    expect(listing.opened.every(({ closed }) => closed)).toBe(true);
    expect(context.frames.bytes).toBe(0);
  });
});
