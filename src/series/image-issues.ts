import { uidName } from '../dicom/uid.ts';
import { rescaleInEffect } from '../frames/written-values.ts';
import type { SliceAttributes } from './frame-table.ts';
import { planIssue } from './plan.ts';
import type { PlanIssue, PlanIssueCode, PlannedSlice, VolumePlan } from './plan.ts';
import { isCut } from './slice.ts';

/** Whether an issue of the images leaves no volume, not even a stack. */
export function isBlocking(code: PlanIssueCode): boolean {
  return code !== 'MIXED_RESCALE' && code !== 'NO_CODEC';
}

/** Whether each of the slices of a stack is one grey image with values that can be put into one block. */
export function imageIssues(slices: readonly PlannedSlice[]): PlanIssue[] {
  return [...singleIssues(slices), ...codecIssues(slices), ...rescaleIssue(slices)];
}

function singleIssues(slices: readonly PlannedSlice[]): PlanIssue[] {
  const issues: PlanIssue[] = [];
  const add = (
    code: PlanIssueCode,
    message: string,
    concerns: (slice: PlannedSlice) => boolean,
  ): void => {
    const found = slices.filter(concerns);
    if (found.length > 0) issues.push(planIssue(code, message, found));
  };
  const cut = ({ instance }: PlannedSlice): boolean => instance.warnings.some(isCut);
  add('INCOMPLETE', 'the file is cut', cut);
  add(
    'NO_PIXELS',
    'not an image',
    // A file that is cut may have lost them.
    (slice) => !cut(slice) && (slice.instance.frameCount === 0 || !slice.attributes.has('Rows')),
  );
  add(
    'MULTI_FRAME',
    'several frames in one instance, which does not say where they are',
    ({ instance, attributes }) =>
      instance.frames === undefined && (attributes.get('NumberOfFrames') ?? 1) > 1,
  );
  add('COLOUR', 'a colour image', ({ attributes }) => (attributes.get('SamplesPerPixel') ?? 1) > 1);
  add('MOSAIC', 'a mosaic of many slices in one image', ({ attributes }) =>
    (attributes.get('ImageType') ?? []).includes('MOSAIC'),
  );
  // Values of a table have no slope and intercept (PS3.3 C.11.1).
  add('MODALITY_LUT', 'values come out of a modality table, not by slope and intercept', (slice) =>
    slice.attributes.has('ModalityLUTSequence'),
  );
  if (slices.length === 1 && issues.length === 0) {
    issues.push(planIssue('ONE_SLICE', 'one slice is no volume', slices));
  }
  return issues;
}

/** One issue for each transfer syntax that nobody decodes. */
function codecIssues(slices: readonly PlannedSlice[]): PlanIssue[] {
  const bySyntax = new Map<string, PlannedSlice[]>();
  for (const slice of slices) {
    const { decodable, transferSyntax } = slice.instance;
    if (decodable) continue;
    const same = bySyntax.get(transferSyntax);
    if (same === undefined) bySyntax.set(transferSyntax, [slice]);
    else same.push(slice);
  }
  return [...bySyntax].map(([uid, found]) =>
    planIssue('NO_CODEC', `no codec for ${uidName(uid) ?? uid}`, found),
  );
}

function rescaleIssue(slices: readonly PlannedSlice[]): PlanIssue[] {
  const [first] = slices;
  if (first === undefined) return [];
  const { slope, intercept } = rescaleOf(first.attributes);
  const others = slices.filter(({ attributes }) => {
    const rescale = rescaleOf(attributes);
    return rescale.slope !== slope || rescale.intercept !== intercept;
  });
  return others.length > 0
    ? [planIssue('MIXED_RESCALE', 'rescale slope or intercept differ', others)]
    : [];
}

/** As the display of a frame has it. */
export function rescaleOf(attributes: SliceAttributes): NonNullable<VolumePlan['rescale']> {
  return rescaleInEffect({ get: (keyword) => attributes.get(keyword) });
}
