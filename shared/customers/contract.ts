import * as z from 'zod';
import { contactDraft, contactItem } from '../contacts/contract.ts';
import { duplicateQuestion, duplicates } from '../duplicates/contract.ts';
import { followUpDetail, followUpDraft } from '../followups/contract.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { flag, listQuery, pageOf, several } from '../http/page.ts';
import { availableAction } from '../machine.ts';
import { timelinePage, timelineQuery } from '../timeline/contract.ts';
import { id, idParams, version } from '../values/id.ts';
import { yuan } from '../values/money.ts';
import { coordinates } from '../values/position.ts';
import { optionalLine, requiredLine } from '../values/text.ts';
import { calendarDate } from '../values/time.ts';
import { customerFields, customerType, level, loyalty } from './draft.ts';
import { customerMachine, customerStageMachine } from './machine.ts';

export const customerErrors = defineErrors({
  CUSTOMER_OWNER_NOT_ASSIGNABLE: { status: 400, message: '这位同事不能负责客户' },
  CUSTOMER_OWNER_NOT_ALLOWED: { status: 403, message: '没有权限交给这位同事' },
  CUSTOMER_ALREADY_OWNED: { status: 409, message: '已经由这位同事负责' },
  CUSTOMER_STAGE_SAME: { status: 409, message: '已经是这个阶段' },
  CUSTOMER_INACTIVE: { status: 409, message: '客户已停用，先恢复' },
});

const { source } = customerFields;
const person = z.object({ id, name: z.string() });

/** A new customer: also the schema of its form. */
export const customerDraft = z.strictObject({
  ...customerFields,
  source: source.default('other'),
  stage: customerStageMachine.status.default('initial_contact'),
  /** Without it: the author. */
  ownerId: id.optional(),
  /** The first contact, who becomes the primary one. */
  contact: contactDraft.omit({ customerId: true, primary: true }).optional(),
});
export type CustomerDraft = z.input<typeof customerDraft>;

export const customerItem = z.object({
  id,
  no: z.string(),
  customerName: z.string(),
  customerType: customerType.nullable(),
  level: level.nullable(),
  stage: customerStageMachine.status,
  status: customerMachine.status,
  province: z.string().nullable(),
  city: z.string().nullable(),
  hotelRooms: z.number().nullable(),
  phone: z.string().nullable(),
  source,
  owner: person,
  /** Whom to call: the primary contact. */
  primaryContact: z.object({ id, name: z.string(), phone: z.string().nullable() }).nullable(),
  lastFollowUpAt: z.string().nullable(),
  lastFollowUpContent: z.string().nullable(),
  nextFollowUpAt: z.string().nullable(),
  nextFollowUpContent: z.string().nullable(),
  createdAt: z.string(),
  deletedAt: z.string().nullable(),
  version: z.number(),
});
export type CustomerItem = z.infer<typeof customerItem>;

export const customerDetail = customerItem.extend({
  industry: z.string().nullable(),
  address: z.string().nullable(),
  /** Where that is; learnt from the first check-in there when nobody has said it. */
  coordinates: coordinates.nullable(),
  hotelStar: z.string().nullable(),
  email: z.string().nullable(),
  website: z.string().nullable(),
  taxNo: z.string().nullable(),
  loyaltyLevel: loyalty.nullable(),
  description: z.string().nullable(),
  creditLimit: z.number().nullable(),
  creditScore: z.number().nullable(),
  creditAssessedOn: z.string().nullable(),
  inactiveReason: z.string().nullable(),
  collaborators: z.array(person),
  /** The primary one first; at most fifty. */
  contacts: z.array(contactItem),
  /** The leads that became this customer, as far as the caller may see them. */
  leads: z.array(z.object({ id, no: z.string(), customerName: z.string() })),
  followUpCount: z.number(),
  creator: person,
  updatedAt: z.string(),
  actions: z.array(availableAction),
});
export type CustomerDetail = z.infer<typeof customerDetail>;

/** What the detail page may offer beside the machines' own actions. */
export const CUSTOMER_RECORD_ACTIONS = {
  followUp: '写跟进',
  edit: '编辑',
  addContact: '加联系人',
  transfer: '转移',
  collaborate: '协作人',
  assess: '信用评估',
  delete: '删除',
  restore: '恢复',
} as const;
export type CustomerRecordAction = keyof typeof CUSTOMER_RECORD_ACTIONS;

export const customerFilters = {
  stage: several(customerStageMachine.status).optional(),
  status: several(customerMachine.status).optional(),
  customerType: several(customerType).optional(),
  level: several(level).optional(),
  ownerId: id.optional(),
  source: several(source).optional(),
  province: optionalLine(20),
  city: optionalLine(20),
  industry: optionalLine(50),
  from: calendarDate.optional(),
  to: calendarDate.optional(),
  /** What one of the caller's own imports has made or filled, and not taken back. */
  importId: id.optional(),
  /** `true`: what was deleted (needs the right to restore it). */
  deleted: flag.optional(),
};
const customerFilterQuery = z.strictObject(customerFilters);
export type CustomerFilters = z.input<typeof customerFilterQuery>;

export const CUSTOMER_SORTS = ['-createdAt', 'createdAt', '-lastContactAt', 'lastContactAt'] as const;

const reason = requiredLine(200);

export const customers = {
  list: endpoint({
    method: 'GET',
    path: '/api/customers',
    permission: 'customers.read',
    summary: '客户列表',
    query: listQuery(CUSTOMER_SORTS, customerFilters),
    response: pageOf(customerItem),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/customers',
    permission: 'customers.create',
    summary: '新建客户，可同时加第一个联系人',
    body: customerDraft,
    response: customerDetail,
  }),
  duplicates: endpoint({
    method: 'POST',
    path: '/api/customers/duplicates',
    permission: 'customers.create',
    summary: '查重：同一电话、微信，或名称相同、相近的线索、客户与联系人',
    readOnly: true,
    body: duplicateQuestion,
    response: duplicates,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/customers/:id',
    permission: 'customers.read',
    summary: '客户详情：联系人、来源线索与可用操作',
    params: idParams,
    response: customerDetail,
  }),
  timeline: endpoint({
    method: 'GET',
    path: '/api/customers/:id/timeline',
    permission: 'customers.read',
    summary: '客户时间线：跟进（含转来的线索的跟进）、阶段、归属，最新在前',
    params: idParams,
    query: timelineQuery,
    response: timelinePage,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/customers/:id',
    permission: 'customers.update',
    summary: '编辑客户，只改提交的字段',
    params: idParams,
    body: z
      .strictObject({ version, ...customerFields })
      .partial()
      .required({ version: true }),
    response: customerDetail,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/customers/:id',
    permission: 'customers.delete',
    summary: '删除客户（可恢复，联系人与跟进保留）',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
  restore: endpoint({
    method: 'PUT',
    path: '/api/customers/:id/restore',
    permission: 'customers.restore',
    summary: '恢复已删除的客户',
    params: idParams,
    body: z.strictObject({ version }),
    response: customerDetail,
  }),
  moveStage: endpoint({
    method: 'PUT',
    path: '/api/customers/:id/stage',
    permission: 'customers.update',
    summary: '推进或退回阶段，退回要写原因',
    params: idParams,
    body: z.strictObject({ version, targetStage: customerStageMachine.status, stageDesc: optionalLine(200) }),
    response: customerDetail,
  }),
  changeStatus: endpoint({
    method: 'PUT',
    path: '/api/customers/:id/status',
    permission: 'customers.update',
    summary: '停用（要写原因）或恢复合作',
    params: idParams,
    body: z.discriminatedUnion('status', [
      z.strictObject({ status: z.literal('inactive'), version, reason }),
      z.strictObject({ status: z.literal('active'), version, reason: optionalLine(200) }),
    ]),
    response: customerDetail,
  }),
  locate: endpoint({
    method: 'PUT',
    path: '/api/customers/:id/coordinates',
    permission: 'customers.update',
    summary: '设置客户在地图上的位置',
    params: idParams,
    body: z.strictObject({ version, coordinates: coordinates.nullable() }),
    response: customerDetail,
  }),
  transfer: endpoint({
    method: 'PUT',
    path: '/api/customers/:id/owner',
    permission: 'customers.transfer',
    summary: '转移负责人',
    params: idParams,
    body: z.strictObject({ version, newOwnerId: id, transferReason: reason }),
    response: customerDetail,
  }),
  collaborate: endpoint({
    method: 'PUT',
    path: '/api/customers/:id/collaborators',
    permission: 'customers.transfer',
    summary: '设置协作人：能看、能写跟进，最多十位',
    params: idParams,
    body: z.strictObject({
      version,
      userIds: z
        .array(id)
        .max(10)
        .overwrite((ids) => [...new Set(ids)]),
    }),
    response: customerDetail,
  }),
  assess: endpoint({
    method: 'POST',
    path: '/api/customers/:id/credit-assessment',
    permission: 'customers.assess',
    summary: '记一次信用评估：评分、额度与说明',
    params: idParams,
    body: z.strictObject({
      version,
      assessmentDate: calendarDate,
      creditScore: z.number().int().min(0).max(100),
      creditLimit: yuan,
      remarks: optionalLine(500),
    }),
    response: customerDetail,
  }),
  addContact: endpoint({
    method: 'POST',
    path: '/api/customers/:id/contacts',
    permission: 'customers.update',
    summary: '给客户加联系人',
    params: idParams,
    body: contactDraft.omit({ customerId: true }),
    response: contactItem,
  }),
  followUp: endpoint({
    method: 'POST',
    path: '/api/customers/:id/follow-up',
    permission: 'followups.create',
    summary: '给客户写跟进',
    params: idParams,
    body: followUpDraft,
    response: followUpDetail,
  }),
};
