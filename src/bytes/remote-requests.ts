import { FramedexError, isFramedexError } from '../errors.ts';
import type { FaultDetails } from '../errors.ts';
import type { Stretch } from './coalesce.ts';
import { stateDifference, type ObjectState } from './object-state.ts';

/** Asks the store for a range of the object. What it gives is somebody else's until it is looked at. */
export type AskForRange = (
  range: Stretch,
  options: {
    readonly signal: AbortSignal;
    readonly etag: string | undefined;
    readonly into?: Uint8Array | undefined;
    readonly onRequest: () => void;
  },
) => Promise<unknown>;

/** Which state of the object was opened. */
interface Opened extends ObjectState {
  readonly size: number;
}

/** What the store gave, looked at. */
interface Reply extends Opened {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
  readonly requests: number;
}

/** What came of a request. */
export interface Received {
  readonly bytes: Uint8Array;
  /** They are all of the object, which could not be had in parts. */
  readonly whole: boolean;
}

/** Asks for ranges of one object, and holds every reply against what was asked for and what was opened. */
export class RemoteRequests {
  readonly name: string;
  /** What it came to so far. */
  readonly stats: { requests: number; bytesReceived: number } = { requests: 0, bytesReceived: 0 };
  readonly #ask: AskForRange;
  #opened: Opened | undefined;
  #changed: FaultDetails | undefined;

  constructor(ask: AskForRange, name: string) {
    this.#ask = ask;
    this.name = name;
  }

  /** The object as its first reply describes it; nothing before that. */
  get opened(): Opened {
    return this.#opened ?? { size: 0 };
  }

  /** Throws `SOURCE_CHANGED` from the first reply on that was of another object. */
  assertUnchanged(offset: number): void {
    if (this.#changed === undefined) return;
    const details = { ...this.#changed, name: this.name, offset };
    throw new FramedexError('SOURCE_CHANGED', 'it is not what was opened any more', details);
  }

  /** One range, or all of the object where it comes as a whole. */
  async receive(range: Stretch, signal: AbortSignal, into?: Uint8Array): Promise<Received> {
    const { start, end } = range;
    const reply = await this.#reply(range, signal, into);
    const { bytes, size } = reply;
    this.stats.bytesReceived += bytes.length;
    this.#compare(reply, start);
    const whole = bytes.length === size && (reply.whole || bytes.length > end - start);
    const promised = Math.max(0, Math.min(end, size) - start);
    if (whole || bytes.length === promised) return { bytes, whole };
    throw new FramedexError('IO', 'the reply is not of the length that was asked for', {
      name: this.name,
      offset: start,
      expected: `${promised} bytes`,
      found: `${bytes.length}`,
    });
  }

  async #reply(range: Stretch, signal: AbortSignal, into?: Uint8Array): Promise<Reply> {
    let requests = 1;
    let counted = 0;
    const onRequest = (): void => {
      counted++;
      this.stats.requests++;
    };
    try {
      const { etag } = this.opened;
      const given = await this.#ask(range, { signal, etag, onRequest, ...(into && { into }) });
      const reply = replyOf(given, { name: this.name, offset: range.start });
      ({ requests } = reply);
      return reply;
    } catch (cause) {
      if (isFramedexError(cause, 'SOURCE_CHANGED')) this.#changed ??= cause.details;
      if (signal.aborted || isFramedexError(cause)) throw cause;
      // What its message says may be of a patient; what kind it is, is not: `NoSuchKey`.
      const found = cause instanceof Error && cause.name !== 'Error' ? cause.name : undefined;
      const details = { name: this.name, offset: range.start, found };
      throw new FramedexError('IO', 'the range could not be read', details, { cause });
    } finally {
      if (counted === 0) this.stats.requests += requests;
    }
  }

  /** The first reply says what was opened; every other one has to be of the same. */
  #compare({ size, etag, modified }: Reply, offset: number): void {
    this.#opened ??= { size, etag, modified };
    this.#changed ??= stateDifference(this.#opened, { size, etag, modified });
    this.assertUnchanged(offset);
  }
}

/** No types hold a caller back in JavaScript. */
function replyOf(given: unknown, at: FaultDetails): Reply {
  const reply = (given ?? {}) as Partial<Record<keyof Reply, unknown>>;
  const { bytes, size, etag, modified, whole, requests } = reply;
  if (!(bytes instanceof Uint8Array)) {
    const found = Object.prototype.toString.call(bytes);
    const details = { ...at, expected: '`bytes`, a Uint8Array', found };
    throw new FramedexError('USAGE', 'a range was read as no bytes', details);
  }
  if (!isCount(size)) {
    const details = { ...at, expected: '`size`, bytes of the whole', found: String(size) };
    throw new FramedexError('USAGE', 'a range was read without the size of the whole', details);
  }
  return {
    // Subclasses have a `slice` and a `subarray` of their own.
    bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    size,
    etag: typeof etag === 'string' ? etag : undefined,
    modified: typeof modified === 'number' && !Number.isNaN(modified) ? modified : undefined,
    whole: whole === true,
    requests: isCount(requests) ? requests : 1,
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
