import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { listQuery, pageOf } from '../http/page.ts';
import { id, idParams, version } from '../values/id.ts';
import { phone } from '../values/phone.ts';
import { clearable, optionalBlock, optionalLine, requiredLine } from '../values/text.ts';

/** What the fields of a contact are called, in the order of its form. */
export const CONTACT_FIELD_LABELS = {
  name: '姓名',
  position: '职位',
  phone: '手机',
  wechat: '微信',
  email: '邮箱',
  birthday: '生日',
  preferences: '偏好',
  address: '地址',
  description: '备注',
} as const;
export type ContactField = keyof typeof CONTACT_FIELD_LABELS;

/** May lie before the years that business dates can have. */
const birthday = z.iso
  .date('日期格式应为 YYYY-MM-DD')
  .refine((text) => text >= '1900' && text < '2100', '日期超出范围');

const fields = {
  name: requiredLine(50),
  position: optionalLine(50),
  phone: clearable(phone),
  wechat: optionalLine(50),
  email: clearable(z.union([z.email(), z.literal('')])),
  address: optionalLine(200),
  birthday: birthday.nullable().optional(),
  preferences: optionalLine(200),
  description: optionalBlock(500),
};

/** A new contact: also the schema of its form. */
export const contactDraft = z.strictObject({
  ...fields,
  customerId: id,
  /** `true`: whom to call first; whoever was it is no more. The first contact always is. */
  primary: z.boolean().optional(),
});
export type ContactDraft = z.input<typeof contactDraft>;

export const contactItem = z.object({
  id,
  customerId: id,
  customerName: z.string(),
  name: z.string(),
  position: z.string().nullable(),
  phone: z.string().nullable(),
  wechat: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  birthday: z.string().nullable(),
  preferences: z.string().nullable(),
  description: z.string().nullable(),
  primary: z.boolean(),
  /** Whether the caller may change it. */
  editable: z.boolean(),
  createdAt: z.string(),
  version: z.number(),
});
export type ContactItem = z.infer<typeof contactItem>;

export const contacts = {
  list: endpoint({
    method: 'GET',
    path: '/api/contacts',
    permission: 'customers.read',
    summary: '联系人列表：看得到的客户的联系人',
    query: listQuery(['name', '-createdAt'], { customerId: id.optional() }),
    response: pageOf(contactItem),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/contacts',
    permission: 'customers.update',
    summary: '新建联系人',
    body: contactDraft,
    response: contactItem,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/contacts/:id',
    permission: 'customers.read',
    summary: '联系人详情',
    params: idParams,
    response: contactItem,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/contacts/:id',
    permission: 'customers.update',
    summary: '修改联系人，只改提交的字段；primary 为 true 时成为主要联系人',
    params: idParams,
    body: z
      .strictObject({ version, ...fields, primary: z.literal(true) })
      .partial()
      .required({ version: true }),
    response: contactItem,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/contacts/:id',
    permission: 'customers.update',
    summary: '删除联系人；主要联系人删除后由最早的一位接替',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
};
