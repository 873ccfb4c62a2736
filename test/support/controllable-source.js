import { setTimeout as delay } from 'node:timers/promises';
/** Wraps a source with faults. */
export function controllableSource(source, faults) {
  const signals = [];
  const held = [];
  let reads = 0;
  const allowed = (length) => {
    const read = reads;
    reads += 1;
    if (read === faults.failAt) throw inputOutputError();
    if (read >= (faults.emptyFrom ?? Infinity)) return 0;
    return Math.min(length, faults.shortReads ?? length);
  };
  const { readSync } = source;
  return {
    name: source.name,
    size: source.size,
    fresh: source.fresh ?? false,
    signals,
    get reads() {
      return reads;
    },
    release(count = held.length) {
      for (const go of held.splice(0, count)) go();
    },
    async read(offset, length, options) {
      signals.push(options?.signal);
      const short = allowed(length);
      if (faults.held === true) await new Promise((resolve) => held.push(resolve));
      if (faults.delay !== undefined) await delay(faults.delay);
      options?.signal?.throwIfAborted();
      return source.read(offset, short, options);
    },
    ...(readSync !== undefined && faults.asynchronous !== true
      ? {
          readSync: (offset, length, into) => readSync.call(source, offset, allowed(length), into),
        }
      : {}),
    close: async () => source.close?.(),
  };
}
/** What Node gives for a disk that fails. */
function inputOutputError() {
  return Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
}
