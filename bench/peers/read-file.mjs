import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that a first read of a header asks for. */
export const HEAD = 8192;

/**
 * Opens a file for positional reads and closes it at the end.
 * @template Result
 * @param {string} path
 * @param {(read: (length: number, position: number) => Buffer, size: () => number) => Result} use
 */
export function withFile(path, use) {
  const descriptor = openSync(path, 'r');
  try {
    const read = (/** @type {number} */ length, /** @type {number} */ position) => {
      const bytes = Buffer.allocUnsafeSlow(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
    };
    return use(read, () => fstatSync(descriptor).size);
  } finally {
    closeSync(descriptor);
  }
}
