import { describe, expect, it, test } from 'vitest';
import { addDays, atWallClock, dateOf, type Instant, toInstant } from '../values/time.ts';
import type { IsWorkday } from '../values/workday.ts';
import { DEFAULT_INTERVALS, type DueRules, dueAfter, dueCutoffs, nextDueAt } from './overdue.ts';

/** Monday to Friday, with 国庆 2026 off and its make-up days worked. */
const OFF = ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'];
const MADE_UP = ['2026-09-20', '2026-10-10'];
const isWorkday: IsWorkday = (date) => {
  if (MADE_UP.includes(date)) return true;
  return !OFF.includes(date) && ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
};

const rules: DueRules = { intervals: DEFAULT_INTERVALS, isWorkday };
const due = (
  lastContactAt: Instant,
  intention: 'high' | 'medium' | 'low',
  nextFollowUpAt: Instant | null = null,
) => nextDueAt({ lastContactAt, intention, nextFollowUpAt }, rules);

describe('when a lead has to be contacted', () => {
  test.each([
    ['high', '2026-10-08'],
    ['medium', '2026-10-10'],
    ['low', '2026-10-13'],
  ] as const)('%s intention, contacted before the holiday, is due on %s', (intention, date) => {
    expect(due(atWallClock('2026-09-30', '15:00'), intention)).toBe(atWallClock(date, '15:00'));
  });

  it('the agreed date counts when it is sooner, and the interval when it is not', () => {
    const contact = atWallClock('2026-09-14', '10:00');
    expect(due(contact, 'low', atWallClock('2026-09-15', '09:00'))).toBe(atWallClock('2026-09-15', '09:00'));
    expect(due(contact, 'high', atWallClock('2026-09-30', '09:00'))).toBe(atWallClock('2026-09-15', '10:00'));
  });

  it('an agreed date on a day off stays where it was agreed', () => {
    expect(due(atWallClock('2026-09-30', '15:00'), 'low', atWallClock('2026-10-03', '10:00'))).toBe(
      atWallClock('2026-10-03', '10:00'),
    );
  });

  it('the cutoffs for a query say the same', () => {
    const now = atWallClock('2026-10-10', '12:00');
    const { high, medium } = dueCutoffs(now, rules);
    expect(dateOf(high.contact)).toBe('2026-10-09');
    expect(dateOf(medium.contact)).toBe('2026-09-30');
    expect(due(medium.contact, 'medium') <= now).toBe(true);
    expect(due(new Date(Date.parse(medium.contact) + 1).toISOString(), 'medium') <= now).toBe(false);
  });

  it('days past it are working days too', () => {
    const agreed = atWallClock('2026-10-03', '10:00');
    expect(dueAfter(agreed, 0, isWorkday)).toBe(agreed);
    expect(dueAfter(agreed, 1, isWorkday)).toBe(atWallClock('2026-10-09', '00:00'));
  });
});

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

/** The rule day by day, without a word of the code that is tried. */
function naiveAdd(from: Instant, days: number, works: IsWorkday): Instant {
  let at = from;
  while (!works(dateOf(at))) at = atWallClock(addDays(dateOf(at), 1), '00:00');
  for (let passed = 0; passed < days; ) {
    at = toInstant(Date.parse(at) + 86_400_000);
    if (works(dateOf(at))) passed++;
  }
  return at;
}

const INTENTIONS = ['high', 'medium', 'low'] as const;

describe('on any calendar, with any rules', () => {
  /** Around a leap day, with long holidays and make-up days anywhere, and instants that like the edges of days. */
  function randomWorld(seed: number) {
    const random = seeded(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const special = new Map<string, boolean>();
    for (let i = 0; i < 10; i++) {
      const first = addDays('2027-12-01', below(220));
      const length = 1 + below(11);
      for (let day = 0; day < length; day++) special.set(addDays(first, day), false);
      for (const day of [-2, -1, length, length + 1])
        if (random() < 0.4) special.set(addDays(first, day), true);
    }
    const works: IsWorkday = (date) =>
      special.get(date) ?? ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
    const world: DueRules = {
      intervals: { high: 1 + below(3), medium: 1 + below(6), low: 1 + below(12) },
      isWorkday: works,
    };
    const moment = (): Instant => {
      const start = Date.parse(atWallClock(addDays('2027-12-15', below(150)), '00:00'));
      const kind = random();
      if (kind < 0.4) return toInstant(start + [-1, 0, 1][below(3)]!);
      return toInstant(start + below(86_400_000));
    };
    const lead = () => ({
      lastContactAt: moment(),
      nextFollowUpAt: random() < 0.5 ? moment() : null,
      intention: INTENTIONS[below(3)] as (typeof INTENTIONS)[number],
    });
    return { random, below, world, moment, lead };
  }

  it('a lead is due, and so many working days past it, when counting day by day says so', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const { below, world, lead } = randomWorld(seed);
      for (let i = 0; i < 40; i++) {
        const one = lead();
        const limit = naiveAdd(one.lastContactAt, world.intervals[one.intention], world.isWorkday);
        const expected = [limit, ...(one.nextFollowUpAt ? [one.nextFollowUpAt] : [])].sort()[0] as Instant;
        const dueAt = nextDueAt(one, world);
        expect(dueAt, `seed ${seed} ${JSON.stringify(one)}`).toBe(expected);
        const days = below(7);
        const past = days === 0 ? expected : naiveAdd(expected, days, world.isWorkday);
        expect(dueAfter(dueAt, days, world.isWorkday), `seed ${seed} +${days}`).toBe(past);
      }
    }
  });

  it('a cutoff takes in exactly what is due, to the millisecond, also so many days past it', () => {
    for (let seed = 100; seed <= 150; seed++) {
      const { below, world, lead, moment } = randomWorld(seed);
      for (let i = 0; i < 25; i++) {
        const one = lead();
        const daysPast = { high: below(6), medium: below(6), low: below(6) };
        const due = dueAfter(nextDueAt(one, world), daysPast[one.intention], world.isWorkday);
        for (const now of [due, toInstant(Date.parse(due) - 1), toInstant(Date.parse(due) + 1), moment()]) {
          const { agreed, contact } = dueCutoffs(now, world, daysPast)[one.intention];
          const found =
            one.lastContactAt <= contact || (one.nextFollowUpAt !== null && one.nextFollowUpAt <= agreed);
          expect(found, `seed ${seed}: ${JSON.stringify(one)} ${JSON.stringify(daysPast)} at ${now}`).toBe(
            due <= now,
          );
        }
      }
    }
  });

  it('a cutoff takes in the moment it names, and not the next', () => {
    for (let seed = 200; seed <= 240; seed++) {
      const { below, world, moment } = randomWorld(seed);
      const now = moment();
      const days = below(6);
      const cutoffs = dueCutoffs(now, world, { high: days, medium: days, low: days });
      for (const intention of INTENTIONS) {
        const { contact, agreed } = cutoffs[intention];
        const dueOf = (more: { lastContactAt: Instant; nextFollowUpAt: Instant | null }) =>
          dueAfter(nextDueAt({ ...more, intention }, world), days, world.isWorkday);
        const next = (at: Instant) => toInstant(Date.parse(at) + 1);
        expect(dueOf({ lastContactAt: contact, nextFollowUpAt: null }) <= now).toBe(true);
        expect(dueOf({ lastContactAt: next(contact), nextFollowUpAt: null }) <= now).toBe(false);
        const recent = '2030-01-01T00:00:00.000Z';
        expect(dueOf({ lastContactAt: recent, nextFollowUpAt: agreed }) <= now).toBe(true);
        expect(dueOf({ lastContactAt: recent, nextFollowUpAt: next(agreed) }) <= now).toBe(false);
      }
    }
  });

  it('who is contacted later is never due earlier, nor with a longer interval, nor in a later tier', () => {
    for (let seed = 300; seed <= 330; seed++) {
      const { below, world, moment } = randomWorld(seed);
      const intention = INTENTIONS[below(3)] as (typeof INTENTIONS)[number];
      const moments = Array.from({ length: 40 }, moment).sort();
      const dues = moments.map((lastContactAt) =>
        nextDueAt({ lastContactAt, nextFollowUpAt: null, intention }, world),
      );
      expect(dues).toEqual([...dues].sort());
      const longer = {
        ...world,
        intervals: { ...world.intervals, [intention]: world.intervals[intention] + 1 },
      };
      moments.forEach((lastContactAt, i) => {
        const due = dues[i] as Instant;
        expect(nextDueAt({ lastContactAt, nextFollowUpAt: null, intention }, longer) > due).toBe(true);
        for (let days = 0; days < 5; days++) {
          const [earlier, later] = [days, days + 1].map((each) => dueAfter(due, each, world.isWorkday));
          expect(String(later) > String(earlier)).toBe(true);
        }
      });
    }
  });
});
