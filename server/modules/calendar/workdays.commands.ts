import { httpErrors } from '#shared/http/errors.ts';
import type { CalendarDate } from '#shared/values/time.ts';
import type { SpecialDay } from '#shared/workdays/contract.ts';
import type { Work } from '../../kernel/context.ts';

const words = (date: CalendarDate, workday: boolean) => `${date} ${workday ? '上班' : '休息'}`;

const findOverride = (work: Work, date: CalendarDate) =>
  work.db
    .selectFrom('workdayOverrides')
    .select(['workday', 'note'])
    .where('date', '=', date)
    .forUpdate()
    .executeTakeFirst();

/** Decides for the company whether a day is worked. It counts from the next request on, also for what is due already. */
export async function setWorkday(
  work: Work,
  date: CalendarDate,
  { workday, note }: { workday: boolean; note: string },
): Promise<SpecialDay> {
  const before = await findOverride(work, date);
  const row = { workday, note, createdBy: work.actor.userId, createdAt: work.now };
  await work.db
    .insertInto('workdayOverrides')
    .values({ date, ...row })
    .onConflict((conflict) => conflict.column('date').doUpdateSet(row))
    .execute();
  work.audit({
    action: 'workdays.set',
    entity: 'workdays',
    entityId: null,
    changes: { day: [before ? words(date, before.workday) : null, words(date, workday)] },
    reason: note,
  });
  return { date, workday, note, override: true };
}

export async function removeWorkday(work: Work, date: CalendarDate): Promise<{ date: CalendarDate }> {
  const before = await findOverride(work, date);
  if (!before) throw httpErrors.NOT_FOUND();
  await work.db.deleteFrom('workdayOverrides').where('date', '=', date).execute();
  work.audit({
    action: 'workdays.removed',
    entity: 'workdays',
    entityId: null,
    changes: { day: [words(date, before.workday), null] },
  });
  return { date };
}
