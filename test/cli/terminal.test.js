import { describe, expect, it } from 'vitest';
import {
  createProgress,
  cut,
  displayWidth,
  jsonText,
  padded,
  printable,
} from '../../src/cli/terminal.js';
describe('text of files on a terminal', () => {
  it('Q02 shows what would steer the terminal', () => {
    expect(printable('\x1b[31mred\x07\r\n')).toBe('\\x1b[31mred\\x07\\x0d\\x0a');
    expect(printable('a\x9b31m\x7f')).toBe('a\\x9b31m\\x7f');
    expect(printable('exe.\u202egnp')).toBe('exe.\\u202egnp');
    expect(printable('\u2066x\u2069\u200b\ud800')).toBe('\\u2066x\\u2069\\u200b\\ud800');
  });
  it('Q02 shows what a terminal would hide', () => {
    expect(printable('a\u00adb\u2060c\u{e0041}d\u3164e')).toBe(
      'a\\xadb\\u2060c\\u{e0041}d\\u3164e',
    );
    expect(printable('\u0600\u180e\u2028\u2029\ufff9\u{1d173}\u{e007f}')).toBe(
      '\\u0600\\u180e\\u2028\\u2029\\ufff9\\u{1d173}\\u{e007f}',
    );
  });
  it('leaves the joiners, without which some scripts are written wrong', () => {
    const texts = ['\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '\u0915\u094d\u200d\u0937'];
    expect(texts.map(printable)).toEqual(texts);
    expect(jsonText(texts)).toBe(JSON.stringify(texts));
  });
  it('Q02 escapes them in JSON by UTF-16 units, and it stays the same document', () => {
    const hidden = '\u00ad\u2060\u{e0041}\u3164';
    const value = { [hidden]: [hidden, `${hidden}x`] };
    const escapes = '\\u00ad\\u2060\\udb40\\udc41\\u3164';
    const text = jsonText(value);
    expect(text).toBe(`{"${escapes}":["${escapes}","${escapes}x"]}`);
    expect(JSON.parse(text)).toEqual(value);
  });
  it('leaves text of every script alone', () => {
    const names = [
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
      'Buc^Jérôme',
      'قباني^لنزار',
      '김희중',
      '🩻',
    ];
    expect(names.map(printable)).toEqual(names);
  });
  it('Q02 escapes more in JSON, and it stays the same document', () => {
    const value = { a: '\x1b\x7f\x9b\u202e\u2028', 'b\x85': ['\n"\\'] };
    const text = jsonText(value, 2);
    expect(text).not.toMatch(/[\x7f-\x9f\u202e\u2028]/);
    expect(JSON.parse(text)).toEqual(value);
  });
  it('Q07 counts columns, not characters (Unicode annex 11)', () => {
    expect(displayWidth('山田')).toBe(4);
    expect(displayWidth('ｱ')).toBe(1);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('김희중')).toBe(6);
    expect(displayWidth('🩻')).toBe(2);
    expect(padded('山田', 6)).toBe('山田  ');
    expect(padded('12', 4, 'right')).toBe('  12');
    expect(padded('longer', 3)).toBe('longer');
  });
  it('cuts at columns and says so', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdefg', 6)).toBe('abc...');
    expect(cut('山田太郎', 7)).toBe('山田...');
    expect(cut('x'.repeat(1_000_000), 64)).toHaveLength(64);
    expect(cut(`é${'x'.repeat(1_000_000)}`, 64)).toHaveLength(64);
  });
});
describe('progress', () => {
  it('is silent where there is no terminal', async () => {
    const written = [];
    const progress = createProgress({ isTTY: false, write: (data) => keep(written, data) });
    progress.show('1 of 2');
    await progress.erase();
    expect(written).toEqual([]);
  });
  it('is one line, not drawn anew at once, and erased at the end', async () => {
    const written = [];
    const progress = createProgress({ isTTY: true, write: (data) => keep(written, data) });
    for (let i = 0; i < 50; i++) progress.show(`${i} of 50\n`);
    await progress.erase();
    await progress.erase();
    expect(written).toEqual(['\r\x1b[K0 of 50\\x0a', '\r\x1b[K']);
  });
});
function keep(list, data) {
  list.push(data);
  return Promise.resolve();
}
