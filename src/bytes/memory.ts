import { boundsOf, type Source } from './source.ts';

/** A source that can always be read at once. */
export type MemorySource = Source & Required<Pick<Source, 'readSync'>>;

/** Bytes that are already here. Reads without `into` are views of them: no byte is copied. */
export function memorySource(bytes: Uint8Array, name: string): MemorySource {
  const readSync = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    // subarray() counts what is below 0 from the end.
    const { start, end } = boundsOf({ name, size: bytes.length }, offset, length);
    const view = bytes.subarray(start, end);
    if (into === undefined) return view;
    into.set(view);
    return into.subarray(0, view.length);
  };
  return {
    name,
    size: bytes.length,
    readSync,
    read: (offset, length, options) =>
      new Promise((resolve) => {
        options?.signal?.throwIfAborted();
        resolve(readSync(offset, length, options?.into));
      }),
  };
}
