import { createIndexingHere } from '../../src/inflate/indexing-here.js';
import { nextTurn } from '../../src/inflate/next-turn.js';
import { FramedexError } from '../../src/errors.js';
import { nodeInflater } from '../../src/node/inflater.js';
/** Runs in this thread, unless `isSilent`: then nothing ever comes of them. */
export function countedIndexing(isSilent = false) {
  const runs = [];
  const start = () => {
    const port = createIndexingHere(nodeInflater);
    const held = [];
    const run = { held, isClosed: false, fail: ignore, reply: ignore };
    runs.push(run);
    return {
      post: (request, transfer) => {
        if (!isSilent) port.post(request, transfer);
      },
      listen: (reply, failed) => {
        Object.assign(run, { fail: failed, reply });
        port.listen(reply, failed);
      },
      hold: (isAwaited) => {
        held.push(isAwaited);
        port.hold(isAwaited);
      },
      close: () => {
        run.isClosed = true;
        port.close();
      },
    };
  };
  return { start, runs };
}
function ignore() {}
/** A spool of files in memory; from `fullAt` bytes on the disk is full. */
export function memorySpool(maxBytes = Infinity, fullAt = Infinity) {
  const files = new Set();
  return {
    openFiles: () => files.size,
    open: (size) => {
      if (size > maxBytes) return undefined;
      const bytes = new Uint8Array(size);
      let written = 0;
      const file = {
        write: async (piece) => {
          if (written + piece.length > fullAt)
            throw new FramedexError('IO', 'the disk is full', {});
          bytes.set(piece, written);
          written += piece.length;
        },
        read: async (offset, length) => {
          if (!files.has(file)) throw new FramedexError('CLOSED', 'the file is closed', {});
          await nextTurn();
          return bytes.slice(offset, Math.min(offset + length, written));
        },
        close: () => {
          files.delete(file);
        },
      };
      files.add(file);
      return file;
    },
  };
}
