import { badIndex } from './saved-index-json.ts';
import type { IndexPlace } from './saved-index-json.ts';

/** So many characters a call takes as arguments everywhere. */
const ARGUMENTS = 8192;

/** Bytes as JSON holds them (RFC 4648 4). */
export function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += ARGUMENTS) {
    text += String.fromCharCode(...bytes.subarray(at, at + ARGUMENTS));
  }
  return btoa(text);
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
