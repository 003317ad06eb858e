import { sql } from 'kysely';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { DuplicateGroup, leads } from '#shared/leads/contract.ts';
import { type LeadStatus, OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import { visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { after, readCursor, writeCursor } from '../../kernel/list.ts';

const NEWEST = { column: 'newestAt', type: 'timestamptz' } as const;
/** Of one group; whoever merges these sees the rest. */
const MAX_SHOWN = 20;

/** Open leads of the caller's reach that share a telephone number or WeChat, the latest first. */
export async function listDuplicateGroups(
  { db, scope }: Context,
  { cursor, pageSize }: Request<typeof leads.duplicateGroups>['query'],
): Promise<Answer<typeof leads.duplicateGroups>> {
  const before = cursor
    ? after(NEWEST, 'id', 'desc', readCursor(cursor, '-newestAt', NEWEST.type))
    : sql`true`;
  const reached = sql`${visible(scope, 'leads')} and status = any(${[...OPEN_LEAD_STATUSES]})`;
  /** What several leads have in common, in the order of its index; only then which leads. */
  const sharing = (by: DuplicateGroup['by'], column: 'phone' | 'wechat_key', more = sql``) => sql`
    select ${sql.lit(by)} as by, members.* from (
      select ${sql.ref(column)} as value from leads where ${reached} and ${sql.ref(column)} is not null
      group by ${sql.ref(column)} having count(*) > 1 ${more}
    ) as shared cross join lateral (
      select array_agg(id order by created_at desc, id desc) as ids, max(created_at) as newest_at
      from leads where ${reached} and ${sql.ref(column)} = shared.value
    ) as members`;
  // Those of one telephone number are one group, whatever else they share.
  const apart = sql`and (count(phone) < count(*) or count(distinct phone) > 1)`;
  const { rows } = await sql<{ id: string; by: DuplicateGroup['by']; newestAt: string; ids: string[] }>`
    select * from (
      select md5(by || ids[1])::uuid as id, by, newest_at, ids[1:${sql.raw(String(MAX_SHOWN))}] as ids
      from (${sharing('phone', 'phone')} union all ${sharing('wechat', 'wechat_key', apart)}) as groups
    ) as numbered
    where ${before} order by newest_at desc, id desc limit ${pageSize + 1}`.execute(db);
  const page = rows.slice(0, pageSize);
  const last = page.at(-1);
  const shown = await db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .select(['leads.id', 'leads.no', 'leads.customerName', 'leads.status', 'leads.ownerId'])
    .select(['owner.name as ownerName', 'leads.followUpCount', 'leads.createdAt'])
    .where(sql<boolean>`leads.id = any(${page.flatMap(({ ids }) => ids)}::uuid[])`)
    .execute();
  const byId = new Map(shown.map((lead) => [lead.id, lead]));
  return {
    list: page.map(({ id: key, by, newestAt, ids }) => ({
      key,
      by,
      newestAt,
      leads: ids.flatMap((each) => {
        const lead = byId.get(each);
        if (!lead) return [];
        const { ownerId, ownerName, status, ...rest } = lead;
        const owner = ownerId === null ? null : { id: ownerId, name: ownerName ?? '' };
        return [{ ...rest, status: status as LeadStatus, owner }];
      }),
    })),
    nextCursor: rows.length > pageSize && last ? writeCursor('-newestAt', last.newestAt, last.id) : null,
  };
}
