import { sql } from 'kysely';
import { MERGE_UNDO_DAYS } from '#shared/leads/contract.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';

const DAY_MS = 86_400_000;

/** Until when a merge of this moment can be taken back. */
export const undoUntil = (at: Instant): Instant => toInstant(Date.parse(at) + MERGE_UNDO_DAYS * DAY_MS);

/** What became of a lead that was merged, at last; null for one that was not. */
export async function survivorOf(db: Queryable, id: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    with recursive line (id, depth) as (
      select merged_into, 1 from leads where id = ${id}::uuid and merged_into is not null
      union all
      select leads.merged_into, depth + 1 from line join leads on leads.id = line.id
      where leads.merged_into is not null
    )
    select id from line order by depth desc limit 1`.execute(db);
  return rows[0]?.id ?? null;
}

/** Every lead that became part of this one, also by way of another. */
export async function absorbedInto(db: Queryable, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive part (id) as (
      select id from leads where merged_into = ${id}::uuid
      union all
      select leads.id from part join leads on leads.merged_into = part.id
    )
    select id from part`.execute(db);
  return rows.map((row) => row.id);
}
