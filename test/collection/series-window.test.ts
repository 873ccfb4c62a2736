import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import type { Instance } from '../../src/collection/instance.ts';
import { seriesWindow } from '../../src/collection/series-window.ts';
import type { SeriesWindowOptions } from '../../src/collection/series-window.ts';
import { sliceReader } from '../../src/collection/slice-reader.ts';
import type { CommonVoi } from '../../src/display/common-window.ts';
import { createContext } from '../support/platform.ts';
import { planSeries } from '../../src/series/plan-series.ts';
import type { Planned } from '../../src/series/plan.ts';
import { slicesOf } from '../../src/series/slice.ts';
import type { ReadSlice } from '../../src/series/volume.ts';
import { codeOf } from '../support/open-built.ts';
import { listingOf, sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';

const windowed = (center: number): Partial<SliceParts> => ({
  more: [
    [0x00281050, 'DS', `${center}`],
    [0x00281051, 'DS', '50'],
  ],
});

/** A series of slices, whose cells are their `z` unless it is said otherwise, and what reads and counts them. */
async function seriesOf(all: readonly SliceParts[]) {
  const objects = all.map((parts, k) => [`IM${k}`, sliceParts({ z: k, ...parts })] as const);
  const listing = listingOf(Object.fromEntries(objects));
  const collection = createCollection({ listing, context: createContext(), options: {} });
  const [series, ...others] = await collection.series();
  if (series === undefined || others.length > 0) throw new Error('not one series');
  const planned: Planned<Instance> = planSeries(series.instances.flatMap(slicesOf));
  const names: string[] = [];
  const reader = sliceReader();
  const read: ReadSlice<Instance> = (slice, options) => {
    names.push(slice.instance.name);
    return reader.read(slice, options);
  };
  const windowOf = (options?: SeriesWindowOptions, of = planned): Promise<CommonVoi> =>
    seriesWindow(of, read, options);
  return { planned, names, windowOf };
}

const many = (count: number, parts: Partial<SliceParts> = {}): SliceParts[] =>
  Array.from({ length: count }, () => parts);

describe('the window for a series', () => {
  it('is that of the middle slice, which alone is read', async () => {
    const slices = [0, 1, 2, 3, 4].map((z) => ({ z, ...windowed(100 + z) }));
    const { names, windowOf } = await seriesOf(slices);
    expect(await windowOf()).toEqual({
      window: { center: 102, width: 50, function: 'LINEAR', from: 'file' },
    });
    expect(names).toEqual(['IM2']);
  });

  it.each([
    ['a window of the caller', { window: { center: 1, width: 2 } }, { center: 1, from: 'caller' }],
    ['a window by its number', { window: 0 }, { center: 7, from: 'file' }],
  ])('is %s, without any other slice', async (_, options, window) => {
    const { names, windowOf } = await seriesOf(many(9, windowed(7)));
    expect((await windowOf(options)).window).toMatchObject(window);
    expect(names).toEqual(['IM4']);
  });

  it('is of the values of slices that are evenly spread, where the middle one has none', async () => {
    const { names, windowOf } = await seriesOf(many(90));
    const { window } = await windowOf({ voi: 'full' });
    expect(names).toEqual(['IM45', 'IM5', 'IM15', 'IM25', 'IM35', 'IM55', 'IM65', 'IM75', 'IM85']);
    expect(window).toEqual({ center: 45, width: 80, function: 'LINEAR_EXACT', from: 'range' });
  });

  it.each([
    [1, ['IM5']],
    [2, ['IM5', 'IM2']],
    [3, ['IM5', 'IM1', 'IM8']],
    [99, ['IM5', 'IM0', 'IM1', 'IM2', 'IM3', 'IM4', 'IM6', 'IM7', 'IM8', 'IM9']],
  ])('is of %i samples, with the middle one among them', async (samples, read) => {
    const { names, windowOf } = await seriesOf(many(10));
    const { window } = await windowOf({ samples, voi: 'percentile' });
    expect(names).toEqual(read);
    const values = read.map((name) => Number(name.slice(2)));
    const high = Math.max(...values);
    expect(window?.center).toBe(samples === 1 ? 5.5 : (Math.min(...values) + high) / 2);
  });

  it('is of modality values, where slices differ in rescale', async () => {
    const slices = many(5).map((_, z) => ({ z, slope: `${z + 1}` }));
    const { windowOf } = await seriesOf(slices);
    // z (z + 1): 0 to 20.
    expect((await windowOf()).window).toMatchObject({ center: 10, width: 20 });
  });

  it('is of the part that is chosen', async () => {
    const { planned, names, windowOf } = await seriesOf(
      many(6).map((_, z) => ({ z, ...windowed(z) })),
    );
    const parts = [planned.slices.slice(0, 2), planned.slices.slice(2)];
    const split = { ...planned, parts: parts.map((slices) => ({ ...planned, slices })) };
    expect((await windowOf({ part: 0 }, split)).window?.center).toBe(1);
    expect((await windowOf({ part: 1 }, split)).window?.center).toBe(4);
    expect((await windowOf({}, split)).window?.center).toBe(3);
    expect(names).toEqual(['IM1', 'IM4', 'IM3']);
    expect(await codeOf(windowOf({ part: 2 }, split))).toBe('USAGE');
  });

  it('refuses what cannot be, and stops when it is told to', async () => {
    const { names, windowOf } = await seriesOf(many(9));
    expect(await codeOf(windowOf({ samples: 0 }))).toBe('USAGE');
    expect(await codeOf(windowOf({ samples: 1.5 }))).toBe('USAGE');
    expect(await codeOf(windowOf({ window: 'LUNG' }))).toBe('USAGE');
    expect(names).toEqual(['IM4']);
    await expect(windowOf({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(names).toHaveLength(1);
  });
});
