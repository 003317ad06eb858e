import { describe, expect, it } from 'vitest';
import type { Intention } from '../leads/contract.ts';
import { atWallClock, type Instant, toInstant } from '../values/time.ts';
import type { IsWorkday } from '../values/workday.ts';
import { type RecycleTerms, recycleAt, recycleCutoffs } from './recycle.ts';

/** Weekdays, with a week off in October and a Saturday made up for it. */
const calendar: IsWorkday = (date) => {
  if (date >= '2026-10-01' && date <= '2026-10-07') return false;
  if (date === '2026-10-10') return true;
  return ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
};

let state = 42;
/** A whole number from 0 below `limit`, repeatably. */
function below(limit: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return (state >>> 8) % limit;
}

const START = Date.parse(atWallClock('2026-09-21', '00:00'));
const anyTime = (): Instant => toInstant(START + below(25 * 24 * 4) * 900_000);

describe('going back to the pool', () => {
  it('is the same rule for one lead and for a query over all of them', () => {
    for (let run = 0; run < 20_000; run++) {
      const terms: RecycleTerms = {
        recycleDays: { high: 1 + below(3), medium: 1 + below(8), low: below(4) === 0 ? null : 1 + below(12) },
        protectionDays: below(6),
        warnDays: below(2) === 0 ? [] : [1 + below(3)],
        recycleSince: anyTime(),
      };
      const intention = (['high', 'medium', 'low'] as Intention[])[below(3)] as Intention;
      const assignedAt = anyTime();
      const lastContactAt = [assignedAt, anyTime()].sort().at(-1) as Instant;
      const now = anyTime();
      const at = recycleAt({ intention, assignedAt, lastContactAt }, terms, calendar);
      const cut = recycleCutoffs(now, terms, calendar).find((each) => each.intention === intention);
      const taken = cut !== undefined && lastContactAt <= cut.contact && assignedAt <= cut.assigned;
      expect(taken, JSON.stringify({ terms, intention, assignedAt, lastContactAt, now, at })).toBe(
        at !== null && at <= now,
      );
    }
  });
});
