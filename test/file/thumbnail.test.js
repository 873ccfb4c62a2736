import { describe, expect, it } from 'vitest';
import { FramedexError } from '../../src/errors.js';
import { encapsulated, imagePixel, sequence, SYNTAX } from '../support/build-dicom.js';
import { jpeg2000 } from '../support/code-streams.js';
import { touches } from '../support/counting-source.js';
import { codeOf, openBuilt } from '../support/open-built.js';
const STORAGE = '1.2.840.10008.5.1.4.1.1.';
const ROWS = 20;
const COLUMNS = 30;
const LENGTH = ROWS * COLUMNS;
/** Grey levels as they are stored. */
const AS_STORED = { center: 128, width: 256, function: 'LINEAR' };
/** Frames of one value each: their number. */
function frames(count, ...more) {
  return {
    elements: [
      ...imagePixel({ rows: ROWS, columns: COLUMNS, bitsAllocated: 8, numberOfFrames: count }),
      ...more,
      [0x7fe00010, 'OB', Uint8Array.from({ length: count * LENGTH }, (_, k) => k / LENGTH)],
    ],
  };
}
function representative(number) {
  return [0x00286010, 'US', [number]];
}
async function shownFrame(file, frame) {
  const picture = await file.thumbnail({ frame, window: AS_STORED });
  expect(picture.shows?.name).toBe(file.name);
  expect(picture.data[0]).toBe(picture.shows?.frame);
  return picture.shows?.frame;
}
async function refusal(file) {
  const error = await file.thumbnail().catch((fault) => fault);
  if (!(error instanceof FramedexError)) throw new Error('no error of ours');
  return error;
}
describe('which frame a thumbnail shows', () => {
  it.each([
    [1, 0],
    [2, 1],
    [7, 3],
    [8, 4],
  ])('of %i frames the middle one', async (count, middle) => {
    const { file } = await openBuilt(frames(count));
    expect(await shownFrame(file)).toBe(middle);
    expect(await shownFrame(file, 'middle')).toBe(middle);
  });
  it('the representative one, counted from 1, where the object names it (PS3.3 C.7.6.16)', async () => {
    for (const number of [1, 2, 7]) {
      const { file } = await openBuilt(frames(7, representative(number)));
      expect(await shownFrame(file)).toBe(number - 1);
      expect(await shownFrame(file, 'middle')).toBe(3);
    }
  });
  it('a representative one that is none of its frames is not believed', async () => {
    for (const number of [0, 8, 65_535]) {
      const { file } = await openBuilt(frames(7, representative(number)));
      expect(await shownFrame(file)).toBe(3);
    }
  });
  it('the one that was asked for, and no other', async () => {
    const { file } = await openBuilt(frames(7, representative(2)));
    for (const frame of [0, 6]) expect(await shownFrame(file, frame)).toBe(frame);
    for (const frame of [-1, 7, 0.5, NaN]) {
      expect(await codeOf(file.thumbnail({ frame }))).toBe('FRAME_RANGE');
    }
  });
  it('what chooses none is USAGE, and no number that is written as text is one', async () => {
    const { file } = await openBuilt(frames(7));
    for (const frame of ['3', 'x', null, true, 3n, {}]) {
      expect(await codeOf(file.thumbnail({ frame: frame }))).toBe('USAGE');
    }
    const text = '3';
    for (let k = 0; k < 2; k++) {
      expect(await codeOf(file.frame(text))).toBe('FRAME_RANGE');
      // From now on it is in the cache.
      await file.frame(3);
    }
  });
  it('reads the bytes of that frame, and of no other', async () => {
    const { file, source, built } = await openBuilt(frames(9, representative(3)));
    const { pixelOffset = 0 } = built;
    source.forget();
    await file.thumbnail({ size: 10 });
    expect(source.reads).toEqual([[pixelOffset + 2 * LENGTH, LENGTH]]);
    expect(touches(source.reads, pixelOffset, 2 * LENGTH)).toBe(false);
  });
  it('a frame that is in the cache is not read again, one with overlays is', async () => {
    const { file, source } = await openBuilt(frames(3));
    await file.frame(1);
    source.forget();
    await file.thumbnail({ size: 10 });
    await file.thumbnail({ size: 10, overlays: false });
    expect(source.reads).toEqual([]);
    await file.thumbnail({ size: 10, overlays: true });
    expect(source.reads).toHaveLength(1);
  });
});
describe('one of several pictures', () => {
  it('by-passes the cache, as runs of frames do', async () => {
    const { file } = await openBuilt(frames(3));
    for (let again = 0; again < 2; again++) await file.thumbnail({ frame: 1, framesToCome: 2 });
    expect(file.stats()).toMatchObject({ framesDecoded: 2, cacheHits: 0 });
    for (let again = 0; again < 2; again++) await file.thumbnail({ frame: 1, framesToCome: 0 });
    expect(file.stats()).toMatchObject({ framesDecoded: 3, cacheHits: 1 });
  });
});
describe('the picture', () => {
  it('is of 16 bits where they are asked for', async () => {
    const { file } = await openBuilt(frames(3));
    const picture = await file.thumbnail({ bitDepth: 16, size: 10, window: AS_STORED });
    expect(picture).toMatchObject({ bitDepth: 16, width: 10, shows: { frame: 1 } });
    expect(picture.data).toEqual(new Uint16Array(picture.data.length).fill(257));
    expect([...(await picture.encode('png')).subarray(24, 26)]).toEqual([16, 0]);
  });
  it('is written by what the context has, unless the caller brings something', async () => {
    const { file } = await openBuilt(frames(1));
    const own = await file.thumbnail();
    expect([...(await own.encode('jpeg')).subarray(0, 2)]).toEqual([0xff, 0xd8]);
    const lossy = () => Promise.resolve(Uint8Array.of(9));
    const given = await file.thumbnail({ encoders: { lossy } });
    expect(await given.encode('jpeg')).toEqual(Uint8Array.of(9));
  });
  it('of a frame that is cut is partial where that was asked for', async () => {
    const { file } = await openBuilt({ ...frames(2), truncate: -10 });
    expect(await codeOf(file.thumbnail({ frame: 1 }))).toBe('FRAME_TRUNCATED');
    expect(await file.thumbnail({ lenient: true })).toMatchObject({
      partial: true,
      shows: { frame: 1 },
    });
  });
  it('is of a frame beside the one that is broken, which is said', async () => {
    const { file } = await openBuilt({ ...frames(2), truncate: -10 });
    const picture = await file.thumbnail();
    expect(picture.shows?.frame).toBe(0);
    const [warning] = picture.warnings.filter(({ code }) => code === 'NOT_THE_MIDDLE');
    expect(warning?.message).toMatch(
      /^what was to be shown is broken: frame 1 \(FRAME_TRUNCATED at byte \d+\); frame 0 is shown$/,
    );
    expect((await file.thumbnail({ frame: 0 })).warnings).toEqual([]);
  });
  it('of a file without a sound frame fails as the first that was tried does, after eight more', async () => {
    const { codec, asked } = failing();
    const elements = [
      ...imagePixel({ rows: 4, columns: 4, bitsAllocated: 8, numberOfFrames: 30 }),
      encapsulated({ frames: Array.from({ length: 30 }, () => jpeg2000()) }),
    ];
    const object = { transferSyntax: '1.2.840.10008.1.2.4.90', elements };
    const { file } = await openBuilt(object, { codecs: [codec], workers: 0 });
    await expect(file.thumbnail()).rejects.toMatchObject({
      code: 'CODEC',
      details: { name: 'built.dcm', found: 'fault 1' },
    });
    expect(asked.count).toBe(9);
    const { file: strict } = await openBuilt(object, { codecs: [codec], workers: 0, strict: true });
    asked.count = 0;
    expect(await codeOf(strict.thumbnail())).toBe('CODEC');
    expect(asked.count).toBe(1);
  });
  it('names the object in what is wrong with its pixels, or with how it is drawn', async () => {
    const { elements = [] } = frames(1);
    const small = { bitsAllocated: 200, rows: 1, columns: 1 };
    const { file: bits } = await openBuilt({
      elements: [...imagePixel({ ...small, bitsStored: 8 }), [0x7fe00010, 'OB', [1, 2]]],
    });
    const { file: sound } = await openBuilt({ elements });
    for (const [made, code] of [
      [bits.thumbnail(), 'BAD_PIXEL_MODULE'],
      [bits.frame(0), 'BAD_PIXEL_MODULE'],
      [sound.thumbnail({ window: 7 }), 'USAGE'],
    ]) {
      const error = await made.catch((fault) => fault);
      expect(error).toMatchObject({ code, details: { name: 'built.dcm' } });
      expect(String(error)).toContain(`${code}: built.dcm: `);
      expect(String(error).match(/expected/g)).toHaveLength(1);
    }
  });
});
describe('an object without pixels', () => {
  it.each([
    ['88.33', 'report', 'a report (Comprehensive SR) has no pixels'],
    ['88.4', 'report', 'a report (Comprehensive SR - Trial) has no pixels'],
    ['481.3', 'structure-set', 'a structure set (RT Structure Set) has no pixels'],
    [
      '67',
      'real-world-value-map',
      'a real world value map (Real World Value Mapping) has no pixels',
    ],
    ['66', 'raw-data', 'raw data (Raw Data) has no pixels'],
    ['88.59', 'key-objects', 'key objects (Key Object Selection Document) have no pixels'],
    ['2', 'image', 'an image (CT Image) has no pixels'],
    ['999', 'other', 'an object has no pixels'],
  ])('I07: %s says what it is: %s', async (last, content, text) => {
    const { file } = await openBuilt({ elements: [[0x00080016, 'UI', STORAGE + last]] });
    const error = await refusal(file);
    expect(error).toMatchObject({ code: 'NO_PIXEL_DATA', details: { content, name: 'built.dcm' } });
    expect(error.message).toContain(`built.dcm: ${text}`);
    expect(await codeOf(file.frame(0))).toBe('NO_PIXEL_DATA');
  });
  it('I09: of a document, what its bytes are and how to have them', async () => {
    const { file } = await openBuilt({
      elements: [
        [0x00080016, 'UI', `${STORAGE}104.1`],
        [0x00420011, 'OB', Uint8Array.of(37, 80)],
        [0x00420012, 'LO', 'application/pdf'],
      ],
    });
    const error = await refusal(file);
    expect(error.details).toMatchObject({ content: 'document', mediaType: 'application/pdf' });
    expect(error.message).toContain("value('EncapsulatedDocument')");
    expect(await file.value('EncapsulatedDocument')).toEqual(Uint8Array.of(37, 80));
  });
  it('says that it brings a picture along, where it does', async () => {
    const icon = [
      ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 }),
      [0x7fe00010, 'OB', [1, 2]],
    ];
    const { file } = await openBuilt({
      elements: [[0x00080016, 'UI', `${STORAGE}88.33`], sequence(0x00880200, [icon])],
    });
    expect((await refusal(file)).details.advice).toContain('icon()');
    expect((await file.icon())?.columns).toBe(2);
  });
  it('never tells a value of the file', async () => {
    const { file } = await openBuilt({
      elements: [
        [0x00080016, 'UI', `${STORAGE}104.1`],
        [0x00100010, 'PN', 'Doe^Jane'],
        [0x00420012, 'LO', 'Doe^Jane'],
      ],
    });
    const error = await refusal(file);
    expect(JSON.stringify([error.message, error.details])).not.toContain('Doe');
  });
  it('where an image may have been lost, or is elsewhere, that is what is said', async () => {
    const image = [0x00080016, 'UI', `${STORAGE}2`];
    const { file: elsewhere } = await openBuilt({
      elements: [image, [0x00287fe0, 'UR', 'http://nowhere']],
    });
    expect((await refusal(elsewhere)).message).toContain('elsewhere');
    const { file: until } = await openBuilt(
      { elements: [image, ...imagePixel({ rows: 1, columns: 1 }), [0x7fe00010, 'OW', [1]]] },
      { until: 'Rows' },
    );
    expect((await refusal(until)).message).toContain('not read up to the pixel data');
    const { file: empty } = await openBuilt({
      elements: [image, ...imagePixel({ rows: 1, columns: 1 }), [0x7fe00010, 'OW', []]],
    });
    expect((await refusal(empty)).message).toContain('empty');
  });
});
describe('opened in other ways', () => {
  it('with tags, and by a saved index, the picture is the same', async () => {
    const object = frames(7, representative(2));
    const { file } = await openBuilt(object);
    const picture = await file.thumbnail({ frame: 'middle', size: 10 });
    const { file: few } = await openBuilt(object, { tags: ['PatientID'] });
    expect((await few.thumbnail({ frame: 'middle', size: 10 })).data).toEqual(picture.data);
    const index = file.toIndex();
    const { file: again } = await openBuilt(object, { index });
    expect((await again.thumbnail({ size: 10 })).shows?.frame).toBe(1);
    expect(again.content).toEqual(file.content);
  });
});
/** A codec of JPEG 2000 that fails, each time with another fault, and how often it was asked. */
function failing() {
  const asked = { count: 0 };
  const codec = {
    ...{ name: 'failing', transferSyntaxes: [SYNTAX.jpeg2000Lossless] },
    load: () =>
      Promise.resolve({
        decode: () => {
          throw new FramedexError('CODEC', 'broken', { found: `fault ${++asked.count}` });
        },
      }),
  };
  return { codec, asked };
}
