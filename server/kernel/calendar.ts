import chineseDays from 'chinese-days';
import type { CalendarDate } from '#shared/values/time.ts';

const known = new Map<CalendarDate, boolean>();

/**
 * Whether a date is a working day in mainland China, make-up days included. After the last published year the library
 * knows no holidays, and Monday to Friday count.
 */
export function isWorkday(date: CalendarDate): boolean {
  let answer = known.get(date);
  if (answer === undefined) {
    // Noon without a zone: the library reads a bare date as UTC and then asks for the weekday where the server stands.
    answer = chineseDays.isWorkday(`${date}T12:00:00`);
    known.set(date, answer);
  }
  return answer;
}
