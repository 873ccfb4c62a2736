import type { Codec, CodecPlatform } from './codec.ts';
import { decodedParcel, faultParcel } from './protocol.ts';
import type { Parcel, WorkerReply, WorkerRequest } from './protocol.ts';
import { defaultCodecs } from './default-codecs.ts';
import { createRegistry } from './registry.ts';

/** Answers the requests of a pool, in a worker. */
export type FrameServer = (request: WorkerRequest) => Promise<Parcel<WorkerReply>>;

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
