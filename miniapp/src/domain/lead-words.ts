/** The sentences of a lead card: pure, so that list, today page and detail say the same. */
import { CUSTOMER_TYPE_LABELS, SOURCE_LABELS } from '#shared/customers/draft.ts';
import type { LeadItem } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import { DAY_MS, dateOf, formatAbsolute, formatRelative, type Instant } from '#shared/values/time.ts';

const daysBetween = (from: Instant, to: Instant) =>
  Math.round((Date.parse(dateOf(to)) - Date.parse(dateOf(from))) / DAY_MS);

/** Where and what: `深圳 · 单体酒店 · 80间`. */
export function leadFacts(lead: Pick<LeadItem, 'city' | 'province' | 'customerType' | 'hotelRooms'>): string {
  return [
    lead.city ?? lead.province,
    lead.customerType && CUSTOMER_TYPE_LABELS[lead.customerType],
    lead.hotelRooms ? `${lead.hotelRooms}间` : null,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What happened last, and when: `3天前 已发资料`. */
export function lastWords(lead: LeadItem, now: Instant): { when: string; what: string } {
  // The phone's clock may be behind: what happened is never in the future.
  const ago = (at: Instant) => formatRelative(at < now ? at : now, now);
  if (lead.lastFollowUpAt) {
    return { when: ago(lead.lastFollowUpAt), what: lead.lastFollowUpContent ?? '写过跟进' };
  }
  if (!lead.owner && lead.poolEnteredAt) return { when: ago(lead.poolEnteredAt), what: '进入公海' };
  if (lead.assignedAt) return { when: ago(lead.assignedAt), what: '分派，还没联系' };
  return { when: ago(lead.createdAt), what: '登记' };
}

/** How late: `超期3天`, on the day itself `超期2小时`. */
export function overdueWords(dueAt: Instant, now: Instant, late: '超期' | '逾期' = '超期'): string {
  const days = daysBetween(dueAt, now);
  if (days > 0) return `${late}${days}天`;
  const hours = Math.floor((Date.parse(now) - Date.parse(dueAt)) / 3_600_000);
  return hours > 0 ? `${late}${hours}小时` : '已到时间';
}

export interface NextStep {
  at: Instant;
  what: string;
  /** For a list. */
  text: string;
  urgency: 'overdue' | 'today' | 'later';
}

/** What has to happen next; null when nobody has to do anything. */
export function nextStep(lead: LeadItem, now: Instant): NextStep | null {
  if (!lead.nextDueAt || !isOpenLead(lead.status)) return null;
  const at = lead.nextDueAt;
  // The interval of the intention may come before the day that was agreed; then it is not about the agreement.
  const agreed = at === lead.nextFollowUpAt ? lead.nextFollowUpContent : null;
  const what = agreed ?? (lead.lastFollowUpAt ? '跟进' : '首次联系');
  if (lead.overdue) return { at, what, text: `${overdueWords(at, now)} · ${what}`, urgency: 'overdue' };
  const today = dateOf(at) === dateOf(now);
  // Today the hour matters, later only the day.
  const when = today ? formatAbsolute(at, now) : formatRelative(at, now);
  return { at, what, text: `${when} · ${what}`, urgency: today ? 'today' : 'later' };
}

/** Where a lead in the pool came from: `抖音 · 周敏登记`. */
export const originWords = (lead: Pick<LeadItem, 'source' | 'registrant'>): string =>
  `${SOURCE_LABELS[lead.source]} · ${lead.registrant.name}登记`;
