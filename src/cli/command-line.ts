import { existsSync, readFileSync } from 'node:fs';
import { nearest } from '../dicom/spelling.ts';
import { isFramedexError } from '../errors.ts';
import { takeIndexOption, usage } from './arguments.ts';
import { failureLine } from './failures.ts';
import type { IndexedIo } from './given-index.ts';
import { isBrokenPipe } from './io.ts';
import type { Io } from './io.ts';
import { takeUrls } from './url-inputs.ts';

/** A verb's module, loaded when the verb is asked for. */
interface VerbModule {
  readonly HELP: string;
  run(args: readonly string[], io: IndexedIo): Promise<number>;
}

interface Verb {
  readonly summary: string;
  readonly load: () => Promise<VerbModule>;
  /** Looks at all headers, whatever is known: `--index` is not for it. */
  readonly readsHeaders?: true;
}

const VERBS: ReadonlyMap<string, Verb> = new Map([
  [
    'ls',
    {
      summary: 'studies and series, and what they are',
      load: () => import('./ls.ts'),
      readsHeaders: true,
    },
  ],
  ['tags', { summary: 'data elements and their values', load: () => import('./tags.ts') }],
  ['frames', { summary: 'where the frames are', load: () => import('./frames.ts') }],
  ['frame', { summary: 'one frame: its values or stored bytes', load: () => import('./frame.ts') }],
  [
    'doctor',
    { summary: 'what is wrong, and what reading costs', load: () => import('./doctor.ts') },
  ],
  [
    'index',
    {
      summary: 'save where frames are, for --index',
      load: () => import('./save-index.ts'),
      readsHeaders: true,
    },
  ],
  ['thumb', { summary: 'a picture of each series', load: () => import('./thumb.ts') }],
  ['show', { summary: 'the same in the terminal', load: () => import('./show.ts') }],
  ['volume', { summary: 'a series as one block of samples', load: () => import('./volume.ts') }],
  ['planes', { summary: 'pictures of planes through it', load: () => import('./planes.ts') }],
]);

/** `tags, frames and frame`: the verbs that take an index. */
function indexedVerbs(): string {
  const names = [...VERBS].filter(([, { readsHeaders }]) => readsHeaders !== true);
  return names
    .map(([name]) => name)
    .join(', ')
    .replace(/, (\w+)$/, ' and $1');
}

const OK = 0;
const FAILED = 1;
const USAGE = 2;
/** 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130;

/**
 * Runs a command line and gives its exit code: 0 where all was read, 1 where something could not
 * be, 2 where the command line is wrong, 130 where the user interrupted. Never rejects.
 */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  let name: string | undefined;
  try {
    // Who asks for help gets it, whatever else is wrong.
    const isHelp = isAskedFor(args, '--help', '-h', '--version', '-V');
    const { rest: known, urls } = isHelp ? { rest: args } : await takeUrls(args);
    const split = splitVerb(known);
    name = split.name;
    return await runVerb(name, split.rest, { ...io, urls });
  } catch (error) {
    // Nobody reads any more, and nobody would read why.
    if (isBrokenPipe(error)) return OK;
    if (io.signal.aborted) return INTERRUPTED;
    return await explain(error, name, io);
  }
}

async function runVerb(name: string | undefined, args: readonly string[], io: Io): Promise<number> {
  if (isAskedFor(args, '--version', '-V')) {
    await io.stdout.write(`${version()}\n`);
    return OK;
  }
  const word = name === undefined ? args.find((arg) => !arg.startsWith('-')) : undefined;
  if (word !== undefined && /^[a-z]+$/.test(word) && !existsSync(word)) {
    const meant = nearest(word, VERBS.keys());
    const question = meant === undefined ? '' : `. Did you mean framedex ${meant}?`;
    throw usage(`${word} is neither a verb nor a file${question}`);
  }
  const help = isAskedFor(args, '--help', '-h');
  if (help && name === undefined) {
    await io.stdout.write(generalHelp());
    return OK;
  }
  if (name === undefined && args.length === 0) {
    await io.stderr.write(generalHelp());
    return USAGE;
  }
  const verb = VERBS.get(name ?? 'ls');
  const module = await verb?.load();
  if (verb === undefined || module === undefined) return USAGE;
  if (help) {
    await io.stdout.write(module.HELP);
    return OK;
  }
  const { path, rest } = takeIndexOption(args);
  if (path === undefined) return module.run(args, io);
  if (name === undefined) throw usage(`--index stands behind a verb: ${indexedVerbs()} take it`);
  if (verb.readsHeaders === true) {
    throw usage(`--index is not for ${name}: ${indexedVerbs()} take it`);
  }
  const { readIndex } = await import('./given-index.ts');
  return module.run(rest, { ...io, index: readIndex(path) });
}

/** The first word, where it is a verb. A file of that name is reached as `./tags`. */
function splitVerb(args: readonly string[]): {
  readonly name: string | undefined;
  readonly rest: readonly string[];
} {
  const at = args.findIndex((arg) => !arg.startsWith('-') || arg === '-' || arg === '--');
  const name = args[at];
  if (name === 'help') {
    const { name: verb, rest } = splitVerb([...args.slice(0, at), ...args.slice(at + 1)]);
    return { name: verb, rest: ['--help', ...rest] };
  }
  if (name === undefined || !VERBS.has(name)) return { name: undefined, rest: args };
  return { name, rest: [...args.slice(0, at), ...args.slice(at + 1)] };
}

function isAskedFor(args: readonly string[], ...spellings: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).some((arg) => spellings.includes(arg));
}

async function explain(error: unknown, name: string | undefined, io: Io): Promise<number> {
  const isUsage = isFramedexError(error, 'USAGE');
  try {
    await io.stderr.write(`${failureLine(error)}${isUsage ? hint(name) : ''}`);
  } catch {
    // There is nowhere left to say it.
  }
  return isUsage ? USAGE : FAILED;
}

function hint(name: string | undefined): string {
  return `Try: framedex ${name === undefined ? '' : `${name} `}--help\n`;
}

function version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

function generalHelp(): string {
  const verbs = [...VERBS].map(([name, { summary }]) => `  ${name.padEnd(8)}${summary}`);
  return `framedex: where the bytes of DICOM frames are, and what they mean

Usage: framedex VERB INPUT [options]
       framedex INPUT             the same as framedex ls INPUT
       framedex help [VERB]       the same as framedex [VERB] --help

${verbs.join('\n')}

INPUT is a file, an archive (study.zip, .tar, .tar.gz, .dcm.gz), a member of one
(study.zip!/CT/IM0042), a folder with all below it, or - for standard input. Files and archives may
be URLs: https://host/ct.dcm, 'https://host/study.zip?token=...!/CT/IM0042'. Of these the parts that
are needed are fetched. What is printed leaves the query and the user of a URL out.

Options of every verb:
  --nested    archives in archives too, one level deep
  --stats     what it cost: reads, bytes read, peak buffers, time (on standard error)
  --header 'NAME: VALUE'
              sent to the server of the URLs, and to no other that it redirects to; may be repeated.
              'Authorization: Bearer TOKEN' goes here. What stands on a command line, others on the
              machine can see: --header @FILE takes lines of a file
  --whole MIB a server that gives no parts of files is asked for the whole, of so many MiB at most,
              which is held in memory; without this such files are refused
  -h, --help  help; framedex VERB --help has that of a verb
  --version   the version of framedex

Option of ${indexedVerbs()}:
  --index FILE  open INPUT with what framedex index saved

Data goes to standard output, messages to standard error. Exit codes: 0 all was read; 1 something
could not be read, the rest was; 2 the command line is wrong; 130 interrupted.
`;
}
