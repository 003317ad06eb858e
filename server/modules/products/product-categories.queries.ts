import { type SelectQueryBuilder, sql } from 'kysely';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { ProductCategory, products } from '#shared/products/contract.ts';
import type { Context } from '../../kernel/context.ts';
import { defineList } from '../../kernel/list.ts';
import type { DB } from '../../kernel/schema.ts';

type CategoryRows = SelectQueryBuilder<DB, 'productCategories', Record<never, never>>;

const withCount = (rows: CategoryRows) =>
  rows.select(({ selectFrom }) => [
    'productCategories.id',
    'productCategories.categoryName',
    'productCategories.categoryCode',
    'productCategories.sortOrder',
    'productCategories.description',
    'productCategories.isActive',
    'productCategories.version',
    sql<number>`(${selectFrom('products')
      .select(sql`count(*)`.as('count'))
      .whereRef('products.categoryId', '=', 'productCategories.id')
      .where('products.deletedAt', 'is', null)})`.as('productCount'),
  ]);

/** Categories, in the order that people gave them. */
const categoryList = defineList({
  table: 'productCategories',
  orders: { sortOrder: { column: 'productCategories.sortOrder', type: 'integer' } },
  rows: (db, { isActive }: { isActive: boolean | undefined }, _values: Record<never, never>) => {
    const rows = db.selectFrom('productCategories') as CategoryRows;
    return isActive === undefined ? rows : rows.where('productCategories.isActive', '=', isActive);
  },
  columns: (rows, sortKey) => withCount(rows).select(sql<string>`${sortKey}::text`.as('sortKey')),
});

export const listCategories = (
  context: Context,
  { isActive, ...query }: Request<typeof products.categories>['query'],
): Promise<Page<ProductCategory>> => categoryList.page(context, query, { flags: { isActive }, values: {} });

/** Throws NOT_FOUND. */
export async function getCategory({ db }: Pick<Context, 'db'>, id: string): Promise<ProductCategory> {
  const row = await withCount(db.selectFrom('productCategories') as CategoryRows)
    .where('productCategories.id', '=', id)
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  return row;
}
