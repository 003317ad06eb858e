import { afterEach, describe, expect, it, test } from 'vitest';
import { addDays, atWallClock, dateOf, type Instant, toInstant } from './time.ts';
import {
  addWorkdays,
  addWorkMinutes,
  type IsWorkday,
  workdayCutoff,
  workdaysSince,
  workMinutesBetween,
} from './workday.ts';

/** A small repeatable generator of numbers between 0 and 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const weekdays: IsWorkday = (date) => ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());

describe('working days on an ordinary calendar', () => {
  test.each([
    ['2026-03-10', '10:00', 1, '2026-03-11', '10:00'],
    ['2026-03-13', '10:00', 1, '2026-03-16', '10:00'],
    ['2026-03-13', '17:30', 3, '2026-03-18', '17:30'],
    ['2026-03-14', '10:00', 1, '2026-03-17', '00:00'],
    ['2026-03-15', '23:59', 1, '2026-03-17', '00:00'],
    ['2026-03-16', '00:00', 1, '2026-03-17', '00:00'],
    ['2026-03-10', '10:00', 0, '2026-03-10', '10:00'],
    ['2026-03-14', '10:00', 0, '2026-03-16', '00:00'],
    ['2026-03-10', '10:00', 5, '2026-03-17', '10:00'],
  ])('%s %s and %i more is %s %s', (date, time, days, dueDate, dueTime) => {
    expect(addWorkdays(atWallClock(date, time), days, weekdays)).toBe(atWallClock(dueDate, dueTime));
  });

  it('does not fall due on a day off', () => {
    const friday = atWallClock('2026-03-13', '10:00');
    expect(workdayCutoff(atWallClock('2026-03-15', '12:00'), 1, weekdays) < friday).toBe(true);
    expect(workdayCutoff(atWallClock('2026-03-16', '09:59'), 1, weekdays) < friday).toBe(true);
    expect(workdayCutoff(atWallClock('2026-03-16', '10:00'), 1, weekdays)).toBe(friday);
  });
});

describe('working days on any calendar', () => {
  const START = Date.parse('2026-01-01T00:00:00.000Z');
  const SPAN = 120 * 86_400_000;

  /** Long holidays, single days off, and instants that like the edges of days. */
  function randomWorld(seed: number) {
    const random = seeded(seed);
    const off = new Set<string>();
    const share = random() * 0.7;
    for (let date = '2025-10-01'; date < '2026-09-01'; date = addDays(date, 1)) {
      if (random() < share) off.add(date);
      if (random() < 0.02) for (let i = 0; i < 8; i++) off.add(addDays(date, i));
    }
    const isWorkday: IsWorkday = (date) => !off.has(date);
    const moment = (): Instant => {
      const at = START + Math.floor(random() * SPAN);
      const edge = random();
      if (edge < 0.2) return atWallClock(dateOf(toInstant(at)), '00:00');
      if (edge < 0.4) return toInstant(Date.parse(atWallClock(dateOf(toInstant(at)), '00:00')) - 1);
      return toInstant(at);
    };
    return { random, isWorkday, moment };
  }

  it('a contact is due exactly when it is not after the cutoff', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { random, isWorkday, moment } = randomWorld(seed);
      for (let i = 0; i < 60; i++) {
        const contact = moment();
        const days = Math.floor(random() * 8);
        const due = addWorkdays(contact, days, isWorkday);
        const moments = [moment(), due, toInstant(Date.parse(due) - 1), toInstant(Date.parse(due) + 1)];
        for (const now of moments) {
          const cutoff = workdayCutoff(now, days, isWorkday);
          expect(due <= now, `seed ${seed}: ${contact} +${days} at ${now}`).toBe(contact <= cutoff);
        }
      }
    }
  });

  it('a later contact is never due earlier, nor is a longer interval', () => {
    for (let seed = 100; seed <= 130; seed++) {
      const { random, isWorkday, moment } = randomWorld(seed);
      const moments = Array.from({ length: 60 }, moment).sort();
      const days = Math.floor(random() * 6);
      const dues = moments.map((at) => addWorkdays(at, days, isWorkday));
      expect(dues).toEqual([...dues].sort());
      const cutoffs = moments.map((at) => workdayCutoff(at, days, isWorkday));
      expect(cutoffs).toEqual([...cutoffs].sort());
      for (const at of moments) {
        expect(addWorkdays(at, days, isWorkday) < addWorkdays(at, days + 1, isWorkday)).toBe(true);
        expect(workdayCutoff(at, days, isWorkday) > workdayCutoff(at, days + 1, isWorkday)).toBe(true);
      }
    }
  });
});

/**
 * The rule, one hour after the other: what happens on a day off counts as the first moment of the next working day; a working
 * day has passed when the same time of day is reached on the next day that is worked.
 */
function naiveAdd(from: Instant, days: number, isWorkday: IsWorkday): Instant {
  let start = from;
  while (!isWorkday(dateOf(start))) start = atWallClock(addDays(dateOf(start), 1), '00:00');
  let at = start;
  for (let passed = 0; passed < days; ) {
    at = toInstant(Date.parse(at) + 86_400_000);
    if (isWorkday(dateOf(at))) passed++;
  }
  return at;
}

/** A calendar like the Chinese one: weekends, long holidays at any time of the year, and weekends worked to make up for them. */
function randomCalendar(random: () => number): IsWorkday {
  const special = new Map<string, boolean>();
  for (let holiday = 0; holiday < 14; holiday++) {
    const first = addDays('2027-11-01', Math.floor(random() * 900));
    const length = 1 + Math.floor(random() * 12);
    for (let i = 0; i < length; i++) special.set(addDays(first, i), false);
    for (const distance of [-3, -2, -1, 0, 1, 2, 3]) {
      const date = addDays(first, distance < 0 ? distance : length + distance);
      if (!weekdays(date) && random() < 0.4) special.set(date, true);
    }
  }
  return (date) => special.get(date) ?? weekdays(date);
}

/** The ends of years and months, leap days and the days around them, at times that like the edges. */
const EDGES = [
  '2027-12-31',
  '2028-01-01',
  '2028-02-28',
  '2028-02-29',
  '2028-03-01',
  '2028-12-31',
  '2029-02-28',
];
function randomMoment(random: () => number): Instant {
  const edge = EDGES[Math.floor(random() * EDGES.length)] as string;
  const date = random() < 0.3 ? edge : addDays('2027-12-01', Math.floor(random() * 600));
  const start = Date.parse(atWallClock(date, '00:00'));
  const kind = random();
  if (kind < 0.15) return toInstant(start);
  if (kind < 0.3) return toInstant(start - 1);
  if (kind < 0.4) return toInstant(start + 1);
  return toInstant(start + Math.floor(random() * 86_400_000));
}

/** Answers of everything here for one world, as text. */
function answers(seed: number): string {
  const random = seeded(seed);
  const isWorkday = randomCalendar(random);
  const lines: string[] = [];
  for (let i = 0; i < 25; i++) {
    const [from, now] = [randomMoment(random), randomMoment(random)].sort() as [Instant, Instant];
    const days = Math.floor(random() * 9);
    lines.push(
      [
        addWorkdays(from, days, isWorkday),
        workdayCutoff(now, days, isWorkday),
        workdaysSince(from, now, isWorkday),
      ].join(' '),
    );
  }
  return lines.join('\n');
}

describe('working days counted one by one', () => {
  it('are what adding them gives, over holidays, make-up days, leap days and new years', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const isWorkday = randomCalendar(random);
      for (let i = 0; i < 40; i++) {
        const from = randomMoment(random);
        const days = Math.floor(random() * 12);
        const message = `seed ${seed}: ${from} + ${days}`;
        expect(addWorkdays(from, days, isWorkday), message).toBe(naiveAdd(from, days, isWorkday));
      }
    }
  });

  it('add up: so many and so many more is the sum of both', () => {
    for (let seed = 200; seed <= 240; seed++) {
      const random = seeded(seed);
      const isWorkday = randomCalendar(random);
      for (let i = 0; i < 40; i++) {
        const from = randomMoment(random);
        const [a, b] = [Math.floor(random() * 8), Math.floor(random() * 8)];
        const twice = addWorkdays(addWorkdays(from, a, isWorkday), b, isWorkday);
        expect(twice, `seed ${seed}: ${from} + ${a} + ${b}`).toBe(addWorkdays(from, a + b, isWorkday));
      }
    }
  });

  it('since a moment are the most that can be added without passing now', () => {
    for (let seed = 300; seed <= 330; seed++) {
      const random = seeded(seed);
      const isWorkday = randomCalendar(random);
      for (let i = 0; i < 15; i++) {
        const from = randomMoment(random);
        const days = Math.floor(random() * 15);
        const reached = addWorkdays(from, days, isWorkday);
        const before = toInstant(Date.parse(reached) - 1);
        const message = `seed ${seed}: ${from} + ${days}`;
        expect(workdaysSince(from, reached, isWorkday), message).toBe(days);
        if (days > 0) expect(workdaysSince(from, before, isWorkday), message).toBe(days - 1);
        expect(workdaysSince(from, from, isWorkday), message).toBe(0);
        // What has not come yet is not overdue either.
        expect(workdaysSince(reached, from, isWorkday), message).toBe(0);
      }
    }
  });
});

describe('working minutes', () => {
  test.each([
    ['2026-03-10', '10:00', '2026-03-10', '11:30', 90],
    ['2026-03-10', '17:30', '2026-03-11', '09:30', 60],
    ['2026-03-13', '17:00', '2026-03-16', '10:00', 120],
    ['2026-03-14', '10:00', '2026-03-15', '20:00', 0],
    ['2026-03-10', '20:00', '2026-03-10', '21:00', 0],
    ['2026-03-10', '11:00', '2026-03-10', '10:00', 0],
  ])('from %s %s to %s %s are %i', (fromDate, fromTime, toDate, toTime, minutes) => {
    expect(workMinutesBetween(atWallClock(fromDate, fromTime), atWallClock(toDate, toTime), weekdays)).toBe(
      minutes,
    );
  });

  it('between two instants are those that lead from one to the other', () => {
    const random = seeded(11);
    const start = Date.parse(atWallClock('2026-01-01', '00:00'));
    for (let i = 0; i < 2000; i++) {
      const rest = new Set(Array.from({ length: 30 }, () => Math.floor(random() * 60)));
      const isWorkday: IsWorkday = (date) =>
        !rest.has(Math.round((Date.parse(date) - Date.parse('2026-01-01')) / 86_400_000));
      const from = toInstant(start + Math.floor(random() * 30 * 86_400_000));
      const minutes = Math.floor(random() * 4000);
      const to = addWorkMinutes(from, minutes, isWorkday);
      expect(workMinutesBetween(from, to, isWorkday), `${from} ${minutes}`).toBe(minutes);
    }
  });
});

describe('the time zone of the host', () => {
  const own = process.env.TZ;
  afterEach(() => {
    if (own === undefined) delete process.env.TZ;
    else process.env.TZ = own;
  });

  test.each(['America/New_York', 'Pacific/Apia', 'Asia/Kathmandu', 'Europe/London', 'Asia/Shanghai'])(
    'does not matter: %s',
    (zone) => {
      process.env.TZ = 'UTC';
      const expected = Array.from({ length: 20 }, (_, i) => answers(1000 + i));
      process.env.TZ = zone;
      // The zone must have taken effect, or this shows nothing.
      expect(new Date('2028-07-01T00:00:00Z').getTimezoneOffset()).not.toBe(0);
      expect(Array.from({ length: 20 }, (_, i) => answers(1000 + i))).toEqual(expected);
    },
  );

  test.each([
    ['America/New_York', ['2026-03-08', '2026-11-01']],
    ['Europe/London', ['2026-03-29', '2026-10-25']],
    ['Pacific/Apia', ['2011-12-30', '2021-04-04']],
  ] as const)('changes nothing where %s changes its clocks', (zone, dates) => {
    process.env.TZ = zone;
    for (const date of dates) {
      for (const hour of ['00', '01', '02', '03', '12', '23']) {
        const from = atWallClock(addDays(date, -1), `${hour}:30`);
        for (let days = 0; days < 4; days++) {
          const due = addWorkdays(from, days, () => true);
          expect(due).toBe(atWallClock(addDays(date, days - 1), `${hour}:30`));
          expect(workdayCutoff(due, days, () => true)).toBe(from);
          expect(workdaysSince(from, due, () => true)).toBe(days);
        }
      }
    }
  });
});
