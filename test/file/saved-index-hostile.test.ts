import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { isFramedexError } from '../../src/errors.ts';
import { openSource } from '../../src/file/open.ts';
import type { OpenOptions } from '../../src/file/open.ts';
import { checksumOf } from '../../src/file/saved-index-format.ts';
import type { FileIndexJson, SavedFragmentLayout } from '../../src/file/saved-index.ts';
import { createContext } from '../support/platform.ts';
import {
  dicom,
  encapsulated,
  extendedOffsetTable,
  imagePixel,
  sequence,
  SYNTAX,
} from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { countingSource } from '../support/counting-source.ts';
import { numberedJpeg, piecesOf, randomOf } from '../support/encapsulations.ts';
import type { Random } from '../support/encapsulations.ts';
import { noise } from '../support/noise.ts';
import { codeOf } from '../support/open-built.ts';

const COUNT = 4;
const PIXEL = { rows: 10, columns: 10, bitsAllocated: 8, numberOfFrames: COUNT };
const jpegs = Array.from({ length: COUNT }, (_, k) => numberedJpeg(k));
const groups = sequence(
  0x52009230,
  jpegs.map((): ElementLike[] => [[0x00204000, 'LT', 'x'.repeat(6000)]]),
);

function fragments(...pixelData: readonly ElementLike[]): DicomParts {
  const elements = [...imagePixel(PIXEL), ...pixelData];
  return { transferSyntax: SYNTAX.jpegBaseline, elements };
}

/** Layouts of all kinds; the last ones have no header in the index. */
const FILES: Readonly<Record<string, DicomParts>> = {
  native: { elements: [...imagePixel(PIXEL), [0x7fe00010, 'OB', noise(400)]] },
  fragments: fragments(encapsulated({ frames: jpegs, offsetTable: 'empty' })),
  'several fragments': fragments(
    encapsulated({ frames: jpegs.map((bytes) => piecesOf(bytes, 20, 30)) }),
  ),
  'a table': fragments(
    ...extendedOffsetTable(jpegs),
    encapsulated({ frames: jpegs, offsetTable: 'empty' }),
  ),
  'cut fragments': { ...fragments(encapsulated({ frames: jpegs })), truncate: -30 },
  'native, without header': {
    elements: [...imagePixel(PIXEL), groups, [0x7fe00010, 'OB', noise(400)]],
  },
  'fragments, without header': fragments(groups, encapsulated({ frames: jpegs })),
};

/** A source with promises leaves the table a claim. */
function sourceOf(bytes: Uint8Array, name: string) {
  const plain = { ...memorySource(bytes, 'built.dcm'), identity: { etag: '"1"' } };
  const { identity } = plain;
  return { ...countingSource(plain, { asynchronous: name === 'a table' }), identity };
}

interface Saved {
  readonly index: FileIndexJson;
  /** By the stored bytes of each frame, or the code of what it fails with. */
  readonly frames: readonly unknown[];
  open(index: unknown, options?: OpenOptions): ReturnType<typeof openSource>;
}

async function savedOf(name: string): Promise<Saved> {
  const { bytes } = dicom(FILES[name]);
  const source = sourceOf(bytes, name);
  const open: Saved['open'] = (index, options) =>
    openSource(source, {
      context: createContext(),
      options: { ...options, index: index as FileIndexJson },
      ownership: 'borrowed',
    });
  const file = await openSource(source, {
    context: createContext(),
    options: {},
    ownership: 'borrowed',
  });
  return { index: file.toIndex(), frames: await framesOf(await open(file.toIndex())), open };
}

async function framesOf(file: Awaited<ReturnType<Saved['open']>>): Promise<unknown[]> {
  const frames: unknown[] = [];
  for (let i = 0; i < COUNT; i++) {
    frames.push(await file.encodedFrame(i).then((bytes) => [...bytes], codeOfError));
  }
  return frames;
}

function codeOfError(error: unknown): string {
  if (!isFramedexError(error)) throw error;
  return error.code;
}

function resealed(index: FileIndexJson): FileIndexJson {
  const rest: Partial<FileIndexJson> = { ...index };
  Reflect.deleteProperty(rest, 'checksum');
  return { ...index, checksum: checksumOf(rest as FileIndexJson) };
}

type Json = Record<string, unknown>;

/** All places of an index: each is an object or array, and a key of it. */
function places(value: unknown): (readonly [object: Json, key: string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Json;
  return Object.keys(object).flatMap((key) => [[object, key] as const, ...places(object[key])]);
}

const WRONG: readonly unknown[] = [
  ...[null, true, '', 'x', [], {}, -1, 0.5, 1e300, 2 ** 53, 2 ** 32, 2 ** 31, 0, NaN, Infinity],
  ...['__proto__', [[]], { length: 2 ** 32 - 1 }, Array.from({ length: 9 })],
];

function mutate(index: FileIndexJson, random: Random): FileIndexJson {
  const copy = JSON.parse(JSON.stringify(index)) as FileIndexJson;
  const [first, ...others] = places(copy);
  for (let k = random.below(2); k >= 0 && first !== undefined; k--) {
    const [object, key] = random.pick([first, ...others]);
    const was = object[key];
    const kind = random.below(5);
    if (kind === 0) Reflect.deleteProperty(object, key);
    else if (kind === 1) object[key] = WRONG[random.below(WRONG.length)];
    else if (typeof was === 'number') object[key] = was + random.pick([1, -1, 2, -8, 8, 256]);
    else if (typeof was === 'string' && was !== '') {
      const at = random.below(was.length);
      const other = random.pick(['A', '0', 'z', ' ', '\u0000']);
      object[key] = was.slice(0, at) + other + was.slice(at + 1);
    } else if (Array.isArray(was)) object[key] = was.slice(random.below(2)).reverse();
  }
  return copy;
}

const ROUNDS = 400;

describe.each(Object.keys(FILES))('a hostile index of %s', (name) => {
  it('R63: damaged by chance it is refused, or gives the frames it gave', async () => {
    const { index, frames, open } = await savedOf(name);
    const random = randomOf(63);
    let refused = 0;
    for (let k = 0; k < ROUNDS; k++) {
      const damaged = mutate(index, random);
      const file = await open(damaged).catch((error: unknown) => codeOfError(error));
      if (typeof file === 'string') {
        refused++;
        expect(['INDEX_FORMAT', 'SOURCE_CHANGED']).toContain(file);
      } else {
        expect(await framesOf(file)).toEqual(frames);
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS / 2);
  });

  it('R63: with a checksum of its own it reads nothing outside of the pixel data', async () => {
    const { index, open } = await savedOf(name);
    const random = randomOf(64);
    const codes = new Set<string>();
    for (let k = 0; k < ROUNDS; k++) {
      let damaged: unknown = mutate(index, random);
      try {
        damaged = resealed(damaged as FileIndexJson);
      } catch {
        // Not even an object.
      }
      const file = await open(damaged).catch((error: unknown) => codeOfError(error));
      if (typeof file === 'string') codes.add(file);
      else await framesOf(file);
    }
    expect(codes).toContain('INDEX_FORMAT');
  });

  it('R63: refuses what is no index at all', async () => {
    const { open, index } = await savedOf(name);
    for (const wrong of [null, 'x', 7, [], {}, [index], { framedex: 1 }, Object.create(index)]) {
      expect(await codeOf(open(wrong))).toBe('INDEX_FORMAT');
    }
    const later = resealed({ ...index, framedex: 2 as 1 });
    expect(await codeOf(open(later))).toBe('INDEX_FORMAT');
    const reordered = Object.fromEntries(Object.entries(index).reverse());
    expect(await codeOf(open(reordered))).toBe('no error');
  });
});

/** The saved layout of a kind of file, replaced. */
async function openWith(name: string, change: (layout: SavedFragmentLayout) => object) {
  const { index, open } = await savedOf(name);
  const { frames } = index;
  if (frames?.layout.kind !== 'fragments') throw new TypeError(`${name}: no fragments`);
  const layout = { ...frames.layout, ...change(frames.layout) };
  return open(resealed({ ...index, frames: { ...frames, layout } }));
}

/** The message of what opening with an index fails with. */
async function messageOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (isFramedexError(error) ? error.message : String(error)),
  );
}

describe('what is wrong with an index', () => {
  const end = 'Make it again, with toIndex() or framedex index.';

  it.each<[string, (index: FileIndexJson) => unknown, string]>([
    ['nothing', () => null, 'it to be an object, found null'],
    ['another version', (index) => ({ ...index, framedex: 2 }), 'framedex to be 1, found 2'],
    [
      'a UID that is none',
      (index) => ({ ...index, transferSyntax: 'Doe^Jane' }),
      'transferSyntax to be a UID, found a text of length 8',
    ],
    [
      'no checksum',
      (index) => ({ ...index, checksum: undefined }),
      'checksum to be 16 hexadecimal digits, found nothing',
    ],
    [
      'no pair',
      (index) => ({ ...index, header: [[0]] }),
      'header[0] to be an offset and base64, found an array of 1',
    ],
    [
      'a change',
      (index) => ({ ...index, littleEndian: false }),
      'checksum to be that of the rest, which was changed or damaged',
    ],
    [
      'another count',
      (index) => resealed({ ...index, frames: index.frames && { ...index.frames, count: 9 } }),
      'frames.count to be 4, as its layout has it, found 9',
    ],
  ])(
    'R63: is told in a sentence, with its place and without a text: %s',
    async (_, change, words) => {
      const { index, open } = await savedOf('fragments');
      const expected = `INDEX_FORMAT: built.dcm: the saved index cannot be used, expected ${words}. ${end}`;
      expect(await messageOf(open(change(index)))).toBe(expected);
    },
  );

  it('R63: names the element of a list, and the file in an index of many', async () => {
    const { index, open } = await savedOf('fragments');
    const { frames } = index;
    if (frames?.layout.kind !== 'fragments') throw new TypeError('no fragments');
    const lengths = frames.layout.lengths.map((length, k) => (k === 3 ? 0.5 : length));
    const broken = { ...index, frames: { ...frames, layout: { ...frames.layout, lengths } } };
    const wrong = 'frames.layout.lengths[3] to be a whole number from 0 to 4294967295, found 0.5.';
    expect(await messageOf(open(broken))).toContain(`expected ${wrong}`);
    const many = { framedex: 1, files: { 'built.dcm': broken } };
    expect(await messageOf(open(many))).toContain(`expected files["built.dcm"].${wrong}`);
    const none = { framedex: 1, files: 7 };
    expect(await messageOf(open(none))).toContain('expected files to be an object, found 7.');
  });
});

describe('an index that lies well', () => {
  it('R64: no fragment is delivered from a place where no item header says so', async () => {
    const change = [2, -2, 0, 0];
    const file = await openWith('fragments', ({ lengths }) => ({
      lengths: lengths.map((length, k) => length + (change[k] ?? 0)),
    }));
    expect(await codeOf(file.encodedFrame(0))).toBe('SOURCE_CHANGED');
    expect(await codeOf(file.encodedFrame(1))).toBe('SOURCE_CHANGED');
    expect(await codeOf(file.encodedFrame(2))).toBe('no error');
  });

  it('R64: nor one of several that make a frame', async () => {
    const file = await openWith('several fragments', ({ lengths }) => ({
      lengths: lengths.map((length, k) => length + (k === 1 ? 2 : k === 2 ? -2 : 0)),
    }));
    expect(await codeOf(file.encodedFrame(0))).toBe('SOURCE_CHANGED');
    expect(await codeOf(file.encodedFrame(1))).toBe('no error');
  });

  it('R64: ranges outside of the file, before the pixel data, or of no frame are refused', async () => {
    const huge = openWith('fragments', ({ lengths }) => ({ lengths: lengths.map(() => 2 ** 31) }));
    expect(await codeOf(huge)).toBe('INDEX_FORMAT');
    const many = openWith('fragments', () => ({ lengths: new Array<number>(1_000_000).fill(0) }));
    expect(await codeOf(many)).toBe('INDEX_FORMAT');
    const early = openWith('fragments', () => ({ offset: 200 }));
    expect(await codeOf(early)).toBe('INDEX_FORMAT');
    const fewer = openWith('several fragments', () => ({ fragments: [3, 3, 3] }));
    expect(await codeOf(fewer)).toBe('INDEX_FORMAT');
    const more = openWith('several fragments', () => ({ fragments: [3, 3, 3, 4] }));
    expect(await codeOf(more)).toBe('INDEX_FORMAT');
    const none = openWith('several fragments', () => ({ fragments: [0, 6, 3, 3] }));
    expect(await codeOf(none)).toBe('INDEX_FORMAT');
  });

  it('R64: more fragments than the limit are refused', async () => {
    const { index, open } = await savedOf('fragments');
    const limits = { maxFragments: COUNT - 1 };
    expect(await codeOf(open(index, { limits }))).toBe('INDEX_FORMAT');
    expect(await codeOf(open(index, { limits: { maxFragments: COUNT } }))).toBe('no error');
  });

  it('R64: what contradicts the header is refused, when it is read at the latest', async () => {
    for (const name of ['fragments', 'native, without header', 'fragments, without header']) {
      const { index, open } = await savedOf(name);
      const { frames } = index;
      if (frames === undefined) throw new TypeError(name);
      const pixel = { ...frames.pixel, photometricInterpretation: 'MONOCHROME1' };
      const lying = resealed({ ...index, frames: { ...frames, pixel } });
      const reading = open(lying).then((file) => file.frame(0));
      const expected = name === 'fragments' ? 'INDEX_FORMAT' : 'SOURCE_CHANGED';
      const code = await codeOf(reading);
      if (name !== 'fragments, without header') expect(code).toBe(expected);
      const tags = open(lying).then((file) => file.dataset.get('Rows'));
      expect(await codeOf(tags)).toBe(expected);
    }
  });
});
