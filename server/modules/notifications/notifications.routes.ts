import { notifications } from '#shared/notifications/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { creditsOf, grantCredits } from './credits.ts';
import { readAllNotifications, readNotification } from './notifications.commands.ts';
import { listNotifications, unreadCount } from './notifications.queries.ts';
import type { WechatTemplateIds } from './wechat-messages.ts';

export const notificationRoutes = (templates: WechatTemplateIds): Route[] => [
  read(notifications.list, (context, { query }) => listNotifications(context, query)),
  read(notifications.unread, async (context) => ({ count: await unreadCount(context) })),
  write(notifications.readAll, (work) => readAllNotifications(work)),
  write(notifications.read, (work, { params }) => readNotification(work, params.id)),
  read(notifications.wechat, (context) => creditsOf(context, templates)),
  write(notifications.grant, (work, { body }) => grantCredits(work, templates, body.templates)),
];
