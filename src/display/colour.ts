import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import type { Transformation } from './modality.ts';

/**
 * RGB samples of any depth to bytes. Colour knows neither modality nor VOI: the full range of
 * `bitsStored` is the full range of each component (PS3.3 C.7.6.3.1.2).
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` when `bitsStored` is no depth.
 */
export function rgbTransformation(frame: Frame, invert: boolean): Transformation {
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
