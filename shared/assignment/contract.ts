import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { id, idParams, version } from '../values/id.ts';
import { requiredLine } from '../values/text.ts';

export const assignmentErrors = defineErrors({
  GROUP_NAME_TAKEN: { status: 409, message: '已经有同名的分配组' },
  GROUP_NOT_THERE: { status: 409, message: '还没有这个分配组，请管理员先设置' },
});

const memberDraft = z.strictObject({
  userId: id,
  /** A member with weight 2 gets twice as many leads as one with weight 1. */
  weight: z.number().int().min(1).max(10).default(1),
  /** Provinces and cities whose leads they get first; none: from everywhere alike. */
  regions: z.array(requiredLine(20)).max(50).default([]),
});

const fields = {
  name: requiredLine(50),
  /** Working minutes, 09:00–18:00 on working days, in which a lead must be accepted; null: it need not be. */
  acceptMinutes: z.number().int().min(1).max(10_000).nullable(),
  members: z
    .array(memberDraft)
    .max(200)
    .refine((list) => new Set(list.map(({ userId }) => userId)).size === list.length, '同一位同事加了两次'),
};

const assignmentGroup = z.object({
  id,
  name: z.string(),
  acceptMinutes: z.number().nullable(),
  members: z.array(
    z.object({
      user: z.object({ id, name: z.string() }),
      weight: z.number(),
      regions: z.array(z.string()),
      /** Whether they take new leads now. */
      onDuty: z.boolean(),
      openLeads: z.number(),
      /** Why they get none now: off duty, full, or unable to follow leads. */
      passedOver: z.string().nullable(),
    }),
  ),
  updatedAt: z.string(),
  version: z.number(),
});
export type AssignmentGroup = z.infer<typeof assignmentGroup>;

const duty = z.object({ onDuty: z.boolean(), groups: z.array(z.string()) });

export const assignment = {
  list: endpoint({
    method: 'GET',
    path: '/api/assignment-groups',
    permission: 'pool.check',
    summary: '分配组：谁轮流接新线索、权重与地区',
    response: z.object({ list: z.array(assignmentGroup) }),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/assignment-groups',
    permission: 'pool.manage',
    summary: '新建分配组',
    body: z.strictObject({ ...fields, acceptMinutes: fields.acceptMinutes.default(null) }),
    response: assignmentGroup,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/assignment-groups/:id',
    permission: 'pool.manage',
    summary: '修改分配组，只改提交的项；成员整组替换，轮到哪里照旧',
    params: idParams,
    body: z
      .strictObject({ version, ...fields })
      .partial()
      .required({ version: true }),
    response: assignmentGroup,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/assignment-groups/:id',
    permission: 'pool.manage',
    summary: '删除分配组；已经分出去的线索不变',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
  duty: endpoint({
    method: 'GET',
    path: '/api/assignment-groups/duty',
    permission: 'leads.progress',
    summary: '我现在接不接新线索，在哪些分配组',
    response: duty,
  }),
  setDuty: endpoint({
    method: 'PUT',
    path: '/api/assignment-groups/duty',
    permission: 'leads.progress',
    summary: '开始或暂停接新线索',
    body: z.strictObject({ duty: z.enum(['on', 'off']) }),
    response: duty,
  }),
};
