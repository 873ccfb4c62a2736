import { isSynchronous, readExactlySync } from '../bytes/source.ts';
import type { ReadOptions, Source } from '../bytes/source.ts';
import type { Inflater } from '../inflate/inflater.ts';
import { Window } from '../bytes/window.ts';
import type { Need, RetainedBytes } from '../bytes/window.ts';
import { checkEncoding, sniffEncoding } from './container.ts';
import { createDataset } from './recorded-dataset.ts';
import type { Dataset } from './dataset.ts';
import { LONGEST_HEADER } from './element-header.ts';
import type { Encoding } from './element-header.ts';
import type { PixelElement } from './element.ts';
import { plainSyntax, readFileMeta } from './file-meta.ts';
import type { FileMeta } from './file-meta.ts';
import type { Limits } from './limits.ts';
import type { ParsedDataset, Steps } from './parse-state.ts';
import { parseDataset } from './parse.ts';
import type { Tag } from './tag.ts';
import {
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
} from './transfer-syntax.ts';
import type { TransferSyntax } from './transfer-syntax.ts';
import type { WantedTags } from './wanted-tags.ts';
import { WarningLog } from './warnings.ts';

export interface HeaderOptions {
  readonly limits: Limits;
  /** Or how to get one: few data sets are deflated. */
  readonly inflater: Inflater | (() => Promise<Inflater>);
  readonly strict?: boolean | undefined;
  /** Stop before this element. */
  readonly until?: Tag | undefined;
  /** Keep only these elements of the data set. */
  readonly keep?: WantedTags | undefined;
  /** Read the elements behind the pixel data too. */
  readonly behindPixelData?: boolean | undefined;
  /** Bytes of the first read; later ones grow from there. */
  readonly readAhead?: number | undefined;
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
  readonly pixelData: PixelElement | undefined;
  /** What offsets count in: the source itself, or the inflated data set. */
  readonly source: Source;
  /** The inflated data set, where it was deflated: all of it is in memory until this is closed. */
  readonly inflated?: Source | undefined;
  /** Where the header pass stopped. */
  readonly end: number;
  /** It was asked to stop there, whatever is behind. */
  readonly partial: boolean;
  readonly warnings: WarningLog;
}

/**
 * Reads the header of a DICOM object: everything before the pixel data, and not a byte of it.
 *
 * @throws FramedexError `EMPTY` or `NOT_DICOM` for what is no DICOM object, `DEPTH_LIMIT`,
 * `ELEMENT_LIMIT`, `INFLATE` and `INFLATE_LIMIT` for hostile ones. What can be tolerated is a warning.
 */
export async function readHeader(source: Source, options: HeaderOptions): Promise<Header> {
  const { limits, strict = false, readAhead } = options;
  const warnings = new WarningLog(source.name, strict);
  const window = new Window(source, 0, readAhead);
  const meta = await drive(readFileMeta(window, limits, warnings), window, options);
  if (!meta.syntax.deflated) {
    return readDataset({ source, window, offset: meta.end }, meta, options, warnings);
  }
  const metaBytes = window.retain(meta.kept, meta.skipped);
  window.release();
  const { inflateDataset } = await import('./deflated.ts');
  const inflater =
    typeof options.inflater === 'function' ? await options.inflater() : options.inflater;
  const inflated = await inflateDataset(source, meta.end, { ...options, inflater }, warnings);
  const body = { source: inflated, window: new Window(inflated), offset: 0, metaBytes };
  return { ...(await readDataset(body, meta, options, warnings)), inflated };
}

/**
 * {@link readHeader} without a promise, of an object whose data set is not deflated. What is tolerated goes
 * to `warnings`.
 */
export function readHeaderAtOnce(
  source: Source & Required<Pick<Source, 'readSync'>>,
  options: HeaderOptions,
  warnings: WarningLog,
): Header {
  const window = new Window(source, 0, options.readAhead);
  const meta = driveAtOnce(readFileMeta(window, options.limits, warnings), window);
  const body = { source, window, offset: meta.end };
  return assembled(
    body,
    meta,
    options,
    driveAtOnce(parseBody(body, meta, options, warnings), window),
    warnings,
  );
}

/** Lets the steps of a parser see the bytes they ask for, without a promise where that is possible. */
async function drive<T>(steps: Steps<T>, window: Window, options: ReadOptions): Promise<T> {
  options.signal?.throwIfAborted();
  if (window.synchronous) return driveAtOnce(steps, window);
  let step: IteratorResult<Need, T> = steps.next();
  while (step.done !== true) {
    await window.fill(step.value, { signal: options.signal });
    step = steps.next();
  }
  return step.value;
}

function driveAtOnce<T>(steps: Steps<T>, window: Window): T {
  let step: IteratorResult<Need, T> = steps.next();
  while (step.done !== true) {
    window.fillSync(step.value);
    step = steps.next();
  }
  return step.value;
}

/** Where the data set is: behind the meta information, or by itself once inflated. */
interface Body {
  readonly source: Source;
  readonly window: Window;
  readonly offset: number;
  /** The meta information, where the window does not look at it any more. */
  readonly metaBytes?: RetainedBytes | undefined;
}

interface ParsedBody {
  readonly encoding: Encoding;
  readonly parsed: ParsedDataset;
}

async function readDataset(
  body: Body,
  meta: FileMeta,
  options: HeaderOptions,
  warnings: WarningLog,
): Promise<Header> {
  const found = await drive(parseBody(body, meta, options, warnings), body.window, options);
  return assembled(body, meta, options, found, warnings);
}

/** What was parsed as a header; the window is given up. */
function assembled(
  { source, window, metaBytes }: Body,
  meta: FileMeta,
  options: HeaderOptions,
  { encoding, parsed }: ParsedBody,
  warnings: WarningLog,
): Header {
  const { name } = source;
  const load = isSynchronous(source)
    ? (at: number, length: number) => readExactlySync(source, at, length)
    : undefined;
  const { maxValueBytes, maxRetainedValueBytes } = options.limits;
  const shared = { name, warnings, maxValueBytes, maxRetainedValueBytes };
  const bytes =
    metaBytes === undefined
      ? window.retain([...meta.kept, ...parsed.kept], [...meta.skipped, ...parsed.skipped])
      : window.retain(parsed.kept, parsed.skipped);
  window.release();
  const metaContext = {
    ...shared,
    bytes: metaBytes ?? bytes,
    table: meta.table,
    reported: new Set<number>(),
  };
  return {
    name,
    meta: createDataset(metaContext, meta.littleEndian),
    dataset: createDataset(
      { ...shared, load, bytes, table: parsed.table, reported: new Set() },
      encoding.littleEndian,
    ),
    transferSyntax: effectiveSyntax(meta, encoding),
    littleEndian: encoding.littleEndian,
    pixelData: parsed.pixelData,
    source,
    end: parsed.end,
    partial: options.until !== undefined,
    warnings,
  };
}

function* parseBody(
  { window, offset }: Body,
  { named, syntax }: FileMeta,
  options: HeaderOptions,
  warnings: WarningLog,
): Steps<ParsedBody> {
  const declared = named ? syntax : undefined;
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

function effectiveSyntax({ syntax, named }: FileMeta, encoding: Encoding): TransferSyntax {
  const agrees =
    syntax.explicit === encoding.explicit && syntax.littleEndian === encoding.littleEndian;
  if ((named && agrees) || syntax.encapsulated) return syntax;
  if (!encoding.littleEndian) return plainSyntax(EXPLICIT_BIG_ENDIAN);
  return plainSyntax(encoding.explicit ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN);
}
