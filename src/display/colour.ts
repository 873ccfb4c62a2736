import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import type { Transformation } from './modality.ts';

/**
 * Components of any depth to bytes. Colour knows neither modality nor VOI: the full range of
 * `bitsStored` is the full range of each component (PS3.3 C.7.6.3.1.2).
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` when `bitsStored` is no depth.
 */
export function colourTransformation(frame: Frame, invert: boolean): Transformation {
  const { bitsStored } = frame;
  if (!Number.isInteger(bitsStored) || bitsStored < 1 || bitsStored > 64) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'Bits Stored is no depth', {
      tag: 0x00280101,
      expected: '1 to 64',
      found: String(bitsStored),
    });
  }
  const scale = 255 / (2 ** bitsStored - 1);
  return (sample) => {
    const component = Math.round(Math.min(255, Math.max(0, sample * scale)));
    return invert ? 255 - component : component;
  };
}

/**
 * Bytes of luminance and chrominance become red, green and blue, in their place, which rounds and
 * clips (PS3.3 C.7.6.3.1.2, YBR_FULL: the inverse of what it gives; T.871 clause 7).
 */
export function ybrToRgb(bytes: Uint8ClampedArray, invert: boolean): void {
  for (let i = 0; i + 2 < bytes.length; i += 3) {
    const y = bytes[i] ?? 0;
    const cb = (bytes[i + 1] ?? 0) - 128;
    const cr = (bytes[i + 2] ?? 0) - 128;
    bytes[i] = y + 1.402 * cr;
    bytes[i + 1] = y - 0.344136 * cb - 0.714136 * cr;
    bytes[i + 2] = y + 1.772 * cb;
  }
  if (!invert) return;
  for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - (bytes[i] ?? 0);
}
