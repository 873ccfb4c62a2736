/** Bytes of one piece: most slices are shorter once they are compressed. */
const LENGTH = 1024 * 1024;
/** As many as are usually inflated at a time. */
const MOST = 4;

// New memory for compressed bytes that are looked at once costs more than reading them.
const spare: Uint8Array<ArrayBuffer>[] = [];

/** Memory of `length` bytes that nobody else has: new, or what was given back. Its content is anything. */
export function takeScratch(length: number): Uint8Array<ArrayBuffer> {
  if (length > LENGTH) return new Uint8Array(length);
  return (spare.pop() ?? new Uint8Array(LENGTH)).subarray(0, length);
}

/** Leaves it to others: nothing may read it or write to it any more. */
export function giveBackScratch({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (buffer.byteLength === LENGTH && spare.length < MOST) spare.push(new Uint8Array(buffer));
}
