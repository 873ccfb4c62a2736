import { onAbort } from './on-abort.ts';

/** How reading a body ended. */
export interface BodyEnd {
  /** `whole`: there is no more of it. `full`: there is more than was to be read. `dropped`: the connection failed. */
  readonly end: 'whole' | 'full' | 'dropped';
  /** Of what was dropped. */
  readonly cause?: unknown;
}

type Body = ReadableStream<Uint8Array> | null;

/** Reads a body into `room`, and no further: what is left of it is called off. */
export async function readBody(
  body: Body,
  room: Uint8Array,
  progress: () => void,
  signal: AbortSignal,
): Promise<BodyEnd & { readonly filled: number }> {
  let filled = 0;
  const end = await takePieces(body, signal, (piece) => {
    progress();
    const left = room.length - filled;
    room.set(piece.length > left ? piece.subarray(0, left) : piece, filled);
    filled += Math.min(piece.length, left);
    return piece.length <= left;
  });
  return { ...end, filled };
}

const FIRST_ROOM = 65_536;

/**
 * All of a body of at most `limit` bytes. It is in memory once where `length`, which the server gives, is right;
 * that is not relied on.
 */
export async function readWholeBody(
  body: Body,
  limit: number,
  length: number | undefined,
  progress: () => void,
  signal: AbortSignal,
): Promise<BodyEnd & { readonly bytes: Uint8Array }> {
  let room = new Uint8Array(Math.min(limit, length ?? FIRST_ROOM));
  let filled = 0;
  const end = await takePieces(body, signal, (piece) => {
    progress();
    const needed = filled + piece.length;
    if (needed > limit) return false;
    if (needed > room.length) {
      const longer = new Uint8Array(Math.min(limit, Math.max(needed, 2 * room.length)));
      longer.set(room.subarray(0, filled));
      room = longer;
    }
    room.set(piece, filled);
    filled = needed;
    return true;
  });
  return { ...end, bytes: filled === room.length ? room : room.slice(0, filled) };
}

/** Gives the pieces of a body until one is too much, and calls the rest off. */
async function takePieces(
  body: Body,
  signal: AbortSignal,
  take: (piece: Uint8Array) => boolean,
): Promise<BodyEnd> {
  if (body === null) return { end: 'whole' };
  const reader = body.getReader();
  // A `fetch` that was given may not have passed the signal on.
  const forget = onAbort(signal, () => {
    reader.cancel(signal.reason).catch(() => undefined);
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return { end: 'whole' };
      if (take(value)) continue;
      reader.cancel().catch(() => undefined);
      return { end: 'full' };
    }
  } catch (cause) {
    return { end: 'dropped', cause };
  } finally {
    forget();
  }
}
