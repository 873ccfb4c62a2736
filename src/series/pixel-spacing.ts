import type { SliceAttributes } from './frame-table.ts';

/**
 * Pixel Spacing in millimetres, between rows and between columns (PS3.3 10.7.1.3), or undefined where
 * it is missing or places no pixel.
 */
export function pixelSpacing(dataset: SliceAttributes): readonly [number, number] | undefined {
  const [betweenRows, betweenColumns] = dataset.get('PixelSpacing') ?? [];
  return isLength(betweenRows) && isLength(betweenColumns)
    ? [betweenRows, betweenColumns]
    : undefined;
}

/** Millimetres: pixels that are larger, or smaller than atoms, are none. */
const LARGEST = 1e6;
const SMALLEST = 1e-9;

/** Whether it is a length that can be counted with. */
export function isLength(value: number | undefined): value is number {
  return value !== undefined && value >= SMALLEST && value <= LARGEST;
}
