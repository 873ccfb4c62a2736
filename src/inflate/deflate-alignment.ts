/** An empty block with the fixed codes (RFC 1951 3.2.6), as its bits come: 10 of them. */
const FIXED_BLOCK = ['0', '10', '0000000'].join('');

/**
 * An empty block with codes of its own (RFC 1951 3.2.7): 93 bits, an odd number of them. Symbol 256 and
 * distance 0 have the code `0`; of code lengths, 1 has `0` and 18, for zeros, `1`.
 */
const DYNAMIC_BLOCK = [
  ...['0', '01', '00000', '00000', '1111'],
  // The lengths of the codes of 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15.
  ...['000000100', '000'.repeat(14), '100000'],
  // 138 and 118 zeros, then the lengths of two codes, then the end of the block.
  ...['1', '1111111', '1', '1101011', '0', '0', '0'],
].join('');

/** Empty blocks that end at each bit of a byte. A stored one would end at a byte, always. */
const BLOCKS = Array.from({ length: 8 }, (_, bit) => packed(emptyBlocks(bit)));

function emptyBlocks(bit: number): string {
  return bit % 2 === 0
    ? FIXED_BLOCK.repeat(bit / 2)
    : DYNAMIC_BLOCK + FIXED_BLOCK.repeat(((bit - DYNAMIC_BLOCK.length) & 7) / 2);
}

/** Bits of a byte come from the lowest on (RFC 1951 3.1.1). */
function packed(bits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let at = 0; at < bits.length; at++) {
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (Number(bits[at]) << (at & 7));
  }
  return bytes;
}

/**
 * A deflate stream for inflaters that begin at a byte: its first blocks are empty, and what follows them is
 * what follows `bit`, 0 to 7, of the first of `bytes`. A copy, unless that is a byte's first bit.
 */
export function alignedInput(bytes: Uint8Array, bit: number): Uint8Array {
  if (bit === 0) return bytes;
  const blocks = BLOCKS[bit] ?? new Uint8Array();
  const shared = blocks.length - 1;
  const input = new Uint8Array(shared + bytes.length);
  input.set(bytes, shared);
  input[shared] = ((bytes[0] ?? 0) & (0xff << bit)) | (blocks[shared] ?? 0);
  input.set(blocks.subarray(0, shared));
  return input;
}
