/** Reads PGM and PPM, binary (P5, P6) or in decimal digits (P2, P3), of 8 or 16 bits; throws on all else. */
export function readPnm(bytes) {
  const text = { bytes, at: 2 };
  const kind = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0);
  if (!/^P[2356]$/.test(kind)) throw new Error(`no PGM or PPM, but ${kind}`);
  const [width, height, highest] = [nextNumber(text), nextNumber(text), nextNumber(text)];
  const channels = kind === 'P3' || kind === 'P6' ? 3 : 1;
  const count = width * height * channels;
  const isBinary = kind === 'P5' || kind === 'P6';
  if (!isBinary) {
    const samples = new Uint16Array(count);
    for (let i = 0; i < count; i++) samples[i] = nextNumber(text);
    return { width, height, channels, highest, samples };
  }
  // One white space stands between the head and the samples.
  const body = bytes.subarray(text.at + 1);
  if (body.length < count * (highest > 255 ? 2 : 1)) throw new Error('samples are missing');
  const samples = highest > 255 ? bigEndian(body, count) : body.subarray(0, count);
  return { width, height, channels, highest, samples };
}
function bigEndian(body, count) {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i));
}
const [NEW_LINE, HASH, ZERO, NINE] = [10, 35, 48, 57];
/** The next decimal number, behind white space and comments; throws where there is none. */
function nextNumber(text) {
  const { bytes } = text;
  let value;
  for (; text.at < bytes.length; text.at++) {
    const byte = bytes[text.at] ?? 0;
    if (byte >= ZERO && byte <= NINE) {
      value = (value ?? 0) * 10 + byte - ZERO;
      continue;
    }
    if (value !== undefined) return value;
    if (byte === HASH) while (bytes[text.at] !== NEW_LINE && text.at < bytes.length) text.at++;
  }
  if (value === undefined) throw new Error('a number is missing');
  return value;
}
/** Compares samples, a grey picture with a coloured one too: each of its components is the grey. */
export function difference(ours, theirs) {
  const most = Math.max(ours.channels, theirs.channels);
  const count = theirs.width * theirs.height * most;
  if (ours.data.length !== theirs.width * theirs.height * ours.channels) {
    throw new Error(`${ours.data.length} samples for ${theirs.width} x ${theirs.height} pixels`);
  }
  const [a, b] = [most / ours.channels, most / theirs.channels];
  let [exact, worst, at] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const mine = ours.data[a === 1 ? i : Math.floor(i / a)] ?? NaN;
    const away = Math.abs(mine - (theirs.samples[b === 1 ? i : Math.floor(i / b)] ?? NaN));
    if (away === 0) exact++;
    if (away > worst) [worst, at] = [away, i];
  }
  return { samples: count, exact, worst, at };
}
