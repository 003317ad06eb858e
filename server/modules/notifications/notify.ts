import type { Notification, NotificationKind } from '#shared/notifications/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';
import { newId } from '../../kernel/new-id.ts';

/** Something that somebody should know. */
export interface Notice {
  readonly userId: string;
  /** The occasion: the same one is said to the same person once. */
  readonly key: string;
  readonly kind: NotificationKind;
  readonly title: string;
  readonly body?: string | null;
  readonly target: Notification['target'];
}

const ROWS_AT_ONCE = 1_000;

/** Puts notices where their people find them in the app; those of an occasion that was said before are left out. */
export async function notify(db: Queryable, now: Instant, notices: readonly Notice[]): Promise<void> {
  const rows = notices.map(({ userId, key, kind, title, body, target }) => ({
    id: newId(),
    userId,
    key,
    kind,
    title,
    body: body ?? null,
    entity: target?.entity ?? null,
    entityId: target?.id ?? null,
    createdAt: now,
  }));
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await db
      .insertInto('notifications')
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .onConflict((conflict) => conflict.columns(['userId', 'key']).doNothing())
      .execute();
  }
}
