import type { Header } from '../dicom/header.ts';
import { isFramedexError } from '../errors.ts';

/** The greatest number that an IS can be (PS3.5 6.2). */
const MOST_FRAMES = 2 ** 31 - 1;

/** What Number of Frames (0028,0008) says. */
export interface DeclaredCount {
  /** Frames that it declares: 1 where it is absent, which means 1 (PS3.3 C.7.6.6), or 0. */
  readonly count: number;
  /** The number that is written, whatever it is; undefined where there is none. */
  readonly written: number | undefined;
  /** Whether that is a count that can be; otherwise the pixel data decides. */
  readonly valid: boolean;
}

/** Reads Number of Frames; what makes no sense is recorded and left to the pixel data to decide. */
export function declaredCount({ dataset, warnings }: Header): DeclaredCount {
  const element = dataset.element('NumberOfFrames');
  if (element === undefined) return { count: 1, written: undefined, valid: true };
  const written = dataset.get('NumberOfFrames');
  const values = element.values.length;
  if (isCount(written) && values === 1) return { count: written, written, valid: true };
  const message =
    values > 1
      ? `Number of Frames has ${values} values`
      : written === undefined
        ? 'Number of Frames has no number'
        : `Number of Frames is ${written}`;
  warnings.report('FRAME_COUNT', message, element.offset, element.tag);
  // An object with pixels has a frame: 0 is what some write who mean no multi-frame object.
  if (written === 0 && values === 1) return { count: 1, written, valid: true };
  return { count: 0, written, valid: false };
}

/** {@link declaredCount} of an index that was made from it: nothing is recorded again. */
export function declaredAgain(
  count: number,
  { declared: written }: { readonly declared: number | undefined },
): DeclaredCount {
  const agrees = written === undefined || written === 0 || written === count;
  return { written, count, valid: count > 0 && agrees };
}

/**
 * Number of Frames of an object whose pixels were not found, where it can be: 1 of an image that has
 * none, 0 of what is no image. Nothing is recorded.
 */
export function writtenCount({ dataset }: Header): Pick<DeclaredCount, 'count' | 'written'> {
  try {
    const written = dataset.get('NumberOfFrames');
    const count = written ?? (dataset.has('Rows') ? 1 : 0);
    return { written, count: isCount(count) ? count : 0 };
  } catch (error) {
    if (isFramedexError(error)) return { written: undefined, count: 0 };
    throw error;
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value > 0 && value <= MOST_FRAMES;
}
