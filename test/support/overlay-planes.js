import { imagePixel } from './build-dicom.js';
export function plane(parts) {
  const { group = 0x6000, vr = 'OW' } = parts;
  const filled = { type: 'G', origin: [1, 1], bitsAllocated: 1, bitPosition: 0, ...parts };
  const at = (element) => group * 0x10000 + element;
  const elements = [
    [at(0x0010), 'US', filled.rows],
    [at(0x0011), 'US', filled.columns],
    [at(0x0015), 'IS', filled.frames?.toString()],
    [at(0x0022), 'LO', 'drawn by hand'],
    [at(0x0040), 'CS', filled.type],
    [at(0x0050), 'SS', filled.origin],
    [at(0x0051), 'US', filled.firstFrame],
    [at(0x0100), 'US', filled.bitsAllocated],
    [at(0x0102), 'US', filled.bitPosition],
    [at(0x1500), 'LO', 'label'],
    [at(0x3000), vr, filled.data],
  ];
  return elements.flatMap(([tag, kind, value]) =>
    value === undefined ? [] : [[tag, kind, value]],
  );
}
/** Bits one after another from the lowest of the first byte on, to even length (PS3.5 8.1.2). */
export function packed(bits) {
  const bytes = new Uint8Array(2 * Math.ceil(bits.length / 16));
  for (let k = 0; k < bits.length; k++) {
    const at = Math.floor(k / 8);
    bytes[at] = (bytes[at] ?? 0) + (bits[k] ?? 0) * 2 ** (k % 8);
  }
  return bytes;
}
export function swapped(bytes) {
  return Uint8Array.from(bytes, (_, k) => bytes[k ^ 1] ?? 0);
}
export function randomBits(count, seed) {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return (state >>> 16) & 1;
  });
}
/** A picture of 2 rows and 3 columns with planes. */
export function withPlanes(planes, frames = 1) {
  const pixel = imagePixel({ rows: 2, columns: 3, bitsAllocated: 8, numberOfFrames: frames });
  const pixels = new Uint8Array(6 * frames);
  return [...pixel, ...planes.flatMap(plane), [0x7fe00010, 'OB', pixels]];
}
export async function overlaysOf(file, i = 0, options = {}) {
  const { overlays } = await file.frame(i, { ...options, overlays: true });
  if (overlays === undefined) throw new Error('the frame has no overlays');
  return [...overlays];
}
export function faultsOf(file) {
  return file.warnings.filter(({ code }) => code === 'OVERLAY').map(({ message }) => message);
}
/** One after another. */
export const bytes = (...values) => Uint8Array.from(values);
/** A plane of 2 rows and 3 columns. */
export const BITS = [1, 0, 1, 1, 0, 1];
/** The same as Overlay Data. */
export const DATA = packed(BITS);
