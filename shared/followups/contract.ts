import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { flag, listQuery, pageOf } from '../http/page.ts';
import { id, idParams, version } from '../values/id.ts';
import { optionalBlock, optionalLine, requiredBlock } from '../values/text.ts';
import { calendarDate, instant } from '../values/time.ts';

export const followUpErrors = defineErrors({
  FOLLOW_UP_FROZEN: { status: 409, message: '跟进只能由本人当天修改，之后请追加一条新的跟进' },
  FOLLOW_UP_IN_FUTURE: { status: 400, message: '跟进时间不能晚于现在' },
  NEXT_FOLLOW_UP_IN_PAST: { status: 400, message: '下次跟进时间要晚于现在' },
});

export const METHOD_LABELS = {
  phone: '电话',
  wechat: '微信',
  visit: '拜访',
  meeting: '会议',
  email: '邮件',
  sms: '短信',
  other: '其他',
} as const;
export type FollowUpMethod = keyof typeof METHOD_LABELS;
export const followUpMethod = z.enum(Object.keys(METHOD_LABELS) as FollowUpMethod[]);

const facts = {
  method: followUpMethod,
  content: requiredBlock(2000),
  result: optionalLine(100),
  customerFeedback: optionalBlock(1000),
  contactPerson: optionalLine(50),
  location: optionalLine(200),
  nextFollowUpContent: optionalLine(200),
};

/** What a person writes about a contact that took place. */
export const followUpDraft = z.strictObject({
  ...facts,
  happenedAt: instant.optional(),
  nextFollowUpAt: instant.nullable().optional(),
});
export type FollowUpDraft = z.input<typeof followUpDraft>;

export const followUpItem = z.object({
  id,
  leadId: id.nullable(),
  /** Of a lead: the customer that it became. */
  customerId: id.nullable(),
  /** The name of what was followed up. */
  targetName: z.string(),
  method: followUpMethod,
  content: z.string(),
  result: z.string().nullable(),
  customerFeedback: z.string().nullable(),
  contactPerson: z.string().nullable(),
  location: z.string().nullable(),
  happenedAt: z.string(),
  nextFollowUpAt: z.string().nullable(),
  nextFollowUpContent: z.string().nullable(),
  authorId: id,
  authorName: z.string(),
  createdAt: z.string(),
  version: z.number(),
});
export type FollowUpItem = z.infer<typeof followUpItem>;

export const followUpDetail = followUpItem.extend({
  /** Whether the caller may still change it. */
  editable: z.boolean(),
});

export const followUpFilters = {
  leadId: id.optional(),
  /** With what was written on the leads that became it. */
  customerId: id.optional(),
  userId: id.optional(),
  method: followUpMethod.optional(),
  /** When the contact was. */
  from: calendarDate.optional(),
  to: calendarDate.optional(),
  /** When it was written down. */
  writtenFrom: calendarDate.optional(),
  writtenTo: calendarDate.optional(),
  /** `true`: what was written on leads; `false`: on customers. */
  onLead: flag.optional(),
};

export const followups = {
  list: endpoint({
    method: 'GET',
    path: '/api/followups',
    permission: 'leads.read',
    summary: '跟进记录列表',
    query: listQuery(['-happenedAt', 'happenedAt'], followUpFilters).refine(
      ({ keyword, leadId, customerId, userId, from }) =>
        keyword === undefined || Boolean(leadId || customerId || userId || from),
      { path: ['keyword'], error: '搜索跟进内容前，先选线索、客户、同事或起始日期' },
    ),
    response: pageOf(followUpItem),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/followups',
    permission: 'followups.create',
    summary: '给线索或客户写跟进',
    body: followUpDraft
      .extend({ leadId: id.optional(), customerId: id.optional() })
      .refine(({ leadId, customerId }) => (leadId === undefined) !== (customerId === undefined), {
        path: ['leadId'],
        error: '线索与客户要填且只填一个',
      }),
    response: followUpDetail,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/followups/:id',
    permission: 'leads.read',
    summary: '跟进记录详情',
    params: idParams,
    response: followUpDetail,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/followups/:id',
    permission: 'followups.update',
    summary: '修改跟进（本人当天）',
    params: idParams,
    body: z
      .strictObject({ version, ...facts, nextFollowUpAt: instant.nullable().optional() })
      .partial()
      .required({ version: true }),
    response: followUpDetail,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/followups/:id',
    permission: 'followups.update',
    summary: '删除跟进（本人当天）',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
};
