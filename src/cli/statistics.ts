import type { InflationStats } from '../node/index.ts';
import type { OpenedInput } from './inputs.ts';

/** What the inputs of a run cost. */
export interface Statistics {
  /** Counts an input in, when its work is done. */
  add(input: OpenedInput): void;
  /** Counts an input in that could not be opened: what was read of it, nothing tells. */
  addUnopened(): void;
  /** The line of `--stats`: exact numbers, each behind its name. */
  line(): string;
}

export function createStatistics(): Statistics {
  const start = performance.now();
  let reads = 0;
  let bytesRead = 0;
  let bytes = 0;
  let peak = 0;
  let isRemote = false;
  let requests = 0;
  let bytesReceived = 0;
  let unopened = 0;
  const inflation = new Map<keyof InflationStats, number>();
  return {
    add(input) {
      const stats = input.kind === 'file' ? input.file.stats() : input.collection.stats();
      reads += stats.reads;
      bytesRead += stats.bytesRead;
      bytes += input.bytes;
      isRemote ||= stats.remote !== undefined;
      requests += stats.remote?.requests ?? 0;
      bytesReceived += stats.remote?.bytesReceived ?? 0;
      peak = Math.max(peak, stats.peakBufferBytes);
      for (const [kind] of INFLATION) {
        inflation.set(kind, (inflation.get(kind) ?? 0) + (stats.inflation?.[kind] ?? 0));
      }
    },
    addUnopened() {
      unopened++;
    },
    line() {
      const seconds = ((performance.now() - start) / 1000).toFixed(3);
      const memory = Math.round(process.resourceUsage().maxRSS / 1024);
      const figures = [
        `reads ${reads}`,
        `bytes read ${bytesRead}${partText(bytesRead, bytes)}`,
        ...(isRemote ? [`requests ${requests}`, `bytes received ${bytesReceived}`] : []),
        `peak buffers ${peak} bytes`,
        ...inflationTexts(inflation),
        `peak memory of the process ${memory} MiB`,
        `time ${seconds} s`,
        ...(unopened === 0 ? [] : [`not counted: ${unopenedText(unopened)}`]),
      ];
      return `stats: ${figures.join(', ')}\n`;
    },
  };
}

/** What inflating does, in words: the rungs from the cheapest on, then what they took. */
const INFLATION: readonly (readonly [keyof InflationStats, string])[] = [
  ['prefixes', 'beginnings inflated'],
  ['wholes', 'members inflated whole'],
  ['cursors', 'runs in order'],
  ['indexings', 'runs that noted checkpoints'],
  ['restarts', 'stretches resumed'],
  ['spools', 'members spooled'],
  ['bytesInflated', 'bytes inflated'],
  ['checkpointBytes', 'bytes of checkpoints'],
  ['spooledBytes', 'bytes spooled'],
];

function inflationTexts(counts: ReadonlyMap<keyof InflationStats, number>): string[] {
  return INFLATION.flatMap(([kind, words]) => {
    const count = counts.get(kind) ?? 0;
    return count === 0 ? [] : [`${words} ${count}`];
  });
}

function unopenedText(count: number): string {
  return `what was read of ${count} ${count === 1 ? 'input' : 'inputs'} that cannot be opened`;
}

/** A part of what there is; of what was read more than once, no part. */
function partText(bytesRead: number, bytes: number): string {
  if (bytes === 0) return '';
  if (bytesRead > bytes) return ` of ${bytes}`;
  return ` of ${bytes} (${((100 * bytesRead) / bytes).toFixed(2)} %)`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size for people: `1.8 MiB`. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${UNITS[unit] ?? ''}`;
}
