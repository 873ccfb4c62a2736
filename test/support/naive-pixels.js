import fc from 'fast-check';
const INTERPRETATIONS = {
  1: ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'],
  3: ['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_PARTIAL_422'],
  4: ['ARGB', 'CMYK'],
};
/** Any pixels that framedex decodes, of odd sizes too. */
export const nativePixels = fc
  .record({
    samplesPerPixel: fc.constantFrom(1, 1, 3, 4),
    bitsAllocated: fc.constantFrom(1, 8, 12, 16, 32, 64),
  })
  .chain(({ samplesPerPixel, bitsAllocated }) =>
    fc.record({
      samplesPerPixel: fc.constant(samplesPerPixel),
      photometricInterpretation: fc.constantFrom(...(INTERPRETATIONS[samplesPerPixel] ?? [])),
      bitsAllocated: fc.constant(bitsAllocated),
      planarConfiguration: fc.constantFrom(0, samplesPerPixel > 1 && bitsAllocated > 1 ? 1 : 0),
      rows: fc.integer({ min: 1, max: 6 }),
      columns: fc.integer({ min: 1, max: 21 }),
      numberOfFrames: fc.integer({ min: 1, max: 4 }),
      stored: fc.integer({ min: 1, max: bitsAllocated }),
      spare: fc.nat(bitsAllocated - 1),
      pixelRepresentation: fc.constantFrom(0, bitsAllocated > 1 ? 1 : 0),
      vr: fc.constantFrom('OW', bitsAllocated <= 8 ? 'OB' : 'OW'),
      bigEndian: fc.boolean(),
    }),
  )
  .map(({ stored, spare, ...pixels }) => {
    const highBit = Math.min(pixels.bitsAllocated - 1, stored - 1 + spare);
    return { ...pixels, bitsStored: stored, highBit };
  })
  // Chrominance that pixels share is neither of single bits nor in planes (PS3.3 C.7.6.3.1.2).
  .filter((one) => !isShared(one) || (one.bitsAllocated > 1 && one.planarConfiguration === 0));
/** Whether two pixels share their chrominance. */
export function isShared({ photometricInterpretation: name }) {
  return name.endsWith('_422');
}
/** Bits of one frame, by the definition. */
export function bitsOfFrame(pixels) {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixels;
  const inRow = isShared(pixels) ? 4 * Math.ceil(columns / 2) : columns * samplesPerPixel;
  return rows * inRow * bitsAllocated;
}
/** Bytes of all frames, padded to whole words. */
export function bytesOfFrames(pixels) {
  const word = Math.max(2, wordOf(pixels));
  return Math.ceil((bitsOfFrame(pixels) * pixels.numberOfFrames) / 8 / word) * word;
}
/** The raw cells of frame `i` in the order of the file, read one bit at a time. */
export function naiveCells(value, pixels, i) {
  const { bitsAllocated } = pixels;
  const first = i * bitsOfFrame(pixels);
  return Array.from({ length: bitsOfFrame(pixels) / bitsAllocated }, (_, cell) => {
    let sum = 0n;
    for (let k = bitsAllocated - 1; k >= 0; k--) {
      sum = 2n * sum + BigInt(bitAt(value, first + cell * bitsAllocated + k, pixels));
    }
    return sum;
  });
}
/** The stored values of frame `i` (PS3.5 8.1.1), samples side by side. */
export function naiveValues(value, pixels, i) {
  const cells = naiveCells(value, pixels, i);
  const { rows, columns, samplesPerPixel, bitsStored, highBit, pixelRepresentation } = pixels;
  const values = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let sample = 0; sample < samplesPerPixel; sample++) {
        const cell = cells[cellOf(pixels, row, column, sample)] ?? -1n;
        const low = cell >> BigInt(highBit - bitsStored + 1);
        const wraps = pixelRepresentation === 1 ? BigInt.asIntN : BigInt.asUintN;
        values.push(wraps(bitsStored, low));
      }
    }
  }
  return values;
}
/** Which cell of the frame a sample is. */
function cellOf(pixels, row, column, sample) {
  const { rows, columns, samplesPerPixel, planarConfiguration } = pixels;
  if (isShared(pixels)) {
    const pair = row * Math.ceil(columns / 2) + Math.floor(column / 2);
    return 4 * pair + (sample === 0 ? column % 2 : 1 + sample);
  }
  const pixel = row * columns + column;
  return planarConfiguration === 1
    ? sample * rows * columns + pixel
    : pixel * samplesPerPixel + sample;
}
/** Bytes whose order big endian reverses (PS3.5 7.3): cells, or the words that have several. */
function wordOf({ bitsAllocated, vr }) {
  if (bitsAllocated >= 16) return bitsAllocated / 8;
  return vr === 'OW' ? 2 : 1;
}
/** Bit 0 is the lowest of the first byte, or of the first word (PS3.5 8.1.1). */
function bitAt(value, bit, pixels) {
  const word = wordOf(pixels);
  const byte = Math.floor(bit / 8);
  const inWord = byte % word;
  const at = pixels.bigEndian ? byte - inWord + (word - 1 - inWord) : byte;
  return Math.floor((value[at] ?? 0) / 2 ** (bit % 8)) % 2;
}
