/** The sentences of a lead card: pure, so that list, today page and detail say the same. */
import { CUSTOMER_TYPE_LABELS, SOURCE_LABELS } from '#shared/customers/draft.ts';
import type { LeadItem } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import { dateOf, formatAbsolute, type Instant } from '#shared/values/time.ts';
import { ago, type NextStep, stepAt } from './next-step';

/** Where and what: `深圳 · 单体酒店 · 80间`. */
export function placeFacts(
  lead: Pick<LeadItem, 'city' | 'province' | 'customerType' | 'hotelRooms'>,
): string {
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
  if (lead.lastFollowUpAt) {
    return { when: ago(lead.lastFollowUpAt, now), what: lead.lastFollowUpContent ?? '写过跟进' };
  }
  if (!lead.owner && lead.poolEnteredAt) return { when: ago(lead.poolEnteredAt, now), what: '进入公海' };
  if (lead.assignedAt) return { when: ago(lead.assignedAt, now), what: '分派，还没联系' };
  return { when: ago(lead.createdAt, now), what: '登记' };
}

/** What has to happen next; null when nobody has to do anything. */
export function nextStep(lead: LeadItem, now: Instant): NextStep | null {
  if (!lead.nextDueAt || !isOpenLead(lead.status)) return null;
  const at = lead.nextDueAt;
  // The interval of the intention may come before the day that was agreed; then it is not about the agreement.
  const agreed = at === lead.nextFollowUpAt ? lead.nextFollowUpContent : null;
  const what = agreed ?? (lead.lastFollowUpAt ? '跟进' : '首次联系');
  return stepAt(at, what, lead.overdue, now);
}

/** Until when its owner has to accept a lead that came by itself: `今天 14:30 前接收，还剩25分钟`. */
export function acceptLine(acceptBy: Instant, now: Instant): string {
  const minutes = Math.ceil((Date.parse(acceptBy) - Date.parse(now)) / 60_000);
  if (minutes <= 0) return '接收时间已过，马上转给下一位';
  const left = minutes < 60 ? `${minutes}分钟` : minutes < 24 * 60 ? `${Math.floor(minutes / 60)}小时` : null;
  return `${formatAbsolute(acceptBy, now)} 前接收${left ? `，还剩${left}` : ''}`;
}

/** The same on a card; null when it need not be accepted. */
export function acceptStep({ acceptBy }: Pick<LeadItem, 'acceptBy'>, now: Instant): NextStep | null {
  if (!acceptBy) return null;
  const late = acceptBy <= now;
  const text = late ? '待接收 · 已过时间' : `待接收 · ${formatAbsolute(acceptBy, now)} 前`;
  return { at: acceptBy, what: '接收', text, urgency: late ? 'overdue' : 'today' };
}

/** When the pool takes it, on a card. */
export function recycleStep(at: Instant, now: Instant): NextStep {
  const today = dateOf(at) <= dateOf(now);
  const text = at <= now ? '马上回收到公海' : `回收 ${formatAbsolute(at, now)}`;
  return { at, what: '回收', text, urgency: today ? 'today' : 'later' };
}

/** Where a lead in the pool came from: `抖音 · 周敏登记`. */
export const originWords = (lead: Pick<LeadItem, 'source' | 'registrant'>): string =>
  `${SOURCE_LABELS[lead.source]} · ${lead.registrant.name}登记`;
