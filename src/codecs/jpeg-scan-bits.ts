/** Coded data between two markers, without the zeros that are stuffed into it (T.81 F.1.2.3). */
export interface CodedBits {
  /** The data, and room behind it that may be read over, whatever is there. */
  readonly view: DataView;
  /** The next bit, counted from the first of the data; beyond `length` where there are too few. */
  at: number;
  /** Bits that are there. */
  length: number;
  /** Positions, in the code stream, of the first byte, and of the marker behind the last one. */
  start: number;
  end: number;
}

/** For coded data that nothing is in yet: as much as the rest of `bytes`, and `room` bytes. */
export function codedBits(bytes: Uint8Array, start: number, room: number): CodedBits {
  const view = new DataView(new ArrayBuffer(bytes.length - start + room));
  return { view, at: 0, length: 0, start, end: start };
}

/**
 * Takes the coded data from `start` up to the next marker, or the end of the bytes. That nothing is
 * stuffed any more lets whatever reads the bits do so without a look at each byte.
 */
export function takeCodedData(bits: CodedBits, bytes: Uint8Array, start: number): void {
  const data = new Uint8Array(bits.view.buffer);
  let length = 0;
  for (let at = start; ;) {
    const found = bytes.indexOf(0xff, at);
    const stop = found < 0 ? bytes.length : found;
    data.set(bytes.subarray(at, stop), length);
    length += stop - at;
    const code = behindFill(bytes, stop);
    if (bytes[code] !== 0) {
      bits.at = 0;
      bits.length = length * 8;
      bits.start = start;
      bits.end = stop;
      return;
    }
    data[length++] = 0xff;
    at = code + 1;
  }
}

/** The position, in the code stream, of the next bit's byte: for faults. */
export function codedPosition({ at, start, end }: CodedBits, bytes: Uint8Array): number {
  let position = start;
  for (let left = Math.floor(at / 8); left > 0 && position < end; left--) {
    position = bytes[position] === 0xff ? behindFill(bytes, position) + 1 : position + 1;
  }
  return Math.min(position, end);
}

/** Any number of FFs may come before the code of a marker, as fill bytes (T.81 B.1.1.2). */
export function behindFill(bytes: Uint8Array, at: number): number {
  let code = at + 1;
  while (bytes[code] === 0xff) code++;
  return code;
}
