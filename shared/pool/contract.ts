import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { listQuery, pageOf } from '../http/page.ts';
import { leadDetail } from '../leads/contract.ts';
import { id, idParams, version } from '../values/id.ts';
import { requiredLine, textLine } from '../values/text.ts';

export const poolErrors = defineErrors({
  LEAD_CLAIM_CAP: { status: 409, message: '今天已领取{max}条，到了每日上限（{rule}），明天再来' },
  LEAD_HOLDING_CAP: { status: 409, message: '{owner}名下已有{count}条跟进中的线索，上限是{max}条（{rule}）' },
  LEAD_COOLDOWN: {
    status: 409,
    message: '这条线索从你名下回到公海，{date}以后才能再领取（{rule}：冷却{days}天）',
  },
  LEAD_NOT_TO_ACCEPT: { status: 409, message: '这条线索不用接收，或已经转给别人' },
  LEAD_NOBODY_TO_TAKE: { status: 409, message: '没有人能接这条线索：{why}' },
  POOL_RULE_INHERITED: { status: 409, message: '这个部门没有自己的规则，正在沿用上级的' },
  POOL_RULE_NEEDED: { status: 409, message: '全公司的规则不能取消，只能修改' },
});

const person = z.object({ id, name: z.string() });
const cap = z.number().int().min(1);
const workdays = z.number().int().min(1).max(250);
const intentions = <S extends z.ZodType>(each: S) => z.strictObject({ high: each, medium: each, low: each });

/** What a rule says; a null limits nothing, or never takes a lead back. */
const terms = {
  /** Leads that one person may claim on a day. */
  claimCap: cap.max(1000).nullable(),
  /** Open leads that one person may follow. */
  holdingCap: cap.max(100_000).nullable(),
  /** Days before whoever gave a lead up may claim it again. */
  cooldownDays: z.number().int().min(0).max(365),
  /** Working days after it was assigned or claimed in which a lead is not taken back. */
  protectionDays: z.number().int().min(0).max(250),
  /** Working days without contact after which a lead goes back to the pool, by intention. */
  recycleDays: intentions(workdays.nullable()),
  /** So many working days before, its owner is warned. */
  warnDays: z
    .array(z.number().int().min(1).max(30))
    .max(3, '最多提前提醒三次')
    .overwrite((days) => [...new Set(days)].sort((a, b) => b - a)),
};

const poolRule = z.object({
  /** `default` for the whole company. */
  departmentId: z.union([z.literal('default'), id]),
  departmentName: z.string(),
  /** The one above whose rule counts here; null: it has its own. */
  inheritedFrom: z.string().nullable(),
  ...terms,
  recycleDays: z.object({
    high: z.number().nullable(),
    medium: z.number().nullable(),
    low: z.number().nullable(),
  }),
  warnDays: z.array(z.number()),
  /** Whom the rule does not concern. */
  exempt: z.array(person),
  /** The same as sentences. */
  words: z.array(z.string()),
  /** Nothing is taken before: whoever loses leads by a new rule is warned first. */
  recyclesFrom: z.string().nullable(),
  updatedAt: z.string(),
  /** 0 while it is inherited. */
  version: z.number(),
});
export type PoolRule = z.infer<typeof poolRule>;

const departmentParams = z.strictObject({ departmentId: z.union([z.literal('default'), id]) });

const taken = z.object({
  id,
  no: z.string(),
  customerName: z.string(),
  owner: person,
  lastContactAt: z.string(),
  /** When it goes back to the pool. */
  recycleAt: z.string(),
  /** Which rule takes it: `华南销售部公海规则：中意向10个工作日没有跟进`. */
  reason: z.string(),
});

const claimAnswer = z.object({
  allowed: z.boolean(),
  /** Which rule stands against it. */
  rule: z
    .enum(['LEAD_CLAIM_CAP', 'LEAD_HOLDING_CAP', 'LEAD_COOLDOWN', 'LEAD_NOT_OPEN', 'FORBIDDEN'])
    .nullable(),
  until: z.string().nullable(),
  words: z.string(),
});

const poolClock = z.object({
  state: z.enum(['recycles', 'exempt', 'never', 'pooled', 'ended']),
  ruleName: z.string().nullable(),
  /** The instant from which the worker takes it. */
  recycleAt: z.string().nullable(),
  /** When its owner is warned, or was. */
  warnAt: z.array(z.string()),
  /** Not taken before, however long nobody contacts it. */
  protectedUntil: z.string().nullable(),
  words: z.string(),
  /** Of a lead in the pool: whether the caller may claim it now. */
  claim: claimAnswer.nullable(),
});
export type PoolClock = z.infer<typeof poolClock>;

const reason = requiredLine(200);
const chosen = z
  .array(z.strictObject({ id, version }))
  .min(1)
  .max(100)
  .refine((list) => new Set(list.map((each) => each.id)).size === list.length, '同一条线索选了两次');

const results = z.object({
  done: z.number(),
  refused: z.number(),
  list: z.array(
    z.object({
      id,
      ok: z.boolean(),
      /** Whoever follows it now; null: the pool. Only of those that were done. */
      owner: person.nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
    }),
  ),
});
export type OwnershipResults = z.infer<typeof results>;

export const pool = {
  rules: endpoint({
    method: 'GET',
    path: '/api/pool-rules',
    permission: 'pool.check',
    summary: '公海规则：全公司与自己范围内的部门，含沿用的',
    response: z.object({ list: z.array(poolRule) }),
  }),
  setRule: endpoint({
    method: 'PUT',
    path: '/api/pool-rules/:departmentId',
    permission: 'pool.manage',
    summary: '设置一个部门的公海规则（default 为全公司），只改提交的项；原来沿用上级的部门从此有自己的规则',
    params: departmentParams,
    body: z
      .strictObject({ ...terms, recycleDays: terms.recycleDays.partial(), exemptIds: z.array(id).max(200) })
      .partial()
      .extend({ version: z.number().int().min(0).max(2_147_483_647) }),
    response: poolRule,
  }),
  removeRule: endpoint({
    method: 'DELETE',
    path: '/api/pool-rules/:departmentId',
    permission: 'pool.manage',
    summary: '取消一个部门自己的公海规则，改为沿用上级',
    params: departmentParams,
    response: poolRule,
  }),
  dryRun: endpoint({
    method: 'GET',
    path: '/api/pool-rules/dry-run',
    permission: 'pool.check',
    summary: '今天结束以前会回收哪些线索、为什么；什么也不做',
    query: listQuery(['lastContactAt'], {}).omit({ keyword: true, cursor: true, sort: true }),
    response: pageOf(taken).extend({ until: z.string() }),
  }),
  clock: endpoint({
    method: 'GET',
    path: '/api/leads/:id/pool-clock',
    permission: 'leads.read',
    summary: '这条线索什么时候按哪条规则回收；在公海的，现在能不能领取',
    params: idParams,
    response: poolClock,
  }),
  accept: endpoint({
    method: 'PUT',
    path: '/api/leads/:id/accept',
    permission: 'leads.progress',
    summary: '接收自动分配给我的线索',
    params: idParams,
    response: leadDetail,
  }),
  assignMany: endpoint({
    method: 'POST',
    path: '/api/leads/assign',
    permission: 'leads.assign',
    summary: '批量分派给一位同事，或按分配组轮流分派；每条各有结果',
    body: z.strictObject({
      leads: chosen,
      ownerId: z.union([z.literal('auto'), id]),
      /** With `auto`: from which group; the first one without it. */
      groupId: id.optional(),
      reason,
    }),
    response: results,
  }),
  releaseMany: endpoint({
    method: 'POST',
    path: '/api/leads/release',
    permission: 'leads.release',
    summary: '批量退回公海；每条各有结果',
    body: z.strictObject({ leads: chosen, reason }),
    response: results,
  }),
  suggestedOwner: endpoint({
    method: 'GET',
    path: '/api/leads/suggested-owner',
    permission: 'leads.dispatch',
    summary: '登记时建议的跟进人：轮到谁、按地区',
    query: z.strictObject({
      province: textLine(20).optional(),
      city: textLine(20).optional(),
      groupId: id.optional(),
    }),
    response: z.object({ owner: person.nullable() }),
  }),
};
