/** Workers without threads: messages cross by structured clone, as they do between threads. */
import { vi } from 'vitest';
import { CodecPool } from '../../src/codecs/pool.ts';
import type { PoolOptions, WorkerEvent, WorkerLike } from '../../src/codecs/pool.ts';
import type { Parcel, WorkerReply, WorkerRequest } from '../../src/codecs/protocol.ts';
import { frameServer, READY } from '../../src/codecs/worker.ts';
import type { DecodeJob } from '../../src/codecs/registry.ts';
import type { Codec } from '../../src/codecs/codec.ts';
import { codecPlatform } from '../support/codec-platform.ts';
import { pixelOf } from '../support/pixel.ts';

type EventType = 'message' | 'messageerror' | 'error';

/** A worker that does what a test tells it to. */
export class ScriptedWorker implements WorkerLike {
  /** What it was sent, as it arrived. */
  readonly requests: WorkerRequest[] = [];
  /** Whether a process would wait for it. */
  isHeld = true;
  isTerminated = false;
  readonly #listeners: (readonly [EventType, (event: WorkerEvent) => void])[] = [];

  postMessage(message: unknown, transfer: ArrayBuffer[]): void {
    this.requests.push(structuredClone(message, { transfer }) as WorkerRequest);
  }

  addEventListener(type: EventType, listener: (event: WorkerEvent) => void): void {
    this.#listeners.push([type, listener]);
  }

  /** Says so to the pool. */
  emit(type: EventType, event: WorkerEvent): void {
    for (const [its, listener] of this.#listeners) if (its === type) listener(event);
  }

  ready(): void {
    this.emit('message', { data: READY });
  }

  /** Replies to the last request with so many cells of this value. */
  reply(value: number, length = 4): void {
    const { pixel } = this.requests[this.requests.length - 1] ?? jobOf(0);
    const decoded = { bytes: new Uint8Array(length).fill(value), pixel };
    this.say({ message: { kind: 'decoded', decoded, inPlace: false }, transfer: [] });
  }

  say({ message, transfer }: Parcel<WorkerReply>): void {
    this.emit('message', { data: structuredClone(message, { transfer }) });
  }

  terminate(): Promise<void> {
    this.isTerminated = true;
    return Promise.resolve();
  }

  ref(): void {
    this.isHeld = true;
  }

  unref(): void {
    this.isHeld = false;
  }
}

/** A worker that decodes, by the same code as one in a thread. */
export class ServingWorker extends ScriptedWorker {
  readonly #answer: (request: WorkerRequest) => Promise<Parcel<WorkerReply>>;

  constructor(codecs?: readonly Codec[]) {
    super();
    this.#answer = frameServer(codecPlatform, codecs);
    setTimeout(() => {
      this.ready();
    }, 0);
  }

  override postMessage(message: unknown, transfer: ArrayBuffer[]): void {
    super.postMessage(message, transfer);
    const request = this.requests[this.requests.length - 1];
    if (request === undefined) return;
    void this.#answer(request).then((parcel) => {
      setTimeout(() => {
        if (!this.isTerminated) this.say(parcel);
      }, 0);
    });
  }
}

/** A frame of four cells of 8 bits, whose one encoded byte is `value`. */
export function jobOf(value: number, more: Partial<DecodeJob> = {}): DecodeJob {
  return {
    transferSyntax: '2.25.1',
    bytes: Uint8Array.of(value),
    pixel: pixelOf({ rows: 2, columns: 2, bitsAllocated: 8 }),
    ...more,
  };
}

/** A pool, and the workers that it started. */
export function poolOf(options: Partial<PoolOptions> = {}): {
  readonly pool: CodecPool;
  readonly workers: ScriptedWorker[];
  readonly worker: (k: number) => ScriptedWorker;
} {
  const workers: ScriptedWorker[] = [];
  const start = (): ScriptedWorker => {
    const worker = new ScriptedWorker();
    workers.push(worker);
    return worker;
  };
  const pool = new CodecPool({ start, threads: 2, timeout: 1000, idle: 5000, ...options });
  const worker = (k: number): ScriptedWorker => {
    const found = workers[k];
    if (found === undefined) throw new Error(`there is no worker ${k}`);
    return found;
  };
  return { pool, workers, worker };
}

/** As a thread that is busy: timers are due, and messages lie behind them. */
export function busy(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds);
}
