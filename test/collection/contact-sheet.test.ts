import { describe, expect, it } from 'vitest';
import { createCollection } from '../../src/collection/collection.ts';
import { contactSheet, inSeriesOrder } from '../../src/collection/contact-sheet.ts';
import { framesOf } from '../../src/collection/frame-counts.ts';
import type { Series } from '../../src/collection/series.ts';
import { createImage } from '../../src/display/image.ts';
import type { Image, Image16 } from '../../src/display/image.ts';
import type { For16Bits } from '../../src/display/render.ts';
import { FramedexError } from '../../src/errors.ts';
import type { ThumbnailOptions } from '../../src/file/dicom-file.ts';
import { createContext } from '../support/platform.ts';
import { dicom, encapsulated, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { codeOf } from '../support/open-built.ts';
import { listingOf, sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';

async function seriesOf(objects: Parameters<typeof listingOf>[0]): Promise<Series[]> {
  const listing = listingOf(objects);
  const collection = createCollection({ listing, context: createContext(), options: {} });
  return collection.series();
}

/** An axial slice of 2 x 3 pixels, in a series of this number. */
function numbered(number: string, more: readonly ElementLike[] = []): DicomParts {
  return sliceParts({ series: `2.25.${number}`, more: [[0x00200011, 'IS', number], ...more] });
}

const REPORT: DicomParts = {
  elements: [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11'],
    [0x00080018, 'UI', '2.25.90'],
    [0x00080060, 'CS', 'SR'],
    [0x0020000d, 'UI', '2.25.7'],
    [0x0020000e, 'UI', '2.25.91'],
    [0x00200011, 'IS', '9'],
  ],
};

/** Series whose pictures are made by the test. */
async function madeSeries(count: number, picture: () => Promise<Image>): Promise<Series[]> {
  const [one] = await seriesOf({ one: numbered('1') });
  if (one === undefined) throw new Error('no series');
  function thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  function thumbnail(options?: ThumbnailOptions): Promise<Image>;
  function thumbnail(): Promise<Image | Image16> {
    return picture();
  }
  return Array.from({ length: count }, (_, k): Series => ({ ...one, uid: String(k), thumbnail }));
}

function zeros(length: number): ElementLike {
  return [0x7fe00010, 'OW', new Uint8Array(length)];
}

const ITEMS = encapsulated({ frames: [new Uint8Array(8)] });

function grey(level: number): Image {
  const data = new Uint8ClampedArray(4).fill(level);
  return createImage({ width: 2, height: 2, channels: 1, bitDepth: 8, data });
}

describe('a contact sheet', () => {
  it('has a picture of each series, and words where there is none', async () => {
    const series = await seriesOf({ a: numbered('2'), r: REPORT, b: numbered('1') });
    const { image, pictures, failures, leftOut } = await contactSheet(series);
    expect(image).toMatchObject({ channels: 1, bitDepth: 8 });
    expect(pictures.map((one) => one.series.uid)).toEqual(['2.25.1', '2.25.2']);
    expect(pictures[0]?.facts).toMatchObject({ height: 160, shows: { name: 'b', frame: 0 } });
    expect(failures.map((one) => [one.series.uid, one.reason.code, one.reason.details])).toEqual([
      ['2.25.91', 'NO_PIXEL_DATA', expect.objectContaining({ content: 'report' })],
    ]);
    expect(leftOut).toEqual([]);
  });

  it('is ordered by study, then by Series Number', async () => {
    const study = (number: string): ElementLike[] => [[0x0020000d, 'UI', number]];
    const parts = (uid: string, number: string, of: string): DicomParts => ({
      elements: [...study(of), [0x0020000e, 'UI', uid], [0x00200011, 'IS', number]],
    });
    const series = await seriesOf({
      a: parts('1.1', '10', '1'),
      b: parts('2.1', '1', '2'),
      c: parts('1.2', '9', '1'),
      d: { elements: [...study('1'), [0x0020000e, 'UI', '1.3']] },
    });
    expect(inSeriesOrder(series).map(({ uid }) => uid)).toEqual(['1.2', '1.1', '1.3', '2.1']);
  });

  it('has nothing of the patient on it', async () => {
    const of = (more: readonly ElementLike[]): Promise<Series[]> =>
      seriesOf({ [more.length === 0 ? 'a' : 'Doe^Jane.dcm']: numbered('1', more) });
    const plain = await contactSheet(await of([]));
    const named = await contactSheet(
      await of([
        [0x00080020, 'DA', '20240131'],
        [0x00100010, 'PN', 'Doe^Jane'],
        [0x00100020, 'LO', '4711'],
        [0x00100030, 'DA', '19700101'],
      ]),
    );
    expect(named.image.data).toEqual(plain.image.data);
    const described = await contactSheet(await of([[0x00181030, 'LO', 'protocol']]));
    expect(described.image.data).toEqual(plain.image.data);
  });

  it('keeps what is wrong with a series, and goes on', async () => {
    const wrong = new FramedexError('ZIP_CRC', 'damaged', {});
    let calls = 0;
    const series = await madeSeries(5, () =>
      ++calls === 2 ? Promise.reject(wrong) : Promise.resolve(grey(99)),
    );
    const { failures, pictures } = await contactSheet(series);
    expect(failures).toEqual([{ series: series[1], reason: wrong }]);
    expect(pictures.map((one) => one.series.uid)).toEqual(['0', '2', '3', '4']);
  });

  it('says how far it is, and has two pictures under way at most', async () => {
    let underWay = 0;
    let most = 0;
    const series = await madeSeries(7, async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      return grey(99);
    });
    const told: (readonly [number, number])[] = [];
    await contactSheet(series, { onProgress: (done, total) => told.push([done, total]) });
    expect(most).toBe(2);
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7].map((done) => [done, 7]));
  });

  it('ends when it is aborted, with the reason and nothing under way', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    let calls = 0;
    let ended = 0;
    const series = await madeSeries(50, async () => {
      if (++calls === 3) abort.abort(reason);
      await new Promise((resolve) => setTimeout(resolve, 1));
      ended++;
      return grey(99);
    });
    await expect(contactSheet(series, { signal: abort.signal })).rejects.toBe(reason);
    expect(calls).toBeLessThan(6);
    expect(ended).toBe(calls);
  });

  it('ends with what is no fault of a series', async () => {
    const bug = new TypeError('a bug');
    const series = await madeSeries(3, () => Promise.reject(bug));
    await expect(contactSheet(series)).rejects.toBe(bug);
  });

  it('names those that are too many for one sheet', async () => {
    const series = await madeSeries(40, () => Promise.resolve(grey(99)));
    const { pictures, leftOut, image } = await contactSheet(series, { size: 2000, columns: 1 });
    expect(image.height).toBeLessThanOrEqual(16_384);
    expect([pictures.length, leftOut.length]).toEqual([6, 34]);
    expect(leftOut[0]?.uid).toBe('6');
  });

  it('is in colour where a picture is', async () => {
    const rgb = numbered('3', []);
    const red = dicom({
      elements: [
        ...(rgb.elements ?? []).filter((one) => !('encode' in one) && one[0] < 0x00280000),
        [0x00280002, 'US', 3],
        [0x00280004, 'CS', 'RGB'],
        [0x00280006, 'US', 0],
        [0x00280010, 'US', 1],
        [0x00280011, 'US', 1],
        [0x00280100, 'US', 8],
        [0x00280101, 'US', 8],
        [0x00280102, 'US', 7],
        [0x00280103, 'US', 0],
        [0x7fe00010, 'OB', [250, 10, 20, 0]],
      ],
    }).bytes;
    const { image } = await contactSheet(await seriesOf({ red, grey: numbered('1') }));
    expect(image.channels).toBe(3);
    const at = (90 * image.width + 10 + 170 + 80) * 3;
    expect(Array.from(image.data.subarray(at, at + 3))).toEqual([250, 10, 20]);
  });

  it('counts no frames that an object is too small to hold', async () => {
    const one: Partial<SliceParts> = { rows: 1, columns: 1 };
    const deflated = { transferSyntax: SYNTAX.deflated, pixels: zeros(9000) };
    for (const [parts, isClaimed] of [
      [{ ...one, numberOfFrames: 6, pixels: zeros(12) }, false],
      [{ ...one, numberOfFrames: 2 ** 31 - 1, pixels: zeros(12) }, true],
      // Zeros become much less when they are deflated.
      [{ ...one, numberOfFrames: 4500, ...deflated }, false],
      [{ ...one, numberOfFrames: 2 ** 31 - 1, ...deflated }, true],
      [{ numberOfFrames: 1, rows: 60_000, columns: 60_000 }, false],
      [{ numberOfFrames: 9, transferSyntax: SYNTAX.rle, pixels: ITEMS }, false],
      [{ numberOfFrames: 9000, transferSyntax: SYNTAX.rle, pixels: ITEMS }, true],
    ] as const) {
      const [series] = await seriesOf({
        a: sliceParts({ z: 0 }),
        b: sliceParts({ ...parts, z: 1 }),
      });
      const { numberOfFrames } = parts;
      expect(framesOf(series?.instances ?? [])).toBe(isClaimed ? undefined : numberOfFrames + 1);
    }
  });

  it('refuses no series at all, and what is no layout', async () => {
    expect(await codeOf(contactSheet([]))).toBe('USAGE');
    const series = await madeSeries(1, () => Promise.resolve(grey(1)));
    expect(await codeOf(contactSheet(series, { size: 5000 }))).toBe('USAGE');
    expect(await codeOf(contactSheet(series, { columns: 0 }))).toBe('USAGE');
    const title: unknown = 5;
    expect(await codeOf(contactSheet(series, { title: title as string }))).toBe('USAGE');
  });
});
