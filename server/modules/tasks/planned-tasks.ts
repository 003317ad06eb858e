import { sql } from 'kysely';
import type { TaskPriority, TaskSourceEntity, TaskType } from '#shared/tasks/contract.ts';
import { type TaskStatus, taskMachine } from '#shared/tasks/machine.ts';
import { diff } from '../../kernel/audit.ts';
import type { AnyWork } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { prepare } from '../../kernel/prepared.ts';
import { transition } from '../../kernel/transition.ts';

/** The one step that a record has agreed on. */
export interface PlannedTask {
  readonly type: TaskType;
  readonly title: string;
  readonly description: string | null;
  readonly priority: TaskPriority;
  readonly assigneeId: string;
  readonly dueAt: string;
}

const openPlanned = prepare((db, _flags: null, { entity, id }: { entity: string; id: string }) =>
  db
    .selectFrom('tasks')
    .selectAll()
    .where('sourceEntity', '=', entity)
    .where('sourceId', '=', id)
    // Spelled out: that is how the partial index is recognised.
    .where(sql<boolean>`planned and status = 'pending' and deleted_at is null`)
    .forUpdate(),
);

/**
 * Makes the planned task of a record what its plan says: exactly one open one, or none. The record is locked: locks are
 * taken on the record first and on its tasks after it, everywhere.
 * @param done what came of the planned step, if it just took place: the open task is completed rather than changed
 */
export async function settlePlanned(
  work: AnyWork,
  source: { readonly entity: TaskSourceEntity; readonly id: string },
  plan: PlannedTask | null,
  done: string | null = null,
): Promise<void> {
  const [open] = await openPlanned.execute(work.db, null, source);
  if (open && (done !== null || plan === null)) {
    const row = { ...open, status: open.status as TaskStatus };
    const [action, resultNote] = done === null ? (['cancel', null] as const) : (['complete', done] as const);
    await transition(work, 'tasks', taskMachine, row, action, {
      automatic: true,
      changes: { endedAt: work.now, resultNote },
    });
  }
  if (plan === null) return;
  if (open && done === null) {
    const changes = diff(open, { ...plan });
    if (Object.keys(changes).length === 0) return;
    await work.db
      .updateTable('tasks')
      .set({ ...plan, version: open.version + 1, updatedAt: work.now })
      .where('id', '=', open.id)
      .execute();
    work.audit({ action: 'tasks.planned', entity: 'tasks', entityId: open.id, changes });
    return;
  }
  const id = newId();
  await work.db
    .insertInto('tasks')
    .values({
      id,
      ...plan,
      status: taskMachine.initial,
      sourceEntity: source.entity,
      sourceId: source.id,
      planned: true,
      createdAt: work.now,
      updatedAt: work.now,
    })
    .execute();
  work.audit({ action: 'tasks.planned', entity: 'tasks', entityId: id, changes: diff({}, { ...plan }) });
}
