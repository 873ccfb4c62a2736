import { readExactly } from '../bytes/source.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { readValue } from '../dicom/recorded-dataset.ts';
import { FramedexError } from '../errors.ts';
import { unpackBits } from './bits.ts';
import { OVERLAY, overlayPlanes, overlayTag } from './overlay-planes.ts';
import type { CellBits, ElementBits, OverlayFault, OverlayPlane } from './overlay-planes.ts';
import type { FrameFault } from './frame-faults.ts';
import type { LaidOutIndex } from './frame-index.ts';
import type { Samples } from './frame.ts';
import type { Overlay } from './overlay.ts';

/** What reading overlays needs to know of a file. */
export interface OverlayParts {
  readonly header: Header;
  readonly limits: Limits;
}

/** What was decoded of a frame. */
export interface FrameCells {
  readonly data: Samples;
  readonly pixel: ImagePixel;
}

/** Transfer syntaxes whose frames give each bit of their cells back (PS3.5 annex G, A.4.13). */
const WHOLE_CELLS: ReadonlySet<string> = new Set(['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.8.1']);

/**
 * The planes of frame `i`, by what the header says of them.
 *
 * @throws FramedexError `OVERLAY` when strict, for what is left out or guessed otherwise.
 */
export function planesOfFrame(
  { header }: OverlayParts,
  index: LaidOutIndex,
  i: number,
  fault: FrameFault,
): OverlayPlane[] {
  const { dataset, transferSyntax } = header;
  const keepsCells = index.layout.kind === 'native' || WHOLE_CELLS.has(transferSyntax.uid);
  return overlayPlanes(dataset, index.pixel, i, keepsCells, faultOf(header, fault));
}

/**
 * Reads the bits of the planes: of Overlay Data those of this plane alone, in one read where the header
 * does not hold them. Planes whose bits are not all there are reported and left out.
 *
 * The frame's cells are as in the file where a plane is in them, and may be reduced from `rows` and `columns`.
 *
 * @throws FramedexError `FRAME_LIMIT`; `OVERLAY` when strict.
 */
export async function readOverlays(
  parts: OverlayParts,
  planes: readonly OverlayPlane[],
  { data, pixel }: FrameCells,
  { rows, columns }: Pick<ImagePixel, 'rows' | 'columns'>,
  fault: FrameFault,
  signal: AbortSignal | undefined,
): Promise<Overlay[]> {
  const isReduced = pixel.rows !== rows || pixel.columns !== columns;
  const overlays: Overlay[] = [];
  for (const { group, type, label, description, bits } of planes) {
    const plane =
      bits.kind === 'cells'
        ? cellPlane(bits, data, pixel)
        : await elementPlane(parts, bits, signal);
    if (plane === undefined) {
      const message =
        'Overlay Data is too short for its planes: those that are not whole are left out';
      faultOf(parts.header, fault)(message, group, OVERLAY.data);
      continue;
    }
    overlays.push({
      ...{ group, type, ...plane },
      ...(isReduced && { reducedFrom: { rows, columns } }),
      ...(label !== undefined && { label }),
      ...(description !== undefined && { description }),
    });
  }
  return overlays;
}

type Plane = Pick<Overlay, 'rows' | 'columns' | 'row' | 'column' | 'data'>;

function cellPlane({ bit }: CellBits, cells: Samples, { rows, columns }: ImagePixel): Plane {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: step } = cells;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const data = new Uint8Array(rows * columns);
  const shift = bit % 8;
  for (let k = 0, at = bit >> 3; k < data.length; k++, at += step) {
    data[k] = ((bytes[at] ?? 0) >> shift) & 1;
  }
  return { rows, columns, row: 0, column: 0, data };
}

async function elementPlane(
  parts: OverlayParts,
  bits: ElementBits,
  signal: AbortSignal | undefined,
): Promise<Plane | undefined> {
  const { rows, columns, row, column, firstBit } = bits;
  const count = rows * columns;
  const bytes = await planeBytes(parts, bits, count, signal);
  if (bytes === undefined) return undefined;
  const data = unpackBits(bytes, firstBit % 8, count);
  return { rows, columns, row, column, data };
}

/** From the byte on that the plane starts in; undefined unless all of them are there. */
async function planeBytes(
  { header, limits }: OverlayParts,
  { element, firstBit }: ElementBits,
  count: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const { source } = header;
  const from = Math.floor(firstBit / 8);
  const end = Math.ceil((firstBit + count) / 8);
  // Memory is taken for what is there, not for what is claimed.
  if (end > Math.min(element.length, source.size - element.valueOffset)) return undefined;
  if (count > limits.maxFrameBytes) {
    throw new FramedexError('FRAME_LIMIT', 'an overlay is longer than allowed', {
      ...{ name: header.name, tag: element.tag, offset: element.offset },
      ...{ limit: limits.maxFrameBytes, found: `${count} bytes` },
      advice: 'Raise limits.maxFrameBytes if the file is sound.',
    });
  }
  if (header.littleEndian) {
    return element.deferred
      ? readExactly(source, element.valueOffset + from, end - from, { signal })
      : element.bytes.subarray(from, end);
  }
  // Which bytes are swapped, the VR that is written decides: OB and UN are not (PS3.5 7.3, 6.2.2).
  const value = await readValue(header.dataset, element.tag, (offset, length) =>
    readExactly(source, offset, length, { signal }),
  );
  if (!(value instanceof Uint8Array || value instanceof Uint16Array)) return undefined;
  const whole = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return end > whole.length ? undefined : whole.subarray(from, end);
}

function faultOf({ dataset }: Header, fault: FrameFault): OverlayFault {
  return (message, group, element) => {
    const tag = overlayTag(group, element);
    const place = dataset.element(tag) ?? dataset.element(overlayTag(group, OVERLAY.data));
    const name = `overlay ${group.toString(16).toUpperCase()}: ${message}`;
    fault('OVERLAY', name, { offset: place?.offset ?? 0, tag });
  };
}
