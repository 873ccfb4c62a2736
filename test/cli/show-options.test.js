import { describe, expect, it } from 'vitest';
import { longestEdge, pictureOptions } from '../../src/cli/picture-options.js';
describe('the options of pictures', () => {
  it('leave everything to the library where nothing is said', () => {
    expect(Object.values(pictureOptions({})).every((value) => value === undefined)).toBe(true);
  });
  it.each([
    ['40,400', { center: 40, width: 400 }],
    ['-600, 1500', { center: -600, width: 1500 }],
    ['1e3,0.5', { center: 1000, width: 0.5 }],
    ['0', 0],
    ['12', 12],
    ['LUNG', 'LUNG'],
    ['WINDOW1', 'WINDOW1'],
    ['soft, narrow', 'soft, narrow'],
    ['\u80ba', '\u80ba'],
  ])('take --window %s', (text, window) => {
    expect(pictureOptions({ window: text }).window).toEqual(window);
  });
  it.each(['', ' ', '40.5', '-1', '40,', ',400', '40,0', '40,-1', '1,2,3'])(
    'refuse --window %j',
    (window) => {
      expect(() => pictureOptions({ window })).toThrow(/^USAGE: --window is centre and width/);
    },
  );
  it('take a frame by number or rule, a VOI LUT by number or name', () => {
    expect(pictureOptions({ frame: '7' }).frame).toBe(7);
    expect(pictureOptions({ frame: 'middle' }).frame).toBe('middle');
    expect(pictureOptions({ frame: 'representative' }).frame).toBe('representative');
    expect(pictureOptions({ 'voi-lut': '1' }).voiLut).toBe(1);
    expect(pictureOptions({ 'voi-lut': 'HARDER' }).voiLut).toBe('HARDER');
    expect(() => pictureOptions({ frame: 'last' })).toThrow(/the number of a frame/);
  });
  it('take an edge of 1 to 16384 pixels', () => {
    expect([longestEdge('1'), longestEdge('16384')]).toEqual([1, 16_384]);
    expect(() => longestEdge('0')).toThrow(/--size is a whole number from 1 on/);
    expect(() => longestEdge('16385', '--width')).toThrow(/--width is at most 16384, not 16385/);
  });
});
