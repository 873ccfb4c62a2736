import { MOST_BYTES_AHEAD } from '../codecs/frame-decoding.ts';
import { FramedexError } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame, Samples } from '../frames/frame.ts';

/** Slices under way at a time where they are not decoded: more bring nothing on the usual two to four threads that inflate. */
const IN_FLIGHT = 4;
/** Bits of a stored value that float32 holds exactly. */
const EXACT_BITS = 24;

/** A view of memory, of some type of samples. */
export type SamplesType = new (
  memory: ArrayBufferLike,
  offset?: number,
  length?: number,
) => Samples;

/** What slices of one volume have in common, as one of them has it. */
export interface SliceForm {
  /** Of the volume: of the stored values, or of the modality values that are made of them. */
  readonly type: SamplesType;
  readonly stored: SamplesType;
  /** Bytes of a sample in the volume. */
  readonly sampleBytes: number;
  readonly storedBytes: number;
  readonly rows: number;
  readonly columns: number;
  /** Samples of a slice. */
  readonly length: number;
  readonly photometricInterpretation: string;
  /** Of all slices; undefined where each may have its own. */
  readonly rescale: DisplayAttributes['rescale'] | undefined;
  /** Modality values are put, not stored ones. */
  readonly isModality: boolean;
  /** Colours of the stored values, and segments that they stand for. */
  readonly palette: DisplayAttributes['palette'];
  readonly segmentation: DisplayAttributes['segmentation'];
  /** Values stand for something that has no mean. */
  readonly isOfNumbers: boolean;
}

/**
 * What all slices have to be like.
 *
 * @param rescale - `same`: all have that of the model. Else each may have its own, and modality values are made, or stored values kept.
 */
export function sliceForm(
  model: Frame,
  [columns, rows]: readonly [columns: number, rows: number, slices: number],
  rescale: 'same' | 'modality' | 'stored',
): SliceForm {
  const stored = model.data.constructor as SamplesType;
  const isModality = rescale === 'modality';
  const isLong = model.bitsStored > EXACT_BITS && !(model.data instanceof Float32Array);
  const type = isModality ? (isLong ? Float64Array : Float32Array) : stored;
  return {
    type,
    stored,
    sampleBytes: isModality ? (isLong ? 8 : 4) : model.data.BYTES_PER_ELEMENT,
    storedBytes: model.data.BYTES_PER_ELEMENT,
    ...{ rows, columns, length: rows * columns },
    photometricInterpretation: model.photometricInterpretation,
    rescale: rescale === 'same' ? model.display.rescale : undefined,
    isModality,
    palette: model.display.palette,
    segmentation: model.display.segmentation,
    isOfNumbers: isOfNumbers(model),
  };
}

/** Whether values stand for something that has no mean: colours of a palette, segments. */
export function isOfNumbers({
  photometricInterpretation,
  display: { palette, segmentation },
}: Pick<Frame, 'photometricInterpretation' | 'display'>): boolean {
  return (
    photometricInterpretation === 'PALETTE COLOR' ||
    palette !== undefined ||
    (segmentation !== undefined && segmentation.type !== 'FRACTIONAL')
  );
}

/** How many slices are read at a time: as many as threads have work with, and memory is set aside for. */
export function slicesAhead(sliceBytes: number, threads: number): number {
  const most = Math.max(1, Math.floor(MOST_BYTES_AHEAD / sliceBytes));
  return Math.min(most, Math.max(IN_FLIGHT, 2 * threads));
}

/**
 * Whether a slice that was read is what its header said when it was planned.
 *
 * @throws FramedexError `NOT_A_VOLUME` where it is not.
 */
export function checkSlice(frame: Frame, form: SliceForm, name: string): void {
  const { data, display, photometricInterpretation, rows, columns } = frame;
  if (display.modalityLut !== undefined) throw unlike(name, 'no modality table', 'one');
  if (rows !== form.rows || columns !== form.columns) {
    throw unlike(name, `${form.rows} rows, ${form.columns} columns`, `${rows}, ${columns}`);
  }
  if (data.length !== form.length) {
    throw unlike(name, `${form.length} samples`, String(data.length));
  }
  if (data.constructor !== form.stored) {
    throw unlike(name, form.stored.name, data.constructor.name);
  }
  if (photometricInterpretation !== form.photometricInterpretation) {
    throw unlike(name, form.photometricInterpretation, photometricInterpretation);
  }
  const { slope, intercept } = display.rescale;
  const { rescale } = form;
  if (rescale !== undefined && (slope !== rescale.slope || intercept !== rescale.intercept)) {
    throw unlike(name, `rescale ${rescale.slope} ${rescale.intercept}`, `${slope} ${intercept}`);
  }
  if (!isSame(display.palette, form.palette)) {
    throw unlike(name, 'the palette of the middle slice', 'another');
  }
  if (!isSame(display.segmentation, form.segmentation)) {
    throw unlike(name, 'the segment of the middle slice', 'another');
  }
}

/** Whether what two slices say is the same, by content: lists and tables too. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return isSameTable(a, b);
  const [own, others] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return [...new Set([...own.keys(), ...others.keys()])].every((key) =>
    isSame(own.get(key), others.get(key)),
  );
}

function isSameTable(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.constructor !== b.constructor || a.byteLength !== b.byteLength) return false;
  const [left, right] = [a, b].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return left?.every((byte, k) => byte === right?.[k]) ?? false;
}

/** The header of a slice may say another than the one it was planned by. */
export function unlike(name: string, expected: string, found: string): FramedexError {
  const summary = 'the slice is not what its header said';
  return new FramedexError('NOT_A_VOLUME', summary, { name, expected, found });
}

/** The modality values of a slice (PS3.3 C.11.1.1.2). */
export function putModalityValues({ data, display }: Frame, to: Samples): void {
  const { slope, intercept } = display.rescale;
  for (let j = 0; j < data.length; j++) to[j] = Number(data[j] ?? 0) * slope + intercept;
}

/** Samples of one type, byte by byte: TypeScript cannot know of two unions that they are the same. */
export function copySamples(from: Samples, to: Samples, at: number): void {
  const bytes = new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
  new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(bytes, at * to.BYTES_PER_ELEMENT);
}

/** Which values of a slice stand for no pixel (PS3.3 C.7.5.1.1.2), as the volume has them. */
export function paddingOf(frame: Frame, form: SliceForm): DisplayAttributes['padding'] {
  const { padding } = frame.display;
  if (padding === undefined || !form.isModality) return padding;
  const ends = [padding.low, padding.high].map((end) => {
    const value = valueIn(form, frame, end);
    return form.type === Float32Array ? Math.fround(value) : value;
  });
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/** A stored value of a frame, as the volume has it. */
export function valueIn(form: SliceForm, { display }: Frame, stored: number): number {
  const { slope, intercept } = display.rescale;
  return form.isModality ? stored * slope + intercept : stored;
}
