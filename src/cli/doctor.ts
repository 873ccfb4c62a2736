import type { Collection, DicomFile } from '../node/index.ts';
import { isFramedexError } from '../node/index.ts';
import { inSeriesOrder } from '../collection/contact-sheet.ts';
import { EVERYWHERE, oneInput, parseArguments, usage } from './arguments.ts';
import { diagnose, unread } from './diagnosis.ts';
import type { Diagnosis, Subject } from './diagnosis.ts';
import {
  NOT_DECODED,
  addToTally,
  createTally,
  diagnosisText,
  failedText,
  summaryText,
} from './doctor-text.ts';
import type { Tally } from './doctor-text.ts';
import { failuresOf } from './failures.ts';
import { wordsForNone } from './fault-words.ts';
import { STDIN, archiveOf, filesOf, memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { nothingIn, runJob } from './job.ts';
import type { Job } from './job.ts';
import { fileEntry } from './member-entry.ts';
import type { FileEntry } from './member-entry.ts';
import { deflatedMember } from './reading-cost.ts';
import { diagnoseSeries, isRemarkable, kindOfSeries, seriesText } from './series-diagnosis.ts';
import { jsonText } from './terminal.ts';
import { groupWarnings } from './warning-groups.ts';

export const HELP: string = `Usage: framedex doctor INPUT... [--all] [--check] [--json] [--nested] [--stats]

What is wrong with each file: every fault with its code, its place, what it means, what framedex did
about it and what to do. How each frame boundary is known, which frames cannot be read and why, and
what reading costs: measured for opening, computed for frames, of which no byte is read. Of several
inputs, a folder or an archive, the files with faults, and at the end what the faults mean. Of a
folder or an archive, each series too that is no regular volume: gaps, distances, tilt, parts, with
the files concerned; headers are read a second time for it.

  --all    files and series without faults too, which are only counted otherwise
  --check  read and decode every frame too; where no codec does, read its bytes; and compare the
           checksum that an archive has of the file
  --json   one document, an array:
           [{ name, kind, size?, verdict, opened,
              error?: { code, message, offset?, tag?, meaning, advice },
              transferSyntax?, decoder?, warningCount,
              warnings: [{ code, count, offset, message, meaning, done, advice,
                cases: [{ message, tag?, offset, count }] }],
              frames?: { count, declaredCount,
                counts: { declared?, found, byBytes?, fragments? },
                strategy, confidence, explanation,
                unreadable: [{ from, to, code, message, offset?, end?, available?,
                  meaning, done?, advice }] },
              bytesBehind?, checksum?,
              cost?: { open: { reads, bytes, requests?, bytesReceived? },
                proof?: { reads, bytes, requests?, bytesReceived? },
                frame?: { first, median, largest }, frames?: { count, bytes },
                requests?: { frame, frames }, fragmentsPerFrame?: { least, most }, inflated? } }]
           and behind the files of a folder or an archive
           { name, kind: "series", uid, study, number, modality, description, instances,
             plan: as of framedex ls --json, each of its reasons with meaning and advice }
           kind is file, or archive or folder where there is something to say of that itself
           verdict is sound, tolerated (faults, and yet all was read), incomplete, unreadable, or
           other: no image, as a text among images is none
           decoder is native (none is needed), built in, package (that is installed apart), missing
           (that package), unknown (of a private encoding, frames may tell), or none; there is none
           where no frame is
           end is where the pixel data ends, available the bytes of frame "from" in front of that
           bytesBehind are those behind native pixel data, which are not looked at
           proof is what is read once, before the first frame; a frame is one read, of so many bytes
           requests are those to the server of a URL: of cost itself, the most that one frame takes,
           and about as many as all take in order
           checksum, with --check, is right, wrong or none: that of the archive
           inflated is "data set" where opening inflates all of it, or { compressed, size, by } of
           the member of an archive that frames are inflated from; by is whole (all of it, once
           while it stays in the cache), checkpoints (in order in passing, else from where it can
           be resumed) or spool (from a temporary file)
  --index FILE
           open INPUT with what framedex index saved
  --nested
           archives in archives too
  --stats  what it cost, on standard error

Exit code 0 where all was read, faults or not; 1 where a file or some of its frames cannot be read.
An INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

/** What is asked for, and what was found so far. */
interface Round {
  readonly job: Job;
  readonly all: boolean;
  readonly check: boolean;
  readonly json: boolean;
  /** Of more files, what faults mean is said once, at the end. */
  readonly several: boolean;
  readonly tally: Tally;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    all: { type: 'boolean' },
    check: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const inputs = positionals.length > 1 ? positionals : [oneInput(positionals)];
  const { all = false, check = false, json = false, nested, stats } = values;
  const tally = createTally();
  if (inputs.includes('')) throw usage('an INPUT is empty');
  const code = await runJob(io, { stats, nested }, async (job) => {
    const common = { job, all, check, json, tally };
    let several = inputs.length > 1;
    for (const input of inputs) {
      several = (await examineInput({ ...common, several }, input)) || several;
    }
    if (json) await job.print('\n]\n');
    else if (several) await job.print(summaryText(tally, check));
    else if (!check && tally.hasFrames) await job.print(NOT_DECODED);
    const failed = failedText(tally);
    // What cannot be read is named in the report: it need not be named again, file by file.
    if (failed !== undefined) await job.note(`${failed} cannot be read in full`);
  });
  return code === 0 && tally.failed !== undefined ? 1 : code;
}

/** Whether the input is one of several files. */
async function examineInput(round: Round, input: string): Promise<boolean> {
  try {
    return await round.job.using(input, {}, async (opened) => {
      if (opened.kind === 'collection') await examineCollection(round, opened);
      else await examineFile(round, opened);
      return opened.kind === 'collection';
    });
  } catch (error) {
    // Of several inputs, one that makes no sense is no reason to say nothing of the others.
    if (!isFramedexError(error) || (error.code === 'USAGE' && !round.several)) throw error;
    const kind =
      error.code.startsWith('ZIP_') && archiveOf(input) === undefined ? 'archive' : 'file';
    await report(round, unread(error, { name: input === STDIN ? 'stdin' : input, kind }));
    return false;
  }
}

async function examineFile(
  round: Round,
  opened: OpenedInput & { readonly kind: 'file' },
): Promise<void> {
  await examine(round, opened.file, opened.name, { ...(await fileEntry(opened)), isAlone: true });
}

/** What goes wrong with one file is said of it, and the others are looked at all the same. */
async function examine(
  round: Round,
  file: DicomFile,
  name: string,
  { size, compressedSize, isAlone }: FileEntry & { readonly isAlone?: boolean } = {},
): Promise<void> {
  const { check, job } = round;
  let diagnosis: Diagnosis;
  try {
    const deflated = deflatedMember(file, size, compressedSize);
    const { signal } = job.io;
    const onProgress = (text: string): void => job.progress(`${name}: ${text}`);
    diagnosis = await diagnose(file, name, { size, deflated, isAlone, check, signal, onProgress });
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    diagnosis = unread(error, { name, size, opened: true });
  }
  await report(round, diagnosis);
}

async function examineCollection(
  outer: Round,
  opened: OpenedInput & { readonly kind: 'collection' },
): Promise<void> {
  const round = { ...outer, several: true };
  const { collection, name } = opened;
  const { job } = round;
  await reportArchive(round, opened);
  const entries = new Map<string, FileEntry>();
  for await (const entry of collection.entries()) entries.set(entry.name, entry);
  const names: string[] = [];
  for await (const file of filesOf(opened)) {
    names.push(file.name);
    await examine(round, file, memberPath(name, file.name), entries.get(file.name));
    const done = names.length + collection.skipped.length;
    job.progress(`${name}: ${done} of ${entries.size} files`);
  }
  await reportSkipped(round, collection, names, entries);
  if (names.length > 0) await examineSeries(round, collection);
}

/** What the series of a folder or an archive would be as volumes. */
async function examineSeries(
  { job, all, json, tally }: Round,
  collection: Collection,
): Promise<void> {
  const { name } = collection;
  const onProgress = (done: number, total: number): void =>
    job.progress(`${name}: ${done} of ${total} headers`);
  const series = await collection.series({ signal: job.io.signal, onProgress });
  for (const one of inSeriesOrder(series)) {
    const diagnosis = diagnoseSeries(one, name);
    tally.series[kindOfSeries(diagnosis)]++;
    if (json) await job.print(`,\n${jsonText(diagnosis)}`);
    else if (all || isRemarkable(diagnosis)) await job.print(seriesText(diagnosis, tally.told));
  }
}

/** What is wrong with an archive itself, or with those in a folder. */
async function reportArchive(
  round: Round,
  { name, collection, bytes }: OpenedInput & { readonly kind: 'collection' },
): Promise<void> {
  const { warnings } = collection;
  if (warnings.length === 0) return;
  await report(round, {
    name,
    kind: kindOf(name),
    size: bytes,
    verdict: 'tolerated',
    opened: true,
    warningCount: warnings.length,
    warnings: groupWarnings(warnings),
  });
}

function kindOf(collection: string): Subject {
  return memberPath(collection, 'x') === `${collection}!/x` ? 'archive' : 'folder';
}

async function reportSkipped(
  round: Round,
  collection: Collection,
  names: readonly string[],
  entries: ReadonlyMap<string, FileEntry>,
): Promise<void> {
  const { skipped } = collection;
  const failures = new Set(failuresOf(skipped, names));
  for (const one of skipped) {
    const name = memberPath(collection.name, one.name);
    const verdict = failures.has(one) ? 'unreadable' : 'other';
    await report(round, unread(one.reason, { name, size: entries.get(one.name)?.size, verdict }));
  }
  if (failures.size > 0 || names.length > 0) return;
  const { name } = collection;
  const words = wordsForNone(skipped.length);
  await report(round, unread(nothingIn(collection), { name, kind: kindOf(name), words }));
}

async function report(round: Round, diagnosis: Diagnosis): Promise<void> {
  const { job, json, all, several, tally } = round;
  const first = tally.reports === 0;
  addToTally(tally, diagnosis);
  if (json) {
    await job.print(`${first ? '[' : ','}\n${jsonText(diagnosis)}`);
    return;
  }
  const { verdict } = diagnosis;
  if (several && !all && (verdict === 'sound' || verdict === 'other')) return;
  await job.print(diagnosisText(diagnosis, several ? 'short' : 'full'));
}
