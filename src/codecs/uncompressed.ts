import { frameBits } from '../dicom/image-pixel.ts';
import { ENCAPSULATED_UNCOMPRESSED } from '../dicom/transfer-syntax.ts';
import { FramedexError } from '../errors.ts';
import type { Codec } from './codec.ts';

/** Native frames in fragments (PS3.5 A.4.11): the bytes are the cells, planes and all. */
export const uncompressedCodec: Codec = {
  name: 'uncompressed',
  transferSyntaxes: [ENCAPSULATED_UNCOMPRESSED],
  load: () =>
    Promise.resolve({
      decode(bytes, pixel) {
        const needed = Math.ceil(frameBits(pixel) / 8);
        if (bytes.length < needed) {
          throw new FramedexError('CODEC', 'the fragment is shorter than its frame', {
            expected: `${needed} bytes`,
            found: `${bytes.length}`,
          });
        }
        return { bytes: bytes.subarray(0, needed), pixel };
      },
    }),
};
