import { EVERYWHERE, parseArguments, usage, wholeNumber } from './arguments.ts';
import type { Parsed } from './arguments.ts';
import { untilUnread } from './io.ts';
import type { IndexedIo } from './given-index.ts';
import { runJob } from './job.ts';
import type { Job } from './job.ts';
import { refuseInputs } from './output-file.ts';
import { FORMAT_OPTIONS, bitsOf, formatOf, qualityOf } from './picture-format.ts';
import { PICTURE_HELP, PICTURE_OPTIONS, longestEdge, pictureOptions } from './picture-options.ts';
import { pictureTarget } from './picture-target.ts';
import { jsonText } from './terminal.ts';
import { makePictures } from './thumb-pictures.ts';
import type { Made, PictureRun } from './thumb-pictures.ts';
import { makeSheet } from './thumb-sheet.ts';
import type { SheetJson } from './thumb-sheet.ts';

export const HELP: string = `Usage: framedex thumb INPUT... [--frame I|middle | --icon] [--size N] [--window W] [--voi V]
                            [--voi-lut T] [--invert] [--overlays] [--bits 8|16] [--lenient]
                            [--verify] -o OUT [--format F] [--quality N] [--json] [--nested]
                            [--stats]
       framedex thumb INPUT... --sheet [--columns N] -o OUT [...]

A picture of an instance; of a folder or archive, one of each series: its middle slice. Of the pixel
data, the bytes of that frame are all that is read. Prints path, size and series of each picture,
and of several INPUTs which one it is of.

  -o OUT        OUT.png, .jpg or .webp; with -2, -3... added for further pictures. Or a folder, as
                a new name without a dot in it is too: in it they are named by series number,
                modality and description, of several INPUTs by these too. - is standard output, for
                one picture. OUT itself is overwritten, unless it is read; any other file never is:
                where a name is taken, the next number is
  --sheet       one picture of all series of all INPUTs, by study and series number, with modality,
                number, description and counts below each. Files of one series are one. Where there
                is no picture, its place says what it is instead. Nothing of the patient is on it
  --columns N   pictures in a row of the sheet; as many as make it about as wide as high by default
  --frame I     counted from 0, over all instances of a series in their order; by default the one
                that the object names as representative, else the one in the middle. Where that is
                broken, one next to it that is not, which is said: of at most eight neighbours,
                with --verify among the slices that are whole in their archive
  --icon        the icon that the instance brings along, of a series its middle one, instead of a
                frame: no pixel data is read
  --size N      longest edge in pixels, 256 by default, at most 16384; a smaller frame stays as it
                is. On a sheet it is 160 by default, at most 2048, and smaller frames are enlarged
${PICTURE_HELP}  --bits 16     16 bits a sample instead of 8, in PNG: greys that 8 bits merge stay apart
  --verify      hold the member of an archive that the picture is of against its checksum;
                without that, a stored or a big deflated one is pictured before, which is said.
                Not for a sheet
  --format F    png, jpeg or webp, in a folder and on standard output; png by default. JPEG and WebP
                are written by the package sharp, which is installed apart: npm install sharp
  --quality N   1 to 100, of JPEG and WebP; 85 by default
  --json        one document: { pictures: [{ input, path, width, height, study, series, number,
                modality, description, shows: { name, frame }, window: { center, width, function,
                from, explanation? }, voiLut: { number, explanation? }, reduced?, partial?,
                unverified?, warnings: [{ code, message, tag? }] }],
                withoutPicture: [{ name, series, content, mediaType? }],
                failures: [{ name, code, message }] }.
                window.from says where it is from: file, caller, or where the file has none,
                percentile, range or depth: most of the frame's values, all of them, or all that
                their bits can be; reduced, how many resolution levels were not decoded. With
                --sheet: { sheet: { path, width, height, pictures: [{ series, shows, window... }],
                leftOut: [series] }, withoutPicture, failures }
  --index FILE  open INPUT with what framedex index saved
  --nested      archives in archives too
  --stats       what it cost, on standard error

What has no picture by its nature, such as a report, is named as what it is and is no failure, also
where a folder or archive holds nothing else. It is one where all INPUTs are such instances, and
where a picture has to go to standard output. An image whose pixels are not there is a failure.
An INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

const OPTIONS = {
  ...EVERYWHERE,
  ...PICTURE_OPTIONS,
  ...FORMAT_OPTIONS,
  size: { type: 'string' },
  sheet: { type: 'boolean' },
  columns: { type: 'string' },
  verify: { type: 'boolean' },
  output: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
} as const;

type Values = Parsed<typeof OPTIONS>['values'];

/** What pictures and sheets have in common. */
type Common = Omit<PictureRun, 'job' | 'wanted'> & { readonly quality: number | undefined };

export async function run(args: readonly string[], io: IndexedIo): Promise<number> {
  const { values, positionals: inputs } = parseArguments(args, OPTIONS);
  if (inputs.length === 0) throw usage('no INPUT is given');
  if (inputs.filter((input) => input === '-').length > 1) {
    throw usage('standard input can be read once only');
  }
  const { output, json = false, nested, stats } = values;
  if (output === undefined) throw usage('-o is missing: where does the picture go?');
  if (json && output === '-') throw usage('--json and a picture cannot both go to standard output');
  const target = pictureTarget(output, io, formatOf(values.format));
  if (target.path !== undefined) refuseInputs(target.path, inputs, io);
  const quality = qualityOf(values.quality, target.format);
  const common = { inputs, target, quality, printed: !json, nested: nested ?? false };
  const make =
    values.sheet === true
      ? sheetMaker(values, common, io.signal)
      : pictureMaker(values, common, io.signal);
  const ownIo = target.kind === 'stream' ? io : untilUnread(io);
  const input = inputs.length === 1 ? inputs[0] : undefined;
  return runJob(ownIo, { stats, nested, json, input }, async (job) => {
    if (target.note !== undefined) await job.note(target.note);
    const document = await make(job);
    if (json) await job.print(`${jsonText(document, 2)}\n`);
  });
}

function pictureMaker(
  values: Values,
  { quality, ...common }: Common,
  signal: AbortSignal,
): (job: Job) => Promise<Made> {
  const { inputs, target } = common;
  const { size = '256', icon = false, verify = false, columns } = values;
  if (columns !== undefined) throw usage('--columns is of a sheet: --sheet');
  if (target.kind === 'stream' && inputs.length > 1) {
    throw usage(`-o - is for one picture, and there are ${inputs.length} inputs`);
  }
  const bits = bitsOf(values.bits, target.format);
  const options = { ...pictureOptions(values), size: longestEdge(size), signal };
  return (job) =>
    makePictures({ ...common, job, wanted: { options, bits, icon, verify, quality } });
}

function sheetMaker(
  values: Values,
  common: Common,
  signal: AbortSignal,
): (job: Job) => Promise<SheetJson> {
  const { size, columns } = values;
  for (const option of ['frame', 'icon', 'bits', 'verify'] as const) {
    if (values[option] !== undefined) throw usage(`--${option} is not for a sheet`);
  }
  const options = {
    ...pictureOptions(values),
    size: size === undefined ? undefined : longestEdge(size),
    columns: columns === undefined ? undefined : wholeNumber(columns, '--columns', 1),
    signal,
  };
  return (job) => makeSheet({ ...common, job, options });
}
