import { FramedexError, isFramedexError } from '../errors.ts';
import type { ErrorCode, ErrorDetails } from '../errors.ts';
import type { DecodedFrame } from './codec.ts';
import type { DecodeJob } from './registry.ts';

/**
 * What a worker is sent: one frame, the next one after its reply. The encoded bytes are moved to it;
 * `into` is there only where it is shared memory.
 */
export type WorkerRequest = DecodeJob;

/** What a worker says: first that it is ready, then one reply for each request. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'decoded';
      readonly decoded: DecodedFrame;
      /** The cells are in `into` of the request. */
      readonly inPlace: boolean;
    }
  | { readonly kind: 'fault'; readonly fault: WorkerFault };

/** An error as it crosses: classes do not. */
export interface WorkerFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails[ErrorCode];
  /** What the cause of it said. */
  readonly cause: string | undefined;
}

/** A message, and the memory that moves with it. */
export interface Parcel<T> {
  readonly message: T;
  readonly transfer: ArrayBuffer[];
}

export function isShared(bytes: Uint8Array | undefined): bytes is Uint8Array<SharedArrayBuffer> {
  return Object.prototype.toString.call(bytes?.buffer) === '[object SharedArrayBuffer]';
}

/**
 * The same bytes in memory that can be moved to another thread: the whole of a buffer, as a part of
 * one is copied. Moving takes the memory from all who have a view of it.
 */
export function movable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return isWhole ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

/** A frame on its way to a worker. */
export function requestParcel(job: DecodeJob): Parcel<WorkerRequest> {
  const { transferSyntax, pixel, into, reduce, lenient } = job;
  const bytes = movable(job.bytes);
  const place = isShared(into) ? into : undefined;
  return {
    message: { transferSyntax, bytes, pixel, into: place, reduce, lenient },
    transfer: [bytes.buffer],
  };
}

/**
 * A decoded frame on its way back. Where the request has shared memory for it, it is put there, be it
 * that the codec has not: on this side, that costs the others no time.
 */
export function decodedParcel({ into }: WorkerRequest, decoded: DecodedFrame): Parcel<WorkerReply> {
  const { bytes, pixel, notes, partial } = decoded;
  if (into === undefined || bytes.length > into.length) {
    const moved = movable(bytes);
    const message = { bytes: moved, pixel, notes, partial };
    return {
      message: { kind: 'decoded', decoded: message, inPlace: false },
      transfer: [moved.buffer],
    };
  }
  if (bytes.buffer !== into.buffer) into.set(bytes);
  const place = into.subarray(0, bytes.length);
  const message = { bytes: place, pixel, notes, partial };
  return { message: { kind: 'decoded', decoded: message, inPlace: true }, transfer: [] };
}

/** An error on its way back. */
export function faultParcel(error: unknown): Parcel<WorkerReply> {
  const known = isFramedexError(error)
    ? error
    : new FramedexError('CODEC', 'the codec failed', {}, { cause: error });
  const { code, message, details, cause } = known;
  const why = cause instanceof Error ? cause.message : undefined;
  return {
    message: { kind: 'fault', fault: { code, message, details, cause: why } },
    transfer: [],
  };
}

/** The error that a worker told of. */
export function faultError({ code, message, details, cause }: WorkerFault): FramedexError {
  const options = cause === undefined ? undefined : { cause: new Error(cause) };
  const error = new FramedexError(code, '', details, options);
  // The sentence was made of the details already.
  error.message = message;
  return error;
}
