import { compareNames } from './name-order.ts';
import type { PlannedInstance, Slice } from './slice.ts';

/** Slices without second copies, and those. */
export interface Uncopied<T> {
  readonly slices: readonly Slice<T>[];
  readonly copies: readonly Slice<T>[];
}

/**
 * Leaves out what is there twice: the same SOP Instance UID, as many bytes, and the same place. The first by its name
 * stays. A UID alone makes no copy: tools that anonymise have given one to all images of a series, and a file of
 * another length has something else in it.
 */
export function withoutCopies<T extends PlannedInstance>(slices: readonly Slice<T>[]): Uncopied<T> {
  const suspects = sameObjects(slices);
  const first = new Map<string, Slice<T>>();
  const copies: Slice<T>[] = [];
  for (const slice of suspects) {
    const identity = identityOf(slice);
    const known = first.get(identity);
    if (known === undefined) {
      first.set(identity, slice);
    } else if (compareNames(slice.instance.name, known.instance.name) < 0) {
      first.set(identity, slice);
      copies.push(known);
    } else {
      copies.push(slice);
    }
  }
  if (copies.length === 0) return { slices, copies };
  copies.sort((a, b) => compareNames(a.instance.name, b.instance.name) || a.frame - b.frame);
  const left = new Set(copies);
  return { slices: slices.filter((slice) => !left.has(slice)), copies };
}

/** Slices that share their UID and length with another one. */
function sameObjects<T extends PlannedInstance>(slices: readonly Slice<T>[]): readonly Slice<T>[] {
  const byObject = new Map<string, Slice<T>[]>();
  for (const slice of slices) {
    const uid = slice.attributes.get('SOPInstanceUID');
    if (uid === undefined || uid === '') continue;
    const object = `${uid} ${slice.instance.size} ${slice.frame}`;
    const known = byObject.get(object);
    if (known === undefined) byObject.set(object, [slice]);
    else known.push(slice);
  }
  return [...byObject.values()].filter((same) => same.length > 1).flat();
}

function identityOf({
  instance,
  frame,
  attributes,
  plane,
  instanceNumber,
}: Slice<PlannedInstance>): string {
  const place = plane === undefined ? [] : [...plane.origin, ...plane.row, ...plane.column];
  const uid = attributes.get('SOPInstanceUID');
  return [uid, instance.size, frame, instanceNumber, ...place].join(' ');
}
