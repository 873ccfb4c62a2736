import { describe, expect, it } from 'vitest';
import { blobSource } from '../../src/bytes/blob.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { isFramedexError } from '../../src/errors.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { openSource } from '../../src/file/open.ts';
import type { OpenOptions } from '../../src/file/open.ts';
import type { FileIndexJson } from '../../src/file/saved-index.ts';
import { createContext } from '../support/platform.ts';
import {
  dicom,
  encapsulated,
  extendedOffsetTable,
  imagePixel,
  raw,
  sequence,
  SYNTAX,
} from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { concat, hex } from '../support/build-value.ts';
import { countingSource } from '../support/counting-source.ts';
import { numberedJpeg, piecesOf, startsOf } from '../support/encapsulations.ts';
import { noise } from '../support/noise.ts';
import { codeOf } from '../support/open-built.ts';
import { rleEncode } from '../support/rle-encode.ts';

const PIXEL = { rows: 20, columns: 30, bitsAllocated: 8, numberOfFrames: 5 };
const NAMES: readonly ElementLike[] = [
  [0x00080018, 'UI', '2.25.18'],
  [0x00100010, 'PN', 'Doe^Jane'],
];

function image(pixel: Partial<typeof PIXEL>, ...pixelData: readonly ElementLike[]): ElementLike[] {
  return [...NAMES, ...imagePixel({ ...PIXEL, ...pixel }), ...pixelData];
}

const RLE_SHAPE = { rows: 20, columns: 30, samplesPerPixel: 1, bytesPerSample: 1 };
const jpegs = Array.from({ length: 5 }, (_, k) => numberedJpeg(k));
const rle = Array.from({ length: 5 }, (_, k) =>
  rleEncode(noise(600).fill(k + 1, 0, 300), RLE_SHAPE),
);
const odd = jpegs.map((bytes) => concat(bytes, hex('00')));
const inPieces = jpegs.map((bytes, k) => piecesOf(bytes, ...[20, 30].slice(0, k % 3)));
const groups = sequence(
  0x52009230,
  Array.from({ length: 5 }, (_, k): ElementLike[] => [
    sequence(0x00209111, [[[0x00209057, 'UL', k + 1]]]),
    sequence(0x00289145, [
      [
        [0x00281052, 'DS', String(10 * k)],
        [0x00281053, 'DS', '2'],
      ],
    ]),
    [0x00204000, 'LT', 'x'.repeat(5000)],
  ]),
);

/** Files of all kinds, each as it is built. */
const FILES: Readonly<Record<string, DicomParts>> = {
  native: { elements: image({}, [0x7fe00010, 'OB', noise(3000)]) },
  '16 bits, implicit VR': {
    transferSyntax: SYNTAX.implicitLittle,
    elements: image({ bitsAllocated: 16 }, [0x7fe00010, 'OW', noise(6000)]),
  },
  'big endian': {
    transferSyntax: SYNTAX.explicitBig,
    elements: image({ bitsAllocated: 16 }, [0x7fe00010, 'OW', noise(6000)]),
  },
  '1 bit, frames that start inside a byte': {
    elements: image({ rows: 3, columns: 7, bitsAllocated: 1 }, [0x7fe00010, 'OB', noise(14)]),
  },
  floats: {
    elements: image({ bitsAllocated: 32 }, [0x7fe00008, 'OF', noise(12_000)]),
  },
  'native, cut': { elements: image({}, [0x7fe00010, 'OB', noise(3000)]), truncate: -700 },
  'an offset table': {
    transferSyntax: SYNTAX.rle,
    elements: image({}, encapsulated({ frames: rle })),
  },
  'an extended offset table': {
    transferSyntax: SYNTAX.rle,
    elements: image(
      {},
      ...extendedOffsetTable(rle),
      encapsulated({ frames: rle, offsetTable: 'empty' }),
    ),
  },
  'an extended offset table of odd lengths': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image(
      {},
      ...extendedOffsetTable(odd),
      encapsulated({ frames: odd, offsetTable: 'empty' }),
    ),
  },
  'an empty fragment before the first frame': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image(
      {},
      encapsulated({ frames: [new Uint8Array(0), ...jpegs], offsetTable: 'empty' }),
    ),
  },
  'Number of Frames 0': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image(
      { numberOfFrames: 0 },
      encapsulated({ frames: jpegs.slice(0, 1), offsetTable: 'empty' }),
    ),
  },
  'two offset tables': {
    transferSyntax: SYNTAX.rle,
    elements: image({}, ...extendedOffsetTable(rle), encapsulated({ frames: rle })),
  },
  'no table, a fragment a frame': {
    transferSyntax: SYNTAX.rle,
    elements: image({}, encapsulated({ frames: rle, offsetTable: 'empty' })),
  },
  'a table over several fragments a frame': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image({}, encapsulated({ frames: inPieces })),
  },
  'no table, several fragments a frame': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image({}, encapsulated({ frames: inPieces, offsetTable: 'empty' })),
  },
  'a table that lies': {
    transferSyntax: SYNTAX.rle,
    elements: image(
      {},
      encapsulated({ frames: rle, offsetTable: startsOf(rle).map((at) => at + 2) }),
    ),
  },
  'frames that are more than declared': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image({ numberOfFrames: 3 }, encapsulated({ frames: jpegs, offsetTable: 'empty' })),
  },
  'fragments, cut': {
    transferSyntax: SYNTAX.rle,
    elements: image({}, encapsulated({ frames: rle })),
    truncate: -900,
  },
  'fragments that cannot be told apart': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image(
      { numberOfFrames: 2 },
      encapsulated({ frames: [noise(40), noise(41), noise(42)], offsetTable: 'empty' }),
    ),
  },
  'fragments without a delimiter': {
    transferSyntax: SYNTAX.jpegBaseline,
    elements: image({}, encapsulated({ frames: jpegs, delimiter: new Uint8Array(0) })),
  },
  'a video': {
    transferSyntax: SYNTAX.mpeg4,
    elements: image({}, encapsulated({ frames: [[noise(500), noise(300)]], offsetTable: 'empty' })),
  },
  'no pixel data': { elements: [...NAMES, [0x0040a040, 'CS', 'CONTAINER']] },
  'functional groups of more than 16 KiB, native': {
    elements: image({}, groups, [0x7fe00010, 'OB', noise(3000)]),
  },
  'functional groups of more than 16 KiB, fragments': {
    transferSyntax: SYNTAX.rle,
    elements: image({}, groups, encapsulated({ frames: rle })),
  },
  'functional groups of more than 16 KiB, no pixel data': { elements: [...NAMES, groups] },
  'a long value in the header': {
    transferSyntax: SYNTAX.rle,
    elements: [
      [0x00100010, 'PN', 'Doe^Jane'],
      ...imagePixel(PIXEL),
      [0x00420011, 'OB', noise(70_000)],
      encapsulated({ frames: rle }),
    ],
  },
  'a broken header': {
    elements: [
      ...image({}, raw('28 00 10 00 55 53 02 00 14 00')),
      [0x00280006, 'US', 1],
      [0x00290010, 'LO', 'odd', { pad: false }],
      [0x7fe00010, 'OB', noise(2999)],
    ],
  },
  deflated: {
    transferSyntax: SYNTAX.deflated,
    elements: image({}, [0x7fe00010, 'OB', noise(3000)]),
  },
  'no preamble': {
    preamble: false,
    meta: false,
    elements: image({}, [0x7fe00010, 'OB', noise(3000)]),
  },
};

/** Whose header an index cannot hold, so that opening reads it at once or later. */
const WITHOUT_HEADER = /more than 16 KiB|deflated/;
/** Of whom something is read when they are opened. */
const READ_AGAIN = /cannot be told apart|deflated|two offset tables/;

type Open = (options?: OpenOptions) => Promise<DicomFile>;

function opener(source: Source): Open {
  return (options = {}) =>
    openSource(source, { context: createContext(), options, ownership: 'borrowed' });
}

/** All that a file says of itself, by its public surface. */
async function everything(file: DicomFile): Promise<unknown> {
  const frames: unknown[] = [];
  const length = Math.max(file.index.count, file.index.declaredCount) + 1;
  for (let i = 0; i < length; i++) {
    frames.push(
      await file.frame(i).catch(faultOf),
      await file.encodedFrame(i).catch(faultOf),
      await Promise.resolve()
        .then(() => file.index.ranges(i))
        .catch(faultOf),
    );
  }
  const { transferSyntax, dataset, meta } = file;
  const { count, declaredCount, counts, strategy, confidence, pixel } = file.index;
  const elements = JSON.stringify([meta.toJSON(), dataset.toJSON()]);
  const warnings = file.warnings.map((warning) => JSON.stringify(warning)).sort();
  return {
    transferSyntax,
    index: { count, declaredCount, counts, strategy, confidence, pixel },
    frames,
    elements,
    warnings,
    warningCount: file.warningCount,
  };
}

function faultOf(error: unknown): unknown {
  if (!isFramedexError(error)) throw error;
  return { code: error.code, offset: error.details.offset };
}

function copied(index: FileIndexJson): FileIndexJson {
  return JSON.parse(JSON.stringify(index)) as FileIndexJson;
}

describe.each(Object.entries(FILES))('toIndex of %s', (name, parts) => {
  const { bytes } = dicom(parts);
  const sources: Readonly<Record<string, () => Source>> = {
    memory: () => memorySource(bytes, 'built.dcm'),
    'a source with promises': () =>
      countingSource(memorySource(bytes, 'built.dcm'), { asynchronous: true }),
    'a Blob': () => blobSource(new Blob([bytes.slice()]), 'built.dcm'),
    'a source with a mark': () => ({ ...memorySource(bytes, 'x'), identity: { etag: '"1"' } }),
  };

  it.each(Object.keys(sources))('R60: opens %s again as it was', async (kind) => {
    const source = sources[kind]?.() ?? memorySource(bytes, '');
    const open = opener(source);
    const plain = await everything(await open());
    const index = (await open()).toIndex();
    expect(copied(index)).toEqual(index);
    const again = await open({ index: copied(index) });
    expect(await everything(again)).toEqual(plain);
    expect(again.toIndex()).toEqual(index);
  });

  it('R60: what was read by then is as good', async () => {
    const open = opener(memorySource(bytes, 'built.dcm'));
    const first = await open();
    const plain = await everything(first);
    const again = await open({ index: first.toIndex() });
    expect(await everything(again)).toEqual(plain);
  });

  it('R61: is opened without a read where the source has a mark, else with one', async () => {
    const plain = memorySource(bytes, 'built.dcm');
    const marked = countingSource({ ...plain, identity: { modified: 12.5 } });
    const source = { ...marked, identity: { modified: 12.5 } };
    const index = (await opener(source)()).toIndex();
    marked.forget();
    const file = await opener(source)({ index });
    if (READ_AGAIN.test(name)) return;
    expect(marked.reads).toEqual([]);
    // Of an object without pixel data, the header says why.
    if (index.pixelData !== undefined) expect(file.index.count).toBeGreaterThan(0);
    expect(marked.reads).toEqual([]);
    if (!WITHOUT_HEADER.test(name)) void file.dataset.toJSON();
    expect(marked.reads.filter(([, length]) => length !== 70_000)).toEqual([]);
    const head = countingSource(plain);
    await opener(head)({ index });
    expect(head.reads).toEqual([[0, Math.min(4096, bytes.length)]]);
  });

  it('R62: refuses another size, mark and first bytes', async () => {
    const plain = memorySource(bytes, 'built.dcm');
    const index = (await opener({ ...plain, identity: { crc32: 1 } })()).toIndex();
    const other = bytes.slice();
    other[Math.min(bytes.length, 1024) - 1] = 1 + (other[Math.min(bytes.length, 1024) - 1] ?? 0);
    for (const changed of [
      memorySource(bytes.subarray(0, -2), 'built.dcm'),
      memorySource(concat(bytes, hex('00')), 'built.dcm'),
      { ...plain, identity: { crc32: 2 } },
      memorySource(other, 'built.dcm'),
    ]) {
      const code = await codeOf(opener(changed)({ index }));
      expect(code).toBe('SOURCE_CHANGED');
    }
    expect(await codeOf(opener({ ...plain, identity: { crc32: 1 } })({ index }))).toBe('no error');
  });
});
