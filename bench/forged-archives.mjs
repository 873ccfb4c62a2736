#!/usr/bin/env node
// The table of what forged archives become, of this build: what a reader meets who lists each of them and
// reads a member; the milliseconds that took, and the memory that is taken by then, garbage included. Of
// three rounds the quickest and the biggest count:
//
//     node --expose-gc bench/forged-archives.mjs

import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { archiveLimits } from '../dist/archive/archive-options.js';
import { openZip } from '../dist/archive/zip.js';
import { memorySource } from '../dist/bytes/memory.js';
import { createContext } from '../dist/node/context.js';
import { readDirectory } from '../dist/node/zip-directory.js';
import { forgedArchives, outcomeOf } from './data/forged-archives.mjs';

const ROUNDS = 3;

const { buildZip } = await testModule('../test/support/build-zip.ts');
const context = createContext();

console.log('| archive | expected | found | ms | MiB |');
console.log('| --- | --- | --- | --: | --: |');
for (const forged of forgedArchives(buildZip)) {
  const bytes = forged.build();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(forged, bytes));
  const ms = Math.min(...rounds.map((one) => one.ms)).toFixed(1);
  const mib = Math.max(...rounds.map((one) => one.mib)).toFixed(1);
  const cells = [forged.name, forged.code, rounds[0].code, ms, mib];
  console.log(`| ${cells.join(' | ')} |`);
}
await context.close();

async function measure(forged, bytes) {
  globalThis.gc?.();
  const before = memory();
  const start = performance.now();
  const { code, opened } = await outcomeOf({ ...forged, build: () => bytes }, open);
  const ms = performance.now() - start;
  const mib = (memory() - before) / 2 ** 20;
  await opened?.listing.close();
  return { code, ms, mib: Math.max(0, mib) };
}

/** What is garbage by then counts as well. */
function memory() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function open(bytes) {
  const warnings = [];
  const listing = await openZip(memorySource(bytes, 'm.zip'), {
    inflating: context.inflating,
    readDirectory,
    limits: archiveLimits(context.limits),
    onWarning: (warning) => warnings.push(warning),
  });
  return { listing, warnings };
}

/** The tests' own writer of archives: Node 20 runs no TypeScript. */
async function testModule(path) {
  const source = readFileSync(new URL(path, import.meta.url), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  return import(`data:text/javascript,${encodeURIComponent(outputText)}`);
}
