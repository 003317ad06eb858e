import type { Instant } from '../values/time.ts';
import { addWorkMinutes, type IsWorkday } from '../values/workday.ts';

export const TICKET_PRIORITY_LABELS = { urgent: '紧急', high: '高', medium: '中', low: '低' } as const;
export type TicketPriority = keyof typeof TICKET_PRIORITY_LABELS;

/** How many working hours (nine of a working day) somebody may take to accept a ticket, and to have it done. */
export const SLA_HOURS: Readonly<
  Record<TicketPriority, { readonly response: number; readonly resolve: number }>
> = {
  urgent: { response: 1, resolve: 9 },
  high: { response: 2, resolve: 18 },
  medium: { response: 4, resolve: 27 },
  low: { response: 9, resolve: 45 },
};

export interface TicketDeadlines {
  readonly responseDueAt: Instant;
  readonly resolveDueAt: Instant;
}

/** By when a ticket has to be accepted and done. Both count working hours from the moment it was reported. */
export const deadlinesOf = (
  priority: TicketPriority,
  reportedAt: Instant,
  isWorkday: IsWorkday,
): TicketDeadlines => ({
  responseDueAt: addWorkMinutes(reportedAt, SLA_HOURS[priority].response * 60, isWorkday),
  resolveDueAt: addWorkMinutes(reportedAt, SLA_HOURS[priority].resolve * 60, isWorkday),
});
