import { FramedexError } from '../errors.ts';
import { blobSource, isBlob } from './blob.ts';
import { memorySource } from './memory.ts';
import type { Source } from './source.ts';

/** What can be read without a file system. */
export type GivenBytes = Blob | Uint8Array | ArrayBuffer | Source;

/**
 * What a caller gives, as a source; its own, where it gives one.
 *
 * @throws FramedexError `USAGE` for what is none: no types hold a caller back in JavaScript.
 */
export function givenSource(given: GivenBytes): Source {
  const bytes = givenMemory(given);
  if (bytes !== undefined) return memorySource(bytes, 'memory');
  if (isBlob(given)) return blobSource(given, 'name' in given ? String(given.name) : 'blob');
  if (isSource(given)) return given;
  throw new FramedexError('USAGE', 'this cannot be read', {
    expected: 'a Blob, a Uint8Array, an ArrayBuffer, a Source or a URL',
    found: kindOf(given),
  });
}

/** A view of memory in the classes of this realm: those of other windows and frames are others. */
function givenMemory(given: unknown): Uint8Array | undefined {
  if (given instanceof Uint8Array) return given;
  const tag = Object.prototype.toString.call(given);
  if (ArrayBuffer.isView(given) && tag === '[object Uint8Array]') {
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  }
  return isArrayBuffer(given, tag) ? new Uint8Array(given) : undefined;
}

function isArrayBuffer(given: unknown, tag: string): given is ArrayBuffer {
  return given instanceof ArrayBuffer || tag === '[object ArrayBuffer]';
}

function isSource(given: unknown): given is Source {
  if (typeof given !== 'object' || given === null) return false;
  if (!('read' in given) || typeof given.read !== 'function' || !('size' in given)) return false;
  return Number.isSafeInteger(given.size) && Number(given.size) >= 0;
}

function kindOf(given: unknown): string {
  if (typeof given !== 'object' || given === null) return String(given);
  return 'read' in given
    ? 'a source whose size is no whole number of bytes'
    : Object.prototype.toString.call(given);
}
