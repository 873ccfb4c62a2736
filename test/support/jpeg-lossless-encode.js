/**
 * JPEG Lossless by the letter of T.81 (annexes C, H and F.1.2.3), one sample at a time. Written without
 * anything of `src`, and able to do all that other encoders do not: any code, scans and restarts.
 */
import { concat, hex } from './build-value.js';
import { EOI, SOI, bigEndian, segment } from './code-streams.js';
const CATEGORIES = Array.from({ length: 17 }, (_, k) => k);
/** 17 codes of 5 bits. */
export const EVEN_CODE = {
  counts: [0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  categories: CATEGORIES,
};
/** Codes of 2 to 16 bits, the longest for small differences: all but the code of ones is taken. */
export const LONG_CODE = {
  counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  categories: CATEGORIES.toReversed(),
};
/** Codes of 2 to 16 bits, the shortest for small differences. */
export const STEEP_CODE = { ...LONG_CODE, categories: CATEGORIES };
/** SOI, what `encoding` asks for, EOI. */
export function losslessEncode(picture, encoding = {}) {
  const { rows, columns, components, precision } = picture;
  const all = Array.from({ length: components }, (_, k) => k);
  const { restartRows = 0, scans = [all], linesBehind = false } = encoding;
  const { between = new Uint8Array(0) } = encoding;
  const frame = concat(
    Uint8Array.of(precision),
    bigEndian(linesBehind ? 0 : rows, 2),
    bigEndian(columns, 2),
    Uint8Array.of(components),
    ...all.map((k) => Uint8Array.of(k + 1, 0x11, 0)),
  );
  const restarts = restartRows > 0 ? [segment(0xdd, bigEndian(restartRows * columns, 2))] : [];
  const parts = [segment(0xc3, frame), ...restarts];
  scans.forEach((scan, k) => {
    parts.push(...scanParts(picture, encoding, scan));
    if (k === 0 && linesBehind) parts.push(segment(0xdc, bigEndian(rows, 2)));
  });
  return concat(SOI, ...[...parts, EOI].flatMap((part) => [between, part]));
}
/** The tables of a scan, then the scan: with four destinations, each scan needs its own. */
function scanParts(picture, encoding, scan) {
  const { predictor = 1, pointTransform = 0, surplus = new Uint8Array(0) } = encoding;
  const codes = scan.map((k) => encoding.codes?.[k] ?? EVEN_CODE);
  const tables = codes.map(({ counts, categories }, k) =>
    segment(0xc4, Uint8Array.of(k, ...counts, ...categories)),
  );
  const header = [scan.length, ...scan.flatMap((k, at) => [k + 1, at << 4])];
  const parameters = [predictor, 0, pointTransform];
  const data = codedData(picture, encoding, scan, codes);
  const whole = segment(0xda, Uint8Array.of(...header, ...parameters));
  return [...tables, concat(whole, data, surplus)];
}
/** Coded data, a restart marker after every `restartRows` but the last. */
function codedData(picture, encoding, scan, codes) {
  const { rows, columns } = picture;
  const { restartRows = 0 } = encoding;
  const out = [];
  const words = codes.map(codeWords);
  let bits = '';
  for (let y = 0; y < rows; y++) {
    const restart = restartRows > 0 && y % restartRows === 0;
    if (restart && y > 0) {
      flush(out, bits);
      bits = '';
      out.push(0xff, 0xd0 + ((y / restartRows - 1) % 8));
    }
    for (let x = 0; x < columns; x++) {
      scan.forEach((k, at) => {
        const found = difference(picture, encoding, k, x, y, restart || y === 0);
        bits += coded(found, words[at] ?? []);
      });
    }
  }
  flush(out, bits);
  return Uint8Array.from(out);
}
/** The sample, less its prediction (T.81 H.1.2.1), modulo 65536. */
function difference(picture, encoding, component, x, y, firstRow) {
  const { columns, components, precision, samples } = picture;
  const { predictor = 1, pointTransform = 0 } = encoding;
  const at = (dx, dy) =>
    (samples[((y - dy) * columns + x - dx) * components + component] ?? NaN) >> pointTransform;
  let predicted;
  if (firstRow) predicted = x === 0 ? 2 ** (precision - pointTransform - 1) : at(1, 0);
  else if (x === 0) predicted = at(0, 1);
  else {
    const [a, b, c] = [at(1, 0), at(0, 1), at(1, 1)];
    const half = (value) => Math.floor(value / 2);
    const all = [NaN, a, b, c, a + b - c, a + half(b - c), b + half(a - c), half(a + b)];
    predicted = all[predictor] ?? NaN;
  }
  const modulo = (((at(0, 0) - predicted) % 65536) + 65536) % 65536;
  return modulo > 32768 ? modulo - 65536 : modulo;
}
/** The code of the category, then the bits that tell the difference (T.81 table H.2, F.1.2.1). */
function coded(value, words) {
  const category = value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1;
  const word = words[category];
  if (word === undefined) throw new Error(`no code for category ${category}`);
  if (category === 0 || category === 16) return word;
  const bits = value > 0 ? value : value + 2 ** category - 1;
  return word + bits.toString(2).padStart(category, '0');
}
/** By category (T.81 annex C). */
function codeWords({ counts, categories }) {
  const words = [];
  let code = 0;
  let place = 0;
  counts.forEach((count, k) => {
    for (let i = 0; i < count; i++) {
      words[categories[place++] ?? NaN] = code.toString(2).padStart(k + 1, '0');
      code++;
    }
    code *= 2;
  });
  return words;
}
/** Whole bytes, ones behind the last bit, a zero behind each FF (T.81 F.1.2.3). */
function flush(out, bits) {
  for (let at = 0; at < bits.length; at += 8) {
    const byte = Number.parseInt(bits.slice(at, at + 8).padEnd(8, '1'), 2);
    out.push(byte);
    if (byte === 0xff) out.push(0);
  }
}
/** A comment, and fill bytes before whatever follows (T.81 B.1.1.2, B.2.4.5). */
export const COMMENT_AND_FILL = concat(segment(0xfe, hex('FF D9 FF DA')), hex('FF FF'));
