/** What runs in a thread that decodes. */
import { parentPort } from 'node:worker_threads';
import type { WorkerRequest } from '../codecs/protocol.ts';
import { frameServer, READY, reply } from '../codecs/worker.ts';
import { nodeInflater } from './inflater.ts';
import { wasmOfPackage } from './wasm.ts';

const answer = frameServer({ inflater: nodeInflater, wasm: wasmOfPackage });

parentPort?.on('message', (request: WorkerRequest) => {
  void reply(answer, request, (message, transfer) => parentPort?.postMessage(message, transfer));
});
parentPort?.postMessage(READY);
