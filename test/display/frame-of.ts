import type { DisplayAttributes } from '../../src/frames/display-attributes.ts';
import type { Frame, Samples } from '../../src/frames/frame.ts';

const PLAIN: DisplayAttributes = {
  rescale: { slope: 1, intercept: 0 },
  windows: [],
  voiFunction: 'LINEAR',
  voiLuts: [],
  pixelAspect: 1,
  inverse: false,
};

/** A MONOCHROME2 frame of one row, unless `frame` says otherwise. */
export function frameOf(
  data: Samples,
  display: Partial<DisplayAttributes> = {},
  frame: Partial<Frame> = {},
): Frame {
  return {
    index: 0,
    rows: 1,
    columns: data.length,
    samplesPerPixel: 1,
    photometricInterpretation: 'MONOCHROME2',
    bitsStored: 8 * data.BYTES_PER_ELEMENT,
    display: { ...PLAIN, ...display },
    data,
    ...frame,
  };
}
