import { httpErrors } from '#shared/http/errors.ts';
import type { Notification } from '#shared/notifications/contract.ts';
import { DAY_MS, type Instant, toInstant } from '#shared/values/time.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { notificationColumns, presentNotification } from './notifications.queries.ts';

const KEEP_DAYS = 180;
const ROWS_AT_ONCE = 5_000;

/** Marks one as read; one that was read stays as it is. Throws NOT_FOUND for somebody else's. */
export async function readNotification(work: Work<Actor, null>, id: string): Promise<Notification> {
  const row = await work.db
    .updateTable('notifications')
    .set(({ fn, ref, val }) => ({ readAt: fn.coalesce(ref('readAt'), val(work.now)) }))
    .where('id', '=', id)
    .where('userId', '=', work.actor.userId)
    .returning(notificationColumns)
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  work.audit({ action: 'notifications.read', entity: 'notifications', entityId: id });
  return presentNotification(row);
}

/** Marks everything as read and answers how much there was. */
export async function readAllNotifications(work: Work<Actor, null>): Promise<{ count: number }> {
  let count = 0;
  let read: number;
  do {
    // Locked in one order: two devices of one person may do this at once.
    const unread = work.db
      .selectFrom('notifications')
      .select('id')
      .where('userId', '=', work.actor.userId)
      .where('readAt', 'is', null)
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .limit(ROWS_AT_ONCE)
      .forUpdate();
    const { numUpdatedRows } = await work.db
      .updateTable('notifications')
      .set({ readAt: work.now })
      .where('id', 'in', unread)
      .where('readAt', 'is', null)
      .executeTakeFirstOrThrow();
    read = Number(numUpdatedRows);
    count += read;
  } while (read === ROWS_AT_ONCE);
  work.audit({ action: 'notifications.read', entity: 'notifications', entityId: null });
  return { count };
}

/** Forgets what is so old that nobody looks for it here any more, read or not. */
export async function forgetOldNotifications(db: Queryable, now: Instant): Promise<void> {
  const limit = toInstant(Date.parse(now) - KEEP_DAYS * DAY_MS);
  let forgotten: number;
  do {
    // Ids grow with time: the oldest are found at the front of their index, without one on the time.
    const oldest = db
      .selectFrom('notifications')
      .select('id')
      .where('createdAt', '<', limit)
      .orderBy('id')
      .limit(ROWS_AT_ONCE);
    const { numDeletedRows } = await db
      .deleteFrom('notifications')
      .where('id', 'in', oldest)
      .executeTakeFirstOrThrow();
    forgotten = Number(numDeletedRows);
  } while (forgotten === ROWS_AT_ONCE);
}
