import type { Need, Window } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import { findStart, sniffEncoding } from './container.ts';
import type { Encoding } from './element-header.ts';
import {
  findRecord,
  lengthAtRecord,
  offsetAtRecord,
  presentAtRecord,
  tagAtRecord,
  valueOffsetAtRecord,
  vrAtRecord,
} from './element-table.ts';
import type { ElementTable } from './element-table.ts';
import type { Limits } from './limits.ts';
import type { ParsedDataset, Steps } from './parse-state.ts';
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
  readonly table: ElementTable;
  /** Where its values are, in ascending order. */
  readonly kept: readonly Need[];
  readonly skipped: readonly Need[];
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
  if (encoding === undefined) {
    const syntax = namedSyntax(undefined, offset, warnings);
    const table = new Int32Array(0);
    return { table, kept: [], skipped: [], end: offset, littleEndian, syntax, named: false };
  }
  const parsed = yield* parseDataset(window, offset, { encoding, limits, onlyGroup: 2 }, warnings);
  const { table, kept, skipped, end } = parsed;
  checkGroupLength(window, parsed, littleEndian, warnings);
  const uid = transferSyntaxUid(window, table, warnings);
  const named = findRecord(table, 0, table.length, TRANSFER_SYNTAX_UID);
  const where = named < 0 ? offset : valueOffsetAtRecord(table, named);
  const syntax = namedSyntax(uid, where, warnings);
  return { table, kept, skipped, end, littleEndian, syntax, named: uid !== undefined };
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
  window: Window,
  { table, end }: ParsedDataset,
  littleEndian: boolean,
  warnings: WarningLog,
): void {
  if (table.length === 0) return;
  const offset = offsetAtRecord(table, 0);
  const isLength =
    tagAtRecord(table, 0) === GROUP_LENGTH &&
    vrAtRecord(table, 0) === 'UL' &&
    lengthAtRecord(table, 0) === 4;
  const valueOffset = valueOffsetAtRecord(table, 0);
  const view = isLength ? window.seen(valueOffset, presentAtRecord(table, 0)) : undefined;
  if (view?.length !== 4) {
    warnings.report('META_GROUP', 'the group length is missing', offset, GROUP_LENGTH);
    return;
  }
  const said = new DataView(view.buffer, view.byteOffset, 4).getUint32(0, littleEndian);
  const counted = end - valueOffset - 4;
  if (said === counted) return;
  const message = `the group length is ${said}, not ${counted}`;
  warnings.report('META_GROUP', message, offset, GROUP_LENGTH);
}

/** The UID without what is behind it; one NUL makes its length even (PS3.5 9.1). */
function transferSyntaxUid(
  window: Window,
  table: ElementTable,
  warnings: WarningLog,
): string | undefined {
  const record = findRecord(table, 0, table.length, TRANSFER_SYNTAX_UID);
  if (record < 0) return undefined;
  const offset = valueOffsetAtRecord(table, record);
  const present = Math.min(presentAtRecord(table, record), LONGEST_UID_VALUE);
  const text = String.fromCharCode(...(window.seen(offset, present) ?? []));
  const start = text.length - text.trimStart().length;
  let end = start;
  while (isUidCharacter(text.charCodeAt(end))) end++;
  if (end === start) return undefined;
  const uid = text.slice(start, end);
  if (text.length > end + 1 || start > 0 || (text.length > end && text[end] !== '\0')) {
    const message = 'the transfer syntax UID is padded, or has more behind it';
    warnings.report('BAD_VALUE', message, offset, TRANSFER_SYNTAX_UID);
  }
  return uid;
}

function isUidCharacter(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e;
}

/** The record of one of the three syntaxes that every reader knows. */
export function plainSyntax(uid: string): TransferSyntax {
  const syntax = transferSyntax(uid);
  if (syntax === undefined) throw new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', uid, {});
  return syntax;
}
