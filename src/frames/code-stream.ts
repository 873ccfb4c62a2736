/** Bytes that {@link startsCodeStream} looks at. */
export const CODE_STREAM_START = 8;

/**
 * How the code streams of the transfer syntaxes start: JPEG and JPEG-LS (SOI), JPEG 2000 (SOC and
 * SIZ), the same in a JP2 file, JPEG XL bare and boxed.
 */
const STARTS: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0xff, 0x4f, 0xff, 0x51],
  [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20],
  [0xff, 0x0a],
  [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20],
];

/** Whether a frame starts here, by the first bytes of its code stream or RLE header. */
export function startsCodeStream(bytes: Uint8Array): boolean {
  return STARTS.some((start) => start.every((byte, k) => bytes[k] === byte)) || isRleHeader(bytes);
}

/** 1 to 15 segments, the first of them behind the header of 64 bytes (PS3.5 G.5). */
function isRleHeader(bytes: Uint8Array): boolean {
  if (bytes.length < CODE_STREAM_START) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const segments = view.getUint32(0, true);
  return segments >= 1 && segments <= 15 && view.getUint32(4, true) === 64;
}
