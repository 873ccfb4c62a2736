import { crc32, inflateSync } from 'node:zlib';
/** Reads a PNG file that uses filters None and Sub only; throws on anything that is not right. */
export function decodePng(file) {
  const bytes = Buffer.from(file);
  if (bytes.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('no signature');
  const chunks = new Map();
  let at = 8;
  while (at < bytes.length) {
    const length = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const crc = crc32(bytes.subarray(at + 4, at + 8 + length));
    if (crc !== bytes.readUInt32BE(at + 8 + length)) throw new Error('wrong CRC');
    chunks.set(bytes.toString('latin1', at + 4, at + 8), data);
    at += 12 + length;
  }
  if ([...chunks.keys()].join() !== 'IHDR,IDAT,IEND') throw new Error([...chunks.keys()].join());
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [bitDepth, colour] = [header.readUInt8(8), header.readUInt8(9)];
  const channels =
    new Map([
      [0, 1],
      [2, 3],
      [6, 4],
    ]).get(colour) ?? NaN;
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  const pixel = (channels * bitDepth) / 8;
  const stride = width * pixel;
  if (rows.length !== height * (stride + 1)) throw new Error(`${rows.length} bytes of rows`);
  const data = [];
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    const filter = rows[y * (stride + 1)] ?? NaN;
    if (filter !== 0 && filter !== 1) throw new Error(`filter ${filter}`);
    for (let i = pixel; filter === 1 && i < stride; i++) {
      row.writeUInt8((row.readUInt8(i) + row.readUInt8(i - pixel)) & 255, i);
    }
    for (let i = 0; i < stride; i += bitDepth / 8) {
      data.push(bitDepth === 8 ? row.readUInt8(i) : row.readUInt16BE(i));
    }
  }
  return { width, height, channels, bitDepth, data };
}
