import { dictionaryEntry, tagOf } from '../dicom/dictionary.ts';
import { formatTag, hexTag } from '../dicom/tag.ts';
import type { Tag } from '../dicom/tag.ts';
import { isFramedexError } from '../node/index.ts';
import type { DicomFile, DicomJson, DicomJsonAttribute, NodeOpenOptions } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments } from './arguments.ts';
import { filesOf, memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { failCut, failSkipped, runJob } from './job.ts';
import type { Job } from './job.ts';
import { tagLines } from './tag-lines.ts';
import { jsonText, printable } from './terminal.ts';

export const HELP: string = `Usage: framedex tags INPUT [--tag K]... [--all] [--json] [--stats]

The data elements of an instance, one a line, as dcmdump has them: tag, VR, value, length, value
multiplicity and keyword. UIDs that the standard knows go by =Name. Of a folder or archive, those of
every instance, below a line "# name": a name that is an INPUT again. Pixel data is never read.

  --tag K  this element only; may be repeated. K is PatientName, in any case, 00100010, 0x00100010,
           0010,0010 or (0010,0010)
  --all    values in full, which are cut at 64 columns otherwise, and the elements behind the pixel
           data
  --json   one document: the DICOM JSON model (PS3.18 F) of the data set; of a folder or archive
           [{ name, tags }], with error instead of tags where an instance cannot be read
  --stats  what it cost, on standard error
`;

/** Which elements are shown, and how. */
interface Selection {
  /** All where it is undefined. */
  readonly wanted: ReadonlySet<Tag> | undefined;
  readonly all: boolean;
  /** Those of them that no instance had so far. */
  readonly missing: Set<Tag>;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    tag: { type: 'string', multiple: true },
    all: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const input = oneInput(positionals);
  const { all = false, json = false, stats } = values;
  const wanted = values.tag === undefined ? undefined : new Set(values.tag.map(tagOfText));
  const selection = { wanted, all, missing: new Set(wanted) };
  return runJob(io, { stats, json, input }, (job) =>
    job.using(input, openOptions(selection), async (opened) => {
      const read = await (json
        ? printJson(job, opened, selection)
        : printLines(job, opened, selection));
      if (read) await noteMissing(job, selection);
    }),
  );
}

/** A keyword is known by its letters here, whatever their case. */
function tagOfText(text: string): Tag {
  try {
    return tagOf(text);
  } catch (error) {
    const advice = isFramedexError(error, 'USAGE') ? (error.details.advice ?? '') : '';
    const meant = /^Did you mean (\w+)\?$/.exec(advice)?.[1];
    if (meant?.toLowerCase() === text.toLowerCase()) return tagOf(meant);
    throw error;
  }
}

/** Elements out of order are found too: the pass goes on behind the last of those asked for. */
function openOptions({ wanted, all }: Selection): NodeOpenOptions {
  if (wanted === undefined) return { behindPixelData: all };
  return { tags: [...wanted], behindPixelData: Math.max(...wanted) > PIXEL_DATA };
}

async function noteMissing(job: Job, { missing }: Selection): Promise<void> {
  for (const tag of missing) {
    const keyword = dictionaryEntry(tag)?.keyword ?? '';
    const named = [formatTag(tag).toLowerCase(), keyword].filter((part) => part !== '').join(' ');
    await job.note(`${named} is not there`);
  }
}

function markFound({ meta, dataset }: DicomFile, { missing }: Selection): void {
  for (const tag of missing) if (meta.has(tag) || dataset.has(tag)) missing.delete(tag);
}

const PIXEL_DATA = 0x7fe00010;

/** Whether there was any instance. */
async function printLines(job: Job, opened: OpenedInput, selection: Selection): Promise<boolean> {
  if (opened.kind === 'file') {
    await printFile(job, opened.file, selection);
    await failCut(job, opened.name, opened.file.warnings);
    return true;
  }
  const names: string[] = [];
  for await (const file of filesOf(opened)) {
    names.push(file.name);
    const name = memberPath(opened.name, file.name);
    await job.print(`# ${printable(name)}\n`);
    await printFile(job, file, selection);
    await failCut(job, name, file.warnings);
  }
  await failSkipped(job, opened.collection, names);
  return names.length > 0;
}

/** So much text is written at once. */
const CHUNK = 65_536;

async function printFile(job: Job, file: DicomFile, selection: Selection): Promise<void> {
  const { wanted, all } = selection;
  markFound(file, selection);
  let text = '';
  for (const dataset of [file.meta, file.dataset]) {
    for (const line of tagLines(dataset, { whole: all, wanted })) {
      text += `${line}\n`;
      if (text.length < CHUNK) continue;
      await job.print(text);
      text = '';
    }
  }
  if (text !== '') await job.print(text);
}

/** Whether there was any instance. */
async function printJson(job: Job, opened: OpenedInput, selection: Selection): Promise<boolean> {
  if (opened.kind === 'file') {
    await job.print(`${jsonText(jsonOf(opened.file, selection), 2)}\n`);
    await failCut(job, opened.name, opened.file.warnings);
    return true;
  }
  const names: string[] = [];
  for await (const file of filesOf(opened)) {
    const name = memberPath(opened.name, file.name);
    const document = { name, tags: jsonOf(file, selection) };
    await job.print(`${names.length === 0 ? '[' : ','}\n${jsonText(document)}`);
    names.push(file.name);
    await failCut(job, name, file.warnings);
  }
  let separator = names.length === 0 ? '[' : ',';
  for (const { name, ...error } of await failSkipped(job, opened.collection, names)) {
    await job.print(`${separator}\n${jsonText({ name, error })}`);
    separator = ',';
  }
  await job.print(`${separator === '[' ? '[' : ''}\n]\n`);
  return names.length > 0;
}

/** The file meta information has no place in the model (PS3.18 F.2), unless it is asked for. */
function jsonOf(file: DicomFile, selection: Selection): DicomJson {
  const { meta, dataset } = file;
  const { wanted } = selection;
  markFound(file, selection);
  const json = dataset.toJSON();
  if (wanted === undefined) return json;
  const both = { ...meta.toJSON(), ...json };
  const chosen: Record<string, DicomJsonAttribute> = {};
  for (const tag of wanted) {
    const key = hexTag(tag);
    const attribute = both[key];
    if (attribute !== undefined) chosen[key] = attribute;
  }
  return chosen;
}
