import type { Intention } from '#shared/leads/contract.ts';
import type { DueRules, FollowUpIntervals } from '#shared/leads/overdue.ts';
import { REMINDER_TIERS, type ReminderTier } from '#shared/reminders/contract.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import type { Context } from '../../kernel/context.ts';
import { defineSetting } from '../../kernel/settings.ts';

/** Working days after the due time until a tier hears of a lead; null: never. */
export type TierDays = Readonly<Record<ReminderTier, number | null>>;

export interface ReminderRules {
  readonly intervals: FollowUpIntervals;
  readonly tiers: Readonly<Record<Intention, TierDays>>;
}

/** The rules of all three levels, as they are now. */
export const reminderRules = defineSetting('reminderRules', async (db): Promise<ReminderRules> => {
  const rows = await db.selectFrom('reminderRules').selectAll().execute();
  const each = <T>(value: (row: (typeof rows)[number]) => T) =>
    Object.fromEntries(rows.map((row) => [row.intention, value(row)])) as Record<Intention, T>;
  return {
    intervals: each(({ intervalDays }) => intervalDays),
    tiers: each(
      (row) =>
        Object.fromEntries(REMINDER_TIERS.map((tier) => [tier, row[`${tier}After`]])) as unknown as TierDays,
    ),
  };
});

/** What decides when a lead is due: the company's intervals and its working days. */
export async function dueRules({ settings, db }: Pick<Context, 'settings' | 'db'>): Promise<DueRules> {
  const { intervals } = await settings.get(reminderRules, db);
  return { intervals, isWorkday: await settings.get(workCalendar, db) };
}
