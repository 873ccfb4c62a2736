import { FramedexError } from '../errors.ts';
import { modalitySamples, storedSamples } from './encoded-samples.ts';
import type { EncodedSamples } from './encoded-samples.ts';
import { niftiHeader } from './nifti.ts';
import { npyHeader } from './npy.ts';
import { nrrdHeader } from './nrrd.ts';
import type { FileContent } from './nrrd.ts';
import type { Volume } from './volume.ts';

/** Files that volumes are written to. */
export type VolumeFormat = 'nrrd' | 'npy' | 'nifti';

/** How a volume is written. */
export interface EncodeVolumeOptions {
  /** Compresses: `.nrrd` with `encoding: gzip`, `.nii.gz`. Not of `npy`, which has no such thing. */
  readonly gzip?: boolean | undefined;
  /**
   * Writes the samples as the volume has them. By default, `nrrd` and `npy` get modality values where these are others, because their readers know no rescale and would
   * show Hounsfield units that are 1,024 too high: in the volume's own type or a signed one where slope and intercept are whole numbers, else in float32, or float64 for
   * samples of more than 16 bits. With `stored`, slope and intercept go into key/value pairs of NRRD, `modality_slope` and `modality_intercept`, and npy is without
   * them. NIfTI has its own place for both, in float32, and always gets the samples as they are.
   */
  readonly stored?: boolean | undefined;
  /** A stack that is not regular, as if it were. Refused otherwise. */
  readonly asIs?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A volume as a file, and what samples that has. */
export interface EncodedVolume extends Pick<EncodedSamples, 'samples' | 'rescale'> {
  readonly pieces: AsyncGenerator<Uint8Array>;
}

/**
 * A volume as a file, piece by piece: its header, then views of `data`, or what is made of them, so that nothing is held twice. NRRD and NIfTI say where voxels are in the patient; npy,
 * an array of slices, rows and columns, does not.
 *
 * @throws FramedexError at once: `NOT_A_VOLUME` where the volume is not `regular`, `USAGE` for what the format cannot hold: `rescales` of each slice, NIfTI of more than
 * 32,767 columns, rows or slices.
 *
 * @example
 * ```ts
 * await writeFile('chest.nrrd', encodeVolume(volume, 'nrrd', { gzip: true }));
 * ```
 */
export function encodeVolume(
  volume: Volume,
  format: VolumeFormat,
  options: EncodeVolumeOptions = {},
): AsyncGenerator<Uint8Array> {
  return encodedVolume(volume, format, options).pieces;
}

/** {@link encodeVolume}, and what samples the file has. */
export function encodedVolume(
  volume: Volume,
  format: VolumeFormat,
  { gzip = false, stored = false, asIs = false, signal }: EncodeVolumeOptions = {},
): EncodedVolume {
  if (!FORMATS.includes(format)) {
    const expected = FORMATS.join(', ');
    throw new FramedexError('USAGE', 'there is no such format of volumes', { expected });
  }
  if (!volume.regular && !asIs) throw notRegular(volume);
  if (volume.rescales !== undefined) {
    const advice = 'Build it with modality values.';
    throw new FramedexError('USAGE', 'no file has a rescale for each slice', { advice });
  }
  if (gzip && format === 'npy') throw new FramedexError('USAGE', 'npy is not compressed', {});
  const encoded = stored || format === 'nifti' ? storedSamples(volume) : modalitySamples(volume);
  const { samples, rescale } = encoded;
  const header = headerOf({ grid: volume, samples, rescale }, format, gzip);
  const whole = format === 'nifti' && gzip;
  const pieces = whole
    ? compressed(both(header, encoded.pieces()), signal)
    : behind(header, gzip ? compressed(encoded.pieces(), signal) : encoded.pieces(), signal);
  return { samples, rescale, pieces };
}

const FORMATS: readonly unknown[] = ['nrrd', 'npy', 'nifti'] satisfies VolumeFormat[];

function headerOf(content: FileContent, format: VolumeFormat, gzip: boolean): Uint8Array {
  switch (format) {
    case 'nrrd':
      return nrrdHeader(content, gzip);
    case 'npy':
      return npyHeader(content.grid, content.samples);
    case 'nifti':
      return niftiHeader(content);
  }
}

function notRegular({ plan }: Volume): FramedexError {
  return new FramedexError('NOT_A_VOLUME', 'the slices are not evenly spaced', {
    expected: 'a regular volume',
    found: plan.reasons.find(({ code }) => code !== 'TILT' && code !== 'MIXED_RESCALE')?.message,
    advice: 'Build it with fillGaps or resample, or write it asIs.',
  });
}

function* both(header: Uint8Array, body: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield header;
  yield* body;
}

async function* behind(
  header: Uint8Array,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  yield header;
  for await (const piece of body) {
    signal?.throwIfAborted();
    yield piece;
  }
}

/** By the platform, a piece at a time: the next is taken when there is room for it. */
async function* compressed(
  pieces: Iterator<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const next = pieces.next();
      if (next.done === true) controller.close();
      else controller.enqueue(unshared(next.value));
    },
  });
  const reader = source
    .pipeThrough(new CompressionStream('gzip'), signal && { signal })
    .getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      // What was compressed before the abort is still given by the stream.
      signal?.throwIfAborted();
      yield next.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Streams take no memory that threads share. */
function unshared(piece: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = piece;
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint8Array(piece);
}
