import type { PlannedSlice } from './plan.ts';

/** Of Image Type, value 3 (PS3.3 C.8.2.1.1.1), and what makers write there or behind it. */
const LOCALIZERS = new Set(['LOCALIZER', 'SCOUT', 'TOPOGRAM', 'SURVEY']);

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

/** Whether an image is there to plan others upon. */
export function isLocalizer({ attributes }: PlannedSlice): boolean {
  return attributes.get('ImageType')?.some((value, k) => k >= 2 && LOCALIZERS.has(value)) ?? false;
}

/** Which part of a complex number the pixels are; undefined where nothing says it. */
export function complexComponent({ attributes }: PlannedSlice): string | undefined {
  const said = attributes.get('ComplexImageComponent');
  const component = said === undefined ? undefined : COMPONENTS.get(said);
  if (component !== undefined) return component;
  const parts = attributes.get('ImageType')?.slice(2) ?? [];
  return parts.map(componentOf).find((part) => part !== undefined);
}

/** `M_FFE` and the like are of the same part as `M`. */
function componentOf(value: string): string | undefined {
  return COMPONENTS.get(value) ?? COMPONENTS.get(/^([MPRI])_[A-Z]+$/u.exec(value)?.[1] ?? '');
}
