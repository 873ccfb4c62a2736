import { INPUT_AT_ONCE } from './deflate-bounds.ts';
import { DeflateDecoder } from './deflate-decoder.ts';
import { deflateError } from './deflate-error.ts';
import type { InflateStream } from './inflater.ts';
import { turns } from './next-turn.ts';

const UNLIMITED = { limit: Number.POSITIVE_INFINITY };

/** Inflates piece by piece. Bytes behind the end of the stream are not asked for. */
export function inflateStream(input: AsyncIterable<Uint8Array>, name: string): InflateStream {
  let used: number | undefined;
  return {
    get used() {
      return used;
    },
    async *[Symbol.asyncIterator]() {
      const made: Uint8Array[] = [];
      const decoder = new DeflateDecoder({
        ...UNLIMITED,
        output: (part) => made.push(part.slice()),
      });
      const turn = turns();
      const push = (bytes: Uint8Array, last: boolean): void => {
        try {
          decoder.push(bytes, last);
        } catch (cause) {
          throw deflateError(cause, { ...UNLIMITED, name });
        }
      };
      for await (const bytes of input) {
        for (let at = 0; at < bytes.length && !decoder.ended; at += INPUT_AT_ONCE) {
          await turn();
          push(bytes.subarray(at, at + INPUT_AT_ONCE), false);
          yield* made.splice(0);
        }
        if (decoder.ended) break;
      }
      push(new Uint8Array(), true);
      used = decoder.used;
    },
  };
}
