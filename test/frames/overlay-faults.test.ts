import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { isOverlayTag, overlayGroups, overlayPlanes } from '../../src/frames/overlay-planes.ts';
import { open } from '../support/platform.ts';
import { dicom, imagePixel } from '../support/build-dicom.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import {
  BITS,
  DATA,
  faultsOf,
  overlaysOf,
  packed,
  plane,
  randomBits,
  withPlanes,
} from '../support/overlay-planes.ts';
import type { PlaneParts } from '../support/overlay-planes.ts';
import { pixelOf } from '../support/pixel.ts';

describe('overlays that are wrong', () => {
  const size = { rows: 2, columns: 3, data: DATA };
  const tooShort = /6000: Overlay Data is too short/;
  const wrong: [string, PlaneParts, number, RegExp][] = [
    ['data that is too short', { ...size, columns: 9 }, 0, tooShort],
    ['frames that are not there', { ...size, frames: 70_000, firstFrame: 1 }, 1, /nothing/],
    ['sizes of gigabytes', { ...size, rows: 65_535, columns: 65_535 }, 0, tooShort],
    ['no rows', { ...size, rows: undefined }, 0, /without rows or columns/],
    ['no columns', { ...size, columns: 0 }, 0, /without rows or columns/],
    ['no origin', { ...size, origin: undefined }, 1, /Overlay Origin is missing/],
    ['half an origin', { ...size, origin: [3] }, 1, /Overlay Origin is missing/],
    ['another type', { ...size, type: 'X' }, 1, /Overlay Type/],
    ['frame 0', { ...size, firstFrame: 0 }, 1, /Image Frame Origin is 0/],
    ['no frames', { ...size, frames: 0 }, 1, /Number of Frames in Overlay is 0/],
    ['8 bits that are 1', { ...size, bitsAllocated: 8 }, 1, /read as one bit/],
    ['a place that is none', { ...size, bitPosition: 4 }, 1, /read as one bit/],
    [
      '8 bits that are 8',
      { ...size, bitsAllocated: 8, data: Uint8Array.from(BITS) },
      0,
      /the overlay is left out/,
    ],
    ['no data', { ...size, data: undefined }, 0, /no Overlay Data/],
    [
      'no data, and a bit of the values',
      { ...size, bitsAllocated: 8, data: undefined },
      0,
      /is one of the stored values/,
    ],
  ];
  for (const [name, parts, count, message] of wrong) {
    it(`K14: ${name}`, async () => {
      const elements = withPlanes([parts, { ...size, group: 0x6002 }]);
      const { file } = await openBuilt({ elements });
      const overlays = await overlaysOf(file);
      await overlaysOf(file);
      // What is wrong with one is no fault of the other.
      expect(overlays.map(({ group }) => group)).toEqual(count === 1 ? [0x6000, 0x6002] : [0x6002]);
      if (message.source === 'nothing') {
        expect(faultsOf(file)).toEqual([]);
        return;
      }
      expect(faultsOf(file)).toEqual([expect.stringMatching(message)]);
      const strict = await openBuilt({ elements }, { strict: true });
      const frame = (): Promise<unknown> => strict.file.frame(0, { overlays: true });
      expect(await codeOf(frame())).toBe('OVERLAY');
      expect(await codeOf(frame())).toBe('OVERLAY');
      expect(await codeOf(strict.file.frame(0))).toBe('no error');
    });
  }

  it('K14: a later plane that is cut off leaves the earlier ones', async () => {
    const parts = { rows: 2, columns: 3, frames: 3, data: packed([...BITS, ...BITS]) };
    const { file } = await openBuilt({ elements: withPlanes([parts], 3) });
    expect(await overlaysOf(file, 0)).toHaveLength(1);
    expect(await overlaysOf(file, 1)).toHaveLength(1);
    expect(faultsOf(file)).toEqual([]);
    expect(await overlaysOf(file, 2)).toEqual([]);
    expect(file.warnings[0]).toMatchObject({ code: 'OVERLAY', tag: 0x60003000 });
  });

  it('K14: Overlay Data that the file ends in', async () => {
    const parts = { rows: 100, columns: 80, data: packed(randomBits(8000, 3)) };
    const pixel = imagePixel({ rows: 2, columns: 3, bitsAllocated: 8 });
    const built = dicom({ elements: [...pixel, ...plane(parts)], truncate: -100 });
    await using file = await open(memorySource(built.bytes, 'cut.dcm'));
    expect(overlayPlanes(file.dataset, pixelOf({}), 0, true, () => undefined)).toHaveLength(1);
    expect(await codeOf(file.frame(0, { overlays: true }))).toBe('NO_PIXEL_DATA');
  });

  it('K14: elements of a plane without values are no overlay', async () => {
    const parts = { rows: undefined, columns: undefined, data: new Uint8Array(0) };
    const none = { bitsAllocated: undefined, bitPosition: undefined, type: '' };
    const { file } = await openBuilt({ elements: withPlanes([{ ...parts, ...none }]) });
    expect(await overlaysOf(file)).toEqual([]);
    expect(overlayGroups(file.dataset)).toEqual([]);
    expect(faultsOf(file)).toEqual([]);
    expect([0x60000010, 0x601e3000, 0x60021500].map(isOverlayTag)).toEqual([true, true, true]);
    const others = [0x60203000, 0x60010010, 0x60000011 - 0x10000, 0x60001301, 0x7fe00010];
    expect(others.filter(isOverlayTag)).toEqual([]);
  });

  it('K14: an overlay that is longer than a frame may be', async () => {
    const { file } = await openBuilt(
      { elements: withPlanes([{ rows: 20, columns: 30, data: packed(randomBits(600, 1)) }]) },
      { limits: { maxFrameBytes: 599 } },
    );
    expect(await codeOf(file.frame(0, { overlays: true }))).toBe('FRAME_LIMIT');
  });
});
