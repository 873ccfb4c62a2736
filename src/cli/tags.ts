import { tagOf } from '../dicom/dictionary.ts';
import { formatTag } from '../dicom/tag.ts';
import type { Tag } from '../dicom/tag.ts';
import type { DicomFile, DicomJson, DicomJsonAttribute, NodeOpenOptions } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments } from './arguments.ts';
import { failureJson } from './failures.ts';
import { filesOf } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { failSkipped, nothingIn, runJob } from './job.ts';
import type { Job } from './job.ts';
import { tagLines } from './tag-lines.ts';
import { jsonText, printable } from './terminal.ts';

export const HELP: string = `Usage: framedex tags INPUT [--tag K]... [--all] [--json] [--stats]

The data elements of an instance, one a line, as dcmdump has them: tag, VR, value, length, value
multiplicity and keyword. UIDs that the standard knows go by =Name. Of a folder or archive, those of
every instance, below a line "# name". Pixel data is never read.

  --tag K  this element only; may be repeated. K is PatientName, 00100010, 0x00100010 or (0010,0010)
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
  const selection = { wanted, all };
  return runJob(io, { stats, json, input }, (job) =>
    job.using(input, openOptions(selection), (opened) => {
      if (json) return printJson(job, opened, selection);
      return printLines(job, opened, selection);
    }),
  );
}

/** Numbers come as text here: `0x00100010`, as the library takes them. */
function tagOfText(text: string): Tag {
  return tagOf(text.replace(/^0x(?=[\da-f]{8}$)/i, ''));
}

/** Of chosen elements only, and not further than the last of them. */
function openOptions({ wanted, all }: Selection): NodeOpenOptions {
  if (wanted === undefined) return { behindPixelData: all };
  const last = Math.max(...wanted);
  const behindPixelData = last > PIXEL_DATA;
  const until = last < PIXEL_DATA ? last + 1 : undefined;
  return { tags: [...wanted], until, behindPixelData };
}

const PIXEL_DATA = 0x7fe00010;

async function printLines(job: Job, opened: OpenedInput, selection: Selection): Promise<void> {
  let count = 0;
  for await (const file of filesOf(opened)) {
    count++;
    if (opened.kind === 'collection') await job.print(`# ${printable(file.name)}\n`);
    await printFile(job, file, selection);
  }
  await finish(job, opened, count);
}

/** So much text is written at once. */
const CHUNK = 65_536;

async function printFile(job: Job, file: DicomFile, { wanted, all }: Selection): Promise<void> {
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
  await failCut(job, file);
}

async function printJson(job: Job, opened: OpenedInput, selection: Selection): Promise<void> {
  if (opened.kind === 'file') {
    await job.print(`${jsonText(jsonOf(opened.file, selection), 2)}\n`);
    await failCut(job, opened.file);
    return;
  }
  let count = 0;
  for await (const file of filesOf(opened)) {
    const document = { name: file.name, tags: jsonOf(file, selection) };
    await job.print(`${count === 0 ? '[' : ','}\n${jsonText(document)}`);
    count++;
    await failCut(job, file);
  }
  let separator = count === 0 ? '[' : ',';
  for (const { name, ...error } of await finish(job, opened, count)) {
    await job.print(`${separator}\n${jsonText({ name, error })}`);
    separator = ',';
  }
  await job.print(`${separator === '[' ? '[' : ''}\n]\n`);
}

/** The file meta information has no place in the model (PS3.18 F.2), unless it is asked for. */
function jsonOf({ meta, dataset }: DicomFile, { wanted }: Selection): DicomJson {
  const json = dataset.toJSON();
  if (wanted === undefined) return json;
  const both = { ...meta.toJSON(), ...json };
  const chosen: Record<string, DicomJsonAttribute> = {};
  for (const tag of [...wanted].sort((a, b) => a - b)) {
    const key = formatTag(tag).replace(/[(),]/g, '');
    const attribute = both[key];
    if (attribute !== undefined) chosen[key] = attribute;
  }
  return chosen;
}

async function finish(
  job: Job,
  opened: OpenedInput,
  count: number,
): ReturnType<typeof failSkipped> {
  if (opened.kind === 'file') return [];
  const failures = await failSkipped(job, opened.collection);
  if (count > 0) return failures;
  return [...failures, failureJson(await job.fail(nothingIn(opened.collection)))];
}

/** A header that is cut off is a file that could not be read to its end. */
async function failCut(job: Job, { name, warnings }: DicomFile): Promise<void> {
  const cut = warnings.find(({ code }) => code === 'TRUNCATED_VALUE' || code === 'TRUNCATED');
  if (cut !== undefined) await job.warn(name, cut);
}
