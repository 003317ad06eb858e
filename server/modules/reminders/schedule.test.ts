import { describe, expect, it, test } from 'vitest';
import { addDays, atWallClock, dateOf, type Instant, toInstant } from '#shared/values/time.ts';
import { isWorkday } from '../../kernel/calendar.ts';
import { createRandom, type Random } from '../../testing/random.ts';
import { lastSlot, owedSlot, type Schedule, slotFrom } from './schedule.ts';

const ordinary: Schedule = {
  sendTime: '09:00',
  workdaysOnly: true,
  quietWeekdays: [],
  isWorkday,
  changedAt: '2026-01-01T00:00:00.000Z',
};

const weekdayOf = (date: string) => new Date(`${date}T00:00:00Z`).getUTCDay();

/** All slots there are, by looking at every day. */
function allSlots({ sendTime, workdaysOnly, quietWeekdays, isWorkday: works }: Schedule): Instant[] {
  const slots: Instant[] = [];
  for (let date = '2026-05-01'; date < '2027-05-01'; date = addDays(date, 1)) {
    if (workdaysOnly && !works(date)) continue;
    if (quietWeekdays.includes(weekdayOf(date))) continue;
    slots.push(atWallClock(date, sendTime));
  }
  return slots;
}

function randomSchedule(random: Random): Schedule {
  const off = new Set<string>();
  for (let date = '2026-05-01'; date < '2027-05-01'; date = addDays(date, 1)) {
    if (random.chance(0.02)) for (let i = 0; i < 9; i++) off.add(addDays(date, i));
    else if ([0, 6].includes(weekdayOf(date)) && random.chance(0.85)) off.add(date);
  }
  const pad = (value: number) => String(value).padStart(2, '0');
  return {
    sendTime: random.pick(['00:00', '23:59', '09:00', `${pad(random.below(24))}:${pad(random.below(60))}`]),
    workdaysOnly: random.chance(0.7),
    quietWeekdays: [0, 1, 2, 3, 4, 5, 6].filter(() => random.chance(0.2)).slice(0, 4),
    isWorkday: (date) => !off.has(date),
    changedAt: ordinary.changedAt,
  };
}

describe('the daily check', () => {
  test.each([
    ['2026-03-10', '08:59', '2026-03-09', '2026-03-10'],
    ['2026-03-10', '09:00', '2026-03-10', '2026-03-10'],
    ['2026-03-10', '09:01', '2026-03-10', '2026-03-11'],
    ['2026-03-14', '12:00', '2026-03-13', '2026-03-16'],
    ['2026-03-16', '08:00', '2026-03-13', '2026-03-16'],
    ['2026-10-05', '12:00', '2026-09-30', '2026-10-08'],
    ['2026-10-10', '12:00', '2026-10-10', '2026-10-12'],
    ['2026-09-20', '10:00', '2026-09-20', '2026-09-21'],
  ])('at %s %s was last due on %s and comes on %s', (date, time, last, next) => {
    const now = atWallClock(date, time);
    expect(lastSlot(now, ordinary)).toBe(atWallClock(last, '09:00'));
    expect(slotFrom(now, ordinary)).toBe(atWallClock(next, '09:00'));
  });

  it('is where looking at every day finds it', () => {
    for (let seed = 1; seed <= 80; seed++) {
      const random = createRandom(seed);
      const schedule = randomSchedule(random);
      const slots = allSlots(schedule);
      for (let i = 0; i < 60; i++) {
        const any = atWallClock(addDays('2026-08-01', random.below(150)), '00:00');
        const near = random.pick(slots.filter((slot) => slot > '2026-08-01' && slot < '2026-12-31'));
        const base = random.chance(0.5) ? Date.parse(near) : Date.parse(any) + random.below(86_400_000);
        const now = toInstant(base + random.pick([-1, 0, 1]));
        const message = `seed ${seed} at ${now}, ${JSON.stringify(schedule)}`;
        expect(lastSlot(now, schedule), message).toBe(slots.findLast((slot) => slot <= now));
        expect(slotFrom(now, schedule), message).toBe(slots.find((slot) => slot >= now));
      }
    }
  });

  it('never comes when every day is quiet', () => {
    const none = { ...ordinary, isWorkday: () => false };
    const now = atWallClock('2026-03-10', '12:00');
    expect([lastSlot(now, none), slotFrom(now, none), owedSlot(now, none, null)]).toEqual([null, null, null]);
    expect(slotFrom(now, { ...none, workdaysOnly: false })).toBe(atWallClock('2026-03-11', '09:00'));
  });

  it('comes in the longest holiday that is not longer than two months', () => {
    const works = (date: string) => date < '2026-03-01' || date >= '2026-04-29';
    const closed = { ...ordinary, isWorkday: works };
    expect(slotFrom(atWallClock('2026-03-01', '12:00'), closed)).toBe(atWallClock('2026-04-29', '09:00'));
    expect(lastSlot(atWallClock('2026-04-28', '12:00'), closed)).toBe(atWallClock('2026-02-28', '09:00'));
  });

  it('is owed once: not before its time, not after it was done, and once for all the days that were missed', () => {
    const at = (date: string, time: string) => atWallClock(date, time);
    const owed = (now: Instant, done: Instant | null, more: Partial<Schedule> = {}) =>
      owedSlot(now, { ...ordinary, ...more }, done);
    const monday = at('2026-03-09', '09:00');
    const tuesday = at('2026-03-10', '09:00');
    expect(owed(at('2026-03-10', '08:59'), monday)).toBeNull();
    expect(owed(tuesday, monday)).toBe(tuesday);
    expect(owed(at('2026-03-10', '20:00'), tuesday)).toBeNull();
    expect(owed(at('2026-03-10', '07:00'), tuesday)).toBeNull();
    expect(owed(at('2026-03-20', '12:00'), monday)).toBe(at('2026-03-20', '09:00'));
    expect(owed(at('2026-03-20', '12:00'), null)).toBe(at('2026-03-20', '09:00'));
  });

  it('is not owed a second time for a day because its time was moved into the past', () => {
    const monday = atWallClock('2026-03-09', '09:00');
    const moved = (now: string, sendTime: string, changedAt: string, done = monday) =>
      owedSlot(atWallClock('2026-03-10', now), { ...ordinary, sendTime, changedAt }, done);
    const at = (time: string) => atWallClock('2026-03-10', time);
    // Yesterday at eleven nobody expected one.
    expect(moved('08:00', '11:00', at('08:00'))).toBeNull();
    expect(moved('11:00', '11:00', at('08:00'))).toBe(at('11:00'));
    expect(moved('08:00', '07:00', at('08:00'))).toBe(at('07:00'));
    const done = at('09:00');
    expect(moved('14:00', '10:00', at('14:00'), done)).toBeNull();
    expect(moved('14:00', '08:00', at('14:00'), done)).toBeNull();
    // Still to come when it was set: somebody means it.
    expect(moved('15:00', '14:30', at('14:00'), done)).toBe(at('14:30'));
    expect(dateOf(String(moved('15:00', '14:30', at('14:00'), done)))).toBe('2026-03-10');
  });
});
