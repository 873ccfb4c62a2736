/** Compresses into the zlib format (RFC 1950), as PNG wants it. */
export type Deflate = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Interleaved bytes, row by row. */
export interface BytePicture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The formats that lose something, which are not written by this package itself. */
export type LossyFormat = 'jpeg' | 'webp';

/**
 * Writes a picture in a lossy format.
 *
 * @throws FramedexError `CODEC_MISSING` where the platform needs a package for it that is not installed.
 */
export type EncodeLossy = (
  picture: BytePicture,
  format: LossyFormat,
  quality: number,
) => Promise<Uint8Array>;

/** What the platform brings to write pictures. */
export interface PictureEncoders {
  /** How PNG is compressed; the platform's own streams where nothing is said. */
  readonly deflate?: Deflate | undefined;
  /** How JPEG and WebP are written; `CODEC_MISSING` where nothing is said. */
  readonly lossy?: EncodeLossy | undefined;
}
