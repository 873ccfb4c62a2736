import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { CodecNote } from './codec.ts';
import type { JpegHeader } from './jpeg-header.ts';

const PHOTOMETRIC_INTERPRETATION = 0x00280004;
/** Component identifiers that spell what they are, as libjpeg and DCMTK write them. */
const RGB_IDS = [0x52, 0x47, 0x42];

/** Labels that were left when JPEG 2000 became JPEG. */
const OF_JPEG_2000 = ['YBR_ICT', 'YBR_RCT'];

const CONTRADICTION = 'a code stream that says both RGB and YBR_FULL: its label decides';

/** What the components of a code stream are. */
export interface JpegColour {
  readonly photometricInterpretation: string;
  readonly notes: readonly CodecNote[];
}

/**
 * What the three components of a discrete cosine transform are: how the code stream was made is asked
 * of the code stream first (PS3.5 8.2.1), as labels are copied from other objects.
 *
 * - JFIF is of Y, Cb and Cr (T.871), and so is the transform 1 of Adobe (T.872). Cb and Cr alone are
 *   sampled less than the first component: hardly anybody does so with green and blue. Many writers
 *   label what they took from such a file RGB, the colours that a decoder of JFIF gives.
 * - Transform 0 of Adobe says that there was none, and identifiers that spell RGB say the same.
 * - Where there is nothing of both, or one against the other, Photometric Interpretation says it: most
 *   writers of DICOM have no such markers.
 *
 * Chroma is upsampled, so that YBR_FULL_422 is YBR_FULL. Pixels of other numbers of components are what
 * their label says.
 */
export function jpegColour(header: JpegHeader, pixel: ImagePixel): JpegColour {
  const { photometricInterpretation: label } = pixel;
  if (header.components.length !== 3) return { photometricInterpretation: label, notes: [] };
  const labelled = label.replace(/_42[02]$/, '');
  const said = codedColour(header);
  const notes: CodecNote[] = [];
  if (said === 'both') notes.push({ message: CONTRADICTION, tag: PHOTOMETRIC_INTERPRETATION });
  const unsaid = OF_JPEG_2000.includes(label) ? 'YBR_FULL' : undefined;
  const coded = said === 'both' ? unsaid : (said ?? unsaid);
  // YBR_PARTIAL differs in its range alone, of which a code stream says nothing.
  const agrees = coded === (labelled === 'YBR_PARTIAL' ? 'YBR_FULL' : labelled);
  if (coded === undefined || agrees) return { photometricInterpretation: labelled, notes };
  const message = `components of ${coded} in the code stream, labelled otherwise`;
  notes.push({ message, tag: PHOTOMETRIC_INTERPRETATION });
  return { photometricInterpretation: coded, notes };
}

/** What the code stream says of itself; undefined where that is nothing. */
function codedColour(header: JpegHeader): 'RGB' | 'YBR_FULL' | 'both' | undefined {
  const { components, jfif, adobeTransform } = header;
  const isYbr = jfif || adobeTransform === 1 || hasSharedChroma(header);
  const isRgb = adobeTransform === 0 || components.every(({ id }, k) => id === RGB_IDS[k]);
  if (isYbr) return isRgb ? 'both' : 'YBR_FULL';
  return isRgb ? 'RGB' : undefined;
}

/** Whether pixels share the second and third component, but not the first. */
function hasSharedChroma({ components }: JpegHeader): boolean {
  const [first, ...others] = components;
  if (first === undefined) return false;
  const { horizontal, vertical } = first;
  return others.every((other) => other.horizontal * other.vertical < horizontal * vertical);
}
