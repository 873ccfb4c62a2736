import { crc32 } from 'node:zlib';

/** The bytes of samples; little endian, as every machine that this runs on. */
export function bytesOf(/** @type {ArrayBufferView} */ samples) {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** A running CRC-32 of bytes and text, with how much there was. */
export function checksum() {
  let crc = 0;
  let items = 0;
  let byteLength = 0;
  return {
    /** @param {ArrayBufferView | string} value */
    take(value) {
      const bytes = typeof value === 'string' ? Buffer.from(value) : bytesOf(value);
      crc = crc32(bytes, crc);
      items += 1;
      byteLength += bytes.length;
    },
    result: () => ({ checksum: crc.toString(16).padStart(8, '0'), items, byteLength }),
  };
}

/** The checksum of one value. @param {ArrayBufferView | string} value */
export function checksumOf(value) {
  const sum = checksum();
  sum.take(value);
  return sum.result();
}
