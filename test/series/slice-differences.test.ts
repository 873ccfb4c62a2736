import { describe, expect, it } from 'vitest';
import type { Warning } from '../../src/errors.ts';
import type { DisplayAttributes, Palette } from '../../src/frames/display-attributes.ts';
import type { Frame } from '../../src/frames/frame.ts';
import type { AnatomicalPlane, PlaneFrame } from '../../src/series/anatomical-planes.ts';
import { buildVolume } from '../../src/series/build-volume.ts';
import { streamPlanes } from '../../src/series/plane-stream.ts';
import type { ReadSlice, Volume, VolumeOptions } from '../../src/series/volume.ts';
import { codeOf } from '../support/open-built.ts';
import { placedPhantom } from '../support/plane-phantom.ts';
import { issue } from '../support/slice-phantom.ts';
import type {
  NamedInstance,
  Phantom,
  PhantomParts,
  PhantomSlice,
} from '../support/slice-phantom.ts';

const along = (...places: number[]): PhantomSlice[] =>
  places.map((place) => ({ at: [0, 0, place] }));
const UP = { value: ([, , z]: readonly [number, number, number]) => z + 130 } as const;
const GAP = {
  ...UP,
  slices: along(0, 2, 6),
  verdict: 'stack',
  reasons: [issue('MISSING_SLICES', 'IM1', 'IM2')],
} as const;

/** A phantom whose frames say what `change` makes of them. */
function changed(parts: PhantomParts, change: (frame: Frame, k: number) => Frame): Phantom {
  const phantom = placedPhantom(parts);
  const { planned } = phantom;
  const readSlice: ReadSlice<NamedInstance> = async (slice, options) =>
    change(await phantom.readSlice(slice, options), planned.slices.indexOf(slice));
  return { ...phantom, readSlice };
}

const showing = (
  parts: PhantomParts,
  display: (k: number) => Partial<DisplayAttributes>,
): Phantom =>
  changed(parts, (frame, k) => ({ ...frame, display: { ...frame.display, ...display(k) } }));

const build = ({ planned, readSlice }: Phantom, options: VolumeOptions = {}): Promise<Volume> =>
  buildVolume(planned, readSlice, options);

async function streamed(
  { planned, readSlice }: Phantom,
  plane: AnatomicalPlane,
  options: VolumeOptions = {},
): Promise<PlaneFrame[]> {
  const planes: PlaneFrame[] = [];
  for await (const one of streamPlanes(planned, plane, readSlice, options)) planes.push(one);
  return planes;
}

/** All planes of a kind, which a stream has to give as well. */
async function planesOf(
  phantom: Phantom,
  plane: AnatomicalPlane,
  options: VolumeOptions = {},
): Promise<PlaneFrame[]> {
  const planes = await streamed(phantom, plane, options);
  const volume = await build(phantom, options);
  expect(planes.map((_, k) => volume.plane(plane, k))).toEqual(planes);
  return planes;
}

const map = (slope: number): DisplayAttributes['realWorldValues'] => [
  { number: 0, first: 0, last: 999, slope, intercept: 0, label: 'SUV', table: undefined },
];

function palette(entry: number): Palette {
  const table = { first: 0, bits: 16, data: Uint16Array.of(0, entry) };
  return { red: table, green: table, blue: table };
}

const firsts = ({ data, size: [columns, rows, slices] }: Volume): number[] =>
  Array.from({ length: slices }, (_, k) => Number(data[k * columns * rows]));

describe('slices that differ in what they say of their values', () => {
  it('K17: a map to real world values is the map of its slice', async () => {
    const parts = { ...UP, slices: along(0, 2, 4) };
    const phantom = showing(parts, (k) => ({ realWorldValues: map(k + 1) }));
    const slopes = (planes: readonly PlaneFrame[]): unknown[] =>
      planes.map(({ display }) => display.realWorldValues?.[0]?.slope);
    expect(slopes(await planesOf(phantom, 'axial'))).toEqual([1, 2, 3]);
    expect(slopes(await planesOf(phantom, 'coronal'))).toEqual(Array(5).fill(undefined));
    expect((await build(phantom)).display.realWorldValues).toBeUndefined();
    // In between, there is none that is of both.
    const made = await planesOf(phantom, 'axial', { resample: 1 });
    expect(slopes(made)).toEqual([1, undefined, 2, undefined, 3]);
    const alike = showing(parts, () => ({ realWorldValues: map(4) }));
    expect(slopes(await planesOf(alike, 'sagittal'))).toEqual(Array(7).fill(4));
    expect((await build(alike)).display.realWorldValues).toEqual(map(4));
  });

  it('K17: a slice of other colours, or of another segment, is none of the volume', async () => {
    const parts = { ...UP, slices: along(0, 2, 4) };
    const coloured = showing(parts, (k) => ({ palette: palette(k === 2 ? 7 : 9) }));
    await expect(build(coloured)).rejects.toMatchObject({
      ...{ code: 'NOT_A_VOLUME', details: { name: 'IM2' } },
    });
    expect(await codeOf(streamed(coloured, 'coronal'))).toBe('NOT_A_VOLUME');
    const alike = showing(parts, () => ({ palette: palette(9) }));
    expect((await build(alike)).display.palette).toEqual(palette(9));
    const segmented = showing(parts, (k) => ({
      segmentation: {
        ...{ type: 'BINARY', maximumFractionalValue: 1, segments: [] },
        segmentNumber: k === 2 ? 2 : 1,
      },
    }));
    expect(await codeOf(build(segmented))).toBe('NOT_A_VOLUME');
  });

  it('K17: padding is what its slice says, and what all say that say one', async () => {
    const parts = { slices: along(0, 2, 4), value: () => -2000 };
    const padding = { low: -2000, high: -2000 };
    // The middle one, which shows the others, says none.
    const phantom = showing(parts, (k) => ({ padding: k === 1 ? undefined : padding }));
    const paddings = async (plane: AnatomicalPlane): Promise<unknown[]> =>
      (await planesOf(phantom, plane)).map(({ display }) => display.padding);
    expect(await paddings('axial')).toEqual([padding, undefined, padding]);
    expect(await paddings('coronal')).toEqual(Array(5).fill(padding));
    const volume = await build(phantom);
    expect(volume.display.padding).toEqual(padding);
    const others = showing(parts, (k) => ({ padding: { low: k, high: k } }));
    expect((await build(others)).display.padding).toBeUndefined();
  });

  it('K17: padding makes no mean with tissue where each slice has another value for it', async () => {
    const rescales = [1, 2, 3].map((slope) => ({ slope, intercept: 0 }));
    const phantom = placedPhantom({
      slices: along(0, 2, 4).map((one, k) => ({ ...one, rescale: rescales[k] })),
      value: ([x]) => (x < -9 ? -2000 : 1000),
      padding: { low: -2000, high: -2000 },
      reasons: [issue('MIXED_RESCALE', 'IM0')],
    });
    const volume = await build(phantom);
    const plane = { rows: 1, columns: 5, spacing: [1, 0.25] } as const;
    const lying = { ...plane, row: [1, 0, 0], column: [0, 1, 0] } as const;
    const line = volume.oblique({ ...lying, origin: [-9.5, 20, -30], fill: 7 });
    expect([...line.data]).toEqual([-2000, 7, 1000, 1000, 1000]);
    const upright = { ...plane, row: [0, 0, 1], column: [0, 1, 0], columns: 3 } as const;
    const through = volume.oblique({ ...upright, origin: [-9.5, 20, -29], spacing: [1, 1] });
    // By default, padding of the middle slice: as `resample` has it.
    expect([...through.data]).toEqual([-4000, -4000, -4000]);
    const planes = await planesOf(phantom, 'axial');
    expect(planes.map(({ display }) => display.padding?.low)).toEqual([-2000, -4000, -6000]);
  });

  it('K17: numbers of colours and segments have nothing between them', async () => {
    const values = { ...GAP, value: ([, , z]: readonly [number, number, number]) => (z + 30) * 50 };
    const coloured = changed(values, (frame) => ({
      ...{ ...frame, photometricInterpretation: 'PALETTE COLOR' },
      display: { ...frame.display, palette: palette(9) },
    }));
    // 0, 100 and 300: half way, the one below.
    expect(firsts(await build(coloured, { fillGaps: 'linear' }))).toEqual([0, 100, 100, 300]);
    const labels = showing(values, () => ({
      segmentation: { type: 'LABELMAP', maximumFractionalValue: 1, segments: [] },
    }));
    const finer = { resample: 1.5, fillGaps: 'linear' } as const;
    const volume = await build(labels, finer);
    expect(firsts(volume)).toEqual([0, 100, 100, 300, 300]);
    const axial = await planesOf(labels, 'axial', finer);
    expect(axial.map(({ data }) => data[0])).toEqual([0, 100, 100, 300, 300]);
    const shifted = showing(
      {
        slices: [0, 1, 2].map((k) => ({ at: [0, 0.3 * k, 2 * k] })),
        value: ([, y]) => (y < 21 ? 300 : 600),
      },
      () => ({ segmentation: { type: 'LABELMAP', maximumFractionalValue: 1, segments: [] } }),
    );
    const { data } = await build(shifted, { resample: true, fill: 0 });
    expect([...new Set<number | bigint>(data)].sort()).toEqual([0, 300, 600]);
  });

  it('K17: says of each plane whether it is in no file', async () => {
    const phantom = placedPhantom(GAP);
    const made = [undefined, undefined, true, undefined];
    for (const fillGaps of ['linear', 5] as const) {
      const axial = await planesOf(phantom, 'axial', { fillGaps });
      expect(axial.map((plane) => plane.made)).toEqual(made);
      for (const plane of await planesOf(phantom, 'coronal', { fillGaps })) {
        expect(plane).not.toHaveProperty('made');
      }
    }
  });

  it('K17: what was tolerated of a slice is said of the volume, and of its plane', async () => {
    const warning: Warning = { code: 'CODE_STREAM', message: 'tolerated', offset: 8 };
    const phantom = changed({ ...UP, slices: along(0, 2, 4) }, (frame, k) =>
      k === 1 ? frame : { ...frame, warnings: [warning] },
    );
    const warnings = ['IM0', 'IM2'].map((name) => ({ name, frame: 0, warning }));
    expect((await build(phantom)).warnings).toEqual(warnings);
    expect((await build(phantom, { resample: 1 })).warnings).toEqual(warnings);
    const axial = await planesOf(phantom, 'axial');
    expect(axial.map((plane) => plane.warnings)).toEqual([[warning], undefined, [warning]]);
    expect((await build(placedPhantom({ ...UP, slices: along(0, 2) }))).warnings).toEqual([]);
    const loud = changed({ ...UP, slices: along(0, 2, 4) }, (frame) => ({
      ...{ ...frame, warnings: Array<Warning>(400).fill(warning) },
    }));
    expect((await build(loud)).warnings).toHaveLength(1000);
  });

  it('K17: a slice of as many samples in other rows and columns is another slice', async () => {
    const phantom = changed({ ...UP, slices: along(0, 2, 4) }, (frame, k) =>
      k === 2 ? { ...frame, rows: frame.columns, columns: frame.rows } : frame,
    );
    await expect(build(phantom)).rejects.toMatchObject({
      code: 'NOT_A_VOLUME',
      details: { name: 'IM2', expected: '5 rows, 7 columns', found: '7, 5' },
    });
    expect(await codeOf(streamed(phantom, 'axial'))).toBe('NOT_A_VOLUME');
  });
});

describe('buildVolume', () => {
  it.each([
    { mixedRescale: 'Modality' },
    { mixedRescale: null },
    { into: null },
    { into: new Uint16Array(1000) },
  ])('K17: refuses %o, which types forbid', async (options) => {
    const phantom = placedPhantom({ ...UP, slices: along(0, 2) });
    expect(await codeOf(build(phantom, options as unknown as VolumeOptions))).toBe('USAGE');
  });

  it.each([
    ['volume', { fillGaps: 'linear' }],
    ['resampled', { fillGaps: 'linear', resample: 1 }],
  ] as const)('P05: stops between slices that it makes: %s', async (_, options) => {
    const edge = 256;
    const phantom = placedPhantom({
      ...{ ...UP, slices: along(0, 2, 400), columns: edge, rows: edge, verdict: 'stack' },
      reasons: [issue('MISSING_SLICES', 'IM1', 'IM2')],
    });
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('enough');
    let read = 0;
    const onProgress = (): void => {
      // All are read: what comes now is made, and timers have to have their turn in it.
      if (++read === 3) setTimeout(() => controller.abort(reason));
    };
    await expect(build(phantom, { ...options, signal, onProgress })).rejects.toBe(reason);
  });

  it.each([{ origin: [0, 0] }, { spacing: undefined }, { row: [1, 0] }])(
    'K17: an oblique plane of %o is none',
    async (odd) => {
      const volume = await build(placedPhantom({ ...UP, slices: along(0, 2) }));
      const plane = {
        ...{ origin: [0, 0, 0], row: [1, 0, 0], column: [0, 1, 0], spacing: [1, 1] },
        ...{ rows: 2, columns: 2, ...odd },
      };
      const cut = (): unknown =>
        volume.oblique(plane as unknown as Parameters<Volume['oblique']>[0]);
      expect(cut).toThrow(expect.objectContaining({ code: 'USAGE' }));
    },
  );
});
