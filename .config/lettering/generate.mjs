// Writes the typeface of labels, from a bitmap font of X11 in its compiled form (PCF):
//   node .config/lettering/generate.mjs [FONT.pcf.gz] [FILE]
// By default 6x13 of misc-fixed, as Debian's package xfonts-base installs it. The font says of itself
// "Public domain font.  Share and enjoy."; the script takes no other.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const [font = '/usr/share/fonts/X11/misc/6x13.pcf.gz', given] = process.argv.slice(2);
const target =
  given ?? fileURLToPath(new URL('../../src/display/lettering.data.ts', import.meta.url));

const PUBLIC_DOMAIN = 'Public domain font.  Share and enjoy.';

// Basic Latin, Latin-1, Latin Extended-A; the Romanian letters with a comma below; Greek, Cyrillic.
const SCRIPTS = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x218, 0x21b],
  [0x370, 0x3ff],
  [0x400, 0x4ff],
];
// Dashes, quotation marks, daggers, bullet, ellipsis, per mille, primes; euro, trade mark, arrows,
// root, infinity, almost equal, unequal, at most, at least.
const SIGNS = [
  [0x2010, 0x2015],
  [0x2018, 0x201e],
  [0x2020, 0x2022],
  [0x2026, 0x2026],
  [0x2030, 0x2033],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2190, 0x2193],
  [0x221a, 0x221a],
  [0x221e, 0x221e],
  [0x2248, 0x2248],
  [0x2260, 0x2260],
  [0x2264, 0x2265],
];
// What stands for a character that is not here: a white rectangle.
const BOX = [[0x25af, 0x25af]];

const PROPERTIES = 1;
const ACCELERATORS = 2;
const METRICS = 4;
const BITMAPS = 8;
const ENCODINGS = 32;

const MOST_SIGNIFICANT_BYTE_FIRST = 4;
const MOST_SIGNIFICANT_BIT_FIRST = 8;
const COMPRESSED_METRICS = 0x100;

const file = gunzipSync(readFileSync(font));
const view = new DataView(file.buffer, file.byteOffset, file.byteLength);

function table(type) {
  for (let k = 0; k < view.getUint32(4, true); k++) {
    const at = 8 + 16 * k;
    if (view.getUint32(at, true) !== type) continue;
    const start = view.getUint32(at + 12, true);
    const format = view.getUint32(start, true);
    const little = (format & MOST_SIGNIFICANT_BYTE_FIRST) === 0;
    return {
      format,
      start: start + 4,
      u16: (offset) => view.getUint16(start + 4 + offset, little),
      i16: (offset) => view.getInt16(start + 4 + offset, little),
      u32: (offset) => view.getUint32(start + 4 + offset, little),
      u8: (offset) => view.getUint8(start + 4 + offset),
    };
  }
  throw new Error(`${font}: no table ${type}`);
}

function properties() {
  const { u32, u8, start } = table(PROPERTIES);
  const count = u32(0);
  const strings = 4 + Math.ceil((9 * count) / 4) * 4 + 4;
  const text = (offset) => {
    const from = start + strings + offset;
    return file.toString('latin1', from, file.indexOf(0, from));
  };
  return new Map(
    Array.from({ length: count }, (_, k) => {
      const value = u32(4 + 9 * k + 5);
      return [text(u32(4 + 9 * k)), u8(4 + 9 * k + 4) === 0 ? value : text(value)];
    }),
  );
}

function metrics() {
  const { format, u16, i16, u32, u8 } = table(METRICS);
  if ((format & COMPRESSED_METRICS) !== 0) {
    return Array.from({ length: u16(0) }, (_, k) => {
      const [left, right, width, ascent] = [0, 1, 2, 3].map((n) => u8(2 + 5 * k + n) - 0x80);
      return { left, right, width, ascent, descent: u8(2 + 5 * k + 4) - 0x80 };
    });
  }
  return Array.from({ length: u32(0) }, (_, k) => {
    const [left, right, width, ascent, descent] = [0, 1, 2, 3, 4].map((n) =>
      i16(4 + 12 * k + 2 * n),
    );
    return { left, right, width, ascent, descent };
  });
}

function encodings() {
  const { u16 } = table(ENCODINGS);
  const [low, high, first, last] = [0, 2, 4, 6].map(u16);
  const glyphs = new Map();
  for (let row = first, at = 10; row <= last; row++) {
    for (let column = low; column <= high; column++, at += 2) {
      if (u16(at) !== 0xffff) glyphs.set(row * 256 + column, u16(at));
    }
  }
  return glyphs;
}

// Whether the pixel in a row and a column of a glyph's own bitmap is set.
function bitmaps(measures) {
  const { format, start, u32 } = table(BITMAPS);
  const pad = 1 << (format & 3);
  const count = u32(0);
  const bytes = start + 4 + 4 * count + 16;
  const isFirst = (format & MOST_SIGNIFICANT_BIT_FIRST) !== 0;
  return (glyph, row, column) => {
    const { left, right } = measures[glyph];
    const stride = Math.ceil(Math.ceil((right - left) / 8) / pad) * pad;
    const byte = file[bytes + u32(4 + 4 * glyph) + row * stride + (column >> 3)];
    return ((byte >> (isFirst ? 7 - (column & 7) : column & 7)) & 1) === 1;
  };
}

const facts = properties();
if (facts.get('COPYRIGHT') !== PUBLIC_DOMAIN || facts.get('CHARSET_REGISTRY') !== 'ISO10646') {
  throw new Error(`${font}: not a public domain font of ISO 10646`);
}
const [ascent, descent] = [8, 12].map(table(ACCELERATORS).u32);
const measures = metrics();
const glyphs = encodings();
const isSet = bitmaps(measures);
const height = ascent + descent;
const { width } = measures[glyphs.get(0x4d)];

// Runs of characters that the font has, as first and last.
function present(ranges) {
  const runs = [];
  for (const [first, last] of ranges) {
    let from;
    for (let code = first; code <= last + 1; code++) {
      const isThere = code <= last && glyphs.has(code);
      if (isThere) from ??= code;
      else if (from !== undefined) {
        runs.push([from, code - 1]);
        from = undefined;
      }
    }
  }
  return runs;
}

const runs = present([...SCRIPTS, ...SIGNS, ...BOX]);
const codes = runs.flatMap(([first, last]) =>
  Array.from({ length: last - first + 1 }, (_, k) => first + k),
);
const packed = new Uint8Array(Math.ceil((codes.length * width * height) / 8));
for (const [k, code] of codes.entries()) {
  const glyph = glyphs.get(code);
  const { left, right, ascent: above, descent: below } = measures[glyph];
  for (let row = 0; row < above + below; row++) {
    for (let column = 0; column < right - left; column++) {
      const [x, y] = [left + column, ascent - above + row];
      if (!isSet(glyph, row, column) || x < 0 || x >= width || y < 0 || y >= height) continue;
      const bit = (k * height + y) * width + x;
      packed[bit >> 3] |= 0x80 >> (bit & 7);
    }
  }
}

const hex = (code) => `0x${code.toString(16)}`;
writeFileSync(
  target,
  `// Generated by .config/lettering/generate.mjs. Do not edit.
//
// ${facts.get('FONT')}
// of X.Org, font-misc-misc: "${PUBLIC_DOMAIN}"

/** Width and height of every character, in pixels. */
export const CELL: { readonly width: number; readonly height: number } = {
  width: ${width},
  height: ${height},
};

/** Runs of code points, first and last, in the order of their glyphs. */
export const RUNS: readonly (readonly [number, number])[] = [
${runs.map(([first, last]) => `  [${hex(first)}, ${hex(last)}],`).join('\n')}
];

/** What stands for characters that are in no run. */
export const BOX: number = ${hex(BOX[0][0])};

/** Base64 of the glyphs, one bit a pixel, row by row, without any gap between rows or glyphs. */
export const GLYPHS: string =
  '${Buffer.from(packed).toString('base64')}';
`,
);
