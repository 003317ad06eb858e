import chineseDays from 'chinese-days';
import type { CalendarDate } from '#shared/values/time.ts';

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
