import type { Inflater } from '../inflate/inflater.ts';
import { FramedexError } from '../errors.ts';

/**
 * Raw deflate by the platform's own streams: what every browser has. It cannot say where the deflate
 * stream ended, so all input counts as used.
 */
export const streamInflater: Inflater = {
  inflate: async (bytes, { limit, name }) => {
    const stream = new Blob([bytes.slice()])
      .stream()
      .pipeThrough(new DecompressionStream('deflate-raw'));
    const reader = stream.getReader();
    const chunks: Uint8Array[] = [];
    let length = 0;
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        length += part.value.length;
        if (length > limit) throw tooLong(name, limit);
        chunks.push(part.value);
      }
    } catch (error) {
      await reader.cancel().catch(() => undefined);
      if (error instanceof FramedexError) throw error;
      throw new FramedexError(
        'INFLATE',
        'the deflated bytes are broken',
        { name },
        { cause: error },
      );
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return { bytes: whole, used: bytes.length };
  },
};

function tooLong(name: string, limit: number): FramedexError {
  return new FramedexError('INFLATE_LIMIT', 'inflates to more than allowed', {
    name,
    limit,
    advice: 'Raise limits.maxInflatedBytes if the file is sound.',
  });
}
