import { describe, expect, it } from 'vitest';
import { expandSegments } from '../../src/frames/segmented-palette.js';
/** The table and what was told of it. */
function expanded(data, count) {
  const faults = [];
  const entries = expandSegments(data, count, (message) => faults.push(message));
  return { entries: entries && [...entries], faults };
}
const words = (...values) => Uint16Array.from(values);
const bytes = (...values) => Uint8Array.from(values);
/** What the examples of PS3.3 C.7.9.2 come to, in words and in bytes. */
const RIGHT = [
  { what: 'discrete', data: words(0, 3, 7, 65_535, 9), entries: [7, 65_535, 9] },
  { what: 'discrete bytes', data: bytes(0, 3, 7, 255, 9, 0), entries: [7, 255, 9] },
  { what: 'a line upwards', data: words(0, 1, 10, 1, 4, 50), entries: [10, 20, 30, 40, 50] },
  { what: 'a line downwards', data: bytes(0, 1, 90, 1, 3, 0), entries: [90, 60, 30, 0] },
  { what: 'a level line', data: words(0, 1, 8, 1, 2, 8), entries: [8, 8, 8] },
  {
    what: 'an indirect segment: one again, from byte 0',
    data: words(0, 2, 3, 4, 2, 1, 0, 0),
    entries: [3, 4, 3, 4],
  },
  {
    what: 'an offset in bytes, not in words: the line of byte 6 starts at what is before it now',
    data: words(0, 1, 0, 1, 2, 4, 0, 1, 8, 2, 2, 6, 0),
    entries: [0, 2, 4, 8, 6, 4, 8],
  },
  {
    what: 'an indirect segment in bytes, its offset the least significant byte first',
    data: bytes(0, 1, 5, 0, 2, 1, 2, 2, 1, 3, 0, 0, 0, 0),
    entries: [5, 1, 2, 1, 2],
  },
];
/** Each is left out, and says what is wrong. */
const WRONG = [
  { what: 'first linear', data: words(1, 4, 9), fault: /starts with a linear/ },
  { what: 'first indirect', data: words(2, 1, 0, 0), fault: /starts with an indirect/ },
  { what: 'unknown opcode', data: words(0, 1, 1, 3, 1, 1), fault: /unknown type/ },
  { what: 'indirect to itself', data: words(0, 1, 1, 2, 1, 6, 0), fault: /not before it/ },
  {
    what: 'indirect to what is behind',
    data: words(0, 1, 1, 2, 1, 14, 0, 0, 1, 2),
    fault: /before/,
  },
  { what: 'indirect into a segment', data: words(0, 1, 1, 2, 1, 2, 0), fault: /not before it/ },
  { what: 'indirect to half a word', data: words(0, 1, 1, 2, 1, 1, 0), fault: /not before it/ },
  { what: 'indirect far beyond', data: words(0, 1, 1, 2, 1, 0, 65_535), fault: /not before it/ },
  {
    what: 'indirect over more segments than there are',
    data: words(0, 1, 1, 2, 65_535, 0, 0),
    fault: /not before it/,
  },
  {
    what: 'indirect over an indirect one',
    data: words(0, 1, 1, 2, 1, 0, 0, 2, 2, 0, 0),
    fault: /not before it/,
  },
  { what: 'a huge discrete count', data: words(0, 65_535, 1, 2), fault: /ends within/ },
  { what: 'a line without an end', data: words(0, 1, 1, 1, 5), fault: /ends within/ },
  { what: 'an offset that is cut', data: words(0, 1, 1, 2, 1, 0), fault: /ends within/ },
  { what: 'a segment without a length', data: words(0, 0, 0, 1, 5), fault: /without a length/ },
  { what: 'an indirect one without', data: words(0, 1, 5, 2, 0, 0, 0), fault: /without a length/ },
];
describe('segmented palettes', () => {
  for (const { what, data, entries } of RIGHT) {
    it(`K11: ${what}`, () => {
      expect(expanded(data, entries.length)).toEqual({ entries, faults: [] });
    });
  }
  for (const { what, data, fault } of WRONG) {
    it(`K12: ${what}`, () => {
      const { entries, faults } = expanded(data, 100);
      expect(entries).toBeUndefined();
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(fault);
    });
  }
  it('K12: a huge line ends with the table, and so do copies of copies', () => {
    const line = expanded(words(0, 1, 0, 1, 65_535, 65_535), 4);
    expect(line).toEqual({
      entries: [0, 1, 2, 3],
      faults: [expect.stringMatching(/more entries/)],
    });
    const copies = Array.from({ length: 5000 }, () => [2, 1, 0, 0]).flat();
    const copied = expanded(words(0, 2, 7, 8, ...copies), 6);
    expect(copied.entries).toEqual([7, 8, 7, 8, 7, 8]);
    expect(copied.faults).toHaveLength(1);
  });
  it('K12: what is behind the last entry is nothing, if it is zeros', () => {
    const table = [0, 2, 1, 2];
    const filled = { entries: [1, 2], faults: [] };
    expect(expanded(words(...table, 0, 0), 2)).toEqual(filled);
    expect(expanded(bytes(...table, 0, 0, 0, 0), 2)).toEqual(filled);
    const more = expanded(words(...table, 0, 1, 9), 2);
    expect(more).toEqual({ ...filled, faults: [expect.stringMatching(/more entries/)] });
  });
  it('K12: too few entries are as many as they are; none are no table', () => {
    const short = expanded(words(0, 2, 1, 2), 5);
    expect(short).toEqual({ entries: [1, 2], faults: [expect.stringMatching(/fewer entries/)] });
    expect(expanded(words(0), 5).entries).toBeUndefined();
  });
  it('K11: a table of 65536 entries', () => {
    const { entries, faults } = expanded(words(0, 1, 0, 1, 65_535, 65_535), 65_536);
    expect(faults).toEqual([]);
    expect(entries?.every((entry, k) => entry === k)).toBe(true);
  });
});
