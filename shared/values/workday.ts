import {
  addDays,
  atWallClock,
  type CalendarDate,
  dateOf,
  endOfDate,
  type Instant,
  startOfDate,
} from './time.ts';

/** Says whether people work on a date: the Chinese calendar with its make-up days, and the company's overrides. */
export type IsWorkday = (date: CalendarDate) => boolean;

const msInto = (at: Instant, date: CalendarDate) => Date.parse(at) - Date.parse(startOfDate(date));
const at = (date: CalendarDate, ms: number): Instant =>
  new Date(Date.parse(atWallClock(date, '00:00')) + ms).toISOString();

function step(date: CalendarDate, days: number, direction: 1 | -1, isWorkday: IsWorkday): CalendarDate {
  let current = date;
  for (let left = days; left > 0; ) {
    current = addDays(current, direction);
    if (isWorkday(current)) left--;
  }
  return current;
}

/**
 * The instant `days` working days after `from`, at the same time of day. What happens on a day off counts as the first
 * moment of the next working day, so a later start never ends earlier.
 */
export function addWorkdays(from: Instant, days: number, isWorkday: IsWorkday): Instant {
  const date = dateOf(from);
  if (isWorkday(date)) return at(step(date, days, 1, isWorkday), msInto(from, date));
  return at(step(date, days + 1, 1, isWorkday), 0);
}

/**
 * The latest instant whose `addWorkdays(…, days)` is not after `now`: with it, "is due" is one comparison of a column
 * with a constant instead of a calendar calculation per row.
 */
export function workdayCutoff(now: Instant, days: number, isWorkday: IsWorkday): Instant {
  const date = dateOf(now);
  if (isWorkday(date)) {
    const back = step(date, days, -1, isWorkday);
    return at(back, msInto(now, date));
  }
  const lastWorkday = step(date, 1, -1, isWorkday);
  return new Date(Date.parse(endOfDate(step(lastWorkday, days, -1, isWorkday))) - 1).toISOString();
}

/** How many whole working days have passed since `from`: the greatest count for which `addWorkdays` is not after `now`. */
export function workdaysSince(from: Instant, now: Instant, isWorkday: IsWorkday): number {
  const today = dateOf(now);
  let days = 0;
  for (let date = addDays(dateOf(from), 1); date <= today; date = addDays(date, 1)) {
    if (isWorkday(date)) days++;
  }
  while (days > 0 && addWorkdays(from, days, isWorkday) > now) days--;
  return days;
}
