import type { SliceAttributes } from './frame-table.ts';
import { uidName } from '../dicom/uid.ts';
import { pixelSpacing } from './pixel-spacing.ts';
import { planIssue } from './plan.ts';
import type { PlanIssue, PlanIssueCode, PlannedSlice } from './plan.ts';
import { isCut } from './slice.ts';

/** Pixel spacings that differ by less than this part are one spacing, rounded in two ways. */
const SAME_SPACING = 1e-4;

/** Whether an issue of the images leaves no volume, not even a stack. */
export function isBlocking(code: PlanIssueCode): boolean {
  return code !== 'MIXED_RESCALE' && code !== 'NO_CODEC';
}

/** Whether each instance is one grey image, and all are of one kind. */
export function imageIssues(slices: readonly PlannedSlice[]): PlanIssue[] {
  return [...singleIssues(slices), ...codecIssues(slices), ...sameness(slices)];
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
    'several frames in one instance',
    ({ attributes }) => (attributes.get('NumberOfFrames') ?? 1) > 1,
  );
  add('COLOUR', 'a colour image', ({ attributes }) => (attributes.get('SamplesPerPixel') ?? 1) > 1);
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

function sameness(slices: readonly PlannedSlice[]): PlanIssue[] {
  const [first] = slices;
  if (first === undefined) return [];
  const issues: PlanIssue[] = [];
  const add = (code: PlanIssueCode, message: string, found: readonly PlannedSlice[]): void => {
    if (found.length > 0) issues.push(planIssue(code, message, found));
  };
  const unlike = (key: (attributes: SliceAttributes) => string): readonly PlannedSlice[] => {
    const wanted = key(first.attributes);
    return slices.filter(({ attributes }) => key(attributes) !== wanted);
  };
  add(
    'MIXED_MATRIX',
    'rows or columns differ',
    unlike((d) => `${d.get('Rows')} ${d.get('Columns')}`),
  );
  add('MIXED_CELLS', 'bits or signs of the pixels differ', unlike(cells));
  add('MIXED_SPACING', 'pixel spacing differs', otherSpacing(slices));
  add('MIXED_FRAME_OF_REFERENCE', 'positions refer to different origins', otherReference(slices));
  add('MIXED_RESCALE', 'rescale slope or intercept differ', unlike(rescale));
  return issues;
}

function cells(attributes: SliceAttributes): string {
  return [
    attributes.get('BitsAllocated'),
    attributes.get('PixelRepresentation'),
    attributes.get('PhotometricInterpretation'),
  ].join(' ');
}

/** 1 and 0 where they are absent. */
function rescale(attributes: SliceAttributes): string {
  return `${attributes.get('RescaleSlope') ?? 1} ${attributes.get('RescaleIntercept') ?? 0}`;
}

/** Slices without a spacing contradict none. */
function otherSpacing(slices: readonly PlannedSlice[]): readonly PlannedSlice[] {
  const known = slices.map(({ attributes }) => pixelSpacing(attributes));
  const wanted = known.find((spacing) => spacing !== undefined);
  if (wanted === undefined) return [];
  const differs = (a: number, b: number): boolean => Math.abs(a - b) > SAME_SPACING * b;
  return slices.filter((_, k) => {
    const spacing = known[k];
    return (
      spacing !== undefined && (differs(spacing[0], wanted[0]) || differs(spacing[1], wanted[1]))
    );
  });
}

/** Positions compare within one frame of reference only (PS3.3 C.7.4.1). */
function otherReference(slices: readonly PlannedSlice[]): readonly PlannedSlice[] {
  const known = slices.map(({ attributes }) => attributes.get('FrameOfReferenceUID') ?? '');
  const wanted = known.find((uid) => uid !== '');
  return slices.filter((_, k) => known[k] !== '' && known[k] !== wanted);
}
