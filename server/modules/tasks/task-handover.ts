import { sql } from 'kysely';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import type { Row } from '../../kernel/transition.ts';

/** Planned ones go with their record. */
const ownTasks = (db: Queryable) =>
  db
    .selectFrom('tasks')
    .where('deletedAt', 'is', null)
    .where('status', '=', 'pending')
    .where('planned', '=', false);

/** How many tasks `handOverTasks` would move now. */
export async function countOwnTasks(db: Queryable, userId: string): Promise<number> {
  const { count } = await ownTasks(db)
    .select(sql<number>`count(*)`.as('count'))
    .where('assigneeId', '=', userId)
    .executeTakeFirstOrThrow();
  return count;
}

async function pass(work: Work, task: Row<'tasks'>, assigneeId: string, reason: string): Promise<void> {
  await work.db
    .updateTable('tasks')
    .set({ assigneeId, version: task.version + 1, updatedAt: work.now })
    .where('id', '=', task.id)
    .execute();
  work.audit({
    action: 'tasks.assigned',
    entity: 'tasks',
    entityId: task.id,
    changes: diff(task, { assigneeId }),
    reason,
  });
}

/** Gives everything that somebody has to do to somebody else. Answers what moved. */
export async function handOverTasks(work: Work, from: string, to: string, reason: string): Promise<string[]> {
  if (from === to) return [];
  const open = await ownTasks(work.db)
    .selectAll()
    .where('assigneeId', '=', from)
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const task of open) await pass(work, task, to, reason);
  return open.map(({ id }) => id);
}

/** Gives back those of the tasks that are open and still with whoever got them. Answers how many there were. */
export async function giveBackTasks(
  work: Work,
  ids: readonly string[],
  from: string,
  to: string,
  reason: string,
): Promise<number> {
  const open = await ownTasks(work.db)
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('assigneeId', '=', from)
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const task of open) await pass(work, task, to, reason);
  return open.length;
}
