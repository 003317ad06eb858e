import {
  addDays,
  atWallClock,
  type CalendarDate,
  dateOf,
  type Instant,
  startOfDate,
  wallClock,
} from '#shared/values/time.ts';
import type { IsWorkday } from '#shared/values/workday.ts';

/** When the daily check runs: at a wall-clock time of the business calendar, on days that are not quiet. */
export interface Schedule {
  /** `HH:MM` */
  readonly sendTime: string;
  readonly workdaysOnly: boolean;
  /** 0 is Sunday. */
  readonly quietWeekdays: readonly number[];
  readonly isWorkday: IsWorkday;
  /** When somebody last changed it. */
  readonly changedAt: Instant;
}

/** No quiet stretch is longer; only a calendar that an administrator has emptied is. */
const LONGEST_QUIET_DAYS = 60;

function isQuiet(date: CalendarDate, { workdaysOnly, quietWeekdays, isWorkday }: Schedule): boolean {
  if (workdaysOnly && !isWorkday(date)) return true;
  return quietWeekdays.includes(wallClock(startOfDate(date)).weekday);
}

function nearest(from: CalendarDate, step: 1 | -1, schedule: Schedule): Instant | null {
  let date = from;
  for (let days = 0; days <= LONGEST_QUIET_DAYS; days++) {
    if (!isQuiet(date, schedule)) return atWallClock(date, schedule.sendTime);
    date = addDays(date, step);
  }
  return null;
}

/** The daily check that was due last, at `now` or before. Null when there was none for two months. */
export function lastSlot(now: Instant, schedule: Schedule): Instant | null {
  const today = dateOf(now);
  const passed = atWallClock(today, schedule.sendTime) <= now;
  return nearest(passed ? today : addDays(today, -1), -1, schedule);
}

/**
 * The daily check that should have been done by `now`, when `done` was the last one that was. Another time of day does not
 * make up a second check for a day that had one, unless it was still to come when it was set.
 */
export function owedSlot(now: Instant, schedule: Schedule, done: Instant | null): Instant | null {
  const slot = lastSlot(now, schedule);
  if (slot === null || done === null) return slot;
  // Also when the clock went back.
  if (slot <= done) return null;
  return dateOf(slot) > dateOf(done) || slot >= schedule.changedAt ? slot : null;
}

/** The first daily check at `from` or later. Null when there is none for two months. */
export function slotFrom(from: Instant, schedule: Schedule): Instant | null {
  const date = dateOf(from);
  const passed = atWallClock(date, schedule.sendTime) < from;
  return nearest(passed ? addDays(date, 1) : date, 1, schedule);
}
