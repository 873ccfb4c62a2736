#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isAvailable, launcherOf } from './contenders.mjs';
import { prepare, readManifest } from './data/prepare.mjs';
import { comesIn, SIZES, SUITES, suitesNamed } from './registry.mjs';
import { comparisons, disagreement, overview, summarise, table } from './report.mjs';

const CONTENDER = fileURLToPath(new URL('contender.mjs', import.meta.url));
const ASIDE = fileURLToPath(new URL('aside.mjs', import.meta.url));
/** Of fewer work loads, each has its table already. */
const OVERVIEW_FROM = 3;

const HELP = `Usage: npm run bench -- NAME... [--size ${SIZES.join('|')}] [--rounds N] [--data DIR]

Runs framedex, its peers, a minimal parser and the bare floor (the same reads and the same inflate
without any parsing) in turn, each in a process of its own, and prints medians.

${SUITES.map(({ name, does }) => `  ${name.padEnd(28)} ${does}`).join('\n')}
  zip, functional-groups, frame-index, thumbnails, codec
                               those whose names begin so
  all                          all of these

  --size       small by default; full is 222 CT slices, 10,000 small files, functional groups of
               2000 frames, a file of 1 GB, a deflated one of 0.5 GB and indexes of up to 180,000 frames; huge is functional groups of 180,000 frames alone
  --rounds     turns of each contender, 5 by default
  --data       where the data is made and kept, ${join('TMPDIR', 'framedex-bench')} by default
  --only       only these contenders, with commas between

cold ms        the work alone, in a fresh process, files in the page cache
warm ms        median of tinybench's repetitions in that process
MB read        counted at node:fs
reads          likewise
peak RSS MB    of the process, after the cold work
first ms ...   where frames are asked for one after the other: the first, and of the others the median and the worst
MB inflated    what had to be inflated for them
MB held        heap and buffers that an open file keeps, in a process of its own; where that is asked
result         whether what was read is what the generator of the data wrote

Command lines (dcmtk, gdcm, dcm2niix, openjpeg, openjph, libjxl) are timed with their start, pydicom without; it runs in python3 or in
what FRAMEDEX_BENCH_PYTHON names. Whatever is not installed is left out and named.
`;

async function main() {
  const { values, positionals } = readArguments();
  const named = new Set(positionals.flatMap(suitesNamed));
  const wanted = SUITES.filter((suite) => named.has(suite) && comesIn(suite, values.size));
  const usable = SIZES.includes(values.size) && Number(values.rounds) >= 1;
  if (values.help || wanted.length === 0 || !usable) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  console.log(machine());
  let right = true;
  for (const suite of wanted) {
    const runs = [];
    for (const workload of suite.workloads(values.size)) {
      const run = await runWorkload(suite, workload, values);
      right = run.right && right;
      runs.push(run);
    }
    const all = runs.length < OVERVIEW_FROM ? undefined : overview(runs);
    if (all !== undefined) console.log(`\n### ${suite.name}: all of it\n\n${all}`);
  }
  return right ? 0 : 1;
}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: {
      size: { type: 'string', default: 'small' },
      rounds: { type: 'string', default: '5' },
      data: { type: 'string', default: join(tmpdir(), 'framedex-bench') },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
}

/** One table. @returns its rows, and whether all results are right and all claims hold */
async function runWorkload(suite, workload, { data: root, rounds, only }) {
  const manifest = await prepare(root, workload);
  const data = readManifest(manifest);
  await intoPageCache(data);
  const contenders = await availableOf(workload.contenders ?? suite.contenders, only?.split(','));
  for (const name of contenders) aside('before', suite.name, name, manifest);
  const results = await takeTurns(suite, contenders, manifest, Number(rounds));

  const expected = suite.expected(data);
  const rows = contenders.map((name) => summarise(name, results[name], expected));
  const named = Object.fromEntries(rows.map((row) => [row.name, row]));
  const claims = named.framedex && named.floor ? (suite.claims?.(named, data) ?? []) : [];
  const aims = named.framedex && named.floor ? (suite.aims?.(named, data) ?? []) : [];
  const faults = rows.flatMap(disagreement);
  console.log(`\n### ${suite.name}: ${workload.title}\n\n${table(rows)}\n`);
  for (const text of [...comparisons(rows), ...faults]) console.log(`- ${text}`);
  for (const { text, holds } of claims) console.log(`- ${text}: ${holds ? 'holds' : 'FAILS'}`);
  for (const { text, holds } of aims) console.log(`- ${text}: ${holds ? 'met' : 'missed'}`);
  const right =
    faults.length === 0 &&
    claims.every(({ holds }) => holds) &&
    rows.every(({ result }) => result === 'same' || result === 'reads only');
  return { title: workload.title, rows, right };
}

async function availableOf(names, only) {
  const available = [];
  for (const name of names) {
    if (only !== undefined && !only.includes(name)) continue;
    if (await isAvailable(name)) available.push(name);
    else console.log(`(${name} is not installed)`);
  }
  return available;
}

/** Each round begins with another contender, so that none always comes first. */
async function takeTurns(suite, contenders, manifest, rounds) {
  const results = Object.fromEntries(contenders.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const name = contenders[(round + turn) % contenders.length];
      results[name].push(await oneTurn(suite, name, manifest));
    }
  }
  return results;
}

async function oneTurn({ name: suite, measuresHeld }, name, manifest) {
  const turn = inProcess([CONTENDER, suite, name, manifest], await launcherOf(name));
  if (turn.failed || measuresHeld !== true) return turn;
  return { ...turn, ...aside('held', suite, name, manifest) };
}

function aside(kind, suite, name, manifest) {
  return inProcess(['--expose-gc', ASIDE, kind, suite, name, manifest]);
}

/** What a process of its own printed last. */
function inProcess(args, launcher = []) {
  const [program, ...rest] = [...launcher, process.execPath, ...args];
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
  if (status !== 0) {
    console.log(`(${args.slice(1).join(' ')} failed: ${stderr})`);
    return { failed: true };
  }
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

async function intoPageCache({ files = [], file, zip, flatIndex }) {
  for (const path of [...files, file, zip, flatIndex].filter((one) => one !== undefined)) {
    await finished(createReadStream(path, { highWaterMark: 1 << 20 }).resume());
  }
}

function machine() {
  const peers = ['dicom-parser', 'dcmjs', 'yauzl'].map((name) => `${name} ${versionOf(name)}`);
  const { platform, arch, version } = process;
  return `Node ${version} on ${platform} ${arch}, ${availableParallelism()} processors; ${peers.join(', ')}`;
}

function versionOf(name) {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}

process.exitCode = await main();
