import type { Source } from '../../src/bytes/source.ts';

/** One read as it was asked for. */
export type RecordedRead = readonly [offset: number, length: number];

/** A source that records every read, and the record. */
export interface CountingSource extends Source {
  /** In the order of asking; empty it with {@link CountingSource.forget}. */
  readonly reads: readonly RecordedRead[];
  /** Bytes given back since the start or the last {@link CountingSource.forget}. */
  readonly bytesRead: number;
  readonly closed: boolean;
  forget(): void;
}

/** Wraps a source; `readSync` exists where the wrapped one has it, unless `asynchronous`. */
export function countingSource(
  source: Source,
  options: { readonly asynchronous?: boolean | undefined } = {},
): CountingSource {
  const reads: RecordedRead[] = [];
  let bytesRead = 0;
  let closed = false;
  const counted = (bytes: Uint8Array): Uint8Array => {
    bytesRead += bytes.length;
    return bytes;
  };
  const { readSync } = source;
  return {
    name: source.name,
    size: source.size,
    fresh: source.fresh ?? false,
    reads,
    get bytesRead() {
      return bytesRead;
    },
    get closed() {
      return closed;
    },
    forget() {
      reads.length = 0;
      bytesRead = 0;
    },
    async read(offset, length, readOptions) {
      reads.push([offset, length]);
      return counted(await source.read(offset, length, readOptions));
    },
    ...(readSync !== undefined && options.asynchronous !== true
      ? {
          readSync(offset: number, length: number, into?: Uint8Array) {
            reads.push([offset, length]);
            return counted(readSync.call(source, offset, length, into));
          },
        }
      : {}),
    async close() {
      closed = true;
      await source.close?.();
    },
  };
}

/** Whether any recorded read touches a byte of `[offset, offset + length)`. */
export function touches(reads: readonly RecordedRead[], offset: number, length: number): boolean {
  return reads.some(([at, size]) => at < offset + length && at + size > offset);
}
