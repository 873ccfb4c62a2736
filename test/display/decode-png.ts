import { crc32, inflate } from '../support/outside.ts';

/** What is in a PNG file. */
export interface DecodedPng {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bitDepth: number;
  readonly data: number[];
}

/** Reads a PNG file that uses filters None and Sub only; throws on anything that is not right. */
export function decodePng(file: Uint8Array): DecodedPng {
  const view = viewOf(file);
  const text = (start: number, end: number): string =>
    String.fromCharCode(...file.subarray(start, end));
  if (text(0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('no signature');
  const chunks = new Map<string, Uint8Array>();
  let at = 8;
  while (at < file.length) {
    const length = view.getUint32(at);
    const crc = crc32(file.subarray(at + 4, at + 8 + length));
    if (crc !== view.getUint32(at + 8 + length)) throw new Error('wrong CRC');
    chunks.set(text(at + 4, at + 8), file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  if ([...chunks.keys()].join() !== 'IHDR,IDAT,IEND') throw new Error([...chunks.keys()].join());
  const header = viewOf(chunks.get('IHDR') ?? new Uint8Array(13));
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  const [bitDepth, colour] = [header.getUint8(8), header.getUint8(9)];
  const channels =
    new Map([
      [0, 1],
      [2, 3],
      [6, 4],
    ]).get(colour) ?? NaN;
  const rows = inflate(chunks.get('IDAT') ?? new Uint8Array(0));
  const pixel = (channels * bitDepth) / 8;
  const stride = width * pixel;
  if (rows.length !== height * (stride + 1)) throw new Error(`${rows.length} bytes of rows`);
  const data: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = viewOf(rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    const filter = rows[y * (stride + 1)] ?? NaN;
    if (filter !== 0 && filter !== 1) throw new Error(`filter ${filter}`);
    for (let i = pixel; filter === 1 && i < stride; i++) {
      row.setUint8(i, (row.getUint8(i) + row.getUint8(i - pixel)) & 255);
    }
    for (let i = 0; i < stride; i += bitDepth / 8) {
      data.push(bitDepth === 8 ? row.getUint8(i) : row.getUint16(i));
    }
  }
  return { width, height, channels, bitDepth, data };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
