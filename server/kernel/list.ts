import { type Compilable, type Expression, type SelectQueryBuilder, sql } from 'kysely';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page, Pagination } from '#shared/http/page.ts';
import { share } from './cache.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { prepare } from './prepared.ts';
import type { DB } from './schema.ts';

/** A column that rows can be ordered by. It must not be null, and an index on it and the id should exist. */
export interface Order {
  /** `table.column` in SQL spelling. */
  readonly column: string;
  readonly type: 'timestamptz' | 'text' | 'integer';
}

export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
}

/** Pages from here on are looked for from whichever end is nearer. */
const DEEP_OFFSET = 1_000;
/** No index counts what a keyword finds: each row has to be read. Nobody pages through so many, they type another word. */
const COUNTED = 1_000;

type Direction = 'asc' | 'desc';
interface Keyset {
  readonly value: string;
  readonly id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const WHOLE = /^\d{1,9}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A cursor names the last row that was read. Throws VALIDATION on `cursor` for what we did not write. */
export function readCursor(text: string, sort: string, type: Order['type']): Keyset {
  try {
    const [usedSort, value, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as string[];
    const plausible =
      type === 'text'
        ? typeof value === 'string' && !value.includes('\0')
        : (type === 'integer' ? WHOLE : INSTANT).test(String(value));
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

/** The condition that a column is one of some values. */
export const anyOf = (column: string, values: readonly string[]): Expression<boolean> =>
  sql<boolean>`${sql.ref(column)} = any(${values})`;

type Rows<TB extends keyof DB> = SelectQueryBuilder<DB, TB, Record<never, never>>;

interface ListDefinition<
  F,
  V extends object,
  TB extends keyof DB,
  Row extends { id: string; sortKey: string },
> {
  readonly table: TB & string;
  readonly orders: Readonly<Record<string, Order>>;
  /** Which rows, with scope and filters; see `prepare` for flags and values. A keyword stands in `values.search`. */
  rows(db: Database, flags: F, values: V): Rows<TB>;
  /** What is shown of each; must keep the rows one to one, and select `id` and `sortKey`. */
  columns(rows: Rows<TB>, sortKey: Expression<string>, flags: F, values: V): Compilable<Row>;
  /** Requests without a row in common that together are one: counted apart, and what is not personal once for all. */
  parts?(request: ListRequest<F, V>): readonly ListRequest<F, V>[];
  /** Each part has an index of its own in the order of the list, so that a page is merged from theirs. */
  readonly mergesParts?: true;
}

/** One question to a list. */
export interface ListRequest<F, V> {
  readonly flags: F;
  readonly values: V;
}

export interface List<F, V, Row> {
  /** One page of rows in a stable order, with the total, which is exact without a keyword, and a cursor for the next page. */
  page(
    context: Pick<Context, 'db' | 'cache'>,
    query: ListQuery,
    request: ListRequest<F, V>,
  ): Promise<Page<Omit<Row, 'sortKey'>>>;
  /** The exact number of rows, shared between equal questions that come within a few seconds. */
  count(context: Pick<Context, 'db' | 'cache'>, request: ListRequest<F, V>): Promise<number>;
}

interface Cut {
  readonly sort: string;
  readonly direction: Direction;
}

interface PageValues<V> {
  readonly values: V;
  readonly limit: number;
  readonly offset?: number;
  readonly keyset?: Keyset;
  /** So many of each part, and the page is among them. */
  readonly enough: number;
  /** By the number of the part. */
  readonly ofParts: Readonly<Record<number, V>>;
}

/** So many rows, or more than that. */
interface Total {
  readonly total: number;
  readonly capped: boolean;
}

/** Where a page stands among all rows. */
export const paginationOf = (
  { page, pageSize }: Pick<ListQuery, 'page' | 'pageSize'>,
  { total, capped }: Total,
  nextCursor: string | null = null,
): Pagination => ({ page, pageSize, total, capped, totalPages: Math.ceil(total / pageSize), nextCursor });

const isSearch = (values: object): boolean => 'search' in values && values.search !== undefined;

/** A list that can be asked for its pages. The total is counted only when the first page is full. */
export function defineList<
  F,
  V extends object,
  TB extends keyof DB,
  Row extends { id: string; sortKey: string },
>(definition: ListDefinition<F, V, TB, Row>): List<F, V, Row> {
  const { table, orders } = definition;
  const idColumn = `${table}.id`;
  const orderOf = (name: string): Order => {
    const order = orders[name];
    if (!order) throw new Error(`The list of ${table} has no order ${name}`);
    return order;
  };

  const partsOf = (request: ListRequest<F, V>) => definition.parts?.(request) ?? [request];
  const inOrder = (rows: Rows<TB>, { sort, direction }: Cut) =>
    rows.orderBy(sql.ref(orderOf(sort).column), direction).orderBy(sql.ref(idColumn), direction);

  const pages = prepare(
    (
      db,
      { flags, cut, parts }: { flags: F; cut: Cut; parts: readonly F[] },
      { values, limit, offset, keyset, enough, ofParts }: PageValues<V>,
    ) => {
      const order = orderOf(cut.sort);
      const from = (rows: Rows<TB>) =>
        keyset ? rows.where(after(order, idColumn, cut.direction, keyset)) : rows;
      // First which rows, which an index that includes the filters answers alone; only those are then read.
      const [part, ...others] = parts.map((each, i) =>
        inOrder(from(definition.rows(db, each, ofParts[i] as V)), cut)
          .limit(enough)
          .select([sql.ref<string>(idColumn).as('id'), sql.ref<string>(order.column).as('place')]),
      );
      const direction = sql.raw(cut.direction);
      const found =
        others.length > 0 ? sql`(${sql.join([part, ...others], sql` union all `)})` : sql`${part}`;
      const skipped = offset === undefined ? sql`` : sql`offset ${offset}`;
      const ids = sql`select id from ${found} as found
        order by place ${direction}, id ${direction} limit ${limit} ${skipped}`;
      const rows = (db.selectFrom(table) as unknown as Rows<TB>).where(
        sql<boolean>`${sql.ref(idColumn)} in (${ids})`,
      );
      return definition.columns(inOrder(rows, cut), sql.ref(order.column), flags, values);
    },
  );
  const counts = prepare((db, flags: F, values: V) =>
    definition.rows(db, flags, values).select(sql<number>`count(*)`.as('count')),
  );
  const cappedCounts = prepare(
    (db, { flags, cut }: { flags: F; cut: Cut }, { values, limit }: { values: V; limit: number }) => {
      // In the order of an index, so that it is followed until there are enough.
      const some = inOrder(definition.rows(db, flags, values), cut)
        .limit(limit)
        .select(sql.ref<string>(idColumn).as('id'));
      return db.selectFrom(some.as('some')).select(sql<number>`count(*)`.as('count'));
    },
  );

  async function sumOf(
    { cache }: Pick<Context, 'cache'>,
    request: ListRequest<F, V>,
    kind: 'all' | 'capped',
    countPart: (part: ListRequest<F, V>) => Promise<readonly object[]>,
  ): Promise<number> {
    const totals = await Promise.all(
      partsOf(request).map((part) =>
        share(cache, table, [kind, part.flags, part.values], async () => {
          const [row] = await countPart(part);
          return (row as { count: number }).count;
        }),
      ),
    );
    return totals.reduce((sum, total) => sum + total, 0);
  }

  const count = (context: Pick<Context, 'db' | 'cache'>, request: ListRequest<F, V>) =>
    sumOf(context, request, 'all', ({ flags, values }) => counts.execute(context.db, flags, values));

  async function totalOf(
    context: Pick<Context, 'db' | 'cache'>,
    request: ListRequest<F, V>,
    cut: Cut,
  ): Promise<Total> {
    if (!isSearch(request.values)) return { total: await count(context, request), capped: false };
    const found = await sumOf(context, request, 'capped', ({ flags, values }) =>
      cappedCounts.execute(context.db, { flags, cut }, { values, limit: COUNTED + 1 }),
    );
    return { total: Math.min(found, COUNTED), capped: found > COUNTED };
  }

  return {
    count,
    async page(context, query, request) {
      const { pageSize, page, sort } = query;
      const { flags, values } = request;
      const parts = definition.mergesParts ? partsOf(request) : [request];
      const descending = sort.startsWith('-');
      const name = sort.replace(/^-/, '');
      const counted = () => totalOf(context, request, { sort: name, direction: descending ? 'desc' : 'asc' });

      async function fetch(options: { reverse?: boolean; offset?: number; limit: number; keyset?: Keyset }) {
        const { reverse = false, ...window } = options;
        const direction: Direction = descending !== reverse ? 'desc' : 'asc';
        const cut = { sort: name, direction };
        const found = await pages.execute(
          context.db,
          { flags, cut, parts: parts.map((part) => part.flags) },
          {
            values,
            ...window,
            enough: window.limit + (window.offset ?? 0),
            ofParts: Object.fromEntries(parts.map((part, i) => [i, part.values])),
          },
        );
        return reverse ? found.reverse() : found;
      }

      const answer = (rows: Row[], total: Total, more: boolean): Page<Omit<Row, 'sortKey'>> => {
        const list = rows.slice(0, pageSize);
        const last = list.at(-1);
        const nextCursor = more && last ? writeCursor(sort, last.sortKey, last.id) : null;
        return { list, pagination: paginationOf(query, total, nextCursor) };
      };

      if (query.cursor) {
        const keyset = readCursor(query.cursor, sort, orderOf(name).type);
        const rows = await fetch({ limit: pageSize + 1, keyset });
        return answer(rows, await counted(), rows.length > pageSize);
      }
      const offset = (page - 1) * pageSize;
      if (offset === 0) {
        const rows = await fetch({ limit: pageSize + 1 });
        const full = rows.length > pageSize;
        return answer(rows, full ? await counted() : { total: rows.length, capped: false }, full);
      }
      const known = await counted();
      const { total, capped } = known;
      if (capped) {
        const rows = await fetch({ limit: pageSize + 1, offset });
        return answer(rows, known, rows.length > pageSize);
      }
      if (offset >= total) return answer([], known, false);
      if (offset < DEEP_OFFSET || offset <= total / 2) {
        return answer(await fetch({ limit: pageSize, offset }), known, offset + pageSize < total);
      }
      const remaining = total - offset;
      const limit = Math.min(pageSize, remaining);
      const rows = await fetch({ limit, offset: remaining - limit, reverse: true });
      return answer(rows, known, remaining > pageSize);
    },
  };
}
