/** A tile-part, by its SOT (T.800 A.4.2). */
export interface TilePart {
  /** Position of the SOT. */
  readonly at: number;
  readonly tile: number;
  /** Psot: 0 where it is left open, up to the EOC. */
  readonly length: number;
  /** TPsot: of those of its tile, from 0. */
  readonly index: number;
  /** TNsot: how many its tile has; 0 where that is not said. */
  readonly count: number;
}

/** A marker of a tile-part's header: SOD comes last. */
export interface HeaderMarker {
  readonly marker: number;
  readonly at: number;
  /** Behind its segment. */
  readonly end: number;
}

const SOT = 0xff90;
const SOD = 0xff93;
const SOT_BYTES = 12;
/** SOT and an SOD: no tile-part is shorter. */
const LEAST_TILE_PART = SOT_BYTES + 2;

/** Undefined where no tile-part starts there, or its SOT is not there as a whole. */
export function tilePartAt(view: DataView, at: number): TilePart | undefined {
  if (at + SOT_BYTES > view.byteLength || view.getUint16(at) !== SOT) return undefined;
  const length = view.getUint32(at + 6);
  if (length !== 0 && length < LEAST_TILE_PART) return undefined;
  const tile = view.getUint16(at + 4);
  return { at, tile, length, index: view.getUint8(at + 10), count: view.getUint8(at + 11) };
}

/** One after the other, from the first one on, as long as there is one. */
export function* tileParts(bytes: Uint8Array, first: number): Generator<TilePart> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let part = tilePartAt(view, first);
  while (part !== undefined) {
    yield part;
    if (part.length === 0) return;
    part = tilePartAt(view, part.at + part.length);
  }
}

/** Up to SOD, or as far as there are marker segments as a whole. */
export function* tilePartHeader(view: DataView, { at: sot }: TilePart): Generator<HeaderMarker> {
  for (let at = sot + SOT_BYTES; at + 2 <= view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker === SOD) {
      yield { marker, at, end: at + 2 };
      return;
    }
    if (marker < 0xff00 || at + 4 > view.byteLength) return;
    const end = at + 2 + view.getUint16(at + 2);
    if (end < at + 4 || end > view.byteLength) return;
    yield { marker, at, end };
    at = end;
  }
}
