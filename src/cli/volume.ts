import { isSegmentation } from '../collection/segmentations.ts';
import type { LabelVolume } from '../collection/label-volume.ts';
import { encodedVolume } from '../series/encode-volume.ts';
import type { EncodedVolume } from '../series/encode-volume.ts';
import { DEFAULT_TOLERANCES } from '../series/tolerances.ts';
import type { SliceWarning } from '../series/volume.ts';
import type { PlanIssue, Volume, Warning } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments, usage } from './arguments.ts';
import {
  SERIES_HELP,
  SERIES_OPTIONS,
  bestSeries,
  partOfBest,
  seriesChoice,
} from './chosen-series.ts';
import type { BestSeries, ChosenSeries, SeriesChoice } from './chosen-series.ts';
import { warningText } from './failures.ts';
import type { FailureJson } from './failures.ts';
import { isOfOneFile } from './given-index.ts';
import type { IndexedIo } from './given-index.ts';
import { noteGrid } from './grid-notes.ts';
import {
  GRID_HELP,
  GRID_OPTIONS,
  gridChoice,
  refuseIrregular,
  withOptionalValues,
} from './grid-options.ts';
import type { GridChoice } from './grid-options.ts';
import type { OpenedInput } from './inputs.ts';
import { untilUnread } from './io.ts';
import { runJob, unverifiedText } from './job.ts';
import type { Job } from './job.ts';
import { LABEL_HELP, LABEL_OPTIONS, labelChoice, refuseLabelOptions } from './label-options.ts';
import type { LabelChoice } from './label-options.ts';
import { refuseInputs, refuseMembers, writePieces } from './output-file.ts';
import { RANK_HELP, RANK_OPTIONS, RANK_USAGE } from './rank-options.ts';
import { seriesName } from './series-of-input.ts';
import { sizeText } from './statistics.ts';
import { takenSeries } from './taken-slices.ts';
import { jsonText, printable } from './terminal.ts';
import { verifySlices } from './verify-slices.ts';
import { buildLabels, noteLabels } from './volume-labels.ts';
import { volumeTarget } from './volume-target.ts';
import type { VolumeTarget } from './volume-target.ts';

export const HELP: string = `Usage: framedex volume INPUT [--series S] [--part N] -o OUT [--gzip] [--stored]
                             [--duplicates first]
                             [--fill-gaps [linear|V]] [--resample [MM]] [--fill V] [--as-is]
                             [--on INPUT] [--segments N,N...] [--threshold T] [--overlap O]
                             [--verify] [--format F] [--json] [--nested] [--stats]
                             ${RANK_USAGE}

A series as one block of samples, slice after slice in the order of their positions. Of a folder or
an archive, the best series; of a file of many frames, these. Prints path, bytes, size and spacing.

  -o OUT        OUT.nrrd (3D Slicer, ITK), OUT.npy (NumPy; says nothing of where it is in the
                patient), OUT.nii or OUT.nii.gz (NIfTI-1); overwritten, and there as a whole or not
                at all. - is standard output, and takes --format
  --gzip        compresses what is in an NRRD
  --stored      samples as they are in the files. By default NRRD and npy have modality values, such
                as Hounsfield units, because their readers know no rescale: whole ones stay whole,
                others are 32-bit floats. With --stored, NRRD has the rescale as key/value pairs
                modality_slope and modality_intercept, npy has none. NIfTI always has the samples as
                they are, and the rescale in scl_slope and scl_inter
${SERIES_HELP}${GRID_HELP}  --verify      hold members of an archive against their checksums first: without that, some, as big
                deflated ones, are given before, which is said
  --format F    nrrd, npy or nifti, on standard output
  --json        one document: { series, number, part, path, format, gzip, bytes, size, spacing,
                affine, samples, rescale, made, regular, unverified?,
                segments?: [{ number, label }], overlapping?, warnings: [{ name, frame, code,
                message, offset, tag? }], reasons, failures }.
                affine is 4 x 4, row by row, and takes column, row and slice to millimetres in the
                patient: x to the left, y to the back, z to the head. made: slices that are in no
                file. overlapping: voxels of several segments. warnings: what was tolerated of a
                slice. reasons: what is not as in a regular volume, as framedex ls --json has it
  --index FILE  open INPUT with what framedex index saved
  --nested      archives in archives too
  --stats       what it cost, on standard error

What the best series has to be, where --series names none; where none is that, all are refused:

${RANK_HELP}
${LABEL_HELP}A series that is no regular grid is refused: what is wrong with it is named, and which option does
what about it. A tilted gantry is no fault: the volume is sheared, which NRRD and NIfTI hold.
INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

const OPTIONS = {
  ...EVERYWHERE,
  ...SERIES_OPTIONS,
  ...RANK_OPTIONS,
  ...GRID_OPTIONS,
  ...LABEL_OPTIONS,
  output: { type: 'string', short: 'o' },
  format: { type: 'string' },
  gzip: { type: 'boolean' },
  stored: { type: 'boolean' },
  verify: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** What is to be made of an input. */
interface Wanted {
  readonly input: string;
  readonly choice: SeriesChoice;
  readonly grid: GridChoice;
  readonly labels: LabelChoice;
  readonly target: VolumeTarget;
  readonly stored: boolean;
  readonly verify: boolean;
  readonly json: boolean;
}

export async function run(args: readonly string[], io: IndexedIo): Promise<number> {
  const { values, positionals } = parseArguments(withOptionalValues(args), OPTIONS);
  const input = oneInput(positionals);
  const { json = false, stored = false, verify = false, nested, stats } = values;
  const target = volumeTarget(values, io);
  const labels = labelChoice(values);
  const { on = input } = labels;
  if (on !== input && isOfOneFile(io)) throw usage('--index is of one file: --on has none');
  const wanted: Wanted = {
    choice: seriesChoice(values),
    grid: gridChoice(values),
    ...{ input, labels, target, stored, verify, json },
  };
  const { path } = target;
  if (json && path === undefined) {
    throw usage('--json and a volume cannot both go to standard output');
  }
  if (path !== undefined) refuseInputs(path, [input, on], io);
  const ownIo = path === undefined ? io : untilUnread(io);
  return runJob(ownIo, { stats, nested, json, input }, (job) =>
    job.using(input, {}, async (opened) => {
      if (path !== undefined) await refuseMembers(path, opened);
      await makeVolume(job, opened, wanted);
    }),
  );
}

async function makeVolume(job: Job, opened: OpenedInput, wanted: Wanted): Promise<void> {
  const { choice, grid, target, stored, json } = wanted;
  const best = await bestSeries(job, opened, choice);
  const built = await build(job, opened, best, wanted);
  if (built === undefined) {
    const { failures } = best;
    if (json) await job.print(`${jsonText({ failures }, 2)}\n`);
    return;
  }
  const { chosen, volume } = built;
  const { format, gzip, path } = target;
  const { signal } = job.io;
  const encoded = encodedVolume(volume, format, { gzip, stored, asIs: grid.asIs, signal });
  await noteVolume(job, chosen, volume, wanted);
  if (built.labels !== undefined) await noteLabels(job, built.labels, wanted.labels);
  const bytes = await write(job, path, encoded);
  if (json) {
    const document = documentOf({ ...built, encoded, target, bytes });
    await job.print(`${jsonText(document, 2)}\n`);
  } else if (path !== undefined) {
    await job.print(`${printable(path)}\t${bytes} bytes\t${shapeText(volume, encoded)}\n`);
  }
}

/** A volume, and what it is of. */
interface Built {
  readonly chosen: ChosenSeries;
  readonly volume: Volume;
  /** The same, of a segmentation. */
  readonly labels?: LabelVolume | undefined;
  /** What of the inputs could not be read. */
  readonly failures: readonly FailureJson[];
}

/** Undefined where the input has no series. */
async function build(
  job: Job,
  opened: OpenedInput,
  best: BestSeries,
  wanted: Wanted,
): Promise<Built | undefined> {
  const series = best.ranked[0]?.series;
  if (series !== undefined && isSegmentation(series)) {
    return buildLabels(job, opened, best, series, wanted);
  }
  if (series !== undefined) refuseLabelOptions(series, wanted.labels);
  const named = await partOfBest(job, best, wanted.choice);
  if (named === undefined) return undefined;
  const { grid, stored, verify } = wanted;
  const chosen = takenSeries(named, grid);
  await refuseIrregular(job, chosen, grid);
  if (stored && chosen.plan.reasons.some(({ code }) => code === 'MIXED_RESCALE')) {
    throw usage('--stored: slices differ in rescale, and no file has one for each slice');
  }
  if (verify) await verifySlices(job, opened, chosen);
  const { duplicates, fillGaps, resample, fill } = grid;
  const { signal } = job.io;
  const volume = await chosen.series.volume({
    ...{ part: chosen.part, duplicates, fillGaps, resample, fill, signal },
    mixedRescale: stored ? 'stored' : 'modality',
    onProgress: (done, total) => job.progress(`${done} of ${total} slices`),
  });
  return { chosen, volume, failures: best.failures };
}

async function write(
  job: Job,
  path: string | undefined,
  { pieces }: EncodedVolume,
): Promise<number> {
  if (path !== undefined) return writePieces(path, counted(job, pieces));
  let bytes = 0;
  for await (const piece of pieces) {
    await job.print(piece);
    bytes += piece.length;
  }
  return bytes;
}

async function* counted(job: Job, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    yield piece;
    bytes += piece.length;
    job.progress(`${sizeText(bytes)} written`);
  }
}

/** What whoever opens the file has to know. */
async function noteVolume(
  job: Job,
  chosen: ChosenSeries,
  volume: Volume,
  { grid, target, stored }: Wanted,
): Promise<void> {
  const { plan } = chosen;
  const { rescale, display, unverified } = volume;
  await noteGrid(job, chosen, grid, volume.made);
  const isSheared = plan.tilt >= DEFAULT_TOLERANCES.tilt && grid.resample === undefined;
  if (isSheared) {
    const place = SHEAR[target.format];
    const degrees = plan.tilt.toFixed(1);
    // Labels are not interpolated.
    const way = isSegmentation(chosen.series) ? '' : '; --resample straightens it';
    await job.note(`note: sheared by ${degrees} degrees, ${place}${way}`);
  }
  const isRescaled = rescale.slope !== 1 || rescale.intercept !== 0;
  if (stored && isRescaled && target.format !== 'nifti') {
    const { slope, intercept } = rescale;
    const offset = `${intercept < 0 ? '-' : '+'} ${Math.abs(intercept)}`;
    await job.note(`note: stored values: modality values are stored * ${slope} ${offset}`);
  }
  if (display.palette !== undefined && !isSegmentation(chosen.series)) {
    await job.note('note: the values are numbers of colours, whose palette no such file has');
  }
  await noteWarnings(job, volume);
  if (unverified === true) await job.note(unverifiedText(seriesName(chosen.series)));
}

/** What was tolerated of slices, each fault once. */
async function noteWarnings(job: Job, { warnings }: Volume): Promise<void> {
  const alike = new Map<string, { readonly first: SliceWarning; times: number }>();
  for (const one of warnings) {
    const key = `${one.warning.code} ${one.warning.tag ?? ''} ${one.warning.message}`;
    const same = alike.get(key);
    if (same === undefined) alike.set(key, { first: one, times: 1 });
    else same.times++;
  }
  for (const { first, times } of alike.values()) {
    const rest = times === 1 ? '' : `, and of ${times - 1} more slices`;
    await job.note(`note: ${warningText(first.name, first.warning)}${rest}`);
  }
}

const SHEAR: Readonly<Record<VolumeTarget['format'], string>> = {
  nrrd: 'which is in its space directions',
  nifti: 'which is in its sform',
  npy: 'which npy does not say',
};

/** `512 x 512 x 222 int16, 0.7 x 0.7 x 1.25 mm`. */
function shapeText({ size, spacing }: Volume, { samples }: EncodedVolume): string {
  const type = samples.replace(/Array$/, '').toLowerCase();
  const millimetres = spacing.map((value) => Number(value.toPrecision(6)));
  return `${size.join(' x ')} ${type}, ${millimetres.join(' x ')} mm`;
}

/** What was written, for programs. */
interface VolumeJson {
  readonly series: string;
  readonly number: number | null;
  readonly part: number | null;
  readonly path: string | undefined;
  readonly format: string;
  readonly gzip: boolean;
  readonly bytes: number;
  readonly size: readonly number[];
  readonly spacing: readonly number[];
  readonly affine: readonly number[];
  readonly samples: string;
  readonly rescale: Volume['rescale'];
  readonly made: readonly number[];
  readonly regular: boolean;
  readonly unverified: true | undefined;
  readonly segments: readonly { readonly number: number; readonly label: string }[] | undefined;
  readonly overlapping: number | undefined;
  readonly warnings: readonly (Pick<Warning, 'code' | 'message' | 'offset' | 'tag'> & {
    readonly name: string;
    readonly frame: number;
  })[];
  readonly reasons: readonly PlanIssue[];
  readonly failures: readonly FailureJson[];
}

function documentOf(
  parts: Built & {
    readonly encoded: EncodedVolume;
    readonly target: VolumeTarget;
    readonly bytes: number;
  },
): VolumeJson {
  const { chosen, volume, labels, encoded, target, bytes, failures } = parts;
  const { series, part, plan } = chosen;
  const { size, spacing, affine, made, regular, unverified, warnings } = volume;
  return {
    series: series.uid,
    number: series.instances[0]?.dataset.get('SeriesNumber') ?? null,
    part: part ?? null,
    ...target,
    ...{ bytes, size, spacing },
    affine: [...affine],
    samples: encoded.samples,
    rescale: encoded.rescale,
    ...{ made, regular, unverified },
    segments: labels?.segments.map(({ number, label }) => ({ number, label })),
    overlapping: labels?.overlapping,
    warnings: warnings.map(({ name, frame, warning: { code, message, offset, tag } }) => ({
      ...{ name, frame, code, message, offset, tag },
    })),
    reasons: plan.reasons,
    failures,
  };
}
