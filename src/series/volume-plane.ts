import { FramedexError } from '../errors.ts';
import type { Samples } from '../frames/frame.ts';
import { planeGeometry, planeLayout, voxelPosition } from './anatomical-planes.ts';
import type {
  AnatomicalPlane,
  Grid,
  PlaneFrame,
  PlaneGeometry,
  PlaneLayout,
} from './anatomical-planes.ts';
import type { Vector } from './geometry.ts';
import { copyPlane, planeCells, samplesLike } from './plane-cells.ts';
import type { Rescale, Volume } from './volume.ts';
import { sliceAttributes } from './volume-attributes.ts';
import type { OwnAttributes, PlaneAttributes } from './volume-attributes.ts';

/** What planes are cut out of. */
export interface Slab extends Grid, PlaneAttributes {
  readonly data: Samples;
  readonly rescale: Rescale;
  readonly rescales?: readonly Rescale[] | undefined;
  /** Of each slice, what it says of its own values. */
  readonly slices?: readonly OwnAttributes[] | undefined;
  readonly regular: boolean;
  /** Centres of the first cells of its slices, of a stack that is not regular: there, its affine is right of the first slice only. */
  readonly origins?: readonly (Vector | undefined)[] | undefined;
}

/** Degrees off a right angle that are rounding. */
export const LARGEST_SKEW = 0.1;

/**
 * As {@link Volume.plane} has it. Its `data` is a copy, which is the caller's own and keeps no volume in memory.
 */
export function volumePlane(
  slab: Slab,
  plane: AnatomicalPlane,
  k: number,
  { asIs = false }: NonNullable<Parameters<Volume['plane']>[2]> = {},
): PlaneFrame {
  const layout = planeLayout(slab, plane);
  checkPlanes(slab.regular, layout, plane, asIs);
  if (!Number.isInteger(k) || k < 0 || k >= layout.count) {
    const expected = `0 to ${layout.count - 1}`;
    throw new FramedexError('USAGE', `no such ${plane} plane`, { expected, found: String(k) });
  }
  const data = samplesLike(slab.data, layout.rows * layout.columns);
  copyPlane(slab.data, data, planeCells(slab.size, layout, k), layout.columns);
  const geometry = gridPlaneGeometry(slab, layout, k);
  const slice = isNative(layout) ? (layout.flipped[2] ? layout.count - 1 - k : k) : undefined;
  const attributes = withRescale(slab, slice);
  const own = slice === undefined ? undefined : slab.slices?.[slice];
  const shown = own === undefined ? attributes : sliceAttributes(attributes, own);
  return planeFrame(shown, geometry, layout, k, data);
}

/** Whether planes are the slices themselves. */
export function isNative({ axes }: PlaneLayout): boolean {
  return axes[2] === 2;
}

/**
 * Holds planes against what they would be taken for: pictures with a scale.
 *
 * @throws FramedexError `NOT_A_VOLUME` across slices that are not evenly spaced, and where rows and columns are not perpendicular.
 */
export function checkPlanes(
  regular: boolean,
  layout: PlaneLayout,
  plane: AnatomicalPlane,
  asIs: boolean,
): void {
  if (asIs) return;
  if (!regular && !isNative(layout)) {
    throw new FramedexError('NOT_A_VOLUME', `${plane} planes would be distorted`, {
      expected: 'slices at even distances',
      found: 'gaps, or uneven ones',
      advice: 'The reasons of the plan say where. See `fillGaps`, `resample`, `part` and `asIs`.',
    });
  }
  if (layout.skew > LARGEST_SKEW) {
    throw new FramedexError('NOT_A_VOLUME', `${plane} planes would be skewed`, {
      expected: 'rows and columns at a right angle',
      found: `${layout.skew.toFixed(2)} degrees off it: the gantry was tilted`,
      advice: 'See `resample` and `asIs`.',
    });
  }
}

/** Where plane `k` is, also of a stack whose slices are at places of their own. */
export function gridPlaneGeometry(
  grid: Grid & Pick<Slab, 'origins'>,
  layout: PlaneLayout,
  k: number,
): PlaneGeometry {
  const { count, flipped } = layout;
  const origin = isNative(layout) ? grid.origins?.[flipped[2] ? count - 1 - k : k] : undefined;
  if (origin === undefined) return planeGeometry(grid, layout, k);
  const affine = Float64Array.from(grid.affine);
  [affine[3], affine[7], affine[11]] = origin;
  const first = [0, 0, 0] as [number, number, number];
  if (flipped[0]) first[layout.axes[0]] = grid.size[layout.axes[0]] - 1;
  if (flipped[1]) first[layout.axes[1]] = grid.size[layout.axes[1]] - 1;
  return { ...layout.geometry, origin: voxelPosition({ affine }, first) };
}

/** A plane as a frame. */
export function planeFrame(
  attributes: PlaneAttributes & Pick<OwnAttributes, 'warnings' | 'made'>,
  geometry: PlaneGeometry,
  { rows, columns }: Pick<PlaneLayout, 'rows' | 'columns'>,
  index: number,
  data: Samples,
): PlaneFrame {
  const { display, bitsStored, photometricInterpretation, unverified, warnings, made } = attributes;
  const [betweenRows, betweenColumns] = geometry.spacing;
  const aspect = betweenRows / betweenColumns;
  return {
    index,
    rows,
    columns,
    samplesPerPixel: 1,
    photometricInterpretation,
    bitsStored,
    // Norms of vectors are rounded: squares stay squares.
    display: { ...display, pixelAspect: Math.abs(aspect - 1) < 1e-9 ? 1 : aspect },
    data,
    geometry,
    ...(warnings !== undefined && { warnings }),
    ...(made === true && { made }),
    ...(unverified === true && { unverified }),
  };
}

/**
 * With the rescale of slice `k`, or of all of them.
 *
 * @throws FramedexError `USAGE` for a plane across slices that differ in it.
 */
export function withRescale(slab: Slab, k: number | undefined): PlaneAttributes {
  const { rescales, display } = slab;
  const [first] = rescales ?? [];
  if (rescales === undefined || first === undefined) return slab;
  const isOne = rescales.every(
    ({ slope, intercept }) => slope === first.slope && intercept === first.intercept,
  );
  const rescale = k === undefined && !isOne ? undefined : (rescales[k ?? 0] ?? first);
  if (rescale === undefined) {
    throw new FramedexError('USAGE', 'the plane has stored values of different rescale', {
      expected: 'slices of one rescale, or modality values',
      advice: 'Build the volume with `mixedRescale: "modality"`.',
    });
  }
  return { ...slab, display: { ...display, rescale } };
}
