import * as z from 'zod';

/**
 * An instant is ISO-8601 text in UTC with milliseconds, `2026-11-20T01:00:00.000Z`, from the database to the screen; a
 * date is `YYYY-MM-DD` in the business calendar. The business calendar is Asia/Shanghai, which has had no daylight
 * saving since 1991 (IANA tz): a fixed offset serves, where `Intl` time zones are not to be relied on in WeChat.
 */
export type Instant = string;
export type CalendarDate = string;

const SHANGHAI_MS = 8 * 3_600_000;
export const DAY_MS = 86_400_000;

// The years a person can mean; it also keeps every value inside Postgres' range.
const plausible = (text: string) => text >= '2000' && text < '2100';

export const instant = z.iso
  .datetime({ offset: true, error: '时间格式不正确' })
  .refine(plausible, '时间超出范围')
  // Runs after a failed check too, so it must bear what is no time at all.
  .overwrite((text) => (Number.isNaN(Date.parse(text)) ? text : toInstant(Date.parse(text))));

export const calendarDate = z.iso.date('日期格式应为 YYYY-MM-DD').refine(plausible, '日期超出范围');

export const toInstant = (ms: number): Instant => new Date(ms).toISOString();

/** The calendar date of an instant. */
export const dateOf = (at: Instant): CalendarDate => toInstant(Date.parse(at) + SHANGHAI_MS).slice(0, 10);

/** 00:00 of a calendar date. */
export const startOfDate = (date: CalendarDate): Instant =>
  toInstant(Date.parse(`${date}T00:00:00.000Z`) - SHANGHAI_MS);

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return toInstant(Date.parse(`${date}T00:00:00.000Z`) + days * DAY_MS).slice(0, 10);
}

/** The end of a calendar date, exclusive. */
export const endOfDate = (date: CalendarDate): Instant => startOfDate(addDays(date, 1));

/** Monday of the week of a date. */
export function startOfWeek(date: CalendarDate): CalendarDate {
  const weekday = (new Date(`${date}T00:00:00.000Z`).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}

export const startOfMonth = (date: CalendarDate): CalendarDate => `${date.slice(0, 7)}-01`;

/** Wall-clock parts in the business calendar. */
export function wallClock(at: Instant): { date: CalendarDate; time: string; weekday: number } {
  const shifted = new Date(Date.parse(at) + SHANGHAI_MS);
  const text = shifted.toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16), weekday: shifted.getUTCDay() };
}

/** The instant of a wall-clock time, e.g. `atWallClock('2026-11-20', '09:30')`. */
export const atWallClock = (date: CalendarDate, time: string): Instant =>
  toInstant(Date.parse(`${date}T${time}:00.000Z`) - SHANGHAI_MS);

type Moment = Instant | CalendarDate | null | undefined;
const ordered = (moments: readonly Moment[]): string[] => moments.filter((moment) => moment != null).sort();

/** The first of instants, or of dates, of which at least one is there: text of one form sorts like time. */
export const earliest = (...moments: readonly Moment[]): string => ordered(moments)[0] as string;

/** The last of instants, or of dates, of which at least one is there. */
export const latest = (...moments: readonly Moment[]): string => ordered(moments).reverse()[0] as string;

/** By the number of the day; 0 is Sunday. */
export const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'] as const;

function dayName(date: CalendarDate, today: CalendarDate): string | null {
  if (date === today) return '今天';
  if (date === addDays(today, -1)) return '昨天';
  if (date === addDays(today, 1)) return '明天';
  if (date === addDays(today, 2)) return '后天';
  return null;
}

const shortDate = (date: CalendarDate, today: CalendarDate) =>
  date.slice(0, 4) === today.slice(0, 4)
    ? `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`
    : `${date.slice(0, 4)}年${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`;

/** For headings: `今天`, `昨天`, `11月3日 周二`, `2025年11月3日`. */
export function formatDay(date: CalendarDate, today: CalendarDate): string {
  const { weekday } = wallClock(startOfDate(date));
  const thisYear = date.slice(0, 4) === today.slice(0, 4);
  return dayName(date, today) ?? `${shortDate(date, today)}${thisYear ? ` ${WEEKDAYS[weekday]}` : ''}`;
}

/** For details: `今天 09:30`, `11月3日 周二 09:30`, `2025年11月3日 09:30`. */
export function formatAbsolute(at: Instant, now: Instant): string {
  const { date, time } = wallClock(at);
  return `${formatDay(date, dateOf(now))} ${time}`;
}

/** For lists: `刚刚`, `5分钟前`, `3小时后`, `昨天`, `6天前`, `11月3日`. */
export function formatRelative(at: Instant, now: Instant): string {
  const distance = Date.parse(at) - Date.parse(now);
  const word = distance > 0 ? '后' : '前';
  const minutes = Math.floor(Math.abs(distance) / 60_000);
  const date = dateOf(at);
  const today = dateOf(now);
  if (minutes < 1) return distance > 0 ? '马上' : '刚刚';
  if (minutes < 60) return `${minutes}分钟${word}`;
  if (date === today) return `${Math.floor(minutes / 60)}小时${word}`;
  const name = dayName(date, today);
  if (name) return name;
  const days = Math.round(Math.abs(Date.parse(date) - Date.parse(today)) / DAY_MS);
  return days <= 30 ? `${days}天${word}` : shortDate(date, today);
}
