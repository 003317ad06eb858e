import { sql } from 'kysely';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { ExportItem, exports } from '#shared/transfers/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { defineList } from '../../kernel/list.ts';

type Mine = Pick<Context<Actor, unknown>, 'db' | 'actor' | 'now'>;

/** All but the file. */
const itemColumns = [
  'exports.id',
  'exports.entity',
  'exports.state',
  'exports.message',
  'exports.fileName',
  'exports.total',
  'exports.done',
  'exports.createdAt',
  'exports.expiresAt',
] as const;

interface Stored {
  readonly state: string;
  readonly expiresAt: Instant | null;
}

const present = ({ now }: Pick<Mine, 'now'>, found: Stored): ExportItem => {
  const expired = found.expiresAt !== null && found.expiresAt <= now;
  return { ...found, state: expired ? 'expired' : found.state } as ExportItem;
};

const exportList = defineList({
  table: 'exports',
  orders: { createdAt: { column: 'exports.createdAt', type: 'timestamptz' } },
  rows: (db, _flags: Record<never, never>, values: { userId: string; entity: string | undefined }) => {
    let rows = db.selectFrom('exports').where('exports.userId', '=', values.userId);
    if (values.entity) rows = rows.where('exports.entity', '=', values.entity);
    return rows;
  },
  columns: (rows, sortKey) => rows.select([...itemColumns, sql<string>`${sortKey}`.as('sortKey')]),
});

/** What somebody took along, newest first. */
export async function listExports(
  context: Mine & Pick<Context, 'cache'>,
  { entity, ...query }: Request<typeof exports.list>['query'],
): Promise<Page<ExportItem>> {
  const values = { userId: context.actor.userId, entity };
  const page = await exportList.page(context, query, { flags: {}, values });
  return { ...page, list: page.list.map((found) => present(context, found)) };
}

/** How far somebody's own export is. Throws NOT_FOUND for anybody else's. */
export async function getExport(context: Mine, id: string): Promise<ExportItem> {
  const found = await context.db
    .selectFrom('exports')
    .select(itemColumns)
    .where('exports.id', '=', id)
    .where('exports.userId', '=', context.actor.userId)
    .executeTakeFirst();
  if (!found) throw httpErrors.NOT_FOUND();
  return present(context, found);
}
