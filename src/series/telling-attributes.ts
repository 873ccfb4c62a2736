import type { SliceAttributes } from './frame-table.ts';
import type { SplitCode } from './plan.ts';

/** What may tell images at one place apart: echoes, points in time, b-values. */
export interface TellingAttribute {
  readonly code: SplitCode;
  /** As a message begins: `echo time`. */
  readonly attribute: string;
  readonly value: (attributes: SliceAttributes) => number | string | undefined;
  /** As people would say it; `k` of `n` counts the values in their order, from 1 on. */
  readonly say: (value: number | string, k: number, n: number) => string;
  /** Part of a value by which it may be rounded: 0 by default. */
  readonly rounding?: number | undefined;
  /** The value is a list as DICOM writes it, of which people want to know what differs. */
  readonly list?: boolean | undefined;
  /**
   * A clock runs on from slice to slice too: it tells repetitions apart only where most of them are whole, each with all
   * places.
   */
  readonly clock?: boolean | undefined;
  /** Slices have values of their own, of which the first of each place go together, the second, and so on. */
  readonly ranked?: boolean | undefined;
  /** How bright a tissue is depends on it. */
  readonly contrast?: boolean | undefined;
  /**
   * Part of a value by which slices of one volume may differ at most, where slices at other places would else be other pictures. More than that
   * is another volume; scanners vary an echo time a little from slice to slice.
   */
  readonly mostWithin?: number | undefined;
}

/** Numbers as a scanner measures them. */
const MEASURED = 1e-4;
/** Less of an echo time, an inversion time or a b-value is no other picture. */
const ANOTHER_PICTURE = 0.05;

/** In the order in which they are asked: what was meant before what follows from it. */
export const TELLING_ATTRIBUTES: readonly TellingAttribute[] = [
  {
    code: 'MIXED_STACK',
    attribute: 'stack',
    value: (slice) => slice.get('StackID'),
    say: (value) => `stack ${value}`,
  },
  {
    code: 'MIXED_ACQUISITION',
    attribute: 'acquisition',
    value: (slice) => slice.get('AcquisitionNumber'),
    say: (value) => `acquisition ${value}`,
  },
  {
    code: 'MIXED_ECHO',
    attribute: 'echo time',
    value: (slice) => slice.get('EchoTime'),
    say: measured('ms'),
    rounding: MEASURED,
    contrast: true,
    mostWithin: ANOTHER_PICTURE,
  },
  {
    code: 'MIXED_ECHO',
    attribute: 'echo',
    value: (slice) => slice.get('EchoNumbers')?.join(', '),
    say: (value) => `echo ${value}`,
  },
  {
    code: 'MIXED_B_VALUE',
    attribute: 'b-value',
    value: (slice) => slice.get('DiffusionBValue'),
    say: (value) => `b ${brief(value)}`,
    rounding: MEASURED,
    contrast: true,
    mostWithin: ANOTHER_PICTURE,
  },
  {
    code: 'MIXED_GRADIENT',
    attribute: 'gradient direction',
    value: (slice) => directionOf(slice.get('DiffusionGradientOrientation')),
    say: (value) => `direction ${value}`,
    contrast: true,
  },
  {
    code: 'MIXED_TIME',
    attribute: 'temporal position',
    value: (slice) => slice.get('TemporalPositionIdentifier') ?? slice.get('TemporalPositionIndex'),
    say: countedOf('time'),
  },
  {
    code: 'MIXED_PHASE',
    attribute: 'trigger time',
    value: triggerTime,
    say: measured('ms'),
    rounding: MEASURED,
  },
  {
    code: 'MIXED_PHASE',
    attribute: 'part of the cardiac cycle',
    value: (slice) => slice.get('NominalPercentageOfCardiacPhase'),
    say: (value) => `${brief(value)} %`,
    rounding: MEASURED,
  },
  {
    code: 'MIXED_PHASE',
    attribute: 'cardiac phase',
    value: (slice) => slice.get('CardiacCyclePosition'),
    say: (value) => String(value).toLowerCase().replaceAll('_', ' '),
  },
  {
    code: 'MIXED_IMAGE_TYPE',
    attribute: 'image type',
    value: (slice) => slice.get('ImageType')?.join('\\'),
    say: String,
    list: true,
    contrast: true,
  },
  {
    code: 'MIXED_CONTRAST',
    attribute: 'inversion time',
    value: (slice) => slice.get('InversionTime'),
    say: (value) => `inversion ${brief(value)} ms`,
    rounding: MEASURED,
    contrast: true,
    mostWithin: ANOTHER_PICTURE,
  },
  {
    code: 'MIXED_CONTRAST',
    attribute: 'flip angle',
    value: (slice) => slice.get('FlipAngle'),
    say: (value) => `flip angle ${brief(value)}`,
    rounding: MEASURED,
    contrast: true,
  },
  {
    code: 'MIXED_CONTRAST',
    attribute: 'convolution kernel',
    value: (slice) => slice.get('ConvolutionKernel')?.join(' '),
    say: (value) => `kernel ${value}`,
    contrast: true,
  },
  {
    code: 'MIXED_CONTRAST',
    attribute: 'tube voltage',
    value: (slice) => slice.get('KVP'),
    say: measured('kV'),
    rounding: MEASURED,
    contrast: true,
  },
  clock('frame reference time', (slice) => slice.get('FrameReferenceTime')),
  clock('acquisition time', (slice) => dateTime('', slice.get('AcquisitionDateTime'))),
  clock('acquisition time', acquisitionTime),
  clock('content time', (slice) => dateTime(slice.get('ContentDate'), slice.get('ContentTime'))),
];

/** Where each slice has a clock of its own; Content Time is that of the computer, which may sort slices by anything. */
export const RANKED_ATTRIBUTES: readonly TellingAttribute[] = [
  {
    code: 'MIXED_PHASE',
    attribute: 'trigger time',
    value: triggerTime,
    say: countedOf('phase'),
    clock: true,
    ranked: true,
  },
  clock('frame reference time', (slice) => slice.get('FrameReferenceTime'), true),
  clock('acquisition time', (slice) => dateTime('', slice.get('AcquisitionDateTime')), true),
  clock('acquisition time', acquisitionTime, true),
];

/** One of the indices that frames are ordered by (PS3.3 C.7.6.17), counted from 0. */
export function dimensionIndex(k: number): TellingAttribute {
  return {
    code: 'REPEATED',
    attribute: `dimension ${k + 1}`,
    value: (slice) => slice.get('DimensionIndexValues')?.[k],
    say: (value) => `dimension ${k + 1}: ${value}`,
    clock: true,
  };
}

function clock(
  attribute: string,
  value: TellingAttribute['value'],
  ranked = false,
): TellingAttribute {
  return { code: 'MIXED_TIME', attribute, value, say: countedOf('time'), clock: true, ranked };
}

function triggerTime(slice: SliceAttributes): number | undefined {
  return slice.get('TriggerTime') ?? slice.get('NominalCardiacTriggerDelayTime');
}

function measured(unit: string): TellingAttribute['say'] {
  return (value) => `${brief(value)} ${unit}`;
}

function countedOf(noun: string): TellingAttribute['say'] {
  return (_, k, n) => `${noun} ${k} of ${n}`;
}

function brief(value: number | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : value;
}

/** To four digits, as unit vectors of one direction agree. */
function directionOf(vector: readonly number[] | undefined): string | undefined {
  return vector?.map((part) => String(Number(part.toFixed(4)) + 0)).join(' ');
}

function acquisitionTime(slice: SliceAttributes): string | undefined {
  return dateTime(slice.get('AcquisitionDate'), slice.get('AcquisitionTime'));
}

/**
 * So that texts are in the order of time, over midnight too: fractions of a second may be of any length, dates have had
 * points in them (PS3.5 6.2).
 */
function dateTime(date: string | undefined, time: string | undefined): string | undefined {
  if (time === undefined || time === '') return undefined;
  const [whole = '', fraction = ''] = time.trim().split('.');
  return `${date?.replaceAll('.', '') ?? ''}${whole}.${fraction.padEnd(6, '0')}`;
}
