import { createHash } from 'node:crypto';
import { type Compilable, type Expression, type SelectQueryBuilder, sql } from 'kysely';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { Context } from './context.ts';
import type { DB } from './schema.ts';

/** A column that rows can be ordered by. It must not be null, and an index on it and the id should exist. */
export interface Order {
  /** `table.column` in SQL spelling. */
  readonly column: string;
  readonly type: 'timestamptz' | 'text';
}

export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
}

/** Pages from here on are looked for from whichever end is nearer. */
const DEEP_OFFSET = 1_000;
const COUNT_MS = 3_000;

type Direction = 'asc' | 'desc';
interface Keyset {
  readonly value: string;
  readonly id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A cursor names the last row that was read. Throws VALIDATION on `cursor` for what we did not write. */
export function readCursor(text: string, sort: string, type: Order['type']): Keyset {
  try {
    const [usedSort, value, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as string[];
    const plausible =
      type === 'text' ? typeof value === 'string' && !value.includes('\0') : INSTANT.test(String(value));
    if (usedSort === sort && plausible && UUID.test(String(id)))
      return { value: value as string, id: id as string };
  } catch {
    // Not ours.
  }
  throw httpErrors.VALIDATION({ fields: [{ field: 'cursor', message: '翻页标记已失效，请刷新列表' }] });
}

export const writeCursor = (sort: string, value: string, id: string): string =>
  Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');

/** Rows after a keyset, in an order with the id as tie-break. */
export function after(
  order: Order,
  idColumn: string,
  direction: Direction,
  keyset: Keyset,
): Expression<boolean> {
  const operator = sql.raw(direction === 'desc' ? '<' : '>');
  return sql<boolean>`(${sql.ref(order.column)}, ${sql.ref(idColumn)}) ${operator}
    (${keyset.value}::${sql.raw(order.type)}, ${keyset.id}::uuid)`;
}

export interface ListSource<Row extends { id: string; sortKey: string }, TB extends keyof DB> {
  /** Which rows, with scope and filters; nothing selected yet. */
  readonly rows: SelectQueryBuilder<DB, TB, Record<never, never>>;
  /** What is shown of each; must keep the rows one to one, and select `id` and `sortKey`. */
  shape(
    rows: SelectQueryBuilder<DB, TB, Record<never, never>>,
    sortKey: string,
  ): Compilable<Row> & { execute(): Promise<Row[]> };
  readonly table: TB & string;
  readonly orders: Readonly<Record<string, Order>>;
}

/**
 * One page of a list: rows in a stable order, the exact total, and a cursor for the next page. The total is counted
 * only when the first page is full, and shared for a few seconds until somebody writes to the table.
 */
export async function listPage<Row extends { id: string; sortKey: string }, TB extends keyof DB>(
  context: Pick<Context, 'cache'>,
  query: ListQuery,
  source: ListSource<Row, TB>,
): Promise<Page<Omit<Row, 'sortKey'>>> {
  const { pageSize, page } = query;
  const descending = query.sort.startsWith('-');
  const name = query.sort.replace(/^-/, '');
  const order = source.orders[name];
  if (!order) throw new Error(`The list of ${source.table} has no order ${name}`);
  const idColumn = `${source.table}.id`;

  async function fetch(options: {
    reverse?: boolean;
    offset?: number;
    limit: number;
    keyset?: Keyset;
  }): Promise<Row[]> {
    const direction: Direction = descending !== Boolean(options.reverse) ? 'desc' : 'asc';
    let rows = source.rows
      .orderBy(sql.ref((order as Order).column), direction)
      .orderBy(sql.ref(idColumn), direction)
      .limit(options.limit);
    if (options.offset) rows = rows.offset(options.offset);
    if (options.keyset) rows = rows.where(after(order as Order, idColumn, direction, options.keyset));
    const found = await source.shape(rows, (order as Order).column).execute();
    return options.reverse ? found.reverse() : found;
  }

  const count = () => countRows(context, source);
  const answer = (rows: Row[], total: number, more: boolean): Page<Omit<Row, 'sortKey'>> => {
    const list = rows.slice(0, pageSize);
    const last = list.at(-1);
    return {
      list,
      pagination: {
        page,
        pageSize,
        total,
        totalPages: Math.ceil(total / pageSize),
        nextCursor: more && last ? writeCursor(query.sort, last.sortKey, last.id) : null,
      },
    };
  };

  if (query.cursor) {
    const keyset = readCursor(query.cursor, query.sort, order.type);
    const rows = await fetch({ limit: pageSize + 1, keyset });
    return answer(rows, await count(), rows.length > pageSize);
  }
  const offset = (page - 1) * pageSize;
  if (offset === 0) {
    const rows = await fetch({ limit: pageSize + 1 });
    const full = rows.length > pageSize;
    return answer(rows, full ? await count() : rows.length, full);
  }
  const total = await count();
  if (offset >= total) return answer([], total, false);
  if (offset < DEEP_OFFSET || offset <= total / 2) {
    return answer(await fetch({ limit: pageSize, offset }), total, offset + pageSize < total);
  }
  const remaining = total - offset;
  const limit = Math.min(pageSize, remaining);
  const rows = await fetch({ limit, offset: remaining - limit, reverse: true });
  return answer(rows, total, remaining > pageSize);
}

const counting = new Map<string, Promise<number>>();

/** The exact number of rows, shared between equal questions that come within a few seconds. */
export async function countRows<TB extends keyof DB>(
  { cache }: Pick<Context, 'cache'>,
  source: { rows: SelectQueryBuilder<DB, TB, Record<never, never>>; table: string },
): Promise<number> {
  const query = source.rows.select(sql<number>`count(*)`.as('count'));
  const { sql: text, parameters } = query.compile();
  const key = createHash('sha1').update(text).update(JSON.stringify(parameters)).digest('base64');
  const known = await cache.get<number>(source.table, key);
  if (known !== undefined) return known;
  let running = counting.get(key);
  if (!running) {
    running = query
      .executeTakeFirstOrThrow()
      .then((row) => Number((row as { count: number }).count))
      .finally(() => counting.delete(key));
    counting.set(key, running);
  }
  const total = await running;
  await cache.set(source.table, key, total, COUNT_MS);
  return total;
}
