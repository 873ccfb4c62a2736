import { onAbort } from './on-abort.ts';

/** Resolves after so many milliseconds, or rejects with the reason of the signal. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

/** Statuses of a server that may well answer the same request later (RFC 9110 15, RFC 6585 4). */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

const FIRST_DELAY = 200;
const LONGEST_DELAY = 5_000;
/** No server is waited for longer, whatever it asks for. */
const LONGEST_ASKED_DELAY = 30_000;

export function isPassing(status: number): boolean {
  return PASSING.has(status);
}

export function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, milliseconds);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/**
 * Milliseconds before a request is made again: twice as long each time, or what the server asks for where that is
 * longer (RFC 9110 10.2.3). By another clock its date may be over already. Chance keeps those apart that failed together.
 */
export function delayBefore(tries: number, retryAfter: string | null): number {
  const longest = Math.min(FIRST_DELAY * 2 ** tries, LONGEST_DELAY);
  const own = longest * (0.5 + Math.random() / 2);
  return Math.min(Math.max(askedDelay(retryAfter), own), LONGEST_ASKED_DELAY);
}

function askedDelay(retryAfter: string | null): number {
  if (retryAfter === null) return 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  // All dates of HTTP begin with a day (RFC 9110 5.6.7); Date.parse takes `-1` and `1.5` for months.
  const date = /^[A-Z][a-z]{2}/.test(retryAfter) ? Date.parse(retryAfter) : NaN;
  return Number.isNaN(date) ? 0 : date - Date.now();
}

/**
 * Of a connection that was there, or of names that are not known just now (Node's codes and undici's): browsers do not
 * say why a request failed.
 */
const PASSING_FAILURES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** Whether a request that got no answer may well get one later, by what it failed with. */
export function isPassingFailure(error: TypeError | Stalled): boolean {
  return error instanceof Stalled || PASSING_FAILURES.has(failureCode(error) ?? '');
}

/** What platforms that say why `fetch` failed have as the code of the reason. */
export function failureCode(error: unknown): string | undefined {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** What a piece of work is aborted with that came to a stop. */
export class Stalled extends Error {
  override readonly name = 'Stalled';

  constructor(milliseconds: number) {
    super(`nothing came for ${milliseconds} ms`);
  }
}

/**
 * Work with a signal of its own, which aborts with `signal`, or with {@link Stalled} when the work did not say
 * for so many milliseconds that it goes on.
 */
export async function whileProgressing<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal, progress: () => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Stalled(milliseconds));
  let timer = setTimeout(stop, milliseconds);
  const forget = onAbort(signal, () => controller.abort(signal.reason));
  const progress = (): void => {
    clearTimeout(timer);
    timer = setTimeout(stop, milliseconds);
  };
  try {
    return await work(controller.signal, progress);
  } finally {
    clearTimeout(timer);
    forget();
  }
}
