import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Grants, Permission, Reach } from '#shared/access/permissions.ts';
import type { Request } from '#shared/http/endpoint.ts';
import type { Intention, leads } from '#shared/leads/contract.ts';
import { type DueRules, dueCutoffs } from '#shared/leads/overdue.ts';
import { dateOf, earliest, endOfDate, type Instant, startOfDate, toInstant } from '#shared/values/time.ts';
import { addWorkdays } from '#shared/values/workday.ts';
import { deleted, holds, pooled, type Scope, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { anyOf, type ListRequest } from '../../kernel/list.ts';
import { NO_ID } from '../../kernel/new-id.ts';
import type { DB } from '../../kernel/schema.ts';
import { matches, type Search, searchFor } from '../../kernel/search.ts';
import { importedBy } from '../customers/imported.ts';
import { dueRules } from '../reminders/rules.ts';
import { isRecycledBy, poolJudgement, type RecycleReach, recycleReach } from './lead-pool.rules.ts';

export type LeadRows = SelectQueryBuilder<DB, 'leads', Record<never, never>>;
export type LeadQuery = Request<typeof leads.list>['query'];

/** What decides which conditions a list of leads has: the caller's rights, and the filters that are switched on. */
interface LeadFlags {
  readonly grants: Grants;
  readonly permission: Permission;
  readonly reach: Reach;
  readonly deleted: boolean | undefined;
  readonly open: boolean | undefined;
  readonly pool: boolean | undefined;
  /** The whole pool and nothing else, whoever asks. */
  readonly pooled?: true;
  readonly fresh: boolean | undefined;
  readonly due: 'overdue' | 'today' | undefined;
  /** `nobody`: no rule takes anything from the owners that are asked about. */
  readonly recycle: 'soon' | 'nobody' | undefined;
  readonly toAccept: boolean | undefined;
}

/** What the conditions compare with. */
interface LeadValues {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly search: Search | undefined;
  readonly status: readonly string[] | undefined;
  readonly intention: readonly string[] | undefined;
  readonly source: readonly string[] | undefined;
  readonly ownerId: string | undefined;
  readonly registrantId: string | undefined;
  readonly province: string | undefined;
  readonly city: string | undefined;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly endedFrom: Instant | undefined;
  readonly endedTo: Instant | undefined;
  readonly followedFrom: Instant | undefined;
  readonly followedTo: Instant | undefined;
  readonly contacted: boolean | undefined;
  readonly importId: string | undefined;
  /** The moment that decides what is overdue, and the last one of today. */
  readonly now: DueBy | undefined;
  readonly tonight: DueBy | undefined;
  /** What goes back to the pool soon. */
  readonly soon: RecycleReach | undefined;
}

/** An instant, per intention the latest contact that is due at it, and of these the earliest. */
type DueBy = Readonly<Record<Intention | 'at' | 'earliest', Instant>>;

export type LeadFilter = ListRequest<LeadFlags, LeadValues>;

function dueBy(rules: DueRules, at: Instant): DueBy {
  const { high, medium, low } = dueCutoffs(at, rules);
  const contacts = { high: high.contact, medium: medium.contact, low: low.contact };
  return { at, ...contacts, earliest: earliest(...Object.values(contacts)) };
}

/** What a query asks for, within the caller's scope. Throws FORBIDDEN for deleted leads without the right to restore. */
export async function leadFilter(context: Context, query: Partial<LeadQuery>): Promise<LeadFilter> {
  const { scope, now } = context;
  const { userId, teamIds, grants } = scope.actor;
  if (query.deleted) scopeOf(scope.actor, 'leads.restore');
  const rules = query.due && (await dueRules(context));
  const pool = query.recycle && (await poolJudgement(context));
  const soon =
    pool &&
    recycleReach(
      pool,
      () => addWorkdays(now, SOON_WORKDAYS, pool.isWorkday),
      query.ownerId ? [query.ownerId] : null,
    );
  return {
    flags: {
      grants,
      permission: scope.permission,
      reach: scope.reach,
      deleted: query.deleted,
      open: query.open,
      pool: query.pool,
      fresh: query.fresh,
      due: query.due,
      recycle: soon?.owners.length === 0 ? 'nobody' : query.recycle,
      toAccept: query.toAccept,
    },
    values: {
      userId,
      teamIds,
      search: query.keyword ? searchFor(query.keyword) : undefined,
      status: query.status,
      intention: query.intention,
      source: query.source,
      ownerId: query.ownerId,
      registrantId: query.registrantId,
      province: query.province,
      city: query.city,
      from: query.from && startOfDate(query.from),
      to: query.to && endOfDate(query.to),
      endedFrom: query.endedFrom && startOfDate(query.endedFrom),
      endedTo: query.endedTo && endOfDate(query.endedTo),
      followedFrom: query.followedFrom && startOfDate(query.followedFrom),
      followedTo: query.followedTo && endOfDate(query.followedTo),
      contacted: query.contacted,
      importId: query.importId,
      now: rules && dueBy(rules, wholeSecond(now)),
      tonight: rules && query.due === 'today' ? dueBy(rules, lastMoment(now)) : undefined,
      soon,
    },
  };
}

/**
 * What somebody holds, and what lies in the pool, where that is all they see. No index knows both, each has one; and the
 * pool is the same for everybody who holds none of it.
 */
export function leadParts(request: LeadFilter): readonly LeadFilter[] {
  const { flags, values } = request;
  const { 'leads.pool': pool, 'leads.registered': registered, ...grants } = flags.grants;
  if (!pool || registered || flags.reach === 'all' || values.importId || flags.deleted) return [request];
  const held: LeadFilter = { flags: { ...flags, grants }, values };
  const pooled: LeadFilter = {
    flags: { ...flags, grants: { 'leads.pool': pool }, reach: 'own', pool: undefined, pooled: true },
    values: { ...values, userId: NO_ID, teamIds: [] },
  };
  if (flags.pool === true) return [pooled];
  // What is due, or goes back to the pool, has somebody who follows it.
  const followed = flags.pool === false || values.ownerId || flags.due || flags.recycle || flags.toAccept;
  return followed ? [held] : [held, pooled];
}

/** So many working days ahead, going back to the pool is soon. */
const SOON_WORKDAYS = 3;

/** Equal questions share an answer: those of a second are equal. */
const wholeSecond = (now: Instant): Instant => toInstant(Math.floor(Date.parse(now) / 1000) * 1000);

const lastMoment = (now: Instant): Instant => toInstant(Date.parse(endOfDate(dateOf(now))) - 1);

export const scopeIn = (flags: LeadFlags, values: LeadValues): Scope => ({
  actor: { userId: values.userId, teamIds: values.teamIds, grants: flags.grants },
  permission: flags.permission,
  reach: flags.reach,
});

const open = sql<boolean>`leads.status in ('new', 'contacted', 'qualified')`;
const fresh = sql<boolean>`(${open} and leads.assigned_at is not null
  and (leads.last_follow_up_at is null or leads.last_follow_up_at < leads.assigned_at))`;

/** Open, owned leads whose `nextDueAt` is not after an instant. The same rule as `nextDueAt`, as a condition. */
const isDueBy = ({ at, high, medium, low }: DueBy): RawBuilder<boolean> =>
  sql<boolean>`(leads.owner_id is not null and ${open} and (leads.next_follow_up_at <= ${at}
    or (leads.intention = 'high' and leads.last_contact_at <= ${high})
    or (leads.intention = 'medium' and leads.last_contact_at <= ${medium})
    or (leads.intention = 'low' and leads.last_contact_at <= ${low})))`;

/**
 * Whether somebody wrote a follow-up on the lead within a period. As an array, so that the cost follows the follow-ups:
 * a join may read all leads.
 */
function followedWithin({ followedFrom, followedTo }: Pick<LeadValues, 'followedFrom' | 'followedTo'>) {
  const from = followedFrom ? sql`and followups.created_at >= ${followedFrom}` : sql``;
  const to = followedTo ? sql`and followups.created_at < ${followedTo}` : sql``;
  return sql<boolean>`leads.id = any(array(select distinct followups.lead_id from followups
    where followups.deleted_at is null and followups.lead_id is not null ${from} ${to}))`;
}

const either = (condition: RawBuilder<boolean>, wanted: boolean) =>
  wanted ? condition : sql<boolean>`not ${condition}`;

function existing(flags: LeadFlags, scope: Scope): RawBuilder<boolean> {
  if (flags.pooled) return pooled();
  // What was merged is not gone: it is part of another.
  if (flags.deleted) return sql<boolean>`(leads.merged_into is null and ${deleted(scope, 'leads')})`;
  return visible(scope, 'leads');
}

/** The leads that pass a filter. */
export function leadRows(db: Queryable, flags: LeadFlags, values: LeadValues): LeadRows {
  const scope = scopeIn(flags, values);
  let rows = db.selectFrom('leads').where(existing(flags, scope)) as LeadRows;
  if (values.search) {
    // Guessing a masked number digit by digit must not work either.
    const guarded = { text: 'leads.searchContact', when: holds(scope) };
    rows = rows.where(matches(values.search, 'leads.searchGrams', 'leads.searchText', guarded));
  }
  if (values.status) rows = rows.where(anyOf('leads.status', values.status));
  if (values.intention) rows = rows.where(anyOf('leads.intention', values.intention));
  if (values.source) rows = rows.where(anyOf('leads.source', values.source));
  if (values.ownerId) rows = rows.where('leads.ownerId', '=', values.ownerId);
  if (values.registrantId) rows = rows.where('leads.createdBy', '=', values.registrantId);
  if (values.province) rows = rows.where('leads.province', '=', values.province);
  if (values.city) rows = rows.where('leads.city', '=', values.city);
  if (values.from) rows = rows.where('leads.createdAt', '>=', values.from);
  if (values.to) rows = rows.where('leads.createdAt', '<', values.to);
  if (values.endedFrom) rows = rows.where('leads.endedAt', '>=', values.endedFrom);
  if (values.endedTo) rows = rows.where('leads.endedAt', '<', values.endedTo);
  if (values.followedFrom || values.followedTo) rows = rows.where(followedWithin(values));
  if (values.contacted !== undefined) rows = rows.where('leads.isContacted', '=', values.contacted);
  if (values.importId) rows = rows.where(importedBy('leads.id', values.importId, values.userId));
  if (flags.open !== undefined) rows = rows.where(either(open, flags.open));
  if (flags.pool !== undefined) rows = rows.where('leads.ownerId', flags.pool ? 'is' : 'is not', null);
  if (flags.fresh !== undefined) rows = rows.where(either(fresh, flags.fresh));
  if (flags.recycle === 'nobody') rows = rows.where(sql<boolean>`false`);
  else if (flags.recycle && values.soon) {
    rows = rows.where('leads.ownerId', 'is not', null).where(open).where(isRecycledBy(values.soon));
  }
  if (flags.toAccept !== undefined)
    rows = rows.where('leads.acceptBy', flags.toAccept ? 'is not' : 'is', null);
  if (flags.due === 'overdue' && values.now) rows = rows.where(isDueBy(values.now));
  if (flags.due === 'today' && values.now && values.tonight) {
    // Without an agreed date the condition is null rather than false.
    rows = rows
      .where(isDueBy(values.tonight))
      .where(sql<boolean>`${isDueBy(values.now)} is not true`)
      // Says nothing new, but an index can start there instead of at all that is long overdue.
      .where('leads.lastContactAt', '>', values.now.earliest);
  }
  return rows;
}
