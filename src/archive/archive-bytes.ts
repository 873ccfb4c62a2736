import { isSynchronous } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';

/** As many bytes as there are, of those asked for; without waiting where the source can. */
export async function bytesAt(
  source: Source,
  offset: number,
  length: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const wanted = Math.max(0, Math.min(length, source.size - offset));
  if (wanted === 0) return new Uint8Array(0);
  if (isSynchronous(source)) return source.readSync(offset, wanted);
  return source.read(offset, wanted, { signal });
}
