import { retainedView } from '../bytes/window.ts';
import type { RetainedBytes, Window } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import { findStart, sniffEncoding } from './container.ts';
import type { Encoding } from './element-header.ts';
import type { ElementRecord } from './element.ts';
import type { Limits } from './limits.ts';
import type { Steps } from './parse-state.ts';
import { parseDataset } from './parse.ts';
import { EXPLICIT_LITTLE_ENDIAN, transferSyntax } from './transfer-syntax.ts';
import type { TransferSyntax } from './transfer-syntax.ts';
import { vrOfBytes } from './vr.ts';
import type { WarningLog } from './warnings.ts';

const GROUP_LENGTH = 0x00020000;
const TRANSFER_SYNTAX_UID = 0x00020010;
/** UIDs have 64 characters at most (PS3.5 6.2); what is behind can only be padding or wrong. */
const LONGEST_UID_VALUE = 128;

/** The File Meta Information (PS3.10 7.1), and what it says of the data set behind it. */
export interface FileMeta {
  readonly elements: readonly ElementRecord[];
  readonly bytes: RetainedBytes;
  /** Where the data set starts. */
  readonly end: number;
  readonly littleEndian: boolean;
  /** As named; explicit VR little endian where none is named, or an unknown one. */
  readonly syntax: TransferSyntax;
  /** Whether a transfer syntax is named. */
  readonly named: boolean;
}

/** Reads the File Meta Information, which is explicit VR little endian but in broken files. */
export function* readFileMeta(
  window: Window,
  limits: Limits,
  warnings: WarningLog,
): Steps<FileMeta> {
  const { offset, hasPrefix } = yield* findStart(window, warnings);
  const encoding = metaEncoding(window, offset);
  if (encoding === undefined && hasPrefix) withoutMeta(window, offset, warnings);
  const { explicit, littleEndian } = encoding ?? { explicit: true, littleEndian: true };
  if (!explicit || !littleEndian) {
    const how = explicit ? 'big endian' : 'implicit VR';
    warnings.report('META_GROUP', `the meta information is in ${how}`, offset);
  }
  const { elements, skipped, end } =
    encoding === undefined
      ? { elements: [], skipped: [], end: offset }
      : yield* parseDataset(window, offset, { encoding, limits, onlyGroup: 2 }, warnings);
  const bytes = window.retain([{ offset, length: end - offset }], skipped);
  checkGroupLength({ elements, bytes, end, littleEndian }, warnings);
  const uid = transferSyntaxUid(elements, bytes, warnings);
  const syntax = namedSyntax(uid, offset, warnings);
  return { elements, bytes, end, littleEndian, syntax, named: uid !== undefined };
}

/** How group 0002 is written, by its first element header; undefined where it is not there. */
function metaEncoding(window: Window, offset: number): Encoding | undefined {
  if (offset + 8 > window.end) return undefined;
  const at = offset - window.start;
  const group = window.view.getUint16(at, true);
  if (group !== 0x0002 && group !== 0x0200) return undefined;
  const vr = vrOfBytes(window.view.getUint8(at + 4), window.view.getUint8(at + 5));
  return { explicit: vr !== undefined, littleEndian: group === 0x0002 };
}

/** `DICM` alone makes no DICOM object: an element must follow. */
function withoutMeta(window: Window, offset: number, warnings: WarningLog): void {
  if (sniffEncoding(window, offset) === undefined) {
    throw new FramedexError('NOT_DICOM', 'no data element behind the DICM prefix', {
      name: warnings.name,
      offset,
    });
  }
  warnings.report('META_GROUP', 'there is no meta information', offset);
}

function namedSyntax(
  uid: string | undefined,
  offset: number,
  warnings: WarningLog,
): TransferSyntax {
  const known = uid === undefined ? undefined : transferSyntax(uid);
  if (known !== undefined) return known;
  const plain = plainSyntax(EXPLICIT_LITTLE_ENDIAN);
  if (uid === undefined) {
    const message = 'no transfer syntax is named';
    warnings.report('TRANSFER_SYNTAX_MISSING', message, offset, TRANSFER_SYNTAX_UID);
    return plain;
  }
  const message = `the transfer syntax ${uid} is unknown`;
  warnings.report('TRANSFER_SYNTAX_UNKNOWN', message, offset, TRANSFER_SYNTAX_UID);
  return { ...plain, uid, name: uid };
}

/** The group length is a claim: the first element of another group ends the meta information. */
function checkGroupLength(
  { elements, bytes, end, littleEndian }: Omit<FileMeta, 'syntax' | 'named'>,
  warnings: WarningLog,
): void {
  const [first] = elements;
  if (first === undefined) return;
  const counted = end - first.end;
  const isLength = first.tag === GROUP_LENGTH && first.length === 4;
  const view = isLength ? retainedView(bytes, first.valueOffset, 4) : undefined;
  if (view === undefined) {
    warnings.report('META_GROUP', 'the group length is missing', first.offset, GROUP_LENGTH);
    return;
  }
  const said = new DataView(view.buffer, view.byteOffset, 4).getUint32(0, littleEndian);
  if (said === counted) return;
  const message = `the group length is ${said}, not ${counted}`;
  warnings.report('META_GROUP', message, first.offset, GROUP_LENGTH);
}

const UID = /^[0-9.]+/;

/** The UID without what is behind it; one NUL makes its length even (PS3.5 9.1). */
function transferSyntaxUid(
  elements: readonly ElementRecord[],
  bytes: RetainedBytes,
  warnings: WarningLog,
): string | undefined {
  const record = elements.find(({ tag }) => tag === TRANSFER_SYNTAX_UID);
  if (record === undefined) return undefined;
  const { valueOffset, length, end } = record;
  const present = Math.min(length, end - valueOffset, LONGEST_UID_VALUE);
  let text = '';
  for (const byte of retainedView(bytes, valueOffset, present) ?? []) {
    text += String.fromCharCode(byte);
  }
  const uid = UID.exec(text.trimStart())?.[0];
  if (uid !== undefined && text !== uid && text !== `${uid}\0`) {
    const message = 'the transfer syntax UID is padded, or has more behind it';
    warnings.report('BAD_VALUE', message, valueOffset, TRANSFER_SYNTAX_UID);
  }
  return uid;
}

/** The record of one of the three syntaxes that every reader knows. */
export function plainSyntax(uid: string): TransferSyntax {
  const syntax = transferSyntax(uid);
  if (syntax === undefined) throw new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', uid, {});
  return syntax;
}
