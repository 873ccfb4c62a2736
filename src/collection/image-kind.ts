import { IMAGE_KINDS, kindOfType } from '../series/image-kind.ts';
import type { ImageKind, KindOfImages } from '../series/image-kind.ts';
import type { PlannedImage } from '../series/plan.ts';
import type { Instance } from './instance.ts';

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
