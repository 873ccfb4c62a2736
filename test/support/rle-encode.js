/** The encoder is plain JavaScript because the benches run it without a build. */
export { rleEncode } from '../../fixtures/make/rle-encode.mjs';
