import type { Dataset, DicomFile, FrameIndex, FramedexError } from '../node/index.ts';
import { isFramedexError } from '../node/index.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import { defaultCodecs } from '../codecs/default-codecs.ts';
import { transferSyntax as knownSyntax } from '../dicom/transfer-syntax.ts';
import type { ErrorCode } from '../errors.ts';
import { checkCells, checkSize } from '../frames/decode.ts';
import { sharedContext } from '../node/context.ts';
import { isInstalled } from '../node/wasm.ts';
import type { FailureJson } from './failures.ts';
import { faultWords, wordsForWrongSum } from './fault-words.ts';
import type { FaultWords } from './fault-words.ts';
import { isPromised, pixelElement, placeOf, reasonForNone } from './frames-text.ts';
import { explanation } from './frame-words.ts';
import type { CountedFrames } from './frame-words.ts';
import { readingCost } from './reading-cost.ts';
import type { DeflatedMember, ReadingCost } from './reading-cost.ts';
import { sizeText } from './statistics.ts';
import { groupWarnings } from './warning-groups.ts';
import type { WarningGroup } from './warning-groups.ts';

/**
 * What it comes to: nothing is wrong; what is wrong was tolerated; the header or frames are missing;
 * nothing could be read; or it is no image, as a text among images is none.
 */
export type Verdict = 'sound' | 'tolerated' | 'incomplete' | 'unreadable' | 'other';

/** What there is something to say of: a file, or an archive or a folder itself, whatever is in it. */
export type Subject = 'file' | 'archive' | 'folder';

/** What there is to say of one file. */
export interface Diagnosis {
  readonly name: string;
  readonly kind: Subject;
  readonly size?: number | undefined;
  readonly verdict: Verdict;
  readonly opened: boolean;
  readonly error?: Failure | undefined;
  readonly transferSyntax?: string | undefined;
  /** What makes samples of the frames: nothing is needed, a codec of framedex, or there is none yet. */
  readonly decoder?: 'native' | 'built in' | 'package' | 'missing' | 'unknown' | 'none' | undefined;
  /** More than are in the groups where the file has more than are kept. */
  readonly warningCount: number;
  readonly warnings: readonly WarningGroup[];
  readonly frames?: FrameDiagnosis | undefined;
  /** Bytes behind native pixel data, which nothing looks at. */
  readonly bytesBehind?: number | undefined;
  /** Whether the bytes are those that the archive has a checksum of; where that was compared. */
  readonly checksum?: 'right' | 'wrong' | 'none' | undefined;
  readonly cost?: ReadingCost | undefined;
}

/** Why a file cannot be opened, or not be looked at to its end. */
export interface Failure extends Omit<FailureJson, 'name'>, FaultWords {
  readonly code: ErrorCode;
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
  /** Nothing else is read from where it is. */
  readonly isAlone?: boolean | undefined;
  /** Reads and decodes every frame, and compares the checksum of an archive. */
  readonly check?: boolean | undefined;
  /** Told how many frames were read, and then how many bytes were held against a checksum. */
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Examines a file that was just opened: its reads so far are those of opening. */
export async function diagnose(
  file: DicomFile,
  name: string,
  { size, deflated, isAlone = false, check = false, signal, onProgress }: Examination,
): Promise<Diagnosis> {
  const opening = file.stats();
  // Where the first frame is: what proves an offset table is read now, and the index is another from then on.
  const reason = reasonForNone(file.index);
  const proved = file.stats();
  for (const dataset of [file.meta, file.dataset]) lookAtValues(dataset);
  const found = check
    ? await failingFrames(file, reason, { signal, onProgress })
    : await unreadableFrames(file, reason, signal);
  // With saved checkpoints, each stretch between them has a checksum of its own: the first wrong one tells.
  const hasStretches = (opening.inflation?.checkpointBytes ?? 0) > 0;
  const words = hasStretches ? undefined : wordsForWrongSum(file.index.count);
  const checked = check ? await checkChecksum(file, words, { signal, onProgress }) : {};
  const isOfAll = checked.checksum === 'wrong' && !hasStretches;
  const unreadable = isOfAll ? withoutBlamed(found, file.index.count) : found;
  const { index, warnings, warningCount, transferSyntax } = file;
  const { count, declaredCount, counts, strategy, confidence } = index;
  const isIncomplete = unreadable.length > 0 || file.isCut || checked.error !== undefined;
  return {
    name,
    kind: 'file',
    size,
    verdict: isIncomplete ? 'incomplete' : warnings.length > 0 ? 'tolerated' : 'sound',
    opened: true,
    ...checked,
    transferSyntax,
    decoder: decoderOf(file),
    warningCount,
    warnings: groupWarnings(warnings),
    frames: {
      ...{ count, declaredCount, counts, strategy, confidence },
      explanation: reason === undefined ? explanation(index, warnings) : sentenceOf(reason),
      unreadable,
    },
    bytesBehind: bytesBehind(file, size),
    cost: readingCost(file, { opening, proved, deflated, isAlone }),
  };
}

/** What cannot be opened, or not be looked at to its end, and how it counts. */
export interface Unread extends Pick<Diagnosis, 'name' | 'size'> {
  readonly kind?: Subject | undefined;
  readonly verdict?: 'unreadable' | 'other' | undefined;
  readonly opened?: boolean | undefined;
  /** Instead of those of the code. */
  readonly words?: FaultWords | undefined;
}

/** What there is to say of what cannot be read. */
export function unread(error: FramedexError, about: Unread): Diagnosis {
  const { name, size, kind = 'file', verdict = 'unreadable', opened = false } = about;
  const failure = failureOf(error, about.words);
  return { name, kind, size, verdict, opened, error: failure, warningCount: 0, warnings: [] };
}

function failureOf(error: FramedexError, words?: FaultWords): Failure {
  const { code, details } = error;
  const { meaning, advice } = words ?? faultWords(code);
  const { offset, tag } = details;
  return { code, message: sentenceOf(error), offset, tag, meaning, advice };
}

/** How a check tells how far it is, and whether it is still wanted. */
type Checking = Pick<Examination, 'signal' | 'onProgress'>;

/** Frames are some of the bytes of a member: that all of them are right, only its checksum tells. */
async function checkChecksum(
  file: DicomFile,
  wordsForWrong: FaultWords | undefined,
  { signal, onProgress }: Checking,
): Promise<Pick<Diagnosis, 'checksum' | 'error'>> {
  const told = (done: number, total: number): void =>
    onProgress?.(`${sizeText(done)} of ${sizeText(total)} held against the checksum`);
  try {
    return { checksum: (await file.verify({ signal, onProgress: told })) ? 'right' : 'none' };
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    if (!isFramedexError(error, 'ZIP_CRC')) return { error: failureOf(error) };
    return { checksum: 'wrong', error: failureOf(error, wordsForWrong) };
  }
}

/**
 * A run in order meets the wrong checksum at its end, and refuses what it gives last: the frames there are
 * no more to blame than any other. Where no frame was given, none is.
 */
function withoutBlamed(frames: readonly UnreadableFrames[], count: number): UnreadableFrames[] {
  return frames.filter(
    ({ code, from, to }) => code !== 'ZIP_CRC' || (from === 0 && to >= count - 1),
  );
}

/** The message without the name, which stands above it, nor the code of what is no fault. */
function sentenceOf({ code, message, details: { name = '' } }: FramedexError): string {
  const prefix = `${code}: ${name}: `;
  const start = message.startsWith(prefix) ? prefix.length : code.length + 2;
  return message.slice(start);
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
  const codec = defaultCodecs.find(({ transferSyntaxes }) =>
    transferSyntaxes.includes(transferSyntax),
  );
  if (codec === undefined) return knownSyntax(transferSyntax) === undefined ? 'unknown' : 'none';
  if (codec.needs === undefined) return 'built in';
  return isInstalled(codec.needs) ? 'package' : 'missing';
}

/**
 * Frames that cannot be there as a whole, or not be decoded, as header and index tell: no pixel byte is read
 * for it.
 */
async function unreadableFrames(
  file: DicomFile,
  reason: FramedexError | undefined,
  signal: AbortSignal | undefined,
): Promise<UnreadableFrames[]> {
  const { index } = file;
  if (reason !== undefined) {
    const last = Math.max(index.count, index.declaredCount, 1) - 1;
    return isPromised(file.dataset, reason) ? [run(0, last, reason)] : [];
  }
  if (index.strategy === 'video') return [];
  const refusal = refusalOf(file);
  const { list, end } =
    refusal === undefined ? await absentFrames(file, signal) : refusedFrames(index, refusal);
  const { count, declaredCount } = index;
  const known = list.length;
  // What breaks off the data takes all behind it. A frame that is there as a whole would be read: none is asked for.
  for (const [from, to] of [
    [end, count - 1],
    [count, declaredCount - 1],
  ] as const) {
    if (from > to) continue;
    const error = await errorOf(() => file.encodedFrame(from, { signal }));
    if (error === undefined) continue;
    const isSame = list.length > known && extend(list, from, to, error.code);
    if (!isSame) list.push(cutAt(index, run(from, to, error), error));
  }
  return list;
}

/** Why no frame is decoded, whatever its bytes are. */
function refusalOf(file: DicomFile): FramedexError | undefined {
  const decoder = decoderOf(file);
  if (decoder === undefined || decoder === 'none' || decoder === 'missing') return undefined;
  const { pixel } = file.index;
  try {
    if (decoder === 'native') checkCells(pixel);
    checkSize(pixel, {}, sharedContext().limits.maxFrameBytes);
    return undefined;
  } catch (error) {
    if (isFramedexError(error)) return error;
    throw error;
  }
}

/** The first frames, as far as more is known of them than that the data ends in front of them. */
interface FirstFrames {
  readonly list: UnreadableFrames[];
  readonly end: number;
}

/** A native frame that is cut off says so, whatever its cells are. */
function refusedFrames(
  { strategy, count, counts }: FrameIndex,
  refusal: FramedexError,
): FirstFrames {
  const end = strategy === 'native' ? counts.found : count;
  return { list: end > 0 ? [run(0, end - 1, refusal)] : [], end };
}

/** Frames in the gaps of a chain of items, which an offset table leads over, and those without any byte. */
async function absentFrames(
  file: DicomFile,
  signal: AbortSignal | undefined,
): Promise<FirstFrames> {
  const { index } = file;
  const list: UnreadableFrames[] = [];
  if (index.strategy === 'native') return { list, end: index.counts.found };
  // Of a table, what is read for an empty frame may show that it is wrong: the index is another then.
  const isBehind = (whole: number): boolean =>
    index.strategy !== 'salvaged' && whole >= index.counts.found;
  let i = 0;
  for (let whole = 0; i < index.count && !isBehind(whole); i++) {
    const { ranges, error } = placeOf(index, i);
    if (ranges.some(({ length }) => length > 0)) {
      whole++;
    } else if (!extend(list, i, i, error?.code ?? 'FRAME_TRUNCATED')) {
      const from = i;
      const cause = error ?? (await errorOf(() => file.encodedFrame(from, { signal })));
      if (cause !== undefined) list.push(run(i, i, cause));
    }
  }
  return { list, end: i };
}

/** Whether the frames are of the last run of the list, which goes on with them. */
function extend(list: UnreadableFrames[], from: number, to: number, code: ErrorCode): boolean {
  const before = list[list.length - 1];
  if (before?.to !== from - 1 || before.code !== code) return false;
  list[list.length - 1] = { ...before, to };
  return true;
}

/** Frames that cannot be read and decoded, each of which is tried. */
async function failingFrames(
  file: DicomFile,
  reason: FramedexError | undefined,
  { signal, onProgress }: Checking,
): Promise<UnreadableFrames[]> {
  const known = await unreadableFrames(file, reason, signal);
  const { index } = file;
  const list: UnreadableFrames[] = [];
  for (let i = 0; i < index.count; i++) {
    if (known.some(({ from, to }) => from <= i && i <= to)) continue;
    onProgress?.(`${i} of ${index.count} frames`);
    const error = await errorOf(() => readWhole(file, i, signal));
    if (error !== undefined && !extend(list, i, i, error.code)) list.push(run(i, i, error));
  }
  return [...list, ...known].sort((a, b) => a.from - b.from);
}

/** What nothing decodes is read all the same. */
async function readWhole(
  file: DicomFile,
  i: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const decoder = decoderOf(file);
  if (decoder !== undefined && decoder !== 'none' && decoder !== 'missing') {
    try {
      // One by one, they pass the cache by.
      await file
        .frames({ start: i, end: i + 1, signal })
        [Symbol.asyncIterator]()
        .next();
      return;
    } catch (error) {
      if (!isFramedexError(error, 'UNSUPPORTED_TRANSFER_SYNTAX')) throw error;
    }
  }
  await file.encodedFrame(i, { signal });
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
  const last = placeOf(index, frames.from).ranges.at(-1);
  const behind = last === undefined ? Infinity : last.offset + last.length;
  return { ...frames, available, end: Math.min(offset + available, behind) };
}

/** The header pass ends at the pixel data. Undefined where there is nothing behind it, or no telling. */
function bytesBehind({ dataset, transferSyntax }: DicomFile, size = 0): number | undefined {
  const element = pixelElement(dataset);
  const isInflated = knownSyntax(transferSyntax)?.deflated === true;
  if (element === undefined || element.length === UNDEFINED_LENGTH || isInflated) return undefined;
  const bytes = size - element.valueOffset - element.length;
  return bytes > 0 ? bytes : undefined;
}
