import { sql } from 'kysely';
import { dateOf, type Instant } from '#shared/values/time.ts';
import type { Queryable } from './database.ts';

/**
 * The next human number of the year, `LEAD-2026-0001`, without gaps: the counter's row stays locked until the
 * transaction ends, so take it as late as possible.
 */
export async function nextNumber(db: Queryable, prefix: string, now: Instant): Promise<string> {
  const [number] = await nextNumbers(db, prefix, now, 1);
  return number as string;
}

/** Several of them at once, for as little as one costs. */
export async function nextNumbers(
  db: Queryable,
  prefix: string,
  now: Instant,
  count: number,
): Promise<string[]> {
  if (count === 0) return [];
  const year = Number(dateOf(now).slice(0, 4));
  const { lastValue } = await db
    .insertInto('numberCounters')
    .values({ prefix, year, lastValue: count })
    .onConflict((conflict) =>
      conflict
        .columns(['prefix', 'year'])
        .doUpdateSet({ lastValue: sql`number_counters.last_value + ${count}` }),
    )
    .returning('lastValue')
    .executeTakeFirstOrThrow();
  return Array.from({ length: count }, (_, i) => {
    const value = lastValue - count + 1 + i;
    return `${prefix}-${year}-${String(value).padStart(4, '0')}`;
  });
}
