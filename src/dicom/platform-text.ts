/** Encodings of the WHATWG Encoding Standard, so that browsers and Node have a decoder of each. */
export type PlatformEncoding = 'utf-8' | 'utf-16le' | 'gb18030' | 'shift_jis' | 'euc-jp' | 'euc-kr';

/** Stands for what is no character. */
export const REPLACEMENT: string = '\ufffd';

const ESCAPE = 0x1b;
const UTF_8 = new TextDecoder('utf-8');
const decoders = new Map<PlatformEncoding, TextDecoder>([['utf-8', UTF_8]]);

/** Up to so many bytes a loop is quicker than the call of a decoder. */
const SHORT = 12;

/**
 * The text of bytes that are all ASCII without an escape, else undefined: nearly all text of nearly
 * all files. What is no ASCII makes the text shorter than the bytes, or puts a replacement into it,
 * so that the decoder finds out for us, many bytes at a time.
 */
export function asciiText(bytes: Uint8Array): string | undefined {
  if (bytes.length <= SHORT) return shortAsciiText(bytes);
  const text = UTF_8.decode(bytes);
  if (text.length !== bytes.length) return undefined;
  return text.includes(REPLACEMENT) || text.includes('\x1b') ? undefined : text;
}

/** The same of a few bytes, else undefined too: for those who call the decoder of UTF-8 anyway. */
export function shortAsciiText(bytes: Uint8Array): string | undefined {
  if (bytes.length > SHORT) return undefined;
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80 || byte === ESCAPE) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Text by a decoder of the platform; what is no text in the encoding becomes U+FFFD. */
export function platformText(bytes: Uint8Array, encoding: PlatformEncoding): string {
  let decoder = decoders.get(encoding);
  if (decoder === undefined) {
    decoder = new TextDecoder(encoding);
    decoders.set(encoding, decoder);
  }
  return decoder.decode(bytes);
}

/** Whether all of `bytes` is text in the encoding. For rare use: no decoder is kept. */
export function isPlatformText(bytes: Uint8Array, encoding: PlatformEncoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
