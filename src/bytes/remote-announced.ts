import { lastStartingBy, mergedRuns } from './coalesce.ts';
import type { Run, RunOptions, Stretch } from './coalesce.ts';
import type { ByteRange } from './source.ts';

/** So many runs at most are begun, or here, that nobody has read yet. */
const RUNS_AHEAD = 2;
/** How far the next run is looked for: reads follow the announced order about, not exactly. */
const RUNS_LOOKED_AT = 16;

/** A run that was announced. */
export interface AnnouncedRun extends Run {
  /** It was asked for. */
  begun: boolean;
  /** What came of it so far: what misses of that now had to make room. */
  readonly brought: Stretch[];
}

/** Reads that will follow, until it is ended. */
export class Announcement {
  readonly #ended = new AbortController();
  readonly #sorted: readonly AnnouncedRun[];
  /** In the order in which they were announced. */
  readonly #inOrder: readonly AnnouncedRun[];
  readonly #places: ReadonlyMap<AnnouncedRun, number>;
  /** Begun before anybody asked for them, and not read yet. */
  readonly #ahead = new Set<AnnouncedRun>();

  constructor(ranges: readonly ByteRange[], options: RunOptions) {
    const runs = mergedRuns(ranges, options);
    this.#sorted = runs.map((run) => ({ ...run, begun: false, brought: [] }));
    this.#inOrder = [...this.#sorted].sort((a, b) => a.first - b.first);
    this.#places = new Map(this.#inOrder.map((run, place) => [run, place]));
  }

  /** Aborts when it is ended. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  end(): void {
    this.#ended.abort();
  }

  /** The first run that has something of the stretch. */
  runOf({ start, end }: Stretch): AnnouncedRun | undefined {
    const place = lastStartingBy(this.#sorted, start);
    const before = this.#sorted[place];
    if (before !== undefined && before.end > start) return before;
    const next = this.#sorted[place + 1];
    return next !== undefined && next.start < end ? next : undefined;
  }

  /** Notes a read, and says which run is to be begun before it is asked for. */
  next({ start, end }: Stretch): AnnouncedRun | undefined {
    let last: AnnouncedRun | undefined;
    for (let at = start; at < end; at = last.end) {
      const run = this.runOf({ start: at, end });
      if (run === undefined) break;
      this.#ahead.delete(run);
      run.begun = true;
      last = run;
    }
    if (last === undefined || this.#ahead.size >= RUNS_AHEAD) return undefined;
    const place = (this.#places.get(last) ?? 0) + 1;
    const next = this.#inOrder.slice(place, place + RUNS_LOOKED_AT).find(({ begun }) => !begun);
    if (next === undefined) return undefined;
    next.begun = true;
    this.#ahead.add(next);
    return next;
  }
}
