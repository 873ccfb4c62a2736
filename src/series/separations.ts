import { uidName } from '../dicom/uid.ts';
import { complexComponent, isLocalizer, isReformat } from './image-kind.ts';
import { orientationSides } from './orientation.ts';
import { pixelSpacing } from './pixel-spacing.ts';
import type { PlannedSlice, SplitCode } from './plan.ts';
import { sidesByKey, sidesByLikeness } from './sides.ts';
import type { Side } from './sides.ts';
import { isCut } from './slice.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import { TELLING_ATTRIBUTES } from './telling-attributes.ts';
import type { TellingAttribute } from './telling-attributes.ts';
import { valueColumn } from './telling-column.ts';
import type { Tolerances } from './tolerances.ts';

/** In what slices may differ so that they are no one stack, whatever else they have in common. */
export interface Separation {
  readonly code: SplitCode;
  /** What differs, as a message begins: `orientation`. */
  readonly attribute: string;
  /** Of what an image is or is not: the value of the side that is not as the images of a volume are. */
  readonly odd?: string | undefined;
  /** Whether the odd side is taken apart no further. */
  readonly settles?: boolean | undefined;
  /** The sides, the largest first; one where nothing differs. */
  readonly sides: <T extends PlannedInstance>(
    slices: readonly Slice<T>[],
    tolerances: Tolerances,
  ) => readonly Side<T>[];
}

/**
 * In this order: what is no image of a stack is told first, so that its size or its colour is no second reason. Each looks at
 * what those before have left together.
 */
export const SEPARATIONS: readonly Separation[] = [
  isOrNot('INCOMPLETE', ['whole', 'cut'], isCutSlice, true),
  isOrNot('NO_PIXELS', ['image', 'no image'], isNoImage, true),
  isOrNot('MULTI_FRAME', ['one frame', 'several frames'], isSeveral),
  isOrNot('COLOUR', ['grey', 'colour'], isColour),
  isOrNot('LOCALIZER', ['no localizer', 'localizer'], isLocalizer),
  isOrNot('REFORMAT', ['no reformatted image', 'reformatted image'], isReformat),
  {
    code: 'MIXED_MODALITY',
    attribute: 'modality',
    sides: (slices) => sidesByKey(slices, ({ attributes }) => attributes.get('Modality')),
  },
  {
    code: 'MIXED_SOP_CLASS',
    attribute: 'SOP class',
    sides: (slices) => sidesByKey(slices, sopClass, (uid) => uidName(uid) ?? uid),
  },
  { code: 'MIXED_MATRIX', attribute: 'matrix', sides: (slices) => sidesByKey(slices, matrix) },
  { code: 'MIXED_CELLS', attribute: 'pixel cells', sides: (slices) => sidesByKey(slices, cells) },
  isOrNot('NO_POSITION', ['with position', 'no position'], isNowhere),
  {
    code: 'MIXED_FRAME_OF_REFERENCE',
    attribute: 'frame of reference',
    sides: (slices) =>
      sidesByKey(slices, frameOfReference, (_, rank) => `frame of reference ${rank + 1}`),
  },
  {
    code: 'MIXED_ORIENTATION',
    attribute: 'orientation',
    sides: (slices, { orientation }) => orientationSides(slices, orientation),
  },
  { code: 'MIXED_SPACING', attribute: 'pixel spacing', sides: spacingSides },
  {
    code: 'MIXED_IMAGE_TYPE',
    attribute: 'part of the complex number',
    sides: componentSides,
  },
  { code: 'MIXED_SEGMENT', attribute: 'segment', sides: (slices) => sidesByKey(slices, segment) },
];

/**
 * What makes other pictures of the same tissue, asked of slices that repeat no place: what was taken by turns, or
 * one above the other, is no one volume.
 */
export const CONTRAST_SEPARATIONS: readonly Separation[] = TELLING_ATTRIBUTES.flatMap(
  (attribute) =>
    attribute.mostWithin === undefined
      ? []
      : [
          {
            code: attribute.code,
            attribute: attribute.attribute,
            sides: (slices) =>
              contrastSides(slices, { ...attribute, rounding: attribute.mostWithin }),
          },
        ],
);

function isOrNot(
  code: SplitCode,
  [usual, odd]: readonly [string, string],
  isOdd: (slice: PlannedSlice) => boolean,
  settles = false,
): Separation {
  return {
    code,
    attribute: odd,
    odd,
    settles,
    sides: (slices) => sidesByKey(slices, (slice) => (isOdd(slice) ? odd : usual)),
  };
}

function isCutSlice({ instance }: PlannedSlice): boolean {
  return instance.warnings.some(isCut);
}

function isNoImage({ instance, attributes }: PlannedSlice): boolean {
  return instance.frameCount === 0 || !attributes.has('Rows');
}

/** Frames that say where they are come as slices of their own. */
function isSeveral({ instance, attributes }: PlannedSlice): boolean {
  if (instance.frames !== undefined) return false;
  return Math.max(instance.frameCount, attributes.get('NumberOfFrames') ?? 1) > 1;
}

function isColour({ attributes }: PlannedSlice): boolean {
  return (attributes.get('SamplesPerPixel') ?? 1) > 1;
}

function isNowhere({ plane }: PlannedSlice): boolean {
  return plane === undefined;
}

/** Objects that hold the same images in another form, by the class of single ones. */
const SAME_IMAGES: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.5.1.4.1.1.2.1', '1.2.840.10008.5.1.4.1.1.2'],
  ['1.2.840.10008.5.1.4.1.1.2.2', '1.2.840.10008.5.1.4.1.1.2'],
  ['1.2.840.10008.5.1.4.1.1.4.1', '1.2.840.10008.5.1.4.1.1.4'],
  ['1.2.840.10008.5.1.4.1.1.4.4', '1.2.840.10008.5.1.4.1.1.4'],
  ['1.2.840.10008.5.1.4.1.1.130', '1.2.840.10008.5.1.4.1.1.128'],
  ['1.2.840.10008.5.1.4.1.1.128.1', '1.2.840.10008.5.1.4.1.1.128'],
]);

function sopClass({ attributes }: PlannedSlice): string | undefined {
  const uid = attributes.get('SOPClassUID');
  return uid === undefined ? undefined : (SAME_IMAGES.get(uid) ?? uid);
}

/** Magnitude goes without saying, but not beside another part. */
function componentSides<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
): readonly Side<T>[] {
  const components = new Set(slices.map(complexComponent));
  components.delete('magnitude');
  components.delete(undefined);
  return components.size === 0
    ? [{ value: '', slices }]
    : sidesByKey(slices, (slice) => complexComponent(slice) ?? 'not said');
}

/** Sides that differ in an attribute, where two of them at least have two slices. */
function contrastSides<T>(
  slices: readonly Slice<T>[],
  attribute: TellingAttribute,
): readonly Side<T>[] {
  const together = [{ value: '', slices }];
  const values = new Map(
    slices.flatMap((slice) => {
      const value = attribute.value(slice.attributes);
      return value === undefined ? [] : [[slice, value] as const];
    }),
  );
  const column = valueColumn(attribute, [...values.values()], values.size);
  if (column === undefined) return together;
  const ranks = new Map([...values.keys()].map((slice, k) => [slice, column.of[k] ?? 0]));
  const digits = String(column.values.length).length;
  const sides = sidesByKey(
    slices,
    // Of sides of one size, the lower value is first.
    (slice) => ranks.get(slice)?.toString().padStart(digits, '0'),
    (key) => column.values[Number(key)] ?? '',
  );
  return sides.filter((side) => side.slices.length >= 2).length >= 2 ? sides : together;
}

function matrix({ attributes }: PlannedSlice): string {
  return `${attributes.get('Columns')} x ${attributes.get('Rows')}`;
}

function cells({ attributes }: PlannedSlice): string {
  const sign = attributes.get('PixelRepresentation') === 1 ? 'signed' : 'unsigned';
  const bits = attributes.get('BitsAllocated') ?? 'unknown';
  return `${bits} bits ${sign} ${attributes.get('PhotometricInterpretation') ?? ''}`.trimEnd();
}

/** Positions compare within one frame of reference only (PS3.3 C.7.4.1). */
function frameOfReference({ attributes }: PlannedSlice): string | undefined {
  const uid = attributes.get('FrameOfReferenceUID');
  return uid === '' ? undefined : uid;
}

/** What a cell says depends on the segment that it is of (PS3.3 C.8.20.3.1). */
function segment({ attributes }: PlannedSlice): string | undefined {
  const numbers = attributes.get('ReferencedSegmentNumber');
  return numbers === undefined ? undefined : `segment ${numbers.join(', ')}`;
}

function spacingSides<T>(
  slices: readonly Slice<T>[],
  { pixelSpacing: tolerance }: Tolerances,
): readonly Side<T>[] {
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= tolerance * Math.max(a, b);
  return sidesByLikeness(
    slices,
    ({ attributes }) => pixelSpacing(attributes),
    ([rows, columns]) => `${rows} x ${columns} mm`,
    {
      isAlike: (a, b) => isNear(a[0], b[0]) && isNear(a[1], b[1]),
      project: ([rows, columns]) => Math.log(rows) + Math.log(columns),
      // Twice what a logarithm grows by, and what rounding adds.
      width: (2.01 * Math.max(tolerance, 1e-9)) / (1 - Math.min(tolerance, 0.5)),
    },
    ([rows, columns]) => `${Number(rows.toPrecision(6))} x ${Number(columns.toPrecision(6))} mm`,
  );
}
