import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnatomicalPlane, PlaneFrame } from '../../src/series/anatomical-planes.ts';
import { planeLayout } from '../../src/series/anatomical-planes.ts';
import { buildVolume } from '../../src/series/build-volume.ts';
import type { ImagePlane, Vector } from '../../src/series/geometry.ts';
import { streamPlanes } from '../../src/series/plane-stream.ts';
import type { PlaneOptions } from '../../src/series/volume.ts';
import { volumeGrid } from '../../src/series/volume-grid.ts';
import { turned } from '../support/acquisition.ts';
import { codeOf } from '../support/open-built.ts';
import { placedPhantom } from '../support/plane-phantom.ts';
import { issue } from '../support/slice-phantom.ts';
import type { Phantom, PhantomParts, PhantomSlice } from '../support/slice-phantom.ts';

const PLANES: readonly AnatomicalPlane[] = ['axial', 'coronal', 'sagittal'];
const noisy = ([x, y, z]: Vector): number =>
  Math.round(1000 * Math.sin(17 * x + 31 * y * y + 7 * z * z));
const along = (...places: number[]): PhantomSlice[] =>
  places.map((place) => ({ at: [0, 0, place] }));
const SAGITTAL: ImagePlane = {
  origin: [20, -30, 40],
  row: [0, 1, 0],
  column: [0, 0, -1],
  normal: [-1, 0, 0],
};

async function streamed(
  { planned, readSlice }: Phantom,
  plane: AnatomicalPlane,
  options?: PlaneOptions,
): Promise<PlaneFrame[]> {
  const planes: PlaneFrame[] = [];
  for await (const one of streamPlanes(planned, plane, readSlice, options)) planes.push(one);
  return planes;
}

/** The same planes, of a volume that was built of the same. */
async function cut(
  { planned, readSlice }: Phantom,
  plane: AnatomicalPlane,
  options: PlaneOptions = {},
): Promise<PlaneFrame[]> {
  const volume = await buildVolume(planned, readSlice, options);
  const { count } = planeLayout(volume, plane);
  const { start = 0, end = count, step = 1, asIs } = options;
  const planes: PlaneFrame[] = [];
  for (let k = start; k < end; k += step) planes.push(volume.plane(plane, k, { asIs }));
  return planes;
}

const phantoms: Readonly<Record<string, Omit<PhantomParts, 'value'>>> = {
  straight: { slices: along(0, 2, 4, 6, 8) },
  sagittal: { slices: along(0, 2, 4, 6), plane: SAGITTAL },
  rescaled: {
    slices: [0, 1, 2].map((k) => ({
      at: [0, 0, 2 * k],
      rescale: { slope: 0.5 * k + 0.1, intercept: k },
    })),
    reasons: [issue('MIXED_RESCALE', 'IM0')],
  },
};

describe('streamPlanes', () => {
  it('K17: gives what a volume would, of any orientation, for any block', async () => {
    const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(angle, angle, angle),
        fc.constantFrom(...PLANES),
        fc.record({
          blockBytes: fc.integer({ min: 1, max: 400 }),
          range: fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })),
          step: fc.integer({ min: 1, max: 3 }),
        }),
        async (angles, plane, { blockBytes, range, step }) => {
          const phantom = placedPhantom({
            slices: along(0, 2, 4, 6),
            ...{ plane: { origin: [1, 2, 3], ...turned(...angles) }, value: noisy },
          });
          const start = Math.min(...range);
          const options = { blockBytes, start, end: Math.max(...range), step };
          expect(await streamed(phantom, plane, options)).toEqual(
            await cut(phantom, plane, options),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(Object.entries(phantoms))('K17: %s series, plane by plane', async (_, parts) => {
    const phantom = placedPhantom({ ...parts, value: noisy });
    for (const plane of PLANES) {
      const planes = await streamed(phantom, plane, { blockBytes: 150 });
      expect(planes).toEqual(await cut(phantom, plane));
      expect(planes.length).toBe(planeLayout(volumeGrid(phantom.planned, {}), plane).count);
    }
  });

  it('K17: fills and resamples as a volume does', async () => {
    const gap = placedPhantom({
      ...{ slices: along(0, 2, 6, 8), verdict: 'stack', value: noisy },
      reasons: [issue('MISSING_SLICES', 'IM1', 'IM2')],
    });
    const tilted = placedPhantom({
      slices: [0, 1, 2, 3].map((k) => ({ at: [0, 0.7 * k, 2 * k] })),
      ...{ value: noisy, reasons: [issue('TILT', 'IM0')] },
    });
    for (const plane of PLANES) {
      for (const fillGaps of ['linear', -9] as const) {
        const options = { fillGaps, blockBytes: 100 };
        expect(await streamed(gap, plane, options)).toEqual(await cut(gap, plane, options));
      }
      const options = { resample: 1.5, blockBytes: 100, fill: 5 };
      expect(await streamed(tilted, plane, options)).toEqual(await cut(tilted, plane, options));
    }
  });

  it('K17: refuses planes across gaps, and skewed ones, before a slice is read', async () => {
    const uneven = placedPhantom({
      ...{ slices: along(0, 2, 7), verdict: 'stack', value: noisy },
      reasons: [issue('UNEVEN_SPACING', 'IM1', 'IM2')],
    });
    expect(await codeOf(streamed(uneven, 'coronal'))).toBe('NOT_A_VOLUME');
    expect(uneven.reads).toEqual([]);
    expect((await streamed(uneven, 'coronal', { asIs: true })).length).toBe(5);
    // The slices themselves are where their files have them.
    const slices = await streamed(uneven, 'axial');
    expect(slices.map(({ geometry }) => geometry.origin[2])).toEqual([-30, -28, -23]);
    const tilted = placedPhantom({
      slices: [0, 1, 2].map((k) => ({ at: [0, k, 2 * k] })),
      value: noisy,
    });
    expect(await codeOf(streamed(tilted, 'sagittal'))).toBe('NOT_A_VOLUME');
    expect((await streamed(tilted, 'coronal')).length).toBe(5);
  });

  it('P12: reads each slice once for each block, and only those that are wanted', async () => {
    const phantom = placedPhantom({ slices: along(0, 2, 4, 6, 8), value: noisy });
    const { reads } = phantom;
    // 5 coronal planes of 7 x 5 samples of 2 bytes: three blocks.
    const progress: (readonly [number, number])[] = [];
    const onProgress = (done: number, total: number): void => {
      progress.push([done, total]);
    };
    await streamed(phantom, 'coronal', { blockBytes: 140, onProgress });
    // The middle one says what all are like, and is kept.
    expect([...reads].sort()).toEqual([0, 0, 0, 1, 1, 1, 2, 3, 3, 3, 4, 4, 4]);
    expect(progress).toEqual(Array.from({ length: 15 }, (_, k) => [k + 1, 15]));
    reads.length = 0;
    await streamed(phantom, 'axial', { start: 0, step: 4 });
    expect(reads).toEqual([2, 0, 4]);
    reads.length = 0;
    expect(await streamed(phantom, 'axial', { start: 5 })).toEqual([]);
    expect(reads).toEqual([]);
  });

  it('P12: a block without an end is one block', async () => {
    const phantom = placedPhantom({ slices: along(0, 2, 4), value: noisy });
    expect(await streamed(phantom, 'coronal', { blockBytes: Infinity })).toEqual(
      await cut(phantom, 'coronal'),
    );
    const back = placedPhantom({ slices: along(0, 2, 4), plane: SAGITTAL, value: noisy });
    expect(await streamed(back, 'sagittal', { blockBytes: Infinity })).toHaveLength(3);
  });

  it('gives each plane memory of its own', async () => {
    const phantom = placedPhantom({ slices: along(0, 2, 4), value: noisy });
    for (const plane of PLANES) {
      const planes = await streamed(phantom, plane);
      expect(new Set(planes.map(({ data }) => data.buffer)).size).toBe(planes.length);
      for (const { data } of planes) expect(data.byteLength).toBe(data.buffer.byteLength);
    }
  });

  it('reads no more when nobody wants any more', async () => {
    const phantom = placedPhantom({
      slices: along(...Array.from({ length: 40 }, (_, k) => 2 * k)),
      value: noisy,
    });
    for (const plane of PLANES) {
      phantom.reads.length = 0;
      const planes = streamPlanes(phantom.planned, plane, phantom.readSlice, { blockBytes: 1 });
      for await (const { index } of planes) if (index === 1) break;
      const atOnce = phantom.reads.length;
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(phantom.reads.length).toBe(atOnce);
      expect(atOnce).toBeLessThanOrEqual(plane === 'axial' ? 10 : 80);
    }
  });

  it('stops with the reason of its signal, also between the planes of a block', async () => {
    for (const plane of PLANES) {
      const phantom = placedPhantom({ slices: along(0, 2, 4), value: noisy });
      const controller = new AbortController();
      const reason = new Error('enough');
      const { signal } = controller;
      const planes = streamPlanes(phantom.planned, plane, phantom.readSlice, { signal });
      await planes.next();
      controller.abort(reason);
      await expect(planes.next()).rejects.toBe(reason);
    }
    const phantom = placedPhantom({ slices: along(0, 2, 4), value: noisy });
    const signal = AbortSignal.abort('before');
    await expect(streamed(phantom, 'axial', { signal })).rejects.toBe('before');
    expect(phantom.reads).toEqual([]);
  });

  it('O22: planes say whether their slices were verified', async () => {
    const phantom = placedPhantom({ slices: along(0, 2, 4), value: noisy });
    const { planned, readSlice } = phantom;
    const marked: Phantom = {
      ...phantom,
      readSlice: async (slice, options) => {
        const frame = await readSlice(slice, options);
        return slice === planned.slices[0] ? { ...frame, unverified: true } : frame;
      },
    };
    const marks = async (plane: AnatomicalPlane) =>
      (await streamed(marked, plane)).map(({ unverified }) => unverified);
    expect(await marks('axial')).toEqual([true, undefined, undefined]);
    expect(await marks('coronal')).toEqual(Array(5).fill(true));
  });

  it('K17: gives the first fault of a slice, and no plane with a hole', async () => {
    const phantom = placedPhantom({ slices: along(0, 2, 4), value: noisy });
    const fault = new Error('gone');
    const readSlice: Phantom['readSlice'] = async (slice, options) => {
      if (slice === phantom.planned.slices[2]) throw fault;
      return phantom.readSlice(slice, options);
    };
    for (const plane of ['coronal', 'sagittal'] as const) {
      await expect(streamPlanes(phantom.planned, plane, readSlice).next()).rejects.toBe(fault);
    }
  });

  it.each([
    [{ start: -1 }],
    [{ start: 4 }],
    [{ end: 4 }],
    [{ start: 2, end: 1 }],
    [{ step: 0 }],
    [{ step: 1.5 }],
    [{ blockBytes: 0 }],
    [{ blockBytes: true as unknown as number }],
    [{ blockBytes: '9' as unknown as number }],
    [{ part: 0 }],
    [{ fill: 1e9 }],
  ])('refuses %j', async (options) => {
    const phantom = placedPhantom({ slices: along(0, 2, 4), value: noisy });
    expect(await codeOf(streamed(phantom, 'axial', options))).toBe('USAGE');
  });
});
