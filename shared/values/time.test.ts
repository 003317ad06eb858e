import { describe, expect, it, test } from 'vitest';
import {
  addDays,
  atWallClock,
  calendarDate,
  dateOf,
  earliest,
  endOfDate,
  formatAbsolute,
  formatDay,
  formatRelative,
  instant,
  latest,
  startOfDate,
  startOfMonth,
  startOfWeek,
  wallClock,
} from './time.ts';

describe('the business calendar', () => {
  it('begins its days at 16:00 UTC', () => {
    expect(dateOf('2026-03-09T15:59:59.999Z')).toBe('2026-03-09');
    expect(dateOf('2026-03-09T16:00:00.000Z')).toBe('2026-03-10');
    expect(startOfDate('2026-03-10')).toBe('2026-03-09T16:00:00.000Z');
    expect(endOfDate('2026-03-10')).toBe('2026-03-10T16:00:00.000Z');
  });

  it('crosses the year eight hours before UTC does', () => {
    expect(dateOf('2026-12-31T16:00:00.000Z')).toBe('2027-01-01');
    expect(endOfDate('2026-12-31')).toBe('2026-12-31T16:00:00.000Z');
  });

  test.each([
    ['2026-01-31', 1, '2026-02-01'],
    ['2026-02-28', 1, '2026-03-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-02-29', 1, '2028-03-01'],
    ['2028-03-01', -1, '2028-02-29'],
    ['2028-02-29', 365, '2029-02-28'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2026-05-01', 0, '2026-05-01'],
  ])('%s plus %i days is %s', (date, days, expected) => {
    expect(addDays(date, days)).toBe(expected);
  });

  test.each([
    ['2026-03-09', '2026-03-09'],
    ['2026-03-10', '2026-03-09'],
    ['2026-03-15', '2026-03-09'],
    ['2026-03-16', '2026-03-16'],
    ['2026-01-01', '2025-12-29'],
    ['2028-03-01', '2028-02-28'],
  ])('the week of %s starts on Monday %s', (date, monday) => {
    expect(startOfWeek(date)).toBe(monday);
  });

  test.each([
    ['2028-02-29', '2028-02-01'],
    ['2026-01-31', '2026-01-01'],
    ['2026-12-01', '2026-12-01'],
  ])('the month of %s starts on %s', (date, first) => {
    expect(startOfMonth(date)).toBe(first);
  });

  it('takes an instant apart into wall-clock parts and puts it together again', () => {
    expect(wallClock('2026-11-19T16:30:00.000Z')).toEqual({ date: '2026-11-20', time: '00:30', weekday: 5 });
    expect(atWallClock('2026-11-20', '00:30')).toBe('2026-11-19T16:30:00.000Z');
  });
});

it('finds the first and the last among those that are there', () => {
  const moments = ['2026-03-10T02:00:00.000Z', null, '2026-03-09T23:59:59.999Z', undefined];
  expect(earliest(...moments)).toBe('2026-03-09T23:59:59.999Z');
  expect(latest(...moments)).toBe('2026-03-10T02:00:00.000Z');
  expect(earliest('2026-11-20')).toBe(latest('2026-11-20'));
});

describe('an instant on the wire', () => {
  test.each([
    ['2026-11-20T09:00:00+08:00', '2026-11-20T01:00:00.000Z'],
    ['2026-11-20T01:00:00Z', '2026-11-20T01:00:00.000Z'],
    ['2026-11-20T01:00:00.123456Z', '2026-11-20T01:00:00.123Z'],
    ['2028-02-29T23:59:59.999-05:00', '2028-03-01T04:59:59.999Z'],
  ])('%s becomes %s', (text, expected) => {
    expect(instant.parse(text)).toBe(expected);
  });

  test.each([
    'abc',
    '',
    '2026-11-20',
    '2026-11-20 09:00',
    '2026-11-20T09:00:00',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '1999-12-31T23:59:59Z',
    '2100-01-01T00:00:00Z',
    '-271821-04-20T00:00:00Z',
    '275760-09-13T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    20261120,
    null,
  ])('refuses %j without throwing', (text) => {
    expect(instant.safeParse(text).success).toBe(false);
  });
});

describe('a calendar date on the wire', () => {
  test.each(['2026-11-20', '2028-02-29', '2000-01-01', '2099-12-31'])('takes %s', (text) => {
    expect(calendarDate.parse(text)).toBe(text);
  });

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-1-1',
    '20261120',
    '1999-12-31',
    '2100-01-01',
    '2026-11-20T00:00:00Z',
    'today',
    '',
  ])('refuses %j', (text) => {
    expect(calendarDate.safeParse(text).success).toBe(false);
  });
});

/** 2026-11-20 10:00 in Shanghai, a Friday. */
const NOW = '2026-11-20T02:00:00.000Z';

describe('a time in a detail', () => {
  test.each([
    ['2026-11-20T01:30:00.000Z', '今天 09:30'],
    ['2026-11-19T15:59:00.000Z', '昨天 23:59'],
    ['2026-11-19T16:00:00.000Z', '今天 00:00'],
    ['2026-11-20T16:00:00.000Z', '明天 00:00'],
    ['2026-11-22T01:30:00.000Z', '后天 09:30'],
    ['2026-11-23T01:30:00.000Z', '11月23日 周一 09:30'],
    ['2026-11-03T01:30:00.000Z', '11月3日 周二 09:30'],
    ['2025-11-03T01:30:00.000Z', '2025年11月3日 09:30'],
    ['2026-12-31T16:00:00.000Z', '2027年1月1日 00:00'],
  ])('%s reads %s', (at, expected) => {
    expect(formatAbsolute(at, NOW)).toBe(expected);
  });
});

describe('a day above what happened on it', () => {
  test.each([
    ['2026-11-20', '今天'],
    ['2026-11-19', '昨天'],
    ['2026-11-03', '11月3日 周二'],
    ['2025-11-03', '2025年11月3日'],
  ])('%s reads %s', (date, expected) => {
    expect(formatDay(date, '2026-11-20')).toBe(expected);
  });
});

describe('a time in a list', () => {
  test.each([
    ['2026-11-20T02:00:00.000Z', '刚刚'],
    ['2026-11-20T01:59:01.000Z', '刚刚'],
    ['2026-11-20T02:00:59.000Z', '马上'],
    ['2026-11-20T01:59:00.000Z', '1分钟前'],
    ['2026-11-20T01:00:01.000Z', '59分钟前'],
    ['2026-11-20T01:00:00.000Z', '1小时前'],
    ['2026-11-20T05:10:00.000Z', '3小时后'],
    ['2026-11-20T15:59:00.000Z', '13小时后'],
    ['2026-11-20T16:00:00.000Z', '明天'],
    ['2026-11-19T15:00:00.000Z', '昨天'],
    ['2026-11-22T02:00:00.000Z', '后天'],
    ['2026-11-18T02:00:00.000Z', '2天前'],
    ['2026-11-26T02:00:00.000Z', '6天后'],
    ['2026-10-21T02:00:00.000Z', '30天前'],
    ['2026-10-20T02:00:00.000Z', '10月20日'],
    ['2025-11-03T02:00:00.000Z', '2025年11月3日'],
    ['2027-01-03T02:00:00.000Z', '2027年1月3日'],
  ])('%s reads %s', (at, expected) => {
    expect(formatRelative(at, NOW)).toBe(expected);
  });

  it('counts minutes across midnight, and days by the calendar', () => {
    const midnight = '2026-11-19T16:05:00.000Z';
    expect(formatRelative('2026-11-19T15:55:00.000Z', midnight)).toBe('10分钟前');
    expect(formatRelative('2026-11-19T14:55:00.000Z', midnight)).toBe('昨天');
  });
});
