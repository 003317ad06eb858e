import type { Answer } from '#shared/http/endpoint.ts';
import { addDays, type CalendarDate } from '#shared/values/time.ts';
import type { SpecialDay, workdays } from '#shared/workdays/contract.ts';
import { holidayName, isWorkday } from '../../kernel/calendar.ts';
import type { Queryable } from '../../kernel/database.ts';

const MAX_OVERRIDES = 366;

/** The days of a year that are special by law or by the company's decision, by date. */
export async function listSpecialDays(db: Queryable, year: number): Promise<Answer<typeof workdays.list>> {
  const days = new Map<CalendarDate, SpecialDay>();
  for (let date = `${year}-01-01`; date.startsWith(`${year}-`); date = addDays(date, 1)) {
    const name = holidayName(date);
    if (name !== null) days.set(date, { date, workday: isWorkday(date), note: name, override: false });
  }
  const published = days.size > 0;
  const overrides = await db
    .selectFrom('workdayOverrides')
    .select(['date', 'workday', 'note'])
    .where('date', '>=', `${year}-01-01`)
    .where('date', '<=', `${year}-12-31`)
    .orderBy('date')
    .limit(MAX_OVERRIDES)
    .execute();
  for (const day of overrides) days.set(day.date, { ...day, override: true });
  const list = [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
  return { list, published };
}
