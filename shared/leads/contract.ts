import * as z from 'zod';
import { contactDraft } from '../contacts/contract.ts';
import { CUSTOMER_TYPE_LABELS, customerFields, SOURCE_LABELS } from '../customers/draft.ts';
import { customerStageMachine } from '../customers/machine.ts';
import { duplicateQuestion, duplicates } from '../duplicates/contract.ts';
import { followUpDetail, followUpDraft } from '../followups/contract.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { flag, listQuery, pageOf, several, whole } from '../http/page.ts';
import { availableAction } from '../machine.ts';
import { timelinePage, timelineQuery } from '../timeline/contract.ts';
import { id, idParams, version } from '../values/id.ts';
import { yuan } from '../values/money.ts';
import { phone } from '../values/phone.ts';
import { clearable, optionalBlock, optionalLine, requiredLine, textLine } from '../values/text.ts';
import { calendarDate, instant } from '../values/time.ts';
import { leadMachine } from './machine.ts';

export const leadErrors = defineErrors({
  LEAD_CONTACT_REQUIRED: { status: 400, message: '电话、微信、其他联系方式至少填一项' },
  LEAD_NOT_OPEN: { status: 409, message: '线索已经结束，先重新打开' },
  LEAD_ALREADY_CLAIMED: { status: 409, message: '手慢了，已被{owner}领取' },
  LEAD_IN_POOL: { status: 409, message: '线索在公海，请先领取' },
  LEAD_ALREADY_OWNED: { status: 409, message: '已经由这位同事跟进' },
  LEAD_MERGED: { status: 409, message: '线索已并入别的线索，请在那条线索上撤销合并' },
  MERGE_SAME: { status: 400, message: '不能并入自己' },
  MERGE_CONVERTED: { status: 409, message: '已转化的线索不能并入别的线索' },
  MERGE_ENDED: { status: 409, message: '只有在跟的线索之间可以合并，或把已关闭的线索并入' },
  MERGE_UNDONE: { status: 409, message: '这次合并已经撤销过' },
  MERGE_TOO_OLD: { status: 409, message: '合并超过7天，不能撤销' },
  OWNER_NOT_ASSIGNABLE: { status: 400, message: '这位同事不能跟进线索' },
  OWNER_NOT_ALLOWED: { status: 403, message: '没有权限指定其他跟进人' },
});

export const INTENTION_LABELS = { high: '高', medium: '中', low: '低' } as const;
export type Intention = keyof typeof INTENTION_LABELS;

export const OUTCOME_LABELS = { invalid: '无效线索', lost: '输单', ended: '终止跟进' } as const;
export type LeadOutcome = keyof typeof OUTCOME_LABELS;

/** What the fields of a lead are called, in the order of its form. */
export const LEAD_FIELD_LABELS = {
  customerName: '客户名称',
  phone: '电话',
  wechat: '微信',
  source: '来源',
  intention: '意向',
  description: '需求描述',
  contactPerson: '联系人',
  company: '公司',
  customerType: '客户类型',
  province: '省份',
  city: '城市',
  address: '地址',
  hotelRooms: '客房数',
  sourceAccount: '来源账号',
  otherHandle: '其他联系',
  email: '邮箱',
  leadTime: '进线时间',
  isContacted: '已联系过',
  externalClueId: '外部线索号',
  score: '评分',
} as const;
export type LeadField = keyof typeof LEAD_FIELD_LABELS;

const keys = <K extends string>(labels: Record<K, string>) => z.enum(Object.keys(labels) as K[]);
const intention = keys(INTENTION_LABELS);
const source = keys(SOURCE_LABELS);
const customerType = keys(CUSTOMER_TYPE_LABELS);
const outcome = keys(OUTCOME_LABELS);
const person = z.object({ id, name: z.string() });

const fields = {
  customerName: requiredLine(100),
  phone: clearable(phone),
  wechat: optionalLine(50),
  otherHandle: optionalLine(100),
  contactPerson: optionalLine(50),
  company: optionalLine(100),
  email: clearable(z.union([z.email(), z.literal('')])),
  customerType: customerType.nullable().optional(),
  province: optionalLine(20),
  city: optionalLine(20),
  address: optionalLine(200),
  hotelRooms: z.number().int().min(0).max(100_000).nullable().optional(),
  source,
  sourceAccount: optionalLine(100),
  externalClueId: optionalLine(100),
  leadTime: instant.optional(),
  intention,
  isContacted: z.boolean(),
  score: z.number().int().min(0).max(100).nullable().optional(),
  description: optionalBlock(2000),
};

/** Whether a lead can be reached at all: a telephone number, WeChat, or another handle. */
export const hasContact = (lead: {
  phone?: string | null;
  wechat?: string | null;
  otherHandle?: string | null;
}) => Boolean(lead.phone || lead.wechat || lead.otherHandle);

/** A new lead: also the schema of its form. */
export const leadDraft = z
  .strictObject({
    ...fields,
    source: source.default('other'),
    intention: intention.default('medium'),
    isContacted: z.boolean().default(false),
    /** Who follows it; `null` puts it into the pool. Without it: the author if they do sales, else the pool. */
    ownerId: id.nullable().optional(),
    followUp: followUpDraft.optional(),
  })
  .refine(hasContact, { path: ['phone'], error: '电话、微信、其他联系方式至少填一项' });
export type LeadDraft = z.input<typeof leadDraft>;

const leadChanges = z
  .strictObject({ version, ...fields })
  .partial()
  .required({ version: true });

export const leadItem = z.object({
  id,
  no: z.string(),
  customerName: z.string(),
  /** Masked together with the other ways of contact while `contactMasked`. */
  phone: z.string().nullable(),
  wechat: z.string().nullable(),
  otherHandle: z.string().nullable(),
  contactPerson: z.string().nullable(),
  contactMasked: z.boolean(),
  customerType: customerType.nullable(),
  province: z.string().nullable(),
  city: z.string().nullable(),
  hotelRooms: z.number().nullable(),
  source,
  status: leadMachine.status,
  intention,
  isContacted: z.boolean(),
  owner: person.nullable(),
  registrant: person,
  createdAt: z.string(),
  assignedAt: z.string().nullable(),
  poolEnteredAt: z.string().nullable(),
  lastFollowUpAt: z.string().nullable(),
  lastFollowUpContent: z.string().nullable(),
  nextFollowUpAt: z.string().nullable(),
  nextFollowUpContent: z.string().nullable(),
  /** When it must be contacted; null when nobody has to (pool, closed, converted). */
  nextDueAt: z.string().nullable(),
  overdue: z.boolean(),
  /** When it goes back to the pool unless somebody contacts it; null: no rule takes it. */
  recycleAt: z.string().nullable(),
  /** Until when its owner must accept it, or it moves on to the next; null when it need not be. */
  acceptBy: z.string().nullable(),
  deletedAt: z.string().nullable(),
  version: z.number(),
});
export type LeadItem = z.infer<typeof leadItem>;

const mergedLead = z.object({
  /** Null when the caller may not see it. */
  id: id.nullable(),
  no: z.string(),
  customerName: z.string(),
});
const leadMerge = z.object({
  /** Of the merge. */
  id,
  no: z.string(),
  customerName: z.string(),
  at: z.string(),
  undoable: z.boolean(),
});

const duplicateGroup = z.object({
  key: z.string(),
  by: z.enum(['phone', 'wechat']),
  /** When the last of them was registered. */
  newestAt: z.string(),
  leads: z.array(
    z.object({
      id,
      no: z.string(),
      customerName: z.string(),
      status: leadMachine.status,
      owner: person.nullable(),
      followUpCount: z.number(),
      createdAt: z.string(),
    }),
  ),
});
export type DuplicateGroup = z.infer<typeof duplicateGroup>;

export const leadDetail = leadItem.extend({
  company: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  sourceAccount: z.string().nullable(),
  externalClueId: z.string().nullable(),
  leadTime: z.string(),
  score: z.number().nullable(),
  description: z.string().nullable(),
  outcome: outcome.nullable(),
  closeReason: z.string().nullable(),
  endedAt: z.string().nullable(),
  dealDate: z.string().nullable(),
  dealAmount: z.number().nullable(),
  /** What it became; null also when the caller may not see that. */
  customer: person.nullable(),
  followUpCount: z.number(),
  /** The leads that became part of it, the last one first. */
  merges: z.array(leadMerge),
  updatedAt: z.string(),
  actions: z.array(availableAction),
});
export type LeadDetail = z.infer<typeof leadDetail>;

/** How a customer is reached, in full. */
const leadContact = leadDetail.pick({
  phone: true,
  wechat: true,
  otherHandle: true,
  contactPerson: true,
  email: true,
});
export type LeadContact = z.infer<typeof leadContact>;

/** What the detail page may offer beside the machine's own actions. */
export const LEAD_RECORD_ACTIONS = {
  followUp: '写跟进',
  edit: '编辑',
  accept: '接收',
  claim: '领取',
  assign: '分派',
  release: '退回公海',
  merge: '合并重复',
  reveal: '查看号码',
  delete: '删除',
  restore: '恢复',
} as const;
export type LeadRecordAction = keyof typeof LEAD_RECORD_ACTIONS;

export const leadFilters = {
  status: several(leadMachine.status).optional(),
  /** `true`: neither converted nor closed. */
  open: flag.optional(),
  intention: several(intention).optional(),
  source: several(source).optional(),
  ownerId: id.optional(),
  registrantId: id.optional(),
  province: textLine(20).optional(),
  city: textLine(20).optional(),
  from: calendarDate.optional(),
  to: calendarDate.optional(),
  /** When it was converted or closed. */
  endedFrom: calendarDate.optional(),
  endedTo: calendarDate.optional(),
  /** When somebody wrote a follow-up on it, whenever the contact was. */
  followedFrom: calendarDate.optional(),
  followedTo: calendarDate.optional(),
  contacted: flag.optional(),
  /** `overdue`: should have been contacted already; `today`: still has to be, today. */
  due: z.enum(['overdue', 'today']).optional(),
  /** `true`: assigned and not followed up since. */
  fresh: flag.optional(),
  /** `soon`: goes back to the pool within three working days unless somebody contacts it. */
  recycle: z.enum(['soon']).optional(),
  /** `true`: came by itself and has to be accepted. */
  toAccept: flag.optional(),
  /** `true`: only the pool; `false`: only what somebody follows. */
  pool: flag.optional(),
  /** What one of the caller's own imports has made or filled, and not taken back. */
  importId: id.optional(),
  /** `true`: what was deleted (needs the right to restore it). */
  deleted: flag.optional(),
};
const leadFilterQuery = z.strictObject(leadFilters);
export type LeadFilters = z.input<typeof leadFilterQuery>;

export const LEAD_SORTS = ['-createdAt', 'createdAt', '-lastContactAt', 'lastContactAt'] as const;
export const LEAD_SORT_LABELS: Readonly<Record<(typeof LEAD_SORTS)[number], string>> = {
  '-createdAt': '最新登记',
  createdAt: '最早登记',
  '-lastContactAt': '最近联系',
  lastContactAt: '最久未联系',
};

/** The fields in which two leads that are merged may differ, and somebody chooses. */
export const MERGE_FIELD_LABELS = {
  ownerId: '跟进人',
  ...(({ externalClueId, isContacted, ...labels }) => labels)(LEAD_FIELD_LABELS),
} as const;
export type MergeField = keyof typeof MERGE_FIELD_LABELS;
export const MERGE_FIELDS = Object.keys(MERGE_FIELD_LABELS) as MergeField[];

/** For so long a merge can be taken back. */
export const MERGE_UNDO_DAYS = 7;

const reason = requiredLine(200);

const deal = { dealDate: calendarDate, dealAmount: yuan };
const maybeDeal = { dealDate: deal.dealDate.optional(), dealAmount: deal.dealAmount.optional() };
const dealIsWhole = ({ dealDate, dealAmount }: { dealDate?: unknown; dealAmount?: unknown }) =>
  (dealDate === undefined) === (dealAmount === undefined);
const DEAL_IN_PART = { path: ['dealAmount'], error: '成交日期与金额要一起填' };
const stage = customerStageMachine.status;

/** What a lead becomes: a deal and no more, a new customer, or part of a customer there is. */
const conversion = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('deal').optional(), version, ...deal, reason: optionalLine(200) }),
  z
    .strictObject({
      to: z.literal('newCustomer'),
      version,
      /** Without it: `client` with a deal, else `prospect`. */
      stage: stage.optional(),
      /** What the customer has otherwise than the lead. */
      customer: z.strictObject(customerFields).partial().optional(),
      /** What the first contact has otherwise than the lead; null: none is made. */
      contact: contactDraft.omit({ customerId: true, primary: true }).partial().nullable().optional(),
      ...maybeDeal,
      /** Also the reason of the stage. */
      reason: optionalLine(200),
    })
    .refine(dealIsWhole, DEAL_IN_PART),
  z
    .strictObject({
      to: z.literal('customer'),
      version,
      customerId: id,
      /** Without it the customer stays where it is; back needs the reason. */
      stage: stage.optional(),
      ...maybeDeal,
      reason: optionalLine(200),
    })
    .refine(dealIsWhole, DEAL_IN_PART),
]);
export type LeadConversion = z.input<typeof conversion>;

export const leads = {
  list: endpoint({
    method: 'GET',
    path: '/api/leads',
    permission: 'leads.read',
    summary: '线索列表',
    query: listQuery(LEAD_SORTS, leadFilters),
    response: pageOf(leadItem),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/leads',
    permission: 'leads.create',
    summary: '登记线索，可同时写第一条跟进',
    body: leadDraft,
    response: leadDetail,
  }),
  duplicates: endpoint({
    method: 'POST',
    path: '/api/leads/duplicates',
    permission: 'leads.create',
    summary: '查重：同一电话、微信，或名称相同、相近的线索、客户与联系人',
    readOnly: true,
    body: duplicateQuestion,
    response: duplicates,
  }),
  duplicateGroups: endpoint({
    method: 'GET',
    path: '/api/leads/duplicate-groups',
    permission: 'leads.merge',
    summary: '疑似重复：在跟的线索里电话或微信相同的，最新在前',
    query: z.strictObject({ cursor: z.string().max(500).optional(), pageSize: whole(1, 50).default(20) }),
    response: z.object({ list: z.array(duplicateGroup), nextCursor: z.string().nullable() }),
  }),
  merge: endpoint({
    method: 'POST',
    path: '/api/leads/:id/merge',
    permission: 'leads.merge',
    summary: '把另一条线索并入这一条：跟进与待办一起过来，7天内可撤销',
    params: idParams,
    body: z.strictObject({
      version,
      otherId: id,
      otherVersion: version,
      /** Whose value wins; without it: mine, or theirs where mine is empty. What is empty never wins. */
      fields: z.partialRecord(z.enum(MERGE_FIELDS), z.enum(['mine', 'theirs'])).default({}),
      reason,
    }),
    response: leadDetail,
  }),
  undoMerge: endpoint({
    method: 'POST',
    path: '/api/leads/merges/:id/undo',
    permission: 'leads.merge',
    summary: '撤销合并：并入的线索恢复原样；之后改过的字段保持不变',
    params: idParams,
    response: z.object({
      lead: leadDetail,
      restored: mergedLead,
      /** What stays as it is now, in words, because it was changed after the merge. */
      kept: z.array(z.string()),
    }),
  }),
  statistics: endpoint({
    method: 'GET',
    path: '/api/leads/statistics',
    permission: 'leads.read',
    summary: '线索统计，按登记日期',
    query: z.strictObject({
      from: calendarDate.optional(),
      to: calendarDate.optional(),
      ownerId: id.optional(),
    }),
    response: z.object({
      total: z.number(),
      byStatus: z.record(leadMachine.status, z.number()),
      bySource: z.record(source, z.number()),
      byIntention: z.record(intention, z.number()),
      pool: z.number(),
      overdue: z.number(),
      /** Percent of the total that was converted, one decimal. */
      conversionRate: z.number(),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/leads/:id',
    permission: 'leads.read',
    summary: '线索详情与可用操作',
    params: idParams,
    response: leadDetail,
  }),
  timeline: endpoint({
    method: 'GET',
    path: '/api/leads/:id/timeline',
    permission: 'leads.read',
    summary: '线索时间线：跟进、状态、归属，最新在前',
    params: idParams,
    query: timelineQuery,
    response: timelinePage,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/leads/:id',
    permission: 'leads.update',
    summary: '编辑线索，只改提交的字段',
    params: idParams,
    body: leadChanges,
    response: leadDetail,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/leads/:id',
    permission: 'leads.delete',
    summary: '删除线索（可恢复，跟进保留）',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
  restore: endpoint({
    method: 'PUT',
    path: '/api/leads/:id/restore',
    permission: 'leads.restore',
    summary: '恢复已删除的线索',
    params: idParams,
    body: z.strictObject({ version }),
    response: leadDetail,
  }),
  changeStatus: endpoint({
    method: 'PUT',
    path: '/api/leads/:id/status',
    permission: 'leads.progress',
    summary: '推进状态：标记已联系、有意向、关闭、重新打开',
    params: idParams,
    body: z.discriminatedUnion('action', [
      z.strictObject({ action: z.enum(['contact', 'qualify']), version, reason: optionalLine(200) }),
      z.strictObject({ action: z.literal('close'), version, outcome, reason }),
      z.strictObject({ action: z.literal('reopen'), version, reason }),
    ]),
    response: leadDetail,
  }),
  convert: endpoint({
    method: 'POST',
    path: '/api/leads/:id/convert',
    permission: 'leads.progress',
    summary: '转化：登记成交（日期与金额），或转为新客户、并入已有客户',
    params: idParams,
    body: conversion,
    response: leadDetail,
  }),
  assign: endpoint({
    method: 'PUT',
    path: '/api/leads/:id/assign',
    permission: 'leads.assign',
    summary: '分派给一位同事',
    params: idParams,
    body: z.strictObject({ version, ownerId: id, reason }),
    response: leadDetail,
  }),
  claim: endpoint({
    method: 'PUT',
    path: '/api/leads/:id/claim',
    permission: 'leads.claim',
    summary: '从公海领取',
    params: idParams,
    response: leadDetail,
  }),
  release: endpoint({
    method: 'PUT',
    path: '/api/leads/:id/pool',
    permission: 'leads.release',
    summary: '退回公海',
    params: idParams,
    body: z.strictObject({ version, reason }),
    response: leadDetail,
  }),
  reveal: endpoint({
    method: 'POST',
    path: '/api/leads/:id/reveal',
    permission: 'leads.reveal',
    summary: '查看公海线索的联系方式，要写原因，记入操作日志',
    params: idParams,
    body: z.strictObject({ reason }),
    response: leadContact,
  }),
  followUp: endpoint({
    method: 'POST',
    path: '/api/leads/:id/follow-up',
    permission: 'followups.create',
    summary: '给线索写跟进',
    params: idParams,
    body: followUpDraft,
    response: followUpDetail,
  }),
};
