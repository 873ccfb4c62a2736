import { compareNames } from './name-order.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import { TELLING_ATTRIBUTES } from './telling-attributes.ts';

/** A slice that is there again, and the one that stays. */
export interface Copy<T> {
  readonly kept: Slice<T>;
  readonly copy: Slice<T>;
}

/** Slices without second copies, and those. */
export interface Uncopied<T> {
  readonly slices: readonly Slice<T>[];
  readonly copies: readonly Copy<T>[];
}

/**
 * Leaves out what is there twice: the same SOP Instance UID, as many bytes, the same place, and whatever else tells
 * images apart. The first by its name stays. A UID alone makes no copy: tools that anonymise have given one to all images of a
 * series, and a file of another length has something else in it; native images have all one length.
 */
export function withoutCopies<T extends PlannedInstance>(slices: readonly Slice<T>[]): Uncopied<T> {
  const alike = new Map<string, Slice<T>[]>();
  for (const slice of sameObjects(slices)) {
    const identity = identityOf(slice);
    const known = alike.get(identity);
    if (known === undefined) alike.set(identity, [slice]);
    else known.push(slice);
  }
  const copies = [...alike.values()].flatMap((same) => {
    const [kept, ...others] = same.sort(compareSlices);
    return kept === undefined ? [] : others.map((copy): Copy<T> => ({ kept, copy }));
  });
  if (copies.length === 0) return { slices, copies };
  copies.sort((a, b) => compareSlices(a.copy, b.copy));
  const left = new Set(copies.map(({ copy }) => copy));
  return { slices: slices.filter((slice) => !left.has(slice)), copies };
}

function compareSlices(a: Slice<PlannedInstance>, b: Slice<PlannedInstance>): number {
  return compareNames(a.instance.name, b.instance.name) || a.frame - b.frame;
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

function identityOf(slice: Slice<PlannedInstance>): string {
  const { instance, frame, attributes, plane, instanceNumber } = slice;
  const place = plane === undefined ? [] : [...plane.origin, ...plane.row, ...plane.column];
  const told = TELLING_ATTRIBUTES.map(({ value }) => value(attributes));
  const rescale = [attributes.get('RescaleSlope'), attributes.get('RescaleIntercept')];
  const uid = attributes.get('SOPInstanceUID');
  return [uid, instance.size, frame, instanceNumber, ...place, ...told, ...rescale].join('\\');
}
