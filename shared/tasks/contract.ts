import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { flag, listQuery, pageOf, several } from '../http/page.ts';
import { availableAction } from '../machine.ts';
import { id, idParams, version } from '../values/id.ts';
import { optionalBlock, optionalLine, requiredLine } from '../values/text.ts';
import { calendarDate, instant } from '../values/time.ts';
import { taskMachine } from './machine.ts';

export const taskErrors = defineErrors({
  TASK_DUE_IN_PAST: { status: 400, message: '时间要晚于现在' },
  TASK_NOT_OPEN: { status: 409, message: '待办已经结束，先重新打开' },
  TASK_PLANNED: { status: 409, message: '这条待办跟着线索或客户走，请写跟进或在那里改' },
  TASK_ASSIGNEE_INVALID: { status: 400, message: '这位同事不能接待办' },
  TASK_ASSIGNEE_NOT_ALLOWED: { status: 403, message: '没有权限交给这位同事' },
  TASK_ALREADY_ASSIGNED: { status: 409, message: '已经由这位同事处理' },
});

export const TASK_TYPE_LABELS = {
  lead_follow_up: '跟进线索',
  customer_follow_up: '跟进客户',
  quotation_expiring: '报价将到期',
  contract_delivery: '合同交付',
  payment_reminder: '催收款',
  ticket: '工单',
  custom: '自建',
} as const;
export type TaskType = keyof typeof TASK_TYPE_LABELS;

export const PRIORITY_LABELS = { high: '高', medium: '中', low: '低' } as const;
export type TaskPriority = keyof typeof PRIORITY_LABELS;

const keys = <K extends string>(labels: Record<K, string>) => z.enum(Object.keys(labels) as K[]);
const type = keys(TASK_TYPE_LABELS);
const priority = keys(PRIORITY_LABELS);
const person = z.object({ id, name: z.string() });

/** Records that a task can be about. */
const sourceEntity = z.enum(['leads', 'customers']);
export type TaskSourceEntity = z.output<typeof sourceEntity>;

const fields = {
  title: requiredLine(100),
  description: optionalBlock(1000),
  priority,
  dueAt: instant,
};

/** A new task: also the schema of its form. */
export const taskDraft = z.strictObject({
  ...fields,
  priority: priority.default('medium'),
  /** Without it: the author. */
  assigneeId: id.optional(),
  /** What it is about. */
  sourceEntity: sourceEntity.optional(),
  sourceId: id.optional(),
});
export type TaskDraft = z.input<typeof taskDraft>;

export const taskItem = z.object({
  id,
  type,
  title: z.string(),
  description: z.string().nullable(),
  priority,
  status: taskMachine.status,
  /** What it is about; `openable` says whether the caller may see that. */
  source: z
    .object({ entity: sourceEntity, id, name: z.string().nullable(), openable: z.boolean() })
    .nullable(),
  assignee: person,
  dueAt: z.string(),
  /** Open, and its time has passed. */
  overdue: z.boolean(),
  /** How often it was put off. */
  deferrals: z.number(),
  endedAt: z.string().nullable(),
  createdAt: z.string(),
  version: z.number(),
});
export type TaskItem = z.infer<typeof taskItem>;

export const taskDetail = taskItem.extend({
  /** Null: it came by itself. */
  creator: person.nullable(),
  resultNote: z.string().nullable(),
  updatedAt: z.string(),
  actions: z.array(availableAction),
});
export type TaskDetail = z.infer<typeof taskDetail>;

/** What the detail page may offer beside the machine's own actions. */
export const TASK_RECORD_ACTIONS = {
  followUp: '写跟进',
  defer: '延期',
  assign: '转交',
  edit: '编辑',
  delete: '删除',
} as const;
export type TaskRecordAction = keyof typeof TASK_RECORD_ACTIONS;

export const taskFilters = {
  status: several(taskMachine.status).optional(),
  priority: several(priority).optional(),
  type: several(type).optional(),
  assigneeId: id.optional(),
  sourceEntity: sourceEntity.optional(),
  sourceId: id.optional(),
  /** Open ones whose time has passed, or that come due until the end of today. */
  due: z.enum(['overdue', 'today']).optional(),
  /** Due on or after, on or before. */
  from: calendarDate.optional(),
  to: calendarDate.optional(),
  /** `false`: without those that follow their record by themselves. */
  planned: flag.optional(),
};
const taskFilterQuery = z.strictObject(taskFilters);
export type TaskFilters = z.input<typeof taskFilterQuery>;

const reason = requiredLine(200);

export const tasks = {
  list: endpoint({
    method: 'GET',
    path: '/api/tasks',
    permission: 'tasks.read',
    summary: '待办列表：分给我的、我建的，主管看部门的',
    query: listQuery(['dueAt', '-dueAt'], taskFilters),
    response: pageOf(taskItem),
  }),
  overdue: endpoint({
    method: 'GET',
    path: '/api/tasks/overdue',
    permission: 'tasks.read',
    summary: '逾期的待办',
    query: listQuery(['dueAt', '-dueAt'], { assigneeId: id.optional(), type: several(type).optional() }),
    response: pageOf(taskItem),
  }),
  statistics: endpoint({
    method: 'GET',
    path: '/api/tasks/statistics',
    permission: 'tasks.read',
    summary: '待办统计，按到期日期',
    query: z.strictObject({
      assigneeId: id.optional(),
      from: calendarDate.optional(),
      to: calendarDate.optional(),
    }),
    response: z.object({
      total: z.number(),
      pending: z.number(),
      completed: z.number(),
      cancelled: z.number(),
      overdue: z.number(),
      /** Percent of the total, one decimal. */
      completionRate: z.number(),
      overdueRate: z.number(),
      /** Mean hours from creation to completion, one decimal; null when nothing was completed. */
      averageHours: z.number().nullable(),
      byType: z.record(type, z.number()),
    }),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/tasks',
    permission: 'tasks.create',
    summary: '新建待办，给自己或（有权限时）给同事',
    body: taskDraft.refine((draft) => (draft.sourceEntity === undefined) === (draft.sourceId === undefined), {
      path: ['sourceId'],
      error: '来源类型与来源编号要一起填',
    }),
    response: taskDetail,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/tasks/:id',
    permission: 'tasks.read',
    summary: '待办详情与可用操作',
    params: idParams,
    response: taskDetail,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/tasks/:id',
    permission: 'tasks.update',
    summary: '修改待办，只改提交的字段',
    params: idParams,
    body: z
      .strictObject({ version, ...fields })
      .partial()
      .required({ version: true }),
    response: taskDetail,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/tasks/:id',
    permission: 'tasks.delete',
    summary: '删除待办',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
  assign: endpoint({
    method: 'PUT',
    path: '/api/tasks/:id/assign',
    permission: 'tasks.assign',
    summary: '转交给另一位同事',
    params: idParams,
    body: z.strictObject({ version, assigneeId: id, reason }),
    response: taskDetail,
  }),
  complete: endpoint({
    method: 'PUT',
    path: '/api/tasks/:id/complete',
    permission: 'tasks.update',
    summary: '完成待办，可写结果',
    params: idParams,
    body: z.strictObject({ version, resultNote: optionalLine(500) }),
    response: taskDetail,
  }),
  defer: endpoint({
    method: 'PUT',
    path: '/api/tasks/:id/defer',
    permission: 'tasks.update',
    summary: '延期；跟进线索、客户的待办连同其下次联系时间一起改',
    params: idParams,
    body: z.strictObject({ version, dueAt: instant, reason: optionalLine(200) }),
    response: taskDetail,
  }),
  cancel: endpoint({
    method: 'PUT',
    path: '/api/tasks/:id/cancel',
    permission: 'tasks.update',
    summary: '取消待办；跟进线索、客户的待办连同其下次联系时间一起取消',
    params: idParams,
    body: z.strictObject({ version, reason }),
    response: taskDetail,
  }),
  reopen: endpoint({
    method: 'PUT',
    path: '/api/tasks/:id/reopen',
    permission: 'tasks.update',
    summary: '重新打开已结束的待办',
    params: idParams,
    body: z.strictObject({ version }),
    response: taskDetail,
  }),
};
