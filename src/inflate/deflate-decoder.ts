import { deflateBits, takeBits, type DeflateBits } from './deflate-bits.ts';
import { WINDOW_LENGTH } from './deflate-bounds.ts';
import { DeflateFault, type DeflateFaultReason } from './deflate-fault.ts';
import { readCodes, readStoredLength } from './deflate-header.ts';
import {
  decodeSymbols,
  MOST_BITS_OF_STEP,
  MOST_BYTES_OF_STEP,
  takeLiteral,
  type DeflateOutput,
} from './deflate-symbols.ts';
import { deflateTables, fixedTables, type DeflateTables } from './deflate-tables.ts';

/** Input and output that is at hand: some of both stays in a processor's cache. */
const INPUT_PIECE = 65536;
const OUTPUT_PIECE = 262144;

/** What a decoder is made with. */
export interface DeflateDecoderOptions {
  /** Takes what was inflated, `at` bytes behind the start. The bytes are good during the call only. */
  readonly output: (bytes: Uint8Array, at: number) => void;
  /**
   * Told of each block: its header is `bit` bits behind the first byte that is pushed, and `at` bytes were
   * inflated before it, which is where {@link DeflateDecoder.window} is now.
   */
  readonly blockStart?: ((bit: number, at: number) => void) | undefined;
  /** The most bytes of output. */
  readonly limit: number;
  /** Begins at a block header in the middle of a stream: at this bit of the first byte that is pushed. */
  readonly start?: DeflateStart | undefined;
}

/** Where a stream is gone on with. */
export interface DeflateStart {
  /** 0 to 7. */
  readonly bit: number;
  /** What was inflated before, up to 32 KiB: more is not needed. */
  readonly window: Uint8Array;
}

/** What comes next in the stream. */
type Phase = 'header' | 'stored' | 'symbols' | 'ended';

/**
 * Inflates a deflate stream (RFC 1951) that comes in pieces, and tells where its blocks begin: a stream can
 * be gone on with there, given the 32 KiB before. Refuses what zlib refuses.
 *
 * After a fault it is of no use any more.
 */
export class DeflateDecoder {
  readonly #options: DeflateDecoderOptions;
  readonly #bits: DeflateBits = deflateBits(INPUT_PIECE);
  readonly #output: DeflateOutput;
  readonly #own: DeflateTables = deflateTables();
  #fixed: DeflateTables | undefined;
  #tables: DeflateTables = this.#own;
  #phase: Phase = 'header';
  #isLastBlock = false;
  /** Bytes of the stored block that are still to come. */
  #stored = 0;
  /** Bytes of input before those at hand. */
  #inputBefore = 0;
  /** What the first byte at hand is behind the start: less than 0 where a window is before that. */
  #outputBefore: number;
  /** What was given, of the output at hand. */
  #given: number;
  #fault: DeflateFault | undefined;

  constructor(options: DeflateDecoderOptions) {
    const { bit = 0, window = new Uint8Array() } = options.start ?? {};
    const before = window.subarray(Math.max(0, window.length - WINDOW_LENGTH));
    const bytes = new Uint8Array(WINDOW_LENGTH + OUTPUT_PIECE + MOST_BYTES_OF_STEP);
    bytes.set(before);
    this.#options = options;
    this.#output = { bytes, view: new DataView(bytes.buffer), at: before.length };
    this.#outputBefore = -before.length;
    this.#given = before.length;
    this.#bits.at = bit;
  }

  /** Whether the stream came to its end. */
  get ended(): boolean {
    return this.#phase === 'ended';
  }

  /** Bytes that were inflated since the start. */
  get position(): number {
    return this.#outputBefore + this.#output.at;
  }

  /** Bytes of input that the stream took, once it has ended: the last one in part, maybe. */
  get used(): number {
    return this.#inputBefore + Math.ceil(this.#bits.at / 8);
  }

  /** A copy of what was inflated last, up to 32 KiB. */
  window(): Uint8Array {
    const { bytes, at } = this.#output;
    return bytes.slice(Math.max(0, at - WINDOW_LENGTH), at);
  }

  /**
   * Inflates as far as these bytes go. They may be used again afterwards. Those behind the end of the stream
   * are left alone.
   *
   * @throws DeflateFault `'cut'` where these are the `last` ones, and the stream has not come to its end.
   */
  push(bytes: Uint8Array, last: boolean): void {
    if (this.#fault !== undefined) throw this.#fault;
    let taken = 0;
    while (this.#phase !== 'ended' && taken < bytes.length) {
      taken += this.#take(bytes.subarray(taken));
      this.#decode();
    }
    this.#give();
    if (last && this.#phase !== 'ended') throw this.#faulty('cut');
  }

  /** Takes as much input as there is room for, behind what could not be decoded yet. */
  #take(bytes: Uint8Array): number {
    const bits = this.#bits;
    const done = bits.at >>> 3;
    const kept = bits.end / 8 - done;
    const count = Math.min(bytes.length, INPUT_PIECE - kept);
    bits.bytes.copyWithin(0, done, done + kept);
    bits.bytes.set(bytes.subarray(0, count), kept);
    bits.at &= 7;
    bits.end = 8 * (kept + count);
    this.#inputBefore += done;
    return count;
  }

  #decode(): void {
    for (;;) {
      if (this.#output.at >= WINDOW_LENGTH + OUTPUT_PIECE) this.#slide();
      switch (this.#phase) {
        case 'header':
          if (!this.#readHeader()) return;
          break;
        case 'stored':
          if (!this.#copyStored()) return;
          break;
        case 'symbols':
          if (!this.#decodeSymbols()) return;
          break;
        case 'ended':
          return;
      }
    }
  }

  /** False where there is too little input: then it is as if nothing had been read. */
  #readHeader(): boolean {
    const bits = this.#bits;
    const start = bits.at;
    const isLast = takeBits(bits, 1) === 1;
    const phase = this.#readBlockType(takeBits(bits, 2));
    if (bits.at > bits.end) {
      bits.at = start;
      return false;
    }
    if (phase === undefined) throw this.#broken();
    this.#isLastBlock = isLast;
    this.#phase = phase;
    this.#options.blockStart?.(8 * this.#inputBefore + start, this.position);
    return true;
  }

  /** RFC 1951 3.2.3. Undefined where it is no block. */
  #readBlockType(type: number): Phase | undefined {
    if (type === 0) {
      const length = readStoredLength(this.#bits);
      this.#stored = length ?? 0;
      return length === undefined ? undefined : 'stored';
    }
    if (type === 1) {
      this.#fixed ??= fixedTables();
      this.#tables = this.#fixed;
      return 'symbols';
    }
    this.#tables = this.#own;
    return type === 2 && readCodes(this.#bits, this.#own) ? 'symbols' : undefined;
  }

  #copyStored(): boolean {
    const [bits, output] = [this.#bits, this.#output];
    const from = bits.at >>> 3;
    const room = WINDOW_LENGTH + OUTPUT_PIECE - output.at;
    const count = Math.min(this.#stored, bits.end / 8 - from, room);
    output.bytes.set(bits.bytes.subarray(from, from + count), output.at);
    output.at += count;
    bits.at += 8 * count;
    this.#stored -= count;
    if (this.#stored === 0) this.#endBlock();
    return this.#stored === 0 || count === room;
  }

  #decodeSymbols(): boolean {
    const [bits, output] = [this.#bits, this.#output];
    const full = WINDOW_LENGTH + OUTPUT_PIECE;
    let stop = decodeSymbols(bits, output, this.#tables, bits.end - MOST_BITS_OF_STEP, full);
    while (stop === 'limit' && output.at < full) {
      // So near to the end of the input, step by step, as the last one may not be there as a whole.
      const [at, to] = [bits.at, output.at];
      stop = decodeSymbols(bits, output, this.#tables, at + 1, full);
      if (bits.at > bits.end) {
        bits.at = at;
        output.at = to;
        takeLiteral(bits, output, this.#tables);
        return false;
      }
    }
    if (stop === 'broken') throw this.#broken();
    if (stop === 'end') this.#endBlock();
    return true;
  }

  #endBlock(): void {
    this.#phase = this.#isLastBlock ? 'ended' : 'header';
  }

  /** Makes room for output: the window is all that is still needed. */
  #slide(): void {
    this.#give();
    const output = this.#output;
    const gone = output.at - WINDOW_LENGTH;
    output.bytes.copyWithin(0, gone, output.at);
    output.at = WINDOW_LENGTH;
    this.#given = WINDOW_LENGTH;
    this.#outputBefore += gone;
  }

  #give(): void {
    const { bytes, at } = this.#output;
    if (this.position > this.#options.limit) throw this.#faulty('too-long');
    const given = this.#given;
    this.#given = at;
    if (at > given) this.#options.output(bytes.subarray(given, at), this.#outputBefore + given);
  }

  /** What comes before it is given all the same. */
  #broken(): DeflateFault {
    this.#give();
    return this.#faulty('broken');
  }

  #faulty(reason: DeflateFaultReason): DeflateFault {
    this.#fault = new DeflateFault(reason, this.#inputBefore + (this.#bits.at >>> 3));
    return this.#fault;
  }
}
