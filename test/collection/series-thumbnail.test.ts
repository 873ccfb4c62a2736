import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import { groupSeries } from '../../src/collection/series.ts';
import type { Series } from '../../src/collection/series.ts';
import type { Image } from '../../src/display/image.ts';
import { createContext } from '../support/platform.ts';
import { encapsulated, imagePixel } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { concatenationOf, FIRST, part, SECOND, THIRD } from '../support/concatenation-part.ts';
import { hex } from '../support/build-value.ts';
import { codeOf } from '../support/open-built.ts';
import { listingOf, sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const OF_SERIES: readonly ElementLike[] = [
  [0x0020000d, 'UI', '2.25.7'],
  [0x0020000e, 'UI', '2.25.8'],
];
const SHORT: Partial<SliceParts> = { pixels: [0x7fe00010, 'OW', [1, 2, 3]] };

/** The series of some objects, named `IM0`, `IM1`... as they stand, and what was opened of them. */
async function seriesOf(objects: readonly DicomParts[], strict = false) {
  const listing = listingOf(Object.fromEntries(objects.map((object, k) => [`IM${k}`, object])));
  const collection = createCollection({ listing, context: createContext(), options: {} });
  const all = await collection.series();
  const instances = all.flatMap((one) => one.instances);
  const [series, ...others] = groupSeries(instances, 0, strict);
  if (series === undefined || others.length > 0) throw new Error(`${all.length} series`);
  const before = listing.opened.length;
  return { series, opened: () => listing.opened.slice(before).map(({ name }) => name) };
}

/** Slices in order, some of which have too few pixels. */
function slices(count: number, ...broken: readonly number[]): DicomParts[] {
  return Array.from({ length: count }, (_, z) =>
    sliceParts({ z, ...(broken.includes(z) && SHORT) }),
  );
}

/** An object of the same series without pixels. */
function withoutPixels(last: string): DicomParts {
  return { elements: [[0x00080016, 'UI', STORAGE + last], ...OF_SERIES] };
}

function warningsOf({ warnings }: Image): string[] {
  return warnings.filter(({ code }) => code === 'NOT_THE_MIDDLE').map(({ message }) => message);
}

async function shownBy(series: Series, frame?: number): Promise<unknown> {
  return (await series.thumbnail({ frame })).shows;
}

describe('the middle slice', () => {
  it.each([
    [1, 'IM0'],
    [2, 'IM1'],
    [5, 'IM2'],
  ])('of %i is %s, the one that is opened', async (count, name) => {
    const { series, opened } = await seriesOf(slices(count));
    const picture = await series.thumbnail();
    expect(picture.shows).toEqual({ name, frame: 0 });
    expect(warningsOf(picture)).toEqual([]);
    expect(opened()).toEqual([name]);
  });

  it('shows the representative frame of it, where it names one', async () => {
    const many = (more: readonly ElementLike[]): DicomParts =>
      sliceParts({
        z: 1,
        ...{ rows: 1, columns: 1, numberOfFrames: 5, pixels: [0x7fe00010, 'OW', [1, 2, 3, 4, 5]] },
        more,
      });
    const plain = await seriesOf([...slices(1), many([])]);
    expect(await shownBy(plain.series)).toEqual({ name: 'IM1', frame: 2 });
    const { series } = await seriesOf([...slices(1), many([[0x00286010, 'US', [5]]])]);
    expect(await shownBy(series)).toEqual({ name: 'IM1', frame: 4 });
    const middle = await series.thumbnail({ frame: 'middle' });
    expect(middle.shows).toEqual({ name: 'IM1', frame: 2 });
  });

  it('of 16 bits where they are asked for', async () => {
    const { series } = await seriesOf(slices(3));
    const picture = await series.thumbnail({ bitDepth: 16 });
    expect([picture.bitDepth, picture.data.BYTES_PER_ELEMENT]).toEqual([16, 2]);
  });
});

describe('a middle slice that is broken', () => {
  it('is passed over for the next one, which is said', async () => {
    const { series, opened } = await seriesOf(slices(5, 2));
    const picture = await series.thumbnail();
    expect(picture.shows).toEqual({ name: 'IM3', frame: 0 });
    expect(warningsOf(picture)).toEqual([
      expect.stringMatching(
        /^what was to be shown is broken: IM2 \(FRAME_TRUNCATED at byte \d+\); IM3 is shown$/,
      ),
    ]);
    // The bytes to blame are not of what is shown.
    expect(picture.warnings.find(({ code }) => code === 'NOT_THE_MIDDLE')?.offset).toBe(0);
    expect(opened()).toEqual(['IM2', 'IM3']);
  });

  it('so are those around it, by turns', async () => {
    const { series, opened } = await seriesOf(slices(7, 3, 4, 2, 5));
    const picture = await series.thumbnail();
    expect(opened()).toEqual(['IM3', 'IM4', 'IM2', 'IM5', 'IM1']);
    expect(picture.shows?.name).toBe('IM1');
    const broken = [...(warningsOf(picture)[0]?.matchAll(/IM\d(?= \(FRAME_TRUNCATED)/g) ?? [])];
    expect(broken.map(([name]) => name)).toEqual(['IM3', 'IM4', 'IM2', 'IM5']);
  });

  it('with all its neighbours, fails as the middle does, after eight of them', async () => {
    const all = Array.from({ length: 21 }, (_, z) => z);
    const { series, opened } = await seriesOf(slices(21, ...all));
    await expect(series.thumbnail()).rejects.toMatchObject({
      code: 'FRAME_TRUNCATED',
      details: { name: 'IM10' },
    });
    expect(opened()).toHaveLength(9);
    const two = await seriesOf(slices(2, 0, 1));
    expect(await codeOf(two.series.thumbnail())).toBe('FRAME_TRUNCATED');
    expect(two.opened()).toEqual(['IM1', 'IM0']);
  });

  it('is passed over too where it cannot be shown by its Photometric Interpretation', async () => {
    const strange = sliceParts({ z: 1, photometricInterpretation: 'TERRAHERTZ' });
    const [first = {}, , last = {}] = slices(3);
    const { series } = await seriesOf([first, strange, last]);
    const picture = await series.thumbnail();
    expect(picture.shows?.name).toBe('IM2');
    expect(warningsOf(picture)[0]).toContain('IM1 (UNSUPPORTED_PHOTOMETRIC_INTERPRETATION');
    const alone = await seriesOf([strange]);
    await expect(alone.series.thumbnail()).rejects.toMatchObject({
      code: 'UNSUPPORTED_PHOTOMETRIC_INTERPRETATION',
      details: { name: 'IM0' },
    });
  });

  it('with its header cut in front of the pixels is broken, and not without pixels', async () => {
    const cut: DicomParts = { ...sliceParts({ z: 1, instanceNumber: 2 }), truncate: -25 };
    const [first = {}, , last = {}] = slices(3);
    const { series } = await seriesOf([first, cut, last]);
    expect(series.instances.map(({ frameCount }) => frameCount)).toContain(0);
    const picture = await series.thumbnail();
    expect(picture.shows?.name).toBe('IM2');
    expect(warningsOf(picture)[0]).toContain('IM1 (NO_PIXEL_DATA at byte');
    const alone = await seriesOf([cut]);
    for (const frame of [undefined, 0]) {
      const error: unknown = await alone.series
        .thumbnail({ frame })
        .catch((fault: unknown) => fault);
      expect(error).toMatchObject({ code: 'NO_PIXEL_DATA', details: { name: 'IM0' } });
      expect(String(error)).toContain('the header is cut');
      expect(error).not.toHaveProperty('details.content');
    }
    // A report that is cut is a report all the same.
    const report: DicomParts = {
      elements: [[0x00080016, 'UI', `${STORAGE}88.33`], ...OF_SERIES],
      truncate: -1,
    };
    await expect((await seriesOf([report])).series.thumbnail()).rejects.toMatchObject({
      details: { content: 'report' },
    });
  });

  it('is an error where faults are not tolerated', async () => {
    const { series, opened } = await seriesOf(slices(5, 2), true);
    expect(await codeOf(series.thumbnail())).toBe('FRAME_TRUNCATED');
    expect(opened()).toEqual(['IM2']);
  });

  it('is shown as far as it goes where that is asked for', async () => {
    const { series } = await seriesOf(slices(5, 2));
    expect(await series.thumbnail({ lenient: true })).toMatchObject({
      partial: true,
      shows: { name: 'IM2' },
    });
  });

  it('is none where nothing decodes it, or the caller gave up: nothing else is tried', async () => {
    const unknown = Array.from({ length: 3 }, (_, z) =>
      sliceParts({
        z,
        transferSyntax: '1.2.840.10008.1.2.4.59',
        pixels: encapsulated({ frames: [Uint8Array.of(1, 2)] }),
      }),
    );
    const { series, opened } = await seriesOf(unknown);
    expect(await codeOf(series.thumbnail())).toBe('UNSUPPORTED_TRANSFER_SYNTAX');
    expect(opened()).toEqual(['IM1']);
    const signal = AbortSignal.abort('enough');
    expect(await codeOf(series.thumbnail({ signal }))).toBe('enough');
    expect(opened()).toEqual(['IM1']);
    const sound = await seriesOf(slices(3));
    expect(await codeOf(sound.series.thumbnail({ size: -1 }))).toBe('USAGE');
    expect(sound.opened()).toEqual(['IM1']);
  });
});

describe('a frame by its number', () => {
  async function mixed(...broken: readonly number[]) {
    const many = sliceParts({
      z: 1,
      ...{ rows: 1, columns: 1, numberOfFrames: 3, pixels: [0x7fe00010, 'OW', [1, 2, 3]] },
    });
    const [first, , last] = slices(3, ...broken);
    return seriesOf([first ?? {}, many, withoutPixels('88.59'), last ?? {}]);
  }

  it('is counted over all images in their order', async () => {
    const { series } = await mixed();
    const places: unknown[] = [];
    for (let i = 0; i < 5; i++) places.push(await shownBy(series, i));
    const names = series.instances.filter((one) => one.frameCount > 0).map(({ name }) => name);
    expect(names).toHaveLength(3);
    expect(places).toEqual(
      series.instances.flatMap(({ name, frameCount }) =>
        Array.from({ length: frameCount }, (_, frame) => ({ name, frame })),
      ),
    );
  });

  it('that there is not is FRAME_RANGE, with how many there are', async () => {
    const { series, opened } = await mixed();
    for (const frame of [5, -1, 0.5, NaN]) {
      await expect(series.thumbnail({ frame })).rejects.toMatchObject({
        code: 'FRAME_RANGE',
        details: { frame, count: 5 },
      });
    }
    expect(opened()).toEqual([]);
  });

  it('that is broken is not exchanged for another', async () => {
    const { series, opened } = await seriesOf(slices(5, 2));
    expect(await codeOf(series.thumbnail({ frame: 2 }))).toBe('FRAME_TRUNCATED');
    expect(opened()).toEqual(['IM2']);
  });
});

describe('a frame that is none', () => {
  it('is USAGE, before anything is opened', async () => {
    const { series, opened } = await seriesOf(slices(3));
    await using frames = await (await concatenationOf([FIRST, SECOND, THIRD])).open();
    for (const frame of ['3', null, 0n] as unknown[]) {
      const options = { frame: frame as number };
      expect(await codeOf(series.thumbnail(options))).toBe('USAGE');
      expect(await codeOf(frames.thumbnail(options))).toBe('USAGE');
    }
    expect(opened()).toEqual([]);
  });
});

describe('what is no image', () => {
  it('is passed over where the series has images', async () => {
    const { series } = await seriesOf([withoutPixels('88.59'), ...slices(1)]);
    expect(await shownBy(series)).toEqual({ name: 'IM1', frame: 0 });
    expect(series.content.kind).toBe('image');
  });

  it('I07: says what it is where the series has none', async () => {
    const { series, opened } = await seriesOf([withoutPixels('104.1')]);
    await expect(series.thumbnail()).rejects.toMatchObject({
      code: 'NO_PIXEL_DATA',
      details: { name: 'IM0', content: 'document', mediaType: 'application/pdf' },
    });
    expect(series.content).toEqual({
      kind: 'document',
      sopClass: `${STORAGE}104.1`,
      sopClassName: 'Encapsulated PDF Storage',
      hasPixels: false,
      mediaType: 'application/pdf',
    });
    expect(opened()).toEqual([]);
  });

  it('a video is told by its bytes, and passed over where there is an image', async () => {
    const video: DicomParts = {
      transferSyntax: '1.2.840.10008.1.2.4.100',
      elements: [
        ...OF_SERIES,
        ...imagePixel({ rows: 4, columns: 4, bitsAllocated: 8, samplesPerPixel: 3 }),
        encapsulated({ frames: [hex('00 00 01 B3 14 00')], offsetTable: 'empty' }),
      ],
    };
    const { series } = await seriesOf([video]);
    expect(series.content.kind).toBe('video');
    for (const frame of [undefined, 0]) {
      await expect(series.thumbnail({ frame })).rejects.toMatchObject({
        code: 'VIDEO',
        details: { mediaType: 'video/mpeg', name: 'IM0' },
      });
    }
    const both = await seriesOf([video, ...slices(1)]);
    expect(await shownBy(both.series)).toEqual({ name: 'IM1', frame: 0 });
    expect(both.series.content.kind).toBe('image');
  });
});

describe('the thumbnail of a concatenation', () => {
  it('is of its middle frame, as a frame of the part that has it', async () => {
    await using frames = await (await concatenationOf([FIRST, SECOND, THIRD])).open();
    expect((await frames.thumbnail()).shows).toEqual({ name: 'IM1', frame: 1 });
    expect((await frames.thumbnail({ frame: 'middle' })).shows).toEqual({ name: 'IM1', frame: 1 });
    expect((await frames.thumbnail({ frame: 8 })).shows).toEqual({ name: 'IM2', frame: 3 });
    expect(await frames.thumbnail({ bitDepth: 16 })).toMatchObject({ bitDepth: 16 });
  });

  it('is of the frame that the middle part names, where it is one of its own', async () => {
    for (const [number, shown] of [
      [1, 0],
      [2, 1],
      [3, 1],
    ] as const) {
      const { elements = [], ...second } = part(SECOND);
      const named: ElementLike = [0x00286010, 'US', [number]];
      const behind = elements.length - 2;
      const object = {
        ...second,
        elements: [...elements.slice(0, behind), named, ...elements.slice(behind)],
      };
      const { series } = await seriesOf([part(FIRST), object, part(THIRD)]);
      const [concatenation] = series.concatenations;
      await using frames = await concatenation?.open();
      expect((await frames?.thumbnail())?.shows).toEqual({ name: 'IM1', frame: shown });
      const middle = await frames?.thumbnail({ frame: 'middle' });
      expect(middle?.shows).toEqual({ name: 'IM1', frame: 1 });
    }
  });
});
