import { blobSource } from './blob.ts';
import { memorySource } from './memory.ts';
import type { Source } from './source.ts';

/** What can be read without a file system. */
export type GivenBytes = Blob | Uint8Array | ArrayBuffer | Source;

/** What a caller gives, as a source; its own, where it gives one. */
export function givenSource(given: GivenBytes): Source {
  if (given instanceof Uint8Array) return memorySource(given, 'memory');
  if (given instanceof ArrayBuffer) return memorySource(new Uint8Array(given), 'memory');
  if (given instanceof Blob)
    return blobSource(given, 'name' in given ? String(given.name) : 'blob');
  return given;
}
