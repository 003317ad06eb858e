import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { listQuery, pageOf, several } from '../http/page.ts';
import type { Intention } from '../leads/contract.ts';
import { id, idParams, version } from '../values/id.ts';
import { requiredLine } from '../values/text.ts';
import { calendarDate } from '../values/time.ts';

export const reminderErrors = defineErrors({
  REMIND_EMAIL_TAKEN: { status: 409, message: '这个邮箱已经在名单里' },
  DELIVERY_NOT_FAILED: { status: 409, message: '只有发送失败的提醒可以重发' },
  MAIL_NOT_CONFIGURED: { status: 409, message: '没有配置邮件服务器，发不了邮件' },
});

/** Who hears of an overdue lead, in the order in which they do. */
export const TIER_LABELS = { owner: '跟进人', manager: '部门主管', company: '公司名单' } as const;
export type ReminderTier = keyof typeof TIER_LABELS;
export const REMINDER_TIERS = Object.keys(TIER_LABELS) as ReminderTier[];
const tier = z.enum(REMINDER_TIERS);

/** The levels of S2, with what they are called elsewhere. */
export const LEVELS = { 高: 'high', 中: 'medium', 低: 'low' } as const satisfies Record<string, Intention>;
export type Level = keyof typeof LEVELS;
const level = z.enum(Object.keys(LEVELS) as Level[]);

const days = (min: number) => z.number().int().min(min).max(60);
const after = days(0).nullable();
const tiers = z.strictObject({ owner: after, manager: after, company: after });

const rule = z.object({
  intentionLevel: level,
  /** Working days without contact after which a lead is due. */
  intervalDays: z.number(),
  /** Working days after that until each tier hears of it; null: never. */
  tiers: z.object({
    owner: z.number().nullable(),
    manager: z.number().nullable(),
    company: z.number().nullable(),
  }),
  /** The same as a sentence. */
  words: z.string(),
  updatedAt: z.string(),
  version: z.number(),
});
export type ReminderRule = z.infer<typeof rule>;

const sendTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间格式应为 HH:MM');
const weekdays = z
  .array(z.number().int().min(0).max(6))
  .max(6, '一周至少留一天')
  .overwrite((list) => [...new Set(list)].sort());

const settings = z.object({
  /** Wall clock in Asia/Shanghai. */
  sendTime: z.string(),
  /** Whether days off are quiet: what comes due waits for the next working day. */
  workdaysOnly: z.boolean(),
  /** Quiet days of the week beside those; 0 is Sunday. */
  quietWeekdays: z.array(z.number()),
  version: z.number(),
  /** When the next daily check runs. */
  nextRunAt: z.string().nullable(),
  lastRunAt: z.string().nullable(),
  /** Whether mail can be sent at all. */
  mailConfigured: z.boolean(),
});
export type ReminderSettings = z.infer<typeof settings>;

const email = z.object({ id, email: z.string(), createdAt: z.string() });
export type RemindEmail = z.infer<typeof email>;

export const CHANNEL_LABELS = { mail: '邮件', wechat: '微信', app: '站内' } as const;
export const DELIVERY_STATUS_LABELS = {
  waiting: '待发送',
  sent: '已发送',
  failed: '发送失败',
  skipped: '未发送',
} as const;
export type DeliveryStatus = keyof typeof DELIVERY_STATUS_LABELS;
const deliveryStatus = z.enum(Object.keys(DELIVERY_STATUS_LABELS) as DeliveryStatus[]);

const delivery = z.object({
  id,
  /** A colleague, or null for an address of the company list. */
  recipient: z.object({ id, name: z.string() }).nullable(),
  address: z.string().nullable(),
  channel: z.enum(Object.keys(CHANNEL_LABELS) as (keyof typeof CHANNEL_LABELS)[]),
  status: deliveryStatus,
  /** How many leads it is about. */
  leads: z.number(),
  attempts: z.number(),
  /** Why it failed, waits or was left out. */
  reason: z.string().nullable(),
  createdAt: z.string(),
  triedAt: z.string().nullable(),
  sentAt: z.string().nullable(),
  resendable: z.boolean(),
  version: z.number(),
});
export type Delivery = z.infer<typeof delivery>;

const deliveryDetail = delivery.extend({
  /** The first hundred that the caller may see. */
  lines: z.array(z.object({ leadId: id, no: z.string(), customerName: z.string(), tier, dueAt: z.string() })),
});
export type DeliveryDetail = z.infer<typeof deliveryDetail>;

/** One recipient of a dry run. */
const planned = z.object({
  recipient: z.object({ id, name: z.string() }).nullable(),
  address: z.string().nullable(),
  channel: z.enum(Object.keys(CHANNEL_LABELS) as (keyof typeof CHANNEL_LABELS)[]),
  leads: z.number(),
  /** The first few, with the reason in words. */
  lines: z.array(
    z.object({ leadId: id, no: z.string(), customerName: z.string(), tier, reason: z.string() }),
  ),
});
export type PlannedDelivery = z.infer<typeof planned>;

/** When which tier hears of one lead. */
const expectation = z.object({
  tier,
  /** The names of those who hear of it; empty: nobody is there to be told. */
  recipients: z.array(z.string()),
  /** The daily run that tells them. Null: it has been said already. */
  at: z.string().nullable(),
  saidAt: z.string().nullable(),
  words: z.string(),
});

export const reminders = {
  rules: endpoint({
    method: 'GET',
    path: '/api/followup-remind-config',
    permission: 'leads.read',
    summary: '各意向级别的超期规则：间隔、各级收件人',
    response: z.object({ list: z.array(rule) }),
  }),
  updateRule: endpoint({
    method: 'PUT',
    path: '/api/followup-remind-config/:level',
    permission: 'reminders.manage',
    summary: '修改一个意向级别（高、中、低）的规则，立即按新规则计算',
    params: z.strictObject({ level }),
    body: z
      .strictObject({ version, intervalDays: days(1), tiers: tiers.partial() })
      .partial()
      .required({ version: true }),
    response: rule,
  }),
  settings: endpoint({
    method: 'GET',
    path: '/api/followup-remind-settings',
    permission: 'reminders.check',
    summary: '每天几点检查、哪些天不打扰',
    response: settings,
  }),
  updateSettings: endpoint({
    method: 'PUT',
    path: '/api/followup-remind-settings',
    permission: 'reminders.manage',
    summary: '修改检查时间与免打扰的日子，只改提交的字段',
    body: z
      .strictObject({ version, sendTime, workdaysOnly: z.boolean(), quietWeekdays: weekdays })
      .partial()
      .required({ version: true }),
    response: settings,
  }),
  check: endpoint({
    method: 'POST',
    path: '/api/followup-remind-config/trigger-check',
    permission: 'reminders.check',
    summary: '马上检查自己范围内的超期线索并发出还没有发过的提醒；重复触发不会重复发送',
    response: z.object({
      overdueCount: z.number(),
      /** The first hundred, worst first. */
      overdueList: z.array(
        z.object({
          leadId: id,
          customerName: z.string(),
          intentionLevel: level,
          lastFollowUpTime: z.string().nullable(),
          followUpPerson: z.string(),
          /** Working days since it was due. */
          overdueDays: z.number(),
          configDays: z.number(),
          emailList: z.array(z.string()),
        }),
      ),
      /** How many reminders and messages this check added. */
      reminders: z.number(),
      deliveries: z.number(),
    }),
  }),
  dryRun: endpoint({
    method: 'GET',
    path: '/api/followup-remind-config/dry-run',
    permission: 'reminders.check',
    summary: '现在检查的话，谁会收到哪些线索、为什么；什么也不发',
    patience: 15,
    response: z.object({
      at: z.string(),
      reminders: z.number(),
      /** Those with most leads first, at most a hundred. */
      list: z.array(planned),
    }),
  }),
  preview: endpoint({
    method: 'GET',
    path: '/api/leads/:id/reminders',
    permission: 'leads.read',
    summary: '这条线索会在什么时候提醒谁',
    params: idParams,
    response: z.object({
      /** When it must be contacted; null when nobody has to. */
      dueAt: z.string().nullable(),
      /** Why then, as a sentence: `中意向，3个工作日没有联系就算超期`. */
      words: z.string(),
      list: z.array(expectation),
    }),
  }),
  emails: endpoint({
    method: 'GET',
    path: '/api/remind-email-list',
    permission: 'reminders.manage',
    summary: '公司名单：最后一级提醒的邮箱',
    response: z.object({ list: z.array(email) }),
  }),
  addEmail: endpoint({
    method: 'POST',
    path: '/api/remind-email-list',
    permission: 'reminders.manage',
    summary: '往公司名单加一个邮箱',
    body: z.strictObject({ email: requiredLine(200).pipe(z.email()) }),
    response: email,
  }),
  removeEmail: endpoint({
    method: 'DELETE',
    path: '/api/remind-email-list/:id',
    permission: 'reminders.manage',
    summary: '从公司名单移除一个邮箱',
    params: idParams,
    response: z.object({ id }),
  }),
  deliveries: endpoint({
    method: 'GET',
    path: '/api/remind-deliveries',
    permission: 'reminders.check',
    summary: '发送记录：发给谁、结果、失败原因',
    query: listQuery(['-createdAt'], {
      status: several(deliveryStatus).optional(),
      from: calendarDate.optional(),
      to: calendarDate.optional(),
    }).omit({ keyword: true }),
    response: pageOf(delivery),
  }),
  delivery: endpoint({
    method: 'GET',
    path: '/api/remind-deliveries/:id',
    permission: 'reminders.check',
    summary: '一次发送与其中的线索',
    params: idParams,
    response: deliveryDetail,
  }),
  resend: endpoint({
    method: 'POST',
    path: '/api/remind-deliveries/:id/resend',
    permission: 'reminders.check',
    summary: '重发一次失败的提醒',
    params: idParams,
    body: z.strictObject({ version }),
    response: delivery,
  }),
};
