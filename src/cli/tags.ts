import { PIXEL_DATA } from '../dicom/element.ts';
import { parseElementPath } from '../dicom/element-path.ts';
import type { ElementName, ElementPath } from '../dicom/element-path.ts';
import { elementToJson } from '../dicom/json.ts';
import { formatTag, hexTag } from '../dicom/tag.ts';
import { isFramedexError } from '../node/index.ts';
import type {
  DicomFile,
  DicomJson,
  DicomJsonAttribute,
  Element,
  NodeOpenOptions,
  Warning,
} from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments } from './arguments.ts';
import { failureJson, tagAndKeyword, warningText } from './failures.ts';
import type { FailureJson } from './failures.ts';
import { filesOf, memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { failCut, failSkipped, runJob } from './job.ts';
import type { Job } from './job.ts';
import { tagLines } from './tag-lines.ts';
import type { LineOptions } from './tag-lines.ts';
import { jsonText, printable } from './terminal.ts';

export const HELP: string = `Usage: framedex tags INPUT... [--tag K]... [--all] [--json] [--nested] [--stats]

The data elements of an instance, one a line, as dcmdump has them: tag, VR, value, length, value
multiplicity and keyword. Text is shown as written, UIDs that the standard knows go by =Name. Of
several inputs, a folder or an archive, those of every instance, below a line "# name": a name that
is an INPUT again. Pixel data is never read. Tolerated faults are named on standard error.

  --tag K  this element only; may be repeated. K is PatientName, in any case, 00100010, 0x00100010,
           0010,0010 or (0010,0010); a private element by its creator, (0019,xx0C,SIEMENS MR
           HEADER); or a path into sequences, items from 0 on:
           ReferencedSeriesSequence.0.SeriesInstanceUID
  --all    values in full, which are cut at 70 columns otherwise, and the elements behind the pixel
           data
  --json   one document: the DICOM JSON model (PS3.18 F) of the data set, elements of --tag by tag
           or path, as 00081115.0.0020000E; of several inputs, a folder or an archive
           [{ name, tags }], with error instead of tags where an instance cannot be read
  --index FILE
           open INPUT with what framedex index saved
  --nested
           archives in archives too
  --stats  what it cost, on standard error

An INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

/** An element that is asked for. */
interface Wanted {
  readonly text: string;
  readonly path: ElementPath;
}

/** Which elements are shown, and how. */
interface Selection {
  /** All where it is undefined. */
  readonly wanted: readonly Wanted[] | undefined;
  readonly all: boolean;
  /** Those of them that no instance had so far. */
  readonly missing: Set<Wanted>;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    tag: { type: 'string', multiple: true },
    all: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const inputs = positionals.length > 1 ? positionals : [oneInput(positionals)];
  const { all = false, json = false, nested, stats } = values;
  const wanted = values.tag === undefined ? undefined : values.tag.map(wantedOf);
  const selection = { wanted, all, missing: new Set(wanted) };
  const [input] = inputs.length === 1 ? inputs : [];
  return runJob(io, { stats, nested, json, input }, async (job) => {
    const page = createPage(job);
    const report = json ? jsonReport(page, selection) : await lineReport(page, selection);
    try {
      const read = await readInputs(job, inputs, report, selection);
      await report.end();
      if (read) await noteMissing(job, selection);
    } finally {
      await page.flush();
    }
  });
}

/** A keyword is known by its letters here, whatever their case. */
function wantedOf(text: string): Wanted {
  try {
    return { text, path: parseElementPath(text) };
  } catch (error) {
    const advice = isFramedexError(error, 'USAGE') ? (error.details.advice ?? '') : '';
    const meant = /^Did you mean (\w+)\?$/.exec(advice)?.[1] ?? '';
    const respelt = text.replace(new RegExp(`\\b${meant}\\b`, 'i'), meant);
    if (respelt === text) throw error;
    return wantedOf(respelt);
  }
}

/** Elements out of order are found too: the pass goes on behind the last of those asked for. */
function openOptions({ wanted, all }: Selection): NodeOpenOptions {
  if (wanted === undefined) return { behindPixelData: all };
  const firsts = wanted.map(({ path }) => path.steps[0]?.sequence ?? path.element);
  const behindPixelData = firsts.some((name) => firstTagOf(name) > PIXEL_DATA);
  return { tags: wanted.map(({ text }) => text), behindPixelData };
}

function firstTagOf(name: ElementName): number {
  return typeof name === 'number' ? name : name.group * 0x10000;
}

/** What becomes of the instances. */
interface Report {
  /** @param name where it is not the only one. */
  show(file: DicomFile, name: string | undefined): Promise<void>;
  /** An instance, or a whole input, that cannot be read. */
  failure(failure: FailureJson): Promise<void>;
  end(): Promise<void>;
}

/** Whether there was any instance. */
async function readInputs(
  job: Job,
  inputs: readonly string[],
  report: Report,
  selection: Selection,
): Promise<boolean> {
  const several = inputs.length > 1;
  let read = false;
  for (const input of inputs) {
    try {
      read =
        (await job.using(input, openOptions(selection), (opened) =>
          readInput(job, opened, report, selection, several),
        )) || read;
    } catch (error) {
      if (!several) throw error;
      const failure = await job.fail(error, input);
      await report.failure({ ...failureJson(failure), name: input });
    }
  }
  return read;
}

async function readInput(
  job: Job,
  opened: OpenedInput,
  report: Report,
  selection: Selection,
  several: boolean,
): Promise<boolean> {
  if (opened.kind === 'file') {
    await report.show(opened.file, several ? opened.name : undefined);
    await tellFaults(job, opened.name, opened.file, selection);
    return true;
  }
  const names: string[] = [];
  for await (const file of filesOf(opened)) {
    names.push(file.name);
    const name = memberPath(opened.name, file.name);
    await report.show(file, name);
    await tellFaults(job, name, file, selection);
  }
  for (const failure of await failSkipped(job, opened.collection, names)) {
    await report.failure(failure);
  }
  return names.length > 0;
}

/**
 * What was tolerated is worth knowing, of the elements that were asked for where some were; a file that is
 * cut off is a failure. Faults that are alike are one line.
 */
async function tellFaults(
  job: Job,
  name: string,
  file: DicomFile,
  { wanted }: Selection,
): Promise<void> {
  await failCut(job, name, file);
  const alike = new Map<string, Warning[]>();
  for (const warning of file.warnings) {
    const { code, message, tag } = warning;
    if (code.startsWith('TRUNCATED') || !concerns(wanted, tag)) continue;
    const key = `${code} ${tag ?? ''} ${message}`;
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [warning]);
    else others.push(warning);
  }
  for (const [first, ...others] of alike.values()) {
    if (first !== undefined) await job.note(warningText(name, first, 1 + others.length));
  }
}

/** Of a path it is the last element: what is said of the sequences around it is said of all in them. */
function concerns(wanted: Selection['wanted'], tag: number | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.some(({ path: { element } }) =>
    typeof element === 'number' ? element === tag : element.group === (tag ?? 0) >>> 16,
  );
}

async function noteMissing(job: Job, { missing }: Selection): Promise<void> {
  for (const { text, path } of missing) {
    const { steps, element } = path;
    const isTag = steps.length === 0 && typeof element === 'number';
    await job.note(`${isTag ? tagAndKeyword(element) : text} is not there`);
  }
}

/** Text on its way to standard output: written in large pieces, as it would cost a call a line. */
interface Page {
  add(text: string): Promise<void>;
  flush(): Promise<void>;
}

const PIECE = 65_536;

function createPage(job: Job): Page {
  let kept = '';
  const flush = async (): Promise<void> => {
    const text = kept;
    kept = '';
    if (text !== '') await job.print(text);
  };
  return {
    flush,
    async add(text) {
      kept += text;
      // Somebody who watches wants to see each file when it is read.
      if (kept.length >= PIECE || job.io.stdout.isTTY) await flush();
    },
  };
}

async function lineReport(page: Page, selection: Selection): Promise<Report> {
  // The names of private elements are more than all the rest that is loaded.
  const { privateName } = await import('../dicom/private-names.ts');
  const options = { whole: selection.all, privateName };
  return {
    async show(file, name) {
      if (name !== undefined) await page.add(`# ${printable(name)}\n`);
      let text = '';
      for (const line of fileLines(file, selection, options)) {
        text += `${line}\n`;
        if (text.length < PIECE) continue;
        await page.add(text);
        text = '';
      }
      await page.add(text);
    },
    // Standard error has them.
    failure: () => Promise.resolve(),
    end: () => Promise.resolve(),
  };
}

function* fileLines(
  file: DicomFile,
  selection: Selection,
  options: LineOptions,
): Generator<string> {
  if (selection.wanted === undefined) {
    yield* tagLines(file.meta, options);
    yield* tagLines(file.dataset, options);
    return;
  }
  for (const { element, path } of foundIn(file, selection)) {
    const steps = path.steps.map(({ sequence, item }) => `${nameText(sequence)}.${item}.`);
    yield* tagLines([element], options, steps.join(''));
  }
}

function nameText(name: ElementName): string {
  if (typeof name === 'number') return formatTag(name).toLowerCase();
  const { group, element, creator } = name;
  return `(${hex(group, 4)},xx${hex(element, 2)},${printable(creator)})`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

interface Found {
  readonly element: Element;
  readonly path: ElementPath;
}

/** What of the elements asked for an instance has, each once, in the order of the file. */
function foundIn(file: DicomFile, { wanted = [], missing }: Selection): readonly Found[] {
  const found = [file.meta, file.dataset].map((dataset) => {
    const byOffset = new Map<number, Found>();
    for (const one of wanted) {
      const element = dataset.element(one.text);
      if (element === undefined) continue;
      missing.delete(one);
      byOffset.set(element.offset, { element, path: one.path });
    }
    return [...byOffset].toSorted(([a], [b]) => a - b).map(([, one]) => one);
  });
  return found.flat();
}

function jsonReport(page: Page, selection: Selection): Report {
  let separator = '[';
  let single = false;
  const add = async (document: object): Promise<void> => {
    await page.add(`${separator}\n${jsonText(document)}`);
    separator = ',';
  };
  return {
    async show(file, name) {
      const tags = jsonOf(file, selection);
      single = name === undefined;
      await (single ? page.add(`${jsonText(tags, 2)}\n`) : add({ name, tags }));
    },
    failure: ({ name, ...error }) => add({ name, error }),
    async end() {
      if (!single) await page.add(`${separator === '[' ? '[' : ''}\n]\n`);
    },
  };
}

/** The file meta information has no place in the model (PS3.18 F.2), unless it is asked for. */
function jsonOf(file: DicomFile, selection: Selection): DicomJson {
  if (selection.wanted === undefined) return file.dataset.toJSON();
  const chosen = Object.create(null) as Record<string, DicomJsonAttribute>;
  for (const { element, path } of foundIn(file, selection)) {
    const steps = path.steps.map(({ sequence, item }) => {
      return `${typeof sequence === 'number' ? hexTag(sequence) : nameText(sequence)}.${item}.`;
    });
    chosen[`${steps.join('')}${hexTag(element.tag)}`] = elementToJson(element);
  }
  return chosen;
}
