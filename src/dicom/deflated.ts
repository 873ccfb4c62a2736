import { memorySource } from '../bytes/memory.ts';
import type { MemorySource } from '../bytes/memory.ts';
import { readExactly } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import type { Inflated, InflateOptions, Inflater } from '../inflate/inflater.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Limits } from './limits.ts';
import type { WarningLog } from './warnings.ts';

export interface DeflatedOptions {
  readonly limits: Limits;
  readonly inflater: Inflater;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of a zlib header (RFC 1950 2.2), and of the checksum behind the stream. */
const ZLIB_HEADER = 2;
const ZLIB_CHECKSUM = 4;

/**
 * The data set behind the file meta information, which is one deflate stream (PS3.5 A.5), inflated. It
 * takes memory until it is closed.
 *
 * @throws FramedexError `INFLATE` where it is broken from the start on, `INFLATE_LIMIT`.
 */
export async function inflateDataset(
  source: Source,
  offset: number,
  { inflater, limits, signal }: DeflatedOptions,
  warnings: WarningLog,
): Promise<Source> {
  const deflated = await readExactly(source, offset, source.size - offset, { signal });
  const { name } = source;
  const options = { limit: limits.maxInflatedBytes, name };
  let result: Inflated;
  try {
    result = await inflate(deflated, offset, inflater, options, warnings);
  } catch (error) {
    throw located(error, offset);
  }
  const { bytes, used } = result;
  // One byte of padding makes the length even.
  if (deflated.length - used > 1) {
    warnings.report('TRAILING_BYTES', 'bytes behind the deflated data set', offset + used);
  }
  return heldSource(bytes, name);
}

/** Bytes that closing gives up, however long somebody keeps the data sets that were read from them. */
function heldSource(bytes: Uint8Array, name: string): Source {
  let held: MemorySource | undefined = memorySource(bytes, name);
  const memory = (offset: number): MemorySource => {
    if (held !== undefined) return held;
    throw new FramedexError('CLOSED', 'the deflated data set was given up', { name, offset });
  };
  return {
    name,
    size: bytes.length,
    readSync: (offset, length, into) => memory(offset).readSync(offset, length, into),
    read: async (offset, length, options) => memory(offset).read(offset, length, options),
    close: () => {
      held = undefined;
      return Promise.resolve();
    },
  };
}

async function inflate(
  deflated: Uint8Array,
  offset: number,
  inflater: Inflater,
  options: InflateOptions,
  warnings: WarningLog,
): Promise<Inflated> {
  try {
    return await inflater.inflate(deflated, options);
  } catch (error) {
    if (!isFramedexError(error, 'INFLATE')) throw error;
    const recovered = hasZlibHeader(deflated)
      ? await inflateZlib(deflated, offset, inflater, options, warnings)
      : firstPart(deflated, offset, inflater, options, warnings);
    if (recovered === undefined) throw error;
    return recovered;
  }
}

/** An inflater knows nothing of the file that its bytes are from. */
function located(error: unknown, offset: number): unknown {
  const message = 'the deflated data set cannot be inflated';
  if (isFramedexError(error, 'INFLATE_LIMIT')) {
    const advice = `Raise limits.maxInflatedBytes (${error.details.limit}) if the file is sound.`;
    const details = { ...error.details, offset, advice };
    return new FramedexError('INFLATE_LIMIT', message, details, { cause: error });
  }
  if (isFramedexError(error, 'INFLATE') && error.details.offset === undefined) {
    const details = { ...error.details, offset };
    return new FramedexError('INFLATE', message, details, { cause: error });
  }
  return error;
}

/** PS3.5 A.5 wants the bare stream; some writers put the header of RFC 1950 before it. */
async function inflateZlib(
  deflated: Uint8Array,
  offset: number,
  inflater: Inflater,
  options: InflateOptions,
  warnings: WarningLog,
): Promise<Inflated | undefined> {
  let inner: Inflated;
  try {
    inner = await inflater.inflate(deflated.subarray(ZLIB_HEADER), options);
  } catch (error) {
    if (isFramedexError(error, 'INFLATE')) return undefined;
    throw error;
  }
  const message = 'the deflated data set has a zlib header';
  warnings.report('TRANSFER_SYNTAX_MISMATCH', message, offset);
  const used = Math.min(deflated.length, ZLIB_HEADER + inner.used + ZLIB_CHECKSUM);
  return { bytes: inner.bytes, used };
}

function hasZlibHeader([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

/** What a stream inflates to that was cut: the elements that are there are worth having. */
function firstPart(
  deflated: Uint8Array,
  offset: number,
  { inflatePrefixSync }: Inflater,
  options: InflateOptions,
  warnings: WarningLog,
): Inflated | undefined {
  if (inflatePrefixSync === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = inflatePrefixSync(deflated, options);
  } catch (error) {
    if (isFramedexError(error, 'INFLATE')) return undefined;
    throw error;
  }
  if (bytes.length === 0) return undefined;
  warnings.reportCut('INFLATE', 'the deflated data set ends early', offset + deflated.length);
  return { bytes, used: deflated.length };
}
