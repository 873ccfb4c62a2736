import type { Header } from '../dicom/header.ts';
import type { Limits } from '../dicom/limits.ts';
import { readEncoded, readNative, readPieces } from '../frames/read.ts';
import type { AnnouncedFrames } from './announced-frames.ts';
import type { ProvedIndex } from './proved-index.ts';

/** What stored bytes of frames are read by. */
export interface EncodedParts {
  readonly header: Header;
  readonly limits: Limits;
  readonly index: ProvedIndex;
  readonly announced: AnnouncedFrames;
  /** Notes what a read finds out about the file. */
  readonly minding: <T>(reading: Promise<T>) => Promise<T>;
}

/** The stored bytes of frame `i`, as `DicomFile.encodedFrame` has it. */
export async function encodedFrame(
  parts: EncodedParts,
  i: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { header, limits, minding } = parts;
  const options = { signal, maxFrameBytes: limits.maxFrameBytes };
  const index = parts.index.proved();
  index.ranges(i);
  const { layout } = index;
  if (layout.kind === 'none') throw layout.reason;
  if (layout.kind === 'native') {
    return (await minding(readNative(header.source, layout, i, 1, options))).bytes;
  }
  const bytes = await minding(readEncoded(header, index, i, options));
  if (bytes !== undefined && !parts.index.isStale(index)) return bytes;
  await parts.index.confirm(index, signal);
  return encodedFrame(parts, i, signal);
}

/** The same piece by piece, where it is a video. */
export async function* encodedStream(
  parts: EncodedParts,
  i: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { strategy } = parts.index.current;
  if (strategy !== 'video') {
    yield await encodedFrame(parts, i, signal);
    return;
  }
  const ranges = parts.index.current.ranges(i);
  const announced = parts.announced.beginPieces(ranges);
  try {
    let piece = 0;
    announced?.reach(piece);
    for await (const bytes of readPieces(parts.header.source, ranges, i, signal)) {
      yield bytes;
      announced?.reach(++piece);
    }
  } finally {
    announced?.end();
  }
}
