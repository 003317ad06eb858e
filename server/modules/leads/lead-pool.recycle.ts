import { sql } from 'kysely';
import type { Intention } from '#shared/leads/contract.ts';
import { recycleAt } from '#shared/pool/recycle.ts';
import { DAY_MS, formatAbsolute, type Instant, toInstant } from '#shared/values/time.ts';
import { addWorkdays } from '#shared/values/workday.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import type { JobContext } from '../../kernel/events.ts';
import { newId } from '../../kernel/new-id.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { runAlone } from '../../kernel/unit-of-work.ts';
import { type Notice, notify } from '../notifications/notify.ts';
import { tellNewOwner } from '../ownership/ownership.commands.ts';
import { openTurns } from './lead-assignment.turns.ts';
import { changeOwner } from './lead-ownership.commands.ts';
import {
  type PoolJudgement,
  poolJudgement,
  recycledLeads,
  recycleReach,
  recycleReason,
} from './lead-pool.rules.ts';
import type { Lead } from './lead-record.ts';

const LEADS_AT_ONCE = 100;

/** There was nothing to do: takes back the little that a transaction did. */
class NothingToDo extends Error {}

/** Runs a command of the worker unless there is nothing to do. Answers whether there was something. */
async function runIfAny(
  context: JobContext,
  command: (work: Work<null, null>) => Promise<boolean>,
): Promise<boolean> {
  try {
    await runAlone(context, async (work) => {
      if (!(await command(work))) throw new NothingToDo();
    });
    return true;
  } catch (error) {
    if (error instanceof NothingToDo) return false;
    throw error;
  }
}

/** Takes back what nobody contacted for too long, and warns the owners of what comes next. */
export async function runRecycling(context: JobContext): Promise<void> {
  await recycleDue(context);
  await runIfAny(context, warnOwners);
}

/** Gives to the pool every lead whose time has come, a few of one owner at a time. */
async function recycleDue(context: JobContext): Promise<void> {
  const { db } = context.database;
  const judgement = await poolJudgement({ db, settings: freshSettings });
  const now = context.clock.now();
  const due = recycledLeads(recycleReach(judgement, () => now, null));
  const { rows } = await sql<{ ownerId: string }>`select distinct owner_id from ${due} as taken`.execute(db);
  for (const { ownerId } of rows) {
    let more = true;
    while (more) more = await runIfAny(context, (work) => recycleSome(work, ownerId, judgement));
  }
}

/**
 * One batch of somebody's leads. Those that somebody is working on right now are left for the next time; the others are
 * judged again as they are under the lock.
 */
async function recycleSome(
  work: Work<null, null>,
  ownerId: string,
  judgement: PoolJudgement,
): Promise<boolean> {
  const { db, now } = work;
  const terms = judgement.rules.binding(ownerId);
  if (!terms) return false;
  // Accounts before leads: the history refers to this one.
  await db.selectFrom('users').select('id').where('id', '=', ownerId).forKeyShare().execute();
  const due = recycledLeads(recycleReach(judgement, () => now, [ownerId]));
  const leads = await db
    .selectFrom('leads')
    .selectAll()
    .where(
      sql<boolean>`id in (select id from ${due} as taken order by last_contact_at, id limit ${LEADS_AT_ONCE})`,
    )
    .orderBy('id')
    .forUpdate()
    .skipLocked()
    .execute();
  const taken: Lead[] = [];
  let firstChange = '';
  for (const lead of leads) {
    const intention = lead.intention as Intention;
    const assignedAt = lead.assignedAt ?? lead.createdAt;
    const at = recycleAt({ ...lead, assignedAt, intention }, terms, judgement.isWorkday);
    if (lead.ownerId !== ownerId || lead.deletedAt !== null || at === null || at > now) continue;
    const reason = recycleReason(terms, intention);
    const change = { kind: 'recycle', to: null, reason, rule: terms.name } as const;
    const changeId = await changeOwner(work, lead, change);
    firstChange ||= changeId;
    taken.push(lead);
  }
  const [only] = taken;
  if (!only) return false;
  const again = terms.cooldownDays > 0 ? `，${terms.cooldownDays}天内不能再领取` : '';
  const notice: Notice = {
    userId: ownerId,
    key: `pool.recycled:${firstChange}`,
    kind: 'pool',
    title: taken.length === 1 ? `${only.customerName}已回收到公海` : `${taken.length}条线索已回收到公海`,
    body:
      taken.length === 1
        ? `${recycleReason(terms, only.intention as Intention)}${again}`
        : `${terms.name}：太久没有跟进${again}`,
    target: { entity: 'leads', id: taken.length === 1 ? only.id : null },
  };
  await notify(db, now, [notice]);
  return true;
}

/** Longer than any warning comes early: what is still to be taken then is warned of anew. */
const KEEP_WARNINGS_DAYS = 180;
const WARNINGS_AT_ONCE = 5_000;

/** Forgets the warnings whose time to be repeated is over. */
export async function forgetOldWarnings(db: Queryable, now: Instant): Promise<void> {
  const limit = toInstant(Date.parse(now) - KEEP_WARNINGS_DAYS * DAY_MS);
  let forgotten: number;
  do {
    // As an array of places: no plan reads the other warnings for it.
    const { numAffectedRows } = await sql`
      delete from recycle_warnings where ctid = any(array(
        select ctid from recycle_warnings where at < ${limit} order by at limit ${WARNINGS_AT_ONCE}))`.execute(
      db,
    );
    forgotten = Number(numAffectedRows);
  } while (forgotten === WARNINGS_AT_ONCE);
}

interface Warned {
  readonly id: string;
  readonly ownerId: string;
  readonly customerName: string;
  readonly intention: Intention;
  readonly lastContactAt: Instant;
  readonly assignedAt: Instant;
}

/** Tells owners what the pool takes soon, once per lead, contact and number of days; the nearest number counts. */
async function warnOwners(work: Work<null, null>): Promise<boolean> {
  const { db, now } = work;
  const judgement = await poolJudgement(work);
  const { rules, isWorkday } = judgement;
  const ahead = [...new Set(rules.owners.flatMap(([, terms]) => terms.warnDays))].sort((a, b) => a - b);
  const runId = newId();
  let said = 0;
  for (const days of ahead) {
    const reach = recycleReach(
      judgement,
      (terms) => (terms.warnDays.includes(days) ? addWorkdays(now, days, isWorkday) : null),
      null,
    );
    // Each lead is looked up among the warnings: without the fence the planner may read all that were ever given.
    const { rows } = await sql<Warned>`
      with warned as (
        insert into recycle_warnings (lead_id, cycle, days, at)
          select soon.id, soon.last_contact_at, ${days}::int, ${now}::timestamptz from ${recycledLeads(reach)} as soon
          where not exists (select from recycle_warnings as before where before.lead_id = soon.id
            and before.cycle = soon.last_contact_at and before.days <= ${days} offset 0)
          on conflict do nothing returning lead_id
      )
      select leads.id, leads.owner_id, leads.customer_name, leads.intention, leads.last_contact_at,
        coalesce(leads.assigned_at, leads.created_at) as assigned_at
      from warned join leads on leads.id = warned.lead_id
      order by leads.last_contact_at, leads.id`.execute(db);
    said += rows.length;
    const notices = [...Map.groupBy(rows, ({ ownerId }) => ownerId)].map(([ownerId, leads]): Notice => {
      const [first] = leads as [Warned];
      const at = recycleAt(first, rules.of(ownerId), isWorkday);
      const when = at === null ? '' : formatAbsolute(at, now);
      return {
        userId: ownerId,
        key: `pool.warned:${runId}:${days}`,
        kind: 'pool',
        title:
          leads.length === 1 ? `${first.customerName}快要回收到公海` : `${leads.length}条线索快要回收到公海`,
        body: `${leads.length === 1 ? '' : '最早'}${when}回收，写一条跟进就会保留`,
        target: { entity: 'leads', id: leads.length === 1 ? first.id : null },
      };
    });
    await notify(db, now, notices);
  }
  if (said === 0) return false;
  work.audit({
    action: 'poolRules.run',
    entity: 'poolRules',
    entityId: runId,
    changes: { warned: [null, said] },
  });
  return true;
}

/** Passes on what was not accepted in time: to the next whose turn it is, and to the pool after everybody had it once. */
export async function runAcceptance(context: JobContext): Promise<void> {
  const { db } = context.database;
  const now = context.clock.now();
  const late = await db
    .selectFrom('leads')
    .select(['id', 'offeredGroupId'])
    .where('acceptBy', 'is not', null)
    .where('acceptBy', '<=', now)
    .where('deletedAt', 'is', null)
    .orderBy('acceptBy')
    .limit(1_000)
    .execute();
  for (const { id, offeredGroupId } of late) {
    await runIfAny(context, (work) => passOn(work, id, offeredGroupId));
  }
}

async function passOn(work: Work<null, null>, id: string, groupId: string | null): Promise<boolean> {
  const { db, now } = work;
  const turns = groupId === null ? null : await openTurns(work, groupId);
  const lead = await db
    .selectFrom('leads')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!lead || lead.deletedAt !== null || lead.ownerId === null) return false;
  if (lead.acceptBy === null || lead.acceptBy > now || lead.offeredGroupId !== groupId) return false;
  const had = new Set([...(lead.offeredTo ?? []), lead.ownerId]);
  const next = turns?.take(lead, (userId) => !had.has(userId)) ?? { why: '分配组已经删除' };
  const former = lead.ownerId;
  const rule = turns?.group.name ?? null;
  if ('why' in next) {
    const reason = `没有按时接收，${next.why}，退回公海`;
    await changeOwner(work, lead, { kind: 'reassign', to: null, reason, rule });
  } else {
    const change = { kind: 'reassign', to: next.userId, reason: '上一位没有按时接收', rule } as const;
    const changeId = await changeOwner(work, lead, { ...change, more: next.offer });
    await turns?.keep();
    tellNewOwner(work, next.userId, changeId);
  }
  const notice: Notice = {
    userId: former,
    key: `pool.passedOn:${id}:${lead.acceptBy}`,
    kind: 'pool',
    title: `${lead.customerName}已${'why' in next ? '退回公海' : `转给${next.name}`}`,
    body: '没有按时接收',
    target: { entity: 'leads', id: null },
  };
  await notify(db, now, [notice]);
  return true;
}
