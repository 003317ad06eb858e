import * as z from 'zod';
import { SOURCE_LABELS } from '../customers/draft.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { listQuery, pageOf, several } from '../http/page.ts';
import { webhook } from '../http/webhook.ts';
import { LEAD_FIELD_LABELS } from '../leads/contract.ts';
import { id, idParams, version } from '../values/id.ts';
import { optionalBlock, optionalLine, requiredLine, textLine } from '../values/text.ts';
import { calendarDate } from '../values/time.ts';

export const intakeErrors = defineErrors({
  INTAKE_NO_SECRET: { status: 409, message: '还没有设置密钥，收不了数据' },
  INTAKE_SECRET_UNREADABLE: { status: 409, message: '密钥读不出来了，请重新设置' },
  INTAKE_IN_USE: { status: 409, message: '已经收到过数据，不能删除，可以停用' },
  INTAKE_NOT_REPLAYABLE: { status: 409, message: '只有失败或已忽略的记录可以重放' },
});

/** The platforms that a lead may come from by itself. */
export const INTAKE_KIND_LABELS = {
  douyin: '抖音企业号',
  'ocean-engine': '巨量引擎',
  feiyu: '飞鱼 CRM',
  'tencent-ads': '腾讯广告',
  'generic-hmac': '自有系统',
} as const;
export type IntakeKind = keyof typeof INTAKE_KIND_LABELS;
export const INTAKE_KINDS = Object.keys(INTAKE_KIND_LABELS) as IntakeKind[];
const kind = z.enum(INTAKE_KINDS);

/** Those that send what the company has set up on their side, under names of its own. */
export const MAPPED_KINDS: readonly IntakeKind[] = ['feiyu', 'generic-hmac'];

/** Where the leads of a kind come from, unless the source says otherwise. */
export const DEFAULT_LEAD_SOURCE = {
  douyin: 'douyin',
  'ocean-engine': 'douyin',
  feiyu: 'douyin',
  'tencent-ads': 'wechat',
  'generic-hmac': 'website',
} as const satisfies Record<IntakeKind, keyof typeof SOURCE_LABELS>;

/** What may be filled from a message, in the order of the form. */
export const CLUE_FIELDS = [
  'customerName',
  'phone',
  'wechat',
  'otherHandle',
  'contactPerson',
  'company',
  'email',
  'province',
  'city',
  'address',
  'hotelRooms',
  'description',
  'leadTime',
  'sourceAccount',
  'externalClueId',
] as const satisfies readonly (keyof typeof LEAD_FIELD_LABELS)[];
export type ClueField = (typeof CLUE_FIELDS)[number];
const clueField = z.enum(CLUE_FIELDS);
export const CLUE_FIELD_LABELS: Readonly<Record<ClueField, string>> = LEAD_FIELD_LABELS;

/** Field of the lead → key in the message, with dots for what is nested. */
const mapping = z.partialRecord(clueField, requiredLine(100));
export type IntakeMapping = z.infer<typeof mapping>;

/** What a message calls its fields, unless the source says otherwise. `telphone` is how Feiyu spells it. */
export const DEFAULT_MAPPINGS: Readonly<Partial<Record<IntakeKind, IntakeMapping>>> = {
  feiyu: {
    customerName: 'name',
    phone: 'telphone',
    wechat: 'weixin',
    otherHandle: 'qq',
    email: 'email',
    province: 'province_name',
    city: 'city_name',
    address: 'location',
    description: 'remark',
    leadTime: 'create_time',
    sourceAccount: 'adv_name',
    externalClueId: 'id',
  },
  'generic-hmac': {
    customerName: 'name',
    phone: 'phone',
    wechat: 'wechat',
    contactPerson: 'contact',
    company: 'company',
    email: 'email',
    province: 'province',
    city: 'city',
    description: 'remark',
    leadTime: 'time',
    externalClueId: 'id',
  },
};

/** Where a lead goes at once. */
const assignment = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('pool') }),
  z.strictObject({ to: z.literal('owner'), ownerId: id }),
  /** Null: the oldest group. */
  z.strictObject({ to: z.literal('group'), groupId: id.nullable() }),
]);
export type IntakeAssignment = z.infer<typeof assignment>;

/** Passwords that platforms give out are longer; shorter ones can be guessed. */
const secret = z
  .string()
  .trim()
  .min(8, '至少8个字符')
  .max(500)
  .regex(/^[\x21-\x7e]+$/, '只能是英文字母、数字和符号，不能有空格');

const fields = {
  name: requiredLine(50),
  /** Field names of the sender; null: the usual ones. Only for kinds whose names are set up. */
  mapping: mapping.nullable(),
  assignment,
  /** In whose name the leads are registered. */
  registrantId: id,
  /** Put down as the account that a lead came from, when the message names none. */
  campaign: optionalLine(100),
  leadSource: z.enum(Object.keys(SOURCE_LABELS) as (keyof typeof SOURCE_LABELS)[]),
  enabled: z.boolean(),
};

const person = z.object({ id, name: z.string() });

const intakeSource = z.object({
  id,
  kind,
  name: z.string(),
  /** The whole address, to be copied to the platform. Whoever knows it still needs the secret. */
  address: z.string(),
  /** When the secret was set; the secret itself is never answered. */
  secretSetAt: z.string().nullable(),
  /** False when the server can no longer open it: its key has changed. */
  secretReadable: z.boolean(),
  mapping: mapping.nullable(),
  assignment,
  /** Whom or which group `assignment` names. */
  assignedTo: z.string().nullable(),
  registrant: person,
  campaign: z.string().nullable(),
  leadSource: fields.leadSource,
  enabled: z.boolean(),
  lastReceivedAt: z.string().nullable(),
  /** Of the last seven days. */
  received: z.number(),
  failed: z.number(),
  /** When somebody last sent something with a wrong signature. */
  refusedAt: z.string().nullable(),
  updatedAt: z.string(),
  version: z.number(),
});
export type IntakeSource = z.infer<typeof intakeSource>;

export const INTAKE_STATUS_LABELS = {
  received: '待处理',
  processed: '已成线索',
  duplicate: '重复',
  failed: '失败',
  ignored: '已忽略',
} as const;
export type IntakeStatus = keyof typeof INTAKE_STATUS_LABELS;
const status = z.enum(Object.keys(INTAKE_STATUS_LABELS) as IntakeStatus[]);

/** What was understood of a message, by field of the lead, in words. */
const parsed = z.array(z.object({ field: z.string(), label: z.string(), value: z.string() }));
export type ParsedFields = z.infer<typeof parsed>;

const intakeEvent = z.object({
  id,
  source: z.object({ id, name: z.string(), kind }),
  status,
  reason: z.string().nullable(),
  /** Masked unless the caller may see the contact details of the lead. */
  customerName: z.string().nullable(),
  contact: z.string().nullable(),
  /** The lead that it became or that was there before; `id` is null when the caller may not open it. */
  lead: z.object({ id: id.nullable(), no: z.string() }).nullable(),
  attempts: z.number(),
  /** How often the platform sent it. */
  deliveries: z.number(),
  receivedAt: z.string(),
  processedAt: z.string().nullable(),
  replayable: z.boolean(),
});
export type IntakeEvent = z.infer<typeof intakeEvent>;

const intakeEventDetail = intakeEvent.extend({
  fields: parsed,
  contactMasked: z.boolean(),
  /** What came, as text; null for those who do not set up sources. */
  raw: z.string().nullable(),
});
export type IntakeEventDetail = z.infer<typeof intakeEventDetail>;

const testResult = z.object({
  ok: z.boolean(),
  /** What would become of it, in one sentence. */
  outcome: z.string(),
  fields: parsed,
  /** What was sent, as text. */
  raw: z.string(),
});
export type IntakeTest = z.infer<typeof testResult>;

export const intake = {
  sources: endpoint({
    method: 'GET',
    path: '/api/intake/sources',
    permission: 'intake.manage',
    summary: '接入来源：地址、字段对应、分配方式与最近情况',
    response: z.object({ list: z.array(intakeSource) }),
  }),
  createSource: endpoint({
    method: 'POST',
    path: '/api/intake/sources',
    permission: 'intake.manage',
    summary: '新建接入来源，地址自动生成',
    body: z.strictObject({
      kind,
      name: fields.name,
      secret: secret.optional(),
      mapping: fields.mapping.default(null),
      assignment: fields.assignment.default({ to: 'pool' }),
      registrantId: fields.registrantId.optional(),
      campaign: fields.campaign,
      leadSource: fields.leadSource.optional(),
      enabled: fields.enabled.default(true),
    }),
    response: intakeSource,
  }),
  updateSource: endpoint({
    method: 'PUT',
    path: '/api/intake/sources/:id',
    permission: 'intake.manage',
    summary: '修改接入来源，只改提交的项',
    params: idParams,
    body: z
      .strictObject({ version, ...fields })
      .partial()
      .required({ version: true }),
    response: intakeSource,
  }),
  setSecret: endpoint({
    method: 'PUT',
    path: '/api/intake/sources/:id/secret',
    permission: 'intake.manage',
    summary: '设置或更换密钥；保存后不再显示',
    params: idParams,
    body: z.strictObject({ version, secret }),
    response: intakeSource,
  }),
  renewAddress: endpoint({
    method: 'PUT',
    path: '/api/intake/sources/:id/address',
    permission: 'intake.manage',
    summary: '更换接收地址，旧地址立即失效',
    params: idParams,
    body: z.strictObject({ version }),
    response: intakeSource,
  }),
  removeSource: endpoint({
    method: 'DELETE',
    path: '/api/intake/sources/:id',
    permission: 'intake.manage',
    summary: '删除没有收到过数据的接入来源',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
  test: endpoint({
    method: 'POST',
    path: '/api/intake/sources/:id/test',
    permission: 'intake.manage',
    summary: '用一条签好名的样例（或提交的内容）走一遍接收流程，不登记线索',
    params: idParams,
    body: z.strictObject({ payload: optionalBlock(16_000) }),
    response: testResult,
  }),
  events: endpoint({
    method: 'GET',
    path: '/api/intake/events',
    permission: 'intake.read',
    summary: '收到的数据，最新在前；看不到线索的人看到的号码打码',
    query: listQuery(['-receivedAt'], {
      status: several(status).optional(),
      sourceId: id.optional(),
      from: calendarDate.optional(),
      to: calendarDate.optional(),
    }).omit({ keyword: true }),
    response: pageOf(intakeEvent),
  }),
  event: endpoint({
    method: 'GET',
    path: '/api/intake/events/:id',
    permission: 'intake.read',
    summary: '一条收到的数据：识别出的字段、结果与原因',
    params: idParams,
    response: intakeEventDetail,
  }),
  replay: endpoint({
    method: 'POST',
    path: '/api/intake/events/:id/replay',
    permission: 'intake.manage',
    summary: '重放一条失败或已忽略的数据，按来源现在的设置重新处理',
    params: idParams,
    response: intakeEvent,
  }),
};

export const intakeWebhooks = {
  receive: webhook({
    path: '/api/webhooks/:kind/:token',
    summary: '各平台推送线索的地址；按平台自己的格式验签与应答',
    params: z.strictObject({ kind, token: textLine(100) }),
    maxBytes: 262_144,
    limits: [
      { by: 'address', max: 1_200, seconds: 60 },
      { by: { param: 'token' }, max: 1_200, seconds: 60 },
    ],
  }),
};
