import type { DicomFile } from '../node/index.ts';
import { isFramedexError } from '../node/index.ts';
import { EVERYWHERE, parseArguments, usage } from './arguments.ts';
import { STDIN, filesOf, memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';
import { untilUnread } from './io.ts';
import type { IndexedIo } from './given-index.ts';
import { failSkipped, runJob } from './job.ts';
import type { Job } from './job.ts';
import { refuseInputs, refuseMembers, writeNamed } from './output-file.ts';
import { sizeText } from './statistics.ts';
import { printable } from './terminal.ts';

export const HELP: string = `Usage: framedex index INPUT... [-o FILE.json] [--checkpoints] [--nested] [--stats]

Saves where headers and frames are, so that other verbs need not look for them again:

  framedex index slide.dcm -o slide.json
  framedex frame slide.dcm 12345 --index slide.json --sha256

The index of one file is { framedex, source, transferSyntax, header, frames, warnings, checksum...};
of a folder, an archive or several inputs { framedex, files: { name: index } }, by the names of
members, or of the inputs where there are several. --index finds a file in it by its name, by its
path, or by the one name that its path ends in: study/CT/1 as CT/1. A file that was written or
copied since is refused: SOURCE_CHANGED. So is one at a URL that has another ETag by now.

  -o FILE.json  to this file, which is overwritten; to standard output by default
  --checkpoints where big deflated members of archives can be resumed, too: each is read once for
                it, and any frame costs milliseconds with the index; 43 KiB for each MiB of a
                member, at most 22 MiB up to 4 GiB
  --nested      archives in archives too
  --stats       what it cost, on standard error

The header is in it, with the name of the patient: keep it as you keep the files.
An INPUT may be a URL: framedex --help has what is for those, --header and --whole.
`;

export async function run(args: readonly string[], io: IndexedIo): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    checkpoints: { type: 'boolean' },
    output: { type: 'string', short: 'o' },
  });
  if (positionals.length === 0) throw usage('no INPUT is given');
  if (positionals.filter((input) => input === STDIN).length > 1) {
    throw usage('standard input can be read once only');
  }
  const { checkpoints = false, nested, output, stats } = values;
  const path = output === '-' ? undefined : output;
  if (path !== undefined) refuseInputs(path, positionals, io);
  return runJob(path === undefined ? io : untilUnread(io), { stats, nested }, async (job) => {
    const parts: Uint8Array[] = [];
    const write =
      path === undefined
        ? (text: string) => job.print(text)
        : (text: string) => Promise.resolve(void parts.push(Buffer.from(text)));
    const several = positionals.length > 1;
    const saving: Saving = { job, path, checkpoints, several, write, count: 0 };
    for (const input of positionals) await saveInput(saving, input);
    if (saving.several) await write(saving.count === 0 ? `${START}}}\n` : '\n}}\n');
    if (path === undefined || saving.count === 0) return;
    const bytes = Buffer.concat(parts);
    await writeNamed(path, bytes);
    const files = saving.count === 1 ? '1 file' : `${saving.count} files`;
    await job.print(`${printable(path)}\t${bytes.length} bytes\t${files}\n`);
  });
}

/** One run: what was written by now. */
interface Saving {
  readonly job: Job;
  readonly path: string | undefined;
  readonly checkpoints: boolean;
  /** The index is of many files. */
  several: boolean;
  count: number;
  write(text: string): Promise<void>;
}

const START = '{"framedex":1,"files":{';

async function saveInput(saving: Saving, input: string): Promise<void> {
  const { job, path } = saving;
  const alone = !saving.several;
  try {
    await job.using(input, {}, async (opened) => {
      if (opened.kind === 'file') {
        await saveFile(saving, opened.file, opened.name);
        return;
      }
      if (path !== undefined) await refuseMembers(path, opened);
      saving.several = true;
      await saveMembers(saving, opened, alone);
    });
  } catch (error) {
    if (!isFramedexError(error) || error.code === 'USAGE') throw error;
    await job.fail(error);
  }
}

async function saveMembers(
  saving: Saving,
  { name: folder, collection }: OpenedInput & { readonly kind: 'collection' },
  alone: boolean,
): Promise<void> {
  const { job } = saving;
  const names: string[] = [];
  for await (const file of filesOf({ kind: 'collection', name: folder, collection, bytes: 0 })) {
    names.push(file.name);
    const path = memberPath(folder, file.name);
    job.progress(`${names.length} files: ${path}`);
    try {
      await saveFile(saving, file, alone ? file.name : path);
    } catch (error) {
      await job.fail(error, path);
    }
  }
  await failSkipped(job, collection, names);
}

async function saveFile(saving: Saving, file: DicomFile, name: string): Promise<void> {
  const { checkpoints, job } = saving;
  if (checkpoints) {
    const onProgress = (done: number, total: number): void =>
      job.progress(`${name}: ${sizeText(done)} of ${sizeText(total)}`);
    await file.prepare({ signal: job.io.signal, onProgress });
  }
  const json = JSON.stringify(file.toIndex({ checkpoints }));
  const before = saving.count === 0 ? START : ',';
  await saving.write(saving.several ? `${before}\n${JSON.stringify(name)}:${json}` : `${json}\n`);
  saving.count++;
}
