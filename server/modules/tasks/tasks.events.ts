import { formatAbsolute } from '#shared/values/time.ts';
import { defineEvent, type EventHandler, on } from '../../kernel/events.ts';
import { notify } from '../notifications/notify.ts';

/** Somebody was given a task by somebody else. */
export const taskAssigned = defineEvent<{
  taskId: string;
  version: number;
  assigneeId: string;
  by: string;
}>('task.assigned');

export const taskHandlers: EventHandler[] = [
  on(taskAssigned, 'notice', async ({ database, clock }, { taskId, version, assigneeId, by }) => {
    const now = clock.now();
    const task = await database.db
      .selectFrom('tasks')
      .select(['title', 'dueAt'])
      .where('id', '=', taskId)
      .where('assigneeId', '=', assigneeId)
      .where('status', '=', 'pending')
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
    // It was passed on, done or taken back before anybody was told.
    if (!task) return;
    await notify(database.db, now, [
      {
        userId: assigneeId,
        key: `task.assigned:${taskId}:${version}`,
        kind: 'task',
        title: `新待办：${task.title}`,
        body: `${by} 交给你，${formatAbsolute(task.dueAt, now)}到期`,
        target: { entity: 'tasks', id: taskId },
      },
    ]);
  }),
];
