import { createCollection } from '../../src/collection/collection.ts';
import type { ConcatenatedFrames } from '../../src/collection/concatenated-frames.ts';
import type { Concatenation } from '../../src/collection/concatenation.ts';
import type { PartNumbers } from '../../src/collection/part-placement.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from './platform.ts';
import { SYNTAX, encapsulated, imagePixel, sequence } from './build-dicom.ts';
import type { DicomParts, ElementLike } from './build-dicom.ts';
import { rleEncode } from './rle-encode.ts';
import { listingOf } from './slices.ts';

/** One part of a concatenation (PS3.3 C.7.6.16.2.2): elements that are undefined, or empty, are left out. */
export interface PartParts {
  readonly number?: number | undefined;
  readonly total?: number | undefined;
  readonly offset?: number | undefined;
  /** The value of each pixel of its frames, one frame a value. */
  readonly values: readonly number[];
  readonly uid?: string | undefined;
  readonly source?: string | undefined;
  /** Instead of the number of `values`. */
  readonly frames?: string | undefined;
  readonly columns?: number | undefined;
  readonly rle?: boolean | undefined;
  readonly truncate?: number | undefined;
}

/** The object of a part: 8-bit frames of one row, with functional groups that say their values. */
export function part(parts: PartParts): DicomParts {
  const { number, total, offset, values, uid = '2.25.90', source = '2.25.91', columns = 2 } = parts;
  const cells = values.flatMap((value) => Array<number>(columns).fill(value));
  const optional = (tag: number, vr: string, value: string | number | undefined): ElementLike[] =>
    value === undefined || value === '' ? [] : [[tag, vr, value]];
  const frames = values.map((value) =>
    rleEncode(new Uint8Array(columns).fill(value), {
      rows: 1,
      columns,
      samplesPerPixel: 1,
      bytesPerSample: 1,
    }),
  );
  const module = imagePixel({ rows: 1, columns, bitsAllocated: 8 });
  return {
    transferSyntax: parts.rle === true ? SYNTAX.rle : SYNTAX.explicitLittle,
    truncate: parts.truncate,
    elements: [
      [0x00080018, 'UI', `2.25.1${values[0] ?? 0}`],
      [0x0020000d, 'UI', '2.25.7'],
      [0x0020000e, 'UI', '2.25.8'],
      [0x00200013, 'IS', '1'],
      ...optional(0x00200242, 'UI', source),
      ...optional(0x00209161, 'UI', uid),
      ...optional(0x00209162, 'US', number),
      ...optional(0x00209163, 'US', total),
      ...optional(0x00209228, 'UL', offset),
      ...module.slice(0, 2),
      ...optional(0x00280008, 'IS', parts.frames ?? String(values.length)),
      ...module.slice(2),
      sequence(
        0x52009230,
        values.map((value) => [sequence(0x00209111, [[[0x00209157, 'UL', value]]])]),
      ),
      parts.rle === true ? encapsulated({ frames }) : [0x7fe00010, 'OB', Uint8Array.from(cells)],
    ],
  };
}

/** Frames 0 to 2, 3 and 4, 5 to 8, whose pixels are their numbers. */
export const FIRST: PartParts = { number: 1, total: 3, offset: 0, values: [0, 1, 2] };
export const SECOND: PartParts = { number: 2, total: 3, offset: 3, values: [3, 4] };
export const THIRD: PartParts = { number: 3, total: 3, offset: 5, values: [5, 6, 7, 8] };

/** What a series of parts was listed from. */
export interface ListedSeries {
  readonly series: Series;
  readonly listing: ReturnType<typeof listingOf>;
}

/** The series of parts that are called IM0, IM1... */
export async function seriesOf(parts: readonly PartParts[]): Promise<ListedSeries> {
  const objects = Object.fromEntries(parts.map((one, k) => [`IM${k}`, part(one)]));
  const listing = listingOf(objects);
  const collection = createCollection({ listing, context: createContext(), options: {} });
  const [series] = await collection.series();
  if (series === undefined) throw new Error('no series');
  return { series, listing };
}

/** Their one concatenation. */
export async function concatenationOf(
  parts: readonly PartParts[],
): Promise<Concatenation & ListedSeries> {
  const { series, listing } = await seriesOf(parts);
  const [concatenation, ...others] = series.concatenations;
  if (concatenation === undefined || others.length > 0) {
    throw new Error(`${series.concatenations.length} concatenations`);
  }
  return { ...concatenation, series, listing };
}

/** What each frame number gives: its pixel, or the code of its error. */
export async function pixelsOf(frames: ConcatenatedFrames): Promise<unknown[]> {
  return Promise.all(
    Array.from({ length: frames.count }, (_, i) =>
      frames.frame(i).then(
        ({ data, index }) => (index === i ? data[0] : 'another index'),
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
      ),
    ),
  );
}

/** Runs of In-concatenation Numbers: each a number, or its two ends. */
export function runs(...numbers: (number | readonly [number, number])[]): PartNumbers[] {
  return numbers.map((one) => {
    const [from, to] = typeof one === 'number' ? [one, one] : one;
    return { from, to };
  });
}

export function codes({ issues }: Concatenation): string[] {
  return issues.map(({ code }) => code);
}

/** Of each part: the name of its instance, its first frame, and how many it has. */
export function placesOf({ parts }: Concatenation): [string, number, number][] {
  return parts.map(({ instance, from, count }) => [instance.name, from, count]);
}
