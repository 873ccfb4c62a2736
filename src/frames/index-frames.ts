import type { ReadOptions } from '../bytes/source.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import { functionalGroupCount } from '../dicom/functional-groups.ts';
import type { Header } from '../dicom/header.ts';
import { frameBits, imagePixel, withTrueSampling } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { transferSyntax as knownSyntax } from '../dicom/transfer-syntax.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { indexEncapsulated } from './encapsulated.ts';
import { declaredCount, writtenCount } from './frame-count.ts';
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
  try {
    const declared = declaredCount(header);
    const pixel = imagePixel(dataset, element.tag, warnings);
    // Of a private one, nobody says what it is.
    if (!transferSyntax.encapsulated && knownSyntax(transferSyntax.uid) !== undefined) {
      const message = 'pixel data in fragments under a native transfer syntax';
      warnings.report('TRANSFER_SYNTAX_MISMATCH', message, element.offset, element.tag);
    }
    const index = await indexEncapsulated({ header, element, pixel, declared, limits }, options);
    checkGroups(header, index);
    return index;
  } catch (error) {
    return withoutFrames(error, header);
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
  try {
    const declared = declaredCount(header);
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
      if (!exact) return emptyIndex(neither(header, element.length, needed), { declared, pixel });
    }
    if (knownSyntax(transferSyntax.uid) === undefined && !exact) {
      return emptyIndex(unknown(header, element.length, needed), { declared, pixel });
    }
    const index = indexNative(header, element, pixel, declared);
    checkGroups(header, index);
    return index;
  } catch (error) {
    return withoutFrames(error, header);
  }
}

/** The reason stands in the index; it is thrown where it is not one of the pixels alone, or all are. */
function withoutFrames(error: unknown, header: Header): LaidOutIndex {
  if (!isFramedexError(error) || header.warnings.strict || SOURCE_FAULTS.has(error.code))
    throw error;
  return emptyIndex(error, { declared: writtenCount(header) });
}

/** Each frame has an item of its own in Per-Frame Functional Groups (PS3.3 C.7.6.16). */
function checkGroups({ dataset, warnings }: Header, index: LaidOutIndex): void {
  const groups = functionalGroupCount(dataset);
  // Of a file that was cut, the header is whole.
  const count = Math.max(index.count, index.declaredCount);
  if (groups === 0 || groups === count) return;
  const element = dataset.element('PerFrameFunctionalGroupsSequence');
  const message = `${groups} functional groups for ${count} frame${count === 1 ? '' : 's'}`;
  warnings.report('FRAME_COUNT', message, element?.offset ?? 0, element?.tag);
}

/** Where the header was cut, pixel data may have followed. */
function withoutPixels(header: Header): LaidOutIndex {
  const { name, warnings, source, dataset, partial } = header;
  const declared = writtenCount(header);
  if (partial) {
    const reason = new FramedexError(
      'NO_PIXEL_DATA',
      'the header was not read up to the pixel data',
      {
        name,
        advice: 'Open the file without until.',
      },
    );
    return { ...emptyIndex(reason, { declared }), confidence: 'guessed' };
  }
  if (dataset.has('PixelDataProviderURL')) {
    return emptyIndex(
      new FramedexError('NO_PIXEL_DATA', 'the pixel data is elsewhere', {
        name,
        tag: dataset.element('PixelDataProviderURL')?.tag,
        advice: 'PixelDataProviderURL says where, for a client of JPIP; it is never fetched.',
      }),
      { declared },
    );
  }
  if (!warnings.isCut) {
    return emptyIndex(
      new FramedexError('NO_PIXEL_DATA', 'the object has no pixel data', {
        name,
        advice: 'Only its tags can be read.',
      }),
      { declared },
    );
  }
  const reason = new FramedexError(
    'NO_PIXEL_DATA',
    'the header is cut, or could not be understood to its end',
    {
      name,
      offset: source.size,
      advice: 'Whether it had pixel data cannot be told.',
    },
  );
  return { ...emptyIndex(reason, { declared }), confidence: 'guessed' };
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
