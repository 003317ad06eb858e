import { type SelectQueryBuilder, sql } from 'kysely';
import type { Grants, Reach } from '#shared/access/permissions.ts';
import type { Request } from '#shared/http/endpoint.ts';
import type { serviceTickets } from '#shared/service-tickets/contract.ts';
import { isOpenTicket, OPEN_TICKET_STATUSES } from '#shared/service-tickets/machine.ts';
import { endOfDate, type Instant, startOfDate } from '#shared/values/time.ts';
import { deleted, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { anyOf, type ListRequest } from '../../kernel/list.ts';
import type { DB } from '../../kernel/schema.ts';
import { matches, type Search, searchFor } from '../../kernel/search.ts';

export type TicketQuery = Request<typeof serviceTickets.list>['query'];
export type TicketRows = SelectQueryBuilder<DB, 'serviceTickets', Record<never, never>>;

export interface TicketFlags {
  readonly grants: Grants;
  readonly reach: Reach;
  readonly overdue: TicketQuery['overdue'];
  readonly isUnderWarranty: boolean | undefined;
  readonly deleted: boolean | undefined;
}

export interface TicketValues {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly search: Search | undefined;
  readonly status: readonly string[] | undefined;
  readonly ticketType: readonly string[] | undefined;
  readonly priority: readonly string[] | undefined;
  readonly customerId: string | undefined;
  readonly equipmentId: string | undefined;
  readonly assignedTo: string | undefined;
  readonly createdBy: string | undefined;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  /** The moment that decides what is overdue. */
  readonly now: Instant | undefined;
}

/** Spelled out: that is how the partial index is recognised. */
export const openTicket = sql<boolean>`service_tickets.status in (${sql.join(OPEN_TICKET_STATUSES.map((status) => sql.lit(status)))})`;

/** Which deadline of a ticket has passed without what it is about; the first of them. */
export function overdueOf(
  ticket: {
    readonly status: string;
    readonly firstResponseAt: Instant | null;
    readonly responseDueAt: Instant;
    readonly resolvedAt: Instant | null;
    readonly resolveDueAt: Instant;
  },
  now: Instant,
): 'response' | 'resolve' | null {
  if (!isOpenTicket(ticket.status)) return null;
  if (ticket.firstResponseAt === null && ticket.responseDueAt < now) return 'response';
  return ticket.resolvedAt === null && ticket.resolveDueAt < now ? 'resolve' : null;
}

/** The same as a condition, for either deadline or for one of them. */
export function overdueTicket(which: 'response' | 'resolve' | 'any', now: Instant) {
  const response = sql`(service_tickets.first_response_at is null and service_tickets.response_due_at < ${now})`;
  const resolve = sql`(service_tickets.resolved_at is null and service_tickets.resolve_due_at < ${now})`;
  const late = { response, resolve, any: sql`(${response} or ${resolve})` }[which];
  return sql<boolean>`(${openTicket} and ${late})`;
}

/** What a query asks for, within the caller's scope. Throws FORBIDDEN for deleted ones without the right to restore. */
export function ticketFilter(
  { scope, now }: Context,
  query: Partial<TicketQuery>,
): ListRequest<TicketFlags, TicketValues> {
  const { userId, teamIds, grants } = scope.actor;
  if (query.deleted) scopeOf(scope.actor, 'serviceTickets.restore');
  return {
    flags: {
      grants,
      reach: scope.reach,
      overdue: query.overdue,
      isUnderWarranty: query.isUnderWarranty,
      deleted: query.deleted,
    },
    values: {
      userId,
      teamIds,
      search: query.keyword ? searchFor(query.keyword) : undefined,
      status: query.status,
      ticketType: query.ticketType,
      priority: query.priority,
      customerId: query.customerId,
      equipmentId: query.equipmentId,
      assignedTo: query.assignedTo,
      createdBy: query.createdBy,
      from: query.from && startOfDate(query.from),
      to: query.to && endOfDate(query.to),
      now: query.overdue && now,
    },
  };
}

export function ticketRows(db: Queryable, flags: TicketFlags, values: TicketValues): TicketRows {
  const actor = { grants: flags.grants, userId: values.userId, teamIds: values.teamIds };
  const scope = { actor, permission: 'serviceTickets.read', reach: flags.reach } as const;
  let rows = db
    .selectFrom('serviceTickets')
    .where(flags.deleted ? deleted(scope, 'serviceTickets') : visible(scope, 'serviceTickets')) as TicketRows;
  if (values.search)
    rows = rows.where(matches(values.search, 'serviceTickets.searchGrams', 'serviceTickets.searchText'));
  if (values.status) rows = rows.where(anyOf('serviceTickets.status', values.status));
  if (values.ticketType) rows = rows.where(anyOf('serviceTickets.ticketType', values.ticketType));
  if (values.priority) rows = rows.where(anyOf('serviceTickets.priority', values.priority));
  if (values.customerId) rows = rows.where('serviceTickets.customerId', '=', values.customerId);
  if (values.equipmentId) rows = rows.where('serviceTickets.equipmentId', '=', values.equipmentId);
  if (values.assignedTo) rows = rows.where('serviceTickets.assignedTo', '=', values.assignedTo);
  if (values.createdBy) rows = rows.where('serviceTickets.createdBy', '=', values.createdBy);
  if (flags.isUnderWarranty !== undefined)
    rows = rows.where(sql<boolean>`service_tickets.is_under_warranty = ${sql.lit(flags.isUnderWarranty)}`);
  if (flags.overdue && values.now) rows = rows.where(overdueTicket(flags.overdue, values.now));
  if (values.from) rows = rows.where('serviceTickets.reportedAt', '>=', values.from);
  if (values.to) rows = rows.where('serviceTickets.reportedAt', '<', values.to);
  return rows;
}
