import { dot, subtract } from './geometry.ts';
import type { ImagePlane } from './geometry.ts';
import type { Slice } from './slice.ts';

/** Where a slice lies, in millimetres from the first one on: in the plane of that, and along its normal. */
export interface SliceOffset {
  /** Along the rows. */
  readonly across: number;
  /** Along the columns. */
  readonly down: number;
  readonly along: number;
}

/** Where slices lie; undefined where one of them does not say. */
export function sliceOffsets(
  slices: readonly Slice<unknown>[],
): { readonly plane: ImagePlane; readonly offsets: readonly SliceOffset[] } | undefined {
  const plane = slices[0]?.plane;
  if (plane === undefined) return undefined;
  const offsets: SliceOffset[] = [];
  for (const slice of slices) {
    if (slice.plane === undefined) return undefined;
    const way = subtract(slice.plane.origin, plane.origin);
    const { row, column, normal } = plane;
    offsets.push({ across: dot(way, row), down: dot(way, column), along: dot(way, normal) });
  }
  return { plane, offsets };
}
