import { DEFLATED_IMAGE_FRAME, ENCAPSULATED_UNCOMPRESSED } from '../dicom/transfer-syntax.ts';
import { transferSyntaxesOf } from './code-stream-kind.ts';
import type { CodeStreamKind } from './code-stream-kind.ts';
import type { Codec } from './codec.ts';

/** RLE Lossless (PS3.5 annex G). */
export const rleCodec: Codec = ofKind('rle', async () => (await import('./rle.ts')).rleDecoder);

/** Native frames in fragments (PS3.5 A.4.11). */
export const uncompressedCodec: Codec = {
  name: 'uncompressed',
  transferSyntaxes: [ENCAPSULATED_UNCOMPRESSED],
  load: async () => (await import('./uncompressed.ts')).uncompressedDecoder,
};

/** Deflated frames in fragments (PS3.5 A.4.13). */
export const deflatedFrameCodec: Codec = {
  name: 'deflated-frame',
  transferSyntaxes: [DEFLATED_IMAGE_FRAME],
  load: async (platform) => (await import('./deflated-frame.ts')).deflatedFrameDecoder(platform),
};

/** JPEG of 8 bits by discrete cosine transform: baseline, extended and progressive (PS3.5 A.4.1). */
export const jpegCodec: Codec = ofKind('jpeg', async (platform) =>
  (await import('./jpeg.ts')).loadJpeg(platform),
);

/** The same of 12 bits; no transfer syntax is of these alone. */
export const jpeg12Codec: Codec = {
  ...ofKind('jpeg-12', async (platform) => (await import('./jpeg-12.ts')).loadJpeg12(platform)),
  transferSyntaxes: [],
  needs: 'dcmjs-codecs',
};

/** JPEG Lossless, processes 14 and 14 of selection value 1 (PS3.5 A.4.1). */
export const jpegLosslessCodec: Codec = ofKind(
  'jpeg-lossless',
  async () => (await import('./jpeg-lossless.ts')).jpegLosslessDecoder,
);

/** JPEG-LS, lossless and near-lossless (PS3.5 A.4.3). */
export const jpegLsCodec: Codec = ofKind('jpeg-ls', async (platform) =>
  (await import('./jpeg-ls.ts')).loadJpegLs(platform),
);

/** JPEG 2000, part 1 (PS3.5 A.4.4). */
export const jpeg2000Codec: Codec = ofKind('jpeg-2000', async (platform) =>
  (await import('./jpeg-2000.ts')).loadJpeg2000(platform),
);

/** High-throughput JPEG 2000. */
export const htj2kCodec: Codec = ofKind('htj2k', async (platform) =>
  (await import('./htj2k.ts')).loadHtj2k(platform),
);

/** JPEG XL. */
export const jpegXlCodec: Codec = {
  ...ofKind('jpeg-xl', async (platform) => (await import('./jpeg-xl.ts')).loadJpegXl(platform)),
  needs: 'dcmjs-codecs',
};

/** The codecs of this package. Each is loaded, with all it is made of, by the first frame that needs it. */
export const defaultCodecs: readonly Codec[] = [
  rleCodec,
  uncompressedCodec,
  deflatedFrameCodec,
  jpegCodec,
  jpeg12Codec,
  jpegLosslessCodec,
  jpegLsCodec,
  jpeg2000Codec,
  htj2kCodec,
  jpegXlCodec,
];

function ofKind(kind: CodeStreamKind, load: Codec['load']): Codec {
  return { name: kind, transferSyntaxes: transferSyntaxesOf(kind), codeStreams: [kind], load };
}
