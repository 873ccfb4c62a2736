/**
 * What kinds of code streams there are, by how they start: `jpeg` is JPEG and JPEG-LS, `jpeg-2000` is
 * JPEG 2000 and HTJ2K, `jpeg-xl` is JPEG XL, the latter two bare or in boxes, `rle` is the RLE of
 * PS3.5 annex G.
 */
export type CodeStreamFamily = 'jpeg' | 'jpeg-2000' | 'jpeg-xl' | 'rle';

/** Bytes that {@link codeStreamFamily} looks at. */
export const CODE_STREAM_START = 16;

/** Behind SOI and FF: a byte that {@link canFollowSoi}. */
const JPEG = [0xff, 0xd8, 0xff];
/** SOC and SIZ (T.800 A.3). */
const JPEG_2000 = [0xff, 0x4f, 0xff, 0x51];
/** ISO/IEC 18181-2. */
const JPEG_XL = [0xff, 0x0a];
/** Signature boxes (T.800 I.5.1, ISO/IEC 18181-2). */
const JP2_BOX = [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a];
const JPEG_XL_BOX = [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a];

/** The second byte of EOI and of EOC. */
const END = 0xd9;

/** The number of segments and 15 offsets, 32 bits each (PS3.5 G.5). */
export const RLE_HEADER = 64;
const MOST_SEGMENTS = 15;
/** A header of which less is there could be anything. */
const LEAST_RLE_HEADER = 8;

/**
 * The kind of code stream that starts with these bytes, {@link CODE_STREAM_START} of them or as many
 * as there are; undefined where none does.
 *
 * ```ts
 * codeStreamFamily(Uint8Array.of(0xff, 0xd8, 0xff, 0xdb)); // 'jpeg'
 * ```
 */
export function codeStreamFamily(bytes: Uint8Array): CodeStreamFamily | undefined {
  const first = bytes[0];
  // Asked of every fragment: what is inside of a frame mostly starts like nothing.
  if (first === undefined || (first !== 0xff && first > MOST_SEGMENTS)) return undefined;
  if (startsWith(bytes, JPEG) && canFollowSoi(bytes[3])) return 'jpeg';
  if (startsWith(bytes, JPEG_2000) || startsWith(bytes, JP2_BOX)) return 'jpeg-2000';
  if (startsWith(bytes, JPEG_XL) || startsWith(bytes, JPEG_XL_BOX)) return 'jpeg-xl';
  return isRleHeader(bytes, undefined) ? 'rle' : undefined;
}

/** Whether these are the first bytes. */
export function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, k) => bytes[k] === byte);
}

/**
 * Whether a marker of this code can follow SOI: tables, application data, a comment or a frame header
 * (T.81 B.2.1, T.87 C.1.1), with or without fill bytes before it. No scan, restart or end can.
 */
function canFollowSoi(code: number | undefined): boolean {
  if (code === undefined || code < 0xc0) return false;
  if (code < 0xd0) return code !== 0xc8;
  // DQT, DRI, DHP; APPn; SOF55 and LSE of JPEG-LS; COM and fill bytes.
  return (
    code === 0xdb ||
    code === 0xdd ||
    code === 0xde ||
    (code >= 0xe0 && code <= 0xef) ||
    code === 0xf7 ||
    code === 0xf8 ||
    code >= 0xfe
  );
}

/**
 * Whether these bytes are an RLE header, as far as they go: up to {@link RLE_HEADER} bytes, 8 at
 * least. It has one offset for each segment, ascending from the first, which is behind the header, and
 * zeros for the others (PS3.5 G.5).
 *
 * @param segments - As many as a pixel has bytes; undefined where that is not known: 1 to 15.
 */
export function isRleHeader(bytes: Uint8Array, segments: number | undefined): boolean {
  if (bytes.length < LEAST_RLE_HEADER) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  if (count < 1 || count > MOST_SEGMENTS || count !== (segments ?? count)) return false;
  if (view.getUint32(4, true) !== RLE_HEADER) return false;
  const end = Math.min(bytes.length, RLE_HEADER);
  let before = RLE_HEADER;
  for (let k = 1; 8 + 4 * k <= end; k++) {
    const offset = view.getUint32(4 + 4 * k, true);
    if (k < count ? offset <= before : offset !== 0) return false;
    before = offset;
  }
  return true;
}

/**
 * Whether these last bytes of a fragment, a few of them, hold an EOI or EOC. Coded data cannot hold
 * one by chance, but other segments can: evidence that costs little, no proof ({@link codeStreamEnd}
 * has it). What follows is padding of any kind: zeros, FFs, blanks, what was left in the buffer of the
 * writer. No marker ends JPEG XL and RLE: always true.
 */
export function endsCodeStream(tail: Uint8Array, family: CodeStreamFamily): boolean {
  if (family === 'jpeg-xl' || family === 'rle') return true;
  return tail.some((byte, k) => byte === END && tail[k - 1] === 0xff);
}
