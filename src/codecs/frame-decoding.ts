import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Codec, DecodedFrame } from './codec.ts';
import type { CodeStreamKind } from './code-stream-kind.ts';
import type { CodecPool } from './pool.ts';
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
  /** Workers that decode at a time; 0 where all is done here. */
  readonly threads: number;
  /**
   * How many frames to ask for before they are needed, so that no worker waits: 0 where frames of this
   * kind are decoded here.
   */
  framesAhead(transferSyntax: string, pixel: ImagePixel): number;
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
  jpeg: 200_000,
  'jpeg-12': 150_000,
  'jpeg-lossless': 80_000,
  'jpeg-ls': 75_000,
  'jpeg-2000': 10_000,
  htj2k: 200_000,
  'jpeg-xl': 12_000,
};

/** Milliseconds of decoding that are worth the start of a worker. */
const WORTH_A_START = 100;
/** Milliseconds of decoding below which sending a frame to a worker and back gains nothing. */
const WORTH_SENDING = 0.5;
/** Decoded frames that wait to be taken. */
const MOST_BYTES_AHEAD = 64 * 1024 * 1024;

/** Frames are decoded by the registry here, or by the pool, of which the same comes. */
export function createFrameDecoding(options: FrameDecodingOptions): FrameDecoding {
  const { registry, pool, own, isolate } = options;
  const portable = new Set(own.filter(isForWorkers));
  let underWay = 0;

  const isForPool = (job: DecodeJob, framesToCome: number): boolean => {
    if (pool === undefined || (pool.isClosed && !isolate)) return false;
    const { codec, kind } = registry.find(job);
    if (!portable.has(codec)) return false;
    if (isolate) return true;
    const time = milliseconds(kind ?? codec.codeStreams?.[0], job.pixel, job.reduce);
    if (time < WORTH_SENDING) return false;
    return pool.isWarm || time * (underWay + framesToCome) >= WORTH_A_START;
  };

  const decodeThere = async (
    there: CodecPool,
    job: DecodeJob,
    signal: AbortSignal | undefined,
  ): Promise<DecodedFrame> => {
    try {
      return await there.decode(job, signal);
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
        return pool !== undefined && isForPool(job, framesToCome)
          ? await decodeThere(pool, job, signal)
          : await registry.decode(job);
      } finally {
        underWay--;
      }
    },
    framesAhead(transferSyntax, pixel) {
      if (pool === undefined || !registry.transferSyntaxes.has(transferSyntax)) return 0;
      const { codec } = registry.find({ transferSyntax, pixel, bytes: new Uint8Array(0) });
      if (!portable.has(codec)) return 0;
      if (!isolate && milliseconds(codec.codeStreams?.[0], pixel, 0) < WORTH_SENDING) return 0;
      const most = Math.floor((MOST_BYTES_AHEAD * 8) / frameBits(pixel));
      return Math.max(1, Math.min(2 * pool.threads, most));
    },
    close: async () => pool?.close(),
  };
}

/** How long a frame takes to decode, about. RLE is done before a worker has its bytes. */
function milliseconds(
  kind: CodeStreamKind | undefined,
  pixel: ImagePixel,
  reduce: number | undefined,
): number {
  if (kind === undefined || kind === 'rle') return 0;
  const isReduced = kind === 'jpeg-2000' || kind === 'htj2k';
  const bytes = frameBits(pixel) / 8 / (isReduced ? 4 ** (reduce ?? 0) : 1);
  return bytes / BYTES_A_MILLISECOND[kind];
}
