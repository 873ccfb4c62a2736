import type { Dataset } from '../dicom/dataset.ts';
import { cross, dot, isParallel, norm, subtract } from './geometry.ts';
import type { ImagePlane, Vector } from './geometry.ts';
import type { Slice } from './slice.ts';

/** What stands between a series and a regular volume. */
export type PlanIssueCode =
  | 'NO_PIXELS'
  | 'ONE_SLICE'
  | 'MULTI_FRAME'
  | 'COLOUR'
  | 'MIXED_MATRIX'
  | 'MIXED_CELLS'
  | 'NO_POSITION'
  | 'MIXED_ORIENTATION'
  | 'MIXED_SPACING'
  | 'DUPLICATE_POSITION'
  | 'UNEVEN_SPACING'
  | 'TILT'
  | 'MIXED_RESCALE';

/** One of them, for people and for programs. */
export interface PlanIssue {
  readonly code: PlanIssueCode;
  readonly message: string;
  /** Names of the instances concerned. */
  readonly instances: readonly string[];
  /** Millimetres or degrees, where the issue has a size. */
  readonly value?: number | undefined;
}

/** What a series would be as a volume; made from headers alone. */
export interface VolumePlan {
  /** `volume`: a regular grid. `stack`: slices of one kind, but no regular grid. `none`: neither. */
  readonly verdict: 'volume' | 'stack' | 'none';
  readonly reasons: readonly PlanIssue[];
  /** Columns, rows, slices. */
  readonly size: [number, number, number];
  /** Millimetres between columns, rows and slices; 1 where nothing is known. */
  readonly spacing: [number, number, number];
  /**
   * 4 x 4, row by row: takes (column, row, slice, 1) to millimetres in the patient's coordinates
   * (PS3.3 C.7.6.2.1.1: x to the left, y to the back, z to the head). A tilted gantry shows as shear.
   */
  readonly affine: Float64Array;
  /** The plans of the parts, where a series has to be taken apart. */
  readonly parts: readonly VolumePlan[];
}

type NamedSlice = Slice<{ readonly name: string; readonly dataset: Dataset }>;

/** Differences below this part of the spacing are rounding in the file. */
const SPACING_TOLERANCE = 0.01;
const DEGREES = 180 / Math.PI;

/** Plans the volume of slices in spatial order. */
export function planVolume(slices: readonly NamedSlice[]): VolumePlan {
  const [first] = slices;
  const rows = first?.dataset.get('Rows') ?? 0;
  const columns = first?.dataset.get('Columns') ?? 0;
  const reasons = [...imageIssues(slices), ...sameness(slices)];
  const blocked = reasons.some(({ code }) => code !== 'MIXED_RESCALE');
  const spatial = blocked ? [] : spatialIssues(slices);
  const all = [...reasons, ...spatial];
  const step = sliceStep(slices);
  const [between, along] = first?.dataset.get('PixelSpacing') ?? [1, 1];
  return {
    verdict: blocked ? 'none' : spatial.some(({ code }) => code !== 'TILT') ? 'stack' : 'volume',
    reasons: all,
    size: [columns, rows, slices.length],
    spacing: [along ?? 1, between ?? 1, sliceSpacing(first, step)],
    affine: affineOf(first?.plane, along ?? 1, between ?? 1, step),
    parts: [],
  };
}

function issue(
  code: PlanIssueCode,
  message: string,
  slices: readonly NamedSlice[],
  value?: number,
): PlanIssue {
  return { code, message, instances: slices.map(({ instance }) => instance.name), value };
}

/** Whether each instance is one grey image. */
function imageIssues(slices: readonly NamedSlice[]): PlanIssue[] {
  const issues: PlanIssue[] = [];
  const add = (code: PlanIssueCode, message: string, found: readonly NamedSlice[]): void => {
    if (found.length > 0) issues.push(issue(code, message, found));
  };
  add(
    'NO_PIXELS',
    'not an image',
    slices.filter(({ dataset }) => !dataset.has('Rows')),
  );
  add(
    'MULTI_FRAME',
    'several frames in one instance',
    slices.filter(({ dataset }) => (dataset.get('NumberOfFrames') ?? 1) > 1),
  );
  add(
    'COLOUR',
    'a colour image',
    slices.filter(({ dataset }) => (dataset.get('SamplesPerPixel') ?? 1) > 1),
  );
  if (slices.length === 1 && issues.length === 0)
    add('ONE_SLICE', 'one slice is no volume', slices);
  return issues;
}

/** Whether all images are of one kind. */
function sameness(slices: readonly NamedSlice[]): PlanIssue[] {
  const [first] = slices;
  if (first === undefined) return [];
  const issues: PlanIssue[] = [];
  const differ = (
    code: PlanIssueCode,
    message: string,
    key: (dataset: Dataset) => string,
  ): void => {
    const wanted = key(first.dataset);
    const others = slices.filter(({ dataset }) => key(dataset) !== wanted);
    if (others.length > 0) issues.push(issue(code, message, others));
  };
  differ('MIXED_MATRIX', 'rows or columns differ', (d) => `${d.get('Rows')} ${d.get('Columns')}`);
  differ('MIXED_CELLS', 'bits or signs of the pixels differ', (d) =>
    [d.get('BitsAllocated'), d.get('PixelRepresentation'), d.get('PhotometricInterpretation')].join(
      ' ',
    ),
  );
  differ('MIXED_SPACING', 'pixel spacing differs', (d) =>
    (d.get('PixelSpacing') ?? []).map((value) => value.toPrecision(4)).join(' '),
  );
  differ(
    'MIXED_RESCALE',
    'rescale slope or intercept differ',
    (d) => `${rescaleOf(d).slope} ${rescaleOf(d).intercept}`,
  );
  return issues;
}

/** Rescale Slope and Intercept, 1 and 0 where they are absent. */
export function rescaleOf(dataset: Dataset): {
  readonly slope: number;
  readonly intercept: number;
} {
  return {
    slope: dataset.get('RescaleSlope') ?? 1,
    intercept: dataset.get('RescaleIntercept') ?? 0,
  };
}

/** Whether the planes make a regular grid. */
function spatialIssues(slices: readonly NamedSlice[]): PlanIssue[] {
  const [first] = slices;
  const lost = slices.filter(({ plane }) => plane === undefined);
  if (first?.plane === undefined || lost.length > 0) {
    return [issue('NO_POSITION', 'no position or orientation in the patient', lost)];
  }
  const { plane } = first;
  const turned = slices.filter(
    (slice) => slice.plane !== undefined && !isParallel(slice.plane, plane),
  );
  if (turned.length > 0) return [issue('MIXED_ORIENTATION', 'the planes are not parallel', turned)];
  return [...spacingIssues(slices, plane), ...tiltIssue(slices, plane)];
}

function spacingIssues(slices: readonly NamedSlice[], { normal }: ImagePlane): PlanIssue[] {
  const issues: PlanIssue[] = [];
  const positions = slices.map(({ plane }) =>
    plane === undefined ? 0 : dot(plane.origin, normal),
  );
  const gaps = positions.slice(1).map((position, k) => position - (positions[k] ?? 0));
  const usual = median(gaps);
  gaps.forEach((gap, k) => {
    const pair = slices.slice(k, k + 2);
    if (gap <= usual * SPACING_TOLERANCE) {
      issues.push(issue('DUPLICATE_POSITION', 'two slices at one place', pair, gap));
    } else if (Math.abs(gap - usual) > usual * SPACING_TOLERANCE) {
      const message = `${gap.toFixed(3)} mm apart, most are ${usual.toFixed(3)} mm`;
      issues.push(issue('UNEVEN_SPACING', message, pair, gap));
    }
  });
  return issues;
}

/** The way from the first slice to the last is not along the normal: the gantry was tilted. */
function tiltIssue(slices: readonly NamedSlice[], { normal }: ImagePlane): PlanIssue[] {
  const step = sliceStep(slices);
  if (step === undefined) return [];
  const across = norm(cross(step, normal));
  const angle = Math.atan2(across, Math.abs(dot(step, normal))) * DEGREES;
  if (angle < 0.1) return [];
  const message = `the slices are sheared by ${angle.toFixed(1)} degrees (a tilted gantry)`;
  return [issue('TILT', message, slices.slice(0, 1), angle)];
}

/** The mean way from one slice to the next. */
function sliceStep(slices: readonly NamedSlice[]): Vector | undefined {
  const start = slices[0]?.plane;
  const end = slices[slices.length - 1]?.plane;
  if (start === undefined || end === undefined || slices.length < 2) return undefined;
  const [x, y, z] = subtract(end.origin, start.origin);
  const steps = slices.length - 1;
  return [x / steps, y / steps, z / steps];
}

function sliceSpacing(first: NamedSlice | undefined, step: Vector | undefined): number {
  const measured =
    step === undefined || first?.plane === undefined ? 0 : Math.abs(dot(step, first.plane.normal));
  if (measured > 0) return measured;
  return first?.dataset.get('SpacingBetweenSlices') ?? first?.dataset.get('SliceThickness') ?? 1;
}

function affineOf(
  plane: ImagePlane | undefined,
  columnSpacing: number,
  rowSpacing: number,
  step: Vector | undefined,
): Float64Array {
  const { row, column, normal, origin } = plane ?? {
    row: [1, 0, 0],
    column: [0, 1, 0],
    normal: [0, 0, 1],
    origin: [0, 0, 0],
  };
  const slice = step ?? normal;
  const affine = new Float64Array(16);
  for (const axis of [0, 1, 2] as const) {
    affine[4 * axis] = row[axis] * columnSpacing;
    affine[4 * axis + 1] = column[axis] * rowSpacing;
    affine[4 * axis + 2] = slice[axis];
    affine[4 * axis + 3] = origin[axis];
  }
  affine[15] = 1;
  return affine;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
