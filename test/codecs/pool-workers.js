/** Workers without threads: messages cross by structured clone, as they do between threads. */
import { vi } from 'vitest';
import { CodecPool } from '../../src/codecs/pool.js';
import { frameServer, READY } from '../../src/codecs/worker.js';
import { codecPlatform } from '../support/codec-platform.js';
import { pixelOf } from '../support/pixel.js';
/** A worker that does what a test tells it to. */
export class ScriptedWorker {
  /** What it was sent, as it arrived. */
  requests = [];
  /** Whether a process would wait for it. */
  isHeld = true;
  isTerminated = false;
  #listeners = [];
  postMessage(message, transfer) {
    this.requests.push(structuredClone(message, { transfer }));
  }
  addEventListener(type, listener) {
    this.#listeners.push([type, listener]);
  }
  /** Says so to the pool. */
  emit(type, event) {
    for (const [its, listener] of this.#listeners) if (its === type) listener(event);
  }
  ready() {
    this.emit('message', { data: READY });
  }
  /** Replies to the last request with so many cells of this value. */
  reply(value, length = 4) {
    const { pixel } = this.requests[this.requests.length - 1] ?? jobOf(0);
    const decoded = { bytes: new Uint8Array(length).fill(value), pixel };
    this.say({ message: { kind: 'decoded', decoded, inPlace: false }, transfer: [] });
  }
  say({ message, transfer }) {
    this.emit('message', { data: structuredClone(message, { transfer }) });
  }
  terminate() {
    this.isTerminated = true;
    return Promise.resolve();
  }
  ref() {
    this.isHeld = true;
  }
  unref() {
    this.isHeld = false;
  }
}
/** A worker that decodes, by the same code as one in a thread. */
export class ServingWorker extends ScriptedWorker {
  #answer;
  constructor(codecs) {
    super();
    this.#answer = frameServer(codecPlatform, codecs);
    setTimeout(() => {
      this.ready();
    }, 0);
  }
  postMessage(message, transfer) {
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
export function jobOf(value, more = {}) {
  return {
    transferSyntax: '2.25.1',
    bytes: Uint8Array.of(value),
    pixel: pixelOf({ rows: 2, columns: 2, bitsAllocated: 8 }),
    ...more,
  };
}
/** A pool, and the workers that it started. */
export function poolOf(options = {}) {
  const workers = [];
  const start = () => {
    const worker = new ScriptedWorker();
    workers.push(worker);
    return worker;
  };
  const pool = new CodecPool({ start, threads: 2, timeout: 1000, idle: 5000, ...options });
  const worker = (k) => {
    const found = workers[k];
    if (found === undefined) throw new Error(`there is no worker ${k}`);
    return found;
  };
  return { pool, workers, worker };
}
/** As a thread that is busy: timers are due, and messages lie behind them. */
export function busy(milliseconds) {
  vi.advanceTimersByTime(milliseconds);
}
