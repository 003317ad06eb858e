import type { Instant } from '../values/time.ts';
import { addWorkdays, type IsWorkday, workdayCutoff } from '../values/workday.ts';
import type { Intention } from './contract.ts';

/** Working days that may pass without contact, per intention. */
export type FollowUpIntervals = Readonly<Record<Intention, number>>;
export const DEFAULT_INTERVALS: FollowUpIntervals = { high: 1, medium: 3, low: 5 };

interface Due {
  readonly nextFollowUpAt: Instant | null;
  /** The last follow-up, else the assignment, else the creation. */
  readonly lastContactAt: Instant;
  readonly intention: Intention;
}

/** When an open, owned lead has to be contacted: the agreed date, or the interval of its intention if that is sooner. */
export function nextDueAt(lead: Due, intervals: FollowUpIntervals, isWorkday: IsWorkday): Instant {
  const limit = addWorkdays(lead.lastContactAt, intervals[lead.intention], isWorkday);
  return lead.nextFollowUpAt !== null && lead.nextFollowUpAt < limit ? lead.nextFollowUpAt : limit;
}

/** Per intention, the latest contact that is due at `now`: the same rule as `nextDueAt`, for use in a query. */
export function contactCutoffs(
  now: Instant,
  intervals: FollowUpIntervals,
  isWorkday: IsWorkday,
): Readonly<Record<Intention, Instant>> {
  return {
    high: workdayCutoff(now, intervals.high, isWorkday),
    medium: workdayCutoff(now, intervals.medium, isWorkday),
    low: workdayCutoff(now, intervals.low, isWorkday),
  };
}
