import { sql } from 'kysely';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { INTENTION_LABELS, type Intention, leadErrors } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import type { PoolClock, PoolRule, pool } from '#shared/pool/contract.ts';
import { protectedUntil, recycleAt, recyclesFrom } from '#shared/pool/recycle.ts';
import { poolRuleWords } from '#shared/pool/words.ts';
import { dateOf, endOfDate, formatAbsolute, type Instant, toInstant } from '#shared/values/time.ts';
import { type IsWorkday, workdayCutoff } from '#shared/values/workday.ts';
import { may, visible } from '../../kernel/access.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { paginationOf } from '../../kernel/list.ts';
import { claimRefusal } from './lead-pool.limits.ts';
import {
  type PoolJudgement,
  type PoolRules,
  poolJudgement,
  poolRules,
  recycledLeads,
  recycleReach,
  recycleReason,
  teamOf,
} from './lead-pool.rules.ts';

type DepartmentId = PoolRule['departmentId'];

/** The rules of the company and of the departments that the caller is in charge of, theirs or inherited. */
export async function listPoolRules(context: Context): Promise<Answer<typeof pool.rules>> {
  const { db, scope } = context;
  const judgement = await poolJudgement(context);
  const team = teamOf(scope);
  const departments = await db
    .selectFrom('departments')
    .select(['id', 'name'])
    .$if(team !== null, (q) =>
      q.where(
        sql<boolean>`(id in (select department_id from users where id = any(${team}::uuid[])) or manager_id = any(${team}::uuid[]))`,
      ),
    )
    .orderBy('name')
    .orderBy('id')
    .execute();
  const names = await namesOf(db, judgement.rules);
  return {
    list: [
      present('default', '全公司', judgement, names),
      ...departments.map(({ id, name }) => present(id, name, judgement, names)),
    ],
  };
}

/** The rule that counts in a department. Reads it anew, for the command that has changed it. */
export async function getPoolRule(db: Queryable, departmentId: DepartmentId): Promise<PoolRule> {
  const judgement = { rules: await poolRules.load(db), isWorkday: await workCalendar.load(db) };
  const department =
    departmentId === 'default'
      ? { name: '全公司' }
      : await db.selectFrom('departments').select('name').where('id', '=', departmentId).executeTakeFirst();
  if (!department) throw httpErrors.NOT_FOUND();
  return present(departmentId, department.name, judgement, await namesOf(db, judgement.rules));
}

/** Everybody whom some rule exempts, by name. */
async function namesOf(db: Queryable, rules: PoolRules): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('poolRules').select('exemptIds').execute();
  const ids = [...new Set([...rules.company.exemptIds, ...rows.flatMap(({ exemptIds }) => exemptIds)])];
  if (ids.length === 0) return new Map();
  const people = await db.selectFrom('users').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(people.map(({ id, name }) => [id, name]));
}

function present(
  departmentId: DepartmentId,
  departmentName: string,
  { rules, isWorkday }: PoolJudgement,
  names: ReadonlyMap<string, string>,
): PoolRule {
  const terms = rules.ofDepartment(departmentId === 'default' ? null : departmentId);
  const own = departmentId === 'default' || terms.departmentId === departmentId;
  const { claimCap, holdingCap, cooldownDays, protectionDays, recycleDays, warnDays, exemptIds } = terms;
  const takes = Object.values(recycleDays).some((days) => days !== null);
  const exempt = exemptIds.flatMap((id) => {
    const name = names.get(id);
    return name === undefined ? [] : [{ id, name }];
  });
  const said = { claimCap, holdingCap, cooldownDays, protectionDays, recycleDays, warnDays: [...warnDays] };
  return {
    departmentId,
    departmentName,
    inheritedFrom: own ? null : terms.name.replace(/公海规则$/u, ''),
    ...said,
    exempt,
    words: poolRuleWords(
      said,
      exempt.map(({ name }) => name),
    ),
    recyclesFrom: takes ? recyclesFrom(terms, isWorkday) : null,
    updatedAt: terms.updatedAt,
    version: own ? terms.version : 0,
  };
}

/** What goes back to the pool before the day ends, soonest first, and why. */
export async function recycleDryRun(
  context: Context,
  { page, pageSize }: Request<typeof pool.dryRun>['query'],
): Promise<Answer<typeof pool.dryRun>> {
  const { db, now, scope } = context;
  const judgement = await poolJudgement(context);
  const until = toInstant(Date.parse(endOfDate(dateOf(now))) - 1);
  const due = recycledLeads(recycleReach(judgement, () => until, teamOf(scope)));
  const offset = (page - 1) * pageSize;
  const { rows } = await sql<{
    id: string;
    no: string;
    customerName: string;
    intention: Intention;
    ownerId: string;
    ownerName: string;
    lastContactAt: Instant;
    assignedAt: Instant;
  }>`
    select leads.id, leads.no, leads.customer_name, leads.intention, leads.owner_id, owner.name as owner_name,
      leads.last_contact_at, coalesce(leads.assigned_at, leads.created_at) as assigned_at
    from (select * from ${due} as due order by last_contact_at, id limit ${pageSize} offset ${offset}) as due
    join leads on leads.id = due.id join users as owner on owner.id = due.owner_id
    order by leads.last_contact_at, leads.id`.execute(db);
  const counted = await sql<{ count: number }>`select count(*) as count from ${due} as due`.execute(db);
  const total = Number(counted.rows[0]?.count ?? 0);
  const list = rows.flatMap(({ ownerId, ownerName, assignedAt, intention, ...lead }) => {
    const terms = judgement.rules.of(ownerId);
    const at = recycleAt({ ...lead, assignedAt, intention }, terms, judgement.isWorkday);
    if (at === null) return [];
    const owner = { id: ownerId, name: ownerName };
    return [{ ...lead, owner, recycleAt: at, reason: recycleReason(terms, intention) }];
  });
  return { until, list, pagination: paginationOf({ page, pageSize }, { total, capped: false }) };
}

const SILENT: Omit<PoolClock, 'state' | 'words'> = {
  ruleName: null,
  recycleAt: null,
  warnAt: [],
  protectedUntil: null,
  claim: null,
};

/** Which rule takes a lead back and when, or why none does; and whether the caller may claim it. Throws NOT_FOUND outside the scope. */
export async function poolClock(context: Context, id: string): Promise<PoolClock> {
  const { db, now, scope } = context;
  const lead = await db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .select(['leads.status', 'leads.ownerId', 'leads.intention', 'leads.lastContactAt', 'leads.assignedAt'])
    .select(['leads.createdAt', 'owner.name as ownerName'])
    .where('leads.id', '=', id)
    .where(visible(scope, 'leads'))
    .executeTakeFirst();
  if (!lead) throw httpErrors.NOT_FOUND();
  const open = isOpenLead(lead.status as LeadStatus);
  const { ownerId } = lead;
  if (ownerId === null) {
    const claim = await mayClaim(context, id, open);
    return { ...SILENT, state: 'pooled', words: `在公海。${claim.words}`, claim };
  }
  if (!open) return { ...SILENT, state: 'ended', words: '已经结束的线索不回收' };

  const { rules, isWorkday } = await poolJudgement(context);
  const terms = rules.of(ownerId);
  const ruleName = terms.name;
  if (terms.exemptIds.includes(ownerId)) {
    return { ...SILENT, state: 'exempt', ruleName, words: `${ruleName}不限制${lead.ownerName}，不回收` };
  }
  const intention = lead.intention as Intention;
  const held = { ...lead, intention, assignedAt: lead.assignedAt ?? lead.createdAt };
  const at = recycleAt(held, terms, isWorkday);
  if (at === null) {
    const words = `${ruleName}：${INTENTION_LABELS[intention]}意向的线索不回收`;
    return { ...SILENT, state: 'never', ruleName, words };
  }
  const until = protectedUntil(held, terms, isWorkday);
  const safe = terms.protectionDays > 0 && until > now ? until : null;
  const when = at <= now ? '马上回收到公海' : `${formatAbsolute(at, now)}回收到公海`;
  return {
    state: 'recycles',
    ruleName,
    recycleAt: at,
    warnAt: terms.warnDays.map((days) => warnAt(at, days, isWorkday)),
    protectedUntil: safe,
    words: `${recycleReason(terms, intention)}，${when}${safe ? `（保护期到${formatAbsolute(safe, now)}）` : ''}；写一条跟进就重新计算`,
    claim: null,
  };
}

/** The moment from which so many working days ahead reaches `at`. */
function warnAt(at: Instant, days: number, isWorkday: IsWorkday): Instant {
  // The cutoff is the last moment that is early enough; on a working day it is exact.
  return workdayCutoff(at, days, isWorkday);
}

async function mayClaim(
  context: Context,
  id: string,
  open: boolean,
): Promise<NonNullable<PoolClock['claim']>> {
  const { actor } = context;
  const no = (
    rule: NonNullable<PoolClock['claim']>['rule'],
    words: string,
    until: Instant | null = null,
  ) => ({
    allowed: false,
    rule,
    until,
    words,
  });
  if (!open) return no('LEAD_NOT_OPEN', leadErrors.LEAD_NOT_OPEN().message);
  if (!may(actor, 'leads.claim')) return no('FORBIDDEN', '没有领取公海线索的权限');
  const refusal = await claimRefusal(context, { id: actor.userId, name: actor.name }, id);
  if (!refusal) return { allowed: true, rule: null, until: null, words: '现在可以领取' };
  const { error, until } = refusal;
  const code = error.code as 'LEAD_CLAIM_CAP' | 'LEAD_HOLDING_CAP' | 'LEAD_COOLDOWN';
  return no(code, error.message, until);
}
