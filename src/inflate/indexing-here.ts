import { crc32 as portableCrc32 } from './crc32.ts';
import { Indexing } from './indexing.ts';
import type { IndexingPort, IndexingReply, IndexingRequest } from './indexing-protocol.ts';
import type { Inflater } from './inflater.ts';
import { nextTurn } from './next-turn.ts';

/** Bytes of input that are inflated in one go: a millisecond's work, mostly. */
const PIECE = 64 * 1024;

/**
 * A run in this thread: a little of it whenever other work had its turn. It only goes on while somebody
 * waits for it, and somebody does at first.
 */
export function createIndexingHere({
  crc32 = portableCrc32,
}: Pick<Inflater, 'crc32'>): IndexingPort {
  return new IndexingHere(crc32);
}

interface Task {
  readonly request: IndexingRequest;
  /** Other parts of the same piece come next. */
  readonly isCut: boolean;
}

class IndexingHere implements IndexingPort {
  readonly #indexing: Indexing;
  readonly #tasks: Task[] = [];
  #isCut = false;
  #isAwaited = true;
  #isRunning = false;
  #isClosed = false;
  #reply: (reply: IndexingReply) => void = () => undefined;
  #failed: (error: unknown) => void = () => undefined;

  constructor(crc32: NonNullable<Inflater['crc32']>) {
    this.#indexing = new Indexing(crc32, (reply) => {
      // Who gave a piece hears once that it was taken.
      if (!this.#isClosed && !(this.#isCut && reply.kind === 'taken')) this.#reply(reply);
    });
  }

  listen(reply: (reply: IndexingReply) => void, failed: (error: unknown) => void): void {
    this.#reply = reply;
    this.#failed = failed;
  }

  post(request: IndexingRequest): void {
    if (this.#isClosed) return;
    this.#tasks.push(...tasksOf(request));
    void this.#run();
  }

  hold(isAwaited: boolean): void {
    this.#isAwaited = isAwaited;
    void this.#run();
  }

  close(): void {
    this.#isClosed = true;
    this.#tasks.length = 0;
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#isAwaited && this.#tasks.length > 0) {
      await nextTurn();
      // Closed in the meantime, there are none.
      const task = this.#tasks.shift();
      if (task !== undefined) this.#do(task);
    }
    this.#isRunning = false;
  }

  #do({ request, isCut }: Task): void {
    this.#isCut = isCut;
    try {
      this.#indexing.hear(request);
    } catch (error) {
      this.close();
      this.#failed(error);
    }
  }
}

function* tasksOf(request: IndexingRequest): Generator<Task> {
  let rest = request;
  while (rest.kind === 'bytes' && rest.bytes.length > PIECE) {
    const { bytes } = rest;
    yield { request: { ...rest, bytes: bytes.subarray(0, PIECE), last: false }, isCut: true };
    rest = { ...rest, bytes: bytes.subarray(PIECE) };
  }
  yield { request: rest, isCut: false };
}
