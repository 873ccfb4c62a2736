import { Worker } from 'node:worker_threads';
import type { WorkerEvent, WorkerLike } from '../codecs/pool.ts';

/** Starts a thread that decodes. */
export function startCodecWorker(): WorkerLike {
  return workerLike(
    new Worker(new URL('./codec-worker.js', import.meta.url), {
      name: 'framedex codec',
      // Options of the program are not for this file: `--input-type` would forbid it, `--import` slow it down.
      execArgv: [],
    }),
  );
}

/** A thread of Node, in the ways of a `Worker` of browsers. */
export function workerLike(worker: Worker): WorkerLike {
  return {
    postMessage: (message, transfer) => worker.postMessage(message, transfer),
    addEventListener: (type, listener: (event: WorkerEvent) => void) => {
      if (type === 'message') worker.on('message', (data: unknown) => listener({ data }));
      else worker.on(type, (error: unknown) => listener({ error }));
      if (type !== 'error') return;
      worker.on('exit', (code) => listener({ message: `the thread ended with ${code}` }));
    },
    terminate: () => worker.terminate(),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
  };
}
