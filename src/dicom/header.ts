import { memorySource } from '../bytes/memory.ts';
import { readExactly, isSynchronous, readExactlySync } from '../bytes/source.ts';
import type { ReadOptions, Source } from '../bytes/source.ts';
import type { Inflater } from '../bytes/inflater.ts';
import { Window } from '../bytes/window.ts';
import type { Need } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import { checkEncoding, findStart, sniffEncoding } from './container.ts';
import { createDataset } from './dataset.ts';
import type { Dataset } from './dataset.ts';
import { LONGEST_HEADER, looksExplicit } from './element-header.ts';
import type { Encoding } from './element-header.ts';
import type { ElementRecord } from './element.ts';
import type { Limits } from './limits.ts';
import type { ParsedDataset, Steps } from './parse-state.ts';
import { parseDataset } from './parse.ts';
import type { Tag } from './tag.ts';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  transferSyntax,
} from './transfer-syntax.ts';
import type { TransferSyntax } from './transfer-syntax.ts';
import { WarningLog } from './warnings.ts';

export interface HeaderOptions {
  readonly limits: Limits;
  readonly inflater: Inflater;
  readonly strict?: boolean | undefined;
  /** Stop before this element. */
  readonly until?: Tag | undefined;
  /** Keep only these elements of the data set. */
  readonly keep?: ReadonlySet<Tag> | undefined;
  /** Read the elements behind the pixel data too. */
  readonly behindPixelData?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the header pass found: tags, and where the pixels start. */
export interface Header {
  readonly name: string;
  /** File Meta Information (PS3.10 7.1), empty where there is none. */
  readonly meta: Dataset;
  readonly dataset: Dataset;
  /** In effect: that of the bytes, where the meta information says another. */
  readonly transferSyntax: TransferSyntax;
  readonly littleEndian: boolean;
  /** The main pixel data, where there is one. */
  readonly pixelData: ElementRecord | undefined;
  /** What offsets count in: the source itself, or the inflated data set. */
  readonly source: Source;
  /** Where the header pass stopped. */
  readonly end: number;
  readonly warnings: WarningLog;
}

/**
 * Reads the header of a DICOM object: everything before the pixel data, and not a byte of it.
 *
 * @throws FramedexError `EMPTY` or `NOT_DICOM` for what is no DICOM object, `DEPTH_LIMIT`,
 * `ELEMENT_LIMIT`, `INFLATE` and `INFLATE_LIMIT` for hostile ones. What can be tolerated is a warning.
 */
export async function readHeader(source: Source, options: HeaderOptions): Promise<Header> {
  const warnings = new WarningLog(source.name, options.strict ?? false);
  const window = new Window(source);
  const start = await drive(readMeta(window, source.name, options, warnings), window, options);
  if (!start.syntax.deflated) {
    return readDataset({ source, window, offset: start.meta.end }, start, options, warnings);
  }
  const inflated = await inflateDataset(source, start.meta.end, options, warnings);
  const body = { source: inflated, window: new Window(inflated), offset: 0 };
  return readDataset(body, start, options, warnings);
}

interface Start {
  readonly meta: ParsedDataset;
  readonly metaWindow: Window;
  readonly syntax: TransferSyntax;
  readonly declared: Encoding | undefined;
}

/** Lets the steps of a parser see the bytes they ask for, without a promise where that is possible. */
async function drive<T>(steps: Steps<T>, window: Window, options: ReadOptions): Promise<T> {
  options.signal?.throwIfAborted();
  let step: IteratorResult<Need, T> = steps.next();
  while (step.done !== true) {
    if (window.synchronous) window.fillSync(step.value);
    else await window.fill(step.value, { signal: options.signal });
    step = steps.next();
  }
  return step.value;
}

function* readMeta(
  window: Window,
  name: string,
  { limits }: HeaderOptions,
  warnings: WarningLog,
): Steps<Start> {
  const { offset, hasPrefix } = yield* findStart(window, name, warnings);
  const explicit = looksExplicit(window, offset, true) || offset + LONGEST_HEADER > window.end;
  const isMeta =
    offset + 2 <= window.end && window.view.getUint16(offset - window.start, true) === 2;
  if (isMeta && !explicit) {
    warnings.report('META_GROUP', 'the meta information is in implicit VR', offset);
  }
  const encoding = { explicit: explicit || !isMeta, littleEndian: true };
  const meta = isMeta
    ? yield* parseDataset(window, offset, { encoding, limits, onlyGroup: 2 }, warnings)
    : { elements: [], pixelData: undefined, end: offset };
  if (!isMeta && hasPrefix) warnings.report('META_GROUP', 'there is no meta information', offset);
  checkGroupLength(window, meta, warnings);
  const uid = transferSyntaxUid(window, meta);
  const known = uid === undefined ? undefined : transferSyntax(uid);
  if (uid === undefined) {
    warnings.report('TRANSFER_SYNTAX_MISSING', 'no transfer syntax is named', offset, 0x00020010);
  } else if (known === undefined) {
    warnings.report(
      'TRANSFER_SYNTAX_UNKNOWN',
      `the transfer syntax ${uid} is unknown`,
      offset,
      0x00020010,
    );
  }
  const syntax = known ?? {
    ...plainSyntax(EXPLICIT_LITTLE_ENDIAN),
    ...(uid === undefined ? {} : { uid, name: uid }),
  };
  return { meta, metaWindow: window, syntax, declared: uid === undefined ? undefined : syntax };
}

/** The group length is a claim: the first element of another group ends the meta information. */
function checkGroupLength(window: Window, meta: ParsedDataset, warnings: WarningLog): void {
  const [first] = meta.elements;
  if (first === undefined) return;
  const counted = meta.end - first.end;
  const said =
    first.tag === 0x00020000 && first.length === 4 && window.covers(first.valueOffset, 4)
      ? window.view.getUint32(first.valueOffset - window.start, true)
      : undefined;
  if (said === counted) return;
  const message =
    said === undefined
      ? 'the group length is missing'
      : `the group length is ${said}, not ${counted}`;
  warnings.report('META_GROUP', message, first.offset, 0x00020000);
}

function transferSyntaxUid(window: Window, meta: ParsedDataset): string | undefined {
  const record = meta.elements.find(({ tag }) => tag === 0x00020010);
  if (record === undefined || !window.covers(record.valueOffset, record.length)) return undefined;
  const at = record.valueOffset - window.start;
  const text = String.fromCharCode(...window.bytes.subarray(at, at + Math.min(record.length, 64)));
  const uid = text.replace(/[\0 ]+$/, '').trim();
  return uid === '' ? undefined : uid;
}

async function inflateDataset(
  source: Source,
  offset: number,
  { inflater, limits, signal }: HeaderOptions,
  warnings: WarningLog,
): Promise<Source> {
  const deflated = await readExactly(source, offset, source.size - offset, { signal });
  const { name } = source;
  const { bytes, used } = await inflater.inflate(deflated, {
    limit: limits.maxInflatedBytes,
    name,
  });
  // One byte of padding makes the length even (PS3.5 A.5).
  if (deflated.length - used > 1) {
    warnings.report('TRAILING_BYTES', 'bytes behind the deflated data set', offset + used);
  }
  return memorySource(bytes, name);
}

/** Where the data set is: behind the meta information, or by itself once inflated. */
interface Body {
  readonly source: Source;
  readonly window: Window;
  readonly offset: number;
}

async function readDataset(
  { source, window, offset }: Body,
  start: Start,
  options: HeaderOptions,
  warnings: WarningLog,
): Promise<Header> {
  const { encoding, parsed } = await drive(
    parseBody(window, offset, start.declared, options, warnings),
    window,
    options,
  );
  const context = { name: source.name, warnings, maxValueBytes: options.limits.maxValueBytes };
  const load = isSynchronous(source)
    ? (at: number, length: number) => readExactlySync(source, at, length)
    : undefined;
  const metaStretch = [{ offset: start.meta.elements[0]?.offset ?? 0, length: start.meta.end }];
  return {
    name: source.name,
    meta: createDataset(
      {
        ...context,
        bytes: start.metaWindow.retain(start.meta.elements.length > 0 ? metaStretch : []),
      },
      start.meta.elements,
      true,
    ),
    dataset: createDataset(
      { ...context, load, bytes: window.retain(stretches(parsed, offset, options)) },
      parsed.elements,
      encoding.littleEndian,
    ),
    transferSyntax: effectiveSyntax(start, encoding),
    littleEndian: encoding.littleEndian,
    pixelData: parsed.pixelData,
    source,
    end: parsed.end,
    warnings,
  };
}

function* parseBody(
  window: Window,
  offset: number,
  declared: Encoding | undefined,
  options: HeaderOptions,
  warnings: WarningLog,
): Steps<{ encoding: Encoding; parsed: ParsedDataset }> {
  const head = Math.min(LONGEST_HEADER, window.size - offset);
  if (head > 0 && !window.covers(offset, head)) yield { offset, length: head };
  const encoding =
    declared === undefined
      ? (sniffEncoding(window, offset) ?? { explicit: true, littleEndian: true })
      : checkEncoding(window, offset, declared, warnings);
  const { limits, until, keep, behindPixelData } = options;
  const parsed = yield* parseDataset(
    window,
    offset,
    { encoding, limits, until, keep, behindPixelData },
    warnings,
  );
  return { encoding, parsed };
}

/** What of the header stays in memory: all of it, or the values of the kept elements. */
function* stretches(
  parsed: ParsedDataset,
  offset: number,
  { keep }: HeaderOptions,
): Iterable<Need> {
  if (keep === undefined) {
    yield { offset, length: parsed.end - offset };
    return;
  }
  for (const { valueOffset, end } of parsed.elements) {
    if (Number.isFinite(end) && end > valueOffset) {
      yield { offset: valueOffset, length: end - valueOffset };
    }
  }
}

function effectiveSyntax({ syntax, declared }: Start, encoding: Encoding): TransferSyntax {
  const agrees =
    declared?.explicit === encoding.explicit && declared.littleEndian === encoding.littleEndian;
  if (agrees || syntax.encapsulated) return syntax;
  if (!encoding.littleEndian) return plainSyntax(EXPLICIT_BIG_ENDIAN);
  return plainSyntax(encoding.explicit ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN);
}

function plainSyntax(uid: string): TransferSyntax {
  const syntax = transferSyntax(uid);
  if (syntax === undefined) throw new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', uid, {});
  return syntax;
}
