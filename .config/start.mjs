/**
 * The main job, by the commands that a user would type: what is in a study, some tags of its first
 * instance, one picture of each series. `npm start` runs it on the sample study,
 * `npm start -- PATH` on a file, folder or zip archive of yours.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { node, ROOT } from './run.mjs';

/** npm runs scripts in the project's folder; a path is meant from where it was typed. */
const HERE = process.env.INIT_CWD ?? process.cwd();
const SAMPLE = join(ROOT, 'fixtures', 'sample-study.zip');
const PICTURES = join(HERE, 'framedex-thumbs');
const TAGS = ['PatientName', 'StudyDate', 'Modality', 'SeriesDescription', 'Rows', 'Columns'];

const given = process.argv[2];
await main(given === undefined ? SAMPLE : resolve(HERE, given));

async function main(input) {
  if (!existsSync(input)) {
    console.error(`${shown(input)} does not exist`);
    process.exitCode = 2;
    return;
  }
  const instance = await firstInstance(input);
  framedex(['ls', shown(input)]);
  if (instance !== undefined) {
    framedex(['tags', shown(instance), ...TAGS.flatMap((keyword) => ['--tag', keyword])]);
  }
  mkdirSync(PICTURES, { recursive: true });
  const target = isCollection(input) ? PICTURES : join(PICTURES, `${basename(input)}.png`);
  framedex(['thumb', shown(input), '-o', shown(target), '--stats']);
  console.log(`\nThe pictures are in ${PICTURES}`);
}

/** Runs one command line after printing it. What could not be read makes the exit code 1. */
function framedex(args) {
  console.log(`\n$ framedex ${args.map(quoted).join(' ')}`);
  const { status } = node([join(ROOT, 'dist', 'cli', 'main.js'), ...args], { cwd: HERE });
  if (status !== 0) process.exitCode = status ?? 1;
}

/** The file itself, or the first instance in a folder or an archive, if there is one. */
async function firstInstance(input) {
  if (!isCollection(input)) return input;
  const entry = pathToFileURL(join(ROOT, 'dist', 'node', 'index.js'));
  const { openArchive, openFolder } = await import(entry.href);
  const folder = statSync(input).isDirectory();
  try {
    const collection = folder ? await openFolder(input) : await openArchive(input);
    for await (const { name } of collection) return memberPath(input, name, folder);
  } catch {
    // `ls` says what is wrong.
  }
  return undefined;
}

function memberPath(input, name, folder) {
  if (isAbsolute(name)) return name;
  return folder ? join(input, name) : `${input}!/${name}`;
}

function isCollection(input) {
  return statSync(input).isDirectory() || /\.zip$/i.test(input);
}

function shown(path) {
  const short = relative(HERE, path);
  return short.startsWith('..') || isAbsolute(short) || short === '' ? path : short;
}

function quoted(argument) {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
