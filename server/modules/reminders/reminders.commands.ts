import { sql } from 'kysely';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Intention } from '#shared/leads/contract.ts';
import {
  LEVELS,
  type Level,
  type RemindEmail,
  reminderErrors,
  type reminders,
} from '#shared/reminders/contract.ts';
import { WEEKDAYS } from '#shared/values/time.ts';
import { reaches } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { findDelivery } from './deliveries.queries.ts';
import { deliveryReady, type Outlets, runReminders } from './reminder-run.ts';
import { getRule, getSettings, overdueNow, teamOf } from './reminders.queries.ts';

/** Changes when leads of an intention are due and who hears of it. No lead is touched: the next look judges anew. */
export async function updateRule(
  work: Work,
  level: Level,
  { version, intervalDays, tiers = {} }: Request<typeof reminders.updateRule>['body'],
): Promise<Answer<typeof reminders.updateRule>> {
  const intention: Intention = LEVELS[level];
  const before = await work.db
    .selectFrom('reminderRules')
    .selectAll()
    .where('intention', '=', intention)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (before.version !== version) {
    throw httpErrors.STALE({ details: { current: await getRule(work.db, intention) } });
  }
  const changes = {
    ...(intervalDays === undefined ? {} : { intervalDays }),
    ...(tiers.owner === undefined ? {} : { ownerAfter: tiers.owner }),
    ...(tiers.manager === undefined ? {} : { managerAfter: tiers.manager }),
    ...(tiers.company === undefined ? {} : { companyAfter: tiers.company }),
  };
  await work.db
    .updateTable('reminderRules')
    .set({ ...changes, version: version + 1, updatedAt: work.now })
    .where('intention', '=', intention)
    .execute();
  work.audit({
    action: 'reminders.ruleChanged',
    entity: 'reminders',
    entityId: null,
    changes: diff(before, changes),
    reason: `${level}意向`,
  });
  return getRule(work.db, intention);
}

export async function updateSettings(
  work: Work,
  outlets: Outlets,
  { version, ...changes }: Request<typeof reminders.updateSettings>['body'],
): Promise<Answer<typeof reminders.updateSettings>> {
  const before = await work.db
    .selectFrom('reminderSettings')
    .selectAll()
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (before.version !== version) {
    throw httpErrors.STALE({ details: { current: await getSettings(work, outlets) } });
  }
  await work.db
    .updateTable('reminderSettings')
    .set({ ...changes, version: version + 1, updatedAt: work.now })
    .execute();
  const { quietWeekdays, ...plain } = changes;
  const days = (list: readonly number[]) => list.map((day) => WEEKDAYS[day]).join('、');
  work.audit({
    action: 'reminders.settingsChanged',
    entity: 'reminders',
    entityId: null,
    changes: {
      ...diff(before, plain),
      ...(quietWeekdays && days(quietWeekdays) !== days(before.quietWeekdays)
        ? { quietWeekdays: [days(before.quietWeekdays), days(quietWeekdays)] as const }
        : {}),
    },
  });
  return getSettings(work, outlets);
}

/** Looks at the leads that the caller is in charge of, now, and says what has not been said. */
export async function checkNow(work: Work, outlets: Outlets): Promise<Answer<typeof reminders.check>> {
  const team = teamOf(work.scope);
  const run = { asOf: work.now, slot: null, actorId: work.actor.userId, team };
  const said = await runReminders(work, outlets, run);
  return {
    ...(await overdueNow(work, team)),
    reminders: said?.reminders ?? 0,
    deliveries: said?.deliveries ?? 0,
  };
}

/** Puts an address on the company list. */
export async function addEmail(work: Work, email: string): Promise<RemindEmail> {
  const id = newId();
  const added = await work.db
    .insertInto('remindEmails')
    .values({ id, email, createdBy: work.actor.userId, createdAt: work.now })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'email', 'createdAt'])
    .executeTakeFirst();
  if (!added) {
    throw reminderErrors.REMIND_EMAIL_TAKEN({ fields: [{ field: 'email', message: '已经在名单里' }] });
  }
  work.audit({
    action: 'reminders.emailAdded',
    entity: 'reminders',
    entityId: id,
    changes: { email: [null, email] },
  });
  return added;
}

export async function removeEmail(work: Work, id: string): Promise<{ id: string }> {
  const removed = await work.db
    .deleteFrom('remindEmails')
    .where('id', '=', id)
    .returning('email')
    .executeTakeFirst();
  if (!removed) throw httpErrors.NOT_FOUND();
  work.audit({
    action: 'reminders.emailRemoved',
    entity: 'reminders',
    entityId: id,
    changes: { email: [removed.email, null] },
  });
  return { id };
}

/** Hands a message that failed to the worker once more, to the address that its recipient has now. */
export async function resendDelivery(
  work: Work,
  outlets: Outlets,
  id: string,
  version: number,
): Promise<Answer<typeof reminders.resend>> {
  const found = await work.db
    .selectFrom('reminderDeliveries')
    .leftJoin('users', 'users.id', 'reminderDeliveries.userId')
    .select(['reminderDeliveries.version', 'reminderDeliveries.status', 'reminderDeliveries.address'])
    .select('users.email')
    .where('reminderDeliveries.id', '=', id)
    .where(reaches(work.actor, 'reminders.check', 'reminderDeliveries'))
    .forUpdate('reminderDeliveries')
    .executeTakeFirst();
  if (!found) throw httpErrors.NOT_FOUND();
  if (found.version !== version)
    throw httpErrors.STALE({ details: { current: await findDelivery(work, id) } });
  if (found.status !== 'failed') throw reminderErrors.DELIVERY_NOT_FAILED();
  if (!outlets.mailConfigured) throw reminderErrors.MAIL_NOT_CONFIGURED();
  await work.db
    .updateTable('reminderDeliveries')
    .set({
      status: 'waiting',
      channel: 'mail',
      address: found.email ?? found.address,
      attempts: 0,
      reason: null,
      version: sql`version + 1`,
    })
    .where('id', '=', id)
    .execute();
  work.emit(deliveryReady, { deliveryId: id });
  work.audit({ action: 'reminders.resent', entity: 'reminders', entityId: id });
  return findDelivery(work, id);
}
