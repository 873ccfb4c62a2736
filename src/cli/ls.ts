import { isMediaDirectory } from '../dicom/media-directory.ts';
import type { RankCriteria } from '../collection/rank-series.ts';
import type { Instance } from '../collection/instance.ts';
import { groupSeries } from '../collection/series.ts';
import type { Series } from '../collection/series.ts';
import type { Skipped } from '../collection/collection.ts';
import { FramedexError } from '../errors.ts';
import type { DicomFile } from '../node/index.ts';
import { isCut } from '../series/slice.ts';
import { EVERYWHERE, parseArguments, usage } from './arguments.ts';
import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import { memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import type { Io } from './io.ts';
import { failSkipped, runJob } from './job.ts';
import type { Job } from './job.ts';
import { skippedJson, studiesOf } from './listing.ts';
import type { InputListing } from './listing.ts';
import { listingText } from './listing-text.ts';
import { membersOf, membersText } from './members.ts';
import type { MembersListing } from './members.ts';
import { onlyInstance } from './only-instance.ts';
import {
  RANK_HELP,
  RANK_OPTIONS,
  RANK_USAGE,
  givenCriterion,
  rankCriteria,
} from './rank-options.ts';
import { rankedEntries, rankingText } from './ranking.ts';
import type { RankedListing } from './ranking.ts';
import { jsonText } from './terminal.ts';

export const HELP: string = `Usage: framedex ls INPUT... [--instances | --rank | --members] [--json] [--nested] [--stats]
       framedex ls INPUT... --rank
                             ${RANK_USAGE}
       framedex INPUT...

Studies and their series: number, modality, description, instances, frames, size, what the series
would be as a volume, and why not; the parts of a series that has to be taken apart, with the number
that --part of framedex volume and planes takes; images that were taken apart into several instances
(concatenations), and which parts are missing; then what was left out, and why. Headers alone are
read.

  --instances  each instance too; they are listed anyway where INPUT is a single one
  --rank       series and parts of them by how good a volume they would be, the best first, and why:
               regular volumes, of most slices, the thinnest, of original images, axial, of the
               smallest pixels; "-" is before those that are no volume, or have no codec, and before
               localizers, reformatted images and segmentations, which come last
  --members    instead, all that an archive or folder holds, DICOM or not: ids, sizes, what they
               take in the archive, names, and why one cannot be read where that is known (which is
               no failure here). No header is read. A name or an id is an input: study.zip!/zip#12
  --json       one document:
               { inputs: [{ name, error?,
                   studies: [{ uid, description, date, patient: { name, id },
                     series: [{ uid, number, modality, description, instances, frames, bytes,
                       plan,
                       concatenations?: [{ uid, instances, frames,
                         missing: [{ parts: [{ from, to }], from, frames }],
                         issues: [{ code, message, instances }] }],
                       files?: [{ name, sopInstanceUID, frames, bytes }] }] }],
                   skipped: [{ name, code, message, offset? }] }] }
               with --rank:
               { inputs: [{ name, error?,
                   ranked: [{ uid, study, modality, description, number, part, eligible,
                     reasons: [{ code, met, message, value? }], plan }],
                   skipped }] }
               with --members:
               { inputs: [{ name, error?,
                   members: [{ name, id, size, compressedSize?, fault?: { code, message } }] }] }
               a plan, of a series or a part of it, is
               { verdict, size, spacing, affine, tilt, sortedBy, samples?, byteLength,
                 rescale?: { slope, intercept }, labels?: [{ code, value }],
                 reasons: [{ code, message, instances, frames?, value?, usual?, count? }],
                 slices?: [{ name, frame, position? }], parts: [plan] }
               verdict is volume, stack or none; lengths are in millimetres, tilt in degrees; affine
               has 16 numbers, row by row, from (column, row, slice, 1) to the patient (x to the
               left, y to the back, z to the head); slices are there with --instances
               frames is null where a file is too small for as many as it says, part where it is the
               series as a whole
  --nested     archives in archives too
  --stats      what it cost, on standard error

With --rank, what a series has to be; what is not that has "-" before it, and why:

${RANK_HELP}
What is no DICOM among the images is left out and is no failure. An image, archive or empty file
that cannot be read is: it is named on standard error, and the exit code is 1.
An INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    instances: { type: 'boolean' },
    ...RANK_OPTIONS,
    rank: { type: 'boolean' },
    members: { type: 'boolean' },
    json: { type: 'boolean' },
  });
  if (positionals.length === 0) throw usage('no INPUT is given');
  if (positionals.filter((input) => input === '-').length > 1) {
    throw usage('standard input can be read once only');
  }
  const { instances = false, rank = false, members = false } = values;
  const { json = false, nested, stats } = values;
  if (members && (instances || rank)) {
    throw usage(`--${rank ? 'rank' : 'instances'} lists headers, --members reads none of them`);
  }
  if (instances && rank) throw usage('--rank lists series, and no instances');
  const criterion = givenCriterion(values);
  if (!rank && criterion !== undefined) throw usage(`${criterion} is for --rank`);
  const criteria = rankCriteria(values);
  return runJob(io, { stats, nested }, async (job) => {
    const inputs: (InputListing | RankedListing | MembersListing)[] = [];
    for (const input of positionals) {
      const listing = await (members
        ? listMembers(job, input)
        : rank
          ? rankInput(job, input, criteria)
          : listInput(job, input, instances));
      if (json) inputs.push(listing);
      else await job.print(textOf(listing));
    }
    if (json) await job.print(`${jsonText({ inputs }, 2)}\n`);
  });
}

function textOf(listing: InputListing | RankedListing | MembersListing): string {
  if ('members' in listing) return membersText(listing);
  return 'ranked' in listing ? rankingText(listing) : listingText(listing);
}

function listInput(job: Job, input: string, instances: boolean): Promise<InputListing> {
  return withSeries(job, input, ({ series, isOne, ...facts }) => {
    const listed = { instances: instances || isOne, slices: instances };
    return { ...facts, studies: studiesOf(series, listed) };
  });
}

function rankInput(
  job: Job,
  input: string,
  criteria: RankCriteria | undefined,
): Promise<RankedListing> {
  return withSeries(job, input, ({ name, error, series, skipped }) => {
    return { name, error, ranked: rankedEntries(series, criteria), skipped };
  });
}

async function listMembers(job: Job, input: string): Promise<MembersListing> {
  try {
    return await job.using(input, {}, membersOf);
  } catch (error) {
    return { name: input, error: failureJson(await job.fail(error)), members: [] };
  }
}

/** What was found in one input. */
interface FoundInput extends Pick<InputListing, 'name' | 'error' | 'skipped'> {
  readonly series: readonly Series[];
  /** It is one file. */
  readonly isOne: boolean;
}

/** Lists the series of an input while it is open. */
async function withSeries<T>(job: Job, input: string, list: (found: FoundInput) => T): Promise<T> {
  try {
    return await job.using(input, {}, async (opened) => {
      const { series, skipped, failures } = await seriesOf(job, opened);
      return list({
        name: opened.name,
        error: series.length > 0 ? undefined : failures[0],
        skipped: skipped.map(skippedJson),
        series,
        isOne: opened.kind === 'file',
      });
    });
  } catch (error) {
    const failure = failureJson(await job.fail(error));
    return list({ name: input, error: failure, skipped: [], series: [], isOne: false });
  }
}

interface Found {
  readonly series: readonly Series[];
  readonly skipped: readonly Skipped[];
  readonly failures: readonly FailureJson[];
}

async function seriesOf(job: Job, opened: OpenedInput): Promise<Found> {
  const { name } = opened;
  if (opened.kind === 'file') {
    const { file } = opened;
    const directory = directoryFault(file);
    if (directory !== undefined) {
      const skipped = [directory];
      return { series: [], skipped, failures: await failSkipped(job, { name, skipped }, []) };
    }
    const instance = onlyInstance(opened);
    const series = groupSeries([instance]);
    await failIncomplete(job, name, instance);
    return { series, skipped: [], failures: [] };
  }
  const { collection } = opened;
  const onProgress = (done: number, total: number): void =>
    job.progress(`${name}: ${done} of ${total} headers`);
  const series = await collection.series({ signal: job.io.signal, onProgress });
  const instances = series.flatMap((one) => one.instances);
  const names = instances.map(({ name: own }) => own);
  const failures = await failSkipped(job, collection, names);
  for (const instance of instances) {
    if (instance.warnings.length === 0) continue;
    await failIncomplete(job, memberPath(name, instance.name), instance);
  }
  return { series, skipped: collection.skipped, failures };
}

/** A file that is cut, in the header or in the pixels, could not be read to its end. */
async function failIncomplete(job: Job, name: string, { warnings }: Instance): Promise<void> {
  const cut = warnings.find(isCut);
  if (cut !== undefined) await job.warn(name, cut);
}

/** A DICOMDIR opens like any file, and is no instance (PS3.10 8.6). */
function directoryFault({ name, meta }: DicomFile): Skipped | undefined {
  if (!isMediaDirectory(meta)) return undefined;
  const advice = 'List the folder or archive that it belongs to.';
  const details = { name, advice };
  const reason = new FramedexError('MEDIA_DIRECTORY', 'a directory of media', details);
  return { name, reason };
}
