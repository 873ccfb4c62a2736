import { describe, expect, it } from 'vitest';
import { asOurs, decode, expectSame } from '../support/decode-deflate.js';
import {
  codeBits,
  dynamicHeader,
  FOUR_BITS_EACH,
  lengthCodeHeader,
  packBits,
} from '../support/deflate-streams.js';
describe('DeflateDecoder on streams made by hand', () => {
  const endOnly = { literals: { 256: 1 }, distances: {} };
  /** a, the end, lengths 3 and 258; and two distances. */
  const some = { literals: { 97: 2, 256: 2, 257: 2, 285: 2 }, distances: { 0: 1, 1: 1 } };
  const [a, end, length3, length258] = [0, 1, 2, 3].map((code) => codeBits(code, 2));
  /** Distances 1 and 2 have codes of 15 bits. */
  const descending = Object.fromEntries(
    Array.from({ length: 16 }, (_, symbol) => [symbol, Math.min(15, 16 - symbol)]),
  );
  const fixedEnd = '0000000';
  const fixedA = codeBits(0x30 + 97, 8);
  const RIGHT = [
    ['an end-of-block code of one bit, and no distances', `${dynamicHeader(endOnly)} 0`],
    ['two codes', `${dynamicHeader(some)} ${a} ${length3} 0 ${length258} 0 ${end}`],
    [
      'one distance code of one bit',
      `${dynamicHeader({ ...some, distances: { 0: 1 } })} ${a} ${length3} 0 ${end}`,
    ],
    ['literals alone', `${dynamicHeader({ literals: { 97: 1, 256: 1 }, distances: {} })} 0 0 0 1`],
    ['a stored block of no bytes', `1 00 00000 ${'0'.repeat(16)} ${'1'.repeat(16)}`],
    [
      'codes of 15 bits',
      `${dynamicHeader({ ...some, literals: staircase(97) })} 0 ${'1'.repeat(15)}`,
    ],
    [
      'distance codes of 15 bits',
      `${dynamicHeader({ ...some, distances: descending })} ${a} ${a} ${length3} ${'1'.repeat(15)} ${end}`,
    ],
    ['the fixed codes', `1 10 ${fixedA} 0000001 00000 ${fixedEnd}`],
    [
      'a match that repeats two bytes',
      `1 10 ${fixedA} ${codeBits(0x30, 8)} 0000010 00001 ${fixedEnd}`,
    ],
    [
      'a match that repeats three bytes',
      `1 10 ${fixedA} ${fixedA} ${codeBits(0x31, 8)} 0000111 00010 ${fixedEnd}`,
    ],
  ];
  it.each(RIGHT)('O23: takes %s, as zlib does', (_, bits) => {
    expect(expectSame(packBits(bits))).toBe('right');
    expect(expectSame(packBits(bits), { split: [1] })).toBe('right');
  });
  const many = (symbols, length) =>
    Object.fromEntries(Array.from({ length: symbols }, (_, symbol) => [symbol, length]));
  const WRONG = [
    ['a block type that is reserved', '1 11 00000'],
    ['a stored block with two lengths', `1 00 00000 ${'0'.repeat(32)}`],
    ['287 literals', `${lengthCodeHeader(true, 287, 1, FOUR_BITS_EACH)} ${'0'.repeat(2000)}`],
    ['31 distances', `${lengthCodeHeader(true, 257, 31, FOUR_BITS_EACH)} ${'0'.repeat(2000)}`],
    ['too many codes for code lengths', lengthCodeHeader(true, 257, 1, '100'.repeat(19))],
    ['an incomplete code for code lengths', lengthCodeHeader(true, 257, 1, '100'.padEnd(57, '0'))],
    [
      'no code for code lengths',
      `${lengthCodeHeader(true, 257, 1, '0'.repeat(57))} ${'0'.repeat(400)}`,
    ],
    [
      'a repeat before the first length',
      `${lengthCodeHeader(true, 257, 1, '100 000 100'.padEnd(59, '0'))} ${'0'.repeat(40)}`,
    ],
    [
      'a repeat beyond the last length',
      `${lengthCodeHeader(true, 257, 1, '000 000 100 100'.padEnd(60, '0'))} ${'1'.repeat(40)}`,
    ],
    [
      'no code for the end of the block',
      dynamicHeader({ literals: { 97: 1, 98: 1 }, distances: {} }),
    ],
    ['too many literals', dynamicHeader({ literals: { ...many(256, 7), 256: 7 }, distances: {} })],
    [
      'an incomplete code of literals',
      dynamicHeader({ literals: { 97: 2, 256: 2 }, distances: {} }),
    ],
    ['too many distances', dynamicHeader({ ...some, distances: { 0: 1, 1: 1, 2: 1 } })],
    ['an incomplete code of distances', dynamicHeader({ ...some, distances: { 0: 2, 1: 2 } })],
    ['one distance code of two bits', dynamicHeader({ ...some, distances: { 0: 2 } })],
    ['a literal that has no code', `${dynamicHeader(endOnly)} 1`],
    [
      'a distance that has no code',
      `${dynamicHeader({ ...some, distances: { 0: 1 } })} ${a} ${length3} 1`,
    ],
    [
      'a distance where there are none',
      `${dynamicHeader({ ...some, distances: {} })} ${a} ${length3} 0`,
    ],
    ['symbol 286', `1 10 ${codeBits(0b11000110, 8)} ${'0'.repeat(40)}`],
    ['symbol 287', `1 10 ${codeBits(0b11000111, 8)} ${'0'.repeat(40)}`],
    ['distance symbol 30', `1 10 ${fixedA} 0000001 11110 ${'0'.repeat(40)}`],
    ['distance symbol 31', `1 10 ${fixedA} 0000001 11111 ${'0'.repeat(40)}`],
    ['a distance before the start', `1 10 ${fixedA} 0000001 00001 ${fixedEnd}`],
  ];
  it.each(WRONG)('O23: refuses %s, as zlib does', (_, bits) => {
    const stream = packBits(`${bits} 00000000`);
    expect(expectSame(stream)).toBe('broken');
    expect(expectSame(stream, { split: [1] })).toBe('broken');
  });
  it('O23: refuses a distance before the window', () => {
    const stream = packBits(`1 10 0000001 00001 ${fixedEnd}`);
    const start = (length) => ({
      start: { bit: 0, window: new Uint8Array(length) },
    });
    expect(asOurs(stream, start(1))).toBe('broken');
    expect(decode(stream, start(2)).bytes.length).toBe(3);
  });
  it.each(RIGHT)('O23: %s: a stream that is cut anywhere is cut', (_, bits) => {
    const stream = packBits(bits);
    for (let length = 0; length < stream.length; length++) {
      expect(expectSame(stream.subarray(0, length))).toBe('cut');
    }
  });
});
/** Codes of 1, 2, 3 ... bits from `first` on, the last two of them of 15: the very last is the end of the block. */
function staircase(first) {
  const lengths = { 256: 15 };
  for (let length = 1; length <= 15; length++) lengths[first + length - 1] = length;
  return lengths;
}
