/** The polynomial of CRC-32 (ISO 3309), lowest power first, without its highest. */
const POLYNOMIAL = 0xedb88320;
/** x to the power of 0, and of 1: bits stand for powers from the highest down. */
const ONE = 0x80000000;
const X = 0x40000000;
/** x to the powers of 2^0 to 2^31, each the square of the one before; the next would be the first again. */
const POWERS = powers();

function powers(): readonly number[] {
  const found = [X];
  for (let power = X; found.length < 32;) {
    power = product(power, power);
    found.push(power);
  }
  return found;
}

/**
 * CRC-32 of bytes behind others, from the checksums of both: what stands before `length` bytes is
 * multiplied by x to the power of their bits (as zlib's `crc32_combine` does it).
 */
export function joinedCrc32(before: number, behind: number, length: number): number {
  let factor = ONE;
  // 8 bits in a byte: the first doubling is the third.
  for (let rest = length, at = 3; rest > 0; rest = Math.floor(rest / 2), at++) {
    if (rest % 2 === 1) factor = product(POWERS[at % 32] ?? ONE, factor);
  }
  return (product(factor, before) ^ behind) >>> 0;
}

/** Of two polynomials, modulo that of CRC-32. */
function product(a: number, b: number): number {
  let sum = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) sum ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL;
  }
  return sum >>> 0;
}
