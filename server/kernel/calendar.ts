import chineseDays from 'chinese-days';
import type { CalendarDate } from '#shared/values/time.ts';
import type { IsWorkday } from '#shared/values/workday.ts';
import { defineSetting } from './settings.ts';

const known = new Map<CalendarDate, boolean>();

/**
 * The library knows the published days by name, as in `National Day,国庆节,3`. For the others it answers the weekday where
 * the server stands, so we count that ourselves.
 */
function fromCalendar(date: CalendarDate): boolean {
  const { name, work } = chineseDays.getDayDetail(date);
  if (name.includes(',')) return work;
  const weekday = new Date(`${date}T00:00:00.000Z`).getUTCDay();
  return weekday >= 1 && weekday <= 5;
}

/**
 * Whether a date is a working day in mainland China, make-up days included. After the last published year the library
 * knows no holidays, and Monday to Friday count.
 */
export function isWorkday(date: CalendarDate): boolean {
  let answer = known.get(date);
  if (answer === undefined) {
    answer = fromCalendar(date);
    known.set(date, answer);
  }
  return answer;
}

/** The Chinese name of a published holiday or make-up day; null for every other date. */
export function holidayName(date: CalendarDate): string | null {
  return chineseDays.getDayDetail(date).name.split(',')[1] ?? null;
}

/** The calendar with what the company has decided otherwise. */
export const withOverrides = (overrides: ReadonlyMap<CalendarDate, boolean>): IsWorkday =>
  overrides.size === 0 ? isWorkday : (date) => overrides.get(date) ?? isWorkday(date);

/** The days that people of this company work: the Chinese calendar and the company's overrides. */
export const workCalendar = defineSetting('workCalendar', async (db): Promise<IsWorkday> => {
  const rows = await db.selectFrom('workdayOverrides').select(['date', 'workday']).execute();
  return withOverrides(new Map(rows.map(({ date, workday }) => [date, workday])));
});
