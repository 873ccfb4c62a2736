import type { Need } from '../bytes/window.ts';
import type { ReadSteps } from './read-steps.ts';

/** The payloads of fragments as one stretch of bytes, without the item headers between them. */
export class JoinedFragments {
  readonly count: number;
  readonly size: number;
  readonly #offsets: Float64Array;
  /** Of each payload in the stretch, and the end of the last. */
  readonly #starts: Float64Array;
  /** Where a position was found last: most are looked for one behind the other. */
  #near = 0;

  constructor(offsets: Float64Array, lengths: Uint32Array) {
    this.count = offsets.length;
    this.#offsets = offsets;
    this.#starts = new Float64Array(offsets.length + 1);
    let size = 0;
    for (let k = 0; k < offsets.length; k++) {
      size += lengths[k] ?? 0;
      this.#starts[k + 1] = size;
    }
    this.size = size;
  }

  /** Where payload `k` starts. */
  startOf(k: number): number {
    return this.#starts[k] ?? this.size;
  }

  /** The first fragment from `k` on that is not empty; `count` where there is none. */
  filledFrom(k: number): number {
    let filled = k;
    while (filled < this.count && this.startOf(filled) === this.startOf(filled + 1)) filled++;
    return filled;
  }

  /** The fragment that has the byte at `position`. */
  fragmentAt(position: number): number {
    const k = this.#near;
    if (this.startOf(k) <= position && position < this.startOf(k + 1)) return k;
    if (this.startOf(k + 1) <= position && position < this.startOf(k + 2)) return ++this.#near;
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startOf(middle) <= position) low = middle;
      else high = middle - 1;
    }
    this.#near = low;
    return low;
  }

  /** The bytes from `position` on, in one read with the item headers that lie between them. */
  *read(position: number, length: number): ReadSteps<Uint8Array> {
    let k = this.fragmentAt(position);
    const offset = this.#fileOffset(k, position);
    const last = this.fragmentAt(position + length - 1);
    if (last === k) return yield { offset, length };
    const span = this.#fileOffset(last, position + length) - offset;
    const bytes = yield { offset, length: span };
    const joined = new Uint8Array(length);
    for (let done = 0; done < length; k++) {
      const from = Math.max(position, this.startOf(k));
      const part = Math.min(position + length, this.startOf(k + 1)) - from;
      const at = this.#fileOffset(k, from) - offset;
      joined.set(bytes.subarray(at, at + part), done);
      done += part;
    }
    return joined;
  }

  #fileOffset(k: number, position: number): number {
    return (this.#offsets[k] ?? 0) + position - this.startOf(k);
  }

  /** Runs steps whose positions are those of the stretch. */
  *run<T>(steps: Generator<Need, T, Uint8Array>): ReadSteps<T> {
    let step = steps.next();
    while (step.done !== true) {
      step = steps.next(yield* this.read(step.value.offset, step.value.length));
    }
    return step.value;
  }
}
