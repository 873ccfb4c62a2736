import type { Series } from '../collection/series.ts';
import type { Collection, DicomFile, Image, ThumbnailOptions } from '../node/index.ts';
import { render } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments, usage } from './arguments.ts';
import { contentWords } from './content-words.ts';
import { memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import { processScreen } from './io.ts';
import type { Io, Screen } from './io.ts';
import { runJob, unverifiedText } from './job.ts';
import type { Job } from './job.ts';
import { createWindowHold, noteUnmet, pictureOrUsual } from './named-window.ts';
import type { WindowHold } from './named-window.ts';
import { iconOf, withMiddleInstance } from './object-icon.ts';
import { caption, captionWithout, fileCounts, seriesCounts, titleOf } from './picture-caption.ts';
import { notePicture } from './picture-notes.ts';
import { PICTURE_HELP, PICTURE_OPTIONS, longestEdge, pictureOptions } from './picture-options.ts';
import { seriesName, seriesOf } from './series-of-input.ts';
import { terminalPicture } from './terminal-picture.ts';
import type { Place } from './terminal-picture.ts';
import { TERMINAL_STYLES, multiplexerOf, styleOf } from './terminal-style.ts';
import type { TerminalStyle } from './terminal-style.ts';
import { cut } from './terminal.ts';
import { isWithoutPicture } from './without-picture.ts';

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
truecolor or 24bit, or TERM has -direct in it; blocks-256 where TERM is not set, has 256color in it,
or begins with xterm or another name of those; ascii where it is anything else, such as vt100. Where
standard output is no terminal, --as has to say it, and 80 columns are taken.

A series without pictures by its nature, such as a report, is named as what it is, and is no
failure; as the one INPUT, such an instance is. An image whose pixels are not there is a failure.
INPUT may be a URL: framedex --help has what is for those, --header and --whole.
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

/** How pictures are made and written. */
interface Showing {
  readonly wanted: Wanted;
  /** Keeps pictures back until one has the window that is asked for. */
  readonly hold: WindowHold;
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
  const showing: Showing = {
    wanted,
    hold: createWindowHold(wanted),
    style: as === undefined ? detected(io, screen) : styleNamed(as),
    place: placeOf(
      size === undefined ? undefined : longestEdge(size),
      width === undefined ? undefined : longestEdge(width, '--width'),
      io.stdout.isTTY ? screen : undefined,
    ),
    columns: io.stdout.isTTY ? Math.max(LEAST_CAPTION, screen.columns) : Infinity,
  };
  return runJob(io, { stats, nested, input }, async (job) => {
    await noteMultiplexer(job, showing.style, screen);
    await job.using(input, {}, (opened) => showInput(job, opened, showing));
    await showing.hold.end();
  });
}

async function showInput(job: Job, opened: OpenedInput, showing: Showing): Promise<void> {
  if (opened.kind === 'file') {
    await show(job, fileSubject(opened.file, opened.name), showing);
    return;
  }
  const subjects = await subjectsOf(job, opened.collection);
  for (const [k, subject] of subjects.entries()) {
    job.progress(`${subject.name}: picture ${k + 1} of ${subjects.length}`);
    await showOneOf(job, subject, showing);
  }
}

const PROTOCOLS: ReadonlySet<TerminalStyle> = new Set(['kitty', 'iterm', 'sixel']);

/** What is asked for by `--as` may never arrive. */
async function noteMultiplexer(
  job: Job,
  style: TerminalStyle,
  { environment }: Screen,
): Promise<void> {
  const multiplexer = job.io.stdout.isTTY ? multiplexerOf(environment) : undefined;
  if (multiplexer === undefined || !PROTOCOLS.has(style)) return;
  await job.note(`note: ${multiplexer} passes no ${style} pictures on, unless it is told to`);
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
  const { series } = await seriesOf(job, collection);
  const within = memberPath(collection.name, 'x').slice(0, -1);
  return series.map((one) => seriesSubject(one, within));
}

function seriesSubject(series: Series, within: string): Subject {
  const title = titleOf(series.instances[0]?.dataset, series.uid);
  return {
    name: seriesName(series),
    title,
    counts: seriesCounts(series),
    within,
    picture: ({ icon, ...wanted }) =>
      icon
        ? withMiddleInstance(series, (file) => iconPicture(file, wanted))
        : series.thumbnail(wanted),
  };
}

function fileSubject(file: DicomFile, name: string): Subject {
  return {
    name,
    title: titleOf(file.dataset, name),
    counts: fileCounts(file),
    within: file.name,
    picture: ({ icon, ...wanted }) => (icon ? iconPicture(file, wanted) : file.thumbnail(wanted)),
  };
}

async function iconPicture(file: DicomFile, options: ThumbnailOptions): Promise<Image> {
  return render(await iconOf(file, options), options);
}

/** Of one that is the whole input, what has no picture is a failure. */
async function show(
  job: Job,
  { name, title, counts, within, picture }: Subject,
  { wanted, style, place, columns, hold }: Showing,
): Promise<void> {
  const made = await pictureOrUsual(wanted, async (asked) => {
    const make = (size: number): Promise<Image> => picture({ ...wanted, ...asked, size });
    return terminalPicture(make, style, place);
  });
  const { image, text } = made.image;
  const line = cut(caption(title, counts, image, within), columns);
  await hold.write({ image, unmet: made.unmet }, async () => {
    // Either all of it or nothing: half of a sequence would be left for the terminal to end.
    job.io.signal.throwIfAborted();
    await job.print(`${text}${line}\n`);
    await notePicture(job, name, image, unverifiedText(name, 1, 'framedex thumb --verify'));
    await noteUnmet(job, name, made, wanted);
  });
}

/** Of one among others, it is said in words. */
async function showOneOf(job: Job, subject: Subject, showing: Showing): Promise<void> {
  const { name, title, counts } = subject;
  const { icon } = showing.wanted;
  try {
    await show(job, subject, showing);
  } catch (error) {
    if (isWithoutPicture(error, icon)) {
      const { content, mediaType } = error.details;
      const why = icon ? 'no icon' : `no picture: ${contentWords(content, mediaType)}`;
      await job.print(`${cut(captionWithout(title, counts, why), showing.columns)}\n`);
    } else await job.fail(error, name);
  }
}
