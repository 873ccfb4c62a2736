import { FramedexError } from '../errors.ts';
import { boundsOf, type Source } from './source.ts';

/**
 * Whether something is a Blob, or a File. Windows and frames have classes of their own: what was dropped on another
 * one is an instance of none of this one's, and is read the same.
 */
export function isBlob(given: unknown): given is Blob {
  if (given instanceof Blob) return true;
  const tag = Object.prototype.toString.call(given);
  return (tag === '[object File]' || tag === '[object Blob]') && 'arrayBuffer' in Object(given);
}

/** A Blob, or a File of a browser's file input or drop. */
export function blobSource(blob: Blob, name: string): Source {
  return {
    name,
    size: blob.size,
    identity: 'lastModified' in blob ? { modified: Number(blob.lastModified) } : undefined,
    fresh: true,
    read: async (offset, length, options) => {
      options?.signal?.throwIfAborted();
      // Blob.slice counts what is below 0 from the end (File API 3.3.1), and ends Node 20 over a fraction.
      const { start, end } = boundsOf({ name, size: blob.size }, offset, length);
      const bytes = await bytesOf(blob.slice(start, end), name, offset);
      options?.signal?.throwIfAborted();
      if (options?.into === undefined) return bytes;
      options.into.set(bytes);
      return options.into.subarray(0, bytes.length);
    },
  };
}

/** A File refers to a file of the system, which may be another one by now, or none (File API 4.1). */
async function bytesOf(part: Blob, name: string, offset: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (cause) {
    const found = cause instanceof Error ? cause.name : String(cause);
    const advice = 'It may have been changed, moved or removed: choose it again.';
    const details = { name, offset, found, advice };
    throw new FramedexError('IO', 'the file cannot be read', details, { cause });
  }
}
