import { isSynchronous, readExactlySync } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import { base64Of, bytesOf } from './saved-index-base64.ts';
import { MOST_HEAD, MOST_HEADER } from './saved-index-format.ts';
import { badIndex, within } from './saved-index-json.ts';
import type { IndexPlace } from './saved-index-json.ts';
import type { FileIndexJson } from './saved-index.ts';

/** Bytes of a header, where they stand. */
export interface HeaderPiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * What a header pass looked at of a stretch, as far as that is to be had at once, in ascending order;
 * undefined where it is more than an index holds.
 */
export type SeenBytes = (offset: number, length: number) => readonly HeaderPiece[] | undefined;

/** A parser looks so far behind the last element. */
const LOOK_AHEAD = 16;
/** Bytes of reads: those before a jump bring some that are of no use. */
const MOST_RECORDED = 4 * MOST_HEADER;
/** Read at a time, where a saved header does not have the bytes. */
const READ_AHEAD = 1024;

/** Where what a header pass had to say of a source can be had from, once it is over. */
export interface HeaderRecording {
  /** To be read by the header pass. */
  readonly source: Source;
  /** Ends the recording. */
  finish(header: Header): SeenBytes;
}

/**
 * Records what a header pass reads, as far as an index may hold it, where it could not be read again at
 * once: an index is made without a promise. What can be read again is.
 */
export function recordHeader(source: Source): HeaderRecording {
  if (isSynchronous(source)) {
    const seen: SeenBytes = (offset, length) =>
      length > MOST_HEADER
        ? undefined
        : [{ offset, bytes: readExactlySync(source, offset, length) }];
    return { source, finish: () => seen };
  }
  let recorded: HeaderPiece[] | undefined = [];
  let room = MOST_RECORDED;
  return {
    source: {
      ...source,
      async read(offset, length, options) {
        const bytes = await source.read(offset, length, options);
        if (recorded === undefined || room < bytes.length) return bytes;
        room -= bytes.length;
        recorded.push({ offset, bytes: bytes.slice() });
        return bytes;
      },
    },
    finish(header) {
      const end = header.source.size === source.size ? headerEnd(header) : 0;
      const pieces = joined(recorded ?? [], Math.max(end, MOST_HEAD));
      recorded = undefined;
      return (offset, length) => pieces.flatMap((piece) => common(piece, offset, offset + length));
    },
  };
}

/** What was recorded up to `end`, joined where it follows. */
function joined(recorded: readonly HeaderPiece[], end: number): HeaderPiece[] {
  const pieces: HeaderPiece[] = [];
  const ascending = [...recorded].sort((a, b) => a.offset - b.offset);
  for (const piece of ascending) {
    const last = pieces[pieces.length - 1];
    const reached = last === undefined ? 0 : last.offset + last.bytes.length;
    for (const { offset, bytes } of common(piece, reached, end)) {
      if (last === undefined || reached < offset) {
        pieces.push({ offset, bytes: bytes.slice() });
      } else {
        const both = new Uint8Array(last.bytes.length + bytes.length);
        both.set(last.bytes);
        both.set(bytes, last.bytes.length);
        pieces[pieces.length - 1] = { offset: last.offset, bytes: both };
      }
    }
  }
  return pieces;
}

/** What of a piece is in `[start, end)`. */
function common({ offset, bytes }: HeaderPiece, start: number, end: number): HeaderPiece[] {
  const from = Math.max(offset, start);
  const to = Math.min(offset + bytes.length, end);
  return from < to ? [{ offset: from, bytes: bytes.subarray(from - offset, to - offset) }] : [];
}

function pieceWith(
  pieces: readonly HeaderPiece[],
  offset: number,
  length: number,
): Uint8Array | undefined {
  for (const { offset: start, bytes } of pieces) {
    if (offset >= start && offset + length <= start + bytes.length) {
      return bytes.subarray(offset - start, offset - start + length);
    }
  }
  return undefined;
}

/** As far as a header pass that ends at the pixel data looks. */
function headerEnd({ pixelData, end, source }: Header): number {
  return Math.min(source.size, (pixelData?.valueOffset ?? end) + LOOK_AHEAD);
}

/** The header as an index holds it: its bytes without long values; undefined where they are too many. */
export function savedHeader(header: Header, seen: SeenBytes): FileIndexJson['header'] {
  const end = headerEnd(header);
  const pieces: (readonly [number, string])[] = [];
  let total = 0;
  let at = 0;
  for (const hole of [...longValues(header), { offset: end, length: 0 }]) {
    const length = Math.max(0, hole.offset - at);
    const found = length > 0 ? seen(at, length) : [];
    if (found === undefined) return undefined;
    for (const { offset, bytes } of found) {
      total += bytes.length;
      if (total > MOST_HEADER) return undefined;
      pieces.push([offset, base64Of(bytes)]);
    }
    at = hole.offset + hole.length;
  }
  return pieces;
}

/** Values that the header pass left in the file. Those of items stay: few are as long as that. */
function* longValues({
  meta,
  dataset,
  pixelData,
}: Header): Generator<{ offset: number; length: number }> {
  let last = 0;
  for (const elements of [meta, dataset]) {
    for (const { deferred, valueOffset, length, tag } of elements) {
      // Nothing of a header that is longer by itself is to be saved.
      if (tag === pixelData?.tag || valueOffset - last > MOST_HEADER) return;
      if (!deferred || length === UNDEFINED_LENGTH || valueOffset < last) continue;
      yield { offset: valueOffset, length };
      last = valueOffset + length;
    }
  }
}

/**
 * The same source, which gives the bytes of a saved header without being read. What is not among them is
 * read as ever.
 */
export function withHeader(source: Source, pieces: readonly HeaderPiece[]): Source {
  const held = (offset: number, length: number, into: Uint8Array | undefined) => {
    const bytes = pieceWith(pieces, offset, length);
    if (bytes === undefined || into === undefined) return bytes?.slice();
    into.set(bytes);
    return into.subarray(0, length);
  };
  const holding: Source = {
    ...source,
    atHand: (offset) => {
      const piece = pieces.find(({ offset: start, bytes }) => {
        return offset >= start && offset < start + bytes.length;
      });
      return piece === undefined ? READ_AHEAD : piece.offset + piece.bytes.length - offset;
    },
    read: async (offset, length, options) =>
      held(offset, length, options?.into) ?? source.read(offset, length, options),
  };
  if (!isSynchronous(source)) return holding;
  return {
    ...holding,
    readSync: (offset, length, into) =>
      held(offset, length, into) ?? source.readSync(offset, length, into),
  };
}

/**
 * The bytes of a saved header.
 *
 * @throws FramedexError `INDEX_FORMAT`.
 */
export function headerPieces(
  saved: NonNullable<FileIndexJson['header']>,
  size: number,
  place: IndexPlace,
): readonly HeaderPiece[] {
  let reached = 0;
  let total = 0;
  return saved.map(([offset, base64], k) => {
    const at = within(place, `header[${k}]`);
    const bytes = bytesOf(base64, at);
    total += bytes.length;
    const fits = offset >= reached && offset + bytes.length <= size && total <= MOST_HEADER;
    if (!fits)
      throw badIndex(
        at,
        `bytes of the file, behind the piece before, ${MOST_HEADER} at most in all`,
      );
    reached = offset + bytes.length;
    return { offset, bytes };
  });
}
