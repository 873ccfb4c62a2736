/** Wraps a source; `readSync` exists where the wrapped one has it, unless `asynchronous`. */
export function countingSource(source, options = {}) {
  const reads = [];
  let bytesRead = 0;
  let closed = false;
  const counted = (bytes) => {
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
          readSync(offset, length, into) {
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
export function touches(reads, offset, length) {
  return reads.some(([at, size]) => at < offset + length && at + size > offset);
}
