import { sql } from 'kysely';
import type { FollowUpItem, followups } from '#shared/followups/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import { dateOf, endOfDate, startOfDate } from '#shared/values/time.ts';
import { visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { listPage } from '../../kernel/list.ts';

const columns = [
  'followups.id',
  'followups.leadId',
  'leads.customerName as targetName',
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

export async function listFollowUps(
  context: Context,
  query: Request<typeof followups.list>['query'],
): Promise<Page<FollowUpItem>> {
  let rows = context.db.selectFrom('followups').where(visible(context.scope, 'followups'));
  if (query.leadId) rows = rows.where('followups.leadId', '=', query.leadId);
  if (query.userId) rows = rows.where('followups.authorId', '=', query.userId);
  if (query.method) rows = rows.where('followups.method', '=', query.method);
  if (query.from) rows = rows.where('followups.happenedAt', '>=', startOfDate(query.from));
  if (query.to) rows = rows.where('followups.happenedAt', '<', endOfDate(query.to));
  if (query.keyword)
    rows = rows.where(sql<boolean>`position(lower(${query.keyword}) in lower(followups.content)) > 0`);
  return listPage(context, query, {
    table: 'followups',
    rows,
    orders: { happenedAt: { column: 'followups.happenedAt', type: 'timestamptz' } },
    shape: (found, sortKey) =>
      found
        .innerJoin('leads', 'leads.id', 'followups.leadId')
        .innerJoin('users', 'users.id', 'followups.authorId')
        .select([...columns, sql<string>`${sql.ref(sortKey)}`.as('sortKey')])
        .$castTo<FollowUpItem & { sortKey: string }>(),
  });
}

/** A follow-up with whether it may still be changed. Throws NOT_FOUND outside the scope. */
export async function getFollowUp(context: Context, id: string): Promise<Answer<typeof followups.get>> {
  const row = await context.db
    .selectFrom('followups')
    .innerJoin('leads', 'leads.id', 'followups.leadId')
    .innerJoin('users', 'users.id', 'followups.authorId')
    .select(columns)
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
