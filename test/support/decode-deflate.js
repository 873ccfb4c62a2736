import { inflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import { DeflateDecoder } from '../../src/inflate/deflate-decoder.js';
import { DeflateFault } from '../../src/inflate/deflate-fault.js';
/** What a decoder makes of a stream; the memory of its input is overwritten after each piece. */
export function decode(stream, given = {}) {
  const parts = [];
  const blocks = [];
  let length = 0;
  let longest = 0;
  const decoder = new DeflateDecoder({
    output: (bytes, at) => {
      if (at !== length) throw new Error(`output at ${at}, not ${length}`);
      length += bytes.length;
      longest = Math.max(longest, bytes.length);
      parts.push(bytes.slice());
    },
    blockStart: (bit, at) => {
      if (at !== decoder.position) throw new Error(`a block at ${at}, not ${decoder.position}`);
      blocks.push({ bit, at, window: decoder.window() });
    },
    limit: given.limit ?? 2 ** 40,
    start: given.start,
  });
  const split = given.split ?? [stream.length];
  let at = 0;
  for (let turn = 0; at < stream.length || turn === 0; turn++) {
    const piece = stream.slice(at, at + (split[turn % split.length] ?? 1));
    at += piece.length;
    decoder.push(piece, at >= stream.length);
    piece.fill(0xaa);
  }
  expect(decoder.ended).toBe(true);
  const bytes = new Uint8Array(Buffer.concat(parts));
  expect(decoder.position).toBe(bytes.length);
  return { bytes, used: decoder.used, blocks, longest };
}
/** What zlib makes of a stream: bytes and how many it took, or why it refuses. */
function asZlib(stream) {
  try {
    const { buffer, engine } = inflateRawSync(stream, { info: true });
    return { bytes: buffer, used: engine.bytesWritten };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'Z_DATA_ERROR' ? 'broken' : code === 'Z_BUF_ERROR' ? 'cut' : String(error);
  }
}
export function asOurs(stream, given = {}) {
  try {
    return decode(stream, given);
  } catch (error) {
    if (error instanceof DeflateFault) return error.reason;
    throw error;
  }
}
/** The same verdict, and where it is that the stream is right, the same bytes. */
export function expectSame(stream, given = {}) {
  const [ours, theirs] = [asOurs(stream, given), asZlib(stream)];
  if (typeof ours === 'string' || typeof theirs === 'string') {
    expect(ours).toBe(theirs);
    return typeof ours === 'string' ? ours : 'right';
  }
  expectBytes(ours.bytes, theirs.bytes);
  expect(ours.used).toBe(theirs.used);
  return 'right';
}
export function expectBytes(found, expected) {
  expect(Buffer.compare(found, expected)).toBe(0);
}
