const SOS = 0xda;
const APP8 = 0xe8;
const SIGNATURE = [0x6d, 0x72, 0x66, 0x78];

/**
 * The position of the application data segment, `mrfx`, that says how Hewlett-Packard's encoder
 * transformed the colours; undefined where there is none, or it says that they are as they were. No
 * standard has it: later encoders took it over.
 */
export function colourTransformOffset(bytes: Uint8Array): number | undefined {
  // Every step goes on by a byte at least.
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === SOS) return undefined;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = (bytes[at + 2] ?? 0) * 0x100 + (bytes[at + 3] ?? 0);
    if (length < 2) return undefined;
    const signed = SIGNATURE.every((byte, k) => bytes[at + 4 + k] === byte);
    if (marker === APP8 && signed && bytes[at + 8] !== 0) return at;
    at += 2 + length;
  }
  return undefined;
}
