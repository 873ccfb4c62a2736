/**
 * Where bytes differ from what is expected, undefined where they do not. Of many bytes, `toEqual` takes
 * seconds.
 */
export function differsAt(bytes: Uint8Array, expected: Uint8Array): number | undefined {
  const length = Math.max(bytes.length, expected.length);
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== expected[at]) return at;
  }
  return undefined;
}
