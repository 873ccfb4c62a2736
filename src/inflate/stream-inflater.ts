import { FramedexError } from '../errors.ts';
import type { Inflater, InflateStream } from './inflater.ts';

/**
 * Bytes of input at a time: a platform may hold all that they inflate to, which is a thousand times as
 * much at most (RFC 1951 3.2.5: 258 bytes in 2 bits).
 */
const INPUT = 16 * 1024;

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Raw deflate by the platform's own streams: what every browser has. It cannot say where the deflate
 * stream ended, so all input counts as used; bytes after the end of the stream are a fault.
 */
export const streamInflater: Inflater & Required<Pick<Inflater, 'stream'>> = {
  inflate: async (bytes, { limit, name }) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of inflateStream([bytes], name)) {
      length += chunk.length;
      if (length > limit) throw tooLong(name, limit);
      chunks.push(chunk);
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return { bytes: whole, used: bytes.length };
  },
  stream: inflateStream,
};

function inflateStream(input: Pieces, name: string): InflateStream {
  return {
    used: undefined,
    async *[Symbol.asyncIterator]() {
      const { readable, writable } = new DecompressionStream('deflate-raw');
      const reader = readable.getReader();
      let inputFault: { readonly error: unknown } | undefined;
      void feed(input, writable.getWriter(), (error) => {
        inputFault = { error };
      });
      try {
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          yield part.value;
        }
      } catch (cause) {
        if (inputFault !== undefined) throw inputFault.error;
        throw new FramedexError('INFLATE', 'the deflated bytes are broken', { name }, { cause });
      } finally {
        await reader.cancel().catch(() => undefined);
      }
    },
  };
}

/** One small piece after the other, each as a copy: what a stream is given is its own. */
async function feed(
  input: Pieces,
  writer: WritableStreamDefaultWriter<BufferSource>,
  onFault: (error: unknown) => void,
): Promise<void> {
  try {
    for await (const bytes of withFaults(input, onFault)) {
      for (let at = 0; at < bytes.length; at += INPUT) {
        await writer.write(bytes.slice(at, at + INPUT));
      }
    }
    await writer.close();
  } catch (error) {
    // What is wrong with the stream, or that it was left, is known to its reader.
    await writer.abort(error).catch(() => undefined);
  }
}

async function* withFaults(
  input: Pieces,
  onFault: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* input;
  } catch (error) {
    onFault(error);
    throw error;
  }
}

function tooLong(name: string, limit: number): FramedexError {
  return new FramedexError('INFLATE_LIMIT', 'inflates to more than allowed', {
    name,
    limit,
    advice: 'Raise limits.maxInflatedBytes if the file is sound.',
  });
}
