import { sql } from 'kysely';
import type { Instant } from '#shared/values/time.ts';
import type { Work } from '../../kernel/context.ts';
import { defineEvent, type JobContext } from '../../kernel/events.ts';
import { newId } from '../../kernel/new-id.ts';
import { Patience } from '../../kernel/patience.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { runAlone } from '../../kernel/unit-of-work.ts';
import { takeCredits } from '../notifications/credits.ts';
import { type Notice, notify } from '../notifications/notify.ts';
import { unsaid } from './due-leads.ts';
import { loadRecipients, type Recipient } from './recipients.ts';
import { owedSlot } from './schedule.ts';
import { latestRun, readRules, readSchedule } from './settings.ts';

/** A message that waits for the worker. */
export const deliveryReady = defineEvent<{ deliveryId: string }>('reminder.deliveryReady');

/** How messages can leave this installation. */
export interface Outlets {
  readonly mailConfigured: boolean;
  readonly wechatConfigured: boolean;
}

export const NO_MAIL_SERVER = '没有配置邮件服务器';

/** A look at a million leads may take longer than a request may. */
const STATEMENT_MS = 300_000;

type AnyWork = Pick<Work, 'db' | 'now' | 'settings' | 'emit' | 'audit'>;

interface Run {
  /** The moment for which it is decided what is due. */
  readonly asOf: Instant;
  /** The daily check that this is; null: somebody asked for it. */
  readonly slot: Instant | null;
  readonly actorId: string | null;
  /** Only leads of these owners; null: of everybody. */
  readonly team: readonly string[] | null;
}

/** How much a run said that had not been said before. */
export interface Said {
  readonly reminders: number;
  readonly deliveries: number;
}

/**
 * Looks at all leads and puts down, in one transaction, what is to be said to whom, one message to each recipient. The key of
 * a reminder sees to it that nothing is said twice, whoever looks and however often. Null: this daily check was done before.
 */
export function runReminders(work: AnyWork, outlets: Outlets, run: Run): Promise<Said | null> {
  return new Patience(STATEMENT_MS).run(() => look(work, outlets, run));
}

async function look(work: AnyWork, outlets: Outlets, run: Run): Promise<Said | null> {
  const { db, now } = work;
  // One after the other: a second run then sees what the first one said.
  await sql`select set_config('statement_timeout', ${String(STATEMENT_MS)}, true),
    pg_advisory_xact_lock(hashtext('reminders.run'))`.execute(db);
  const runId = newId();
  const begun = await db
    .insertInto('reminderRuns')
    .values({ id: runId, slot: run.slot, actorId: run.actorId, at: now })
    .onConflict((conflict) => conflict.column('slot').doNothing())
    .executeTakeFirst();
  if (begun.numInsertedOrUpdatedRows === 0n) return null;

  const recipients = await loadRecipients(db);
  const look = { asOf: run.asOf, rules: await readRules(work), team: run.team };
  const said = await sql`
    insert into reminders (lead_id, tier, cycle, recipient, run_id)
    select unsaid.*, ${runId}::uuid from ${unsaid(look, recipients)} as unsaid
    on conflict do nothing`.execute(db);
  const reminders = Number(said.numAffectedRows ?? 0);

  const messages = reminders === 0 ? [] : await addressed(work, runId, recipients.byKey);
  await deliver(work, outlets, runId, messages);
  await notify(
    db,
    now,
    messages.flatMap((message) => noticeOf(runId, message)),
  );
  await db
    .updateTable('reminderRuns')
    .set({ reminders, deliveries: messages.length })
    .where('id', '=', runId)
    .execute();
  work.audit({
    action: 'reminders.run',
    entity: 'reminders',
    entityId: runId,
    changes: { reminders: [null, reminders], deliveries: [null, messages.length] },
  });
  return { reminders, deliveries: messages.length };
}

interface Message {
  readonly recipient: Recipient;
  readonly leads: number;
  /** Whether they are told as the one who follows these leads. */
  readonly own: boolean;
  /** The lead, when it is the only one. */
  readonly onlyLead: { id: string; customerName: string } | null;
}

/** Who is told of how many leads by a run. */
async function addressed(
  { db }: AnyWork,
  runId: string,
  byKey: ReadonlyMap<string, Recipient>,
): Promise<Message[]> {
  const { rows } = await sql<{
    recipient: string;
    leads: number;
    own: boolean;
    leadId: string;
    customerName: string;
  }>`
    select said.*, leads.customer_name
    from (select recipient, count(distinct lead_id) as leads, bool_or(tier = 'owner') as own,
      (array_agg(lead_id))[1] as lead_id
      from reminders where run_id = ${runId} group by recipient) as said
    join leads on leads.id = said.lead_id
    order by said.recipient`.execute(db);
  return rows.map(({ recipient, leads, own, leadId, customerName }) => ({
    recipient: byKey.get(recipient) as Recipient,
    leads,
    own,
    onlyLead: leads === 1 ? { id: leadId, customerName } : null,
  }));
}

/** Puts down one message for each recipient; those that have to leave the house are handed to the worker. */
async function deliver(
  work: AnyWork,
  outlets: Outlets,
  runId: string,
  messages: readonly Message[],
): Promise<void> {
  const { db, now } = work;
  const colleagues = messages.flatMap(({ recipient: { userId } }) => userId ?? []);
  const byWechat = outlets.wechatConfigured
    ? await takeCredits(db, now, colleagues, 'overdue')
    : new Set<string>();
  for (const { recipient, leads } of messages) {
    const id = newId();
    const way = wayTo(recipient, byWechat, outlets);
    await db
      .insertInto('reminderDeliveries')
      .values({
        id,
        runId,
        userId: recipient.userId,
        address: recipient.email,
        leads,
        createdAt: now,
        sentAt: way.status === 'sent' ? now : null,
        ...way,
      })
      .execute();
    await db
      .updateTable('reminders')
      .set({ deliveryId: id })
      .where('runId', '=', runId)
      .where('recipient', '=', recipient.key)
      .execute();
    if (way.status === 'waiting') work.emit(deliveryReady, { deliveryId: id });
  }
}

interface Way {
  readonly channel: 'mail' | 'wechat' | 'app';
  readonly status: 'waiting' | 'sent' | 'failed';
  readonly reason?: string;
}

/** The notification in the app is always there; by WeChat if they agreed to it, otherwise by mail. */
export function wayTo({ userId, email }: Recipient, byWechat: ReadonlySet<string>, outlets: Outlets): Way {
  if (userId !== null && byWechat.has(userId)) return { channel: 'wechat', status: 'waiting' };
  if (email && outlets.mailConfigured) return { channel: 'mail', status: 'waiting' };
  if (userId === null) return { channel: 'mail', status: 'failed', reason: NO_MAIL_SERVER };
  const reason = outlets.mailConfigured ? '没有填写邮箱' : NO_MAIL_SERVER;
  return { channel: 'app', status: 'sent', reason: `${reason}，只发站内通知` };
}

function noticeOf(runId: string, { recipient, leads, own, onlyLead }: Message): Notice[] {
  if (recipient.userId === null) return [];
  const many = own ? `${leads}条线索超期` : `团队${leads}条线索超期`;
  return [
    {
      userId: recipient.userId,
      key: `overdue:${runId}`,
      kind: 'overdue',
      title: onlyLead ? `${onlyLead.customerName}超期了` : many,
      body: own ? '联系一下，写一条跟进' : '看看要不要改派或催一催',
      target: { entity: 'leads', id: onlyLead?.id ?? null },
    },
  ];
}

/** The daily check is done by somebody else, or was done before. */
class DoneBefore extends Error {}

/** Does the daily check that was due last, unless it has been done: also when nobody was there at its time. */
export async function runDailyCheck(context: JobContext, outlets: Outlets): Promise<void> {
  const { database, clock } = context;
  const { db } = database;
  const done = (await latestRun(db))?.slot ?? null;
  const slot = owedSlot(clock.now(), await readSchedule({ db, settings: freshSettings }), done);
  if (slot === null) return;
  try {
    await runAlone(context, async (work) => {
      const said = await runReminders(work, outlets, { asOf: slot, slot, actorId: null, team: null });
      if (said === null) throw new DoneBefore();
    });
  } catch (error) {
    if (!(error instanceof DoneBefore)) throw error;
  }
}
