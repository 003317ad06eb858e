import { type SelectQueryBuilder, sql } from 'kysely';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { AvailableAction } from '#shared/machine.ts';
import {
  PRODUCT_RECORD_ACTIONS,
  type ProductDetail,
  type ProductItem,
  type products,
} from '#shared/products/contract.ts';
import { type ProductStatus, productMachine } from '#shared/products/machine.ts';
import { may } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { anyOf, defineList } from '../../kernel/list.ts';
import type { DB } from '../../kernel/schema.ts';
import { matches, type Search, searchFor } from '../../kernel/search.ts';
import { machineActions } from '../../kernel/transition.ts';

type ProductRows = SelectQueryBuilder<DB, 'products', Record<never, never>>;

interface ProductFlags {
  /** The caller may see what things cost. */
  readonly cost: boolean;
}

interface ProductValues {
  readonly search: Search | undefined;
  readonly categoryId: string | undefined;
  readonly brand: string | undefined;
  readonly status: readonly string[] | undefined;
}

function productRows(db: Queryable, _flags: ProductFlags, values: ProductValues): ProductRows {
  let rows = db.selectFrom('products').where('products.deletedAt', 'is', null) as ProductRows;
  if (values.search) rows = rows.where(matches(values.search, 'products.searchGrams', 'products.searchText'));
  if (values.categoryId) rows = rows.where('products.categoryId', '=', values.categoryId);
  if (values.brand) rows = rows.where('products.brand', '=', values.brand);
  if (values.status) rows = rows.where(anyOf('products.status', values.status));
  return rows;
}

const withCategory = (rows: ProductRows, { cost }: ProductFlags) =>
  rows
    .leftJoin('productCategories', 'productCategories.id', 'products.categoryId')
    .select([
      'products.id',
      'products.productCode',
      'products.productName',
      'products.brand',
      'products.categoryId',
      'productCategories.categoryName',
      'products.salePrice',
      cost ? 'products.costPrice' : sql<null>`null`.as('costPrice'),
      'products.unit',
      'products.warrantyMonths',
      'products.status',
      'products.createdAt',
      'products.version',
    ]);

function present<T extends { categoryId: string | null; categoryName: string | null }>(row: T) {
  const { categoryId, categoryName, ...rest } = row;
  return {
    ...rest,
    category: categoryId === null ? null : { id: categoryId, categoryName: categoryName ?? '' },
  };
}

/** Products, by their code or newest first. */
const productList = defineList({
  table: 'products',
  orders: {
    productCode: { column: 'products.productCode', type: 'text' },
    createdAt: { column: 'products.createdAt', type: 'timestamptz' },
  },
  rows: productRows,
  columns: (rows, sortKey, flags) => withCategory(rows, flags).select(sql<string>`${sortKey}`.as('sortKey')),
});

export async function listProducts(
  context: Context,
  { keyword, categoryId, brand, status, ...query }: Request<typeof products.list>['query'],
): Promise<Page<ProductItem>> {
  const page = await productList.page(context, query, {
    flags: { cost: may(context.actor, 'products.cost') },
    values: {
      search: keyword ? searchFor(keyword) : undefined,
      categoryId,
      brand: brand ?? undefined,
      status,
    },
  });
  return { ...page, list: page.list.map((row) => present(row) as unknown as ProductItem) };
}

/** Throws NOT_FOUND. */
export async function getProduct({ db, actor }: Context, id: string): Promise<ProductDetail> {
  const row = await withCategory(
    db.selectFrom('products').where('products.deletedAt', 'is', null) as ProductRows,
    { cost: may(actor, 'products.cost') },
  )
    .select(['products.supplier', 'products.description', 'products.updatedAt'])
    .where('products.id', '=', id)
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  const edit: AvailableAction = { action: 'edit', label: PRODUCT_RECORD_ACTIONS.edit, disabledReason: null };
  return {
    ...(present(row) as unknown as ProductItem &
      Pick<ProductDetail, 'supplier' | 'description' | 'updatedAt'>),
    actions: [
      ...(may(actor, 'products.manage') ? [edit] : []),
      ...machineActions(productMachine, row.status as ProductStatus, (permission) => may(actor, permission)),
    ],
  };
}

/** Throws VALIDATION on a field for a product that is not on offer. */
export async function requireOnOffer(db: Queryable, id: string, field: string): Promise<void> {
  const product = await db
    .selectFrom('products')
    .select('status')
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  if (product?.status === 'active') return;
  const message = product ? '这个产品没有在售' : '这个产品不存在';
  throw httpErrors.VALIDATION({ fields: [{ field, message }] });
}
