import { FramedexError } from '../errors.ts';
import { isSynchronous, type Source } from './source.ts';

/**
 * `source`, whose reads fail with `CLOSED` as soon as it is closed itself or `isOpen` says no: for
 * members of an archive, which end with it.
 */
export function whileOpen(source: Source, isOpen: () => boolean): Source {
  let closed = false;
  const assertOpen = (offset: number): void => {
    if (!closed && isOpen()) return;
    throw new FramedexError('CLOSED', 'the source is closed', { name: source.name, offset });
  };
  const guarded: Source = {
    name: source.name,
    size: source.size,
    fresh: source.fresh ?? false,
    atHand: source.atHand?.bind(source),
    identity: source.identity,
    archived: source.archived,
    willRead: source.willRead?.bind(source),
    remote: source.remote,
    read: async (offset, length, options) => {
      assertOpen(offset);
      return source.read(offset, length, options);
    },
    close: async () => {
      closed = true;
      await source.close?.();
    },
  };
  if (!isSynchronous(source)) return guarded;
  return {
    ...guarded,
    readSync: (offset, length, into) => {
      assertOpen(offset);
      return source.readSync(offset, length, into);
    },
  };
}
