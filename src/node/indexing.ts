import { Worker } from 'node:worker_threads';
import { FramedexError } from '../errors.ts';
import type {
  IndexingPort,
  IndexingReply,
  IndexingRequest,
  StartIndexing,
} from '../inflate/indexing-protocol.ts';
import { nodeInflater } from './inflater.ts';

/** What a thread says: its first word is that it is there. */
export type IndexingThreadMessage = IndexingReply | { readonly kind: 'ready' };

export interface IndexingThreadsOptions {
  /** The most of them at a time, 1 at least: a run more waits for its turn. */
  readonly threads: number;
  /** Starts one. */
  readonly startThread?: (() => Worker) | undefined;
}

/** Runs over big members, each in a thread of its own. */
export interface IndexingThreads {
  readonly start: StartIndexing;
  /** Ends all runs: who waits for one hears `CLOSED`. None is started any more. */
  close(): void;
}

/** Nothing is started before somebody does. Where no thread can be, a run goes on in this one. */
export function createIndexingThreads({
  threads,
  startThread = startIndexingThread,
}: IndexingThreadsOptions): IndexingThreads {
  const turns = new Turns(threads);
  let isClosed = false;
  return {
    start: () => {
      if (isClosed) throw closed();
      const run = new ThreadRun(startThread, turns);
      turns.add(run);
      return run;
    },
    close: () => {
      isClosed = true;
      for (const run of turns.all()) run.fail(closed());
    },
  };
}

function startIndexingThread(): Worker {
  return new Worker(new URL('./indexing-worker.js', import.meta.url), {
    name: 'framedex indexing',
    // Options of the program are not for this file: `--input-type` would forbid it, `--import` slow it down.
    execArgv: [],
  });
}

/** Whose turn it is, and for whom the process waits. */
class Turns {
  readonly #most: number;
  readonly #waiting: ThreadRun[] = [];
  readonly #running = new Set<ThreadRun>();

  constructor(most: number) {
    this.#most = most;
  }

  all(): ThreadRun[] {
    return [...this.#waiting, ...this.#running];
  }

  add(run: ThreadRun): void {
    this.#waiting.push(run);
    this.#next();
  }

  end(run: ThreadRun): void {
    this.#running.delete(run);
    const at = this.#waiting.indexOf(run);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#next();
  }

  /** Who waits for a run that has no turn yet waits for those before it. */
  hold(): void {
    const areAllAwaited = this.#waiting.some(({ isAwaited }) => isAwaited);
    for (const run of this.#running) run.holdThread(areAllAwaited || run.isAwaited);
  }

  #next(): void {
    while (this.#running.size < this.#most) {
      const run = this.#waiting.shift();
      if (run === undefined) break;
      this.#running.add(run);
      run.begin();
    }
    this.hold();
  }
}

interface Parcel {
  readonly request: IndexingRequest;
  readonly transfer: ArrayBuffer[];
}

/** One run. Until its thread is there, requests are kept: so they can be answered without a thread, too. */
class ThreadRun implements IndexingPort {
  readonly #startThread: () => Worker;
  readonly #turns: Turns;
  #kept: Parcel[] | undefined = [];
  #worker: Worker | undefined;
  #here: IndexingPort | undefined;
  #isHere = false;
  #isOver = false;
  #isAwaited = true;
  #reply: (reply: IndexingReply) => void = () => undefined;
  #failed: (error: unknown) => void = () => undefined;

  constructor(startThread: () => Worker, turns: Turns) {
    this.#startThread = startThread;
    this.#turns = turns;
  }

  get isAwaited(): boolean {
    return this.#isAwaited;
  }

  listen(reply: (reply: IndexingReply) => void, failed: (error: unknown) => void): void {
    this.#reply = reply;
    this.#failed = failed;
  }

  post(request: IndexingRequest, transfer: ArrayBuffer[]): void {
    if (this.#isOver) return;
    if (this.#kept !== undefined) this.#kept.push({ request, transfer });
    else this.#send({ request, transfer });
  }

  hold(isAwaited: boolean): void {
    this.#isAwaited = isAwaited;
    this.#turns.hold();
  }

  close(): void {
    if (this.#isOver) return;
    this.#end();
    this.#here?.close();
    void this.#worker?.terminate();
  }

  /** Its turn has come. */
  begin(): void {
    try {
      this.#worker = this.#startThread();
    } catch {
      this.#goOnHere();
      return;
    }
    this.#worker.on('message', (message: IndexingThreadMessage) => {
      this.#heard(message);
    });
    const lost = (error: unknown): void => {
      this.#lost(error);
    };
    this.#worker.on('error', lost);
    this.#worker.on('messageerror', lost);
    this.#worker.on('exit', (code) => {
      this.#lost(new Error(`the thread ended with ${code}`));
    });
  }

  holdThread(isAwaited: boolean): void {
    this.#here?.hold(isAwaited);
    if (isAwaited) this.#worker?.ref();
    else this.#worker?.unref();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.close();
    this.#failed(error);
  }

  #heard(message: IndexingThreadMessage): void {
    if (this.#isOver) return;
    if (message.kind === 'ready') {
      this.#sendKept();
      return;
    }
    if (message.kind === 'done' || message.kind === 'broken') this.#end();
    this.#reply(message);
  }

  #lost(cause: unknown): void {
    if (this.#isOver || this.#isHere) return;
    if (this.#kept !== undefined) {
      this.#goOnHere();
      return;
    }
    const found = cause instanceof Error ? cause.message : undefined;
    this.fail(new FramedexError('IO', 'the thread that inflates has ended', { found }, { cause }));
  }

  #goOnHere(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#isHere = true;
    // Our own decoder is for threads: a process that starts them does without it, and so do all that read no archive.
    import('../inflate/indexing-here.ts').then(
      ({ createIndexingHere }) => {
        if (!this.#isOver) this.#runBy(createIndexingHere(nodeInflater));
      },
      (error: unknown) => {
        this.fail(error);
      },
    );
  }

  #runBy(here: IndexingPort): void {
    this.#here = here;
    here.listen(
      (reply) => {
        this.#heard(reply);
      },
      (error) => {
        this.fail(error);
      },
    );
    this.#sendKept();
    this.#turns.hold();
  }

  #sendKept(): void {
    const parcels = this.#kept ?? [];
    this.#kept = undefined;
    for (const parcel of parcels) this.#send(parcel);
  }

  #send({ request, transfer }: Parcel): void {
    if (this.#here !== undefined) {
      this.#here.post(request, transfer);
      return;
    }
    try {
      this.#worker?.postMessage(request, transfer);
    } catch (error) {
      this.fail(error);
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#kept = undefined;
    this.#worker?.unref();
    this.#turns.end(this);
  }
}

function closed(): FramedexError {
  return new FramedexError('CLOSED', 'the context was closed', {});
}
