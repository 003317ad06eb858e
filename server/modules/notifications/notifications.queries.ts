import { sql } from 'kysely';
import type { Request } from '#shared/http/endpoint.ts';
import type { Page } from '#shared/http/page.ts';
import type { Notification, NotificationKind, notifications } from '#shared/notifications/contract.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { defineList } from '../../kernel/list.ts';
import type { Notifications } from '../../kernel/schema.ts';

export const notificationColumns = [
  'notifications.id',
  'notifications.kind',
  'notifications.title',
  'notifications.body',
  'notifications.entity',
  'notifications.entityId',
  'notifications.createdAt',
  'notifications.readAt',
] as const;

type NotificationRow = Omit<Notifications, 'userId' | 'key'>;

const notificationList = defineList({
  table: 'notifications',
  orders: { createdAt: { column: 'notifications.createdAt', type: 'timestamptz' } },
  rows: (db, { unread }: { unread: boolean | undefined }, { userId }: { userId: string }) => {
    const own = db.selectFrom('notifications').where('notifications.userId', '=', userId);
    if (unread === undefined) return own;
    return own.where('notifications.readAt', unread ? 'is' : 'is not', null);
  },
  columns: (rows, sortKey) => rows.select([...notificationColumns, sql<string>`${sortKey}`.as('sortKey')]),
});

export async function listNotifications(
  context: Context<Actor, null>,
  query: Request<typeof notifications.list>['query'],
): Promise<Page<Notification>> {
  const { userId } = context.actor;
  const page = await notificationList.page(context, query, {
    flags: { unread: query.unread },
    values: { userId },
  });
  return { ...page, list: page.list.map((row) => presentNotification(row)) };
}

export function presentNotification({ entity, entityId, kind, ...row }: NotificationRow): Notification {
  return {
    ...row,
    kind: kind as NotificationKind,
    target: entity === null ? null : { entity: entity as 'leads' | 'tasks', id: entityId },
  };
}

/** How many notifications the caller has not read. */
export async function unreadCount({ db, actor }: Context<Actor, null>): Promise<number> {
  const { count } = await db
    .selectFrom('notifications')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('userId', '=', actor.userId)
    .where('readAt', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}
