import {
  parseAge,
  parseDate,
  parseDateRange,
  parseDateTime,
  parseDateTimeRange,
  parseTime,
  parseTimeRange,
} from './date-time.ts';
import type { Vr } from './vr.ts';

const SPACE = 0x20;
const DELETE = 0x7f;
const DOT = 0x2e;
const EQUALS = 0x3d;
const CARET = 0x5e;
const UNDERSCORE = 0x5f;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const FORM_FEED = 0x0c;
const CARRIAGE_RETURN = 0x0d;
const ESCAPE = 0x1b;

/** No control characters at all. */
const NONE: readonly number[] = [];
/** An escape sequence that is still in the text is for the character set to blame. */
const IN_LINE: readonly number[] = [ESCAPE];
const IN_TEXT: readonly number[] = [TAB, LINE_FEED, FORM_FEED, CARRIAGE_RETURN, ESCAPE];

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * What is wrong with one value of a text VR by PS3.5 table 6.2-1, or undefined. `text` is without
 * padding and not empty. What it says names no part of the value. Ranges of dates and times are
 * right: data sets of queries have them (PS3.4 C.2.2.2.5).
 */
export function ruleBroken(vr: Vr, text: string): string | undefined {
  switch (vr) {
    case 'AE':
      return textFault(text, 16, NONE);
    case 'SH':
      return textFault(text, 16, IN_LINE);
    case 'LO':
      return textFault(text, 64, IN_LINE);
    case 'UC':
      return textFault(text, Number.POSITIVE_INFINITY, IN_LINE);
    case 'ST':
      return textFault(text, 1024, IN_TEXT);
    case 'LT':
      return textFault(text, 10_240, IN_TEXT);
    case 'UT':
      return textFault(text, Number.POSITIVE_INFINITY, IN_TEXT);
    case 'PN':
      return nameFault(text);
    case 'CS':
      return codeFault(text);
    case 'UI':
      return uidFault(text);
    case 'UR':
      return uriFault(text);
    case 'DS':
      return decimalFault(text);
    case 'IS':
      return integerFault(text);
    case 'AS':
      return text.length === 4 && parseAge(text) !== undefined
        ? undefined
        : 'is no age nnnD to nnnY';
    case 'DA':
      return dateFault(text);
    case 'TM':
      return timeFault(text);
    case 'DT':
      return parseDateTime(text) === undefined && parseDateTimeRange(text) === undefined
        ? 'is no date time YYYYMMDDHHMMSS.FFFFFF&ZZXX'
        : undefined;
    default:
      return undefined;
  }
}

/** Whether `text` is a number as DS writes it: fixed point, or with an exponent (PS3.5 6.2). */
export function isDecimalString(text: string): boolean {
  return DECIMAL.test(text);
}

function textFault(text: string, most: number, controls: readonly number[]): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isControl(code) && !controls.includes(code)) return 'has a control character';
  }
  return text.length > most && characters(text) > most
    ? `is longer than ${most} characters`
    : undefined;
}

/** C0, DEL and C1: of C1 no text may have any (PS3.5 6.1.3). */
function isControl(code: number): boolean {
  return code < SPACE || (code >= DELETE && code <= 0x9f);
}

/** The limits of PS3.5 6.2 are in characters: halves of a surrogate pair are one. */
function characters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (!isLowSurrogate(text.charCodeAt(at))) count++;
  return count;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Up to three groups of up to five components and 64 characters (PS3.5 6.2.1). */
function nameFault(text: string): string | undefined {
  let groups = 1;
  let components = 1;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === EQUALS) {
      groups++;
      components = 1;
      length = 0;
      if (groups > 3) return 'has more than 3 component groups';
      continue;
    }
    if (isControl(code) && code !== ESCAPE) return 'has a control character';
    if (code === CARET && ++components > 5) return 'has a group of more than 5 components';
    if (!isLowSurrogate(code) && ++length > 64) {
      return 'has a component group longer than 64 characters';
    }
  }
  return undefined;
}

function codeFault(text: string): string | undefined {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const right =
      (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === SPACE || code === UNDERSCORE;
    if (!right) return 'has other characters than A to Z, 0 to 9, space and underscore';
  }
  return text.length > 16 ? 'is longer than 16 characters' : undefined;
}

/** PS3.5 9.1. */
function uidFault(text: string): string | undefined {
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? DOT : text.charCodeAt(at);
    if (code === DOT) {
      if (at === start) return 'has an empty component';
      if (at > start + 1 && text[start] === '0') return 'has a component with a leading zero';
      start = at + 1;
    } else if (!isDigit(code)) return 'has other characters than 0 to 9 and dots';
  }
  return text.length > 64 ? 'is longer than 64 characters' : undefined;
}

/** The characters of a URI (RFC 3986, section 2), which is not split, nor padded in front. */
function uriFault(text: string): string | undefined {
  if (text.startsWith(' ')) return 'has spaces in front';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= SPACE || code >= DELETE || '"<>\\^`{|}'.includes(text.charAt(at))) {
      return 'has characters that a URI must write in percent';
    }
  }
  return undefined;
}

function decimalFault(text: string): string | undefined {
  if (!isDecimalString(text)) return 'is no decimal string';
  return text.length > 16 ? 'is longer than 16 characters' : undefined;
}

function integerFault(text: string): string | undefined {
  const signed = text.startsWith('-') || text.startsWith('+');
  if (text.length === (signed ? 1 : 0)) return 'is no integer string';
  for (let at = signed ? 1 : 0; at < text.length; at++) {
    if (!isDigit(text.charCodeAt(at))) return 'is no integer string';
  }
  if (text.length > 12) return 'is longer than 12 characters';
  const number = Number(text);
  return number < -(2 ** 31) || number >= 2 ** 31 ? 'is beyond -2^31 to 2^31-1' : undefined;
}

function dateFault(text: string): string | undefined {
  if (parseDate(text) === undefined) {
    return parseDateRange(text) === undefined ? 'is no date YYYYMMDD' : undefined;
  }
  return text.length === 8 ? undefined : 'is a date in the form YYYY.MM.DD of ACR-NEMA 300';
}

function timeFault(text: string): string | undefined {
  if (parseTime(text) === undefined) {
    return parseTimeRange(text) === undefined ? 'is no time HHMMSS.FFFFFF' : undefined;
  }
  return text.includes(':') ? 'is a time in the form HH:MM:SS of ACR-NEMA 300' : undefined;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
