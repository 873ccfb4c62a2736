import { codedDataEnd, dataCodes, segmentEnd, uint16At } from './code-stream-bytes.ts';
import type { CodeStreamBytes, CodeStreamSteps } from './code-stream-bytes.ts';

/** Second bytes of markers (T.81 table B.1, T.87 table C.1). */
const TEM = 0x01;
const FIRST_SEGMENT = 0xc0;
const RST0 = 0xd0;
const RST7 = 0xd7;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const SOF55 = 0xf7;
const FILL = 0xff;

const RESTARTS = dataCodes(RST0, RST7);
/** A zero is stuffed behind an FF of the data (T.81 B.1.1.5). */
const JPEG_DATA = dataCodes(0x00, 0x00, RESTARTS);
/** A zero bit is stuffed there instead (T.87 A.1). */
const JPEG_LS_DATA = dataCodes(0x00, 0x7f, RESTARTS);
/** Between segments, there is none. */
const NO_DATA = new Uint8Array(256);

/**
 * The position behind the EOI of the JPEG or JPEG-LS image whose SOI is at `start`. Segments are
 * jumped by their lengths, images inside of them with the rest; in the coded data of a scan, markers
 * alone are looked for. Tables without a scan (T.81 B.5) are no image.
 */
export function* jpegEnd(
  stream: CodeStreamBytes,
  start: number,
): CodeStreamSteps<number | undefined> {
  let data = JPEG_DATA;
  let scans = 0;
  let at = start + 2;
  for (;;) {
    const marker = yield* uint16At(stream, at);
    if (marker === undefined || marker < 0xff00) return undefined;
    const code = marker & 0xff;
    if (code === EOI) return scans > 0 ? at + 2 : undefined;
    let next: number | undefined = at + 2;
    if (code === FILL) next = yield* codedDataEnd(stream, at, NO_DATA);
    else if (code !== TEM && RESTARTS[code] !== 1) {
      if (code < FIRST_SEGMENT || code === SOI) return undefined;
      next = yield* segmentEnd(stream, at);
    }
    if (code === SOF55) data = JPEG_LS_DATA;
    if (code === SOS && next !== undefined) {
      next = yield* codedDataEnd(stream, next, data);
      scans++;
    }
    if (next === undefined) return undefined;
    at = next;
  }
}
