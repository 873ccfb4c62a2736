import type { ReadOptions } from '../bytes/source.ts';

/** A read, until its caller does not want it any more, or the member is closed. */
export interface Reading extends ReadOptions {
  readonly closing: AbortSignal;
}

/** Who was told that there is nothing may use the memory for other bytes by now. */
export function assertWanted({ signal, closing }: Reading): void {
  signal?.throwIfAborted();
  closing.throwIfAborted();
}

/** The bytes, in the memory that the caller gave, if any. */
export function placed(bytes: Uint8Array, reading: Reading): Uint8Array {
  assertWanted(reading);
  const { into } = reading;
  if (into === undefined) return bytes;
  into.set(bytes);
  return into;
}
