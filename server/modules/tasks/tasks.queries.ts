import { type SelectQueryBuilder, sql } from 'kysely';
import type { Grants, Reach } from '#shared/access/permissions.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { AvailableAction } from '#shared/machine.ts';
import {
  TASK_RECORD_ACTIONS,
  TASK_TYPE_LABELS,
  type TaskDetail,
  type TaskItem,
  type TaskPriority,
  type TaskRecordAction,
  type TaskSourceEntity,
  type TaskType,
  type tasks,
} from '#shared/tasks/contract.ts';
import { type TaskStatus, taskMachine } from '#shared/tasks/machine.ts';
import { dateOf, endOfDate, type Instant, startOfDate } from '#shared/values/time.ts';
import { may, type Rights, reaches, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { anyOf, defineList, type ListRequest } from '../../kernel/list.ts';
import { prepare } from '../../kernel/prepared.ts';
import type { DB } from '../../kernel/schema.ts';
import { contains } from '../../kernel/search.ts';
import { machineActions } from '../../kernel/transition.ts';

type TaskQuery = Request<typeof tasks.list>['query'];
type TaskRows = SelectQueryBuilder<DB, 'tasks', Record<never, never>>;

interface TaskFlags {
  readonly grants: Grants;
  readonly reach: Reach;
  readonly due: 'overdue' | 'today' | undefined;
  readonly planned: boolean | undefined;
}

interface TaskValues {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly keyword: string | undefined;
  readonly status: readonly string[] | undefined;
  readonly priority: readonly string[] | undefined;
  readonly type: readonly string[] | undefined;
  readonly assigneeId: string | undefined;
  readonly sourceEntity: string | undefined;
  readonly sourceId: string | undefined;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  /** The moment that decides what is overdue, and the first one of tomorrow. */
  readonly now: Instant | undefined;
  readonly tomorrow: Instant | undefined;
}

const rightsIn = ({ grants }: TaskFlags, { userId, teamIds }: TaskValues): Rights => ({
  userId,
  teamIds,
  grants,
});

const open = sql<boolean>`tasks.status = 'pending'`;

function taskRows(db: Queryable, flags: TaskFlags, values: TaskValues): TaskRows {
  const scope = { actor: rightsIn(flags, values), permission: 'tasks.read', reach: flags.reach } as const;
  let rows = db.selectFrom('tasks').where(visible(scope, 'tasks')) as TaskRows;
  if (values.keyword) rows = rows.where(contains('tasks.title', values.keyword));
  if (values.status) rows = rows.where(anyOf('tasks.status', values.status));
  if (values.priority) rows = rows.where(anyOf('tasks.priority', values.priority));
  if (values.type) rows = rows.where(anyOf('tasks.type', values.type));
  if (values.assigneeId) rows = rows.where('tasks.assigneeId', '=', values.assigneeId);
  if (values.sourceEntity) rows = rows.where('tasks.sourceEntity', '=', values.sourceEntity);
  if (values.sourceId) rows = rows.where('tasks.sourceId', '=', values.sourceId);
  if (values.from) rows = rows.where('tasks.dueAt', '>=', values.from);
  if (values.to) rows = rows.where('tasks.dueAt', '<', values.to);
  if (flags.planned !== undefined)
    rows = rows.where(flags.planned ? sql<boolean>`tasks.planned` : sql<boolean>`not tasks.planned`);
  if (flags.due === 'overdue' && values.now) rows = rows.where(open).where('tasks.dueAt', '<=', values.now);
  if (flags.due === 'today' && values.now && values.tomorrow)
    rows = rows.where(open).where('tasks.dueAt', '>', values.now).where('tasks.dueAt', '<', values.tomorrow);
  return rows;
}

/** What it is about, as far as the caller may see that. What was deleted is not there to be opened. */
const withRecords = (rows: TaskRows) =>
  rows
    .innerJoin('users as assignee', 'assignee.id', 'tasks.assigneeId')
    .leftJoin('leads', (join) =>
      join.onRef('leads.id', '=', 'tasks.sourceId').on(sql<boolean>`tasks.source_entity = 'leads'`),
    )
    .leftJoin('customers', (join) =>
      join.onRef('customers.id', '=', 'tasks.sourceId').on(sql<boolean>`tasks.source_entity = 'customers'`),
    );

/** Whether the record is there, and within a permission. */
const reachesRecord = (rights: Rights, verb: 'read' | 'update') =>
  sql<boolean>`((leads.id is not null and leads.deleted_at is null and ${reaches(rights, `leads.${verb}`, 'leads')})
    or (customers.id is not null and customers.deleted_at is null
      and ${reaches(rights, `customers.${verb}`, 'customers')}))`;

const itemColumns = [
  'tasks.id',
  'tasks.type',
  'tasks.title',
  'tasks.description',
  'tasks.priority',
  'tasks.status',
  'tasks.sourceEntity',
  'tasks.sourceId',
  sql<string | null>`coalesce(leads.customer_name, customers.customer_name)`.as('customerName'),
  'tasks.assigneeId',
  'assignee.name as assigneeName',
  'tasks.dueAt',
  'tasks.deferrals',
  'tasks.endedAt',
  'tasks.createdAt',
  'tasks.version',
] as const;

interface Stored {
  id: string;
  type: string;
  title: string;
  description: string | null;
  priority: string;
  status: string;
  sourceEntity: string | null;
  sourceId: string | null;
  customerName: string | null;
  openable: boolean;
  assigneeId: string;
  assigneeName: string;
  dueAt: string;
  deferrals: number;
  endedAt: string | null;
  createdAt: string;
  version: number;
}

const isOverdue = (task: { status: string; dueAt: string }, now: Instant): boolean =>
  task.status === 'pending' && task.dueAt <= now;

const present = ({ now }: Pick<Context, 'now'>, row: Stored): TaskItem => ({
  id: row.id,
  type: row.type as TaskType,
  title: row.title,
  description: row.description,
  priority: row.priority as TaskPriority,
  status: row.status as TaskStatus,
  source:
    row.sourceEntity === null || row.sourceId === null
      ? null
      : {
          entity: row.sourceEntity as TaskSourceEntity,
          id: row.sourceId,
          name: row.openable ? row.customerName : null,
          openable: row.openable,
        },
  assignee: { id: row.assigneeId, name: row.assigneeName },
  dueAt: row.dueAt,
  overdue: isOverdue(row, now),
  deferrals: row.deferrals,
  endedAt: row.endedAt,
  createdAt: row.createdAt,
  version: row.version,
});

/** Tasks, by when they are due. */
const taskList = defineList({
  table: 'tasks',
  orders: { dueAt: { column: 'tasks.dueAt', type: 'timestamptz' } },
  rows: taskRows,
  columns: (rows, sortKey, flags: TaskFlags, values: TaskValues) =>
    withRecords(rows).select([
      ...itemColumns,
      reachesRecord(rightsIn(flags, values), 'read').as('openable'),
      sql<string>`${sortKey}`.as('sortKey'),
    ]),
});

function taskFilter({ scope, now }: Context, query: Partial<TaskQuery>): ListRequest<TaskFlags, TaskValues> {
  const { userId, teamIds, grants } = scope.actor;
  return {
    flags: { grants, reach: scope.reach, due: query.due, planned: query.planned },
    values: {
      userId,
      teamIds,
      keyword: query.keyword,
      status: query.status,
      priority: query.priority,
      type: query.type,
      assigneeId: query.assigneeId,
      sourceEntity: query.sourceEntity,
      sourceId: query.sourceId,
      from: query.from && startOfDate(query.from),
      to: query.to && endOfDate(query.to),
      now: query.due && now,
      tomorrow: query.due === 'today' ? endOfDate(dateOf(now)) : undefined,
    },
  };
}

/** The tasks that somebody has, made or, for their department, answers for. */
export async function listTasks(context: Context, query: TaskQuery): Promise<Page<TaskItem>> {
  const page = await taskList.page(context, query, taskFilter(context, query));
  return { ...page, list: page.list.map((row) => present(context, row)) };
}

const findTask = prepare(
  (db, grants: Grants, { id, userId, teamIds }: { id: string } & Omit<Rights, 'grants'>) => {
    const rights = { userId, teamIds, grants };
    return withRecords(db.selectFrom('tasks').where('tasks.id', '=', id) as TaskRows)
      .leftJoin('users as creator', 'creator.id', 'tasks.createdBy')
      .where(visible(scopeOf(rights, 'tasks.read'), 'tasks'))
      .select([
        ...itemColumns,
        'tasks.planned',
        'tasks.resultNote',
        'tasks.updatedAt',
        'tasks.createdBy',
        'creator.name as creatorName',
        reachesRecord(rights, 'read').as('openable'),
        reachesRecord(rights, 'update').as('plannable'),
        reaches(rights, 'tasks.update', 'tasks').as('update'),
        reaches(rights, 'tasks.assign', 'tasks').as('assign'),
        reaches(rights, 'tasks.delete', 'tasks').as('remove'),
      ]);
  },
  { planOnce: true },
);

/** One task with what the caller may do with it. Throws NOT_FOUND outside the scope. */
export async function getTask(context: Context, id: string): Promise<TaskDetail> {
  const { grants, userId, teamIds } = context.actor;
  const [row] = await findTask.execute(context.db, grants, { id, userId, teamIds });
  if (!row) throw httpErrors.NOT_FOUND();
  return {
    ...present(context, row),
    creator: row.createdBy === null ? null : { id: row.createdBy, name: row.creatorName ?? '' },
    resultNote: row.resultNote,
    updatedAt: row.updatedAt,
    actions: actionsFor(context, row),
  };
}

interface Reached {
  readonly status: string;
  readonly planned: boolean;
  readonly plannable: boolean;
  readonly update: boolean;
  readonly assign: boolean;
  readonly remove: boolean;
}

function actionsFor({ actor }: Context, task: Reached): AvailableAction[] {
  const offer = (action: TaskRecordAction): AvailableAction => ({
    action,
    label: TASK_RECORD_ACTIONS[action],
    disabledReason: null,
  });
  const status = task.status as TaskStatus;
  const isOpen = status === 'pending';
  if (task.planned && !isOpen) return [];
  // A planned one changes together with its record.
  const update = task.update && (!task.planned || task.plannable);
  const actions: AvailableAction[] = [];
  if (task.planned && task.plannable && may(actor, 'followups.create')) actions.push(offer('followUp'));
  actions.push(...machineActions(taskMachine, status, () => update));
  if (isOpen && update) actions.push(offer('defer'));
  if (task.planned) return actions;
  if (isOpen && task.assign) actions.push(offer('assign'));
  if (isOpen && update) actions.push(offer('edit'));
  if (task.remove) actions.push(offer('delete'));
  return actions;
}

const percent = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10;

/** How much of what was due in a time was done. */
export async function taskStatistics(
  context: Context,
  { assigneeId, from, to }: Request<typeof tasks.statistics>['query'],
): Promise<Answer<typeof tasks.statistics>> {
  const { flags, values } = taskFilter(context, { assigneeId, from, to });
  const groups = await taskRows(context.db, flags, values)
    .select(['tasks.type', 'tasks.status'])
    .select(sql<number>`count(*)`.as('count'))
    .select(sql<number>`count(*) filter (where ${open} and tasks.due_at <= ${context.now})`.as('overdue'))
    .select(
      sql<number>`coalesce(sum(extract(epoch from tasks.ended_at - tasks.created_at)), 0)::float8`.as(
        'seconds',
      ),
    )
    .groupBy(['tasks.type', 'tasks.status'])
    .execute();
  const sum = (status: TaskStatus | null, of: 'count' | 'overdue' | 'seconds' = 'count') =>
    groups
      .filter((group) => status === null || group.status === status)
      .reduce((total, group) => total + group[of], 0);
  const [total, completed, overdue] = [sum(null), sum('completed'), sum(null, 'overdue')];
  const byType = Object.fromEntries(
    (Object.keys(TASK_TYPE_LABELS) as TaskType[]).map((type) => [
      type,
      groups.filter((group) => group.type === type).reduce((count, group) => count + group.count, 0),
    ]),
  ) as Record<TaskType, number>;
  return {
    total,
    pending: sum('pending'),
    completed,
    cancelled: sum('cancelled'),
    overdue,
    completionRate: percent(completed, total),
    overdueRate: percent(overdue, total),
    averageHours: completed === 0 ? null : Math.round(sum('completed', 'seconds') / completed / 360) / 10,
    byType,
  };
}
