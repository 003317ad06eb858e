import { defineEvent, type EventHandler, on } from '../../kernel/events.ts';
import type { Mailer } from '../../kernel/mail.ts';
import { createReset, RESET_MS } from './password-resets.ts';
import { findByLogin } from './people.ts';

export const passwordChanged = defineEvent<{ userId: string; at: string }>('user.passwordChanged');
export const emailChanged = defineEvent<{ userId: string; former: string; at: string }>('user.emailChanged');
export const passwordForgotten = defineEvent<{ username: string; at: string; requestId: string }>(
  'user.passwordForgotten',
);
/** Somebody's open records went to somebody else than whoever did it. */
export const handoverRecorded = defineEvent<{ handoverId: string }>('handover.recorded');
/** What was still where a handover put it went back to somebody else than whoever undid it. */
export const handoverUndone = defineEvent<{ handoverId: string }>('handover.undone');

/** Tells people by mail that their password was changed, so that they notice when it was not them. */
const noticeOfChange = (mailer: Mailer): EventHandler =>
  on(passwordChanged, 'mail-notice', async ({ database }, { userId, at }) => {
    const user = await database.db
      .selectFrom('users')
      .select(['name', 'email'])
      .where('id', '=', userId)
      .executeTakeFirst();
    if (!user?.email) return;
    await mailer.send({
      to: user.email,
      subject: '您的跟进账号密码已修改',
      text: `${user.name}，您好：\n\n您的密码刚刚被修改，其他设备已全部退出登录。\n如果不是您本人操作，请立即联系管理员。`,
      messageId: `password-changed.${userId}.${Date.parse(at)}`,
    });
  });

/** Tells people at their former address that links for the password go elsewhere now. */
const noticeOfAddress = (mailer: Mailer): EventHandler =>
  on(emailChanged, 'mail-notice', async ({ database }, { userId, former, at }) => {
    const { name } = await database.db
      .selectFrom('users')
      .select('name')
      .where('id', '=', userId)
      .executeTakeFirstOrThrow();
    await mailer.send({
      to: former,
      subject: '您的跟进账号邮箱已修改',
      text: `${name}，您好：\n\n您账号的邮箱刚刚被修改，以后的提醒和重置密码的链接不再发到这里。\n如果不是您本人操作，请立即联系管理员。`,
      messageId: `email-changed.${userId}.${Date.parse(at)}`,
    });
  });

/** Mails the link that sets a new password, if there is such an account and it has an address. */
const linkToReset = (mailer: Mailer, publicUrl: string): EventHandler =>
  on(passwordForgotten, 'mail-link', async ({ database, clock }, { username, at, requestId }) => {
    const now = clock.now();
    // Mail was down for so long that nobody waits for it any more.
    if (Date.parse(now) - Date.parse(at) >= RESET_MS) return;
    const user = await findByLogin(database.db, username);
    if (user?.status !== 'active' || !user.email) return;
    const token = await createReset(database.db, now, user.id);
    await mailer.send({
      to: user.email,
      subject: '重置您的跟进账号密码',
      text: `${user.name}，您好：\n\n请在30分钟内打开下面的链接，设置新密码。链接只能用一次。\n\n${publicUrl}/#/account/reset/index?token=${token}\n\n如果不是您本人操作，请忽略这封邮件，您的密码不会改变。`,
      messageId: `password-reset.${requestId}`,
    });
  });

/** @param publicUrl how people reach the app, without a trailing slash */
export const identityHandlers = (mailer: Mailer | null, publicUrl: string): EventHandler[] =>
  mailer ? [noticeOfChange(mailer), noticeOfAddress(mailer), linkToReset(mailer, publicUrl)] : [];
