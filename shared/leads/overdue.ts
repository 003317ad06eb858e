import type { Instant } from '../values/time.ts';
import { addWorkdays, type IsWorkday, workdayCutoff } from '../values/workday.ts';
import type { Intention } from './contract.ts';

/** Working days that may pass without contact, per intention. */
export type FollowUpIntervals = Readonly<Record<Intention, number>>;
/** What a company starts with; the live ones are data. */
export const DEFAULT_INTERVALS: FollowUpIntervals = { high: 1, medium: 3, low: 5 };

/** What overdue is judged by, as the company has set it. */
export interface DueRules {
  readonly intervals: FollowUpIntervals;
  readonly isWorkday: IsWorkday;
}

interface Due {
  readonly nextFollowUpAt: Instant | null;
  /** The last follow-up, else the assignment, else the creation. */
  readonly lastContactAt: Instant;
  readonly intention: Intention;
}

/** When an open, owned lead has to be contacted: the agreed date, or the interval of its intention if that is sooner. */
export function nextDueAt(lead: Due, { intervals, isWorkday }: DueRules): Instant {
  const limit = addWorkdays(lead.lastContactAt, intervals[lead.intention], isWorkday);
  return lead.nextFollowUpAt !== null && lead.nextFollowUpAt < limit ? lead.nextFollowUpAt : limit;
}

/** So many working days after a lead was due. */
export const dueAfter = (dueAt: Instant, days: number, isWorkday: IsWorkday): Instant =>
  days === 0 ? dueAt : addWorkdays(dueAt, days, isWorkday);

/** The latest agreed date and the latest contact that are due, or so many working days past it. */
export interface DueCutoff {
  readonly agreed: Instant;
  readonly contact: Instant;
}

/**
 * Per intention, what is due at `now`, or was so many working days ago: the same rule as `nextDueAt` and `dueAfter`, for use
 * in a query. Working days add up, so the cutoff of both together is the cutoff of their sum.
 */
export function dueCutoffs(
  now: Instant,
  { intervals, isWorkday }: DueRules,
  daysPast: FollowUpIntervals = { high: 0, medium: 0, low: 0 },
): Readonly<Record<Intention, DueCutoff>> {
  const cutoff = (intention: Intention): DueCutoff => {
    const days = daysPast[intention];
    return {
      agreed: days === 0 ? now : workdayCutoff(now, days, isWorkday),
      contact: workdayCutoff(now, intervals[intention] + days, isWorkday),
    };
  };
  return { high: cutoff('high'), medium: cutoff('medium'), low: cutoff('low') };
}
