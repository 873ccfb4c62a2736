/** What runs in a `Worker` of a browser that decodes: the module to start it with. */
import { FramedexError } from '../errors.ts';
import { fetchWasm } from './fetch-wasm.ts';
import type { WasmPlaces } from './fetch-wasm.ts';
import type { WorkerRequest } from './protocol.ts';
import type { WorkerFetching, WorkerSetting } from './web-worker-setting.ts';
import { frameServer, READY, reply } from './worker.ts';

let places: WasmPlaces = {};
const answer = frameServer({
  inflater: { inflate: cannotInflate },
  wasm: fetchedWasm,
});

globalThis.addEventListener('message', ({ data }: MessageEvent<WorkerRequest | WorkerSetting>) => {
  if ('wasm' in data) {
    places = data.wasm;
    return;
  }
  void reply(answer, data, (message, transfer) => {
    globalThis.postMessage(message, { transfer });
  });
});
globalThis.postMessage(READY);

/** All of it: what has not arrived is waited for by nobody who counts the time of a frame. */
async function fetchedWasm(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  say({ kind: 'fetching' });
  try {
    const response = await fetchWasm(specifier, places);
    return new Uint8Array(await response.arrayBuffer());
  } finally {
    say({ kind: 'fetched' });
  }
}

function say(message: WorkerFetching): void {
  globalThis.postMessage(message);
}

/** None of the codecs that run here inflates. */
function cannotInflate(): Promise<never> {
  return Promise.reject(new FramedexError('INFLATE', 'nothing is inflated here', {}));
}
