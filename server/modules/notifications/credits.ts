import { sql } from 'kysely';
import type { Answer } from '#shared/http/endpoint.ts';
import { type notifications, WECHAT_TEMPLATES, type WechatTemplate } from '#shared/notifications/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Context, Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import type { WechatTemplateIds } from './wechat-messages.ts';

/** More than anybody uses up before they are asked again; what is granted beyond is not counted. */
const MOST_CREDITS = 50;

/** What the caller may be asked to agree to, and how often they still have. */
export async function creditsOf(
  { db, actor }: Context<Actor, null>,
  templates: WechatTemplateIds,
): Promise<Answer<typeof notifications.wechat>> {
  const { wechatOpenid } = await db
    .selectFrom('users')
    .select('wechatOpenid')
    .where('id', '=', actor.userId)
    .executeTakeFirstOrThrow();
  const credits = await db
    .selectFrom('wechatCredits')
    .select(['template', 'credits'])
    .where('userId', '=', actor.userId)
    .execute();
  const list = WECHAT_TEMPLATES.flatMap((template) => {
    const templateId = templates[template];
    if (templateId === null) return [];
    return { template, templateId, credits: credits.find((row) => row.template === template)?.credits ?? 0 };
  });
  return { list, bound: wechatOpenid !== null };
}

/** Counts one more message to the caller for each template that they agreed to and that is still in use. */
export async function grantCredits(
  work: Work<Actor, null>,
  templates: WechatTemplateIds,
  agreed: readonly WechatTemplate[],
): Promise<Answer<typeof notifications.grant>> {
  const granted = WECHAT_TEMPLATES.filter((each) => agreed.includes(each) && templates[each] !== null);
  const list: Answer<typeof notifications.grant>['list'] = [];
  for (const template of granted) {
    const { credits } = await work.db
      .insertInto('wechatCredits')
      .values({ userId: work.actor.userId, template, credits: 1, updatedAt: work.now })
      .onConflict((conflict) =>
        conflict.columns(['userId', 'template']).doUpdateSet({
          credits: sql<number>`least(wechat_credits.credits + 1, ${MOST_CREDITS}::integer)`,
          updatedAt: work.now,
        }),
      )
      .returning('credits')
      .executeTakeFirstOrThrow();
    list.push({ template, credits });
  }
  work.audit({ action: 'notifications.granted', entity: 'notifications', entityId: null });
  return { list };
}

/** Who of these people a message can reach now: they have a credit, a bound WeChat and an active account. */
export async function reachable(
  db: Queryable,
  userIds: readonly string[],
  template: WechatTemplate,
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('wechatCredits')
    .innerJoin('users', 'users.id', 'wechatCredits.userId')
    .select('users.id')
    .where(sql<boolean>`users.id = any(${userIds}::uuid[])`)
    .where('wechatCredits.template', '=', template)
    .where('wechatCredits.credits', '>', 0)
    .where('users.status', '=', 'active')
    .where('users.wechatOpenid', 'is not', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** WeChat says that there is no consent: what we counted is void. */
export async function dropCredits(
  db: Queryable,
  now: Instant,
  userId: string,
  template: WechatTemplate,
): Promise<void> {
  await db
    .updateTable('wechatCredits')
    .set({ credits: 0, updatedAt: now })
    .where('userId', '=', userId)
    .where('template', '=', template)
    .execute();
}

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
