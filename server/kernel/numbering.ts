import { sql } from 'kysely';
import { dateOf, type Instant } from '#shared/values/time.ts';
import type { Queryable } from './database.ts';

/**
 * The next human number of the year, `LEAD-2026-0001`, without gaps: the counter's row stays locked until the
 * transaction ends, so take it as late as possible.
 */
export async function nextNumber(db: Queryable, prefix: string, now: Instant): Promise<string> {
  const year = Number(dateOf(now).slice(0, 4));
  const { lastValue } = await db
    .insertInto('numberCounters')
    .values({ prefix, year, lastValue: 1 })
    .onConflict((conflict) =>
      conflict.columns(['prefix', 'year']).doUpdateSet({ lastValue: sql`number_counters.last_value + 1` }),
    )
    .returning('lastValue')
    .executeTakeFirstOrThrow();
  return `${prefix}-${year}-${String(lastValue).padStart(4, '0')}`;
}
