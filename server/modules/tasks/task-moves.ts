import { sql } from 'kysely';
import type { TaskSourceEntity } from '#shared/tasks/contract.ts';
import type { AnyWork } from '../../kernel/context.ts';

/**
 * Makes tasks about one record tasks about another. The one that was planned has been settled: what moves is what people
 * made, and what was done. Answers which.
 * @param among only those of them
 */
export async function moveTasks(
  { db }: AnyWork,
  entity: TaskSourceEntity,
  from: string,
  to: string,
  among?: readonly string[],
): Promise<string[]> {
  const rows = await db
    .updateTable('tasks')
    .set({ sourceId: to })
    .where('sourceEntity', '=', entity)
    .where('sourceId', '=', from)
    .$if(among !== undefined, (q) => q.where(sql<boolean>`id = any(${among ?? []}::uuid[])`))
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}
