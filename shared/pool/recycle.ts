/** When a lead goes back to the pool: pure, so that what is shown and what the worker does are one rule. */
import { INTENTION_LABELS, type Intention } from '../leads/contract.ts';
import type { Instant } from '../values/time.ts';
import { addWorkdays, type IsWorkday, workdayCutoff } from '../values/workday.ts';

export interface RecycleTerms {
  readonly recycleDays: Readonly<Record<Intention, number | null>>;
  readonly protectionDays: number;
  readonly warnDays: readonly number[];
  /** Since when the rule takes leads. */
  readonly recycleSince: Instant;
}

interface Held {
  readonly intention: Intention;
  readonly lastContactAt: Instant;
  readonly assignedAt: Instant;
}

/** Nothing is taken before: after a new rule everybody is warned as long before as after an old one. */
export const recyclesFrom = ({ recycleSince, warnDays }: RecycleTerms, isWorkday: IsWorkday): Instant =>
  after(recycleSince, Math.max(0, ...warnDays), isWorkday);

/** Until when a lead is safe because it was only just assigned. */
export const protectedUntil = (
  { assignedAt }: Pick<Held, 'assignedAt'>,
  { protectionDays }: RecycleTerms,
  isWorkday: IsWorkday,
): Instant => after(assignedAt, protectionDays, isWorkday);

/** When an open, owned lead goes back to the pool unless somebody contacts it; null: never. */
export function recycleAt(lead: Held, terms: RecycleTerms, isWorkday: IsWorkday): Instant | null {
  const days = terms.recycleDays[lead.intention];
  if (days === null) return null;
  return latest(
    addWorkdays(lead.lastContactAt, days, isWorkday),
    protectedUntil(lead, terms, isWorkday),
    recyclesFrom(terms, isWorkday),
  );
}

const latest = (...instants: Instant[]): Instant => instants.sort()[instants.length - 1] as Instant;

/** The latest contact and assignment of the leads that are taken by an instant. */
export interface RecycleCutoff {
  readonly intention: Intention;
  readonly contact: Instant;
  readonly assigned: Instant;
}

/** Per intention, what `recycleAt` has come for by an instant: the same rule, for use in a query. */
export function recycleCutoffs(by: Instant, terms: RecycleTerms, isWorkday: IsWorkday): RecycleCutoff[] {
  if (recyclesFrom(terms, isWorkday) > by) return [];
  const assigned = terms.protectionDays === 0 ? by : workdayCutoff(by, terms.protectionDays, isWorkday);
  return (Object.keys(INTENTION_LABELS) as Intention[]).flatMap((intention) => {
    const days = terms.recycleDays[intention];
    return days === null ? [] : [{ intention, contact: workdayCutoff(by, days, isWorkday), assigned }];
  });
}

const after = (from: Instant, days: number, isWorkday: IsWorkday): Instant =>
  days === 0 ? from : addWorkdays(from, days, isWorkday);
