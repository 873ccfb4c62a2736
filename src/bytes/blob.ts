import type { Source } from './source.ts';

/** A Blob, or a File of a browser's file input or drop. */
export function blobSource(blob: Blob, name: string): Source {
  return {
    name,
    size: blob.size,
    identity: 'lastModified' in blob ? { modified: Number(blob.lastModified) } : undefined,
    fresh: true,
    read: async (offset, length, options) => {
      options?.signal?.throwIfAborted();
      const bytes = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      options?.signal?.throwIfAborted();
      if (options?.into === undefined) return bytes;
      options.into.set(bytes);
      return options.into.subarray(0, bytes.length);
    },
  };
}
