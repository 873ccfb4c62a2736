import type { Collection } from '../node/index.ts';
import { isFramedexError } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments } from './arguments.ts';
import { deflatedMembers } from './deflated-members.ts';
import type { FindDeflated } from './deflated-members.ts';
import { diagnose, groupWarnings, unopened } from './diagnosis.ts';
import type { Diagnosis } from './diagnosis.ts';
import { addToTally, createTally, diagnosisText, summaryText } from './doctor-text.ts';
import type { Tally } from './doctor-text.ts';
import { failuresOf } from './failures.ts';
import { archiveOf, filesOf, memberPath, memberSize } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { nothingIn, runJob } from './job.ts';
import type { Job } from './job.ts';
import { jsonText } from './terminal.ts';

export const HELP: string = `Usage: framedex doctor INPUT... [--all] [--check] [--json] [--stats]

What is wrong with each file: every fault with its code, its place, what it means, what framedex did
about it and what to do. How each frame boundary is known, which frames cannot be read and why, and
what reading costs: measured for opening, computed for frames, of which no byte is read. Of several
inputs, a folder or an archive, the files with faults, and at the end what the faults mean.

  --all    files without faults too, which are only counted otherwise
  --check  read and decode every frame too; where no codec does, read its bytes
  --json   one document, an array:
           [{ name, size, verdict, opened, error?, transferSyntax, decoder, warningCount,
              warnings: [{ code, count, offset, message, meaning, done, advice,
                cases: [{ message, tag?, offset, count }] }],
              frames: { count, declaredCount, counts: { declared, found, byBytes, fragments },
                strategy, confidence, explanation, unreadable: [{ from, to, code, message, offset }] },
              cost: { open: { reads, bytes }, frame: { reads, first, median, largest },
                frames: { count, reads, bytes }, fragmentsPerFrame: { least, most }, inflated } }]
           verdict is sound, tolerated (faults, and yet all was read), incomplete, unreadable, or
           other: no image, as a text among images is none
  --index FILE
           open INPUT with what framedex index saved
  --stats  what it cost, on standard error

Exit code 0 where all was read, faults or not; 1 where a file or some of its frames cannot be read.
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
  readonly findDeflated: FindDeflated;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    all: { type: 'boolean' },
    check: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  const inputs = positionals.length > 1 ? positionals : [oneInput(positionals)];
  const { all = false, check = false, json = false, stats } = values;
  const tally = createTally();
  const code = await runJob(io, { stats }, async (job) => {
    const common = { job, all, check, json, tally, findDeflated: deflatedMembers() };
    let several = inputs.length > 1;
    for (const input of inputs) {
      several = (await examineInput({ ...common, several }, input)) || several;
    }
    if (json) await job.print(tally.files === 0 ? '[]\n' : '\n]\n');
    else if (several) await job.print(summaryText(tally, check));
    await noteFailures(job, tally);
  });
  return code === 0 && tally.failed !== undefined ? 1 : code;
}

/** What cannot be read is named in the report: it need not be named again, file by file. */
async function noteFailures(job: Job, { files, failed, verdicts }: Tally): Promise<void> {
  if (failed === undefined) return;
  const number = verdicts.incomplete + verdicts.unreadable;
  const which = number === 1 ? failed : `${number} of ${files} files`;
  await job.note(`${which} cannot be read in full`);
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
    if (!isFramedexError(error) || error.code === 'USAGE') throw error;
    await report(round, unopened(error, input, undefined, 'unreadable'));
    return false;
  }
}

async function examineFile(
  round: Round,
  { name, file, bytes }: OpenedInput & { readonly kind: 'file' },
): Promise<void> {
  const { check, job } = round;
  const size = archiveOf(name) === undefined ? bytes : await memberSize(name);
  const deflated = await round.findDeflated(name);
  const { signal } = job.io;
  await report(round, await diagnose(file, name, { size, deflated, check, signal }));
}

async function examineCollection(
  outer: Round,
  opened: OpenedInput & { readonly kind: 'collection' },
): Promise<void> {
  const round = { ...outer, several: true };
  const { collection, name } = opened;
  const { job, check } = round;
  const { signal } = job.io;
  await reportArchive(round, opened);
  const sizes = new Map<string, number>();
  for await (const entry of collection.entries()) sizes.set(entry.name, entry.size);
  const names: string[] = [];
  for await (const file of filesOf(opened)) {
    names.push(file.name);
    const path = memberPath(name, file.name);
    const size = sizes.get(file.name);
    const deflated = await round.findDeflated(path);
    await report(round, await diagnose(file, path, { size, deflated, check, signal }));
    const done = names.length + collection.skipped.length;
    job.progress(`${name}: ${done} of ${sizes.size} files`);
  }
  await reportSkipped(round, collection, names, sizes);
}

/** What is wrong with an archive itself. */
async function reportArchive(
  round: Round,
  { name, collection, bytes }: OpenedInput & { readonly kind: 'collection' },
): Promise<void> {
  const { warnings } = collection;
  if (warnings.length === 0) return;
  const verdict = 'tolerated';
  const groups = groupWarnings(warnings);
  await report(round, {
    name,
    size: bytes,
    verdict,
    opened: true,
    warningCount: warnings.length,
    warnings: groups,
  });
}

async function reportSkipped(
  round: Round,
  collection: Collection,
  names: readonly string[],
  sizes: ReadonlyMap<string, number>,
): Promise<void> {
  const failures = new Set(failuresOf(collection.skipped, names));
  for (const skipped of collection.skipped) {
    const { name, reason } = skipped;
    const verdict = failures.has(skipped) ? 'unreadable' : 'other';
    const path = memberPath(collection.name, name);
    await report(round, unopened(reason, path, sizes.get(name), verdict));
  }
  if (failures.size > 0 || names.length > 0) return;
  await report(round, unopened(nothingIn(collection), collection.name, undefined, 'unreadable'));
}

async function report(round: Round, diagnosis: Diagnosis): Promise<void> {
  const { job, json, all, several, tally } = round;
  const first = tally.files === 0;
  addToTally(tally, diagnosis);
  if (json) {
    await job.print(`${first ? '[' : ','}\n${jsonText(diagnosis)}`);
    return;
  }
  const { verdict } = diagnosis;
  if (several && !all && (verdict === 'sound' || verdict === 'other')) return;
  await job.print(diagnosisText(diagnosis, several ? 'short' : 'full'));
}
