/** What runs in a thread that looks for where a deflate stream can be resumed. It ends with its run. */
import { parentPort } from 'node:worker_threads';
import { crc32 } from 'node:zlib';
import { Indexing } from '../inflate/indexing.ts';
import type { IndexingRequest } from '../inflate/indexing-protocol.ts';
import type { IndexingThreadMessage } from './indexing.ts';

const indexing = new Indexing(crc32, post);

parentPort?.on('message', (request: IndexingRequest) => {
  indexing.hear(request);
});
post({ kind: 'ready' }, []);

function post(message: IndexingThreadMessage, transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer);
  if (message.kind === 'done' || message.kind === 'broken') parentPort?.close();
}
