/** Files of RLE frames of one pixel, right and wrong. */
import { SYNTAX, dicom, encapsulated, imagePixel } from './build-dicom.js';
/** One pixel: a header that claims so many segments, and one of them, a literal byte (PS3.5 G.3.1, G.5). */
export function rlePixel(segments = 1) {
  const bytes = new Uint8Array(66);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, segments, true);
  view.setUint32(4, 64, true);
  return bytes;
}
export function rleFile(frames, offsetTable = 'exact', side = 1) {
  const numberOfFrames = frames.length;
  return dicom({
    transferSyntax: SYNTAX.rle,
    elements: [
      ...imagePixel({ rows: side, columns: side, bitsAllocated: 8, numberOfFrames }),
      encapsulated({ frames, offsetTable }),
    ],
  });
}
/** Five frames, and their offset table; the item of frame `lost` is none. Others are as `given`. */
export function brokenChain(lost, given = new Map()) {
  const frames = Array.from({ length: 5 }, (_, i) => given.get(i) ?? rlePixel());
  const { bytes, pixelOffset = 0 } = rleFile(frames);
  const at = pixelOffset + 8 + 4 * frames.length + lost * (8 + 66);
  bytes.fill(0x11, at, at + 8);
  return { bytes, at };
}
