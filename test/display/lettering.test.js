import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cutText, drawText, widthOf, wrapText } from '../../src/display/lettering.js';
const FONT = '/usr/share/fonts/X11/misc/6x13.pcf.gz';
const GENERATOR = fileURLToPath(new URL('../../.config/lettering/generate.mjs', import.meta.url));
const DATA = fileURLToPath(new URL('../../src/display/lettering.data.ts', import.meta.url));
function blank(width, height, channels = 1) {
  return { width, height, channels, data: new Uint8ClampedArray(width * height * channels) };
}
/** Rows of a text as `#` and `.`. */
function drawn(text, width = widthOf(text)) {
  const canvas = blank(width, 13);
  drawText(canvas, text, 0, 0, 200);
  return Array.from({ length: 13 }, (_, y) =>
    Array.from(canvas.data.subarray(y * width, (y + 1) * width), (level) =>
      level === 200 ? '#' : '.',
    ).join(''),
  );
}
const BOX = drawn('胸');
describe('lettering', () => {
  // BDF sources of misc-fixed 6x13: 00 00 20 50 88 88 88 F8 88 88 88 00 00.
  it('is the typeface that it says', () => {
    expect(drawn('A')).toEqual([
      '......',
      '......',
      '..#...',
      '.#.#..',
      '#...#.',
      '#...#.',
      '#...#.',
      '#####.',
      '#...#.',
      '#...#.',
      '#...#.',
      '......',
      '......',
    ]);
  });
  it.skipIf(!existsSync(FONT))('is what the generator makes of the font', () => {
    const folder = mkdtempSync(join(tmpdir(), 'framedex-lettering-'));
    try {
      const fresh = join(folder, 'data.ts');
      execFileSync(process.execPath, [GENERATOR, FONT, fresh]);
      expect(readFileSync(fresh, 'utf8') === readFileSync(DATA, 'utf8')).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  it('has the letters of Europe, each another', () => {
    const letters = Array.from('AÄĄΩαЖжß×·–—…µ°“”');
    const shapes = letters.map((letter) => drawn(letter).join());
    expect(new Set(shapes).size).toBe(letters.length);
    expect(shapes).not.toContain(BOX.join());
  });
  it('draws a letter with its marks in one place, however they are written', () => {
    expect(widthOf('A\u0308')).toBe(6);
    expect(drawn('A\u0308')).toEqual(drawn('Ä'));
  });
  it('draws a letter without the marks that it has not, and a box for what it has not', () => {
    expect(drawn('ế')).toEqual(drawn('e'));
    expect(drawn('Ａ')).toEqual(drawn('A'));
    for (const other of ['部', 'א', '\u{1f9e0}', '\x1b', '\ud800', '\u202e', 'ﬁ']) {
      expect(drawn(other), JSON.stringify(other)).toEqual(BOX);
    }
    expect(BOX.join('')).toContain('#');
  });
  it('takes a place for each grapheme', () => {
    expect(widthOf('👩‍⚕️ a')).toBe(18);
    expect(widthOf('')).toBe(0);
  });
  it('leaves out what is beyond the edges', () => {
    const canvas = blank(8, 8, 3);
    drawText(canvas, 'WWWW', -3, -4, 90);
    drawText(canvas, 'WWWW', 5, 6, 90);
    expect(new Set(canvas.data)).toEqual(new Set([0, 90]));
    const untouched = blank(8, 8);
    drawText(untouched, 'W', 8, 0, 90);
    drawText(untouched, 'W', 0, 8, 90);
    expect(new Set(untouched.data)).toEqual(new Set([0]));
  });
  it('draws grey in each channel', () => {
    const canvas = blank(6, 13, 3);
    drawText(canvas, 'A', 0, 0, 90);
    const at = (2 * 6 + 2) * 3;
    expect(Array.from(canvas.data.subarray(at - 3, at + 6))).toEqual([
      0, 0, 0, 90, 90, 90, 0, 0, 0,
    ]);
  });
  it('cuts with an ellipsis, between graphemes', () => {
    expect(cutText('abcdef', 36)).toBe('abcdef');
    expect(cutText('abcdefg', 36)).toBe('abcde…');
    expect(cutText('a\u0308'.repeat(7), 36)).toBe(`${'a\u0308'.repeat(5)}…`);
    expect(cutText('abc', 5)).toBe('');
    expect(cutText('x'.repeat(10_000_000), 36)).toBe('xxxxx…');
    expect(cutText('', 36)).toBe('');
  });
  it('wraps behind spaces and underscores, else anywhere', () => {
    expect(wrapText('presentation state', 80, 5)).toEqual(['presentation', 'state']);
    expect(wrapText('FRAME_TRUNCATED', 60, 5)).toEqual(['FRAME_', 'TRUNCATED']);
    expect(wrapText('abcdefgh', 18, 5)).toEqual(['abc', 'def', 'gh']);
    expect(wrapText('a b c d', 6, 3)).toEqual(['a', 'b', '…']);
    expect(wrapText('', 60, 3)).toEqual([]);
  });
});
