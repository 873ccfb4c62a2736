import type { DicomFile, Dataset, FrameIndex, FramedexError, Warning } from '../node/index.ts';
import { isFramedexError } from '../node/index.ts';
import type { ErrorCode } from '../errors.ts';
import { sharedContext } from '../node/context.ts';
import type { FailureJson } from './failures.ts';
import { faultWords } from './fault-words.ts';
import type { FaultWords } from './fault-words.ts';
import { reasonForNone } from './frames-text.ts';
import { explanation } from './frame-words.ts';
import type { CountedFrames } from './frame-words.ts';
import { isCut } from './job.ts';
import { readingCost } from './reading-cost.ts';
import type { ReadingCost } from './reading-cost.ts';
import type { DeflatedMember } from './deflated-members.ts';

/**
 * What it comes to: nothing is wrong; what is wrong was tolerated; the header or frames are missing;
 * nothing could be read; or it is no image, as a text among images is none.
 */
export type Verdict = 'sound' | 'tolerated' | 'incomplete' | 'unreadable' | 'other';

/** What there is to say of one file. */
export interface Diagnosis {
  readonly name: string;
  readonly size?: number | undefined;
  readonly verdict: Verdict;
  readonly opened: boolean;
  readonly error?: Failure | undefined;
  readonly transferSyntax?: string | undefined;
  /** What makes samples of the frames: nothing is needed, a codec of framedex, or there is none yet. */
  readonly decoder?: 'native' | 'built in' | 'none' | undefined;
  /** More than are in the groups where the file has more than are kept. */
  readonly warningCount: number;
  readonly warnings: readonly WarningGroup[];
  readonly frames?: FrameDiagnosis | undefined;
  readonly cost?: ReadingCost | undefined;
}

/** Why a file cannot be opened. */
export interface Failure extends Omit<FailureJson, 'name'>, FaultWords {
  readonly code: ErrorCode;
}

/** Warnings of one code. */
export interface WarningGroup extends FaultWords {
  readonly code: Warning['code'];
  readonly count: number;
  /** Of the first one. */
  readonly offset: number;
  readonly message: string;
  readonly cases: readonly WarningCase[];
}

/** Warnings that are alike but for their place. */
export interface WarningCase {
  readonly message: string;
  readonly tag?: number | undefined;
  readonly offset: number;
  readonly count: number;
}

export interface FrameDiagnosis extends CountedFrames {
  readonly declaredCount: number;
  readonly confidence: FrameIndex['confidence'];
  readonly explanation: string;
  readonly unreadable: readonly UnreadableFrames[];
}

/** A run of frames that cannot be read, both ends included, and why the first of them cannot. */
export interface UnreadableFrames extends FaultWords {
  readonly from: number;
  readonly to: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly offset?: number | undefined;
  /** Where the pixel data ends, and how many bytes of the first frame are in front of that. */
  readonly end?: number | undefined;
  readonly available?: number | undefined;
}

/** How a file is looked at. */
export interface Examination {
  readonly size?: number | undefined;
  readonly deflated?: DeflatedMember | undefined;
  /** Reads and decodes every frame. */
  readonly check?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Examines a file that was just opened: its reads so far are those of opening. */
export async function diagnose(
  file: DicomFile,
  name: string,
  { size, deflated, check = false, signal }: Examination,
): Promise<Diagnosis> {
  const opening = file.stats();
  // Where the first frame is: what proves an offset table is read now, and the index is another from then on.
  const reason = reasonForNone(file.index);
  const proved = file.stats();
  for (const dataset of [file.meta, file.dataset]) lookAtValues(dataset);
  const unreadable = check
    ? await failingFrames(file, reason, signal)
    : await unreadableFrames(file, reason, signal);
  const { index, warnings, warningCount, transferSyntax } = file;
  const { count, declaredCount, counts, strategy, confidence } = index;
  const isIncomplete = unreadable.length > 0 || warnings.some(isCut);
  return {
    name,
    size,
    verdict: isIncomplete ? 'incomplete' : warnings.length > 0 ? 'tolerated' : 'sound',
    opened: true,
    transferSyntax,
    decoder: decoderOf(file),
    warningCount,
    warnings: groupWarnings(warnings),
    frames: {
      ...{ count, declaredCount, counts, strategy, confidence },
      explanation: reason === undefined ? explanation(index, warnings) : sentenceOf(reason),
      unreadable,
    },
    cost: readingCost(file, { opening, proved, deflated }),
  };
}

/** What there is to say of a file, an archive or a folder that cannot be opened. */
export function unopened(
  error: FramedexError,
  name: string,
  size: number | undefined,
  verdict: 'unreadable' | 'other',
): Diagnosis {
  const { meaning, advice } = faultWords(error.code);
  const { code } = error;
  const { offset, tag } = error.details;
  const failure = { code, message: sentenceOf(error), offset, tag, meaning, advice };
  return { name, size, verdict, opened: false, error: failure, warningCount: 0, warnings: [] };
}

/** The message without the name, which stands above it, nor the code of what is no fault. */
function sentenceOf({ code, message, details: { name = '' } }: FramedexError): string {
  const prefix = `${code}: ${name}: `;
  const start = message.startsWith(prefix) ? prefix.length : code.length + 2;
  return message.slice(start);
}

/** Warnings by their codes, in the order of their first ones. */
export function groupWarnings(warnings: readonly Warning[]): WarningGroup[] {
  return [...grouped(warnings, ({ code }) => code)].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { code, offset, message } = first;
    const cases = [...grouped(same, (one) => `${one.tag ?? ''} ${one.message}`)].flatMap((alike) =>
      alike.slice(0, 1).map((one) => ({
        ...{ message: one.message, tag: one.tag, offset: one.offset },
        count: alike.length,
      })),
    );
    return [{ code, count: same.length, offset, message, ...faultWords(code), cases }];
  });
}

function grouped(
  warnings: readonly Warning[],
  keyOf: (warning: Warning) => string,
): Iterable<readonly Warning[]> {
  const groups = new Map<string, Warning[]>();
  for (const warning of warnings) {
    const key = keyOf(warning);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [warning]);
    else group.push(warning);
  }
  return groups.values();
}

/** Values are held against the standard when they are read: those that the header pass kept are now. */
function lookAtValues(dataset: Dataset): void {
  for (const element of dataset) {
    if (element.items !== undefined) for (const item of element.items) lookAtValues(item);
    else if (!element.deferred) void valueOf(element);
  }
}

function valueOf(element: { readonly value: unknown }): unknown {
  try {
    return element.value;
  } catch (error) {
    // What refuses to be a value, as pixel data does, is no fault of the file.
    if (isFramedexError(error)) return undefined;
    throw error;
  }
}

function decoderOf({ index, transferSyntax }: DicomFile): Diagnosis['decoder'] {
  if (index.count === 0 || index.strategy === 'video') return undefined;
  if (index.strategy === 'native') return 'native';
  return sharedContext().decodable.has(transferSyntax) ? 'built in' : 'none';
}

/**
 * Frames that cannot be there as a whole, as the index tells: no pixel byte is read for it. They are the
 * last ones, since what breaks off the data takes all behind it.
 */
async function unreadableFrames(
  file: DicomFile,
  reason: FramedexError | undefined,
  signal: AbortSignal | undefined,
): Promise<UnreadableFrames[]> {
  const { index } = file;
  const { count, declaredCount, counts, strategy } = index;
  const last = Math.max(count, declaredCount) - 1;
  if (reason !== undefined) {
    // An object of another kind promises no frames.
    const isPromised = reason.code !== 'NO_PIXEL_DATA' || hasPixels(file.dataset);
    return isPromised ? [run(0, Math.max(0, last), reason)] : [];
  }
  if (strategy === 'video') return [];
  if (strategy === 'salvaged') return brokenFrames(index);
  const list: UnreadableFrames[] = [];
  // A frame that is there as a whole is not refused, and would be read: none is asked for but those that are not.
  for (const [from, to] of [
    [counts.found, count - 1],
    [count, last],
  ] as const) {
    if (from > to) continue;
    const error = await errorOf(() => file.encodedFrame(from, { signal }));
    const before = list[list.length - 1];
    if (error === undefined) continue;
    if (before?.code === error.code) list[list.length - 1] = { ...before, to };
    else list.push(cutAt(index, run(from, to, error), error));
  }
  return list;
}

/** Frames in the gaps of a chain of items, which an offset table leads over. */
function brokenFrames(index: FrameIndex): UnreadableFrames[] {
  const list: UnreadableFrames[] = [];
  for (let i = 0; i < index.count; i++) {
    try {
      index.ranges(i);
    } catch (error) {
      if (!isFramedexError(error)) throw error;
      const before = list[list.length - 1];
      if (before?.to === i - 1) list[list.length - 1] = { ...before, to: i };
      else list.push(run(i, i, error));
    }
  }
  return list;
}

/** Frames that cannot be read and decoded, each of which is tried. */
async function failingFrames(
  file: DicomFile,
  reason: FramedexError | undefined,
  signal: AbortSignal | undefined,
): Promise<UnreadableFrames[]> {
  const known = await unreadableFrames(file, reason, signal);
  const { index } = file;
  const list: UnreadableFrames[] = [];
  for (let i = 0; i < index.count; i++) {
    if (known.some(({ from, to }) => from <= i && i <= to)) continue;
    const error = await errorOf(() => readWhole(file, i, signal));
    if (error === undefined) continue;
    const before = list[list.length - 1];
    if (before?.to === i - 1 && before.code === error.code)
      list[list.length - 1] = { ...before, to: i };
    else list.push(run(i, i, error));
  }
  return [...list, ...known];
}

/** What nothing decodes is read all the same. */
async function readWhole(
  file: DicomFile,
  i: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (decoderOf(file) !== 'native' && decoderOf(file) !== 'built in') {
    await file.encodedFrame(i, { signal });
    return;
  }
  // One by one, they pass the cache by.
  await file
    .frames({ start: i, end: i + 1, signal })
    [Symbol.asyncIterator]()
    .next();
}

async function errorOf(action: () => Promise<unknown>): Promise<FramedexError | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    if (isFramedexError(error)) return error;
    throw error;
  }
}

function run(from: number, to: number, error: FramedexError): UnreadableFrames {
  const { code, details } = error;
  const { meaning, advice } = faultWords(code);
  const { offset } = details;
  return { from, to, code, message: sentenceOf(error), offset, meaning, advice };
}

/** With the place where the pixel data ends: in a frame that begins in it, or in front of one that does not. */
function cutAt(
  index: FrameIndex,
  frames: UnreadableFrames,
  error: FramedexError,
): UnreadableFrames {
  if (!isFramedexError(error, 'FRAME_TRUNCATED')) return frames;
  const { offset, available } = error.details;
  const last = frames.from < index.count ? index.ranges(frames.from).at(-1) : undefined;
  const behind = last === undefined ? Infinity : last.offset + last.length;
  return { ...frames, available, end: Math.min(offset + available, behind) };
}

function hasPixels(dataset: Dataset): boolean {
  return ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'].some((keyword) =>
    dataset.has(keyword),
  );
}
