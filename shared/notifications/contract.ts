import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { flag, listQuery, pageOf } from '../http/page.ts';
import { id, idParams } from '../values/id.ts';

export const NOTIFICATION_LABELS = {
  overdue: '超期提醒',
  assigned: '新线索',
  pool: '公海',
  task: '待办',
  intake: '再次咨询',
  transfer: '导入导出',
  ticket: '工单',
} as const;
export type NotificationKind = keyof typeof NOTIFICATION_LABELS;
const kind = z.enum(Object.keys(NOTIFICATION_LABELS) as NotificationKind[]);

export const notification = z.object({
  id,
  kind,
  title: z.string(),
  body: z.string().nullable(),
  /** What a tap opens: one record, or with a null id the list that the kind stands for. */
  target: z
    .object({
      entity: z.enum(['leads', 'customers', 'tasks', 'imports', 'exports', 'serviceTickets']),
      id: id.nullable(),
    })
    .nullable(),
  createdAt: z.string(),
  readAt: z.string().nullable(),
});
export type Notification = z.infer<typeof notification>;

/** What WeChat may be asked to say: one consent of a person is one message. */
export const WECHAT_TEMPLATES = ['overdue'] as const;
export type WechatTemplate = (typeof WECHAT_TEMPLATES)[number];
const template = z.enum(WECHAT_TEMPLATES);

export const notifications = {
  list: endpoint({
    method: 'GET',
    path: '/api/notifications',
    permission: 'signed-in',
    summary: '我的通知，最新在前',
    query: listQuery(['-createdAt'], {
      /** `true`: only what has not been read; `false`: only what has. */
      unread: flag.optional(),
    }).omit({ keyword: true }),
    response: pageOf(notification),
  }),
  unread: endpoint({
    method: 'GET',
    path: '/api/notifications/unread-count',
    permission: 'signed-in',
    summary: '未读通知数',
    response: z.object({ count: z.number() }),
  }),
  read: endpoint({
    method: 'PUT',
    path: '/api/notifications/:id/read',
    permission: 'signed-in',
    summary: '把一条通知标为已读',
    params: idParams,
    response: notification,
  }),
  readAll: endpoint({
    method: 'PUT',
    path: '/api/notifications/read-all',
    permission: 'signed-in',
    summary: '全部标为已读',
    response: z.object({ count: z.number() }),
  }),
  wechat: endpoint({
    method: 'GET',
    path: '/api/notifications/wechat',
    permission: 'signed-in',
    summary: '微信订阅消息：模板编号与剩余次数；没有配置时列表为空',
    response: z.object({
      list: z.array(z.object({ template, templateId: z.string(), credits: z.number() })),
      /** Whether messages can reach this person: their WeChat is bound. */
      bound: z.boolean(),
    }),
  }),
  grant: endpoint({
    method: 'POST',
    path: '/api/notifications/wechat',
    permission: 'signed-in',
    summary: '记下同意的订阅：每次同意多一次可发送的消息',
    body: z.strictObject({ templates: z.array(template).min(1).max(3) }),
    response: z.object({ list: z.array(z.object({ template, credits: z.number() })) }),
  }),
};
