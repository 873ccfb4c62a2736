import type { Warning } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import { isSame, paddingOf } from './slice-form.ts';
import type { SliceForm } from './slice-form.ts';

/** What all planes of a volume have in common. */
export interface PlaneAttributes {
  readonly display: DisplayAttributes;
  readonly bitsStored: number;
  readonly photometricInterpretation: string;
  readonly unverified?: true | undefined;
}

/** What a slice says of its own values, which those of other slices need not be like. */
export interface OwnAttributes {
  /** As the volume has values. */
  readonly padding: DisplayAttributes['padding'];
  readonly realWorldValues: DisplayAttributes['realWorldValues'];
  /** What was tolerated of it. */
  readonly warnings?: readonly Warning[] | undefined;
  /** It is in no file. */
  readonly made?: true | undefined;
}

/** What shows the planes of a volume: as its middle slice, the model, is shown. */
export function volumeAttributes(model: Frame, form: SliceForm): PlaneAttributes {
  const { display, bitsStored, photometricInterpretation } = model;
  return {
    display: form.isModality ? modalityDisplay(display) : display,
    bitsStored: form.isModality ? form.sampleBytes * 8 : bitsStored,
    photometricInterpretation,
  };
}

/** What shows modality values: nothing that speaks of stored ones, which each slice had its own of. */
function modalityDisplay(display: DisplayAttributes): DisplayAttributes {
  return {
    ...display,
    rescale: { slope: 1, intercept: 0 },
    padding: undefined,
    palette: undefined,
    realWorldValues: undefined,
  };
}

/** What a slice that was read says of itself. */
export function ownAttributes(frame: Frame, form: SliceForm): OwnAttributes {
  const { warnings = [], display } = frame;
  return {
    padding: paddingOf(frame, form),
    realWorldValues: form.isModality ? undefined : display.realWorldValues,
    ...(warnings.length > 0 && { warnings }),
  };
}

/**
 * What can be said of a slice that was interpolated. Padding became that of the model there, and maps to real world
 * values are those that both slices have.
 */
export function interpolatedAttributes(
  model: OwnAttributes,
  below: OwnAttributes,
  above: OwnAttributes | undefined,
  made: boolean,
): OwnAttributes {
  const isOne = above === undefined || isSame(below.realWorldValues, above.realWorldValues);
  const warnings = [...(below.warnings ?? []), ...(above?.warnings ?? [])];
  return {
    padding: model.padding,
    realWorldValues: isOne ? below.realWorldValues : undefined,
    ...(warnings.length > 0 && { warnings }),
    ...(made && { made }),
  };
}

/** What is said of a slice that is of one value. */
export function filledAttributes({ padding, realWorldValues }: OwnAttributes): OwnAttributes {
  return { padding, realWorldValues, made: true };
}

/**
 * What shows planes across slices: of what each says of its own values, what holds for all of them (PS3.3 C.7.6.16.2.11: a map is
 * that of its image). Padding is that of all that say one; where they say several, none of them is that of a whole plane.
 */
export function commonAttributes<A extends PlaneAttributes>(
  attributes: A,
  slices: readonly OwnAttributes[],
): A {
  const [first] = slices;
  if (first === undefined) return attributes;
  const [padding, ...others] = slices.flatMap((own) => own.padding ?? []);
  const { realWorldValues } = first;
  const display: DisplayAttributes = {
    ...attributes.display,
    padding: others.every((other) => isSame(other, padding)) ? padding : undefined,
    realWorldValues: slices.every((own) => isSame(own.realWorldValues, realWorldValues))
      ? realWorldValues
      : undefined,
  };
  return { ...attributes, display };
}

/** What shows a plane that is a slice: what that says of itself. */
export function sliceAttributes<A extends PlaneAttributes>(
  attributes: A,
  { padding, realWorldValues, warnings, made }: OwnAttributes,
): A & Pick<OwnAttributes, 'warnings' | 'made'> {
  const display = { ...attributes.display, padding, realWorldValues };
  return { ...attributes, display, warnings, made };
}
