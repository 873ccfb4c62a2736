import { memorySource } from '../../src/bytes/memory.ts';
import type { Listing, Member } from '../../src/collection/listing.ts';
import type { PlannedSlice } from '../../src/series/plan.ts';
import { slicesOf as slicesOfInstance } from '../../src/series/slice.ts';
import { dicom, imagePixel, SYNTAX } from './build-dicom.ts';
import type { DicomParts, ElementLike, ImagePixelParts } from './build-dicom.ts';
import { countingSource } from './counting-source.ts';
import type { CountingSource } from './counting-source.ts';
import { openBuilt } from './open-built.ts';

/** A slice of a made-up series; what is left out is as in a regular axial CT. */
export interface SliceParts extends Partial<ImagePixelParts> {
  readonly z?: number | undefined;
  readonly position?: string | undefined;
  readonly orientation?: string | undefined;
  readonly spacing?: string | undefined;
  readonly instanceNumber?: number | undefined;
  readonly slope?: string | undefined;
  readonly intercept?: string | undefined;
  readonly series?: string | undefined;
  readonly more?: readonly ElementLike[] | undefined;
  /** Instead of 2 x 3 cells of `z`. */
  readonly pixels?: ElementLike | undefined;
  readonly transferSyntax?: string | undefined;
  readonly truncate?: number | undefined;
}

/** The object of a slice: 2 rows, 3 columns, 16 bits signed. */
export function sliceParts(parts: SliceParts = {}): DicomParts {
  const { z = 0, position = `0\\0\\${z}`, orientation = '1\\0\\0\\0\\1\\0' } = parts;
  const tagOf = (one: ElementLike): number => ('encode' in one ? (one.tag ?? 0x7fe00010) : one[0]);
  const optional = (tag: number, vr: string, value: string | undefined): ElementLike[] =>
    value === undefined || value === '' ? [] : [[tag, vr, value]];
  const elements: ElementLike[] = [
    [0x00080018, 'UI', `2.25.${1000 + z}`],
    [0x00080060, 'CS', 'CT'],
    [0x0008103e, 'LO', 'Thorax'],
    [0x0020000d, 'UI', '2.25.7'],
    [0x0020000e, 'UI', parts.series ?? '2.25.8'],
    ...optional(0x00200013, 'IS', parts.instanceNumber?.toString()),
    ...optional(0x00200032, 'DS', position),
    ...optional(0x00200037, 'DS', orientation),
    ...optional(0x00280030, 'DS', parts.spacing ?? '0.5\\0.25'),
    ...imagePixel({ rows: 2, columns: 3, pixelRepresentation: 1, ...parts }),
    ...optional(0x00281052, 'DS', parts.intercept),
    ...optional(0x00281053, 'DS', parts.slope),
    ...(parts.more ?? []),
    parts.pixels ?? [0x7fe00010, 'OW', Array<number>(6).fill(z)],
  ];
  elements.sort((a, b) => tagOf(a) - tagOf(b));
  return { transferSyntax: parts.transferSyntax, truncate: parts.truncate, elements };
}

/** The slices as a series sees them, named by their order. */
export async function slicesOf(all: readonly SliceParts[]): Promise<PlannedSlice[]> {
  return Promise.all(
    all.map(async (parts, k) => {
      const { dataset } = (await openBuilt(sliceParts(parts))).file;
      const [slice] = slicesOfInstance({
        name: `IM${k}`,
        dataset,
        frameCount: parts.numberOfFrames ?? 1,
        transferSyntax: parts.transferSyntax ?? SYNTAX.explicitLittle,
        decodable: true,
        warnings: [],
        size: 1000,
      });
      if (slice === undefined) throw new Error('an instance is a slice at least');
      return slice;
    }),
  );
}

/** A listing of objects in memory, in the order given, and the sources that were opened of it. */
export function listingOf(
  objects: Readonly<Record<string, DicomParts | Uint8Array | Member['fault']>>,
): Listing & { readonly opened: readonly CountingSource[]; readonly closed: () => boolean } {
  const opened: CountingSource[] = [];
  let closed = false;
  const members = Object.entries(objects).map(([name, object]): Member => {
    if (object instanceof Error || object === undefined) {
      const open = (): never => {
        throw object ?? new Error('no object');
      };
      return { name, size: 0, fault: object, open };
    }
    const bytes = object instanceof Uint8Array ? object : dicom(object).bytes;
    const open = (): CountingSource => {
      const source = countingSource(memorySource(bytes, name));
      opened.push(source);
      return source;
    };
    return { name, size: bytes.length, open };
  });
  const close = (): Promise<void> => {
    closed = true;
    return Promise.resolve();
  };
  return { name: 'listing', members, close, opened, closed: () => closed };
}
