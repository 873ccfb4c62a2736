const PLAIN = {
  rescale: { slope: 1, intercept: 0 },
  windows: [],
  voiFunction: 'LINEAR',
  voiLuts: [],
  pixelAspect: 1,
  inverse: false,
};
/** A MONOCHROME2 frame of one row, unless `frame` says otherwise. */
export function frameOf(data, display = {}, frame = {}) {
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
