import type { DicomFile, FrameIndex } from '../node/index.ts';
import { isFramedexError } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments } from './arguments.ts';
import { failureJson } from './failures.ts';
import { framesText, listedFrames, placeOf, reasonForNone } from './frames-text.ts';
import { filesOf, memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { failCut, failSkipped, runJob } from './job.ts';
import type { Job } from './job.ts';
import { jsonText, printable } from './terminal.ts';

export const HELP: string = `Usage: framedex frames INPUT [--json] [--nested] [--stats]

Where the frames of an instance are, and how that is known. No pixel is decoded. Of a folder or
archive, those of every instance, below a line "# name": a name that is an INPUT again.

  --json   one document:
           { transferSyntax, count, declaredCount,
             counts: { declared, found, byBytes, fragments }, strategy, confidence, pixel,
             frames: [{ index, ranges: [{ offset, length, bitOffset?, bitLength? }],
               error?: { code, message, offset? } }],
             warnings: [{ code, message, offset, tag? }] }
           of a folder or archive an array of them, each with its name; a frame that has an error
           is not there as a whole, and has no ranges
  --index FILE
           open INPUT with what framedex index saved
  --nested
           archives in archives too
  --stats  what it cost, on standard error

Offsets count in the instance, of a deflated one in what it inflates to. Of native frames,
a million at most are listed.
INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    json: { type: 'boolean' },
  });
  const input = oneInput(positionals);
  const { json = false, nested, stats } = values;
  return runJob(io, { stats, nested, json, input }, (job) =>
    job.using(input, {}, (opened) => (json ? printJson(job, opened) : printText(job, opened))),
  );
}

async function printText(job: Job, opened: OpenedInput): Promise<void> {
  const names: string[] = [];
  for await (const file of filesOf(opened)) {
    names.push(file.name);
    const name = pathOf(opened, file);
    if (opened.kind === 'collection') await job.print(`# ${printable(name)}\n`);
    await job.print(framesText(file));
    await failUnread(job, file, name);
  }
  if (opened.kind === 'collection') await failSkipped(job, opened.collection, names);
}

async function printJson(job: Job, opened: OpenedInput): Promise<void> {
  if (opened.kind === 'file') {
    await printDocument(job, opened.file, {});
    await job.print('\n');
    await failUnread(job, opened.file, opened.name);
    return;
  }
  const names: string[] = [];
  for await (const file of filesOf(opened)) {
    await job.print(names.length === 0 ? '[\n' : ',\n');
    names.push(file.name);
    const name = pathOf(opened, file);
    await printDocument(job, file, { name });
    await failUnread(job, file, name);
  }
  await job.print(names.length === 0 ? '[]\n' : '\n]\n');
  await failSkipped(job, opened.collection, names);
}

function pathOf(opened: OpenedInput, file: DicomFile): string {
  return opened.kind === 'file' ? opened.name : memberPath(opened.name, file.name);
}

/** So many frames are written at once. */
const ROWS = 4096;

/** The index as JSON, a frame a line: an index of a million frames needs no million objects. */
async function printDocument(
  job: Job,
  file: DicomFile,
  name: { readonly name?: string },
): Promise<void> {
  const { transferSyntax, index, warnings } = file;
  const listed = listedFrames(index);
  const { count, declaredCount, counts, strategy, confidence, pixel } = index;
  const known = { count, declaredCount, counts, strategy, confidence, pixel };
  const head = { ...name, transferSyntax, ...known };
  await job.print(`${jsonText(head).slice(0, -1)},\n"frames":[`);
  for (let start = 0; start < listed; start += ROWS) {
    const rows: string[] = [];
    for (let i = start; i < Math.min(start + ROWS, listed); i++) {
      rows.push(frameJson(index, i));
    }
    await job.print(`${start === 0 ? '' : ','}\n${rows.join(',\n')}`);
  }
  await job.print(`],\n"warnings":${jsonText(warnings)}}`);
}

function frameJson(index: FrameIndex, i: number): string {
  const { ranges, error } = placeOf(index, i);
  if (error === undefined) return JSON.stringify({ index: i, ranges });
  const { code, message, offset } = failureJson(error);
  return jsonText({ index: i, ranges, error: { code, message, offset } });
}

async function failUnread(job: Job, file: DicomFile, name: string): Promise<void> {
  const reason = reasonForNone(file.index);
  if (reason !== undefined && !isFramedexError(reason, 'NO_PIXEL_DATA')) {
    await job.fail(reason, name);
  }
  await failCut(job, name, file);
}
