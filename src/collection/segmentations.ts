import type { Instance } from './instance.ts';
import type { Series } from './series.ts';

/** Segmentation Storage, and Label Map Segmentation Storage (PS3.4 B.5). */
const SEGMENTATIONS: ReadonlySet<string | undefined> = new Set([
  '1.2.840.10008.5.1.4.1.1.66.4',
  '1.2.840.10008.5.1.4.1.1.66.7',
]);

/** Whether all of a series are segmentations (PS3.4 B.5), by their SOP Classes: what `labelVolume` takes. */
export function isSegmentation({ instances }: Series): boolean {
  return instances.length > 0 && instances.every(isSegment);
}

/** Whether an instance is a segmentation. */
export function isSegment({ dataset }: Instance): boolean {
  return SEGMENTATIONS.has(dataset.get('SOPClassUID'));
}
