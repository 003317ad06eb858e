/** When something has to happen, in words: for leads, customers and tasks alike. */
import { DAY_MS, dateOf, formatAbsolute, formatRelative, type Instant } from '#shared/values/time.ts';

export interface NextStep {
  at: Instant;
  what: string;
  /** For a list. */
  text: string;
  urgency: 'overdue' | 'today' | 'later';
}

const daysBetween = (from: Instant, to: Instant) =>
  Math.round((Date.parse(dateOf(to)) - Date.parse(dateOf(from))) / DAY_MS);

/** How late: `超期3天`, on the day itself `超期2小时`. */
export function overdueWords(dueAt: Instant, now: Instant, late: '超期' | '逾期' = '超期'): string {
  const days = daysBetween(dueAt, now);
  if (days > 0) return `${late}${days}天`;
  const hours = Math.floor((Date.parse(now) - Date.parse(dueAt)) / 3_600_000);
  return hours > 0 ? `${late}${hours}小时` : '已到时间';
}

export function stepAt(at: Instant, what: string, overdue: boolean, now: Instant): NextStep {
  if (overdue) return { at, what, text: `${overdueWords(at, now)} · ${what}`, urgency: 'overdue' };
  const today = dateOf(at) === dateOf(now);
  // Today the hour matters, later only the day.
  const when = today ? formatAbsolute(at, now) : formatRelative(at, now);
  return { at, what, text: `${when} · ${what}`, urgency: today ? 'today' : 'later' };
}

/** How long ago. The phone's clock may be behind: what happened is never in the future. */
export const ago = (at: Instant, now: Instant): string => formatRelative(at < now ? at : now, now);
