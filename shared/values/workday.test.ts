import { describe, expect, it, test } from 'vitest';
import { addDays, atWallClock, dateOf, type Instant, toInstant } from './time.ts';
import { addWorkdays, type IsWorkday, workdayCutoff } from './workday.ts';

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
