import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Codec, DecodedFrame } from './codec.ts';
import type { CodeStreamKind } from './code-stream-kind.ts';
import type { CodecPool, PoolCircumstances } from './pool.ts';
import type { CodecRegistry, DecodeJob } from './registry.ts';
import { isForWorkers } from './worker.ts';

/** Under what circumstances a frame is decoded. */
export interface DecodeCircumstances {
  readonly signal?: AbortSignal | undefined;
  /** How many more will be asked for soon: several are worth starting workers. */
  readonly framesToCome?: number | undefined;
}

/** Decodes frames here or in workers, whichever is better. */
export interface FrameDecoding extends CodecRegistry {
  decode(job: DecodeJob, circumstances?: DecodeCircumstances): Promise<DecodedFrame>;
  /** The most workers that decode at a time; 0 where all is done here. */
  readonly threads: number;
  /**
   * How many frames to ask for before they are needed, so that no worker waits: 0 where so many `frames`
   * of this kind are decoded here.
   */
  framesAhead(transferSyntax: string, pixel: ImagePixel, frames: number): number;
  close(): Promise<void>;
}

export interface FrameDecodingOptions {
  readonly registry: CodecRegistry;
  /** Undefined where all is decoded here. */
  readonly pool: CodecPool | undefined;
  /** The codecs that workers have; others are functions of the caller, which cannot be sent to them. */
  readonly own: readonly Codec[];
  /** Every code stream is decoded in a worker, however short. */
  readonly isolate: boolean;
}

/** Bytes of decoded frames that a millisecond gives, in the order of what was measured. */
const BYTES_A_MILLISECOND: Readonly<Record<CodeStreamKind, number>> = {
  rle: 500_000,
  jpeg: 300_000,
  'jpeg-12': 160_000,
  'jpeg-lossless': 150_000,
  'jpeg-ls': 80_000,
  'jpeg-2000': 13_000,
  htj2k: 200_000,
  'jpeg-xl': 20_000,
};

/**
 * Milliseconds of decoding that are worth a worker. It starts as long as that, with its codec: before two
 * of them have as much to do, the work is done here as soon.
 */
const WORTH_A_WORKER = 125;
/** Milliseconds of decoding below which sending a frame to a worker and back gains nothing. */
const WORTH_SENDING = 0.5;
/** Decoded frames that are under way, or wait to be taken, have no more bytes than this; but there is one. */
export const MOST_BYTES_AHEAD: number = 64 * 1024 * 1024;

/** Frames are decoded by the registry here, or by the pool, of which the same comes. */
export function createFrameDecoding(options: FrameDecodingOptions): FrameDecoding {
  const { registry, pool, own, isolate } = options;
  const portable = new Set(own.filter(isForWorkers));
  let underWay = 0;

  /** Milliseconds that a frame takes, where workers may have it. */
  const timeOf = (job: DecodeJob): number | undefined => {
    if (pool === undefined || (pool.isClosed && !isolate)) return undefined;
    const { codec, kind = codec.codeStreams?.[0] } = registry.find(job);
    if (kind === undefined || !portable.has(codec)) return undefined;
    const time = milliseconds(kind, job.pixel, job.reduce);
    // RLE is decoded before a worker has its bytes.
    return isolate || (kind !== 'rle' && time >= WORTH_SENDING) ? time : undefined;
  };

  const isForPool = (work: number): boolean =>
    isolate || pool?.isWarm === true || work >= 2 * WORTH_A_WORKER;

  const decodeThere = async (
    there: CodecPool,
    job: DecodeJob,
    circumstances: PoolCircumstances,
  ): Promise<DecodedFrame> => {
    try {
      return await there.decode(job, circumstances);
    } catch (error) {
      // Without workers, as in a bundle that left theirs out, frames are decoded all the same.
      if (isolate || error !== there.startFault) throw error;
      return registry.decode(job);
    }
  };

  return {
    ...registry,
    threads: pool?.threads ?? 0,
    async decode(job, { signal, framesToCome = 0 } = {}) {
      underWay++;
      try {
        const time = timeOf(job);
        const work = (time ?? 0) * (underWay + framesToCome);
        if (pool === undefined || time === undefined || !isForPool(work)) {
          return await registry.decode(job);
        }
        const workers = Math.ceil(work / WORTH_A_WORKER);
        return await decodeThere(pool, job, { signal, workers });
      } finally {
        underWay--;
      }
    },
    framesAhead(transferSyntax, pixel, frames) {
      if (pool === undefined || !registry.transferSyntaxes.has(transferSyntax)) return 0;
      const time = timeOf({ transferSyntax, pixel, bytes: new Uint8Array(0) });
      if (time === undefined || !isForPool(time * frames)) return 0;
      const most = Math.floor((MOST_BYTES_AHEAD * 8) / frameBits(pixel));
      return Math.max(1, Math.min(2 * pool.threads, most));
    },
    close: async () => pool?.close(),
  };
}

/** How long a frame takes to decode, about. */
function milliseconds(kind: CodeStreamKind, pixel: ImagePixel, reduce: number | undefined): number {
  const isReduced = kind === 'jpeg-2000' || kind === 'htj2k';
  const bytes = frameBits(pixel) / 8 / (isReduced ? 4 ** (reduce ?? 0) : 1);
  return bytes / BYTES_A_MILLISECOND[kind];
}
