/** An Image Pixel module: 16-bit grey, unless told otherwise. */
export function pixelOf(parts) {
  const { bitsAllocated = 16, samplesPerPixel = 1 } = parts;
  const { bitsStored = bitsAllocated } = parts;
  return {
    rows: 1,
    columns: 1,
    samplesPerPixel,
    photometricInterpretation: samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
    planarConfiguration: 0,
    bitsAllocated,
    bitsStored,
    highBit: bitsStored - 1,
    pixelRepresentation: 0,
    cells: 'integer',
    ...parts,
  };
}
