import { sql } from 'kysely';
import type { Grants, Reach } from '#shared/access/permissions.ts';
import type { FollowUpItem, followups } from '#shared/followups/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import { dateOf, endOfDate, startOfDate } from '#shared/values/time.ts';
import { holds, reaches, type Scope, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { defineList, type ListRequest } from '../../kernel/list.ts';
import { contains } from '../../kernel/search.ts';

const columns = [
  'followups.id',
  'followups.leadId',
  'followups.customerId',
  'followups.method',
  'followups.content',
  'followups.result',
  'followups.customerFeedback',
  'followups.contactPerson',
  'followups.location',
  'followups.happenedAt',
  'followups.nextFollowUpAt',
  'followups.nextFollowUpContent',
  'followups.authorId',
  'users.name as authorName',
  'followups.createdAt',
  'followups.version',
] as const;

/** The lead as it was written on, else the customer. */
const targetName = sql<string>`coalesce(leads.customer_name, customers.customer_name)`.as('targetName');

/** Follow-ups, the latest contact first. */
const followUpList = defineList({
  table: 'followups',
  orders: { happenedAt: { column: 'followups.happenedAt', type: 'timestamptz' } },
  rows: (db, { way, onLead, ...flags }: FollowUpFlags, values: FollowUpValues) => {
    const scope = scopeIn(flags, values);
    let rows = db
      .selectFrom('followups')
      .where(
        way
          ? sql<boolean>`followups.deleted_at is null and ${WAYS[way](scope)}`
          : visible(scope, 'followups'),
      );
    if (values.leadId) rows = rows.where('followups.leadId', '=', values.leadId);
    if (values.customerId) rows = rows.where('followups.customerId', '=', values.customerId);
    if (values.authorId) rows = rows.where('followups.authorId', '=', values.authorId);
    if (values.method) rows = rows.where('followups.method', '=', values.method);
    if (values.from) rows = rows.where('followups.happenedAt', '>=', values.from);
    if (values.to) rows = rows.where('followups.happenedAt', '<', values.to);
    if (values.writtenFrom) rows = rows.where('followups.createdAt', '>=', values.writtenFrom);
    if (values.writtenTo) rows = rows.where('followups.createdAt', '<', values.writtenTo);
    if (onLead !== undefined) rows = rows.where('followups.leadId', onLead ? 'is not' : 'is', null);
    if (values.keyword) rows = rows.where(contains('followups.content', values.keyword));
    return rows;
  },
  parts: followUpParts,
  columns: (rows, sortKey) =>
    rows
      .leftJoin('leads', 'leads.id', 'followups.leadId')
      .leftJoin('customers', 'customers.id', 'followups.customerId')
      .innerJoin('users', 'users.id', 'followups.authorId')
      .select([...columns, targetName, sql<string>`${sortKey}`.as('sortKey')])
      .$castTo<FollowUpItem & { sortKey: string }>(),
});

interface FollowUpFlags {
  readonly grants: Grants;
  readonly reach: Reach;
  /** Only what is reached in this way, and in none before it. */
  readonly way: keyof typeof WAYS | undefined;
  readonly onLead: boolean | undefined;
}

type FollowUpFilter = ListRequest<FollowUpFlags, FollowUpValues>;

interface FollowUpValues {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly leadId: string | undefined;
  readonly customerId: string | undefined;
  readonly authorId: string | undefined;
  readonly method: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly writtenFrom: string | undefined;
  readonly writtenTo: string | undefined;
  readonly keyword: string | undefined;
}

const scopeIn = (
  { grants, reach }: Pick<FollowUpFlags, 'grants' | 'reach'>,
  { userId, teamIds }: FollowUpValues,
): Scope => ({ actor: { grants, userId, teamIds }, permission: 'leads.read', reach });

const onHeldLead = (scope: Scope) =>
  sql<boolean>`followups.lead_id in (select leads.id from leads where ${holds(scope)})`;

/** How somebody comes to see a follow-up. No index knows all of it, each way has one. */
const WAYS = {
  written: ({ actor }: Scope) => sql<boolean>`followups.author_id = ${actor.userId}`,
  onLead: (scope: Scope) =>
    sql<boolean>`followups.author_id <> ${scope.actor.userId} and ${onHeldLead(scope)}`,
  onCustomer: (scope: Scope) =>
    sql<boolean>`followups.author_id <> ${scope.actor.userId} and (followups.lead_id is null or not ${onHeldLead(scope)})
      and followups.customer_id in (select customers.id from customers
        where customers.deleted_at is null and ${reaches(scope.actor, 'customers.read', 'customers')})`,
};

/** Counted way by way, unless it is all or an index makes it short. */
function followUpParts(request: FollowUpFilter): readonly FollowUpFilter[] {
  const { flags, values } = request;
  const { leadId, customerId, authorId } = values;
  if (flags.reach === 'all' || leadId || customerId || authorId) return [request];
  return (Object.keys(WAYS) as (keyof typeof WAYS)[]).map((way) => ({ flags: { ...flags, way }, values }));
}

type FollowUpQuery = Request<typeof followups.list>['query'];

export const listFollowUps = (context: Context, query: FollowUpQuery): Promise<Page<FollowUpItem>> =>
  followUpList.page(context, query, followUpFilter(context, query));

/** The total of the list. */
export const countFollowUps = (context: Context, query: Partial<FollowUpQuery>): Promise<number> =>
  followUpList.count(context, followUpFilter(context, query));

/** What a query asks for, within the caller's scope. */
function followUpFilter({ scope }: Context, query: Partial<FollowUpQuery>): FollowUpFilter {
  const { grants, userId, teamIds } = scope.actor;
  return {
    flags: { grants, reach: scope.reach, way: undefined, onLead: query.onLead },
    values: {
      userId,
      teamIds,
      leadId: query.leadId,
      customerId: query.customerId,
      authorId: query.userId,
      method: query.method,
      from: query.from && startOfDate(query.from),
      to: query.to && endOfDate(query.to),
      writtenFrom: query.writtenFrom && startOfDate(query.writtenFrom),
      writtenTo: query.writtenTo && endOfDate(query.writtenTo),
      keyword: query.keyword,
    },
  };
}

/** A follow-up with whether it may still be changed. Throws NOT_FOUND outside the scope. */
export async function getFollowUp(context: Context, id: string): Promise<Answer<typeof followups.get>> {
  const row = await context.db
    .selectFrom('followups')
    .leftJoin('leads', 'leads.id', 'followups.leadId')
    .leftJoin('customers', 'customers.id', 'followups.customerId')
    .innerJoin('users', 'users.id', 'followups.authorId')
    .select([...columns, targetName])
    .where('followups.id', '=', id)
    .where(visible(context.scope, 'followups'))
    .$castTo<FollowUpItem>()
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  return { ...row, editable: isEditable(context, row) };
}

/** By its author, on the calendar day it was written. Later, people append. */
export const isEditable = (
  { actor, now }: Pick<Context, 'actor' | 'now'>,
  followUp: { authorId: string; createdAt: string },
): boolean => followUp.authorId === actor.userId && dateOf(followUp.createdAt) === dateOf(now);
