import type { Output } from './io.ts';

/**
 * What a terminal would obey or hide instead of showing it: control and format characters, lone
 * surrogates, line separators, the marks that reverse the direction of what follows. The two joiners
 * are left: some scripts are not written right without them.
 */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}\u3164]/gu;

/** Two columns wide (Unicode annex 11: W and F), as terminals have it. */
const WIDE =
  /[\u1100-\u115f\u231a\u231b\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;

const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const ASCII = /^[ -~]*$/;

let graphemes: Intl.Segmenter | undefined;

/** Text of a file as it may be shown: what could steer a terminal is spelled out, `\x1b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xffff) return `\\u{${code.toString(16)}}`;
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/**
 * JSON that is safe to show, too: the same document, more of it escaped. Attributes of the DICOM JSON
 * model stand in the order of their tags, which JavaScript does not keep: it puts keys of digits
 * first that begin with no zero.
 */
export function jsonText(value: unknown, indent = 0): string {
  const text = jsonOf(value, indent, '\n');
  return text.replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : character.split('').map(escaped).join(''),
  );
}

/** JSON escapes UTF-16, unit by unit. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const TAG_KEY = /^[\dA-F]{8}$/;

/** `JSON.stringify` of plain values. `line` begins the line that the value is on. */
function jsonOf(value: unknown, indent: number, line: string): string {
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent === 0 ? '' : line + ' '.repeat(indent);
  const end = indent === 0 ? '' : line;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((one) => jsonOf(one, indent, inner)).join(`,${inner}`)}${end}]`;
  }
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  if (members.length === 0) return '{}';
  if (members.every(([key]) => TAG_KEY.test(key))) members.sort(([a], [b]) => (a < b ? -1 : 1));
  const colon = indent === 0 ? ':' : ': ';
  const texts = members.map(
    ([key, one]) => `${JSON.stringify(key)}${colon}${jsonOf(one, indent, inner)}`,
  );
  return `{${inner}${texts.join(`,${inner}`)}${end}}`;
}

/** Columns that printable text takes. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segments(text)) width += graphemeWidth(segment);
  return width;
}

/** Text in `width` columns; longer text stays as it is. */
export function padded(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const room = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + room : room + text;
}

/** At most `width` columns of the text; `...` stands for the rest. */
export function cut(text: string, width: number): string {
  // A column a character: nearly all text.
  if (ASCII.test(text)) return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
  // A column takes at least one character but for combining ones: this much is enough to look at.
  const head = text.length > 16 * width ? text.slice(0, 16 * width) : text;
  if (head === text && displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segments(head)) {
    used += graphemeWidth(segment);
    if (used > width - 3) break;
    kept += segment;
  }
  return `${kept}...`;
}

function segments(text: string): Iterable<Intl.SegmentData> {
  graphemes ??= new Intl.Segmenter();
  return graphemes.segment(text);
}

function graphemeWidth(grapheme: string): number {
  if (WIDE.test(grapheme)) return 2;
  return NO_WIDTH.test(grapheme) ? 0 : 1;
}

/** One line that says how far the work is. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away, before anything else is written. */
  erase(): Promise<void>;
}

/** Ten times a second is as often as anybody can read. */
const MILLISECONDS_BETWEEN = 100;

/** Progress on a terminal; where there is none, nothing is shown. */
export function createProgress(output: Output): Progress {
  if (!output.isTTY) return { show: () => undefined, erase: () => Promise.resolve() };
  let shown = false;
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      const now = performance.now();
      if (now - last < MILLISECONDS_BETWEEN) return;
      last = now;
      shown = true;
      // What was shown is in no result, so that a terminal that went away is no failure.
      output.write(`\r\x1b[K${cut(printable(text), 78)}`).catch(() => undefined);
    },
    async erase() {
      if (!shown) return;
      shown = false;
      await output.write('\r\x1b[K');
    },
  };
}
