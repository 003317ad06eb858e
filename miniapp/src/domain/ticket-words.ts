/** The sentences of a service ticket, and what the filters of the list say: pure, so that every page says the same. */
import {
  TICKET_TYPE_LABELS,
  type TicketFilters,
  type TicketItem,
  type TicketType,
} from '#shared/service-tickets/contract.ts';
import {
  isOpenTicket,
  OPEN_TICKET_STATUSES,
  type ServiceTicketStatus,
  serviceTicketMachine,
} from '#shared/service-tickets/machine.ts';
import { TICKET_PRIORITY_LABELS, type TicketPriority } from '#shared/service-tickets/sla.ts';
import { dateOf, formatAbsolute, formatRelative, type Instant } from '#shared/values/time.ts';
import { type ActiveFilter, activeOf, isOn, listOf, periodWords } from './active-filters';
import type { NextStep } from './next-step';

/** Somebody still has to do something: on site, at the desk, or the customer. */
export const UNFINISHED = [...OPEN_TICKET_STATUSES, 'pending_acceptance'] as const;
export const AT_WORK = ['accepted', 'en_route', 'on_site'] as const satisfies ServiceTicketStatus[];

export const ticketStatusLabel = (status: ServiceTicketStatus): string => serviceTicketMachine.states[status];

type Deadlines = Pick<
  TicketItem,
  'status' | 'responseDueAt' | 'resolveDueAt' | 'firstResponseAt' | 'resolvedAt'
>;

/** How late in the largest unit that says it: `超时40分钟`, `超时3小时`, `超时2天`. */
function lateWords(dueAt: Instant, now: Instant): string {
  const minutes = Math.floor((Date.parse(now) - Date.parse(dueAt)) / 60_000);
  if (minutes < 1) return '已到时间';
  if (minutes < 60) return `已超时${minutes}分钟`;
  return minutes < 24 * 60
    ? `已超时${Math.floor(minutes / 60)}小时`
    : `已超时${Math.floor(minutes / (24 * 60))}天`;
}

/** Until when it has to be accepted or done: `2小时后到期`, `已超时3小时`; null when nothing is due any more. */
export function ticketDeadline(ticket: Deadlines, now: Instant): NextStep | null {
  if (!isOpenTicket(ticket.status)) return null;
  const waits = ticket.firstResponseAt === null;
  const at = waits ? ticket.responseDueAt : ticket.resolveDueAt;
  const what = waits ? '接单' : '完工';
  if (at < now) return { at, what, text: `${lateWords(at, now)} · 还没${what}`, urgency: 'overdue' };
  const today = dateOf(at) === dateOf(now);
  return {
    at,
    what,
    text: `${today ? formatRelative(at, now) : formatAbsolute(at, now)}到期 · ${what}`,
    urgency: today ? 'today' : 'later',
  };
}

/** What it waits for when nothing is due any more; null for nothing. */
export function afterWords({
  status,
  customerRating,
}: Pick<TicketItem, 'status' | 'customerRating'>): string | null {
  if (status === 'pending_acceptance') return '等客户签字验收';
  if (customerRating !== null) return `客户评价 ${customerRating}星`;
  return status === 'resolved' ? '已验收，待关闭' : null;
}

/** Where: `杭州 · 西湖区曙光路120号`. */
export const siteWords = ({
  province,
  city,
  address,
}: Pick<TicketItem, 'province' | 'city' | 'address'>): string =>
  [city ?? province, address].filter(Boolean).join(' · ');

/** `320米`, `1.2公里`. */
export const distanceWords = (metres: number): string =>
  metres < 1000 ? `${Math.round(metres)}米` : `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)}公里`;

const among = (filters: TicketFilters, statuses: readonly ServiceTicketStatus[]) => {
  const chosen = listOf<ServiceTicketStatus>(filters.status);
  return chosen.length > 0 && chosen.every((status) => statuses.includes(status));
};
/** Whether only what is not finished shows. */
export const isUnfinished = (filters: TicketFilters): boolean => among(filters, UNFINISHED);
export const shows = (filters: TicketFilters, statuses: readonly ServiceTicketStatus[]): boolean =>
  among(filters, statuses) && listOf(filters.status).length === statuses.length;

/** The filters behind 筛选 that are set, each of which can be taken away. */
export function activeTicketFilters(
  filters: TicketFilters,
  me: string,
  names: Readonly<Record<string, string>>,
): ActiveFilter<TicketFilters>[] {
  const { status, ticketType, priority, customerId, equipmentId, assignedTo, createdBy, from, to } = filters;
  const words = <K extends string>(value: readonly K[] | string | undefined, labels: Record<K, string>) =>
    listOf<K>(value)
      .map((one) => labels[one])
      .join('、');
  // Those have chips of their own.
  const usual = shows(filters, UNFINISHED) || shows(filters, AT_WORK) || shows(filters, ['pending']);
  const person = (id: string | undefined, what: string) =>
    id && id !== me ? `${what} ${names[id] ?? '指定'}` : null;
  return activeOf(filters, [
    [usual || shows(filters, ['assigned']) ? null : words(status, serviceTicketMachine.states), 'status'],
    [words<TicketType>(ticketType, TICKET_TYPE_LABELS), 'ticketType'],
    [words<TicketPriority>(priority, TICKET_PRIORITY_LABELS), 'priority'],
    [customerId && `客户 ${names[customerId] ?? '指定'}`, 'customerId'],
    [equipmentId && `设备 ${names[equipmentId] ?? '指定'}`, 'equipmentId'],
    [person(assignedTo, '处理人'), 'assignedTo'],
    [createdBy && (createdBy === me ? '我报的' : person(createdBy, '报修人')), 'createdBy'],
    [
      filters.overdue && filters.overdue !== 'any'
        ? filters.overdue === 'response'
          ? '接单超时'
          : '完工超时'
        : null,
      'overdue',
    ],
    [
      filters.isUnderWarranty === undefined ? null : isOn(filters.isUnderWarranty) ? '在保' : '过保',
      'isUnderWarranty',
    ],
    [periodWords('报修', from, to), 'from', 'to'],
    [isOn(filters.deleted) ? '已删除' : null, 'deleted'],
  ]);
}
