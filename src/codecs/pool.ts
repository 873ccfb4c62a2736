import { onAbort } from '../bytes/on-abort.ts';
import { FramedexError } from '../errors.ts';
import type { DecodedFrame } from './codec.ts';
import { faultError, isShared, requestParcel } from './protocol.ts';
import type { WorkerReply } from './protocol.ts';
import type { DecodeJob } from './registry.ts';
import type { WorkerFetching } from './web-worker-setting.ts';

/** What a worker tells. */
export interface WorkerEvent {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly message?: string | undefined;
}

/**
 * A thread that decodes: the `Worker` of browsers is one, and what differs elsewhere is made to look
 * like it. That it ended by itself is an `error` too.
 */
export interface WorkerLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(
    type: 'message' | 'messageerror' | 'error',
    listener: (event: WorkerEvent) => void,
  ): void;
  /** Ends it, in the midst of whatever it does. */
  terminate(): unknown;
  /** Whether the process waits for it, where there is such a thing: only while it has work. */
  ref?(): void;
  unref?(): void;
}

export interface PoolOptions {
  readonly start: () => WorkerLike;
  /** The most workers at a time. */
  readonly threads: number;
  /**
   * Milliseconds that one frame may take; `Infinity` is no bound. A worker's start has a bound of its own, and what
   * is fetched for a codec has none here: servers and networks take the time they take.
   */
  readonly timeout: number;
  /** Milliseconds that a worker is kept without work: 10,000. */
  readonly idle?: number | undefined;
}

/** Who waits for a frame, and how much there is to do. */
export interface PoolCircumstances {
  readonly signal?: AbortSignal | undefined;
  /** So many workers are worth their start, for this frame and those that are known to come: all. */
  readonly workers?: number | undefined;
}

/** A frame that waits, or is decoded. */
interface Task {
  readonly job: DecodeJob;
  readonly resolve: (decoded: DecodedFrame) => void;
  readonly reject: (error: unknown) => void;
  /** Nobody waits for it any more. */
  isAbandoned: boolean;
}

interface Thread {
  readonly worker: WorkerLike;
  isReady: boolean;
  task: Task | undefined;
  /** Ends it when it starts, decodes or idles for too long. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

const IDLE = 10_000;
/** Milliseconds that a worker may take to start: a hundred times what it does on a machine that has time. */
const LONGEST_START = 10_000;
/** Starts that take longer, until it is taken that there will never be a worker. */
const MOST_SLOW_STARTS = 3;
/** Milliseconds in which no more workers are started beside those there are, when one could not be. */
const PAUSE = 10_000;
/** Longer timers fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Of a script that was not loaded, browsers do not say why (HTML 10.2.4). */
const NOT_LOADED =
  'its script was not loaded: is it served, and does worker-src of the Content Security Policy allow it?';

/**
 * Decodes frames in workers, one at a time in each. They are started when frames wait, and ended when
 * they idle, crash, or take too long for a frame: that frame fails, and others are not concerned.
 */
export class CodecPool {
  readonly #options: PoolOptions;
  readonly #running = new Set<Thread>();
  /** Those without work: the one that had some last is the last. */
  readonly #free: Thread[] = [];
  readonly #waiting: Task[] = [];
  /** So many workers are worth their start. */
  #worth = 0;
  #pausedUntil = 0;
  #startFault: FramedexError | undefined;
  /** Nothing is started any more: no worker ever could be. */
  #hopeless: FramedexError | undefined;
  #wasReady = false;
  #slowStarts = 0;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The most workers at a time. */
  get threads(): number {
    return this.#options.threads;
  }

  /** A worker is there: a frame does not pay for its start. */
  get isWarm(): boolean {
    return this.#running.size > 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Why no worker could be started, the last time. {@link CodecPool.decode} rejects with this very error,
   * and the bytes of the frame are as they were.
   */
  get startFault(): FramedexError | undefined {
    return this.#startFault;
  }

  /**
   * Decodes a frame in a worker. Its encoded bytes are moved there where they are all of their memory,
   * otherwise copied. The cells are in `into` where that is shared memory.
   *
   * Who aborts waits no longer; a worker finishes its frame all the same. Only where it writes to the
   * caller's memory, which may be used for something else then, he waits for that.
   *
   * @throws FramedexError what the codec threw; `CODEC` where the worker crashed; `CODEC_TIMEOUT`;
   * `CODEC_MISSING` where no worker can be started; `CLOSED`.
   */
  decode(
    job: DecodeJob,
    { signal, workers = Infinity }: PoolCircumstances = {},
  ): Promise<DecodedFrame> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#isClosed) throw closed();
      if (this.#hopeless !== undefined) throw this.#hopeless;
      const task: Task = {
        job,
        resolve: (decoded) => {
          forget?.();
          if (signal?.aborted === true) reject(signal.reason);
          else resolve(decoded);
        },
        reject: (error) => {
          forget?.();
          reject(signal?.aborted === true ? signal.reason : error);
        },
        isAbandoned: false,
      };
      const forget =
        signal &&
        onAbort(signal, () => {
          this.#abandon(task);
        });
      this.#worth = workers;
      this.#waiting.push(task);
      this.#next();
    });
  }

  /** Ends all workers, whatever they do: frames that wait or are decoded reject with `CLOSED`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(closed());
    await Promise.all(
      [...this.#running].map(async (thread) => {
        await this.#end(thread);
        thread.task?.reject(closed());
      }),
    );
  }

  #abandon(task: Task): void {
    const at = this.#waiting.indexOf(task);
    if (at >= 0) this.#waiting.splice(at, 1);
    else {
      if (isShared(task.job.into)) return;
      task.isAbandoned = true;
    }
    task.reject(undefined);
    this.#hold();
  }

  /** The process waits for workers while anybody waits for one of their frames, or for a worker. */
  #hold(): void {
    for (const { worker, task } of this.#running) {
      if (this.#waiting.length > 0 || task?.isAbandoned === false) worker.ref?.();
      else worker.unref?.();
    }
  }

  /** Gives waiting frames to workers, and starts those that are needed. */
  #next(): void {
    for (;;) {
      const thread = this.#waiting.length > 0 ? this.#free.pop() : undefined;
      const task = thread && this.#waiting.shift();
      if (thread === undefined || task === undefined) break;
      this.#assign(thread, task);
    }
    let starting = 0;
    for (const { isReady } of this.#running) if (!isReady) starting++;
    while (starting < this.#waiting.length && this.#isWorthAStart() && this.#start()) starting++;
    this.#hold();
  }

  /** Frames that wait are not left without any worker. */
  #isWorthAStart(): boolean {
    const { size } = this.#running;
    if (size === 0) return true;
    return size < Math.min(this.threads, this.#worth) && performance.now() >= this.#pausedUntil;
  }

  #start(): boolean {
    let worker: WorkerLike;
    try {
      worker = this.#options.start();
    } catch (error) {
      this.#cannotStart(error);
      return false;
    }
    const thread: Thread = { worker, isReady: false, task: undefined, timer: undefined };
    this.#running.add(thread);
    worker.addEventListener('message', ({ data }) => {
      const reply = data as WorkerReply | WorkerFetching;
      if (reply.kind === 'fetching' || reply.kind === 'fetched') this.#fetches(thread, reply);
      else this.#heard(thread, reply);
    });
    const lostBy =
      (unsaid: string) =>
      ({ error, message }: WorkerEvent): void =>
        this.#lost(thread, error ?? new Error(message ?? unsaid));
    worker.addEventListener('error', lostBy(NOT_LOADED));
    worker.addEventListener('messageerror', lostBy('a message could not be read'));
    this.#limit(thread, LONGEST_START, (found) => {
      this.#slowStarts++;
      this.#lost(thread, new Error(found));
    });
    return true;
  }

  /** What a worker says that was given up is of no interest. */
  #heard(thread: Thread, reply: WorkerReply): void {
    if (!this.#running.has(thread)) return;
    clearTimeout(thread.timer);
    const { task } = thread;
    thread.task = undefined;
    switch (reply.kind) {
      case 'ready':
        thread.isReady = true;
        this.#wasReady = true;
        this.#startFault = undefined;
        break;
      case 'decoded': {
        const { decoded, inPlace } = reply;
        const { into } = task?.job ?? {};
        // The view that came back is of the same memory, yet of another object.
        const bytes = inPlace ? into?.subarray(0, decoded.bytes.length) : decoded.bytes;
        task?.resolve({ ...decoded, bytes: bytes ?? decoded.bytes });
        break;
      }
      case 'fault':
        task?.reject(faultError(reply.fault));
        break;
    }
    this.#release(thread);
    this.#next();
  }

  /** No file can make a worker fetch for long, as it can make one decode. */
  #fetches(thread: Thread, { kind }: WorkerFetching): void {
    if (!this.#running.has(thread) || thread.task === undefined) return;
    clearTimeout(thread.timer);
    if (kind === 'fetched') this.#limitFrame(thread);
  }

  #assign(thread: Thread, task: Task): void {
    clearTimeout(thread.timer);
    try {
      const { message, transfer } = requestParcel(task.job);
      thread.worker.postMessage(message, transfer);
    } catch (cause) {
      // Memory that cannot be moved: a WebAssembly module's, or moved already.
      task.reject(
        new FramedexError('CODEC', 'the frame cannot be sent to a worker', {}, { cause }),
      );
      this.#release(thread);
      return;
    }
    thread.task = task;
    this.#limitFrame(thread);
  }

  #release(thread: Thread): void {
    this.#free.push(thread);
    this.#after(thread, this.#options.idle ?? IDLE, () => void this.#end(thread));
  }

  /**
   * Bounds the time of what the worker does now. Where this thread was busy, the reply may be there
   * already, behind the timer: it is heard before anything is said of the worker.
   */
  #limit(thread: Thread, time: number, over: (found: string) => void): void {
    if (time > LONGEST_TIMER) return;
    this.#after(thread, time, () => {
      this.#after(thread, 0, () => {
        over(`nothing in ${time} milliseconds`);
      });
    });
  }

  #limitFrame(thread: Thread): void {
    this.#limit(thread, this.#options.timeout, (found) => void this.#tooLong(thread, found));
  }

  /** The process waits for workers, not for their timers. */
  #after(thread: Thread, time: number, then: () => void): void {
    thread.timer = setTimeout(then, time);
    letGo(thread.timer);
  }

  async #tooLong(thread: Thread, found: string): Promise<void> {
    const ended = this.#end(thread);
    this.#next();
    await ended;
    const details = { found, advice: 'Raise codecTimeout if the file is sound.' };
    thread.task?.reject(new FramedexError('CODEC_TIMEOUT', 'decoding takes too long', details));
  }

  /** A worker crashed, or did not start. */
  #lost(thread: Thread, cause: unknown): void {
    if (!this.#running.has(thread)) return;
    void this.#end(thread);
    if (!thread.isReady) this.#cannotStart(cause);
    const summary = 'the decoder crashed';
    thread.task?.reject(new FramedexError('CODEC', summary, {}, { cause }));
    this.#next();
  }

  /**
   * Those that are there do the work for a while. Where there are none, nothing is tried again for these
   * frames; nor for any, unless one was ready before, or a start was merely slow.
   */
  #cannotStart(cause: unknown): void {
    if (this.#running.size > 0) {
      this.#pausedUntil = performance.now() + PAUSE;
      return;
    }
    const summary = 'no worker can be started for codecs';
    const found = cause instanceof Error ? cause.message : String(cause);
    const fault = new FramedexError('CODEC_MISSING', summary, { found }, { cause });
    this.#startFault = fault;
    const isSlow = this.#slowStarts > 0 && this.#slowStarts < MOST_SLOW_STARTS;
    if (!this.#wasReady && !isSlow) this.#hopeless = fault;
    for (const { reject } of this.#waiting.splice(0)) reject(fault);
  }

  async #end(thread: Thread): Promise<void> {
    clearTimeout(thread.timer);
    this.#running.delete(thread);
    const at = this.#free.indexOf(thread);
    if (at >= 0) this.#free.splice(at, 1);
    await thread.worker.terminate();
  }
}

/** In Node, a timer keeps the process alive unless it is told not to. */
function letGo(timer: unknown): void {
  if (isOfNode(timer)) timer.unref();
}

function isOfNode(timer: unknown): timer is { unref(): void } {
  return typeof timer === 'object' && timer !== null && 'unref' in timer;
}

function closed(): FramedexError {
  return new FramedexError('CLOSED', 'the context was closed', {});
}
