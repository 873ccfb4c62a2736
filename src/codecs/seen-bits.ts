/**
 * The bits that any of the cells has: all of them or-ed together. Several cells are looked at as one
 * word, which takes a fraction of the time of looking at each.
 *
 * @param cellBytes - Of a cell; the cells are as many as fill the bytes.
 */
export function seenBits(cells: Uint8Array, cellBytes: number): number {
  const { buffer, byteOffset, length } = cells;
  const words = byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, length >> 2) : undefined;
  let seen = 0;
  if (words !== undefined) for (let k = 0; k < words.length; k++) seen |= words[k] ?? 0;
  // Those that fill no word, at the place that they would have in one.
  for (let k = (words?.length ?? 0) * 4; k < length; k++) seen |= (cells[k] ?? 0) << (8 * (k % 4));
  if (cellBytes < 4) seen = (seen | (seen >>> 16)) & 0xffff;
  if (cellBytes < 2) seen = (seen | (seen >>> 8)) & 0xff;
  return seen >>> 0;
}
