import { crc32 } from '../inflate/crc32.ts';
import { LONGEST_NAME } from './zip-record.ts';

/** APPNOTE.TXT 4.4.4: bit 11 of the flags. */
const UTF_8 = 0x800;
/** APPNOTE.TXT 4.6.9: the name in UTF-8, of Info-ZIP. */
const UNICODE_PATH = 0x7075;
const UNICODE_PATH_VERSION = 1;

// What is no UTF-8 becomes U+FFFD, and a byte order mark is a character like others.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * The name of a record, of its bytes and its extra fields. Many archivers write UTF-8 and do not say so; no other
 * text of theirs is valid UTF-8 by chance. What is not is code page 437, as APPNOTE.TXT D.1 has it.
 *
 * @param extra the extra fields of a record that is not broken
 */
export function zipName(flags: number, stored: Uint8Array, extra: Uint8Array): string {
  const raw = stored.subarray(0, LONGEST_NAME);
  const text = unicodePath(raw, extra) ?? nameOfBytes(flags, raw);
  return text.includes('\\') ? text.replaceAll('\\', '/') : text;
}

function nameOfBytes(flags: number, raw: Uint8Array): string {
  const isPlain = raw.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (isPlain || (flags & UTF_8) !== 0) return decoder.decode(raw);
  if (raw.every((byte) => byte < 0x80)) return codePage437(raw);
  const text = decoder.decode(raw);
  return isThatText(raw, text) ? text : codePage437(raw);
}

/** Whether the bytes were valid: of those that were not, others come back. */
function isThatText(raw: Uint8Array, text: string): boolean {
  if (!text.includes('\ufffd')) return true;
  const again = encoder.encode(text);
  return again.length === raw.length && again.every((byte, at) => byte === raw[at]);
}

/** The first one that is of the name in the record: of one that was renamed, it is a remnant. */
function unicodePath(raw: Uint8Array, extra: Uint8Array): string | undefined {
  if (extra.length < 4) return undefined;
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  for (let at = 0; at + 4 <= extra.length;) {
    const start = at + 4;
    const end = start + view.getUint16(at + 2, true);
    const isOne = view.getUint16(at, true) === UNICODE_PATH && end - start >= 6;
    if (isOne && view.getUint8(start) === UNICODE_PATH_VERSION) {
      if (view.getUint32(start + 1, true) === crc32(raw)) {
        return decoder.decode(extra.subarray(start + 5, end));
      }
    }
    at = end;
  }
  return undefined;
}

/** Characters of the bytes from 0 on. */
const CODE_PAGE_437: string =
  '\0☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼' +
  ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~' +
  '⌂ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xa0';

function codePage437(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += CODE_PAGE_437[byte] ?? '';
  return text;
}
