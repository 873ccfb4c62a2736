import type { Codec, CodecPlatform } from './codec.ts';
import { decodedParcel, faultParcel } from './protocol.ts';
import type { Parcel, WorkerReply, WorkerRequest } from './protocol.ts';
import { defaultCodecs } from './default-codecs.ts';
import { createRegistry } from './registry.ts';

/** Answers the requests of a pool, in a worker. */
export type FrameServer = (request: WorkerRequest) => Promise<Parcel<WorkerReply>>;

/**
 * Answers one request. What cannot be sent is a fault of its frame: nobody hears of a promise that
 * rejects in a worker, and the frame would be waited for until it is out of time.
 */
export async function reply(
  answer: FrameServer,
  request: WorkerRequest,
  post: (message: WorkerReply, transfer: ArrayBuffer[]) => void,
): Promise<void> {
  const { message, transfer } = await answer(request);
  try {
    post(message, transfer);
  } catch (error) {
    post(faultParcel(error).message, []);
  }
}

/** The first message of a worker: its modules are loaded. */
export const READY: WorkerReply = { kind: 'ready' };

/**
 * Whether frames of a codec may be decoded in a worker. Those without code streams are copied, or
 * inflated by a platform that has threads of its own for that.
 */
export function isForWorkers(codec: Codec): boolean {
  return codec.codeStreams !== undefined;
}

/** What a worker does, wherever it runs: it decodes with the codecs of this package, loaded as they are needed. */
export function frameServer(
  platform: CodecPlatform,
  codecs: readonly Codec[] = defaultCodecs,
): FrameServer {
  const registry = createRegistry(codecs.filter(isForWorkers), platform);
  return async (request) => {
    try {
      return decodedParcel(request, await registry.decode(request));
    } catch (error) {
      return faultParcel(error);
    }
  };
}
