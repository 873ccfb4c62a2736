import type { Source } from '../../src/bytes/source.ts';

/** Bytes at a place. */
export type Part = readonly [offset: number, bytes: Uint8Array];

/**
 * A source of any size of which nothing is in memory but the given parts; the rest is `byte`. As a
 * sparse file on a disk, and without one.
 */
export function madeSource(size: number, parts: readonly Part[], byte = 0): Source {
  const readSync = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    const given = Math.max(0, Math.min(length, size - offset));
    const bytes = into === undefined ? new Uint8Array(given) : into.subarray(0, given);
    bytes.fill(byte);
    for (const [start, part] of parts) {
      const from = Math.max(start, offset);
      const to = Math.min(start + part.length, offset + given);
      if (to > from) bytes.set(part.subarray(from - start, to - start), from - offset);
    }
    return bytes;
  };
  return {
    name: 'made',
    size,
    readSync,
    read: (offset, length, options) => Promise.resolve(readSync(offset, length, options?.into)),
  };
}
