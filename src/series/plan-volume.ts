import type { ImagePlane, Vector } from './geometry.ts';
import { dot } from './geometry.ts';
import { imageIssues, isBlocking } from './image-issues.ts';
import { pixelSpacing } from './pixel-spacing.ts';
import type { PlannedSlice, VolumePlan } from './plan.ts';
import { sliceStep, spatialIssues } from './spatial-issues.ts';

/** Plans the volume of slices in spatial order. */
export function planVolume(slices: readonly PlannedSlice[]): VolumePlan {
  const [first] = slices;
  const rows = first?.attributes.get('Rows') ?? 0;
  const columns = first?.attributes.get('Columns') ?? 0;
  const reasons = imageIssues(slices);
  const blocked = reasons.some(({ code }) => isBlocking(code));
  const spatial = blocked ? [] : spatialIssues(slices);
  const step = usableStep(first, sliceStep(slices));
  const [between, along] = (first && pixelSpacing(first.attributes)) ?? [1, 1];
  const spacing: [number, number, number] = [along, between, sliceSpacing(first, step)];
  return {
    verdict: blocked ? 'none' : spatial.some(({ code }) => code !== 'TILT') ? 'stack' : 'volume',
    reasons: [...reasons, ...spatial],
    size: [columns, rows, slices.length],
    spacing,
    affine: affineOf(first?.plane, spacing, step),
    parts: [],
    tilt: spatial.find(({ code }) => code === 'TILT')?.value ?? 0,
    slices: slices.map(({ instance: { name }, frame }) => ({ name, frame })),
    sortedBy: 'position',
    samples: undefined,
    byteLength: 0,
    rescale: { slope: 1, intercept: 0 },
  };
}

/** Slices at one place, or in one plane, have no way from one to the next. */
function usableStep(first: PlannedSlice | undefined, step: Vector | undefined): Vector | undefined {
  if (step === undefined || first?.plane === undefined) return undefined;
  return Math.abs(dot(step, first.plane.normal)) > 0 ? step : undefined;
}

function sliceSpacing(first: PlannedSlice | undefined, step: Vector | undefined): number {
  if (first === undefined) return 1;
  const { attributes, plane } = first;
  if (step !== undefined && plane !== undefined) return Math.abs(dot(step, plane.normal));
  const said = [attributes.get('SpacingBetweenSlices'), attributes.get('SliceThickness')];
  return said.find((value) => value !== undefined && value > 0 && Number.isFinite(value)) ?? 1;
}

function affineOf(
  plane: ImagePlane | undefined,
  [columnSpacing, rowSpacing, spacing]: VolumePlan['spacing'],
  step: Vector | undefined,
): Float64Array {
  const { row, column, normal, origin } = plane ?? {
    row: [1, 0, 0],
    column: [0, 1, 0],
    normal: [0, 0, 1],
    origin: [0, 0, 0],
  };
  const affine = new Float64Array(16);
  for (const axis of [0, 1, 2] as const) {
    affine[4 * axis] = row[axis] * columnSpacing;
    affine[4 * axis + 1] = column[axis] * rowSpacing;
    affine[4 * axis + 2] = step === undefined ? normal[axis] * spacing : step[axis];
    affine[4 * axis + 3] = origin[axis];
  }
  affine[15] = 1;
  return affine;
}
