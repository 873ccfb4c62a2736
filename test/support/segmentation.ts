import { createCollection } from '../../src/collection/collection.ts';
import { labelVolume } from '../../src/collection/label-volume.ts';
import type { LabelVolume, LabelVolumeOptions } from '../../src/collection/label-volume.ts';
import type { Series } from '../../src/collection/series.ts';
import { createContext } from './platform.ts';
import { imagePixel, sequence } from './build-dicom.ts';
import type { DicomParts, ElementLike } from './build-dicom.ts';
import { listingOf } from './slices.ts';

/** A frame of a made-up segmentation; stored values row by row. */
export interface MaskParts {
  readonly data: readonly number[];
  /** Millimetres up, of a frame at 0, 0. */
  readonly z?: number | undefined;
  /** `undefined` behind `z`; '' for none. */
  readonly position?: string | undefined;
  readonly orientation?: string | undefined;
  /** What Segment Identification says; none by default. */
  readonly segment?: number | readonly number[] | undefined;
}

/** An item of Segment Sequence. */
export interface SegmentParts {
  readonly number: number;
  readonly label?: string | undefined;
  readonly background?: boolean | undefined;
  readonly cielab?: readonly [number, number, number] | undefined;
}

/** A segmentation; what is left out is as in one of axial slices of 0.5 x 0.25 mm. */
export interface SegmentationParts {
  readonly type?: string | undefined;
  readonly rows: number;
  readonly columns: number;
  /** Bits Allocated: 1 by default. */
  readonly bits?: 1 | 8 | 16 | undefined;
  readonly frames: readonly MaskParts[];
  readonly segments?: readonly SegmentParts[] | undefined;
  readonly spacing?: string | undefined;
  /** Spacing Between Slices. */
  readonly between?: string | undefined;
  readonly orientation?: string | undefined;
  readonly padding?: number | undefined;
  /** Maximum Fractional Value; '' for none. */
  readonly maximum?: number | undefined;
  readonly uid?: number | undefined;
  readonly reference?: string | undefined;
  readonly sopClass?: string | undefined;
  readonly more?: readonly ElementLike[] | undefined;
}

const BACKGROUND = sequence(0x0062000f, [
  [
    [0x00080100, 'SH', '125040'],
    [0x00080102, 'SH', 'DCM'],
    [0x00080104, 'LO', 'Background'],
  ],
]);

/** The object of a segmentation (PS3.3 A.51). */
export function segmentation(parts: SegmentationParts): DicomParts {
  const { type = 'BINARY', frames, bits = 1, rows, columns, uid = 1 } = parts;
  const usual = type === 'LABELMAP' ? '7' : '4';
  const elements: ElementLike[] = [
    [0x00080016, 'UI', parts.sopClass ?? `1.2.840.10008.5.1.4.1.1.66.${usual}`],
    [0x00080018, 'UI', `2.25.${uid}`],
    [0x00080060, 'CS', 'SEG'],
    [0x0020000d, 'UI', '2.25.7'],
    [0x0020000e, 'UI', '2.25.8'],
    [0x00200052, 'UI', parts.reference ?? '2.25.9'],
    ...imagePixel({ rows, columns, bitsAllocated: bits, numberOfFrames: frames.length }),
    ...optional(0x00280120, 'US', parts.padding),
    [0x00620001, 'CS', type],
    sequence(0x00620002, (parts.segments ?? [{ number: 1 }]).map(segmentItem)),
    ...optional(0x0062000e, 'US', type === 'FRACTIONAL' ? (parts.maximum ?? 255) : undefined),
    sequence(0x52009229, [sharedGroups(parts)]),
    sequence(0x52009230, frames.map(frameGroups)),
    pixelData(bits, frames),
    ...(parts.more ?? []),
  ];
  const tagOf = (one: ElementLike): number => ('encode' in one ? (one.tag ?? 0) : one[0]);
  elements.sort((a, b) => tagOf(a) - tagOf(b));
  return { elements };
}

function optional(tag: number, vr: string, value: number | string | undefined): ElementLike[] {
  return value === undefined ? [] : [[tag, vr, value]];
}

function segmentItem({ number, label, background, cielab }: SegmentParts): ElementLike[] {
  return [
    [0x00620004, 'US', number],
    [0x00620005, 'LO', label ?? `S${number}`],
    ...(cielab === undefined ? [] : [[0x0062000d, 'US', cielab] as const]),
    ...(background === true ? [BACKGROUND] : []),
  ];
}

function sharedGroups(parts: SegmentationParts): ElementLike[] {
  const measures: ElementLike[] = [
    ...optional(0x00180088, 'DS', parts.between),
    [0x00280030, 'DS', parts.spacing ?? '0.5\\0.25'],
  ];
  const orientation = parts.orientation ?? '1\\0\\0\\0\\1\\0';
  return [
    sequence(0x00209116, [[[0x00200037, 'DS', orientation]]]),
    sequence(0x00289110, [measures]),
  ];
}

function frameGroups({ z = 0, position, segment, orientation }: MaskParts): ElementLike[] {
  const place = position ?? `0\\0\\${z}`;
  return [
    ...(place === '' ? [] : [sequence(0x00209113, [[[0x00200032, 'DS', place]]])]),
    ...(orientation === undefined
      ? []
      : [sequence(0x00209116, [[[0x00200037, 'DS', orientation]]])]),
    ...(segment === undefined ? [] : [sequence(0x0062000a, [[[0x0062000b, 'US', segment]]])]),
  ];
}

/** Frames of one bit follow each other without padding, the first pixel in the lowest bit (PS3.5 8.1.1, D). */
function pixelData(bits: 1 | 8 | 16, frames: readonly MaskParts[]): ElementLike {
  const values = frames.flatMap(({ data }) => data);
  if (bits === 16) return [0x7fe00010, 'OW', values];
  if (bits === 8) return [0x7fe00010, 'OB', values];
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, i) => {
    if (value !== 0) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return [0x7fe00010, 'OB', [...bytes]];
}

/** The one series that objects make. */
export async function seriesOf(
  objects: Readonly<Record<string, DicomParts | Uint8Array>>,
): Promise<Series> {
  const listing = listingOf(objects);
  const collection = createCollection({ listing, context: createContext(), options: {} });
  const [series, ...others] = await collection.series();
  if (series === undefined || others.length > 0) throw new Error('not one series');
  return series;
}

/** Objects of one series as labels; they are called S0, S1... */
export async function labelsOf(
  parts: SegmentationParts | readonly SegmentationParts[],
  options?: LabelVolumeOptions,
): Promise<LabelVolume> {
  const all = [parts].flat() as readonly SegmentationParts[];
  const objects = all.map((one, k) => [`S${k}`, segmentation({ uid: k + 1, ...one })] as const);
  return labelVolume(await seriesOf(Object.fromEntries(objects)), options);
}

/** Slices as text, one character a voxel. */
export function drawn({ data, size: [columns, rows, slices] }: LabelVolume): string[][] {
  return Array.from({ length: slices }, (_, z) =>
    Array.from({ length: rows }, (__, y) =>
      [...data.subarray((z * rows + y) * columns, (z * rows + y + 1) * columns)].join(''),
    ),
  );
}

/** Two rows and three columns: 6 bits, so that frames do not start at bytes. */
export const TWO_SEGMENTS: SegmentationParts = {
  rows: 2,
  columns: 3,
  segments: [{ number: 1 }, { number: 2, cielab: [34885, 53485, 50171] }],
  frames: [
    { z: 4, segment: 2, data: [0, 0, 0, 0, 0, 1] },
    { z: 0, segment: 1, data: [1, 0, 0, 1, 0, 0] },
    { z: 0, segment: 2, data: [0, 0, 1, 0, 0, 1] },
    { z: 2, segment: 1, data: [0, 1, 0, 0, 0, 0] },
  ],
};

/** Columns 0.25 mm and rows 0.5 mm apart, slices 2 mm: 3 x 2 x 3 from 0, 0, 0. */
export function grid(
  size: [number, number, number] = [3, 2, 3],
  origin: readonly number[] = [0, 0, 0],
): { size: [number, number, number]; affine: Float64Array } {
  const [x = 0, y = 0, z = 0] = origin;
  return {
    size,
    affine: Float64Array.of(0.25, 0, 0, x, 0, 0.5, 0, y, 0, 0, 2, z, 0, 0, 0, 1),
  };
}
