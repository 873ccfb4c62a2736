import type { PlannedSlice } from './plan.ts';

/** What images are by their Image Type (PS3.3 C.7.6.1.1.2), from the most to the least useful as a volume. */
export const IMAGE_KINDS = ['original', 'unknown', 'derived', 'reformat', 'localizer'] as const;

export type ImageKind = (typeof IMAGE_KINDS)[number];

/** A kind, and the value of Image Type that tells of it. */
export interface KindOfImages {
  readonly kind: ImageKind;
  readonly because?: string | undefined;
}

/** Of value 3 (PS3.3 C.8.2.1.1.1), and what makers write there or behind it. */
const LOCALIZERS: ReadonlySet<string> = new Set(['LOCALIZER', 'SCOUT', 'TOPOGRAM', 'SURVEY']);

/** Values that stand for a way to look at other images (PS3.3 C.8.2.1.1.1, C.8.3.1.1.1, C.8.16.1), and what scanners write for them. */
const REFORMATS: ReadonlySet<string> = new Set([
  'MPR',
  'CSA MPR',
  'CPR',
  'MIP',
  'MINIP',
  'MAXIMUM',
  'MINIMUM',
  'PROJECTION IMAGE',
  'REFORMATTED',
  'RESAMPLED',
  'VRT',
]);

/** Value 1 and value 2 of images that were not acquired; MIXED of multi-frame images that hold some of those. */
const NOT_ORIGINAL: ReadonlySet<string> = new Set(['DERIVED', 'SECONDARY', 'MIXED']);

/**
 * What Image Type calls the parts of a complex number, from value 3 on; Complex Image Component (PS3.3 C.8.13.3.1.2) says it in
 * whole words.
 */
const COMPONENTS: ReadonlyMap<string, string> = new Map([
  ['M', 'magnitude'],
  ['MAGNITUDE', 'magnitude'],
  ['P', 'phase'],
  ['PHASE', 'phase'],
  ['PHASE MAP', 'phase'],
  ['PHASE_MAP', 'phase'],
  ['R', 'real'],
  ['REAL', 'real'],
  ['I', 'imaginary'],
  ['IMAGINARY', 'imaginary'],
]);

/** The kind of an image with such an Image Type. */
export function kindOfType(type: readonly string[]): KindOfImages {
  const [origin = '', examination = '', ...others] = written(type);
  const localizer = others.find((value) => LOCALIZERS.has(value));
  if (localizer !== undefined) return { kind: 'localizer', because: localizer };
  const reformat = others.find((value) => REFORMATS.has(value));
  if (reformat !== undefined) return { kind: 'reformat', because: reformat };
  const derived = [origin, examination].find((value) => NOT_ORIGINAL.has(value));
  if (derived !== undefined) return { kind: 'derived', because: derived };
  return { kind: origin === 'ORIGINAL' ? 'original' : 'unknown' };
}

/** Whether an image is there to plan others upon. */
export function isLocalizer({ attributes }: PlannedSlice): boolean {
  return kindOfType(attributes.get('ImageType') ?? []).kind === 'localizer';
}

/** Whether an image is a view that was computed from others. */
export function isReformat({ attributes }: PlannedSlice): boolean {
  return kindOfType(attributes.get('ImageType') ?? []).kind === 'reformat';
}

/** Which part of a complex number the pixels are; undefined where nothing says it. */
export function complexComponent({ attributes }: PlannedSlice): string | undefined {
  const [said = ''] = written([attributes.get('ComplexImageComponent') ?? '']);
  const component = COMPONENTS.get(said);
  if (component !== undefined) return component;
  const parts = written(attributes.get('ImageType') ?? []).slice(2);
  return parts.map(componentOf).find((part) => part !== undefined);
}

/** In upper case, as Code Strings are (PS3.5 6.2), whoever wrote them otherwise. */
function written(values: readonly string[]): readonly string[] {
  return values.map((value) => value.trim().toUpperCase());
}

/** `M_FFE` and the like are of the same part as `M`. */
function componentOf(value: string): string | undefined {
  return COMPONENTS.get(value) ?? COMPONENTS.get(/^([MPRI])_[A-Z]+$/u.exec(value)?.[1] ?? '');
}
