/** Eight tables, so that eight bytes take eight look-ups that do not wait for each other. */
const TABLES = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (tables[before & 0xff] ?? 0) ^ (before >>> 8);
  }
  return tables;
}

/**
 * CRC-32 (ISO 3309) of bytes behind those that `previous` is of: where the platform has none of its
 * own. 0 is that of no bytes.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const t = TABLES;
  const end = bytes.length;
  const long = end - (end % 8);
  let crc = ~previous;
  let at = 0;
  for (; at < long; at += 8) {
    crc ^= four(bytes, at);
    const next = four(bytes, at + 4);
    crc =
      (t[1792 + (crc & 0xff)] ?? 0) ^
      (t[1536 + ((crc >>> 8) & 0xff)] ?? 0) ^
      (t[1280 + ((crc >>> 16) & 0xff)] ?? 0) ^
      (t[1024 + (crc >>> 24)] ?? 0) ^
      (t[768 + (next & 0xff)] ?? 0) ^
      (t[512 + ((next >>> 8) & 0xff)] ?? 0) ^
      (t[256 + ((next >>> 16) & 0xff)] ?? 0) ^
      (t[next >>> 24] ?? 0);
  }
  for (; at < end; at++) crc = (t[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function four(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
