import { workCalendar } from '../../kernel/calendar.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import type { Look } from './due-leads.ts';
import { dueRules, reminderRules } from './rules.ts';
import type { Schedule } from './schedule.ts';

export const readSettings = (db: Queryable) =>
  db.selectFrom('reminderSettings').selectAll().executeTakeFirstOrThrow();

type Asking = Pick<Context, 'db' | 'settings'>;

/** When the daily check runs, as the company has set it. */
export async function readSchedule({ db, settings }: Asking): Promise<Schedule> {
  const { sendTime, workdaysOnly, quietWeekdays, updatedAt } = await readSettings(db);
  const isWorkday = await settings.get(workCalendar, db);
  return { sendTime, workdaysOnly, quietWeekdays, isWorkday, changedAt: updatedAt };
}

/** The last daily check that was done. */
export const latestRun = (db: Queryable) =>
  db
    .selectFrom('reminderRuns')
    .select(['at', 'slot'])
    .where('slot', 'is not', null)
    .orderBy('slot', 'desc')
    .limit(1)
    .executeTakeFirst();

/** All rules that a look at the leads is judged by. */
export async function readRules(context: Asking): Promise<Look['rules']> {
  return { ...(await context.settings.get(reminderRules, context.db)), ...(await dueRules(context)) };
}
