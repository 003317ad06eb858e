import { sql } from 'kysely';
import type { WechatTemplate } from '#shared/notifications/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';

/**
 * Takes one credit each from those of these people who have one and whom a message can reach: a bound WeChat, an active
 * account. The caller sends each of them one message, or gives up on it for good.
 */
export async function takeCredits(
  db: Queryable,
  now: Instant,
  userIds: readonly string[],
  template: WechatTemplate,
): Promise<Set<string>> {
  if (userIds.length === 0) return new Set();
  // Locked in one order, so that two who take from the same people wait for each other only one way.
  const { rows } = await sql<{ userId: string }>`
    with payers as (
      select credit.user_id
      from wechat_credits credit
      join users on users.id = credit.user_id
      where credit.user_id = any(${userIds}::uuid[])
        and credit.template = ${template}
        and credit.credits > 0
        and users.status = 'active'
        and users.wechat_openid is not null
      order by credit.user_id
      for update of credit
    )
    update wechat_credits
    set credits = wechat_credits.credits - 1, updated_at = ${now}
    from payers
    where wechat_credits.user_id = payers.user_id and wechat_credits.template = ${template}
    returning wechat_credits.user_id`.execute(db);
  return new Set(rows.map(({ userId }) => userId));
}
