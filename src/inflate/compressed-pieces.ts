import { readExactly, type Source } from '../bytes/source.ts';

/** Long enough that reads cost nothing beside inflating what they give. */
const PIECE = 512 * 1024;

/** All bytes of a source in order, read as they are asked for. Throws `TRUNCATED`. */
export async function* compressedPieces(
  source: Source,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += PIECE) yield await compressedPiece(source, at, signal);
}

/** The piece that begins there, in memory of its own. */
export async function compressedPiece(
  source: Source,
  at: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const into = new Uint8Array(Math.min(PIECE, source.size - at));
  await readExactly(source, at, into.length, { into, signal });
  return into;
}
