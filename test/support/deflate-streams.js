/** Bits as text, in the order of the stream, spaces between them, packed as RFC 1951 3.1.1 has it. */
export function packBits(text) {
  const bits = text.replaceAll(' ', '');
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (let at = 0; at < bits.length; at++) {
    if (bits[at] === '1') bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return bytes;
}
/** A number: its lowest bit first. */
export function numberBits(value, count) {
  return Array.from({ length: count }, (_, bit) => (value >> bit) & 1).join('');
}
/** A code: its highest bit first. */
export function codeBits(code, count) {
  return code.toString(2).padStart(count, '0');
}
/** Codes of 4 bits for lengths 0 to 15, none for repeats. */
export const FOUR_BITS_EACH = '000'.repeat(3).padEnd(57, '001');
/** The header of a block with codes of its own; each length is written with 4 bits. */
export function dynamicHeader(header) {
  const { isLast = true, literals, distances, literalCount = 286, distanceCount = 30 } = header;
  const lengths = [
    ...Array.from({ length: literalCount }, (_, symbol) => literals[symbol] ?? 0),
    ...Array.from({ length: distanceCount }, (_, symbol) => distances[symbol] ?? 0),
  ];
  const written = lengths.map((length) => codeBits(length, 4)).join('');
  return `${lengthCodeHeader(isLast, literalCount, distanceCount, FOUR_BITS_EACH)} ${written}`;
}
/** As far as the code of code lengths, whose own lengths are given as bits, 3 for each of 19. */
export function lengthCodeHeader(isLast, literalCount, distanceCount, lengths) {
  const counts = [numberBits(literalCount - 257, 5), numberBits(distanceCount - 1, 5)];
  return [isLast ? '1' : '0', '01', ...counts, '1111', lengths].join(' ');
}
const TEXT = 'Pixel Data (7FE0,0010) of Frames, in Items of Fragments; ';
/** Data that deflates in different ways. */
export const DATA_KINDS = {
  zeros: (length) => new Uint8Array(length),
  text: (length) => Uint8Array.from({ length }, (_, at) => wordy(at)),
  random: (length) => noisy(length, 0xff, 8),
  samples: (length) => noisy(length, 0x1f, 16),
  few: (length) => noisy(length, 0x01, 8),
};
/** Text whose repeats are far apart and of many lengths. */
function wordy(at) {
  const line = Math.floor(at / 61);
  const word = TEXT.charCodeAt((at * (1 + (line % 7))) % TEXT.length);
  return at % 61 < 48 ? word : 48 + ((line * 7 + at) % 75);
}
/** Samples of `bits` whose lowest bits are noise, over a slope. */
function noisy(length, mask, bits) {
  let state = 0x9e3779b1;
  return Uint8Array.from({ length }, (_, at) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return bits === 16 && at % 2 === 1 ? (at >> 10) & 3 : (state >>> 9) & mask;
  });
}
