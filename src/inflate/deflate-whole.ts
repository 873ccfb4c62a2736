import { FramedexError } from '../errors.ts';
import { GREATEST_RATIO, INPUT_AT_ONCE } from './deflate-bounds.ts';
import { DeflateDecoder } from './deflate-decoder.ts';
import { deflateError } from './deflate-error.ts';
import type { Inflated, InflateOptions } from './inflater.ts';
import { turns } from './next-turn.ts';

const NOTHING = new Uint8Array();
/** Output for each byte of input where none is expected: that of deflated samples is less. */
const USUAL_RATIO = 4;
/** The most that is set aside before any of it is there. */
const MOST_AT_FIRST = 2 ** 30;

/** Inflates a whole stream, and lets other work of the thread have its turns meanwhile. */
export async function inflate(bytes: Uint8Array, options: InflateOptions): Promise<Inflated> {
  const gathered = new Gathered(bytes, options);
  const turn = turns();
  try {
    for (let at = 0; at < bytes.length && !gathered.decoder.ended; at += INPUT_AT_ONCE) {
      await turn();
      gathered.decoder.push(bytes.subarray(at, at + INPUT_AT_ONCE), false);
    }
    return gathered.whole();
  } catch (cause) {
    throw deflateError(cause, options);
  }
}

/** Inflates a whole stream at once. */
export function inflateSync(bytes: Uint8Array, options: InflateOptions): Inflated {
  const gathered = new Gathered(bytes, options);
  try {
    gathered.decoder.push(bytes, false);
    return gathered.whole();
  } catch (cause) {
    throw deflateError(cause, options);
  }
}

/** What the first bytes of a stream inflate to. */
export function inflatePrefixSync(bytes: Uint8Array, options: InflateOptions): Uint8Array {
  const gathered = new Gathered(bytes, options);
  try {
    gathered.decoder.push(bytes, false);
    return gathered.bytes();
  } catch (cause) {
    throw deflateError(cause, options);
  }
}

/** What a stream inflates to, in one piece. */
class Gathered {
  readonly decoder: DeflateDecoder;
  readonly #limit: number;
  readonly #name: string;
  #memory: Uint8Array;
  #length = 0;

  constructor({ length }: Uint8Array, { limit, expected, name }: InflateOptions) {
    // What is expected comes from a header that may lie: no more is set aside than there can be.
    const possible = Math.min(length * GREATEST_RATIO, limit, MOST_AT_FIRST);
    const guess = Math.min(expected ?? length * USUAL_RATIO, possible);
    this.#limit = limit;
    this.#name = name;
    this.#memory = this.#memoryOf(guess);
    this.decoder = new DeflateDecoder({
      output: (part, at) => {
        this.#take(part, at);
      },
      limit,
    });
  }

  /** @throws DeflateFault `'cut'` where the stream has not come to its end. */
  whole(): Inflated {
    this.decoder.push(NOTHING, true);
    return { bytes: this.bytes(), used: this.decoder.used };
  }

  /** A copy where most of the memory behind it would lie idle. */
  bytes(): Uint8Array {
    const bytes = this.#memory.subarray(0, this.#length);
    return bytes.length * 4 < this.#memory.length ? bytes.slice() : bytes;
  }

  #take(part: Uint8Array, at: number): void {
    this.#length = at + part.length;
    if (this.#length > this.#memory.length) {
      const more = Math.max(this.#length, Math.min(this.#limit, 2 * this.#memory.length));
      const grown = this.#memoryOf(more);
      grown.set(this.#memory.subarray(0, at));
      this.#memory = grown;
    }
    this.#memory.set(part, at);
  }

  /** There may be less than the limit allows. */
  #memoryOf(length: number): Uint8Array {
    try {
      return new Uint8Array(length);
    } catch (cause) {
      const summary = 'what the deflate stream holds does not fit into memory';
      const details = { name: this.#name, limit: this.#limit, found: `${length} bytes` };
      throw new FramedexError('INFLATE_LIMIT', summary, details, { cause });
    }
  }
}
