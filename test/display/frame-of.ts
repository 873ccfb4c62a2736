import type {
  DisplayAttributes,
  RealWorldValueMap,
  VoiLut,
  Window,
} from '../../src/frames/display-attributes.ts';
import type { Frame, Samples } from '../../src/frames/frame.ts';

const PLAIN: DisplayAttributes = {
  rescale: { slope: 1, intercept: 0 },
  windows: [],
  voiFunction: 'LINEAR',
  voiLuts: [],
  pixelAspect: 1,
  inverse: false,
};

/** Its number is its place in the list, unless it is given. */
type Listed<T extends { readonly number: number }> = Omit<T, 'number'> & {
  readonly number?: number;
};

/** What differs from a plain frame. */
export interface DisplayParts extends Omit<
  Partial<DisplayAttributes>,
  'windows' | 'voiLuts' | 'realWorldValues'
> {
  readonly windows?: readonly Listed<Window>[];
  readonly voiLuts?: readonly Listed<VoiLut>[];
  readonly realWorldValues?: readonly Listed<RealWorldValueMap>[];
}

/** A MONOCHROME2 frame of one row, unless `frame` says otherwise. */
export function frameOf(
  data: Samples,
  display: DisplayParts = {},
  frame: Partial<Frame> = {},
): Frame {
  const { windows = [], voiLuts = [], realWorldValues, ...rest } = display;
  return {
    index: 0,
    rows: 1,
    columns: data.length,
    samplesPerPixel: 1,
    photometricInterpretation: 'MONOCHROME2',
    bitsStored: 8 * data.BYTES_PER_ELEMENT,
    display: {
      ...PLAIN,
      ...rest,
      windows: windows.map((one, number) => ({ number, ...one })),
      voiLuts: voiLuts.map((one, number) => ({ number, ...one })),
      ...(realWorldValues && {
        realWorldValues: realWorldValues.map((one, number) => ({ number, ...one })),
      }),
    },
    data,
    ...frame,
  };
}
