import type { Header } from '../dicom/header.ts';
import { isFramedexError } from '../errors.ts';

/** What Number of Frames (0028,0008) says. */
export interface DeclaredCount {
  readonly count: number;
  /** It says a count that can be, or is absent, which means 1 (PS3.3 C.7.6.6). */
  readonly valid: boolean;
}

/** Reads Number of Frames; what makes no sense is recorded and left to the pixel data to decide. */
export function declaredCount({ dataset, warnings }: Header): DeclaredCount {
  const element = dataset.element('NumberOfFrames');
  if (element === undefined) return { count: 1, valid: true };
  const value = dataset.get('NumberOfFrames');
  if (value !== undefined && Number.isInteger(value) && value > 0)
    return { count: value, valid: true };
  warnings.report(
    'FRAME_COUNT',
    value === undefined ? 'Number of Frames has no number' : `Number of Frames is ${value}`,
    element.offset,
    element.tag,
  );
  // An object with pixels has a frame: 0 is what some write who mean no multi-frame object.
  if (value === 0) return { count: 1, valid: true };
  return { count: value === undefined || value < 0 ? 0 : Math.floor(value), valid: false };
}

/**
 * Number of Frames of an object whose pixels were not found, where it can be: 1 of an image that has
 * none, 0 of what is no image. Nothing is recorded.
 */
export function writtenCount({ dataset }: Header): number {
  try {
    const count = dataset.get('NumberOfFrames') ?? (dataset.has('Rows') ? 1 : 0);
    return Number.isInteger(count) && count > 0 ? count : 0;
  } catch (error) {
    if (isFramedexError(error)) return 0;
    throw error;
  }
}
