import { workCalendar } from '../../kernel/calendar.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { prepare } from '../../kernel/prepared.ts';
import { defineSetting } from '../../kernel/settings.ts';
import type { Look } from './due-leads.ts';
import { dueRules, reminderRules } from './rules.ts';
import type { Schedule } from './schedule.ts';

export const readSettings = (db: Queryable) =>
  db.selectFrom('reminderSettings').selectAll().executeTakeFirstOrThrow();

const reminderSettings = defineSetting('reminderSettings', readSettings);

type Asking = Pick<Context, 'db' | 'settings'>;

/** When the daily check runs, as the company has set it. */
export async function readSchedule({ db, settings }: Asking): Promise<Schedule> {
  const { sendTime, workdaysOnly, quietWeekdays, updatedAt } = await settings.get(reminderSettings, db);
  const isWorkday = await settings.get(workCalendar, db);
  return { sendTime, workdaysOnly, quietWeekdays, isWorkday, changedAt: updatedAt };
}

const lastRun = prepare(
  (db) =>
    db
      .selectFrom('reminderRuns')
      .select(['at', 'slot'])
      .where('slot', 'is not', null)
      .orderBy('slot', 'desc')
      .limit(1),
  { planOnce: true },
);

/** The last daily check that was done. */
export const latestRun = async (db: Queryable) => (await lastRun.execute(db, null, {}))[0];

/** All rules that a look at the leads is judged by. */
export async function readRules(context: Asking): Promise<Look['rules']> {
  return { ...(await context.settings.get(reminderRules, context.db)), ...(await dueRules(context)) };
}
