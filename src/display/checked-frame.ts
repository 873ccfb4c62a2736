import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import { COLOUR_SAMPLES } from './colour.ts';
import { refuseCells } from './stored-values.ts';

const PHOTOMETRIC_INTERPRETATION = 0x00280004;
const SAMPLES_PER_PIXEL = 0x00280002;

/**
 * Holds a frame against itself before its samples are looked at.
 *
 * @throws FramedexError `USAGE` for a frame of cells, `BAD_PIXEL_MODULE` for one that contradicts itself,
 * `UNSUPPORTED_PHOTOMETRIC_INTERPRETATION`.
 */
export function checkFrame(frame: Frame): void {
  refuseCells(frame);
  const { rows, columns, samplesPerPixel, photometricInterpretation } = frame;
  const needed = samplesNeeded(photometricInterpretation);
  if (samplesPerPixel !== needed) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'Samples per Pixel is wrong', {
      tag: SAMPLES_PER_PIXEL,
      expected: `${needed} for ${photometricInterpretation}`,
      found: String(samplesPerPixel),
    });
  }
  const isPicture = Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0;
  if (!isPicture || frame.data.length < rows * columns * needed) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'not a frame', {
      expected: `${rows} rows of ${columns} pixels of ${needed} samples`,
      found: `${frame.data.length} samples`,
    });
  }
}

const OF_ONE_SAMPLE: readonly string[] = ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'];

function samplesNeeded(photometricInterpretation: string): number {
  if (OF_ONE_SAMPLE.includes(photometricInterpretation)) return 1;
  const needed = COLOUR_SAMPLES.get(photometricInterpretation);
  if (needed !== undefined) return needed;
  const isTransformed =
    photometricInterpretation === 'YBR_RCT' || photometricInterpretation === 'YBR_ICT';
  throw new FramedexError(
    'UNSUPPORTED_PHOTOMETRIC_INTERPRETATION',
    `cannot show ${photometricInterpretation}`,
    {
      tag: PHOTOMETRIC_INTERPRETATION,
      expected: isTransformed
        ? 'RGB, which the codec of JPEG 2000 makes of it'
        : [...OF_ONE_SAMPLE, ...COLOUR_SAMPLES.keys()].join(', '),
      found: photometricInterpretation,
    },
  );
}
