import type { ImagePixel } from '../dicom/image-pixel.ts';
import { checkCodedPicture } from './coded-picture.ts';
import type { CodedPicture } from './coded-picture.ts';
import { jpeg2000Fault } from './jpeg-2000-fault.ts';
import { blockCount, packetCount, sizeWithout, tileCount } from './jpeg-2000-geometry.ts';
import type { Jpeg2000Header } from './jpeg-2000-header.ts';

/** Neither decoder gives more bits. */
const MOST_BITS = 16;
/** SOT, SOD and a packet (T.800 A.4.2): no tile is shorter. */
const LEAST_TILE = 15;
/** So many packets are no harm, whatever the length. */
const FEW_PACKETS = 65536;
/** Code-blocks of 64 by 64 samples, of a picture of 32768 by 32768 without anything in it. */
const FEW_BLOCKS = 350_000;

/**
 * The picture of a code stream, whose main header is held against the Image Pixel module, and against
 * the bytes that there are, before anything takes time or memory on its word.
 *
 * @param length - Bytes of the whole code stream.
 * @throws FramedexError `CODEC`.
 */
export function checkedPicture(
  header: Jpeg2000Header,
  pixel: ImagePixel,
  length: number,
): CodedPicture {
  const { siz, components, extended } = header;
  const [first] = components;
  if (first === undefined) throw jpeg2000Fault(siz, 'components', 'none');
  const { precision } = first;
  const size = sizeWithout(header, 0);
  const picture = { ...size, components: components.length, precision, offset: siz };
  checkCodedPicture(picture, pixel);
  if (extended) throw jpeg2000Fault(siz, 'JPEG 2000 of part 1 or 15', 'extensions of part 2');
  if (precision > MOST_BITS) {
    throw jpeg2000Fault(siz, `samples of up to ${MOST_BITS} bits`, `${precision} bits`);
  }
  for (const other of components) {
    const { precision: bits, signed, dx, dy } = other;
    if (bits === precision && signed === first.signed && dx === first.dx && dy === first.dy)
      continue;
    throw jpeg2000Fault(siz, 'components of one kind', 'other sizes, bits or signs');
  }
  checkClaims(header, length);
  return picture;
}

/** What a few bytes may claim, so that the memory of a decoder stays in proportion. */
function checkClaims(header: Jpeg2000Header, length: number): void {
  const tiles = tileCount(header);
  if (tiles * LEAST_TILE > length) {
    throw jpeg2000Fault(header.siz, 'bytes for each tile', `${tiles} tiles`);
  }
  const packets = packetCount(header, 0);
  // A packet is a byte at least (T.800 B.10.3).
  if (packets > Math.max(length, FEW_PACKETS)) {
    throw jpeg2000Fault(header.siz, 'a byte for each packet', `${packets} packets`);
  }
  const blocks = blockCount(header, 0);
  if (blocks > Math.max(length, FEW_BLOCKS)) {
    throw jpeg2000Fault(header.siz, 'a byte for each code-block', `${blocks} code-blocks`);
  }
}
