import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { matchingNames, namesText } from '../../src/file/saved-index-names.js';
import { indexOfOne } from '../../src/file/saved-index-open.js';
function indexOf(...names) {
  // What is found is told by its place alone.
  const files = names.map((name) => [name, {}]);
  return { framedex: 1, files: Object.fromEntries(files) };
}
describe('the name of a file in an index of many', () => {
  it.each([
    ['a.dcm', ['a.dcm', 'b.dcm'], ['a.dcm']],
    ['./a.dcm', ['a.dcm', './a.dcm'], ['./a.dcm']],
    ['./a.dcm', ['a.dcm', 'x/a.dcm'], ['a.dcm']],
    ['a.dcm', ['./a.dcm'], ['./a.dcm']],
    ['si/a.dcm', ['a.dcm', 'b.dcm'], ['a.dcm']],
    ['/x/si/a.dcm', ['b.dcm', 'si/a.dcm'], ['si/a.dcm']],
    ['../si//a.dcm', ['si/a.dcm'], ['si/a.dcm']],
    ['x/../si/a.dcm', ['x/a.dcm', 'si/a.dcm'], ['si/a.dcm']],
    ['C:\\si\\a.dcm', ['si/a.dcm'], ['si/a.dcm']],
    ['study.zip!/CT/1', ['CT/1', 'CT/2'], ['CT/1']],
    // The whole of a part, and no path from the root.
    ['si/aa.dcm', ['a.dcm'], []],
    ['x/si/a.dcm', ['/si/a.dcm'], []],
    ['a.dcm', ['si/a.dcm'], []],
    ['a.dcm', [], []],
    ['toString', ['a.dcm'], []],
    ['si/sub/a.dcm', ['a.dcm', 'sub/a.dcm', 'b.dcm'], ['a.dcm', 'sub/a.dcm']],
  ])('R69: %s among %j is %j', (name, names, expected) => {
    expect(matchingNames(indexOf(...names).files, name)).toEqual(expected);
  });
  it('R69: is that of one that cannot be missed, where one file is opened', () => {
    expect(indexOfOne(indexOf('a.dcm', 'b.dcm'), 'si/a.dcm')).toEqual({
      json: {},
      path: 'files["a.dcm"]',
    });
    const single = {};
    expect(indexOfOne(single, 'whatever')).toEqual({ json: single, path: '' });
  });
  it.each([
    ['si/c.dcm', [], 'the index has no file of that name, found no names.'],
    ['si/c.dcm', ['a.dcm'], 'the index has no file of that name, found "a.dcm".'],
    [
      'a.dcm',
      ['1', '2', '3', 'x/a.dcm', '5'],
      'the index has no file of that name, found "x/a.dcm", "1", "2" and 2 more.',
    ],
    [
      'si/sub/a.dcm',
      ['a.dcm', 'sub/a.dcm'],
      'the index has several files that may be meant, found "a.dcm", "sub/a.dcm".',
    ],
  ])('R69: else it is an error that names some: %s among %j', (name, names, words) => {
    let message = '';
    try {
      indexOfOne(indexOf(...names), name);
    } catch (error) {
      if (isFramedexError(error, 'USAGE')) ({ message } = error);
    }
    const advice = 'Give the index of the one file: index.files[name].';
    expect(message).toBe(`USAGE: ${name}: ${words} ${advice}`);
  });
  it('R69: that was most likely meant is named first', () => {
    expect(namesText(['b', 'c', 'IM0002', 'IM0001'], 'IM001')).toBe(
      '"IM0001", "b", "c" and 1 more',
    );
  });
});
