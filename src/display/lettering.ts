import { BOX, CELL, GLYPHS, RUNS } from './lettering.data.ts';

/** What is drawn on: interleaved bytes, row by row. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8ClampedArray;
}

/** From the top of a line to the top of the next, in pixels. */
export const LINE_HEIGHT: number = CELL.height + 1;

const ELLIPSIS = '…';

/**
 * Draws one line of text in grey, its upper left corner at `x` and `y`; what is beyond the edges is left
 * out. A letter with marks that the typeface has not is drawn without them, and what else it has not,
 * ideographs among that, as a box.
 */
export function drawText(canvas: Canvas, text: string, x: number, y: number, level: number): void {
  let left = x;
  for (const grapheme of graphemesOf(text)) {
    if (left >= canvas.width) return;
    drawGlyph(canvas, glyphOf(grapheme), left, y, level);
    left += CELL.width;
  }
}

/** Width of a line of text in pixels: each character, with all of its marks, takes the same. */
export function widthOf(text: string): number {
  return graphemesOf(text).length * CELL.width;
}

/** As much of the text as fits in a width; `…` stands for the rest. */
export function cutText(text: string, width: number): string {
  const most = Math.floor(width / CELL.width);
  const kept = graphemesOf(startOf(text, most));
  if (kept.length <= most) return kept.join('');
  return most < 1 ? '' : kept.slice(0, most - 1).join('') + ELLIPSIS;
}

/** The text in lines that fit in a width, broken behind spaces and `_` where that can be. */
export function wrapText(text: string, width: number, mostLines: number): string[] {
  const most = Math.max(1, Math.floor(width / CELL.width));
  const lines: string[] = [];
  let line: string[] = [];
  const flush = (): void => {
    lines.push(line.join('').trim());
    line = [];
  };
  for (const word of startOf(text, most * (mostLines + 1)).split(/(?<=[ _])/)) {
    const graphemes = graphemesOf(word);
    const { length } = graphemesOf(word.trimEnd());
    if (line.length > 0 && line.length + length > most) flush();
    // The space behind a word may be beyond the edge.
    const step = length > most ? most : graphemes.length;
    for (let at = 0; at < graphemes.length; at += step) {
      if (at > 0) flush();
      line.push(...graphemes.slice(at, at + step));
    }
  }
  if (line.length > 0) flush();
  if (lines.length <= mostLines) return lines;
  const rest = lines.slice(mostLines - 1).join(' ');
  return [...lines.slice(0, mostLines - 1), cutText(rest, width)];
}

/** A character has at most so many code units here: text may be as long as its author likes. */
const MOST_UNITS = 16;

function startOf(text: string, graphemes: number): string {
  const most = (graphemes + 1) * MOST_UNITS;
  return text.length > most ? text.slice(0, most) : text;
}

const ASCII = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

function graphemesOf(text: string): string[] {
  if (ASCII.test(text)) return text.split('');
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Number of the glyph in the data. */
function glyphOf(grapheme: string): number {
  const composed = only(grapheme.normalize('NFC'));
  const own = composed === undefined ? undefined : numberOf(composed);
  if (own !== undefined) return own;
  const base = only(grapheme.normalize('NFKD').replace(/\p{M}/gu, ''));
  return (base === undefined ? undefined : numberOf(base)) ?? numberOf(BOX) ?? 0;
}

/** The code point of a text that has no other. */
function only(text: string): number | undefined {
  const code = text.codePointAt(0);
  return code !== undefined && text.length === (code > 0xffff ? 2 : 1) ? code : undefined;
}

function numberOf(code: number): number | undefined {
  let before = 0;
  for (const [first, last] of RUNS) {
    if (code >= first && code <= last) return before + code - first;
    before += last - first + 1;
  }
  return undefined;
}

let bits: Uint8Array | undefined;

function drawGlyph(canvas: Canvas, glyph: number, x: number, y: number, level: number): void {
  bits ??= Uint8Array.from(atob(GLYPHS), (character) => character.charCodeAt(0));
  const { width, height, channels, data } = canvas;
  let bit = glyph * CELL.width * CELL.height;
  for (let row = y; row < y + CELL.height; row++) {
    for (let column = x; column < x + CELL.width; column++, bit++) {
      if ((((bits[bit >> 3] ?? 0) << (bit & 7)) & 0x80) === 0) continue;
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const at = (row * width + column) * channels;
      data.fill(level, at, at + channels);
    }
  }
}
