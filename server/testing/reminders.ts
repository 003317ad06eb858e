import { sql, type Updateable } from 'kysely';
import type { Intention } from '#shared/leads/contract.ts';
import type { LeadStatus } from '#shared/leads/machine.ts';
import { atWallClock, type Instant } from '#shared/values/time.ts';
import { createMemoryCache } from '../kernel/cache.ts';
import type { JobContext } from '../kernel/events.ts';
import { newId } from '../kernel/new-id.ts';
import type { DB } from '../kernel/schema.ts';
import { setDepartmentManager } from '../modules/identity/people.ts';
import { type WechatMessages, WechatRefused } from '../modules/notifications/wechat-messages.ts';
import { type Outlets, runDailyCheck } from '../modules/reminders/reminder-run.ts';
import { type Outside, reminderHandlers } from '../modules/reminders/reminders.events.ts';
import { type Company, createCompany, nextPhone, register } from './company.ts';
import type { TestApp, TestUser } from './createTestApp.ts';
import { testSigner } from './outside.ts';

const contextOf = (t: TestApp): JobContext => ({
  database: t.database,
  clock: t.clock,
  cache: createMemoryCache(),
  signer: testSigner,
  jobs: t.jobs,
});

/** What the clock starts each minute. */
export const dailyCheck = (t: TestApp, outlets: Partial<Outlets> = {}): Promise<void> =>
  runDailyCheck(contextOf(t), { mailConfigured: true, wechatConfigured: true, ...outlets });

/** Lets the clock show a time of day, and does what it starts. */
export async function checkAt(t: TestApp, date: string, time: string): Promise<void> {
  t.clock.set(atWallClock(date, time));
  await dailyCheck(t);
}

/** Tries every message that waits once, without waiting for the queue. Answers what went wrong. */
export async function sendWaiting(t: TestApp, outside: Partial<Outside> = {}): Promise<unknown[]> {
  const messages: WechatMessages = {
    templateId: () => 'template',
    async send(message) {
      if (t.wechatRefuses.has(message.openid)) throw new WechatRefused(43101);
      t.wechatMessages.push(message);
    },
  };
  const mailer = {
    send: async (mail: (typeof t.mails)[number]) => void t.mails.push(mail),
    close: () => undefined,
  };
  const [handler] = reminderHandlers({ mailer, messages, publicUrl: 'https://crm.example.com', ...outside });
  const waiting = await t.db
    .selectFrom('reminderDeliveries')
    .select('id')
    .where('status', '=', 'waiting')
    .orderBy('id')
    .execute();
  const errors: unknown[] = [];
  for (const { id } of waiting) {
    await handler?.handle(contextOf(t), { deliveryId: id } as never).catch((error) => errors.push(error));
  }
  return errors;
}

export interface StoredLead {
  readonly ownerId: string | null;
  /** The last contact, which is also when it was registered and assigned. */
  readonly contact: Instant;
  readonly intention?: Intention;
  readonly next?: Instant | null;
  readonly status?: LeadStatus;
  readonly deleted?: boolean;
  readonly customerName?: string;
  readonly nextContent?: string;
}

/** Puts leads there as they would be after a history, at once. Answers their ids. */
export async function putLeads(t: TestApp, by: TestUser, list: readonly StoredLead[]): Promise<string[]> {
  const { id: sampleId } = await register(t, by, { ownerId: null });
  const sample = await t.db
    .selectFrom('leads')
    .selectAll()
    .where('id', '=', sampleId)
    .executeTakeFirstOrThrow();
  await t.db
    .deleteFrom('leads')
    .where('id', '=', sampleId)
    .execute()
    .catch(() => undefined);
  const rows = list.map((lead) => ({
    ...sample,
    id: newId(),
    no: newId(),
    phone: nextPhone(),
    customerName: lead.customerName ?? sample.customerName,
    ownerId: lead.ownerId,
    poolEnteredAt: lead.ownerId === null ? lead.contact : null,
    assignedAt: lead.ownerId === null ? null : lead.contact,
    status: lead.status ?? 'contacted',
    intention: lead.intention ?? 'medium',
    createdAt: lead.contact,
    updatedAt: lead.contact,
    lastContactAt: lead.contact,
    nextFollowUpAt: lead.next ?? null,
    nextFollowUpContent: lead.nextContent ?? null,
    deletedAt: lead.deleted ? lead.contact : null,
  }));
  for (let from = 0; from < rows.length; from += 500) {
    await t.db
      .insertInto('leads')
      .values(rows.slice(from, from + 500))
      .execute();
  }
  return rows.map(({ id }) => id);
}

/** No lead, nothing said, and the rules a company starts with. */
export async function startOver(t: TestApp, now: Instant): Promise<void> {
  await t.db.deleteFrom('reminders').execute();
  await t.db.deleteFrom('reminderDeliveries').execute();
  await t.db.deleteFrom('reminderRuns').execute();
  await t.db.deleteFrom('remindEmails').execute();
  await t.db.deleteFrom('workdayOverrides').execute();
  await t.db.deleteFrom('notifications').execute();
  await t.db.deleteFrom('wechatCredits').execute();
  for (const [intention, intervalDays] of [
    ['high', 1],
    ['medium', 3],
    ['low', 5],
  ] as const) {
    const rule = { intervalDays, ownerAfter: 0, managerAfter: 2, companyAfter: 4, version: 1 };
    await t.db.updateTable('reminderRules').set(rule).where('intention', '=', intention).execute();
  }
  const settings = { sendTime: '09:00', workdaysOnly: true, quietWeekdays: [], version: 1 };
  await t.db
    .updateTable('reminderSettings')
    .set({ ...settings, updatedAt: '2026-01-01T00:00:00.000Z' })
    .execute();
  await t.db.updateTable('leads').set({ deletedAt: now }).execute();
  t.mails.length = 0;
  t.wechatMessages.length = 0;
  t.wechatRefuses.clear();
  t.clock.set(now);
}

/** What was said: one line per reminder, with names. */
export async function saidTo(t: TestApp): Promise<{ leadId: string; tier: string; recipient: string }[]> {
  return t.db
    .selectFrom('reminders')
    .leftJoin('users', (join) =>
      join.on((eb) => eb(eb.cast<string>('users.id', 'text'), '=', eb.ref('recipient'))),
    )
    .select(['leadId', 'tier'])
    .select((eb) => eb.fn.coalesce('users.name', 'recipient').as('recipient'))
    .orderBy('leadId')
    .orderBy('tier')
    .orderBy('recipient')
    .execute();
}

export const deliveryRows = (t: TestApp) =>
  t.db
    .selectFrom('reminderDeliveries')
    .leftJoin('users', 'users.id', 'reminderDeliveries.userId')
    .selectAll('reminderDeliveries')
    .select('users.name')
    .orderBy('reminderDeliveries.id')
    .execute();

/**
 * The company with people in charge: 王芳 of 华南 and of the team below it, 何总 of everything above 华南, nobody of 华北.
 * Everybody has an address, `user1@example.com` after the username.
 */
export async function createChain(t: TestApp): Promise<Company & { readonly director: TestUser }> {
  const people = await createCompany(t);
  const head = await t.department('销售中心');
  const director = await t.user({ roles: ['sales_manager'], name: '何总', department: head });
  const { south } = people.departments;
  await t.db.updateTable('departments').set({ parentId: head }).where('id', '=', south).execute();
  await setDepartmentManager(t.db, south, people.manager.id);
  await setDepartmentManager(t.db, head, director.id);
  await t.db.updateTable('users').set({ email: sql<string>`username || '@example.com'` }).execute();
  return { ...people, director };
}

export const addressOf = ({ username }: TestUser): string => `${username}@example.com`;

/** The rules are data: what a test is about is changed here, without HTTP. */
export const setRule = (t: TestApp, intention: Intention, changes: Updateable<DB['reminderRules']>) =>
  t.db.updateTable('reminderRules').set(changes).where('intention', '=', intention).execute();

export const setSchedule = (t: TestApp, changes: Updateable<DB['reminderSettings']>) =>
  t.db
    .updateTable('reminderSettings')
    .set({ updatedAt: t.clock.now(), ...changes })
    .execute();

export const runs = (t: TestApp) =>
  t.db.selectFrom('reminderRuns').selectAll().orderBy('at').orderBy('id').execute();
