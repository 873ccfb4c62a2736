import { badIndex } from './saved-index-json.ts';
import type { IndexPlace } from './saved-index-json.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ascii = new TextDecoder();
let pairs: Uint8Array | undefined;

/** Both digits of every 12 bits, so that three bytes take two steps. */
function digitPairs(): Uint8Array {
  pairs ??= Uint8Array.from({ length: 2 * 4096 }, (_, at) => {
    const bits = at >> 1;
    return DIGITS.charCodeAt(at % 2 === 0 ? bits >> 6 : bits & 63);
  });
  return pairs;
}

/** Bytes as JSON holds them (RFC 4648 4). A text of as many characters for `btoa` takes twice the time. */
export function base64Of(bytes: Uint8Array): string {
  const { length } = bytes;
  const digits = digitPairs();
  const text = new Uint8Array(4 * Math.ceil(length / 3));
  let end = 0;
  for (let at = 0; at < length; at += 3) {
    // Behind the end there are zeros, whose digits are replaced by padding below.
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const first = (bits >> 12) * 2;
    const second = (bits & 0xfff) * 2;
    text[end++] = digits[first] ?? 0;
    text[end++] = digits[first + 1] ?? 0;
    text[end++] = digits[second] ?? 0;
    text[end++] = digits[second + 1] ?? 0;
  }
  const padding = text.length === 0 ? 0 : (3 - (length % 3)) % 3;
  return ascii.decode(text.fill(0x3d, text.length - padding));
}

/**
 * The bytes again.
 *
 * @throws FramedexError `INDEX_FORMAT`.
 */
export function bytesOf(base64: string, place: IndexPlace): Uint8Array {
  let text: string;
  try {
    text = atob(base64);
  } catch {
    throw badIndex(place, 'base64');
  }
  const bytes = new Uint8Array(text.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = text.charCodeAt(k);
  return bytes;
}
