import { DeflateDecoder } from './deflate-decoder.ts';
import { DeflateFault } from './deflate-fault.ts';
import type { IndexingReply, IndexingRequest } from './indexing-protocol.ts';

/** Where replies go; `transfer` is memory that nobody else has. */
export type PostReply = (reply: IndexingReply, transfer: ArrayBuffer[]) => void;

/** CRC-32 of bytes behind those that `previous` is of. */
export type Crc32 = (bytes: Uint8Array, previous?: number) => number;

/** A stretch that somebody waits for; it takes no memory before the run reaches it. */
interface Want {
  readonly from: number;
  readonly to: number;
  bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** A checkpoint index in the making. Its first point is the start of the stream. */
interface Points {
  readonly bits: number[];
  readonly starts: number[];
  readonly windows: Uint8Array[];
  /** Of the stretches that have passed. */
  readonly checksums: number[];
}

/**
 * One run over a deflate stream: inflates it piece by piece, notes where it can be resumed, and gives in
 * passing what somebody wants. It holds a piece, the points, and of what is wanted what it has reached.
 */
export class Indexing {
  readonly #crc32: Crc32;
  readonly #post: PostReply;
  readonly #wants = new Map<number, Want>();
  readonly #points: Points = {
    bits: [0],
    starts: [0],
    windows: [new Uint8Array(0)],
    checksums: [],
  };
  #decoder: DeflateDecoder | undefined;
  #isOver = false;
  /** Bytes that the stream should inflate to. */
  #size = Infinity;
  /** Bytes that have passed. */
  #position = 0;
  /** Of all bytes that have passed, and of those behind the last point. */
  #checksum = 0;
  #stretchChecksum = 0;

  constructor(crc32: Crc32, post: PostReply) {
    this.#crc32 = crc32;
    this.#post = post;
  }

  /** Does what is asked. Bytes before the beginning, another beginning, and anything after the end are left alone. */
  hear(request: IndexingRequest): void {
    if (this.#isOver) return;
    switch (request.kind) {
      case 'begin':
        if (this.#decoder === undefined) this.#begin(request.size, request.spacing);
        break;
      case 'bytes':
        if (this.#decoder !== undefined) this.#push(this.#decoder, request.bytes, request.last);
        break;
      case 'want':
        this.#want(request.id, request.from, request.to);
        break;
      case 'forget':
        this.#wants.delete(request.id);
        break;
    }
  }

  #begin(size: number, spacing: number): void {
    const { bits, starts, windows } = this.#points;
    let next = spacing;
    const decoder = new DeflateDecoder({
      limit: size,
      output: (bytes, at) => {
        this.#pass(bytes, at);
      },
      blockStart: (bit, at) => {
        // Behind the last byte there is nothing to resume for.
        if (at < next || at >= size) return;
        bits.push(bit);
        starts.push(at);
        windows.push(decoder.window());
        next = at + spacing;
      },
    });
    this.#size = size;
    this.#decoder = decoder;
  }

  #push(decoder: DeflateDecoder, bytes: Uint8Array, last: boolean): void {
    try {
      decoder.push(bytes, last);
    } catch (error) {
      if (!(error instanceof DeflateFault)) throw error;
      this.#isOver = true;
      this.#post({ kind: 'broken', reason: error.reason, at: error.at }, []);
      return;
    }
    if (decoder.ended) this.#finish(decoder);
    else this.#post({ kind: 'taken', position: this.#position }, []);
  }

  /** What cannot be given because it is behind, or beyond the end, has passed. */
  #want(id: number, from: number, to: number): void {
    if (from < this.#position || from >= Math.min(to, this.#size)) this.#pastGiving(id);
    else this.#wants.set(id, { from, to, bytes: undefined });
  }

  #pastGiving(id: number): void {
    this.#post({ kind: 'passed', id }, []);
  }

  #pass(bytes: Uint8Array, at: number): void {
    this.#sumUp(bytes, at);
    for (const [id, want] of this.#wants) this.#give(id, want, bytes, at);
    this.#position = at + bytes.length;
  }

  #sumUp(bytes: Uint8Array, at: number): void {
    const { starts, checksums } = this.#points;
    let from = 0;
    for (;;) {
      const end = (starts[checksums.length + 1] ?? Infinity) - at;
      if (end >= bytes.length) break;
      checksums.push(this.#crc32(bytes.subarray(from, end), this.#stretchChecksum));
      this.#stretchChecksum = 0;
      from = end;
    }
    this.#stretchChecksum = this.#crc32(bytes.subarray(from), this.#stretchChecksum);
    this.#checksum = this.#crc32(bytes, this.#checksum);
  }

  #give(id: number, want: Want, bytes: Uint8Array, at: number): void {
    const { from } = want;
    const to = Math.min(want.to, this.#size);
    const end = at + bytes.length;
    if (from >= end) return;
    want.bytes ??= new Uint8Array(to - from);
    const start = Math.max(from, at);
    want.bytes.set(bytes.subarray(start - at, Math.min(to, end) - at), start - from);
    if (end < to) return;
    this.#wants.delete(id);
    this.#post({ kind: 'given', id, bytes: want.bytes }, [want.bytes.buffer]);
  }

  #finish(decoder: DeflateDecoder): void {
    this.#isOver = true;
    for (const id of this.#wants.keys()) this.#pastGiving(id);
    const { windows, checksums } = this.#points;
    // A stream that is shorter than it should be may end at a point.
    for (; checksums.length < windows.length; this.#stretchChecksum = 0) {
      checksums.push(this.#stretchChecksum);
    }
    const bits = Float64Array.from(this.#points.bits);
    const starts = Float64Array.from(this.#points.starts);
    const sums = Uint32Array.from(checksums);
    const index = {
      size: this.#position,
      compressedSize: decoder.used,
      crc32: this.#checksum,
      bits,
      starts,
      checksums: sums,
      windows,
    };
    const memory = [bits, starts, sums, ...windows].map(({ buffer }) => buffer);
    this.#post(
      { kind: 'done', index },
      memory.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  }
}
