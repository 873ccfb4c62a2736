/**
 * A source of any size of which nothing is in memory but the given parts; the rest is `byte`. As a
 * sparse file on a disk, and without one.
 */
export function madeSource(size, parts, byte = 0) {
  const readSync = (offset, length, into) => {
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
