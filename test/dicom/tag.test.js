import { describe, expect, it } from 'vitest';
import {
  elementOf,
  formatTag,
  groupOf,
  hexTag,
  isGroupLength,
  isPrivateTag,
  parseTag,
  privateCreatorTag,
} from '../../src/dicom/tag.js';
describe('tags', () => {
  it.each(['(7FE0,0010)', '7FE00010', 'x7FE00010', '7fe00010', '7FE0,0010', '0x7FE00010'])(
    '%s is Pixel Data',
    (text) => {
      expect(parseTag(text)).toBe(0x7fe00010);
    },
  );
  it.each(['', '7FE0001', '7FE000100', '(7FE0 0010)', '0y7FE00010', 'PixelData', ' 7FE00010'])(
    '%j writes none',
    (text) => {
      expect(parseTag(text)).toBeUndefined();
    },
  );
  it('stay positive above 7FFF', () => {
    expect(parseTag('(FFFE,E0DD)')).toBe(0xfffee0dd);
    expect(groupOf(0xfffee0dd)).toBe(0xfffe);
    expect(elementOf(0xfffee0dd)).toBe(0xe0dd);
  });
  it('print as the standard and as DICOM JSON (PS3.18 F.2.2) write them', () => {
    expect(formatTag(0x0020000d)).toBe('(0020,000D)');
    expect(hexTag(0x0020000d)).toBe('0020000D');
    expect(hexTag(0)).toBe('00000000');
  });
  it('E10: are private where the group is odd, high bit or not', () => {
    expect([0x00091001, 0xfffd0010, 0x00010010].every(isPrivateTag)).toBe(true);
    expect([0x00080005, 0xfffee000, 0].some(isPrivateTag)).toBe(false);
  });
  it('E07: lead from private elements to their creator', () => {
    expect(privateCreatorTag(0x0019110c)).toBe(0x00190011);
    expect(privateCreatorTag(0x00191000)).toBe(0x00190010);
    expect(privateCreatorTag(0xfffdffff)).toBe(0xfffd00ff);
  });
  it('E07: know no creator of what none can reserve', () => {
    // Creators, elements below the first block, what the odd (0019,000F) would have reserved.
    const without = [0x00190010, 0x001900ff, 0x00190100, 0x00190f00, 0x00190fff, 0x00190000];
    expect([...without, 0x00281010].map(privateCreatorTag)).toEqual(Array(7).fill(undefined));
  });
  it('are group lengths where the element is 0000', () => {
    expect(isGroupLength(0x00080000)).toBe(true);
    expect(isGroupLength(0x00080001)).toBe(false);
  });
});
