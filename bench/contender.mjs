// One contender in a process of its own, because peak memory belongs to a process:
//
//     node bench/contender.mjs SUITE CONTENDER MANIFEST
//
// The first run of the work is timed cold, with reads and memory; then tinybench repeats it for a
// warm median; last it runs once more for the checksum, which therefore is in no time.

import { loadContender } from './contenders.mjs';
import { countReads } from './count-reads.mjs';
import { checksum } from './data/checksum.mjs';
import { readManifest } from './data/prepare.mjs';
import { peakOf } from './peers/external.mjs';

/** Longer work is not repeated: its cold time says enough. */
const REPEATED_BELOW_MS = 1500;
const REPEAT_FOR_MS = 400;

/** Results are looked at, never kept. */
function ignore() {}

async function run(suite, contender, manifest) {
  const reads = await countReads();
  const data = readManifest(manifest);
  const work = (await loadContender(contender))[suite];

  reads.reset();
  const start = performance.now();
  const said = (await work(data, ignore)) ?? {};
  const coldMs = performance.now() - start;
  const { bytes: bytesRead, reads: readCount } = reads.result();
  const peakRss = peakOf('self') ?? process.resourceUsage().maxRSS * 1024;

  // A command line ran in a process of its own, so what it says of itself is what counts.
  if (said.external !== undefined) return said.external;
  const warmMs =
    coldMs < REPEATED_BELOW_MS ? await warmMedian(() => work(data, ignore)) : undefined;
  const sum = checksum();
  await work(data, sum.take);
  const own = said.readsElsewhere !== true;
  const read = own ? { bytesRead, reads: readCount, statsBytes: said.bytesRead } : {};
  return { coldMs, warmMs, ...read, peakRss, details: said.details, ...sum.result() };
}

async function warmMedian(work) {
  const { Bench } = await import('tinybench');
  const bench = new Bench({
    time: REPEAT_FOR_MS,
    iterations: 5,
    warmupTime: 100,
    warmupIterations: 2,
  });
  bench.add('work', work);
  const [task] = await bench.run();
  if (task.result.error !== undefined) throw task.result.error;
  return task.result.latency.p50;
}

const [suite, contender, manifest] = process.argv.slice(2);
console.log(JSON.stringify(await run(suite, contender, manifest)));
