import { isFramedexError } from '../../src/errors.js';
/** So many, cut after lengths spread evenly from none to all but the last byte. */
export function truncations(bytes, count) {
  return Array.from({ length: count }, (_, k) =>
    bytes.slice(0, Math.floor((k * (bytes.length - 1)) / (count - 1))),
  );
}
/** So many, each with one to four bits flipped: of every third, among the first 200 bytes. */
export function bitFlips(bytes, count) {
  let state = 7;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, (_, k) => {
    const copy = bytes.slice();
    const reach = k % 3 === 0 ? Math.min(200, copy.length) : copy.length;
    for (let flips = 1 + below(4); flips > 0; flips--) {
      const at = below(reach);
      copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
    }
    return copy;
  });
}
/** Decodes each of the streams, and the sound one after each. */
export async function outcomesOf(decoder, pixel, sound, streams) {
  const right = (await decoder.decode(sound.slice(), pixel, {})).bytes;
  const others = [];
  let [refused, decoded, spoilt] = [0, 0, 0];
  for (const stream of streams) {
    try {
      const frame = await decoder.decode(stream, pixel, {});
      if (frame.bytes.length === right.length && frame.partial !== true) decoded++;
      else others.push(frame);
    } catch (error) {
      if (isFramedexError(error, 'CODEC')) refused++;
      else others.push(error);
    }
    const { bytes } = await decoder.decode(sound.slice(), pixel, {});
    if (!bytes.every((byte, k) => byte === right[k])) spoilt++;
  }
  return { refused, decoded, others, spoilt };
}
