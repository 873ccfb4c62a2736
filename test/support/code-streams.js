/**
 * Code streams without pictures: the markers, segments and boxes of T.81, T.87, T.800 and ISO/IEC
 * 18181-2, and between them whatever bytes a test wants. Written without anything of `src`.
 */
import { concat, hex } from './build-value.js';
/** A number, most significant byte first. */
export function bigEndian(value, bytes) {
  return Uint8Array.from({ length: bytes }, (_, k) =>
    Math.floor((value / 2 ** (8 * (bytes - 1 - k))) % 256),
  );
}
/** A marker segment: the length counts itself, not the marker (T.81 B.1.1.4, T.800 A.1). */
export function segment(code, contents = new Uint8Array(0)) {
  return concat(Uint8Array.of(0xff, code), bigEndian(contents.length + 2, 2), contents);
}
export const SOI = hex('FF D8');
export const EOI = hex('FF D9');
/** One component of 8 bits, 1 x 1 (T.81 B.2.2). */
const FRAME = hex('08 0001 0001 01 01 11 00');
/** One component, all coefficients (T.81 B.2.3). */
const SCAN = hex('01 01 00 00 3F 00');
/** SOI, a frame header, scans, EOI. */
export function jpeg(parts = {}) {
  const {
    sof = 0xc0,
    before = segment(0xdb, new Uint8Array(65)),
    scans = [hex('12 34 56')],
  } = parts;
  return concat(
    SOI,
    before,
    segment(sof, FRAME),
    ...scans.flatMap((data) => [segment(0xda, SCAN), data]),
    EOI,
  );
}
/** A tile-part: SOT, what its header has, SOD, data. `length` is Psot where it is not the true one. */
export function tilePart(data, length, header = new Uint8Array(0)) {
  const rest = concat(header, hex('FF 93'), data);
  const psot = bigEndian(length ?? 12 + rest.length, 4);
  return concat(segment(0x90, concat(hex('0000'), psot, hex('00 01'))), rest);
}
/** SOC, SIZ, COD and QCD, more of the main header, tile-parts, EOC (T.800 A.3). */
export function jpeg2000(tileParts = [tilePart(hex('12 34 56'))], header = new Uint8Array(0)) {
  return concat(
    hex('FF 4F'),
    segment(0x51, new Uint8Array(39)),
    segment(0x52, new Uint8Array(10)),
    segment(0x5c, new Uint8Array(4)),
    header,
    ...tileParts,
    EOI,
  );
}
/** A box (T.800 I.4). `length` is written as it is: 0 for an open one, 1 for a length of 64 bits. */
export function box(type, contents, length) {
  const name = new TextEncoder().encode(type);
  const long = length === 1 ? bigEndian(contents.length + 16, 8) : new Uint8Array(0);
  return concat(bigEndian(length ?? contents.length + 8, 4), name, long, contents);
}
const SIGNATURE = hex('0D0A870A');
/** Signature, file type and the given boxes. */
export function jp2(...boxes) {
  return concat(box('jP  ', SIGNATURE), box('ftyp', hex('6A703220 00000000 6A703220')), ...boxes);
}
/** Signature, file type and the given boxes (ISO/IEC 18181-2). */
export function jxl(...boxes) {
  return concat(box('JXL ', SIGNATURE), box('ftyp', hex('6A786C20 00000000 6A786C20')), ...boxes);
}
/** An RLE header: the count and the offsets as they are given, little endian (PS3.5 G.5). */
export function rleHeader(count, ...offsets) {
  const header = new Uint8Array(64);
  const view = new DataView(header.buffer);
  [count, ...offsets].forEach((value, k) => {
    view.setUint32(4 * k, value, true);
  });
  return header;
}
