import { isSynchronous, readExactly, readExactlySync } from '../bytes/source.ts';
import type { ReadOptions, Source } from '../bytes/source.ts';
import type { Need } from '../bytes/window.ts';

/**
 * Steps that ask for bytes and are given them. What they are given is theirs to look at until they ask
 * for the next; to keep, they copy it.
 */
export type ReadSteps<T> = Generator<Need, T, Uint8Array>;

const BLOCK = 64 * 1024;
/** Where less than this is jumped over, the bytes behind come along in one read. */
const SHORT_JUMP = 4096;
/** The same, where a read is a journey. */
const SHORT_FROM_AFAR = 64 * 1024;
/** Short jumps in a row that show that more will follow: a table and the first item are one. */
const SEVERAL = 2;

/** Runs steps over a source, without promises where it can be read at once. */
export async function runSteps<T>(
  steps: ReadSteps<T>,
  source: Source,
  options?: ReadOptions,
): Promise<T> {
  options?.signal?.throwIfAborted();
  if (isSynchronous(source)) return runStepsAtOnce(steps, source);
  const block = new Block(source.size, SHORT_FROM_AFAR);
  let step = steps.next();
  while (step.done !== true) {
    let bytes = block.seen(step.value);
    if (bytes === undefined) {
      const into = block.room(step.value);
      const { offset } = step.value;
      const read = { into, signal: options?.signal };
      bytes = block.take(step.value, await readExactly(source, offset, into.length, read));
    }
    step = steps.next(bytes);
  }
  return step.value;
}

/** {@link runSteps} of a source that can be read at once. */
export function runStepsAtOnce<T>(
  steps: ReadSteps<T>,
  source: Source & Required<Pick<Source, 'readSync'>>,
): T {
  const block = new Block(source.size, SHORT_JUMP);
  let step = steps.next();
  while (step.done !== true) {
    let bytes = block.seen(step.value);
    if (bytes === undefined) {
      const into = block.room(step.value);
      const { offset } = step.value;
      bytes = block.take(step.value, readExactlySync(source, offset, into.length, into));
    }
    step = steps.next(bytes);
  }
  return step.value;
}

/** The bytes that were read last: steps that go on in small jumps find the next ones there. */
class Block {
  readonly #size: number;
  readonly #shortJump: number;
  readonly #buffer = new Uint8Array(BLOCK);
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  /** Where the bytes end that were asked for last. */
  #asked = -Infinity;
  #shortJumps = 0;

  constructor(size: number, shortJump: number) {
    this.#size = size;
    this.#shortJump = shortJump;
  }

  seen({ offset, length }: Need): Uint8Array | undefined {
    const at = offset - this.#start;
    if (at < 0 || at + length > this.#bytes.length) return undefined;
    this.#asked = offset + length;
    return this.#bytes.subarray(at, at + length);
  }

  /** Where the next read goes, as long as it is. */
  room({ offset, length }: Need): Uint8Array {
    if (length > BLOCK) return new Uint8Array(length);
    const jump = offset - this.#asked;
    this.#shortJumps = jump >= 0 && jump < this.#shortJump ? this.#shortJumps + 1 : 0;
    const ahead = this.#shortJumps < SEVERAL ? length : Math.min(BLOCK, this.#size - offset);
    return this.#buffer.subarray(0, ahead);
  }

  take({ offset, length }: Need, bytes: Uint8Array): Uint8Array {
    this.#bytes = bytes;
    this.#start = offset;
    this.#asked = offset + length;
    return bytes.subarray(0, length);
  }
}
