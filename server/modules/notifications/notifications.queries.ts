import type { Actor } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';

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
