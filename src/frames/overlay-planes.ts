import type { Dataset, Element } from '../dicom/dataset.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { elementOf, groupOf } from '../dicom/tag.ts';
import type { Tag } from '../dicom/tag.ts';
import type { Overlay } from './overlay.ts';

/** The elements of one group that are read here (PS3.3 C.9.2 and C.9.3). */
export const OVERLAY = {
  rows: 0x0010,
  columns: 0x0011,
  frames: 0x0015,
  description: 0x0022,
  type: 0x0040,
  origin: 0x0050,
  firstFrame: 0x0051,
  bitsAllocated: 0x0100,
  bitPosition: 0x0102,
  label: 0x1500,
  data: 0x3000,
} as const;

/** Sixteen groups, 6000 to 601E (PS3.5 7.6). */
const GROUPS: readonly number[] = Array.from({ length: 16 }, (_, k) => 0x6000 + 2 * k);

const ELEMENTS: ReadonlySet<number> = new Set(Object.values(OVERLAY));

/** Whether an element is one of those that are read of overlays. */
export function isOverlayTag(tag: Tag): boolean {
  const group = groupOf(tag);
  return group >= 0x6000 && group <= 0x601e && group % 2 === 0 && ELEMENTS.has(elementOf(tag));
}

/** A plane that belongs to a frame, and where its bits are. */
export interface OverlayPlane {
  readonly group: number;
  readonly type: 'G' | 'R';
  readonly label: string | undefined;
  readonly description: string | undefined;
  readonly bits: ElementBits | CellBits;
}

/** One bit a pixel in Overlay Data (PS3.5 8.1.2). */
export interface ElementBits extends Pick<Overlay, 'rows' | 'columns' | 'row' | 'column'> {
  readonly kind: 'element';
  readonly element: Element;
  readonly firstBit: number;
}

/** A bit of each cell of the frame, beside the stored value; retired (PS3.3-2004 C.9.2, PS3.5-2004 8.1.2). */
export interface CellBits {
  readonly kind: 'cells';
  readonly bit: number;
}

/** Records what is wrong with a plane. */
export type OverlayFault = (message: string, group: number, element: number) => void;

/** The tag of an element of a group. */
export function overlayTag(group: number, element: number): Tag {
  return group * 0x10000 + element;
}

/**
 * The groups that say where an overlay plane has its bits. Some writers leave the elements of one that is
 * none, without values.
 */
export function overlayGroups(dataset: Dataset): number[] {
  return GROUPS.filter(
    (group) =>
      hasData(dataset, group) || numberOf(dataset, group, OVERLAY.bitPosition) !== undefined,
  );
}

/**
 * The planes that belong to frame `i`, as far as the header tells. Those of which it does not tell where
 * their bits are, or says what cannot be, are reported and left out.
 *
 * @param keepsCells - The cells of the frame come with all their bits.
 */
export function overlayPlanes(
  dataset: Dataset,
  pixel: ImagePixel,
  i: number,
  keepsCells: boolean,
  fault: OverlayFault,
): OverlayPlane[] {
  const planes: OverlayPlane[] = [];
  for (const group of overlayGroups(dataset)) {
    const bits = hasData(dataset, group)
      ? elementBits(dataset, group, i, fault)
      : cellBits(dataset, group, pixel, keepsCells, fault);
    if (bits === undefined) continue;
    const label = textOf(dataset, group, OVERLAY.label);
    const description = textOf(dataset, group, OVERLAY.description);
    planes.push({ group, type: typeOf(dataset, group, fault), label, description, bits });
  }
  return planes;
}

function hasData(dataset: Dataset, group: number): boolean {
  const element = dataset.element(overlayTag(group, OVERLAY.data));
  return element !== undefined && element.length > 0;
}

function elementBits(
  dataset: Dataset,
  group: number,
  i: number,
  fault: OverlayFault,
): ElementBits | undefined {
  const element = dataset.element(overlayTag(group, OVERLAY.data));
  if (element === undefined) return undefined;
  const rows = numberOf(dataset, group, OVERLAY.rows) ?? 0;
  const columns = numberOf(dataset, group, OVERLAY.columns) ?? 0;
  if (rows < 1 || columns < 1) {
    fault('an overlay without rows or columns is left out', group, OVERLAY.rows);
    return undefined;
  }
  const frame = planeOfFrame(dataset, group, i, fault);
  if (frame === undefined) return undefined;
  if (element.length === UNDEFINED_LENGTH) {
    fault('Overlay Data in items: the overlay is left out', group, OVERLAY.data);
    return undefined;
  }
  if (!isOneBit(dataset, group, element, rows * columns, fault)) return undefined;
  const { row, column } = originOf(dataset, group, fault);
  const firstBit = frame * rows * columns;
  return { kind: 'element', element, firstBit, rows, columns, row, column };
}

/** What Overlay Data holds is one bit a pixel, whatever is said of it: its length must say so too. */
function isOneBit(
  dataset: Dataset,
  group: number,
  { length }: Element,
  pixels: number,
  fault: OverlayFault,
): boolean {
  const allocated = numberOf(dataset, group, OVERLAY.bitsAllocated) ?? 1;
  const position = numberOf(dataset, group, OVERLAY.bitPosition) ?? 0;
  if (allocated === 1 && position === 0) return true;
  const planes = Math.max(1, numberOf(dataset, group, OVERLAY.frames) ?? 1);
  const needed = Math.ceil((pixels * planes) / 8);
  const isRead = length === needed + (needed % 2) || length === needed;
  const says = `Overlay Data of ${allocated} bits allocated, bit ${position}`;
  const end = isRead ? 'read as one bit a pixel' : 'the overlay is left out';
  fault(`${says}: ${end}`, group, OVERLAY.bitsAllocated);
  return isRead;
}

/**
 * Which plane of Overlay Data is that of frame `i`: planes belong to frames from Image Frame Origin on,
 * one to one (PS3.3 C.9.3.1.1). What has neither that nor Number of Frames in Overlay is no multi-frame
 * overlay: its one plane is of every frame.
 */
function planeOfFrame(
  dataset: Dataset,
  group: number,
  i: number,
  fault: OverlayFault,
): number | undefined {
  const written = numberOf(dataset, group, OVERLAY.frames);
  const origin = numberOf(dataset, group, OVERLAY.firstFrame);
  if (written === undefined && origin === undefined) return 0;
  const count = atLeastOne(written, group, OVERLAY.frames, 'Number of Frames in Overlay', fault);
  const first = atLeastOne(origin, group, OVERLAY.firstFrame, 'Image Frame Origin', fault);
  const plane = i - (first - 1);
  return plane >= 0 && plane < count ? plane : undefined;
}

function atLeastOne(
  written: number | undefined,
  group: number,
  element: number,
  name: string,
  fault: OverlayFault,
): number {
  if (written === undefined || written >= 1) return written ?? 1;
  fault(`${name} is ${written}: read as 1`, group, element);
  return 1;
}

/** Row and column, of which the frame's first is 1\1 (PS3.3 C.9.2). */
function originOf(
  dataset: Dataset,
  group: number,
  fault: OverlayFault,
): { readonly row: number; readonly column: number } {
  const [row, column] = valuesOf(dataset, group, OVERLAY.origin);
  if (isWhole(row) && isWhole(column)) return { row: row - 1, column: column - 1 };
  fault('Overlay Origin is missing or broken: read as 1\\1', group, OVERLAY.origin);
  return { row: 0, column: 0 };
}

function cellBits(
  dataset: Dataset,
  group: number,
  pixel: ImagePixel,
  keepsCells: boolean,
  fault: OverlayFault,
): CellBits | undefined {
  const { rows, columns, bitsAllocated } = pixel;
  const allocated = numberOf(dataset, group, OVERLAY.bitsAllocated);
  if (allocated === 1) {
    fault('no Overlay Data: the overlay is left out', group, OVERLAY.data);
    return undefined;
  }
  const bit = numberOf(dataset, group, OVERLAY.bitPosition) ?? 0;
  const reason = whyNotInCells(bit, pixel, keepsCells);
  if (reason !== undefined) {
    fault(`the overlay in bit ${bit} ${reason}: it is left out`, group, OVERLAY.bitPosition);
    return undefined;
  }
  if (allocated !== bitsAllocated) {
    const message = `Overlay Bits Allocated ${allocated} in cells of ${bitsAllocated} bits`;
    fault(message, group, OVERLAY.bitsAllocated);
  }
  const written = [OVERLAY.rows, OVERLAY.columns].map((one) => numberOf(dataset, group, one));
  if (written[0] !== rows || written[1] !== columns) {
    fault('an overlay in the cells has the size of the frame', group, OVERLAY.rows);
  }
  return { kind: 'cells', bit };
}

function whyNotInCells(
  bit: number,
  { cells, samplesPerPixel, bitsAllocated, bitsStored, highBit }: ImagePixel,
  keepsCells: boolean,
): string | undefined {
  if (cells !== 'integer' || samplesPerPixel !== 1) return 'of cells that can have none';
  if (bit < 0 || bit >= bitsAllocated) return `of cells of ${bitsAllocated} bits`;
  if (bit <= highBit && bit > highBit - bitsStored) return 'is one of the stored values';
  // What was compressed is the values, with or without it (PS3.5 8.2).
  return keepsCells ? undefined : 'is none that the code stream must have';
}

function typeOf(dataset: Dataset, group: number, fault: OverlayFault): 'G' | 'R' {
  const [type] = valuesOf(dataset, group, OVERLAY.type);
  if (type === 'G' || type === 'R') return type;
  fault('Overlay Type is missing or broken: read as G', group, OVERLAY.type);
  return 'G';
}

function textOf(dataset: Dataset, group: number, element: number): string | undefined {
  const [text] = valuesOf(dataset, group, element);
  return typeof text === 'string' ? text : undefined;
}

function numberOf(dataset: Dataset, group: number, element: number): number | undefined {
  const [value] = valuesOf(dataset, group, element);
  return isWhole(value) ? value : undefined;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** None of these is long; one that is says nothing. */
function valuesOf(dataset: Dataset, group: number, element: number): readonly unknown[] {
  const found = dataset.element(overlayTag(group, element));
  return found === undefined || found.deferred ? [] : found.values;
}
