import { sql } from 'kysely';
import type { Intention } from '#shared/leads/contract.ts';
import { type DueRules, nextDueAt } from '#shared/leads/overdue.ts';
import { REMINDER_TIERS, type ReminderTier } from '#shared/reminders/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import { workdaysSince } from '#shared/values/workday.ts';
import type { Queryable } from '../../kernel/database.ts';
import { type EventHandler, type JobContext, on } from '../../kernel/events.ts';
import { BadRecipient, type Mailer, mailFailureWords } from '../../kernel/mail.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { dropCredits } from '../notifications/credits.ts';
import { type WechatMessages, WechatRefused } from '../notifications/wechat-messages.ts';
import { type DigestLead, renderDigest } from './digest.ts';
import { deliveryReady, NO_MAIL_SERVER } from './reminder-run.ts';
import { dueRules } from './rules.ts';

/** How the worker reaches people. */
export interface Outside {
  readonly mailer: Mailer | null;
  readonly messages: WechatMessages | null;
  readonly publicUrl: string;
}

/** Six to seven hours, with the pauses below: longer than a mail server is down on an ordinary day. */
const MAX_ATTEMPTS = 20;
/** The queue never gives up before we do; a process that dies uses up one of its tries as well. */
const RETRIES = { limit: 1_000, first: 5, longest: 1_800 };
/** So often WeChat is asked to bring a message before it goes by mail. */
const WECHAT_ATTEMPTS = 3;

/** So many lines stand in a mail; the rest is a number and a link. */
const MAX_LINES = 200;

/** Sends what a run has put down. */
export const reminderHandlers = (outside: Outside): EventHandler[] => [
  on(deliveryReady, 'send', async (context, { deliveryId }) => sendDelivery(context, outside, deliveryId), {
    retries: RETRIES,
  }),
];

interface Waiting {
  readonly id: string;
  readonly userId: string | null;
  readonly channel: string;
  readonly address: string | null;
  readonly attempts: number;
  readonly name: string | null;
  /** Of the account; null: an address of the company list. */
  readonly accountStatus: string | null;
  readonly wechatOpenid: string | null;
}

/**
 * Sends one message, at least once and with the same id each time. What has been dealt with since the run is left out; who
 * is left with nothing gets no message.
 */
async function sendDelivery(
  { database: { db }, clock }: JobContext,
  outside: Outside,
  id: string,
): Promise<void> {
  const delivery = await findWaiting(db, id);
  if (!delivery) return;
  const now = clock.now();
  const settle = (changes: Outcome) => settleDelivery(db, delivery, now, changes);
  if (delivery.userId !== null && delivery.accountStatus !== 'active') {
    return settle({ status: 'skipped', reason: '账号已停用' });
  }
  const leads = await stillOverdue(db, now, await dueRules({ db, settings: freshSettings }), id);
  if (leads.length === 0) return settle({ status: 'skipped', reason: '都已经跟进或改派' });
  let { channel } = delivery;
  try {
    if (channel === 'wechat') {
      const asked = delivery.attempts < WECHAT_ATTEMPTS;
      if (asked && (await sentByWechat(db, now, outside, delivery, leads))) {
        return await settle({ status: 'sent', reason: null });
      }
      channel = 'mail';
    }
    if (!outside.mailer) return await settle({ status: 'failed', channel: 'mail', reason: NO_MAIL_SERVER });
    if (!delivery.address) return await settle({ status: 'failed', channel: 'mail', reason: '没有填写邮箱' });
    const digest = { name: delivery.name, now, leads: leads.slice(0, MAX_LINES), total: leads.length };
    await outside.mailer.send({
      to: delivery.address,
      messageId: `reminder.${id}`,
      ...renderDigest(digest, outside.publicUrl),
    });
    await settle({ status: 'sent', channel: 'mail', reason: null });
  } catch (error) {
    const reason = channel === 'wechat' ? '微信暂时发不出去' : mailFailureWords(error);
    if (error instanceof BadRecipient || delivery.attempts + 1 >= MAX_ATTEMPTS) {
      return settle({ status: 'failed', channel, reason });
    }
    await settle({ status: 'waiting', channel, reason });
    throw error;
  }
}

const findWaiting = (db: Queryable, id: string): Promise<Waiting | undefined> =>
  db
    .selectFrom('reminderDeliveries')
    .leftJoin('users', 'users.id', 'reminderDeliveries.userId')
    .select([
      'reminderDeliveries.id',
      'reminderDeliveries.userId',
      'reminderDeliveries.channel',
      'reminderDeliveries.address',
      'reminderDeliveries.attempts',
      'users.name',
      'users.status as accountStatus',
      'users.wechatOpenid',
    ])
    .where('reminderDeliveries.id', '=', id)
    .where('reminderDeliveries.status', '=', 'waiting')
    .executeTakeFirst();

interface Outcome {
  readonly status: 'waiting' | 'sent' | 'failed' | 'skipped';
  readonly channel?: string;
  readonly reason: string | null;
}

async function settleDelivery(
  db: Queryable,
  { id }: Pick<Waiting, 'id'>,
  now: Instant,
  outcome: Outcome,
): Promise<void> {
  await db
    .updateTable('reminderDeliveries')
    .set((eb) => ({
      ...outcome,
      attempts: eb('attempts', '+', 1),
      triedAt: now,
      sentAt: outcome.status === 'sent' ? now : null,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/** Answers false when WeChat does not bring it to this person, so that it goes by mail. */
async function sentByWechat(
  db: Queryable,
  now: Instant,
  { messages }: Outside,
  { userId, wechatOpenid }: Waiting,
  leads: readonly DigestLead[],
): Promise<boolean> {
  const worst = leads[0];
  if (!messages || !wechatOpenid || !userId || !worst) return false;
  try {
    await messages.send({
      openid: wechatOpenid,
      template: 'overdue',
      fields: {
        thing1: worst.customerName,
        number2: String(leads.length),
        thing3: leads.length > 1 ? `等${leads.length}条线索超期，点开查看` : '超期了，点开写跟进',
      },
      page: leads.length > 1 ? 'pages/today/index' : `sales/lead-detail/index?id=${worst.id}`,
    });
    return true;
  } catch (error) {
    if (!(error instanceof WechatRefused)) throw error;
    await dropCredits(db, now, userId, 'overdue');
    return false;
  }
}

/** What a message is about and nobody has dealt with: same owner, no contact since. Worst first. */
async function stillOverdue(
  db: Queryable,
  now: Instant,
  rules: DueRules,
  deliveryId: string,
): Promise<DigestLead[]> {
  const rows = await db
    .selectFrom('reminders')
    .innerJoin('leads', (join) =>
      join
        .onRef('leads.id', '=', 'reminders.leadId')
        // A contact, another owner or another agreed date starts another cycle; see `cycleOf`.
        .on(
          sql<boolean>`reminders.cycle = leads.last_contact_at or (reminders.tier = 'owner'
            and reminders.cycle = leads.next_follow_up_at and reminders.recipient = leads.owner_id::text)`,
        ),
    )
    .innerJoin('users as owner', 'owner.id', 'leads.ownerId')
    .select([
      'leads.id',
      'leads.no',
      'leads.customerName',
      'leads.intention',
      'leads.lastContactAt',
      'leads.lastFollowUpAt',
      'leads.nextFollowUpAt',
      'leads.nextFollowUpContent',
      'owner.id as ownerId',
      'owner.name as ownerName',
    ])
    .select(sql<ReminderTier[]>`array_agg(reminders.tier)`.as('tiers'))
    .where('reminders.deliveryId', '=', deliveryId)
    .where('leads.deletedAt', 'is', null)
    .where('leads.status', 'in', ['new', 'contacted', 'qualified'])
    .groupBy(['leads.id', 'owner.id'])
    .execute();
  return rows
    .map(({ lastContactAt, nextFollowUpAt, intention, tiers, ...lead }) => {
      const dueAt = nextDueAt({ lastContactAt, nextFollowUpAt, intention: intention as Intention }, rules);
      const tier = REMINDER_TIERS.find((each) => tiers.includes(each)) as ReminderTier;
      const daysOverdue = workdaysSince(dueAt, now, rules.isWorkday);
      return { ...lead, intention: intention as Intention, tier, dueAt, daysOverdue };
    })
    .filter(({ dueAt }) => dueAt <= now)
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
}
