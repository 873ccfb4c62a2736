import { codedDataEnd, dataCodes, segmentEnd, uint16At, uint32At } from './code-stream-bytes.ts';
import type { CodeStreamBytes, CodeStreamSteps } from './code-stream-bytes.ts';

/** Markers (T.800 table A.2). */
const SOC = 0xff4f;
const SIZ = 0xff51;
const SOT = 0xff90;
const SOP = 0xff91;
const EPH = 0xff92;
const SOD = 0xff93;
const EOC = 0xffd9;

/** The SOT marker segment and an SOD: no tile-part is shorter (T.800 A.4.2). */
const SOT_BYTES = 12;
const LEAST_TILE_PART = SOT_BYTES + 2;
/** SOP, its length and the number of the packet, which may look like a marker (T.800 A.8.1). */
const SOP_BYTES = 6;
/** No two bytes of coded data are more than FF8F (T.800 B.10.1, C.2; T.814 7.1). */
const CODED_DATA = dataCodes(0x00, 0x8f);

/**
 * The position behind the EOC of the JPEG 2000 or HTJ2K code stream whose SOC is at `start`. Marker
 * segments and tile-parts are jumped by their lengths. The last tile-part may leave its length open
 * (T.800 A.4.2): its coded data are passed, in which a marker cannot occur by chance.
 */
export function* jpeg2000End(
  stream: CodeStreamBytes,
  start: number,
): CodeStreamSteps<number | undefined> {
  if ((yield* uint32At(stream, start)) !== SOC * 0x10000 + SIZ) return undefined;
  const mainHeader = yield* headerEnd(stream, start + 2, SOT);
  if (mainHeader === undefined) return undefined;
  let at = mainHeader;
  do {
    const length = yield* uint16At(stream, at + 2);
    const tilePart = yield* uint32At(stream, at + 6);
    if (length !== SOT_BYTES - 2 || tilePart === undefined) return undefined;
    if (tilePart === 0) return yield* openTilePartEnd(stream, at);
    if (tilePart < LEAST_TILE_PART) return undefined;
    at += tilePart;
  } while ((yield* uint16At(stream, at)) === SOT);
  return (yield* uint16At(stream, at)) === EOC ? at + 2 : undefined;
}

/** The position of the marker `last`, which ends a header (T.800 A.3). */
function* headerEnd(
  stream: CodeStreamBytes,
  start: number,
  last: number,
): CodeStreamSteps<number | undefined> {
  let at: number | undefined = start;
  while (at !== undefined) {
    const marker: number | undefined = yield* uint16At(stream, at);
    if (marker === last) return at;
    if (marker === undefined || marker < 0xff00 || marker >= SOT) return undefined;
    at = yield* segmentEnd(stream, at);
  }
  return undefined;
}

/** Behind the EOC that follows a tile-part of unknown length. */
function* openTilePartEnd(
  stream: CodeStreamBytes,
  start: number,
): CodeStreamSteps<number | undefined> {
  const header = yield* headerEnd(stream, start + SOT_BYTES, SOD);
  let at = header === undefined ? undefined : header + 2;
  while (at !== undefined) {
    at = yield* codedDataEnd(stream, at, CODED_DATA);
    const marker: number | undefined = at === undefined ? undefined : yield* uint16At(stream, at);
    if (at === undefined) return undefined;
    if (marker === EOC) return at + 2;
    if (marker !== SOP && marker !== EPH) return undefined;
    at += marker === SOP ? SOP_BYTES : 2;
  }
  return undefined;
}
