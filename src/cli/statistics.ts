import type { OpenedInput } from './inputs.ts';

/** What the inputs of a run cost. */
export interface Statistics {
  /** Counts an input in, when its work is done. */
  add(input: OpenedInput): void;
  /** The line of `--stats`: exact numbers, each behind its name. */
  line(): string;
}

export function createStatistics(): Statistics {
  const start = performance.now();
  let reads = 0;
  let bytesRead = 0;
  let bytes: number | undefined = 0;
  let peak = 0;
  return {
    add(input) {
      const stats = input.kind === 'file' ? input.file.stats() : input.collection.stats();
      reads += stats.reads;
      bytesRead += stats.bytesRead;
      bytes = bytes === undefined || input.bytes === undefined ? undefined : bytes + input.bytes;
      peak = Math.max(peak, stats.peakBufferBytes);
    },
    line() {
      const seconds = ((performance.now() - start) / 1000).toFixed(3);
      const memory = Math.round(process.resourceUsage().maxRSS / 1024);
      const figures = [
        `reads ${reads}`,
        `bytes read ${bytesRead}${partText(bytesRead, bytes)}`,
        `peak buffers ${peak} bytes`,
        `peak memory of the process ${memory} MiB`,
        `time ${seconds} s`,
      ];
      return `stats: ${figures.join(', ')}\n`;
    },
  };
}

/** A part of what there is; of what was read more than once, no part. */
function partText(bytesRead: number, bytes: number | undefined): string {
  if (bytes === undefined) return '';
  if (bytes === 0 || bytesRead > bytes) return ` of ${bytes}`;
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
