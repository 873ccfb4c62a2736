import { FramedexError } from '../errors.ts';
import { readBody, readWholeBody } from './http-body.ts';
import {
  badReply,
  changed,
  networkFault,
  noRanges,
  statusFault,
  unexposed,
} from './http-faults.ts';
import { contentRange, contentLength, isEncoded, lastModified } from './http-reply.ts';
import {
  isOfAnotherPage,
  requestRange,
  type HttpAddress,
  type HttpClient,
  type RangeRequest,
} from './http-request.ts';
import { isSameTag, stateDifference } from './object-state.ts';
import { untilAnyAborts } from './on-abort.ts';
import {
  delayBefore,
  isPassing,
  isPassingFailure,
  Stalled,
  whileProgressing,
} from './http-retry.ts';
import type { RangeReply, ReadRangeOptions } from './remote-source.ts';

/** What is to be read. */
export interface WantedRange extends ReadRangeOptions {
  readonly start: number;
  readonly end: number;
}

/** One range on its way, over as many requests as it takes. */
interface Reading extends WantedRange {
  readonly client: HttpClient;
  readonly address: HttpAddress;
  requests: number;
  /** Bytes that are there, from `start` on. */
  received: number;
  /** Made when the first reply says how long it is to be. */
  room: Uint8Array | undefined;
  /** What the parts of it must agree in. */
  first: Pick<RangeReply, 'size' | 'etag' | 'modified'> | undefined;
}

/** Why bytes are still missing. */
interface Setback {
  /** Thrown where nothing helps. */
  readonly fault: FramedexError;
  /**
   * `at once` where the server only gave less than it was asked for, `later` and `once more` after a while: the latter
   * where it is likely that nothing will ever come.
   */
  readonly again: 'at once' | 'later' | 'once more';
  readonly retryAfter: string | null;
}

/** A request that brought so much was worth it: the tries are counted anew. */
const WORTH = 4096;

/**
 * Reads a range of a URL.
 *
 * @throws FramedexError `HTTP`, `HTTP_NO_RANGE`, `SOURCE_CHANGED`, `USAGE`.
 */
export async function readHttpRange(
  client: HttpClient,
  address: HttpAddress,
  wanted: WantedRange,
): Promise<RangeReply> {
  const reading: Reading = {
    ...wanted,
    client,
    address,
    requests: 0,
    received: 0,
    room: undefined,
    first: undefined,
  };
  let tries = 0;
  for (;;) {
    const before = reading.received;
    const outcome = await whileProgressing(client.timeout, wanted.signal, (signal, progress) =>
      ask(reading, signal, progress),
    );
    if ('bytes' in outcome) return { ...outcome, requests: reading.requests };
    if (reading.received - before >= WORTH) tries = 0;
    const most = outcome.again === 'once more' ? Math.min(client.retries, 1) : client.retries;
    if (tries >= most) throw outcome.fault;
    if (outcome.again !== 'at once')
      await client.wait(delayBefore(tries, outcome.retryAfter), wanted.signal);
    tries++;
  }
}

/** One request for what is missing. */
async function ask(
  reading: Reading,
  signal: AbortSignal,
  progress: () => void,
): Promise<RangeReply | Setback> {
  const { client, address } = reading;
  const moved = client.moved.get(address.url.href);
  const response = await answered(reading, moved ?? address.url, signal);
  if ('fault' in response) return response;
  progress();
  try {
    const { status } = response;
    if (status === 206) return await takePart(reading, response, progress, signal);
    if (status === 200) return await takeWhole(reading, response, progress, signal);
    if (status === 416) return takeNothing(reading, response);
    const fault = statusFault(address.name, status);
    if (isPassing(status))
      return { fault, again: 'later', retryAfter: response.headers.get('retry-after') };
    // What it was redirected to was signed for a while: the URL itself leads to another.
    if (moved === undefined || !OUT_OF_DATE.has(status)) throw fault;
    client.moved.delete(address.url.href);
    return await ask(reading, signal, progress);
  } finally {
    // A body that nobody reads holds its connection.
    if (response.body?.locked === false) response.body.cancel().catch(() => undefined);
  }
}

/** 400 is what S3 says where the credentials of a signature have expired. */
const OUT_OF_DATE = new Set([400, 401, 403, 404, 410]);

/** What the server answers; a setback where no answer comes. */
async function answered(
  reading: Reading,
  from: URL,
  signal: AbortSignal,
): Promise<Response | Setback> {
  const { client, address } = reading;
  try {
    const request: RangeRequest = {
      range: `bytes=${at(reading)}-${reading.end - 1}`,
      etag: known(reading),
      signal,
      asking: () => {
        reading.requests++;
        reading.onRequest?.();
      },
    };
    // Headers of the caller may never come, and a `fetch` that was given need not mind its signal.
    const { response, url } = await untilAnyAborts([signal], () =>
      requestRange(client, address, from, request),
    );
    client.answering.add(address.url.origin);
    if (response.status === 206 || response.status === 200)
      if (url.href !== address.url.href) client.moved.set(address.url.href, url);
    return response;
  } catch (error) {
    reading.signal.throwIfAborted();
    if (error instanceof FramedexError) throw error;
    // What it was redirected to may be gone: the URL itself may lead to another by now.
    if (from !== address.url) client.moved.delete(address.url.href);
    const fault = dropped(reading, error);
    // All that `fetch` rejects with for the network is a TypeError (Fetch 5.6).
    if (!(error instanceof TypeError || error instanceof Stalled)) throw fault;
    const passing = client.answering.has(address.url.origin) || isPassingFailure(error);
    return { fault, again: passing ? 'later' : 'once more', retryAfter: null };
  }
}

/** Where the next byte belongs that is missing. */
function at({ start, received }: Reading): number {
  return start + received;
}

/** The entity tag that a reply must have. */
function known({ etag, first }: Reading): string | undefined {
  return etag ?? first?.etag;
}

function dropped(reading: Reading, cause: unknown): FramedexError<'HTTP'> {
  const { address } = reading;
  return networkFault(address.name, at(reading), isOfAnotherPage(address.url), cause);
}

/** 206: what was asked for, or its beginning. */
async function takePart(
  reading: Reading,
  response: Response,
  progress: () => void,
  signal: AbortSignal,
): Promise<RangeReply | Setback> {
  const { address, end } = reading;
  const from = at(reading);
  const bad = (summary: string, found: string): FramedexError<'HTTP'> =>
    badReply(address.name, from, summary, { expected: `bytes from ${from} on`, found });
  if (isEncoded(response.headers)) throw encoded(reading);
  const type = response.headers.get('content-type') ?? '';
  if (/^\s*multipart\//i.test(type))
    throw bad('the server answers with several parts', 'multipart');
  const text = response.headers.get('content-range');
  if (text === null && response.type === 'cors')
    return takeUnexposed(reading, response, progress, signal);
  const { part, size } = contentRange(text ?? '') ?? {};
  if (part?.start !== from)
    throw bad('the server answers with other bytes', text === null ? 'no Content-Range' : 'others');
  if (size === undefined) throw bad('the server does not say how long the file is', 'no size');
  agree(reading, response, size);
  const room = (reading.room ??= roomFor(reading, size));
  const wanted = room.subarray(reading.received, Math.min(part.end, end) - reading.start);
  const { end: ended, filled, cause } = await readBody(response.body, wanted, progress, signal);
  if (ended === 'full' && part.end <= end) throw bad('the body is too long', 'more than it says');
  // Of another origin the encoding may be hidden; what the browser took off is not.
  const sent = response.type === 'cors' ? contentLength(response.headers) : undefined;
  if (ended === 'whole' && sent !== undefined && sent !== filled) throw encoded(reading);
  return advance(reading, filled, filled === wanted.length ? 'at once' : 'later', cause);
}

function roomFor({ start, end, into }: Reading, size: number): Uint8Array {
  const length = Math.min(end, size) - start;
  return into === undefined ? new Uint8Array(length) : into.subarray(0, length);
}

/** Holds a part against the first one, and against what was opened. */
function agree(reading: Reading, { headers }: Response, size: number): void {
  const etag = headers.get('etag') ?? undefined;
  const modified = lastModified(headers);
  const expected = known(reading);
  const { first, address } = reading;
  const difference = stateDifference({ ...first, etag: expected }, { size, etag, modified });
  if (difference !== undefined)
    throw changed(address.name, at(reading), difference.found, difference.expected);
  // Without a tag, parts are not joined either where only one of them says when it was changed.
  if (first !== undefined && expected === undefined && first.modified !== modified)
    throw changed(address.name, at(reading), 'another time of change');
  reading.first ??= { size, etag, modified };
}

/** Counts what came, and says whether that is all. */
function advance(
  reading: Reading,
  filled: number,
  again: Setback['again'],
  cause: unknown,
): RangeReply | Setback {
  reading.signal.throwIfAborted();
  reading.received += filled;
  const { room, first, received } = reading;
  if (room !== undefined && first !== undefined && received === room.length)
    return { ...first, bytes: room };
  const fault =
    again === 'later'
      ? dropped(reading, cause)
      : badReply(reading.address.name, at(reading), 'the server gives too little at a time');
  return { fault, again, retryAfter: null };
}

/**
 * 206 of another origin that does not let the page see which bytes these are: where they are fewer than were asked
 * for from the first on, that is all there is.
 */
async function takeUnexposed(
  reading: Reading,
  response: Response,
  progress: () => void,
  signal: AbortSignal,
): Promise<RangeReply | Setback> {
  const { address, start, end } = reading;
  const length = contentLength(response.headers);
  if (start > 0 || (length !== undefined && length >= end)) throw unexposed(address.name);
  const body = await readWholeBody(response.body, end - 1, length, progress, signal);
  reading.signal.throwIfAborted();
  if (body.end === 'full') throw unexposed(address.name);
  if (body.end === 'dropped') return restart(reading, body.cause);
  // The browser hides the encoding of such a reply as well, but not what it takes off.
  if (length !== undefined && length !== body.bytes.length) throw encoded(reading);
  return whole(response, body.bytes);
}

/** 200: the file as a whole, of a server that knows no ranges, or of one that found it changed. */
async function takeWhole(
  reading: Reading,
  response: Response,
  progress: () => void,
  signal: AbortSignal,
): Promise<RangeReply | Setback> {
  const { address, client, start, end } = reading;
  const { headers } = response;
  const expected = known(reading);
  if (expected !== undefined && !isSameTag(headers.get('etag') ?? '', expected))
    throw changed(
      address.name,
      at(reading),
      'a reply of all of it, as is given when it has changed',
    );
  const length = contentLength(headers);
  const small = start === 0 && length !== undefined && length <= end && !isEncoded(headers);
  const limit = Math.max(client.wholeBytes, small ? end : 0);
  const kind = /^\s*text\/html/i.test(headers.get('content-type') ?? '') ? 'a web page' : 'a file';
  const found = `${kind}${length === undefined ? '' : ` of ${length} bytes`} as a whole`;
  if (limit === 0) throw noRanges(address.name, { found });
  const tooLong = noRanges(address.name, { expected: `at most ${limit} bytes`, found });
  if (length !== undefined && length > limit) throw tooLong;
  const body = await readWholeBody(response.body, limit, length, progress, signal);
  reading.signal.throwIfAborted();
  if (body.end === 'full') throw tooLong;
  return body.end === 'dropped' ? restart(reading, body.cause) : whole(response, body.bytes);
}

function whole({ headers }: Response, bytes: Uint8Array): RangeReply {
  const etag = headers.get('etag') ?? undefined;
  return { bytes, whole: true, size: bytes.length, etag, modified: lastModified(headers) };
}

/** What could only be had as a whole is asked for from its beginning again. */
function restart(reading: Reading, cause: unknown): Setback {
  return { fault: dropped(reading, cause), again: 'later', retryAfter: null };
}

/** 416: an empty file, or one that is shorter than it was. */
function takeNothing(reading: Reading, { headers }: Response): RangeReply {
  const { name } = reading.address;
  const size = contentRange(headers.get('content-range') ?? '')?.size;
  const opened = known(reading) !== undefined || reading.first !== undefined;
  if (size === 0 && at(reading) === 0) return { bytes: new Uint8Array(0), size };
  if (opened && size !== undefined && size <= at(reading))
    throw changed(name, at(reading), `${size} bytes`);
  throw statusFault(name, 416);
}

function encoded(reading: Reading): FramedexError<'HTTP'> {
  return badReply(reading.address.name, at(reading), 'the server encodes the parts of the file', {
    expected: 'accept-encoding: identity to be kept to',
    advice: 'Switch compression off for this kind of file at the server.',
  });
}
