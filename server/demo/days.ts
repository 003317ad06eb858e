import {
  addDays,
  atWallClock,
  type CalendarDate,
  dateOf,
  endOfDate,
  type Instant,
  startOfDate,
  toInstant,
  wallClock,
} from '#shared/values/time.ts';
import type { IsWorkday } from '#shared/values/workday.ts';
import type { Random } from './random.ts';

const MINUTE = 60_000;

/**
 * The working hours around now. Days are counted back from today: 0 is today, on a day off too, 1 the last working day
 * before, -1 the next one.
 */
export interface Days {
  date(day: number): CalendarDate;
  /** So many instants in the working hours of a day, in order; of today only what is over. */
  moments(day: number, count: number): Instant[];
  /** A time people agree on, on the hour or half past. */
  appointment(day: number): Instant;
  /** Later today: in working hours while there are any. */
  laterToday(): Instant;
}

export function createDays(now: Instant, isWorkday: IsWorkday, random: Random): Days {
  const today = dateOf(now);
  const nowMs = Date.parse(now);

  function date(day: number): CalendarDate {
    let current = today;
    for (let left = Math.abs(day); left > 0; ) {
      current = addDays(current, day < 0 ? 1 : -1);
      if (isWorkday(current)) left--;
    }
    return current;
  }

  /** Working hours of a day as pieces of time. */
  function hours(day: number): (readonly [from: number, to: number])[] {
    const at = (time: string) => Date.parse(atWallClock(date(day), time));
    const pieces = [
      [at('09:00'), at('12:00')],
      [at('13:30'), at('18:00')],
    ] as const;
    if (day !== 0) return [...pieces];
    const last = nowMs - 3 * MINUTE;
    const over = pieces
      .map(([from, to]) => [from, Math.min(to, last)] as const)
      .filter(([from, to]) => to > from);
    const minutes = over.reduce((sum, [from, to]) => sum + (to - from) / MINUTE, 0);
    // Whoever starts it at dawn still finds a day that has begun.
    const begun = Math.max(Date.parse(startOfDate(today)), last - 90 * MINUTE);
    return minutes >= 30 ? over : [[Math.min(begun, last - MINUTE), last]];
  }

  function moments(day: number, count: number): Instant[] {
    const pieces = hours(day);
    const length = pieces.reduce((sum, [from, to]) => sum + (to - from), 0);
    const offsets = Array.from({ length: count }, () => random.next() * length).sort((a, b) => a - b);
    return offsets.map((offset) => {
      let rest = offset;
      for (const [from, to] of pieces) {
        if (rest < to - from) return toInstant(Math.floor(from + rest));
        rest -= to - from;
      }
      return toInstant(pieces.at(-1)![1]);
    });
  }

  const APPOINTMENTS = [
    '09:30',
    '10:00',
    '10:30',
    '11:00',
    '14:00',
    '14:30',
    '15:00',
    '15:30',
    '16:00',
    '17:00',
  ];

  return {
    date,
    moments,
    appointment: (day) => atWallClock(date(day), random.pick(APPOINTMENTS)),
    laterToday() {
      const halfHours = Array.from({ length: 48 }, (_, i) =>
        toInstant(Date.parse(startOfDate(today)) + i * 30 * MINUTE),
      );
      const ahead = halfHours.filter((at) => Date.parse(at) > nowMs + 15 * MINUTE);
      const working = ahead.filter((at) => wallClock(at).time >= '09:00' && wallClock(at).time <= '18:30');
      if (working.length > 0) return random.pick(working);
      return ahead[0] ?? toInstant(Date.parse(endOfDate(today)) - 1);
    },
  };
}
