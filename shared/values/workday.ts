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

/** Per calendar, what was counted before: the rows of a list ask for the same few dates again and again. */
const counted = new WeakMap<IsWorkday, Map<string, CalendarDate>>();
const MOST_COUNTED = 20_000;

function step(date: CalendarDate, days: number, direction: 1 | -1, isWorkday: IsWorkday): CalendarDate {
  let known = counted.get(isWorkday);
  if (!known || known.size >= MOST_COUNTED) {
    known = new Map();
    counted.set(isWorkday, known);
  }
  const key = `${date} ${days * direction}`;
  let current = known.get(key);
  if (current !== undefined) return current;
  current = date;
  for (let left = days; left > 0; ) {
    current = addDays(current, direction);
    if (isWorkday(current)) left--;
  }
  known.set(key, current);
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

/** The hours in which people are expected to answer. */
const OPENS = '09:00';
const CLOSES = '18:00';
/** No calendar has so many days off in a row. */
const LONGEST_REST_DAYS = 400;

/** The instant so many working minutes after `from`: only 09:00–18:00 of working days counts. */
export function addWorkMinutes(from: Instant, minutes: number, isWorkday: IsWorkday): Instant {
  let left = minutes * 60_000;
  let date = dateOf(from);
  for (let rest = 0; rest < LONGEST_REST_DAYS; date = addDays(date, 1)) {
    rest = isWorkday(date) ? 0 : rest + 1;
    if (rest > 0) continue;
    const begins = Math.max(Date.parse(from), Date.parse(atWallClock(date, OPENS)));
    const room = Date.parse(atWallClock(date, CLOSES)) - begins;
    if (room >= left) return new Date(begins + left).toISOString();
    if (room > 0) left -= room;
  }
  return new Date(Date.parse(from) + left).toISOString();
}

/** How many whole working minutes lie between two instants: what `addWorkMinutes` adds, counted back. 0 backwards. */
export function workMinutesBetween(from: Instant, to: Instant, isWorkday: IsWorkday): number {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const last = dateOf(to);
  let worked = 0;
  for (let date = dateOf(from); date <= last; date = addDays(date, 1)) {
    if (!isWorkday(date)) continue;
    const opens = Math.max(begin, Date.parse(atWallClock(date, OPENS)));
    const closes = Math.min(end, Date.parse(atWallClock(date, CLOSES)));
    worked += Math.max(0, closes - opens);
  }
  return Math.floor(worked / 60_000);
}
