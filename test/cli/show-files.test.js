import { describe, expect, it } from 'vitest';
import { terminalPicture } from '../../src/cli/terminal-picture.js';
import { decodePng } from '../display/decode-png.js';
import { greyPicture } from './show-pictures.js';
const screen = { columns: 80, rows: 22 };
/** Makes pictures of a frame of such a size, and notes which. */
function frameOf(width, height) {
  const sizes = [];
  return {
    sizes,
    async make(size) {
      sizes.push(size);
      const scale = Math.min(1, size / Math.max(width, height));
      const noise = (x, y) => Math.imul(Math.imul(x + 1, 0x9e3779b1) ^ (y + 1), 0x85ebca6b) >>> 24;
      return greyPicture(
        Math.max(1, Math.round(width * scale)),
        Math.max(1, Math.round(height * scale)),
        noise,
      );
    },
  };
}
async function sizeIn(place, width, height, style = 'ascii') {
  const { image } = await terminalPicture(frameOf(width, height).make, style, place);
  return `${image.width}x${image.height}`;
}
describe('the size of a picture in a terminal', () => {
  // The shorter edge of the first picture is known but for half a pixel: a few columns may stay free.
  it.each([
    [512, 512, '44x44'],
    [640, 480, '57x43'],
    [480, 640, '33x44'],
    [1000, 100, '80x8'],
    [10, 1000, '1x44'],
    [20, 10, '20x10'],
    [100, 1, '80x1'],
  ])('fits %i x %i into 80 columns of 22 rows: %s', async (width, height, size) => {
    expect(await sizeIn(screen, width, height)).toBe(size);
  });
  it('is nowhere wider or higher than the place', async () => {
    for (let k = 0; k < 300; k++) {
      const place = { columns: 1 + ((k * 7) % 40), rows: 1 + ((k * 11) % 20) };
      const { make } = frameOf(1 + ((k * 131) % 999), 1 + ((k * 523) % 997));
      const { image } = await terminalPicture(make, 'ascii', place);
      expect(image.width).toBeLessThanOrEqual(place.columns);
      expect(image.height).toBeLessThanOrEqual(2 * place.rows);
    }
  });
  it('is known at once for a square one, and the second time for any other', async () => {
    const square = frameOf(512, 512);
    await terminalPicture(square.make, 'ascii', screen);
    expect(square.sizes).toEqual([44]);
    const wide = frameOf(640, 480);
    await terminalPicture(wide.make, 'ascii', screen);
    expect(wide.sizes).toEqual([44, 57]);
  });
  it('is what is asked for, as far as there are columns', async () => {
    expect(await sizeIn({ columns: 60, rows: Infinity }, 100, 300)).toBe('58x175');
    expect(await sizeIn({ ...screen, rows: Infinity, size: 30 }, 512, 256)).toBe('30x15');
    expect(await sizeIn({ ...screen, rows: Infinity, size: 200 }, 512, 256)).toBe('80x40');
    // No cells bound what is drawn by pixels.
    expect(await sizeIn({ ...screen, rows: Infinity, size: 600 }, 700, 700, 'sixel')).toBe(
      '600x600',
    );
  });
  it('is of more pixels where they are no cells', async () => {
    expect(await sizeIn(screen, 512, 512, 'sixel')).toBe('264x264');
    expect(await sizeIn(screen, 512, 512, 'kitty')).toBe('440x440');
    expect(await sizeIn(screen, 64, 64, 'kitty')).toBe('64x64');
  });
});
describe('a picture as a file', () => {
  it('is a PNG in chunks for kitty, which answers nothing', async () => {
    const { image, text } = await terminalPicture(frameOf(400, 400).make, 'kitty', screen);
    expect(text).toMatch(/^(?:\x1b_G[^;\x1b]+;[\w+/=]{1,4096}\x1b\\)+\n$/);
    const chunks = [...text.matchAll(/\x1b_G([^;]+);([^\x1b]+)\x1b\\/g)];
    const controls = chunks.map(([, control]) => control);
    expect(chunks.length).toBeGreaterThan(2);
    expect(controls[0]).toBe('a=T,f=100,q=2,r=22,m=1');
    expect(new Set(controls.slice(1, -1))).toEqual(new Set(['q=2,m=1']));
    expect(controls.at(-1)).toBe('q=2,m=0');
    // All but the last are whole groups of four characters.
    expect(chunks.slice(0, -1).every(([, , data = '']) => data.length === 4096)).toBe(true);
    const png = Buffer.from(chunks.map(([, , data]) => data).join(''), 'base64');
    expect(decodePng(png).data).toEqual([...image.data]);
  });
  it('is one chunk for kitty where that is enough', async () => {
    const { text } = await terminalPicture(frameOf(200, 2).make, 'kitty', screen);
    expect(text).toMatch(/^\x1b_Ga=T,f=100,q=2,c=80,m=0;[\w+/=]+\x1b\\\n$/);
  });
  it('is an inline image for iTerm2', async () => {
    const { image, text } = await terminalPicture(frameOf(512, 256).make, 'iterm', screen);
    const match =
      /^\x1b\]1337;File=inline=1;size=(\d+);width=(\d+);height=(\d+);preserveAspectRatio=1:([\w+/=]+)\x07\n$/.exec(
        text,
      );
    const png = Buffer.from(match?.[4] ?? '', 'base64');
    expect(match?.slice(1, 4)).toEqual([String(png.length), '80', '20']);
    expect(decodePng(png).data).toEqual([...image.data]);
  });
  it('takes as many cells as its pixels would where it is small', async () => {
    const { text } = await terminalPicture(frameOf(20, 10).make, 'iterm', screen);
    expect(text).toContain(';width=20;height=5;');
  });
});
