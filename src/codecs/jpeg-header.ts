import { startsWith } from './code-stream-start.ts';

/** What a JPEG or JPEG-LS code stream says of its picture before its first scan (T.81 B.2.2, T.87 C.2.2). */
export interface JpegHeader {
  /** The second byte of its SOF marker: C0 baseline, C1 extended, C2 progressive, C3 lossless, F7 JPEG-LS. */
  readonly process: number;
  /** Bits of a sample. */
  readonly precision: number;
  /** 0 where the number of lines comes behind the first scan (DNL). */
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly JpegComponent[];
  /** Position of the SOF marker. */
  readonly offset: number;
  /** There is a JFIF marker: the components are Y, Cb and Cr (T.871). */
  readonly jfif: boolean;
  /** Of the Adobe marker (T.872): 0 says that there is no colour transform, 1 that there is YCbCr. */
  readonly adobeTransform: number | undefined;
}

/** One component of the frame. */
export interface JpegComponent {
  readonly id: number;
  /** Sampling factors. */
  readonly horizontal: number;
  readonly vertical: number;
}

/** A marker and its segment, up to and with the first SOS. */
export interface JpegSegment {
  /** The second byte of the marker. */
  readonly marker: number;
  /** Position of the marker. */
  readonly offset: number;
  /** Position behind the segment. */
  readonly end: number;
}

const TEM = 0x01;
const RST0 = 0xd0;
const RST7 = 0xd7;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;
const SOF55 = 0xf7;
/** Lower codes are reserved, but for TEM (T.81 table B.1). */
const FIRST_SEGMENT = 0xc0;
const JFIF = [0x4a, 0x46, 0x49, 0x46, 0];
const ADOBE = [0x41, 0x64, 0x6f, 0x62, 0x65];

/** Undefined where the bytes are no JPEG, or have no frame header before their first scan. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  let frame: Omit<JpegHeader, 'jfif' | 'adobeTransform'> | undefined;
  let jfif = false;
  let adobeTransform: number | undefined;
  for (const { marker, offset, end } of jpegSegments(bytes)) {
    const contents = bytes.subarray(offset + 4, end);
    if (marker === APP0) jfif ||= startsWith(contents, JFIF);
    else if (marker === APP14 && contents.length >= 12 && startsWith(contents, ADOBE)) {
      adobeTransform ??= contents[11];
    } else if (isFrameHeader(marker)) frame ??= readFrameHeader(marker, contents, offset);
  }
  return frame && { ...frame, jfif, adobeTransform };
}

/**
 * The marker segments of a JPEG or JPEG-LS code stream that are in front of the data of its first scan,
 * the header of which is the last one. They end early where something is no marker, or is cut.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment, void, undefined> {
  if (bytes[0] === 0xff && bytes[1] === SOI) yield* segmentsFrom(bytes, 2);
}

/** {@link jpegSegments}, and those behind: the coded data of scans is passed over. */
export function* jpegSegmentsOfScans(bytes: Uint8Array): Generator<JpegSegment, void, undefined> {
  let last: JpegSegment | undefined;
  for (const segment of jpegSegments(bytes)) yield (last = segment);
  while (last?.marker === SOS) {
    const start = codedDataEnd(bytes, last.end);
    last = undefined;
    for (const segment of segmentsFrom(bytes, start)) yield (last = segment);
  }
}

/** Where a marker ends the coded data of JPEG that starts at `start`; the length where none does. */
export function codedDataEnd(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1] ?? 0;
    // A stuffed zero, a fill byte, a restart (T.81 B.1.1.5, B.1.1.2).
    if (code !== 0 && code !== 0xff && !(code >= RST0 && code <= RST7)) return at;
  }
  return bytes.length;
}

function* segmentsFrom(bytes: Uint8Array, start: number): Generator<JpegSegment, void, undefined> {
  // Every step goes on by a byte at least.
  for (let offset = start; offset + 4 <= bytes.length && bytes[offset] === 0xff;) {
    const marker = bytes[offset + 1] ?? 0;
    if (marker === 0xff) {
      // A fill byte (T.81 B.1.1.2).
      offset++;
      continue;
    }
    if (marker === TEM || (marker >= RST0 && marker <= RST7)) {
      offset += 2;
      continue;
    }
    if (marker < FIRST_SEGMENT || marker === SOI || marker === EOI) return;
    const end = offset + 2 + uint16(bytes, offset + 2);
    if (end < offset + 4 || end > bytes.length) return;
    yield { marker, offset, end };
    if (marker === SOS) return;
    offset = end;
  }
}

/** SOF0 to SOF15, which DHT, JPG and DAC lie between, and that of JPEG-LS. */
function isFrameHeader(marker: number): boolean {
  if (marker === SOF55) return true;
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrameHeader(
  process: number,
  segment: Uint8Array,
  offset: number,
): Omit<JpegHeader, 'jfif' | 'adobeTransform'> | undefined {
  const count = segment[5] ?? 0;
  if (count === 0 || segment.length < 6 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, k) => {
    const factors = segment[7 + 3 * k] ?? 0;
    return { id: segment[6 + 3 * k] ?? 0, horizontal: factors >> 4, vertical: factors & 15 };
  });
  const precision = segment[0] ?? 0;
  const [rows, columns] = [uint16(segment, 1), uint16(segment, 3)];
  return { process, precision, rows, columns, components, offset };
}

/** An unsigned number of 16 bits, most significant byte first; bytes that are not there are 0. */
export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0);
}
