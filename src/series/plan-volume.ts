import { isHarmless } from './harmless.ts';
import { imageIssues, isBlocking, rescaleOf } from './image-issues.ts';
import { isLength, pixelSpacing } from './pixel-spacing.ts';
import type { PlanIssue, PlanIssueCode, PlannedSlice, VolumePlan } from './plan.ts';
import { volumeSamples } from './samples-name.ts';
import { stackGeometry } from './stack-geometry.ts';
import type { StackPlace } from './stack-geometry.ts';
import type { Stack } from './stacks.ts';
import type { Tolerances } from './tolerances.ts';
import { variedIssues } from './varied.ts';

/**
 * Plans the volume of one stack. The spacing of a regular volume, and of one with missing slices, is the way from the first slice to
 * the last divided by the steps between them; of any other stack, the usual distance. The affine's step from slice to slice is
 * as long, so that it leads from each slice to the next of the grid, filled or not.
 *
 * @param incomplete - Of images that belong to these slices and are not there.
 */
export function planVolume(
  { slices, sortedBy, labels }: Stack<PlannedSlice['instance']>,
  tolerances: Tolerances,
  incomplete: readonly PlanIssue[] = [],
): VolumePlan {
  const [first] = slices;
  const rows = first?.attributes.get('Rows') ?? 0;
  const columns = first?.attributes.get('Columns') ?? 0;
  const images = imageIssues(slices);
  const isBlocked = slices.length === 0 || images.some(({ code }) => isBlocking(code));
  const { issues, place } = stackGeometry(slices, tolerances);
  const reasons = isBlocked
    ? [...images, ...besideOneSlice(images, [...incomplete, ...issues])]
    : [...images, ...incomplete, ...variedIssues(slices), ...issues];
  const isRegular = reasons.every(({ code }) => isHarmless(code));
  const [between, along] = (first && pixelSpacing(first.attributes)) ?? [1, 1];
  const spacing: [number, number, number] = [
    along,
    between,
    place?.spacing ?? (first === undefined ? 1 : saidSpacing(first)),
  ];
  const isMixed = images.some(({ code }) => code === 'MIXED_RESCALE');
  const samples = first && volumeSamples(first.attributes, isMixed);
  return {
    verdict: isBlocked ? 'none' : isRegular ? 'volume' : 'stack',
    reasons,
    size: [columns, rows, slices.length],
    spacing,
    affine: affineOf(place, spacing),
    tilt: place?.tilt ?? 0,
    slices: slices.map(({ instance: { name }, frame }, k) => ({
      ...{ name, frame },
      ...(place && { position: place.positions[k] }),
    })),
    sortedBy,
    samples: samples?.name,
    byteLength: (samples?.bytes ?? 0) * columns * rows * slices.length,
    rescale: first === undefined || isMixed ? undefined : rescaleOf(first.attributes),
    parts: [],
    ...(labels.length > 0 && { labels }),
  };
}

/** What the header says where positions say nothing. */
function saidSpacing({ attributes }: PlannedSlice): number {
  const said = [attributes.get('SpacingBetweenSlices'), attributes.get('SliceThickness')];
  return said.find(isLength) ?? 1;
}

const BESIDE_ONE_SLICE: readonly PlanIssueCode[] = ['INCOMPLETE', 'NO_POSITION', 'NO_SPACING'];

/** What is said of one slice as it is of several. */
function besideOneSlice(
  images: readonly PlanIssue[],
  issues: readonly PlanIssue[],
): readonly PlanIssue[] {
  if (!images.some(({ code }) => code === 'ONE_SLICE')) return [];
  return issues.filter(({ code }) => BESIDE_ONE_SLICE.includes(code));
}

const NOWHERE = {
  plane: { row: [1, 0, 0], column: [0, 1, 0], normal: [0, 0, 1] },
  origin: [0, 0, 0],
  slope: [0, 0, 0],
} as const;

function affineOf(
  place: StackPlace | undefined,
  [columnSpacing, rowSpacing, spacing]: VolumePlan['spacing'],
): Float64Array {
  const { plane, origin, slope } = place ?? NOWHERE;
  const affine = new Float64Array(16);
  for (const axis of [0, 1, 2] as const) {
    affine[4 * axis] = plane.row[axis] * columnSpacing;
    affine[4 * axis + 1] = plane.column[axis] * rowSpacing;
    affine[4 * axis + 2] = (plane.normal[axis] + slope[axis]) * spacing;
    affine[4 * axis + 3] = origin[axis];
  }
  affine[15] = 1;
  return affine;
}
