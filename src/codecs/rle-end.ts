import { RLE_HEADER, isRleHeader } from './code-stream-start.ts';

/** The control byte -128 (PS3.5 G.3.1). */
const NO_OPERATION = 128;

/**
 * The position just behind the RLE frame at the start of `bytes`: where its last segment has given
 * `segmentBytes` bytes, which is one for each pixel. Undefined where one of its segments gives less
 * before the next one starts, or where there is no RLE header (PS3.5 G.5). Runs are counted, nothing is
 * decoded.
 */
export function rleEnd(bytes: Uint8Array, segmentBytes: number): number | undefined {
  if (bytes.length < RLE_HEADER || !isRleHeader(bytes, undefined)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, RLE_HEADER);
  const count = view.getUint32(0, true);
  let end: number | undefined = undefined;
  for (let k = 0; k < count; k++) {
    const start = view.getUint32(4 + 4 * k, true);
    const stop = k + 1 < count ? view.getUint32(8 + 4 * k, true) : bytes.length;
    if (stop > bytes.length) return undefined;
    end = segmentEnd(bytes, start, stop, segmentBytes);
    if (end === undefined) return undefined;
  }
  return end;
}

/** Behind the run with which a segment is complete (PS3.5 G.3.2). */
function segmentEnd(
  bytes: Uint8Array,
  start: number,
  stop: number,
  segmentBytes: number,
): number | undefined {
  let at = start;
  let given = 0;
  while (given < segmentBytes && at < stop) {
    const control = bytes[at] ?? NO_OPERATION;
    if (control < NO_OPERATION) {
      given += control + 1;
      at += control + 2;
    } else if (control > NO_OPERATION) {
      given += 257 - control;
      at += 2;
    } else at += 1;
  }
  return given >= segmentBytes && at <= stop ? at : undefined;
}
