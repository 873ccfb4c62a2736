import { describe, expect, it } from 'vitest';
import { encapsulated, imagePixel, item, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { numberedJpeg, piecesOf } from '../support/encapsulations.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { tolerated } from '../support/tolerated.ts';
import { frameResults, toleratedFrames } from '../support/tolerated-frames.ts';
import { differsAt } from '../support/differs-at.ts';

const streams = [0, 1, 2].map(numberedJpeg);
const plain = streams.map((stream) => [...stream]);
const PIXELS = 0x7fe00010;
const grey = { rows: 2, columns: 2, bitsAllocated: 8 };

function jpegs(before: readonly ElementLike[], behind: readonly ElementLike[] = []): DicomParts {
  return {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...before,
      ...imagePixel({ ...grey, numberOfFrames: 3 }),
      encapsulated({ frames: streams.map((stream) => piecesOf(stream, 20)) }),
      ...behind,
    ],
  };
}

describe('I06: pixel data in an odd place', () => {
  it('before elements of lower groups: it is found', async () => {
    const native: DicomParts = {
      elements: [
        ...imagePixel({ ...grey, numberOfFrames: 2 }),
        [PIXELS, 'OB', [1, 2, 3, 4, 5, 6, 7, 8]],
        [0x00100010, 'PN', 'Doe^Jane'],
      ],
    };
    const { file } = await openBuilt(native);
    expect([...(await file.frame(1)).data]).toEqual([5, 6, 7, 8]);
    const late = jpegs([], [[0x00100010, 'PN', 'Doe^Jane']]);
    await toleratedFrames(late, plain, () => []);
  });

  it('twice: the first counts', async () => {
    const twice = jpegs([], [encapsulated({ frames: [streams[2] ?? streams].flat() })]);
    await toleratedFrames(twice, plain, () => []);
    const { file } = await openBuilt({
      elements: [...imagePixel(grey), [PIXELS, 'OB', [1, 2, 3, 4]], [PIXELS, 'OB', [5, 6, 7, 8]]],
    });
    expect([...(await file.frame(0)).data]).toEqual([1, 2, 3, 4]);
  });

  it('in private sequences, at any depth, is not the object’s', async () => {
    const inner: ElementLike[] = [
      ...imagePixel({ rows: 9, columns: 9, bitsAllocated: 8 }),
      encapsulated({ frames: [Uint8Array.of(1, 2)] }),
    ];
    const nested = sequence(0x00091001, [[sequence(0x00091002, [item(inner)])]]);
    const creator: ElementLike = [0x00090010, 'LO', 'TEST'];
    await toleratedFrames(jpegs([creator, nested]), plain, () => []);
    await tolerated({ elements: [creator, nested] }, () => []);
    const { file } = await openBuilt({ elements: [creator, nested] });
    expect(file.index).toMatchObject({ count: 0, strategy: 'none' });
  });
});

describe('I07: objects without pixels', () => {
  it.each([
    ['a structured report', '1.2.840.10008.5.1.4.1.1.88.33', [[0x0040a040, 'CS', 'CONTAINER']]],
    ['a key object selection', '1.2.840.10008.5.1.4.1.1.88.59', [[0x0040a040, 'CS', 'CONTAINER']]],
    ['a presentation state', '1.2.840.10008.5.1.4.1.1.11.1', [[0x00700080, 'CS', 'LABEL']]],
    ['a structure set', '1.2.840.10008.5.1.4.1.1.481.3', [[0x30060002, 'SH', 'ROI']]],
    ['a plan', '1.2.840.10008.5.1.4.1.1.481.5', [[0x300a0002, 'SH', 'PLAN']]],
    ['a procedure step', '1.2.840.10008.3.1.2.3.3', [[0x00400253, 'SH', 'STEP']]],
  ] as const)('%s: the tags, and no frame', async (_, sopClass, elements) => {
    const parts: DicomParts = { elements: [[0x00080016, 'UI', sopClass], ...elements] };
    const { file } = await tolerated(parts, () => []);
    expect(file.dataset.get('SOPClassUID')).toBe(sopClass);
    expect(file.index).toMatchObject({ count: 0, declaredCount: 0, strategy: 'none' });
    expect(file.index.counts).toMatchObject({ declared: undefined, found: 0 });
    for (const i of [0, 1, -1]) {
      expect(await codeOf(file.frame(i))).toBe('NO_PIXEL_DATA');
      expect(await codeOf(file.encodedFrame(i))).toBe('NO_PIXEL_DATA');
      expect(() => file.index.ranges(i)).toThrow(/NO_PIXEL_DATA/);
    }
  });
});

describe('I09: documents and waveforms', () => {
  it('are values, not frames', async () => {
    const document = new Uint8Array(200_000).fill(37);
    const waveform: ElementLike = sequence(0x54000100, [[[0x54001010, 'OW', new Uint8Array(400)]]]);
    const { file, source, built } = await openBuilt({
      elements: [[0x00420011, 'OB', document], waveform],
    });
    expect(file.index).toMatchObject({ count: 0, strategy: 'none' });
    expect(await codeOf(file.frame(0))).toBe('NO_PIXEL_DATA');
    expect(file.dataset.element(0x00420011)).toMatchObject({ length: 200_000, deferred: true });
    expect(source.bytesRead).toBeLessThan(100_000);
    const read = await file.value(0x00420011);
    expect(read instanceof Uint8Array && differsAt(read, document)).toBeUndefined();
    expect(built.bytes.length).toBeGreaterThan(200_000);
  });
});

describe('I10: what frames belong to', () => {
  it('an overlay without pixel data has none', async () => {
    const { file } = await tolerated(
      {
        elements: [
          [0x60000010, 'US', 2],
          [0x60000011, 'US', 8],
          [0x60003000, 'OW', [0xff, 0xff]],
        ],
      },
      () => [],
    );
    expect(file.index.count).toBe(0);
    expect(await codeOf(file.frame(0))).toBe('NO_PIXEL_DATA');
  });

  it.each([
    [
      'a sparse slide: as many frames as there are tiles in it',
      5,
      [0x00209311, 'CS', 'TILED_SPARSE'],
    ],
    ['a full slide', 5, [0x00209311, 'CS', 'TILED_FULL']],
  ] as const)('%s', async (_, numberOfFrames, element) => {
    const frames = [0, 1, 2, 3, 4].map(numberedJpeg);
    const file = await toleratedFrames(
      {
        transferSyntax: SYNTAX.jpegBaseline,
        elements: [
          [...element],
          ...imagePixel({ ...grey, numberOfFrames }),
          encapsulated({ frames, offsetTable: 'empty' }),
        ],
      },
      frames.map((bytes) => [...bytes]),
      () => [],
    );
    expect(file.index).toMatchObject({ count: 5, declaredCount: 5, confidence: 'exact' });
  });

  it('a bitmap segmentation: frames to the bit', async () => {
    const { file } = await openBuilt({
      elements: [
        ...imagePixel({ rows: 3, columns: 3, bitsAllocated: 1, numberOfFrames: 3 }),
        [PIXELS, 'OB', [0xff, 0x01, 0xaa, 0x55]],
      ],
    });
    expect(file.index).toMatchObject({ count: 3, strategy: 'native' });
    expect(file.index.ranges(1)[0]).toMatchObject({ bitOffset: 1, bitLength: 9, length: 2 });
  });
});

describe('I11: pixel data with nothing in it', () => {
  it.each([0, 2])('of length 0, %d rows', async (rows) => {
    const { file } = await openBuilt({
      elements: [...imagePixel({ ...grey, rows }), [PIXELS, 'OB', new Uint8Array(0)]],
    });
    expect(file.index.counts).toMatchObject({ found: 0 });
    expect(await codeOf(file.frame(0))).not.toBe('no error');
    expect(file.dataset.get('Columns')).toBe(2);
  });

  it('fragments that are all empty', async () => {
    const none = new Uint8Array(0);
    for (const offsetTable of ['exact', 'empty'] as const) {
      const { file } = await openBuilt({
        transferSyntax: SYNTAX.jpegBaseline,
        elements: [
          ...imagePixel({ ...grey, numberOfFrames: 2 }),
          encapsulated({ frames: [none, none], offsetTable }),
        ],
      });
      expect(await frameResults(file)).toEqual(['FRAME_TRUNCATED', 'FRAME_TRUNCATED']);
    }
  });
});

describe('I12: an icon beside fragments', () => {
  it('native, or in fragments: the frames are the object’s own', async () => {
    const module = imagePixel({ rows: 1, columns: 2, bitsAllocated: 8 });
    const other = concat(streams[2] ?? new Uint8Array(0));
    for (const pixels of [
      [PIXELS, 'OB', [9, 9]] as const,
      encapsulated({ frames: [other] }),
      encapsulated({ frames: [other], offsetTable: 'empty' }),
    ]) {
      const icon = sequence(0x00880200, [item([...module, pixels], { undefinedLength: true })]);
      const { elements: [...elements] = [], ...rest } = jpegs([]);
      elements.splice(-1, 0, icon);
      const file = await toleratedFrames({ ...rest, elements }, plain, () => []);
      expect(file.index).toMatchObject({ count: 3, pixel: { rows: 2, columns: 2 } });
    }
  });
});
