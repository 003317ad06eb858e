import { sql } from 'kysely';
import type { Grants } from '#shared/access/permissions.ts';
import type { Answer } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { INTENTION_LABELS, type Intention } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import { dueAfter, nextDueAt } from '#shared/leads/overdue.ts';
import {
  LEVELS,
  type Level,
  REMINDER_TIERS,
  type ReminderRule,
  type ReminderTier,
  type reminders,
  TIER_LABELS,
} from '#shared/reminders/contract.ts';
import { afterWords, ruleWords } from '#shared/reminders/words.ts';
import { formatAbsolute, type Instant, toInstant } from '#shared/values/time.ts';
import { workdaysSince } from '#shared/values/workday.ts';
import { type Rights, type Scope, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { prepare } from '../../kernel/prepared.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { reachable } from '../notifications/credits.ts';
import { allDue, unsaid } from './due-leads.ts';
import { type Recipient, type Recipients, recipients } from './recipients.ts';
import { type Outlets, wayTo } from './reminder-run.ts';
import { owedSlot, slotFrom } from './schedule.ts';
import { latestRun, readRules, readSchedule, readSettings } from './settings.ts';

const LEVEL_OF = Object.fromEntries(
  (Object.keys(LEVELS) as Level[]).map((level) => [LEVELS[level], level]),
) as Record<Intention, Level>;

/** Whose leads a check or a dry run may look at; null: everybody's. */
export const teamOf = ({ actor, reach }: Scope): readonly string[] | null => {
  if (reach === 'all') return null;
  return reach === 'department' ? actor.teamIds : [actor.userId];
};

export async function listRules(db: Queryable): Promise<{ list: ReminderRule[] }> {
  const rows = await db.selectFrom('reminderRules').selectAll().execute();
  const order = Object.keys(INTENTION_LABELS);
  rows.sort((a, b) => order.indexOf(a.intention) - order.indexOf(b.intention));
  const list = rows.map((row) => {
    const tiers = { owner: row.ownerAfter, manager: row.managerAfter, company: row.companyAfter };
    return {
      intentionLevel: LEVEL_OF[row.intention as Intention],
      intervalDays: row.intervalDays,
      tiers,
      words: ruleWords({ intervalDays: row.intervalDays, tiers }),
      updatedAt: row.updatedAt,
      version: row.version,
    };
  });
  return { list };
}

export async function getRule(db: Queryable, intention: Intention): Promise<ReminderRule> {
  const { list } = await listRules(db);
  return list.find(({ intentionLevel }) => LEVELS[intentionLevel] === intention) as ReminderRule;
}

export async function getSettings(
  context: Pick<Context, 'db' | 'settings' | 'now'>,
  { mailConfigured }: Outlets,
): Promise<Answer<typeof reminders.settings>> {
  const { sendTime, workdaysOnly, quietWeekdays, version } = await readSettings(context.db);
  const run = await latestRun(context.db);
  return {
    sendTime,
    workdaysOnly,
    quietWeekdays,
    version,
    // Read anew, also for the command that has just changed them.
    nextRunAt: (await dailyChecks({ ...context, settings: freshSettings }))(context.now),
    lastRunAt: run?.at ?? null,
    mailConfigured,
  };
}

/** Which daily check says what is due at an instant: the first at that time or later that has not been done. */
async function dailyChecks(
  context: Pick<Context, 'db' | 'settings' | 'now'>,
): Promise<(from: Instant) => Instant | null> {
  const schedule = await readSchedule(context);
  const done = (await latestRun(context.db))?.slot ?? null;
  // Missed while nobody was there, and done as soon as somebody is.
  const owed = owedSlot(context.now, schedule, done);
  return (from) => {
    if (owed !== null && from <= owed) return owed;
    const next = slotFrom([from, context.now].sort()[1] as Instant, schedule);
    const tooLate = next !== null && done !== null && next <= done;
    return tooLate ? slotFrom(toInstant(Date.parse(done) + 1), schedule) : next;
  };
}

export async function listEmails(db: Queryable): Promise<Answer<typeof reminders.emails>> {
  const list = await db
    .selectFrom('remindEmails')
    .select(['id', 'email', 'createdAt'])
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  return { list };
}

const OVERDUE_SHOWN = 100;

/** What is overdue now within somebody's reach, worst first, and who hears of it. */
export async function overdueNow(
  context: Pick<Context, 'db' | 'settings' | 'now'>,
  team: readonly string[] | null,
): Promise<Pick<Answer<typeof reminders.check>, 'overdueCount' | 'overdueList'>> {
  const { db, now } = context;
  const rules = await readRules(context);
  const due = allDue({ asOf: now, rules, team });
  const counted = await sql<{ count: number }>`select count(*) from ${due} as due`.execute(db);
  const { rows } = await sql<{
    leadId: string;
    customerName: string;
    intention: Intention;
    lastContactAt: Instant;
    lastFollowUpAt: Instant | null;
    nextFollowUpAt: Instant | null;
    ownerId: string;
    ownerName: string;
  }>`
    select leads.id as lead_id, leads.customer_name, leads.intention, leads.last_contact_at, leads.last_follow_up_at,
      leads.next_follow_up_at, leads.owner_id, owner.name as owner_name
    from (select * from ${due} as due order by last_contact_at, id limit ${OVERDUE_SHOWN}) as due
    join leads on leads.id = due.id join users as owner on owner.id = due.owner_id`.execute(db);
  const hearers = await context.settings.get(recipients, db);
  const overdueList = rows
    .map((row) => ({ ...row, dueAt: nextDueAt(row, rules) }))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
    .map((row) => {
      const told = REMINDER_TIERS.flatMap((tier) => {
        const days = rules.tiers[row.intention][tier];
        const reached = days !== null && dueAfter(row.dueAt, days, rules.isWorkday) <= now;
        return reached ? hearersOf(hearers, tier, row.ownerId) : [];
      });
      return {
        leadId: row.leadId,
        customerName: row.customerName,
        intentionLevel: LEVEL_OF[row.intention],
        lastFollowUpTime: row.lastFollowUpAt,
        followUpPerson: row.ownerName,
        overdueDays: workdaysSince(row.dueAt, now, rules.isWorkday),
        configDays: rules.intervals[row.intention],
        emailList: [...new Set(told.flatMap(({ email }) => email ?? []))],
      };
    });
  return { overdueCount: counted.rows[0]?.count ?? 0, overdueList };
}

function hearersOf(all: Recipients, tier: ReminderTier, ownerId: string): Recipient[] {
  if (tier === 'company') return [...all.company];
  const person = all[tier](ownerId);
  return person ? [person] : [];
}

const RECIPIENTS_SHOWN = 100;
const LINES_SHOWN = 5;

/** Who would be told of what by a check now, and why. */
export async function dryRun(context: Context, outlets: Outlets): Promise<Answer<typeof reminders.dryRun>> {
  const { db, now } = context;
  const rules = await readRules(context);
  const hearers = await context.settings.get(recipients, db);
  const rows = unsaid({ asOf: now, rules, team: teamOf(context.scope) }, hearers);
  const { rows: told } = await sql<{ recipient: string; leads: number; said: number; worst: string[] }>`
    select recipient, count(distinct lead_id) as leads, sum(count(*)) over () as said,
      (array_agg(lead_id || ' ' || tier order by cycle, lead_id))[1:${sql.lit(LINES_SHOWN)}] as worst
    from ${rows} as unsaid group by recipient order by leads desc, recipient limit ${RECIPIENTS_SHOWN}`.execute(
    db,
  );
  const lines = told.flatMap(({ worst }) => worst.map((line) => line.split(' ') as [string, ReminderTier]));
  const leads = await leadsById(db, [...new Set(lines.map(([id]) => id))]);
  const colleagues = told.flatMap(({ recipient }) => hearers.byKey.get(recipient)?.userId ?? []);
  const byWechat = outlets.wechatConfigured ? await reachable(db, colleagues, 'overdue') : new Set<string>();
  const list = told.flatMap(({ recipient: key, leads: count, worst }) => {
    const recipient = hearers.byKey.get(key);
    if (!recipient) return [];
    const { userId, name, email } = recipient;
    return [
      {
        recipient: userId === null ? null : { id: userId, name: name ?? '' },
        address: email,
        channel: wayTo(recipient, byWechat, outlets).channel,
        leads: count,
        lines: worst.flatMap((line) => {
          const [leadId, tier] = line.split(' ') as [string, ReminderTier];
          const lead = leads.get(leadId);
          if (!lead) return [];
          const days = workdaysSince(nextDueAt(lead, rules), now, rules.isWorkday);
          const late = days === 0 ? '刚到期' : `超期${days}个工作日`;
          const reason = `${LEVEL_OF[lead.intention]}意向，${late}，${afterWords(rules.tiers[lead.intention][tier] ?? 0)}提醒${TIER_LABELS[tier]}`;
          return [{ leadId, no: lead.no, customerName: lead.customerName, tier, reason }];
        }),
      },
    ];
  });
  return { at: now, reminders: told[0]?.said ?? 0, list };
}

async function leadsById(db: Queryable, ids: readonly string[]) {
  const rows = await db
    .selectFrom('leads')
    .select(['id', 'no', 'customerName', 'intention', 'lastContactAt', 'nextFollowUpAt'])
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, { ...row, intention: row.intention as Intention }]));
}

const findLead = prepare(
  (
    db,
    { grants, reach }: Pick<Scope, 'reach'> & { grants: Grants },
    { id, ...rights }: { id: string } & Omit<Rights, 'grants'>,
  ) =>
    db
      .selectFrom('leads')
      .select(['status', 'ownerId', 'intention', 'lastContactAt', 'nextFollowUpAt'])
      .where('id', '=', id)
      .where(visible({ actor: { ...rights, grants }, permission: 'leads.read', reach }, 'leads')),
  { planOnce: true },
);

/** When which tier hears of one lead, in words. Throws NOT_FOUND outside the scope. */
export async function previewLead(context: Context, id: string): Promise<Answer<typeof reminders.preview>> {
  const { db, now, scope } = context;
  const { grants, userId, teamIds } = scope.actor;
  const [lead] = await findLead.execute(db, { grants, reach: scope.reach }, { id, userId, teamIds });
  if (!lead) throw httpErrors.NOT_FOUND();
  const { ownerId } = lead;
  if (ownerId === null) return { dueAt: null, words: '公海里的线索不提醒', list: [] };
  if (!isOpenLead(lead.status as LeadStatus)) return { dueAt: null, words: '已经结束的线索不提醒', list: [] };

  const rules = await readRules(context);
  const intention = lead.intention as Intention;
  const dueAt = nextDueAt({ ...lead, intention }, rules);
  const agreed = lead.nextFollowUpAt === dueAt;
  const level = LEVEL_OF[intention];
  const words = agreed
    ? `约好${formatAbsolute(dueAt, now)}联系，到时没有跟进就算超期`
    : `${level}意向，${rules.intervals[intention]}个工作日没有联系就算超期：${formatAbsolute(dueAt, now)}`;

  const said = await saidOf.execute(db, null, { leadId: id, lastContactAt: lead.lastContactAt });
  const hearers = await context.settings.get(recipients, db);
  const checkFrom = await dailyChecks(context);
  const list = [];
  for (const tier of REMINDER_TIERS) {
    const days = rules.tiers[intention][tier];
    const names = hearersOf(hearers, tier, ownerId).map(({ name, email }) => name ?? email ?? '');
    const told = said.filter((each) => each.tier === tier);
    if (days === null && told.length === 0) continue;
    // Whoever follows the lead is told of each agreed date anew; see `cycleOf`.
    const date = tier === 'owner' ? lead.nextFollowUpAt : null;
    const unsaidAt = (from: Instant): Instant | null => {
      const check = checkFrom(from);
      const cycle = date !== null && check !== null && date <= check ? date : lead.lastContactAt;
      if (!told.some((each) => each.cycle === cycle)) return check;
      return check !== null && date !== null && date > check ? checkFrom(date) : null;
    };
    const at = days === null ? null : unsaidAt(dueAfter(dueAt, days, rules.isWorkday));
    const saidAt = at === null ? (told[0]?.at ?? null) : null;
    const who =
      tier === 'company' ? `公司名单（${names.length}个邮箱）` : `${TIER_LABELS[tier]} ${names.join('、')}`;
    list.push({
      tier,
      recipients: names,
      at,
      saidAt,
      words: saidAt
        ? `${formatAbsolute(saidAt, now)} 已提醒${TIER_LABELS[tier]}`
        : names.length === 0
          ? `${NOBODY[tier]}，不会提醒`
          : at === null
            ? `提醒${who}：没有可以发送的日子`
            : `${formatAbsolute(at, now)} 提醒${who}`,
    });
  }
  return { dueAt, words, list };
}

const NOBODY: Readonly<Record<ReminderTier, string>> = {
  owner: '跟进人的账号已停用',
  manager: '没有设部门主管',
  company: '公司名单是空的',
};

/** What the tiers were told of a lead since its last contact, the latest first. */
const saidOf = prepare(
  (db, _: null, { leadId, lastContactAt }: { leadId: string; lastContactAt: Instant }) =>
    db
      .selectFrom('reminders')
      .innerJoin('reminderRuns', 'reminderRuns.id', 'reminders.runId')
      .select(['reminders.tier', 'reminders.cycle', 'reminderRuns.at'])
      .where('reminders.leadId', '=', leadId)
      .where('reminders.cycle', '>=', lastContactAt)
      .orderBy('reminderRuns.at', 'desc'),
  { planOnce: true },
);
