import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dateTimeToDate,
  parseAge,
  parseDate,
  parseDateRange,
  parseDateTime,
  parseDateTimeRange,
  parseTime,
  parseTimeRange,
} from '../../src/dicom/date-time.js';
/** A date that is right, or the test is wrong. */
function momentOf(text) {
  const moment = parseDateTime(text);
  if (moment === undefined) throw new Error(`no date time: ${text}`);
  return moment;
}
function isoOf(text, localOffset = 0) {
  return dateTimeToDate(momentOf(text), localOffset).toISOString();
}
function digits(number, count) {
  return String(number).padStart(count, '0');
}
describe('dates (PS3.5 6.2, DA)', () => {
  it.each([
    ['19930822', 1993, 8, 22],
    ['19970704 ', 1997, 7, 4],
    ['20000229', 2000, 2, 29],
    ['20240229', 2024, 2, 29],
    ['00010101', 1, 1, 1],
    ['99991231', 9999, 12, 31],
    // ACR-NEMA 300.
    ['1997.07.04', 1997, 7, 4],
  ])('M07: %j', (text, year, month, day) => {
    expect(parseDate(text)).toEqual({ year, month, day });
  });
  it.each([
    ...['', ' ', '1997', '199707', '19970229', '19000229', '19970431', '19971301', '19970001'],
    ...['19970700', '00000000', '1997-07-04', '1997.7.4', '1997.0704', '19970704x', '1997 704'],
    ...[' 19970704', '1997O704', '+9970704', '19970101-19980101', '0x970704', '１９９７０７０４'],
  ])('M07: %j is none', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });
  it('M07: agree with the calendar of the platform', () => {
    const day = fc.date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(day, (date) => {
        const text = date.toISOString().slice(0, 10).replaceAll('-', '');
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
        expect(parseDate(text)).toEqual({ year, month, day: date.getUTCDate() });
      }),
    );
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(19), fc.nat(39), (year, month, day_) => {
        const text = `${digits(year, 4)}${digits(month, 2)}${digits(day_, 2)}`;
        const date = new Date(0);
        date.setUTCFullYear(year, month - 1, day_);
        const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day_;
        expect(parseDate(text) !== undefined).toBe(exists && month <= 12);
      }),
    );
  });
});
describe('times (PS3.5 6.2, TM)', () => {
  it.each([
    ['10', { precision: 'hour', hour: 10 }],
    ['1015', { precision: 'minute', hour: 10, minute: 15 }],
    ['0000', { precision: 'minute', hour: 0, minute: 0 }],
    ['101530', { precision: 'second', hour: 10, minute: 15, second: 30 }],
    ['235960', { precision: 'second', hour: 23, minute: 59, second: 60 }],
    [
      '070907.0705 ',
      {
        precision: 'fraction',
        hour: 7,
        minute: 9,
        second: 7,
        fraction: '0705',
        microsecond: 70_500,
      },
    ],
    [
      '101530.123456',
      {
        precision: 'fraction',
        hour: 10,
        minute: 15,
        second: 30,
        fraction: '123456',
        microsecond: 123_456,
      },
    ],
    // ACR-NEMA 300.
    ['10:15', { precision: 'minute', hour: 10, minute: 15 }],
    ['10:15:30', { precision: 'second', hour: 10, minute: 15, second: 30 }],
    [
      '10:15:30.5',
      {
        precision: 'fraction',
        hour: 10,
        minute: 15,
        second: 30,
        fraction: '5',
        microsecond: 500_000,
      },
    ],
  ])('M07: %j', (text, time) => {
    expect(parseTime(text)).toEqual(time);
  });
  it.each([
    ...['', '24', '2400', '021', '02 1', '1', '101', '10153', '1060', '101561', '101530.', '.5'],
    ...[
      '101530.1234567',
      '101530.12x',
      '1015.5',
      '10.5',
      ' 10',
      '10:',
      '10:1',
      '10:15:',
      '10:15:3',
    ],
    ...['10:1530', '1015:30', '10:15.5', '10:15:30:00', '101530+0100', '10-12', '-1', '101530.5.5'],
  ])('M07: %j is none', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
describe('date times (PS3.5 6.2, DT)', () => {
  it.each([
    ['2007-0500', { precision: 'year', year: 2007, utcOffset: -300 }],
    ['195308', { precision: 'month', year: 1953, month: 8 }],
    ['19530827', { precision: 'day', year: 1953, month: 8, day: 27 }],
    [
      '1953082711+0900',
      { precision: 'hour', year: 1953, month: 8, day: 27, hour: 11, utcOffset: 540 },
    ],
    [
      '19530827111300.0 ',
      {
        ...{
          precision: 'fraction',
          year: 1953,
          month: 8,
          day: 27,
          hour: 11,
          minute: 13,
          second: 0,
        },
        ...{ fraction: '0', microsecond: 0 },
      },
    ],
    [
      '20260101120000.50+0100',
      {
        ...{ precision: 'fraction', year: 2026, month: 1, day: 1, hour: 12, minute: 0, second: 0 },
        ...{ fraction: '50', microsecond: 500_000, utcOffset: 60 },
      },
    ],
    ['1997+0000', { precision: 'year', year: 1997, utcOffset: 0 }],
    ['1997+1400', { precision: 'year', year: 1997, utcOffset: 840 }],
    ['1997-1200', { precision: 'year', year: 1997, utcOffset: -720 }],
    ['1997+0545', { precision: 'year', year: 1997, utcOffset: 345 }],
  ])('M07: %j', (text, value) => {
    expect(parseDateTime(text)).toEqual(value);
  });
  it.each([
    ...['', '97', '199', '19970', '1997070', '199713', '19970229', '1997070424', '199707041060'],
    ...['1997070410.5', '19970704101530.', '19970704101530.1234567', '1997-0000', '1997+1401'],
    ...['1997-1201', '1997+0060', '1997+01', '1997+01000', '1997+', '1997-', '+0100', ' 1997'],
    ...['1997 +0100', '1997.07.04', '19970704 1015', '1997-07-04T10:15', '19970704101530Z'],
    ...['20070101-20080101', '1997+0100+0100', '199707041'],
  ])('M07: %j is none', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });
  it('M07: come back as they were written, as precise as they were', () => {
    const two = (most, least = 0) => fc.integer({ min: least, max: most }).map((n) => digits(n, 2));
    const parts = fc.tuple(
      ...[fc.nat(9999).map((n) => digits(n, 4)), two(12, 1), two(28, 1), two(23), two(59), two(60)],
    );
    const fraction = fc.stringMatching(/^\d{1,6}$/);
    const offset = fc.option(fc.integer({ min: -720, max: 840 }), { nil: undefined });
    fc.assert(
      fc.property(
        parts,
        fc.integer({ min: 1, max: 7 }),
        fraction,
        offset,
        (all, count, f, minutes) => {
          const away = Math.abs(minutes ?? 0);
          const zone = `${digits(Math.floor(away / 60), 2)}${digits(away % 60, 2)}`;
          const sign = minutes === undefined ? '' : `${minutes < 0 ? '-' : '+'}${zone}`;
          const text = `${all.slice(0, count).join('')}${count === 7 ? `.${f}` : ''}${sign}`;
          const value = momentOf(text);
          const { year, month, day, hour, minute, second } = value;
          const found = [year, month, day, hour, minute, second].filter((n) => n !== undefined);
          expect(found).toEqual(all.slice(0, count).map(Number));
          expect(value.utcOffset).toBe(minutes);
          expect(value.fraction).toBe(count === 7 ? f : undefined);
          expect(value.microsecond).toBe(count === 7 ? Number(f.padEnd(6, '0')) : undefined);
          const names = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction'];
          expect(value.precision).toBe(names[count - 1]);
        },
      ),
    );
  });
  it('are moments in time, with an offset of their own or the one given', () => {
    expect(isoOf('20260704101530+0200')).toBe('2026-07-04T08:15:30.000Z');
    expect(isoOf('20260704101530+0200', -300)).toBe('2026-07-04T08:15:30.000Z');
    expect(isoOf('20260704101530.1239', 120)).toBe('2026-07-04T08:15:30.123Z');
    expect(isoOf('202601010030', 60)).toBe('2025-12-31T23:30:00.000Z');
    expect(isoOf('2026', -300)).toBe('2026-01-01T05:00:00.000Z');
    expect(isoOf('199707')).toBe('1997-07-01T00:00:00.000Z');
    expect(isoOf('20161231235960+0000')).toBe('2017-01-01T00:00:00.000Z');
    expect(isoOf('00500101')).toBe('0050-01-01T00:00:00.000Z');
  });
});
describe('ages (PS3.5 6.2, AS)', () => {
  it.each([
    ['018M', { count: 18, unit: 'month' }],
    ['000D', { count: 0, unit: 'day' }],
    ['052W', { count: 52, unit: 'week' }],
    ['101Y', { count: 101, unit: 'year' }],
    ['18M ', { count: 18, unit: 'month' }],
    ['5Y', { count: 5, unit: 'year' }],
  ])('M08: %j', (text, age) => {
    expect(parseAge(text)).toEqual(age);
  });
  it.each(['', 'M', '018', '018m', '0018M', '-18M', '18 M', '1.5Y', '018MY', ' 18M'])(
    'M08: %j is none',
    (text) => {
      expect(parseAge(text)).toBeUndefined();
    },
  );
});
describe('ranges of matching (PS3.4 C.2.2.2.5)', () => {
  const first = { year: 1997, month: 7, day: 4 };
  const last = { year: 1998, month: 1, day: 31 };
  it('M07: of dates', () => {
    expect(parseDateRange('19970704-19980131 ')).toEqual({ from: first, to: last });
    expect(parseDateRange('19970704-19970704')).toEqual({ from: first, to: first });
    expect(parseDateRange('19970704-')).toEqual({ from: first });
    expect(parseDateRange('-19980131')).toEqual({ to: last });
  });
  it.each([
    ...['', '-', '--', '19970704', '1997-1998', '19980131-19970704', '19970229-', '-19970229'],
    ...['19970704--19980131', '19970704-19980131-', '19970704 - 19980131', '1997-07-04'],
  ])('M07: %j is none of dates', (text) => {
    expect(parseDateRange(text)).toBeUndefined();
  });
  it('M07: of times', () => {
    expect(parseTimeRange('10-1430')).toEqual({
      from: { precision: 'hour', hour: 10 },
      to: { precision: 'minute', hour: 14, minute: 30 },
    });
    // All of that hour, and of that minute.
    expect(parseTimeRange('1030-10')?.to?.hour).toBe(10);
    expect(parseTimeRange('103045.5-1030')?.to?.minute).toBe(30);
    expect(parseTimeRange('101530.000001-101530.000002')?.from?.microsecond).toBe(1);
    expect(parseTimeRange('-235960')?.to?.second).toBe(60);
    expect(parseTimeRange('0000-')?.from?.minute).toBe(0);
  });
  it.each(['', '-', '10', '11-10', '2200-0600', '24-', '101530.000002-101530.000001', '10-11-12'])(
    'M07: %j is none of times',
    (text) => {
      expect(parseTimeRange(text)).toBeUndefined();
    },
  );
  it.each([
    ['2007-2008', { from: momentOf('2007'), to: momentOf('2008') }],
    ['20070101-20070101', { from: momentOf('20070101'), to: momentOf('20070101') }],
    ['200707-2007', { from: momentOf('200707'), to: momentOf('2007') }],
    ['-20070101', { to: momentOf('20070101') }],
    ['20070101-', { from: momentOf('20070101') }],
    ['20070101-0500-', { from: momentOf('20070101-0500') }],
    ['-20070101-0500', { to: momentOf('20070101-0500') }],
    ['2007-0500-2008', { from: momentOf('2007-0500'), to: momentOf('2008') }],
    ['2007-2008-0500', { from: momentOf('2007'), to: momentOf('2008-0500') }],
    ['2007+0100-2008-0500', { from: momentOf('2007+0100'), to: momentOf('2008-0500') }],
    ['2007-0500-2008-0500', { from: momentOf('2007-0500'), to: momentOf('2008-0500') }],
    // In order only because the end is west of the beginning.
    [
      '200701011200+0000-200701010900-0500',
      { from: momentOf('200701011200+0000'), to: momentOf('200701010900-0500') },
    ],
    // Nobody knows how far west the end is, or how far east the beginning: they can be in order.
    [
      '200701011200+0900-200701010500',
      { from: momentOf('200701011200+0900'), to: momentOf('200701010500') },
    ],
    [
      '200701010600-200701010500+0000',
      { from: momentOf('200701010600'), to: momentOf('200701010500+0000') },
    ],
  ])('M07: %j of date times, whatever else is a hyphen in it', (text, range) => {
    expect(parseDateTimeRange(text)).toEqual(range);
  });
  it.each([
    // A year and an offset: as a range it would end before it begins.
    ...['2007-0500', '2008-2007', '20070101-0500-0600', '200701011200+0000-200701010900+0500'],
    // Either of the two hyphens can be the range's.
    '1000-1100-1200',
    ...['', '-', '2007', '2007+0100', '2007--2008', '2007-0500-2008-0500-2009', '-2007-2008-2009'],
    // In quadratic time this would not end.
    `${'1'.repeat(2 ** 19)}${'-'.repeat(2 ** 19)}`,
  ])('M07: %.40j is none of date times', (text) => {
    expect(parseDateTimeRange(text)).toBeUndefined();
  });
  it('M07: any text gives a record or nothing', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\d+.: DWMY-]{0,30}$/));
    fc.assert(
      fc.property(text, (any) => {
        for (const parse of [parseDate, parseTime, parseDateTime, parseAge]) {
          const value = parse(any);
          for (const part of Object.values(value ?? {})) expect(part).not.toBeNaN();
        }
        for (const parse of [parseDateRange, parseTimeRange, parseDateTimeRange]) {
          const range = parse(any);
          if (range !== undefined) expect(range.from ?? range.to).toBeDefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});
