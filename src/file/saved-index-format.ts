import { isPixelData } from '../dicom/element.ts';
import type { PixelElement } from '../dicom/element.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { ALL_VRS } from '../dicom/vr.ts';
import type { Limits } from '../dicom/limits.ts';
import type { LostFrames } from '../frames/frame-index.ts';
import { parseCheckpoints } from './saved-index-checkpoints.ts';
import { Fingerprint } from './saved-index-hash.ts';
import {
  MOST_LENGTH,
  badIndex,
  integerAt,
  isInteger,
  kindOf,
  listAt,
  numbersAt,
  oneOf,
  optionalIntegerAt,
  optionalNumberAt,
  placeAt,
  placeOf,
  textAt,
  valueAt,
  within,
} from './saved-index-json.ts';
import type { IndexPlace, Place, TextForm } from './saved-index-json.ts';
import { INDEX_VERSION } from './saved-index.ts';
import type {
  FileIndexJson,
  SavedFragmentLayout,
  SavedFrames,
  SavedIdentity,
  SavedLayout,
  SavedTableLayout,
  SavedWarning,
  SavedWarningCode,
} from './saved-index.ts';

/** The header's bytes that an index holds: most headers are shorter, but those of many functional groups. */
export const MOST_HEADER: number = 16 * 1024;
/** Pieces of a header, between long values. */
const MOST_PIECES = 64;
/** First bytes that are hashed: what the first read of a header brings anyhow, with the UIDs of the instance. */
export const MOST_HEAD = 4096;
const LEAST_HEAD = 1024;
/** As many as a file keeps. */
const MOST_WARNINGS = 1000;
const MOST_OFFSET = Number.MAX_SAFE_INTEGER;
/** The greatest Number of Frames (PS3.5 6.2, IS). */
const MOST_FRAMES = 2 ** 31 - 1;

const HASH: TextForm = { pattern: /^[0-9a-f]{16}$/, words: '16 hexadecimal digits' };
const MESSAGE: TextForm = { pattern: /^.{1,1000}$/s, words: 'a text of 1 to 1000 characters' };
const ETAG: TextForm = { pattern: /^.{1,1000}$/, words: 'a line of 1 to 1000 characters' };
const UID: TextForm = { pattern: /^[0-9.]{1,64}$/, words: 'a UID' };
const BASE64: TextForm = { pattern: /^[A-Za-z0-9+/]{1,43692}={0,2}$/, words: 'base64' };
const DIGITS: TextForm = { pattern: /^[01]*$/, words: 'the digits 0 and 1' };
const INTERPRETATION: TextForm = { pattern: /^.{0,65535}$/s, words: 'a text' };

/** Of pixel data: as written, or what the dictionary leaves open. */
const VRS = [...ALL_VRS, 'ox', 'px'] as const;
const STRATEGIES = [
  ...['native', 'extended-offset-table', 'basic-offset-table', 'one-fragment-per-frame'],
  ...['all-fragments', 'end-marker', 'rle-header', 'frame-length', 'repaired', 'salvaged', 'video'],
] as readonly SavedFrames['strategy'][];
const CONFIDENCES = ['exact', 'verified', 'inferred', 'guessed'] as const;
const ENDINGS = ['delimiter', 'end-of-file', 'not-an-item'] as const;
const ASSUMPTIONS = ['number-of-fragments', 'code-streams'] as const;
const TABLES = ['extended-offset-table', 'basic-offset-table'] as const;
export const WARNING_CODES: readonly SavedWarningCode[] = [
  'DELIMITER',
  'FRAME_COUNT',
  'ITEM_EXPECTED',
  'ODD_LENGTH',
  'OFFSET_TABLE',
  'TRANSFER_SYNTAX_MISMATCH',
];

/**
 * Reads what should be a saved index: a record of known keys, all of whose values are of their types and
 * within their bounds, and whose checksum is right. Arrays of numbers are the given ones.
 *
 * @param place of it, for messages
 * @throws FramedexError `INDEX_FORMAT`.
 */
export function parseFileIndex(json: unknown, limits: Limits, place: IndexPlace): FileIndexJson {
  const root = placeOf(json, place);
  const framedex = oneOf(root, 'framedex', [INDEX_VERSION]);
  const source = identity(placeAt(root, 'source'));
  const has = (key: string): boolean => valueAt(root, key) !== undefined;
  const index: Omit<FileIndexJson, 'checksum'> = {
    framedex,
    source,
    transferSyntax: textAt(root, 'transferSyntax', UID),
    littleEndian: oneOf(root, 'littleEndian', [true, false]),
    header: has('header') ? pieces(root) : undefined,
    pixelData: has('pixelData') ? pixelData(placeAt(root, 'pixelData')) : undefined,
    frames: has('frames') ? frames(placeAt(root, 'frames'), limits) : undefined,
    warnings: Array.from(listAt(root, 'warnings', MOST_WARNINGS), (one, k) =>
      warning(placeOf(one, within(root, `warnings[${k}]`))),
    ),
    checkpoints: has('checkpoints')
      ? parseCheckpoints(placeAt(root, 'checkpoints'), source)
      : undefined,
  };
  const checksum = textAt(root, 'checksum', HASH);
  if (checksumOf(index) !== checksum) {
    throw badIndex(within(root, 'checksum'), 'that of the rest, which was changed or damaged');
  }
  return { ...index, checksum };
}

/**
 * The fingerprint of an index without its checksum, in whatever order its keys are. What comes before
 * checkpoints is left out, which may be 20 MB of text: what is resumed there has a checksum of its own.
 */
export function checksumOf(index: Omit<FileIndexJson, 'checksum'>): string {
  const { checkpoints } = index;
  if (checkpoints === undefined) return fingerprintOfJson(index);
  return fingerprintOfJson({ ...index, checkpoints: { ...checkpoints, windows: undefined } });
}

/** The same of any JSON that is not deep. */
export function fingerprintOfJson(value: unknown): string {
  const fingerprint = new Fingerprint();
  addValue(fingerprint, value);
  return fingerprint.digest();
}

function addValue(fingerprint: Fingerprint, value: unknown): void {
  if (isInteger(value, 0, MOST_LENGTH)) {
    fingerprint.add(value);
  } else if (Array.isArray(value)) {
    for (const one of value) addValue(fingerprint, one);
    fingerprint.addText(`array ${value.length}`);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    for (const [key, one] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
      fingerprint.addText(key);
      addValue(fingerprint, one);
    }
    fingerprint.addText(`object ${entries.length}`);
  } else {
    fingerprint.addText(`${typeof value} ${String(value)}`);
  }
}

function identity(place: Place): SavedIdentity {
  const size = integerAt(place, 'size', 1, MOST_OFFSET);
  const head = placeAt(place, 'head');
  const etag = valueAt(place, 'etag') === undefined ? undefined : textAt(place, 'etag', ETAG);
  return {
    size,
    modified: optionalNumberAt(place, 'modified'),
    etag,
    crc32: optionalIntegerAt(place, 'crc32', 0, MOST_LENGTH),
    head: {
      length: integerAt(head, 'length', Math.min(size, LEAST_HEAD), Math.min(size, MOST_HEAD)),
      hash: textAt(head, 'hash', HASH),
    },
  };
}

function pieces(root: Place): NonNullable<FileIndexJson['header']> {
  let total = 0;
  return Array.from(listAt(root, 'header', MOST_PIECES), (piece, k) => {
    const at = within(root, `header[${k}]`);
    if (!Array.isArray(piece) || piece.length !== 2) {
      throw badIndex(at, 'an offset and base64', kindOf(piece));
    }
    const pair = placeOf({ offset: piece[0] as unknown, base64: piece[1] as unknown }, at);
    const base64 = textAt(pair, 'base64', BASE64);
    total += base64.length;
    if (total > 2 * MOST_HEADER) {
      throw badIndex(within(root, 'header'), `at most ${MOST_HEADER} bytes`);
    }
    return [integerAt(pair, 'offset', 0, MOST_OFFSET), base64] as const;
  });
}

function pixelData(place: Place): PixelElement {
  const tag = integerAt(place, 'tag', 0, MOST_LENGTH);
  if (!isPixelData(tag)) throw badIndex(within(place, 'tag'), 'the tag of pixel data');
  const offset = integerAt(place, 'offset', 0, MOST_OFFSET - 12);
  return {
    tag,
    vr: oneOf(place, 'vr', VRS),
    offset,
    valueOffset: integerAt(place, 'valueOffset', offset + 8, offset + 12),
    length: integerAt(place, 'length', 0, MOST_LENGTH),
  };
}

function frames(place: Place, limits: Limits): SavedFrames {
  const counts = placeAt(place, 'counts');
  const count = integerAt(place, 'count', 1, MOST_FRAMES);
  return {
    count,
    declaredCount: integerAt(place, 'declaredCount', 0, MOST_FRAMES),
    counts: {
      declared: optionalNumberAt(counts, 'declared'),
      found: integerAt(counts, 'found', 0, count),
      byBytes: optionalIntegerAt(counts, 'byBytes', 0, MOST_OFFSET),
    },
    strategy: oneOf(place, 'strategy', STRATEGIES),
    confidence: oneOf(place, 'confidence', CONFIDENCES),
    pixel: pixel(placeAt(place, 'pixel')),
    layout: layout(placeAt(place, 'layout'), limits.maxFragments),
  };
}

/** What `imagePixel` would give. */
function pixel(place: Place): ImagePixel {
  const bitsAllocated = integerAt(place, 'bitsAllocated', 1, 64);
  const bitsStored = integerAt(place, 'bitsStored', 1, bitsAllocated);
  const cells = oneOf(place, 'cells', ['integer', 'float', 'double']);
  if (cells !== 'integer' && bitsStored !== (cells === 'float' ? 32 : 64)) {
    throw badIndex(within(place, 'cells'), 'a type of as many bits as are stored');
  }
  return {
    rows: integerAt(place, 'rows', 1, 0xffff),
    columns: integerAt(place, 'columns', 1, 0xffff),
    samplesPerPixel: integerAt(place, 'samplesPerPixel', 1, 255),
    photometricInterpretation: textAt(place, 'photometricInterpretation', INTERPRETATION),
    planarConfiguration: oneOf(place, 'planarConfiguration', [0, 1]),
    bitsAllocated,
    bitsStored,
    highBit: integerAt(place, 'highBit', bitsStored - 1, bitsAllocated - 1),
    pixelRepresentation: oneOf(place, 'pixelRepresentation', [0, 1]),
    cells,
  };
}

function layout(place: Place, maxFragments: number): SavedLayout {
  const kind = oneOf(place, 'kind', ['native', 'fragments', 'table']);
  const offset = integerAt(place, 'offset', 0, MOST_OFFSET);
  if (kind === 'native') {
    const frameBits = integerAt(place, 'frameBits', 1, MOST_OFFSET);
    return { kind, offset, frameBits, end: integerAt(place, 'end', offset, MOST_OFFSET) };
  }
  const lengths = numbersAt(place, 'lengths', 0, maxFragments);
  if (lengths.length === 0)
    throw badIndex(within(place, 'lengths'), 'an array of at least 1', kindOf(lengths));
  return kind === 'table'
    ? tableLayout(place, offset, lengths)
    : fragmentLayout(place, offset, lengths);
}

function tableLayout(place: Place, offset: number, lengths: readonly number[]): SavedTableLayout {
  const padded =
    valueAt(place, 'padded') === undefined ? undefined : textAt(place, 'padded', DIGITS);
  if (padded !== undefined && padded.length !== lengths.length) {
    throw badIndex(within(place, 'padded'), 'a digit for each frame');
  }
  return {
    kind: 'table',
    table: oneOf(place, 'table', TABLES),
    tableOffset: integerAt(place, 'tableOffset', 0, MOST_OFFSET),
    offset,
    lengths,
    padded,
  };
}

function fragmentLayout(
  place: Place,
  offset: number,
  lengths: readonly number[],
): SavedFragmentLayout {
  const has = (key: string): boolean => valueAt(place, key) !== undefined;
  return {
    kind: 'fragments',
    offset,
    lengths,
    fragments: has('fragments') ? numbersAt(place, 'fragments', 1, lengths.length) : undefined,
    before: optionalIntegerAt(place, 'before', 1, lengths.length),
    lost: has('lost') ? lost(placeAt(place, 'lost')) : undefined,
    assumed: has('assumed') ? oneOf(place, 'assumed', ASSUMPTIONS) : undefined,
  };
}

function lost(place: Place): LostFrames {
  return {
    from: integerAt(place, 'from', 0, MOST_FRAMES),
    at: integerAt(place, 'at', 0, MOST_OFFSET),
    ending: oneOf(place, 'ending', ENDINGS),
    missing: integerAt(place, 'missing', 0, MOST_LENGTH),
  };
}

function warning(place: Place): SavedWarning {
  return {
    code: oneOf(place, 'code', WARNING_CODES),
    message: textAt(place, 'message', MESSAGE),
    offset: integerAt(place, 'offset', 0, MOST_OFFSET),
    tag: optionalIntegerAt(place, 'tag', 0, MOST_LENGTH),
  };
}
