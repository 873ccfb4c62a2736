import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Limits } from '../../src/dicom/limits.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { createMeter } from '../../src/file/meter.ts';
import type { Meter } from '../../src/file/meter.ts';
import { openSource } from '../../src/file/open.ts';
import { createContext, open } from '../../src/index.ts';
import { dicom, encapsulated, imagePixel, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { controllableSource } from '../support/controllable-source.ts';
import { countingSource } from '../support/counting-source.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';

const pixels = imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 });
const PIXEL_DATA: ElementLike = [0x7fe00010, 'OB', [5, 6]];
const image: DicomParts = { elements: [[0x00100010, 'PN', 'Doe^Jane'], ...pixels, PIXEL_DATA] };

const PIXELS: ElementLike = [0x7fe00010, 'OW', [1]];

describe('open', () => {
  it.each(['Uint8Array', 'ArrayBuffer', 'Blob', 'Source'])('takes a %s', async (kind) => {
    const { bytes } = dicom(image);
    const inputs = {
      Uint8Array: bytes,
      ArrayBuffer: bytes.slice().buffer,
      Blob: new Blob([bytes.slice()]),
      Source: memorySource(bytes, 'mine'),
    };
    const input = inputs[kind as keyof typeof inputs];
    await using file = await open(input);
    expect([...(await file.frame(0)).data]).toEqual([5, 6]);
    expect(file.dataset.get('PatientName')).toBe('Doe^Jane');
  });

  it('F01, F05: a deflated data set has its frames at offsets in the inflated one', async () => {
    const { bytes, pixelOffset = 0 } = dicom({ ...image, transferSyntax: SYNTAX.deflated });
    // What no elements deflate to is two bytes.
    const head = dicom({ transferSyntax: SYNTAX.deflated }).bytes.length - 2;
    await using file = await open(bytes, { context: createContext() });
    expect([...(await file.frame(0)).data]).toEqual([5, 6]);
    expect(file.index.ranges(0)[0]?.offset).toBe(pixelOffset - head);
  });

  it('F05 N20: what a deflated data set was inflated to counts, and goes when the file is closed', async () => {
    const length = 200_000;
    const long: ElementLike = [0x00420011, 'OB', new Uint8Array(length)];
    const elements = [[0x00100010, 'PN', 'Doe^Jane'], ...pixels, long, PIXEL_DATA] as const;
    for (const ownership of ['owned', 'borrowed'] as const) {
      const { bytes } = dicom({ elements, transferSyntax: SYNTAX.deflated });
      const source = countingSource(memorySource(bytes, 'mine'));
      const file = await openSource(source, { context: createContext(), options: {}, ownership });
      expect(file.stats().peakBufferBytes).toBeGreaterThan(length);
      expect(file.stats().peakBufferBytes).toBeLessThan(length + 2 * bytes.length + 1000);
      expect(file.dataset.get('EncapsulatedDocument')).toHaveLength(length);
      await file.close();
      expect(source.closed).toBe(ownership === 'owned');
      expect(file.dataset.get('PatientName')).toBe('Doe^Jane');
      // It was too long for the header pass to keep: it is where closing has left it, as in any file.
      expect(() => file.dataset.get('EncapsulatedDocument')).toThrow('CLOSED');
    }
  });

  it('N20: what was inflated counts until a file is closed, or cannot be opened', async () => {
    const { bytes } = dicom({ ...image, transferSyntax: SYNTAX.deflated });
    const opened = (meter: Meter, limits: Partial<Limits>): Promise<DicomFile> =>
      openSource(memorySource(bytes, 'mine'), {
        context: createContext(),
        options: { limits },
        ownership: 'owned',
        meter,
      });
    const meter = createMeter();
    const file = await opened(meter, {});
    expect(meter.inFlight).toBeGreaterThan(100);
    await file.close();
    expect(meter.inFlight).toBe(0);
    const other = createMeter();
    expect(await codeOf(opened(other, { maxElements: 8 }))).toBe('ELEMENT_LIMIT');
    expect(other).toMatchObject({ inFlight: 0, peakBufferBytes: meter.peakBufferBytes });
  });

  it('B18: with `tags`, keeps them and what the frames need', async () => {
    const { file } = await openBuilt(image, { tags: ['PatientName'] });
    expect([...file.dataset].some(({ keyword }) => keyword === 'PatientName')).toBe(true);
    expect([...(await file.frame(0)).data]).toEqual([5, 6]);
    const { file: other } = await openBuilt(image, { tags: ['Rows'] });
    expect(other.dataset.get('PatientName')).toBeUndefined();
  });

  it('B18: with `until`, stops before an element and has no frames', async () => {
    const { file } = await openBuilt(image, { until: 'Rows' });
    expect(file.dataset.get('PatientName')).toBe('Doe^Jane');
    expect(file.dataset.has('Columns')).toBe(false);
    expect(await codeOf(file.frame(0))).toBe('NO_PIXEL_DATA');
  });

  it('B18: with `until`, does not say that there are no pixels', async () => {
    const parts = { elements: [...imagePixel({ rows: 1, columns: 1 }), PIXELS] };
    const { file } = await openBuilt(parts, { until: 'PixelData' });
    expect([file.index.count, file.index.confidence]).toEqual([0, 'guessed']);
    await expect(file.frame(0)).rejects.toThrow(
      'not read up to the pixel data. Open the file without',
    );
  });

  it('a source that gives anything but bytes is told so', async () => {
    const { bytes } = dicom();
    const read = (at: number, length: number): Promise<Uint8Array> =>
      // What `fetch` gives, and JavaScript does not mind.
      Promise.resolve(bytes.slice(at, at + length).buffer as unknown as Uint8Array);
    const error = await open({ name: 'mine', size: bytes.length, read }).catch(String);
    expect(error).toMatch(/USAGE: .*Uint8Array.* found \[object ArrayBuffer\]/);
  });

  it('I07: an object without pixels has tags, no frames, and says so', async () => {
    const { file } = await openBuilt({ elements: [[0x00080060, 'CS', 'RTPLAN']] });
    expect(file.index).toMatchObject({ count: 0, declaredCount: 0, strategy: 'none' });
    expect(file.dataset.get('Modality')).toBe('RTPLAN');
    for (const action of [file.frame(0), file.encodedFrame(0), file.thumbnail()]) {
      expect(await codeOf(action)).toBe('NO_PIXEL_DATA');
    }
    expect(() => file.index.ranges(0)).toThrow(/NO_PIXEL_DATA/);
  });

  it('I01, I05: the pixels of icons and of private items are not the object’s', async () => {
    const icon = [...imagePixel({ rows: 9, columns: 9, bitsAllocated: 8 }), PIXEL_DATA];
    const nested = [sequence(0x00091001, [[sequence(0x00091002, [icon])]])];
    const none = await openBuilt({ elements: [sequence(0x00880200, [icon]), ...nested] });
    expect(none.file.index.count).toBe(0);
    const both = await openBuilt({
      elements: [...nested, ...pixels, sequence(0x00880200, [icon]), PIXEL_DATA],
    });
    expect(both.file.index.pixel).toMatchObject({ rows: 1, columns: 2 });
    expect(both.file.index.ranges(0)[0]?.offset).toBe(both.built.pixelOffset);
  });

  it.each([
    ['Rows', 0x00280010],
    ['Columns', 0x00280011],
    ['BitsAllocated', 0x00280100],
  ])('G16: without %s there are tags and no frames', async (_, tag) => {
    const rest = pixels.filter((element) => 'encode' in element || element[0] !== tag);
    const { file } = await openBuilt({ elements: [...rest, PIXEL_DATA] });
    expect(file.index.count).toBe(0);
    await expect(file.frame(0)).rejects.toMatchObject({
      code: 'BAD_PIXEL_MODULE',
      details: { tag },
    });
  });

  it('O01: a disk that fails while the frames are indexed is no object without frames', async () => {
    const fragments = new Uint8Array(20_000);
    const parts: DicomParts = {
      transferSyntax: SYNTAX.jpegBaseline,
      elements: [...pixels],
      trailing: new Uint8Array([
        ...[0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff],
        ...[0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0, 0xe0, 0x20, 0x4e, 0, 0],
        ...fragments,
        ...[0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0],
      ]),
    };
    const { bytes } = dicom(parts);
    let reads = Infinity;
    for (let failAt = 0; failAt < reads; failAt++) {
      const source = controllableSource(memorySource(bytes, 'x'), { failAt });
      const code = await codeOf(
        openSource(source, { context: createContext(), options: {}, ownership: 'owned' }),
      );
      if (code === 'no error') reads = failAt;
      else expect(code).toBe('EIO');
    }
    expect(reads).toBeGreaterThan(2);
  });

  it.each([
    ['maxElements', Infinity],
    ['maxElements', NaN],
    ['maxElements', -1],
    ['maxElements', 1.5],
    ['maxValueBytes', NaN],
  ])('limits that no count can be are USAGE: %s %d', async (name, limit) => {
    const limits = { [name]: limit };
    const source = countingSource(memorySource(dicom(image).bytes, 'x'));
    await expect(
      openSource(source, { context: createContext(), options: { limits }, ownership: 'owned' }),
    ).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`limits.${name} `) as string,
    });
    expect(source.reads).toEqual([]);
    expect(() => createContext({ limits })).toThrow('USAGE');
  });

  it('limits that are undefined are those of the context, or the default', async () => {
    const none = { maxElements: undefined, maxDepth: undefined, maxValueBytes: undefined };
    // As a program that is not checked by types gives them.
    const limits = none as unknown as Partial<Limits>;
    const { bytes } = dicom(image);
    for (const context of [createContext(), createContext({ limits })]) {
      await using file = await open(bytes, { context, limits, strict: true });
      expect([...(await file.frame(0)).data]).toEqual([5, 6]);
      expect(context.limits).toEqual(createContext().limits);
    }
    const few = createContext({ limits: { maxElements: 3 } });
    expect(await codeOf(open(bytes, { context: few, limits }))).toBe('ELEMENT_LIMIT');
  });

  it('closes its own source when it fails', async () => {
    let closed = 0;
    const close = (): Promise<void> => {
      closed++;
      return Promise.resolve();
    };
    const source = { ...memorySource(new Uint8Array(500), 'zeros'), close };
    expect(
      await codeOf(
        openSource(source, { context: createContext(), options: {}, ownership: 'owned' }),
      ),
    ).toBe('NOT_DICOM');
    expect(closed).toBe(1);
  });
});

describe('a file that ends inside its header', () => {
  it('says that it does, and does not say for sure that it has no pixels', async () => {
    const whole = dicom(image);
    const { offsets } = whole;
    const rows = offsets.get(0x00280010) ?? 0;
    for (const truncate of [rows + 9, (whole.pixelOffset ?? 0) - 2]) {
      const { file } = await openBuilt({ ...image, truncate });
      expect(file.index).toMatchObject({ count: 0, strategy: 'none', confidence: 'guessed' });
      await expect(file.frame(0)).rejects.toMatchObject({
        code: 'NO_PIXEL_DATA',
        message: expect.stringMatching(/the header is cut/) as string,
      });
    }
    const { file } = await openBuilt({ elements: [[0x00080060, 'CS', 'RTPLAN']] });
    expect(file.index.confidence).toBe('exact');
  });
});

describe('Number of Frames that cannot be read at once', () => {
  const COUNT: ElementLike = [0x00280008, 'UT', '1'.padEnd(70_000)];
  const [before, behind] = [pixels.slice(0, 2), pixels.slice(2)];
  const native: DicomParts = { elements: [...before, COUNT, ...behind, PIXEL_DATA] };
  const fragments: DicomParts = {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [...before, COUNT, ...behind, encapsulated({ frames: [Uint8Array.of(1, 2)] })],
  };

  it.each([
    ['native', native],
    ['in fragments', fragments],
  ])('G19: is no failure to open, and the index says so: %s', async (_, parts) => {
    const { file } = await openBuilt(parts, { asynchronous: true });
    expect(file.dataset.get('Rows')).toBe(1);
    expect(file.index).toMatchObject({ count: 0, strategy: 'none' });
    expect(() => file.index.ranges(0)).toThrow('VALUE_LIMIT');
    for (let k = 0; k < 2; k++) {
      expect(file.warnings).toEqual([]);
      expect(file.warningCount).toBe(0);
    }
    for (const action of [file.frame(0), file.encodedFrame(0), file.thumbnail()]) {
      expect(await codeOf(action)).toBe('VALUE_LIMIT');
    }
    expect(file.allFrames('Rows')).toEqual([]);
    const strict = openBuilt(parts, { asynchronous: true, strict: true });
    expect(await codeOf(strict)).toBe('VALUE_LIMIT');
  });

  it('G19: is read where it can be', async () => {
    const { file } = await openBuilt(native);
    // Text is no count, whatever it says: that there is one frame, the pixels say.
    expect(file.index).toMatchObject({ count: 1, confidence: 'inferred' });
    expect(file.warnings.map(({ code, tag }) => [code, tag])).toEqual([
      ['BAD_VALUE', 0x00280008],
      ['FRAME_COUNT', 0x00280008],
    ]);
  });
});
