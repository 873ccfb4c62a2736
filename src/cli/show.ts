import { inSeriesOrder } from '../collection/contact-sheet.ts';
import type { Series } from '../collection/series.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Collection, DicomFile, Image, ThumbnailOptions } from '../node/index.ts';
import { render } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments, usage } from './arguments.ts';
import { contentWords } from './content-words.ts';
import { warningText } from './failures.ts';
import { memberPath } from './inputs.ts';
import { processScreen } from './io.ts';
import type { Io, Screen } from './io.ts';
import { failSkipped, runJob } from './job.ts';
import type { Job } from './job.ts';
import { caption, captionWithout, fileCounts, seriesCounts, titleOf } from './picture-caption.ts';
import { PICTURE_HELP, PICTURE_OPTIONS, longestEdge, pictureOptions } from './picture-options.ts';
import { terminalPicture } from './terminal-picture.ts';
import type { Place } from './terminal-picture.ts';
import { TERMINAL_STYLES, styleOf } from './terminal-style.ts';
import type { TerminalStyle } from './terminal-style.ts';
import { cut } from './terminal.ts';

export const HELP: string = `Usage: framedex show INPUT [--frame I|middle | --icon] [--size N | --width COLUMNS] [--as STYLE]
                           [--window W] [--voi V] [--voi-lut T] [--invert] [--overlays]
                           [--lenient] [--nested] [--stats]

The picture of an instance, in the terminal; of a folder or archive, one of each series. Below it
stands what it is of, how many there are, and which window makes its greys.

  --frame I     counted from 0, over all instances of a series in their order; by default the one
                that the object names as representative, else the one in the middle
  --icon        the icon that the instance brings along, instead of a frame
  --size N      longest edge in pixels. By default a picture is as large as fits the terminal; one
                that is smaller stays as it is
  --width N     so many columns at most, however long the picture is then
  --as STYLE    blocks, blocks-256, kitty, iterm, sixel or ascii, see below
${PICTURE_HELP}  --index FILE  open INPUT with what framedex index saved
  --nested      archives in archives too
  --stats       what it cost, on standard error

  kitty, iterm, sixel   pictures proper, by the protocols of these names
  blocks                two pixels a character, in true colour
  blocks-256            the same in 256 colours
  ascii                 characters for greys, as on a dark screen

Without --as, the environment says what the terminal can do, in this order. ascii: NO_COLOR is set,
or TERM is dumb or linux. Inside tmux: blocks or blocks-256. Inside screen: blocks-256. kitty: TERM
is xterm-kitty or xterm-ghostty. sixel: TERM begins with foot or mlterm, or has sixel in it. By
TERM_PROGRAM: ghostty is kitty; iTerm.app, WezTerm and mintty are iterm; vscode is blocks. kitty
where KITTY_WINDOW_ID is set, iterm where LC_TERMINAL is iTerm2. Then blocks where COLORTERM is
truecolor or 24bit, or TERM has -direct in it, and blocks-256 where not. Where standard output is no
terminal, --as has to say it, and 80 columns are taken.

A series without images, such as a report, is named as what it is, and is no failure.
`;

/** One picture to show. */
interface Subject {
  /** For messages. */
  readonly name: string;
  readonly title: string;
  readonly counts: string;
  /** What the names of its instances begin with. */
  readonly within: string;
  readonly picture: (wanted: Wanted) => Promise<Image>;
}

/** A picture of a frame, or the icon. */
interface Wanted extends ThumbnailOptions {
  readonly icon: boolean;
}

/** How pictures are written. */
interface Showing {
  readonly style: TerminalStyle;
  readonly place: Place;
  /** Captions are no longer. */
  readonly columns: number;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    ...PICTURE_OPTIONS,
    size: { type: 'string' },
    width: { type: 'string' },
    as: { type: 'string' },
  });
  const input = oneInput(positionals);
  const { icon = false, size, width, as, nested, stats } = values;
  if (size !== undefined && width !== undefined) throw usage('--size or --width, not both');
  const wanted: Wanted = { ...pictureOptions(values), icon, signal: io.signal };
  const screen = io.screen ?? processScreen();
  const showing = {
    style: as === undefined ? detected(io, screen) : styleNamed(as),
    place: placeOf(
      size === undefined ? undefined : longestEdge(size),
      width === undefined ? undefined : longestEdge(width, '--width'),
      io.stdout.isTTY ? screen : undefined,
    ),
    columns: io.stdout.isTTY ? Math.max(LEAST_CAPTION, screen.columns) : Infinity,
  };
  return runJob(io, { stats, nested, input }, (job) =>
    job.using(input, {}, async (opened) => {
      if (opened.kind === 'file') {
        await show(job, fileSubject(opened.file, opened.name), wanted, showing);
        return;
      }
      const subjects = await subjectsOf(job, opened.collection);
      for (const [k, subject] of subjects.entries()) {
        job.progress(`${subject.name}: picture ${k + 1} of ${subjects.length}`);
        await showOneOf(job, subject, wanted, showing);
      }
    }),
  );
}

function detected({ stdout }: Io, { environment }: Screen): TerminalStyle {
  if (stdout.isTTY) return styleOf(environment);
  throw usage(`standard output is no terminal: --as says what to write, ${styleNames()}`);
}

function styleNamed(text: string): TerminalStyle {
  const style = TERMINAL_STYLES.find((one) => one === text);
  if (style !== undefined) return style;
  throw usage(`--as is ${styleNames()}, not ${JSON.stringify(text)}`);
}

function styleNames(): string {
  return TERMINAL_STYLES.join(', ').replace(/, (\w+)$/, ' or $1');
}

/** For the caption, and for the line where the next command is typed. */
const OTHER_ROWS = 2;

/** A caption of less would be dots. */
const LEAST_CAPTION = 8;

/** Columns where there is no terminal. */
const USUAL_COLUMNS = 80;

/** What is wider than the terminal would be broken into lines; what is longer, only scrolls. */
function placeOf(
  size: number | undefined,
  width: number | undefined,
  terminal: Screen | undefined,
): Place {
  const widest = terminal?.columns ?? (size === undefined ? USUAL_COLUMNS : Infinity);
  const isLongAsIs = terminal === undefined || size !== undefined || width !== undefined;
  return {
    columns: terminal === undefined ? (width ?? widest) : Math.min(width ?? widest, widest),
    rows: isLongAsIs ? Infinity : Math.max(1, terminal.rows - OTHER_ROWS),
    size,
  };
}

async function subjectsOf(job: Job, collection: Collection): Promise<Subject[]> {
  const { name } = collection;
  const series = await collection.series({
    signal: job.io.signal,
    onProgress: (done, total) => job.progress(`${name}: ${done} of ${total} headers`),
  });
  const names = series.flatMap(({ instances }) => instances.map(({ name: own }) => own));
  await failSkipped(job, collection, names);
  const within = memberPath(name, 'x').slice(0, -1);
  return inSeriesOrder(series).map((one) => seriesSubject(one, within));
}

function seriesSubject(series: Series, within: string): Subject {
  const { uid } = series;
  const title = titleOf(series.instances[0]?.dataset, uid);
  return {
    name: title === uid ? uid : `${title} ${uid}`,
    title,
    counts: seriesCounts(series),
    within,
    picture: ({ icon, ...wanted }) =>
      icon ? seriesIcon(series, wanted) : series.thumbnail(wanted),
  };
}

function fileSubject(file: DicomFile, name: string): Subject {
  return {
    name,
    title: titleOf(file.dataset, name),
    counts: fileCounts(file),
    within: file.name,
    picture: ({ icon, ...wanted }) => (icon ? fileIcon(file, wanted) : file.thumbnail(wanted)),
  };
}

async function fileIcon(file: DicomFile, options: ThumbnailOptions): Promise<Image> {
  const { signal, lenient, ...rendering } = options;
  const icon = await file.icon({ signal, lenient });
  if (icon !== undefined) return render(icon, rendering);
  const advice = 'Without --icon the picture is of a frame.';
  throw new FramedexError('NO_PIXEL_DATA', 'the object has no icon', { name: file.name, advice });
}

async function seriesIcon({ instances }: Series, options: ThumbnailOptions): Promise<Image> {
  const file = await instances[Math.floor(instances.length / 2)]?.open();
  if (file === undefined) throw new FramedexError('NO_PIXEL_DATA', 'the series is empty', {});
  try {
    return await fileIcon(file, options);
  } finally {
    await file.close();
  }
}

/** Of one that is the whole input, what has no picture is a failure. */
async function show(job: Job, subject: Subject, wanted: Wanted, showing: Showing): Promise<void> {
  const { name, title, counts, within, picture } = subject;
  const { style, place, columns } = showing;
  const make = (size: number): Promise<Image> => picture({ ...wanted, size });
  const { image, text } = await terminalPicture(make, style, place);
  // Either all of it or nothing: half of a sequence would be left for the terminal to end.
  job.io.signal.throwIfAborted();
  await job.print(`${text}${cut(caption(title, counts, image, within), columns)}\n`);
  await noteFaults(job, name, image);
}

/** Of one among others, it is said in words. */
async function showOneOf(
  job: Job,
  subject: Subject,
  wanted: Wanted,
  showing: Showing,
): Promise<void> {
  const { name, title, counts } = subject;
  try {
    await show(job, subject, wanted, showing);
  } catch (error) {
    if (isFramedexError(error, 'NO_PIXEL_DATA') || isFramedexError(error, 'VIDEO')) {
      const line = captionWithout(title, counts, insteadOf(error, wanted));
      await job.print(`${cut(line, showing.columns)}\n`);
    } else if (isFramedexError(error, 'USAGE')) {
      // The others may have the window that was named.
      await job.failMany([`${name}: ${error.message.replace(/^USAGE: /, '')}`], 1);
    } else {
      await job.fail(error, name);
    }
  }
}

function insteadOf(
  { details }: FramedexError<'NO_PIXEL_DATA'> | FramedexError<'VIDEO'>,
  { icon }: Wanted,
): string {
  if (icon) return 'no icon';
  return `no picture: ${contentWords(details.content, details.mediaType)}`;
}

async function noteFaults(job: Job, name: string, image: Image): Promise<void> {
  if (image.partial === true) {
    await job.note(`${name}: the frame is broken: what could not be decoded is black`);
  }
  if (image.unverified === true) {
    await job.note(
      `note: ${name} was shown before the checksum of its archive was compared; framedex thumb --verify compares it first`,
    );
  }
  for (const warning of image.warnings ?? []) {
    await job.note(`note: ${warningText(name, warning)}`);
  }
}
