import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { type TaskDetail, type TaskSourceEntity, taskErrors, type tasks } from '#shared/tasks/contract.ts';
import { type TaskAction, type TaskStatus, taskMachine } from '#shared/tasks/machine.ts';
import { type Scope, scopeOf, visible } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { lockVisible, type Row, transition, withPermission } from '../../kernel/transition.ts';
import type { TaskSource, TaskSources } from './task-source.ts';
import { taskAssigned } from './tasks.events.ts';
import { getTask } from './tasks.queries.ts';

type Task = Row<'tasks'>;
type Body<E extends keyof typeof tasks> = Request<(typeof tasks)[E]> extends { body: infer B } ? B : never;

const answer = (work: Work, id: string): Promise<TaskDetail> =>
  getTask(withPermission(work, 'tasks.read'), id);

/** Also keeps the account as it is until the transaction ends. Taken before any task, like whoever closes an account. */
async function lockAssignee(work: Work, userId: string): Promise<void> {
  const user = await work.db
    .selectFrom('users')
    .select('status')
    .where('id', '=', userId)
    .forShare()
    .executeTakeFirst();
  if (user?.status === 'active') return;
  throw taskErrors.TASK_ASSIGNEE_INVALID({
    fields: [{ field: 'assigneeId', message: '这位同事不能接待办' }],
  });
}

/** Whoever gives tasks within a department gives them to nobody outside it. */
function requireWithinReach({ actor, reach }: Scope, userId: string): void {
  const team = reach === 'department' ? actor.teamIds : [actor.userId];
  if (reach === 'all' || team.includes(userId)) return;
  throw taskErrors.TASK_ASSIGNEE_NOT_ALLOWED({
    fields: [{ field: 'assigneeId', message: '只能交给本部门的同事' }],
  });
}

function requireAhead(work: Work, dueAt: string): void {
  if (dueAt > work.now) return;
  throw taskErrors.TASK_DUE_IN_PAST({ fields: [{ field: 'dueAt', message: '要晚于现在' }] });
}

const requireOpen = (task: Task): void => {
  if (task.status !== 'pending') throw taskErrors.TASK_NOT_OPEN();
};

const lockTask = (work: Work, id: string, version: number): Promise<Task> =>
  lockVisible(work, 'tasks', id, { version, current: () => answer(work, id) });

/** A task that people change by hand, locked. */
async function lockOwn(work: Work, id: string, version: number): Promise<Task> {
  const task = await lockTask(work, id, version);
  if (task.planned) throw taskErrors.TASK_PLANNED();
  return task;
}

interface Locked {
  readonly task: Task;
  /** Set while the record that it is about follows it. */
  readonly followed: { readonly source: TaskSource; readonly id: string } | null;
}

/** Locks a task, and before it the record that an open planned one belongs to. */
async function lockWithSource(
  work: Work,
  sources: TaskSources,
  id: string,
  version: number,
): Promise<Locked> {
  const found = await work.db
    .selectFrom('tasks')
    .select(['planned', 'status', 'sourceEntity', 'sourceId'])
    .where('id', '=', id)
    .where(visible(work.scope, 'tasks'))
    .executeTakeFirst();
  if (!found) throw httpErrors.NOT_FOUND();
  let followed: Locked['followed'] = null;
  if (found.planned && found.status === 'pending' && found.sourceId !== null) {
    followed = { source: sources[found.sourceEntity as TaskSourceEntity], id: found.sourceId };
    await followed.source.lock(work, followed.id);
  }
  return { task: await lockTask(work, id, version), followed };
}

function announce(work: Work, task: { id: string; version: number; assigneeId: string }): void {
  const { userId, name } = work.actor;
  if (task.assigneeId === userId) return;
  const { id: taskId, version, assigneeId } = task;
  work.emit(taskAssigned, { taskId, version, assigneeId, by: name });
}

/** Makes a task for oneself or, with the right to give tasks, for a colleague. */
export async function createTask(
  work: Work,
  sources: TaskSources,
  draft: Body<'create'>,
): Promise<TaskDetail> {
  const { actor, now } = work;
  const assigneeId = draft.assigneeId ?? actor.userId;
  if (assigneeId !== actor.userId) {
    if (!actor.grants['tasks.assign'])
      throw taskErrors.TASK_ASSIGNEE_NOT_ALLOWED({
        fields: [{ field: 'assigneeId', message: '没有权限交给同事' }],
      });
    requireWithinReach(scopeOf(actor, 'tasks.assign'), assigneeId);
  }
  requireAhead(work, draft.dueAt);
  await lockAssignee(work, assigneeId);
  const { sourceEntity, sourceId } = draft;
  if (sourceEntity && sourceId) await sources[sourceEntity].requireSeen(work, sourceId);
  const id = newId();
  const fields = {
    title: draft.title,
    description: draft.description ?? null,
    priority: draft.priority,
    dueAt: draft.dueAt,
    assigneeId,
  };
  await work.db
    .insertInto('tasks')
    .values({
      id,
      type: 'custom',
      ...fields,
      status: taskMachine.initial,
      sourceEntity: sourceEntity ?? null,
      sourceId: sourceId ?? null,
      createdBy: actor.userId,
      createdAt: now,
      updatedAt: now,
    })
    .execute();
  work.audit({ action: 'tasks.created', entity: 'tasks', entityId: id, changes: diff({}, fields) });
  announce(work, { id, version: 1, assigneeId });
  return answer(work, id);
}

async function write(work: Work, task: Task, changes: Partial<Task>): Promise<void> {
  await work.db
    .updateTable('tasks')
    .set({ ...changes, version: task.version + 1, updatedAt: work.now })
    .where('id', '=', task.id)
    .execute();
}

/** Changes the given fields of an open task. */
export async function updateTask(
  work: Work,
  id: string,
  { version, ...changes }: Body<'update'>,
): Promise<TaskDetail> {
  const task = await lockOwn(work, id, version);
  requireOpen(task);
  // What was due before stays due when something else is changed.
  if (changes.dueAt && changes.dueAt !== task.dueAt) requireAhead(work, changes.dueAt);
  await write(work, task, changes);
  work.audit({ action: 'tasks.updated', entity: 'tasks', entityId: id, changes: diff(task, changes) });
  return answer(work, id);
}

export async function removeTask(work: Work, id: string, version: number): Promise<{ id: string }> {
  const task = await lockOwn(work, id, version);
  await write(work, task, { deletedAt: work.now });
  work.audit({ action: 'tasks.deleted', entity: 'tasks', entityId: id });
  return { id };
}

/** Gives an open task to somebody else. */
export async function assignTask(
  work: Work,
  id: string,
  { version, assigneeId, reason }: Body<'assign'>,
): Promise<TaskDetail> {
  requireWithinReach(work.scope, assigneeId);
  await lockAssignee(work, assigneeId);
  const task = await lockOwn(work, id, version);
  requireOpen(task);
  if (task.assigneeId === assigneeId) throw taskErrors.TASK_ALREADY_ASSIGNED();
  await write(work, task, { assigneeId });
  work.audit({
    action: 'tasks.assigned',
    entity: 'tasks',
    entityId: id,
    changes: diff(task, { assigneeId }),
    reason,
  });
  announce(work, { id, version: version + 1, assigneeId });
  return answer(work, id);
}

/** Puts an open task off. */
export async function deferTask(
  work: Work,
  sources: TaskSources,
  id: string,
  { version, dueAt, reason }: Body<'defer'>,
): Promise<TaskDetail> {
  const { task, followed } = await lockWithSource(work, sources, id, version);
  requireOpen(task);
  requireAhead(work, dueAt);
  const changes = { dueAt, deferrals: task.deferrals + 1 };
  await write(work, task, changes);
  work.audit({
    action: 'tasks.deferred',
    entity: 'tasks',
    entityId: id,
    changes: diff(task, changes),
    reason: reason ?? null,
  });
  await followed?.source.plan(work, followed.id, dueAt, reason ?? null);
  return answer(work, id);
}

const move = (
  work: Work,
  task: Task,
  action: TaskAction,
  changes: Partial<Task>,
  reason: string | null = null,
) =>
  transition(work, 'tasks', taskMachine, { ...task, status: task.status as TaskStatus }, action, {
    changes,
    reason,
  });

/** Ends a task as done. What its record had agreed on is done with it. */
export async function completeTask(
  work: Work,
  sources: TaskSources,
  id: string,
  { version, resultNote }: Body<'complete'>,
): Promise<TaskDetail> {
  const { task, followed } = await lockWithSource(work, sources, id, version);
  await move(work, task, 'complete', { endedAt: work.now, resultNote: resultNote ?? null });
  await followed?.source.plan(work, followed.id, null, null);
  return answer(work, id);
}

/** Ends a task as no longer needed. What its record had agreed on is off. */
export async function cancelTask(
  work: Work,
  sources: TaskSources,
  id: string,
  { version, reason }: Body<'cancel'>,
): Promise<TaskDetail> {
  const { task, followed } = await lockWithSource(work, sources, id, version);
  await move(work, task, 'cancel', { endedAt: work.now, resultNote: reason }, reason);
  await followed?.source.plan(work, followed.id, null, reason);
  return answer(work, id);
}

export async function reopenTask(work: Work, id: string, version: number): Promise<TaskDetail> {
  const task = await lockOwn(work, id, version);
  await move(work, task, 'reopen', { endedAt: null });
  return answer(work, id);
}
