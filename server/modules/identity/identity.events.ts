import { defineEvent, type EventHandler, on } from '../../kernel/events.ts';
import type { Mailer } from '../../kernel/mail.ts';

export const passwordChanged = defineEvent<{ userId: string; at: string }>('user.passwordChanged');

/** Tells people by mail that their password was changed, so that they notice when it was not them. */
export const identityHandlers = (mailer: Mailer | null): EventHandler[] =>
  mailer
    ? [
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
        }),
      ]
    : [];
