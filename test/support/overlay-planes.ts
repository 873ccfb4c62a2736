/** Overlay planes of objects that are built (PS3.3 C.9.2), and what is read of them. */
import type { DicomFile } from '../../src/file/dicom-file.ts';
import type { FrameOptions } from '../../src/frames/frame-reader.ts';
import type { Overlay } from '../../src/frames/overlay.ts';
import { imagePixel } from './build-dicom.ts';
import type { ElementLike } from './build-dicom.ts';

/** What is said of a plane; `undefined` leaves an element out. */
export interface PlaneParts {
  readonly group?: number;
  readonly rows?: number | undefined;
  readonly columns?: number | undefined;
  readonly origin?: readonly number[] | undefined;
  readonly type?: string | undefined;
  readonly frames?: number | undefined;
  readonly firstFrame?: number | undefined;
  readonly bitsAllocated?: number | undefined;
  readonly bitPosition?: number | undefined;
  readonly vr?: string;
  readonly data?: Uint8Array | undefined;
}

export function plane(parts: PlaneParts): ElementLike[] {
  const { group = 0x6000, vr = 'OW' } = parts;
  const filled = { type: 'G', origin: [1, 1], bitsAllocated: 1, bitPosition: 0, ...parts };
  const at = (element: number): number => group * 0x10000 + element;
  const elements: [number, string, string | number | Uint8Array | readonly number[] | undefined][] =
    [
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
export function packed(bits: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(2 * Math.ceil(bits.length / 16));
  for (let k = 0; k < bits.length; k++) {
    const at = Math.floor(k / 8);
    bytes[at] = (bytes[at] ?? 0) + (bits[k] ?? 0) * 2 ** (k % 8);
  }
  return bytes;
}

export function swapped(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (_, k) => bytes[k ^ 1] ?? 0);
}

export function randomBits(count: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return (state >>> 16) & 1;
  });
}

/** A picture of 2 rows and 3 columns with planes. */
export function withPlanes(planes: readonly PlaneParts[], frames = 1): ElementLike[] {
  const pixel = imagePixel({ rows: 2, columns: 3, bitsAllocated: 8, numberOfFrames: frames });
  const pixels = new Uint8Array(6 * frames);
  return [...pixel, ...planes.flatMap(plane), [0x7fe00010, 'OB', pixels]];
}

export async function overlaysOf(
  file: DicomFile,
  i = 0,
  options: FrameOptions = {},
): Promise<Overlay[]> {
  const { overlays } = await file.frame(i, { ...options, overlays: true });
  if (overlays === undefined) throw new Error('the frame has no overlays');
  return [...overlays];
}

export function faultsOf(file: DicomFile): string[] {
  return file.warnings.filter(({ code }) => code === 'OVERLAY').map(({ message }) => message);
}

/** One after another. */
export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** A plane of 2 rows and 3 columns. */
export const BITS: number[] = [1, 0, 1, 1, 0, 1];
/** The same as Overlay Data. */
export const DATA: Uint8Array = packed(BITS);
