// What zlib's streams give anybody: from the start of the member, each time, until the frame is there.

import { createReadStream } from 'node:fs';
import { createInflateRaw } from 'node:zlib';
import { takeAsked } from './asked-frames.mjs';

const CHUNK = 1 << 18;

export async function load() {
  return { 'deflated-random': deflatedRandom };
}

async function deflatedRandom(data, take) {
  let inflated = 0;
  const length = 2 * data.matrix ** 2;
  const read = async (frame) => {
    const start = data.pixelOffset + frame * length;
    const bytes = Buffer.allocUnsafeSlow(length);
    let at = 0;
    for await (const piece of memberStream(data)) {
      const from = Math.max(0, start - at);
      if (from < piece.length) piece.copy(bytes, Math.max(0, at - start), from);
      at += piece.length;
      if (at >= start + length) break;
    }
    inflated += at;
    return bytes;
  };
  const details = await takeAsked(data.asked, read, take);
  return { details: { ...details, 'MB inflated': inflated / 1e6 } };
}

function memberStream({ zip, compressedOffset, compressedSize }) {
  const start = compressedOffset;
  const end = start + compressedSize - 1;
  const packed = createReadStream(zip, { start, end, highWaterMark: CHUNK });
  const inflate = createInflateRaw({ chunkSize: CHUNK });
  inflate.on('close', () => packed.destroy());
  return packed.pipe(inflate);
}
