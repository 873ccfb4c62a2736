/** A value of VR DA: a day of the Gregorian calendar, also before 1582 (PS3.5 6.2). */
export interface DicomDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** The last component that a time has. */
export type TimePrecision = 'hour' | 'minute' | 'second' | 'fraction';

/** A value of VR TM: a time of day by the 24-hour clock (PS3.5 6.2). */
export interface DicomTime {
  /** The last component that is written: the time is not known more precisely. */
  readonly precision: TimePrecision;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute?: number | undefined;
  /** 0 to 59, and 60 in a leap second. */
  readonly second?: number | undefined;
  /** The digits of the fraction of a second as written: `50` is a half, to the hundredth. */
  readonly fraction?: string | undefined;
  /** The same fraction in microseconds, exactly. */
  readonly microsecond?: number | undefined;
}

/** A value of VR DT: a moment, as precise as it is written (PS3.5 6.2). */
export interface DicomDateTime {
  /** The last component that is written: the moment is not known more precisely. */
  readonly precision: 'year' | 'month' | 'day' | TimePrecision;
  readonly year: number;
  /** 1 to 12. */
  readonly month?: number | undefined;
  /** 1 to 31. */
  readonly day?: number | undefined;
  /** 0 to 23. */
  readonly hour?: number | undefined;
  /** 0 to 59. */
  readonly minute?: number | undefined;
  /** 0 to 59, and 60 in a leap second. */
  readonly second?: number | undefined;
  /** The digits of the fraction of a second as written. */
  readonly fraction?: string | undefined;
  /** The same fraction in microseconds, exactly. */
  readonly microsecond?: number | undefined;
  /**
   * Minutes of local time minus UTC. Where it is not written, it is that of Timezone Offset From UTC
   * (0008,0201), and without that one nobody but the writer knows it.
   */
  readonly utcOffset?: number | undefined;
}

type Moment = Omit<DicomDateTime, 'precision'>;

/** A value of VR AS (PS3.5 6.2). */
export interface DicomAge {
  /** How many of the units: 0 to 999. */
  readonly count: number;
  readonly unit: 'day' | 'week' | 'month' | 'year';
}

/** What a query matches by range: all from `from` to `to`, and both of them (PS3.4 C.2.2.2.5). */
export interface DicomRange<T> {
  /** Absent where the range has no beginning. */
  readonly from?: T | undefined;
  /** Absent where the range has no end. */
  readonly to?: T | undefined;
}

/**
 * The day that a value of VR DA names (PS3.5 6.2), undefined where it names none. The form
 * `1997.07.04` of ACR-NEMA 300 is taken too. Spaces at the end are padding.
 *
 * @example
 * ```ts
 * parseDate('19970704'); // { year: 1997, month: 7, day: 4 }
 * parseDate('19970229'); // undefined: no such day
 * ```
 */
export function parseDate(text: string): DicomDate | undefined {
  return dateOf(withoutPadding(text));
}

/**
 * The time of day in a value of VR TM (PS3.5 6.2), undefined where there is none. The forms
 * `10:15` and `10:15:30.5` of ACR-NEMA 300 are taken too. Spaces at the end are padding.
 *
 * @example
 * ```ts
 * parseTime('1015'); // { precision: 'minute', hour: 10, minute: 15 }
 * parseTime('101530.50')?.microsecond; // 500000
 * parseTime('24'); // undefined: midnight is 0000
 * ```
 */
export function parseTime(text: string): DicomTime | undefined {
  return timeOf(withoutPadding(text));
}

/**
 * The moment in a value of VR DT (PS3.5 6.2), undefined where there is none. Spaces at the end are
 * padding. A date and a time of their own make one when written together.
 *
 * @example
 * ```ts
 * parseDateTime('19970704101530.5-0500')?.utcOffset; // -300
 * parseDateTime('199707'); // { precision: 'month', year: 1997, month: 7 }
 * parseDateTime(`${studyDate}${studyTime}`);
 * ```
 */
export function parseDateTime(text: string): DicomDateTime | undefined {
  return dateTimeOf(withoutPadding(text));
}

/**
 * The age in a value of VR AS (PS3.5 6.2), undefined where there is none. Fewer than its three
 * digits leave no doubt, and are taken too. Spaces at the end are padding.
 *
 * @example
 * ```ts
 * parseAge('018M'); // { count: 18, unit: 'month' }
 * ```
 */
export function parseAge(text: string): DicomAge | undefined {
  const age = withoutPadding(text);
  const digits = age.length - 1;
  const count = numberIn(age, 0, digits);
  const unit = AGE_UNITS.get(age.slice(digits));
  if (digits < 1 || digits > 3 || Number.isNaN(count) || unit === undefined) return undefined;
  return { count, unit };
}

/**
 * The moment in time that a value of VR DT begins with: the first of all that it can mean where it
 * is not precise to the millisecond, which is all that a `Date` has. Leap seconds, which a `Date` does
 * not have, are the second after them.
 *
 * @param localOffset - Minutes of local time minus UTC where the value does not say them itself:
 * those of Timezone Offset From UTC (0008,0201), or 0 if UTC is what you mean.
 *
 * @example
 * ```ts
 * const moment = parseDateTime('20260704101530+0200');
 * if (moment !== undefined) dateTimeToDate(moment, 0).toISOString(); // '2026-07-04T08:15:30.000Z'
 * ```
 */
export function dateTimeToDate(value: DicomDateTime, localOffset: number): Date {
  return dateOfMoment(value, localOffset);
}

function dateOfMoment(value: Moment, localOffset: number): Date {
  const { year, month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0 } = value;
  // Not `Date.UTC`, which takes the years from 0 to 99 for others.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const minutes = minute - (value.utcOffset ?? localOffset);
  date.setUTCHours(hour, minutes, second, Math.floor(microsecond / 1000));
  return date;
}

/**
 * The range of days in a query's key of VR DA (PS3.4 C.2.2.2.5.1): `from-to`, `from-` or `-to`.
 * Undefined where the text is none, a single day too, or ends before it begins.
 *
 * @example
 * ```ts
 * parseDateRange('19970704-'); // { from: { year: 1997, month: 7, day: 4 } }
 * ```
 */
export function parseDateRange(text: string): DicomRange<DicomDate> | undefined {
  const range = withoutPadding(text);
  return rangeAt(range, range.indexOf('-'), dateOf, isInOrder);
}

/**
 * The range of times of one day in a query's key of VR TM (PS3.4 C.2.2.2.5.2): `from-to`, `from-` or
 * `-to`. Undefined where the text is none, a single time too, or ends before it begins: a range
 * does not go past midnight.
 *
 * @example
 * ```ts
 * parseTimeRange('10-1430')?.to?.minute; // 30
 * ```
 */
export function parseTimeRange(text: string): DicomRange<DicomTime> | undefined {
  const range = withoutPadding(text);
  return rangeAt(range, range.indexOf('-'), timeOf, (from, to) =>
    isInOrder({ ...SOME_DAY, ...from }, { ...SOME_DAY, ...to }),
  );
}

/**
 * The range of moments in a query's key of VR DT (PS3.4 C.2.2.2.5.3): `from-to`, `from-` or `-to`.
 * Undefined where the text is none, a single moment too, or ends before it begins.
 *
 * A hyphen in such a key makes it a range (PS3.4 C.2.2.2.1.3, note 3), and yet moments of a range have
 * offsets from UTC (PS3.4 C.2.2.2.5.3). So that hyphen is taken for the range's that leaves a right
 * moment on each side, in order of time; the others are signs. Of a text with two such hyphens nobody
 * can say what it means: undefined. `2007-0500` is no range, but a year and an offset.
 *
 * @example
 * ```ts
 * parseDateTimeRange('20070101-0500-20080101-0500')?.to?.utcOffset; // -300
 * parseDateTimeRange('20070101-0500-')?.to; // undefined: it is open
 * ```
 */
export function parseDateTimeRange(text: string): DicomRange<DicomDateTime> | undefined {
  const range = withoutPadding(text);
  if (range.length > LONGEST_RANGE) return undefined;
  let found: DicomRange<DicomDateTime> | undefined;
  for (let at = range.indexOf('-'); at !== -1; at = range.indexOf('-', at + 1)) {
    const candidate = rangeAt(range, at, dateTimeOf, isInOrder);
    if (candidate === undefined) continue;
    if (found !== undefined) return undefined;
    found = candidate;
  }
  return found;
}

const AGE_UNITS: ReadonlyMap<string, DicomAge['unit']> = new Map([
  ['D', 'day'],
  ['W', 'week'],
  ['M', 'month'],
  ['Y', 'year'],
]);

const PLUS = 0x2b;
const MINUS = 0x2d;
/** PS3.5 6.2, note 1 on DT. */
const WEST_MOST = -12 * 60;
const EAST_MOST = 14 * 60;
/** PS3.5 6.2: so many bytes has a DT in a query at most. */
const LONGEST_RANGE = 54;
/** Any day will do to compare times of a day. */
const SOME_DAY = { year: 2000, month: 1, day: 1 };

/** A date without padding. */
function dateOf(text: string): DicomDate | undefined {
  const old = text.length === 10 && text[4] === '.' && text[7] === '.';
  if (!old && text.length !== 8) return undefined;
  const year = numberIn(text, 0, 4);
  const month = old ? numberIn(text, 5, 7) : numberIn(text, 4, 6);
  const day = old ? numberIn(text, 8, 10) : numberIn(text, 6, 8);
  return isDay(year, month, day) ? { year, month, day } : undefined;
}

/** A time without padding. */
function timeOf(text: string): DicomTime | undefined {
  if (text[2] !== ':') return clockOf(text);
  if (text.length > 5 && text[5] !== ':') return undefined;
  if (text.length !== 5 && text.length < 8) return undefined;
  return clockOf(`${text.slice(0, 2)}${text.slice(3, 5)}${text.slice(6)}`);
}

/** A date time without padding. */
function dateTimeOf(text: string): DicomDateTime | undefined {
  let end = 4;
  while (end < text.length && !isSign(text.charCodeAt(end))) end++;
  const utcOffset = end < text.length ? offsetOf(text, end) : undefined;
  const year = numberIn(text, 0, 4);
  const month = end > 4 ? numberIn(text, 4, 6) : undefined;
  const day = end > 6 ? numberIn(text, 6, 8) : undefined;
  if (!isDay(year, month ?? 1, day ?? 1) || Number.isNaN(utcOffset)) return undefined;
  if (end > 8) {
    const clock = clockOf(text.slice(8, end));
    if (clock === undefined) return undefined;
    const { precision, hour, minute, second, fraction, microsecond } = clock;
    const date = { precision, year, month, day };
    return { ...date, hour, minute, second, fraction, microsecond, utcOffset };
  }
  if (end % 2 !== 0) return undefined;
  const precision = month === undefined ? 'year' : day === undefined ? 'month' : 'day';
  return { precision, year, month, day, utcOffset };
}

/** `HH`, `HHMM`, `HHMMSS` or `HHMMSS.F`, of one to six digits F. */
function clockOf(text: string): DicomTime | undefined {
  const point = text.indexOf('.');
  const end = point === -1 ? text.length : point;
  if (end !== 6 && (point !== -1 || (end !== 2 && end !== 4))) return undefined;
  const hour = numberIn(text, 0, 2);
  const minute = end > 2 ? numberIn(text, 2, 4) : undefined;
  const second = end > 4 ? numberIn(text, 4, 6) : undefined;
  const fraction = point === -1 ? undefined : text.slice(point + 1);
  const microsecond = fraction === undefined ? undefined : microsecondsOf(fraction);
  const right =
    hour <= 23 && (minute ?? 0) <= 59 && (second ?? 0) <= 60 && (microsecond ?? 0) <= 999_999;
  if (!right) return undefined;
  const precision =
    minute === undefined
      ? 'hour'
      : second === undefined
        ? 'minute'
        : fraction === undefined
          ? 'second'
          : 'fraction';
  return { precision, hour, minute, second, fraction, microsecond };
}

/** NaN of what is no fraction of one to six digits. */
function microsecondsOf(fraction: string): number {
  const digits = fraction.length;
  return digits > 6 ? Number.NaN : numberIn(fraction, 0, digits) * 10 ** (6 - digits);
}

/** The offset from UTC that `+0100` is, in minutes; NaN of what is none. */
function offsetOf(text: string, at: number): number {
  const hours = numberIn(text, at + 1, at + 3);
  const minutes = numberIn(text, at + 3, at + 5);
  const east = text.charCodeAt(at) === PLUS;
  const offset = east ? hours * 60 + minutes : -(hours * 60 + minutes);
  // What RFC 2822 means by -0000 has no place here (PS3.5 6.2, note 2 on DT).
  const right = minutes <= 59 && offset >= WEST_MOST && offset <= EAST_MOST && (east || offset < 0);
  return right && text.length === at + 5 ? offset : Number.NaN;
}

function isSign(code: number): boolean {
  return code === PLUS || code === MINUS;
}

/** False also of NaN. */
function isDay(year: number, month: number, day: number): boolean {
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** What some digits are, all of them and at least one; else NaN. */
function numberIn(text: string, start: number, end: number): number {
  if (end <= start || end > text.length) return Number.NaN;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** The range whose hyphen is at `hyphen`. */
function rangeAt<T>(
  text: string,
  hyphen: number,
  parse: (text: string) => T | undefined,
  inOrder: (from: T, to: T) => boolean,
): DicomRange<T> | undefined {
  if (hyphen === -1 || text.length === 1) return undefined;
  const from = parse(text.slice(0, hyphen));
  const to = parse(text.slice(hyphen + 1));
  if (hyphen === 0) return to && { from, to };
  if (hyphen === text.length - 1) return from && { from, to };
  return from !== undefined && to !== undefined && inOrder(from, to) ? { from, to } : undefined;
}

/**
 * Whether anything of `from` is not after all of `to`. An offset that only one of them has may be any
 * in the other, and none in both is one and the same.
 */
function isInOrder(from: Moment, to: Moment): boolean {
  const alike = from.utcOffset === undefined && to.utcOffset === undefined;
  const { year, month = 12, day = daysInMonth(year, month), hour = 23, minute = 59 } = to;
  const { second = 59, microsecond = 999_999 } = to;
  const end = { ...to, month, day, hour, minute, second, microsecond };
  const first = dateOfMoment(from, alike ? 0 : EAST_MOST).getTime();
  const last = dateOfMoment(end, alike ? 0 : WEST_MOST).getTime();
  return first < last || (first === last && (from.microsecond ?? 0) <= microsecond);
}

/** Without the spaces at its end. */
function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  return end === text.length ? text : text.slice(0, end);
}

/** How many days a month has, 1 to 12, in the Gregorian calendar. */
function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
