import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type { Collection, DicomFile, NodeOpenOptions } from '../node/index.ts';
import { failureJson, failureLine, failureSummary, failuresOf, warningText } from './failures.ts';
import type { FailureJson } from './failures.ts';
import { STDIN, closeInput, memberPath, openInput } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { createStatistics, sizeText } from './statistics.ts';
import type { Statistics } from './statistics.ts';
import { createProgress, jsonText, printable } from './terminal.ts';

/** One run of a verb: what it writes, and what it could not do. */
export interface Job {
  readonly io: Io;
  readonly failures: number;
  /** Data, to standard output. */
  print(data: string | Uint8Array): Promise<void>;
  /**
   * Names a failure on standard error, and what it is `about` where the message does not say; the
   * rest is still to be done. Throws what is none.
   */
  fail(error: unknown, about?: string): Promise<FramedexError>;
  /** Names many failures in a few lines. */
  failMany(lines: readonly string[], count: number): Promise<void>;
  /** Something worth knowing that is no failure, to standard error. */
  note(text: string): Promise<void>;
  /** Like `fail` for a tolerated fault that left something unread. */
  warn(name: string, warning: Warning): Promise<void>;
  progress(text: string): void;
  /** Opens an input for the time of `action`. */
  using<T>(
    input: string,
    options: NodeOpenOptions,
    action: (opened: OpenedInput) => Promise<T>,
  ): Promise<T>;
}

/** How a job tells what went on. */
export interface Reporting {
  readonly stats?: boolean | undefined;
  /** Whether archives in archives are opened too. */
  readonly nested?: boolean | undefined;
  readonly json?: boolean | undefined;
  /** The one input. */
  readonly input?: string | undefined;
}

/**
 * Runs a verb's work. What it throws is a failure that ended it; with `json`, that is the document.
 *
 * @returns the exit code: 0, or 1 where something could not be read.
 * @throws FramedexError `USAGE`, an abort, a broken pipe: what is no failure to read.
 */
export async function runJob(
  io: Io,
  { stats = false, nested = false, json = false, input }: Reporting,
  work: (job: Job) => Promise<void>,
): Promise<number> {
  const statistics = createStatistics();
  const { job, finish } = createJob(io, statistics, nested);
  try {
    await work(job);
  } catch (error) {
    const failure = await job.fail(error, subjectOf(error, input === STDIN ? 'stdin' : input));
    if (json) await job.print(`${jsonText({ error: failureJson(failure) }, 2)}\n`);
  } finally {
    await finish();
  }
  if (stats) await io.stderr.write(statistics.line());
  return job.failures > 0 ? 1 : 0;
}

/** What fails may have a name of its own, such as an output: that is not the input's fault. */
function subjectOf(error: unknown, input: string | undefined): string | undefined {
  const name = isFramedexError(error) ? error.details.name : undefined;
  return name === undefined || input?.endsWith(name) === true ? input : undefined;
}

/** So many failures of one collection are named one by one; more of them are summed up by their codes. */
const MOST_LINES = 20;

/**
 * Names on standard error what of a collection could not be read. One without any instance is a
 * failure, whatever it holds instead.
 *
 * @param instances names of what could be read
 */
export async function failSkipped(
  job: Job,
  collection: Pick<Collection, 'name' | 'skipped'>,
  instances: readonly string[],
): Promise<FailureJson[]> {
  const failures: FailureJson[] = [];
  const skipped = failuresOf(collection.skipped, instances);
  const isMany = skipped.length > MOST_LINES;
  if (isMany) await job.failMany(failureSummary(collection.name, skipped), skipped.length);
  for (const { name, reason } of skipped) {
    const path = memberPath(collection.name, name);
    if (!isMany) await job.fail(reason, path);
    failures.push({ ...failureJson(reason), name: path });
  }
  if (failures.length === 0 && instances.length === 0) {
    failures.push(failureJson(await job.fail(nothingIn(collection))));
  }
  return failures;
}

/**
 * A file whose header is cut, or could not be understood, is one that could not be read to its end. What
 * ended it is the fault that was met farthest on.
 */
export async function failCut(
  job: Job,
  name: string,
  { isCut, warnings }: Pick<DicomFile, 'isCut' | 'warnings'>,
): Promise<void> {
  const [first, ...others] = warnings;
  if (!isCut || first === undefined) return;
  const last = others.reduce((far, one) => (one.offset > far.offset ? one : far), first);
  await job.warn(name, last);
}

/**
 * What is said of pixels that a checksum may still show to be wrong.
 *
 * @param verb - What compares it.
 */
export function unverifiedText(name: string, count = 1, verb = '--verify'): string {
  const were = count === 1 ? 'was' : 'were';
  return `note: ${name} ${were} given before the checksum of its archive was compared; ${verb} compares it first`;
}

/**
 * Holds a file against the checksum that an archive has of it.
 *
 * @throws FramedexError `ZIP_CRC` and what else is wrong with the bytes.
 */
export async function verifyFile(job: Job, file: DicomFile): Promise<void> {
  const { io } = job;
  const onProgress = (done: number, total: number): void =>
    job.progress(`${file.name}: ${sizeText(done)} of ${sizeText(total)} held against the checksum`);
  const isVerified = await file.verify({ signal: io.signal, onProgress });
  if (!isVerified) await job.note(`note: ${file.name} has no checksum to compare`);
}

/** What is wrong with a collection that has no instance, and no failure to blame for it. */
export function nothingIn({ name, skipped }: Pick<Collection, 'name' | 'skipped'>): FramedexError {
  const { length } = skipped;
  const found = length === 0 ? 'no file' : `${length} other ${length === 1 ? 'file' : 'files'}`;
  return new FramedexError('NOT_DICOM', 'no DICOM instance can be read', { name, found });
}

function createJob(
  io: Io,
  statistics: Statistics,
  nested: boolean,
): { readonly job: Job; readonly finish: () => Promise<void> } {
  const progress = createProgress(io.stderr);
  let failures = 0;
  const job: Job = {
    io,
    get failures() {
      return failures;
    },
    async print(data) {
      await progress.erase();
      await io.stdout.write(data);
    },
    async fail(error, about) {
      if (!isFramedexError(error) || error.code === 'USAGE' || io.signal.aborted) throw error;
      failures++;
      await progress.erase();
      await io.stderr.write(failureLine(error, about));
      return error;
    },
    async failMany(lines, count) {
      failures += count;
      for (const line of lines) await job.note(line);
    },
    async note(text) {
      await progress.erase();
      await io.stderr.write(`framedex: ${printable(text)}\n`);
    },
    async warn(name, warning) {
      failures++;
      await job.note(warningText(name, warning));
    },
    progress: (text) => progress.show(text),
    async using(input, options, action) {
      const opened = await openInput(input, io, { nested, ...options }).catch((error: unknown) => {
        statistics.addUnopened();
        throw error;
      });
      try {
        return await action(opened);
      } finally {
        statistics.add(opened);
        await closeInput(opened);
      }
    },
  };
  return { job, finish: () => progress.erase() };
}
