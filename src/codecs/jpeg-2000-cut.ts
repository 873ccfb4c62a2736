import type { Jpeg2000Header } from './jpeg-2000-header.ts';

const SOT = 0xff90;
const EOC = 0xffd9;
/** The SOT marker segment and an SOD: no tile-part is shorter (T.800 A.4.2). */
const LEAST_TILE_PART = 14;

/**
 * A copy of the first `length` bytes of a code stream as a code stream: the last tile-part ends there
 * (Psot, T.800 A.4.2), and EOC follows. A tile-part without room for its header is left out.
 *
 * @param bytes - From SOC on.
 */
export function closedCodeStream(
  bytes: Uint8Array,
  header: Jpeg2000Header,
  length: number,
): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = length;
  let part = header.firstTilePart;
  let last: number | undefined;
  // Every step goes on by a tile-part.
  while (part < end) {
    if (part + LEAST_TILE_PART > end || view.getUint16(part) !== SOT) {
      end = part;
      break;
    }
    last = part;
    const whole = view.getUint32(part + 6);
    if (whole < LEAST_TILE_PART || part + whole >= end) break;
    part += whole;
  }
  const closed = new Uint8Array(end + 2);
  closed.set(bytes.subarray(0, end));
  const out = new DataView(closed.buffer);
  if (last !== undefined && last < end) {
    const whole = out.getUint32(last + 6);
    if (whole === 0 || last + whole > end) out.setUint32(last + 6, end - last);
  }
  out.setUint16(end, EOC);
  return closed;
}
