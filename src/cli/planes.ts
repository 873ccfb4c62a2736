import type { AnatomicalPlane } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments, usage, wholeNumber } from './arguments.ts';
import { SERIES_HELP, SERIES_OPTIONS, seriesChoice } from './chosen-series.ts';
import type { IndexedIo } from './given-index.ts';
import { GRID_HELP, GRID_OPTIONS, gridChoice, withOptionalValues } from './grid-options.ts';
import { untilUnread } from './io.ts';
import { runJob } from './job.ts';
import { makePlanes } from './make-planes.ts';
import type { WantedPlanes } from './make-planes.ts';
import { FORMAT_OPTIONS, pictureFormat } from './picture-format.ts';
import { PICTURE_OPTIONS, longestEdge, pictureOptions } from './picture-options.ts';
import { refuseFile } from './plane-folder.ts';
import { RANK_HELP, RANK_OPTIONS, RANK_USAGE } from './rank-options.ts';

export const HELP: string = `Usage: framedex planes INPUT -o DIR [--plane axial|coronal|sagittal|all]... [--series S] [--part N]
                             [--range A-B] [--every N] [--format F] [--quality N] [--bits 8|16]
                             [--size N] [--window W] [--voi V] [--voi-lut T] [--invert]
                             [--duplicates first]
                             [--fill-gaps [linear|V]] [--resample [MM]] [--fill V] [--as-is]
                             [--memory MIB] [--overwrite] [--verify] [--json] [--nested] [--stats]
                             ${RANK_USAGE}

Pictures of the planes through a series, as radiologists look at them: axial ones with the patient's
right on the left and the front up, coronal ones with the right on the left and the head up,
sagittal ones with the front on the left and the head up. They are planes of the series' own grid:
where that lies oblique in the patient, those that are nearest, which is said. Pixels are square: a
picture is stretched where the planes' are not. All are shown by one window. The volume is never
held as a whole, but a block of planes. Prints, for each plane, the first and last picture, their
size, and how many there are.

  -o DIR        this folder, which is made: axial-0000, axial-0001... by the number of the plane,
                counted from 0: axial from the feet up, coronal from the front to the back, sagittal
                from the patient's right to the left
  --overwrite   replaces pictures of such planes that are in DIR; without it, nothing is written
                where there is one. What is read is never overwritten
  --plane P     axial, coronal, sagittal or all, which is the default; may be given several times
  --range A-B   planes A to B, both included; A- is from A on
  --every N     every Nth plane
${SERIES_HELP}  --size N      longest edge in pixels, at most 16384; as large as the planes by default
  --window W    centre and width, --window -600,1500; or a window of the middle slice, by its
                number, counted from 0, or its name. By default that slice's own VOI LUT or window,
                or where it has none, one by the values of nine slices
  --voi V       what to prefer: lut or window of the middle slice; percentile or full, by the values
                of nine slices: without the rarest, or all
  --voi-lut T   a VOI LUT of the middle slice, by its number or name
  --invert      dark for light
  --format F    png, jpeg or webp; png by default. JPEG and WebP are written by the package sharp,
                which is installed apart: npm install sharp
  --quality N   1 to 100, of JPEG and WebP; 85 by default
  --bits 16     16 bits a sample instead of 8, in PNG
${GRID_HELP}  --memory MIB  so much for the planes that are put together at a time, 32 by default: all slices
                are read once for each block of so many, but once only for planes that are slices
  --verify      hold members of an archive against their checksums first: without that, some, as
                big deflated ones, are shown before, which is said
  --json        one document: { series, number, part, planes: [{ plane, count, width, height, rows,
                columns, spacing: [between rows, between columns], first, last }], window: { center,
                width, function, from, explanation? }, voiLut?, unverified?, warnings: [{ code,
                message, tag? }], reasons, failures }
  --index FILE  open INPUT with what framedex index saved
  --nested      archives in archives too
  --stats       what it cost, on standard error

What the best series has to be, where --series names none; where none is that, all are refused:

${RANK_HELP}
Slices that are no regular grid have their own planes; those across them are refused: what is wrong
is named, and which option does what about it. So are planes that a tilted gantry skews.
INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

const OPTIONS = {
  ...EVERYWHERE,
  ...SERIES_OPTIONS,
  ...RANK_OPTIONS,
  ...GRID_OPTIONS,
  ...FORMAT_OPTIONS,
  plane: { type: 'string', multiple: true },
  range: { type: 'string' },
  every: { type: 'string' },
  size: { type: 'string' },
  window: PICTURE_OPTIONS.window,
  voi: PICTURE_OPTIONS.voi,
  'voi-lut': PICTURE_OPTIONS['voi-lut'],
  invert: PICTURE_OPTIONS.invert,
  memory: { type: 'string' },
  overwrite: { type: 'boolean' },
  verify: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
} as const;

export async function run(args: readonly string[], io: IndexedIo): Promise<number> {
  const { values, positionals } = parseArguments(withOptionalValues(args), OPTIONS);
  const input = oneInput(positionals);
  const { output, json = false, nested, stats } = values;
  if (output === undefined) throw usage('-o is missing: which folder do the pictures go to?');
  if (output === '' || output === '-')
    throw usage('-o names a folder: pictures of planes are many');
  refuseFile(output);
  const { window, voi, voiLut, invert } = pictureOptions(values);
  const wanted: WantedPlanes = {
    ...{ input, io, folder: output, json },
    overwrite: values.overwrite ?? false,
    planes: planesOf(values.plane),
    choice: seriesChoice(values),
    grid: gridChoice(values),
    range: rangeOf(values),
    voi: { window, voi, voiLut },
    look: { invert, size: values.size === undefined ? undefined : longestEdge(values.size) },
    format: pictureFormat(values),
    verify: values.verify ?? false,
  };
  return runJob(untilUnread(io), { stats, nested, json, input }, (job) =>
    job.using(input, {}, (opened) => makePlanes(job, opened, wanted)),
  );
}

const PLANES = ['axial', 'coronal', 'sagittal'] as const;

function planesOf(texts: readonly string[] = ['all']): readonly AnatomicalPlane[] {
  const wrong = texts.find((text) => text !== 'all' && !PLANES.some((plane) => plane === text));
  if (wrong !== undefined) {
    throw usage(`--plane is ${PLANES.join(', ')} or all, not ${JSON.stringify(wrong)}`);
  }
  return PLANES.filter((plane) => texts.includes('all') || texts.includes(plane));
}

function rangeOf(values: {
  readonly range?: string | undefined;
  readonly every?: string | undefined;
  readonly memory?: string | undefined;
}): WantedPlanes['range'] {
  const { range, every = '1', memory } = values;
  const step = wholeNumber(every, '--every', 1);
  const blockBytes =
    memory === undefined ? undefined : wholeNumber(memory, '--memory', 1) * 2 ** 20;
  if (range === undefined) return { step, blockBytes };
  const [, from = '', dash = '', to = ''] = /^(\d{1,9})(-?)(\d{0,9})$/.exec(range) ?? [];
  const start = from === '' ? Number.NaN : Number(from);
  const last = dash === '' ? start : to === '' ? Infinity : Number(to);
  if (!(last >= start)) {
    throw usage(`--range is A-B, planes counted from 0, or A-, not ${JSON.stringify(range)}`);
  }
  return { start, end: last === Infinity ? undefined : last + 1, step, blockBytes };
}
