import type { PlannedImage } from '../series/plan.ts';
import type { Instance } from './instance.ts';

/** What images are by their Image Type (PS3.3 C.7.6.1.1.2), from the most to the least useful as a volume. */
export const IMAGE_KINDS = ['original', 'unknown', 'derived', 'reformat', 'localizer'] as const;

export type ImageKind = (typeof IMAGE_KINDS)[number];

/** A kind, and the value of Image Type that tells of it. */
export interface KindOfImages {
  readonly kind: ImageKind;
  readonly because?: string | undefined;
}

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
const LOCALIZERS: ReadonlySet<string> = new Set(['LOCALIZER', 'SCOUT']);

/** Value 1 and value 2 of images that were not acquired; MIXED of multi-frame images that hold some of those. */
const NOT_ORIGINAL: ReadonlySet<string> = new Set(['DERIVED', 'SECONDARY', 'MIXED']);

/** The least useful kind that one of the images is of. */
export function kindOfImages(
  images: readonly PlannedImage[],
  instances: ReadonlyMap<string, Instance>,
): KindOfImages {
  let found: KindOfImages = { kind: 'original' };
  const seen = new Set<string>();
  for (const { name, frame } of images) {
    const instance = instances.get(name);
    const attributes = instance?.frames?.of(frame) ?? instance?.dataset;
    const values = attributes?.get('ImageType') ?? [];
    const key = values.join('\\');
    // Nearly all images of a series have the same.
    if (seen.has(key)) continue;
    seen.add(key);
    const one = kindOfType(values);
    if (kindRank(one.kind) > kindRank(found.kind)) found = one;
  }
  return seen.size === 0 ? { kind: 'unknown' } : found;
}

export function kindRank(kind: ImageKind): number {
  return IMAGE_KINDS.indexOf(kind);
}

function kindOfType(values: readonly string[]): KindOfImages {
  const [origin = '', examination = '', ...others] = values.map((value) =>
    value.trim().toUpperCase(),
  );
  const localizer = others.find((value) => LOCALIZERS.has(value));
  if (localizer !== undefined) return { kind: 'localizer', because: localizer };
  const reformat = others.find((value) => REFORMATS.has(value));
  if (reformat !== undefined) return { kind: 'reformat', because: reformat };
  const derived = [origin, examination].find((value) => NOT_ORIGINAL.has(value));
  if (derived !== undefined) return { kind: 'derived', because: derived };
  return { kind: origin === 'ORIGINAL' ? 'original' : 'unknown' };
}
