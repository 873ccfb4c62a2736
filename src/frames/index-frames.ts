import type { ReadOptions } from '../bytes/source.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import { frameBits, imagePixel, withTrueSampling } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { transferSyntax as knownSyntax } from '../dicom/transfer-syntax.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { indexEncapsulated } from './encapsulated.ts';
import { declaredCount } from './frame-count.ts';
import { emptyIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { indexNative } from './native.ts';

/** Faults of what is read from, not of what is in it: they may be gone the next time. */
const SOURCE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'IO',
  'CLOSED',
  'SOURCE_CHANGED',
  'HTTP',
  'HTTP_NO_RANGE',
  'ZIP_CRC',
  'ZIP_SIZE_MISMATCH',
  'INFLATE',
  'INFLATE_LIMIT',
]);

/**
 * Finds the frames of an object. Never throws for what is wrong with its pixels, unless `strict`:
 * tags stay readable, and the index says why there are no frames.
 */
export async function indexFrames(
  header: Header,
  limits: Limits,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  const { pixelData: element, warnings, transferSyntax, dataset } = header;
  if (element?.length !== UNDEFINED_LENGTH) return indexAtOnce(header);
  const declared = declaredCount(header);
  try {
    const pixel = imagePixel(dataset, element.tag, warnings);
    if (!transferSyntax.encapsulated) {
      const message = 'pixel data in fragments under a native transfer syntax';
      warnings.report('TRANSFER_SYNTAX_MISMATCH', message, element.offset, element.tag);
    }
    return await indexEncapsulated({ header, element, pixel, declared, limits }, options);
  } catch (error) {
    return emptyIndex(reasonFor(error, header), declared.count);
  }
}

/** Whether nothing needs to be read to find the frames. */
export function isIndexedAtOnce({ pixelData }: Header): boolean {
  return pixelData?.length !== UNDEFINED_LENGTH;
}

/** {@link indexFrames} of an object whose pixel data is not in fragments, or that has none. */
export function indexAtOnce(header: Header): LaidOutIndex {
  const { pixelData: element, dataset, warnings, transferSyntax } = header;
  if (element === undefined) return withoutPixels(header);
  const declared = declaredCount(header);
  try {
    const described = imagePixel(dataset, element.tag, warnings);
    const pixel = withTrueSampling(described, declared.count, element.length, (message) => {
      warnings.report('PIXEL_MODULE', message, element.offset, element.tag);
    });
    // Only where they are exactly as long as native frames are, bytes of another encoding, or of one
    // that is not known, are taken for them.
    const needed = Math.ceil((frameBits(pixel) * declared.count) / 8);
    const exact = element.length === needed + (needed % 2) || element.length === needed;
    if (transferSyntax.encapsulated) {
      const message = 'native pixel data under an encapsulated transfer syntax';
      warnings.report('TRANSFER_SYNTAX_MISMATCH', message, element.offset, element.tag);
      if (!exact) return emptyIndex(neither(header, element.length, needed), declared.count, pixel);
    }
    if (knownSyntax(transferSyntax.uid) === undefined && !exact) {
      return emptyIndex(unknown(header, element.length, needed), declared.count, pixel);
    }
    return indexNative(header, element, pixel, declared);
  } catch (error) {
    return emptyIndex(reasonFor(error, header), declared.count);
  }
}

/** Why there are no frames; thrown where the fault is not one of the pixels alone, or all are. */
function reasonFor(error: unknown, { warnings }: Header): FramedexError {
  if (isFramedexError(error) && !warnings.strict && !SOURCE_FAULTS.has(error.code)) return error;
  throw error;
}

/** Where the header was cut, pixel data may have followed. */
function withoutPixels({ name, warnings, source, dataset }: Header): LaidOutIndex {
  if (dataset.has('PixelDataProviderURL')) {
    return emptyIndex(
      new FramedexError('NO_PIXEL_DATA', 'the pixel data is elsewhere', {
        name,
        tag: dataset.element('PixelDataProviderURL')?.tag,
        advice: 'PixelDataProviderURL says where, for a client of JPIP; it is never fetched.',
      }),
    );
  }
  if (!warnings.list.some(({ code }) => code === 'TRUNCATED_VALUE')) {
    return emptyIndex(
      new FramedexError('NO_PIXEL_DATA', 'the object has no pixel data', {
        name,
        advice: 'Only its tags can be read.',
      }),
    );
  }
  const reason = new FramedexError('NO_PIXEL_DATA', 'the file ends inside its header', {
    name,
    offset: source.size,
    advice: 'Whether it had pixel data cannot be told.',
  });
  return { ...emptyIndex(reason), confidence: 'guessed' };
}

function unknown({ name, transferSyntax, pixelData }: Header, length: number, needed: number) {
  const { uid } = transferSyntax;
  const summary = `nothing is known of the transfer syntax ${uid}`;
  return new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', summary, {
    name,
    offset: pixelData?.valueOffset,
    expected: `${needed} bytes, as native frames have`,
    found: `${length} bytes`,
  });
}

function neither(header: Header, length: number, needed: number): FramedexError {
  return new FramedexError('BAD_LENGTH', 'pixel data that is neither fragments nor native frames', {
    name: header.name,
    offset: header.pixelData?.valueOffset,
    expected: `fragments, or ${needed} bytes`,
    found: `${length} bytes`,
  });
}
