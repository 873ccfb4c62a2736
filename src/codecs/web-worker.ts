/** What runs in a `Worker` of a browser that decodes: the module to start it with. */
import { FramedexError } from '../errors.ts';
import { fetchWasm } from './fetch-wasm.ts';
import type { WorkerRequest } from './protocol.ts';
import { frameServer, READY, reply } from './worker.ts';

const answer = frameServer({ inflater: { inflate: cannotInflate }, wasm: fetchWasm });

globalThis.addEventListener('message', ({ data }: MessageEvent<WorkerRequest>) => {
  void reply(answer, data, (message, transfer) => {
    globalThis.postMessage(message, { transfer });
  });
});
globalThis.postMessage(READY);

/** None of the codecs that run here inflates. */
function cannotInflate(): Promise<never> {
  return Promise.reject(new FramedexError('INFLATE', 'nothing is inflated here', {}));
}
