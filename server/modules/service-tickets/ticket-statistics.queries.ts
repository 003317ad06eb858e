import { sql } from 'kysely';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { type serviceTickets, TICKET_TYPE_LABELS } from '#shared/service-tickets/contract.ts';
import { serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import type { Context } from '../../kernel/context.ts';
import { openTicket, overdueTicket, ticketFilter, ticketRows } from './ticket-filters.ts';

const SHOWN_ENGINEERS = 20;

/** Hours, with one decimal. */
const hours = (minutes: number, tickets: number): number | null =>
  tickets === 0 ? null : Math.round(minutes / tickets / 6) / 10;
const part = (of: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((of / whole) * 1000) / 1000;
const average = (sum: number, count: number): number | null =>
  count === 0 ? null : Math.round((sum / count) * 100) / 100;

/** What the sums are made of, in one place: a ticket's own minutes, as they were counted when it was accepted and done. */
const sums = [
  sql<number>`count(*)`.as('total'),
  sql<number>`count(*) filter (where ${openTicket})`.as('open'),
  sql<number>`count(response_minutes)`.as('responded'),
  sql<number>`coalesce(sum(response_minutes), 0)::float8`.as('responseMinutes'),
  sql<number>`count(*) filter (where first_response_at <= response_due_at)`.as('respondedInTime'),
  sql<number>`count(resolve_minutes)`.as('resolved'),
  sql<number>`coalesce(sum(resolve_minutes), 0)::float8`.as('resolveMinutes'),
  sql<number>`count(*) filter (where resolved_at <= resolve_due_at)`.as('resolvedInTime'),
  sql<number>`count(customer_rating)`.as('rated'),
  sql<number>`coalesce(sum(customer_rating), 0)::float8`.as('rating'),
] as const;

/** How the tickets of a time stand; every count is the total of the list with the same filters. */
export async function ticketStatistics(
  context: Context,
  { customerId, startDate, endDate }: Request<typeof serviceTickets.statistics>['query'],
): Promise<Answer<typeof serviceTickets.statistics>> {
  const { flags, values } = ticketFilter(context, { customerId, from: startDate, to: endDate });
  const rows = () => ticketRows(context.db, flags, values);
  const groups = await rows()
    .select(['ticketType', 'status', 'priority', 'isUnderWarranty', ...sums])
    .select(sql<number>`count(*) filter (where ${overdueTicket('any', context.now)})`.as('overdue'))
    .groupBy(['ticketType', 'status', 'priority', 'isUnderWarranty'])
    .execute();
  type Group = (typeof groups)[number];
  type Figure = { [K in keyof Group]: Group[K] extends number ? K : never }[keyof Group];
  const sum = (figure: Figure, of: (group: Group) => boolean = () => true) =>
    groups.filter(of).reduce((total, group) => total + group[figure], 0);
  const by = <K extends string>(
    names: Readonly<Record<K, unknown>>,
    column: 'status' | 'ticketType' | 'priority',
  ) =>
    Object.fromEntries(
      Object.keys(names).map((name) => [name, sum('total', (group) => group[column] === name)]),
    ) as Record<K, number>;
  const engineers = await rows()
    .innerJoin('users', 'users.id', 'serviceTickets.assignedTo')
    .select(['users.id', 'users.name', ...sums])
    .groupBy(['users.id', 'users.name'])
    .orderBy('total', 'desc')
    .orderBy('users.id')
    .limit(SHOWN_ENGINEERS)
    .execute();
  return {
    totalTickets: sum('total'),
    byStatus: by(serviceTicketMachine.states, 'status'),
    byType: by(TICKET_TYPE_LABELS, 'ticketType'),
    byPriority: by(TICKET_PRIORITY_LABELS, 'priority'),
    avgResponseTime: hours(sum('responseMinutes'), sum('responded')),
    avgResolveTime: hours(sum('resolveMinutes'), sum('resolved')),
    responseOnTime: part(sum('respondedInTime'), sum('responded')),
    resolveOnTime: part(sum('resolvedInTime'), sum('resolved')),
    avgCustomerRating: average(sum('rating'), sum('rated')),
    warrantyTickets: sum('total', ({ isUnderWarranty }) => isUnderWarranty === true),
    nonWarrantyTickets: sum('total', ({ isUnderWarranty }) => isUnderWarranty === false),
    overdueTickets: sum('overdue'),
    byEngineer: engineers.map(({ id, name, total, open, resolved, resolveMinutes, rated, rating }) => ({
      engineer: { id, name },
      total,
      open,
      avgResolveTime: hours(resolveMinutes, resolved),
      avgCustomerRating: average(rating, rated),
    })),
  };
}
