import type { Jpeg2000Header } from './jpeg-2000-header.ts';
import { tileParts } from './jpeg-2000-tile-parts.ts';
import type { TilePart } from './jpeg-2000-tile-parts.ts';

const EOC = 0xffd9;
const LEAST_TILE_PART = 14;

/**
 * A copy of the first `length` bytes of a code stream as a code stream: the last tile-part ends there
 * (Psot, T.800 A.4.2), how many a tile has is left open (TNsot), and EOC follows. A tile-part without
 * room for its header is left out.
 *
 * @param bytes - From SOC on.
 */
export function closedCodeStream(
  bytes: Uint8Array,
  header: Jpeg2000Header,
  length: number,
): Uint8Array {
  const parts: TilePart[] = [];
  let end = header.firstTilePart;
  for (const part of tileParts(bytes.subarray(0, length), header.firstTilePart)) {
    if (part.at + LEAST_TILE_PART > length) break;
    parts.push(part);
    end = part.length === 0 ? length : Math.min(part.at + part.length, length);
  }
  const closed = new Uint8Array(end + 2);
  closed.set(bytes.subarray(0, end));
  const view = new DataView(closed.buffer);
  for (const { at } of parts) view.setUint8(at + 11, 0);
  const last = parts[parts.length - 1];
  if (last !== undefined) view.setUint32(last.at + 6, end - last.at);
  view.setUint16(end, EOC);
  return closed;
}
