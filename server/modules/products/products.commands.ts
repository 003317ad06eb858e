import type { output } from 'zod';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  type ProductDetail,
  type productDraft,
  productErrors,
  type products,
} from '#shared/products/contract.ts';
import { productMachine } from '#shared/products/machine.ts';
import { may } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { lockVisible, type Row, transition } from '../../kernel/transition.ts';
import { getProduct } from './products.queries.ts';
import { productSearch } from './products.search.ts';

const lockProduct = (work: Work, id: string, version: number): Promise<Row<'products'>> =>
  lockVisible(work, 'products', id, { version, current: () => getProduct(work, id) });

/** What things cost is neither seen nor set without the permission. */
function withoutCost<T extends { costPrice?: number | null | undefined }>(work: Work, fields: T): T {
  if (may(work.actor, 'products.cost')) return fields;
  const { costPrice: _, ...rest } = fields;
  return rest as T;
}

async function requireUsedCategory(work: Work, id: string): Promise<void> {
  const category = await work.db
    .selectFrom('productCategories')
    .select('isActive')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!category)
    throw httpErrors.VALIDATION({ fields: [{ field: 'categoryId', message: '这个分类不存在' }] });
  if (!category.isActive) throw productErrors.PRODUCT_CATEGORY_INACTIVE();
}

export async function createProduct(work: Work, draft: output<typeof productDraft>): Promise<ProductDetail> {
  const { categoryId, costPrice, brand, supplier, description, ...given } = withoutCost(work, draft);
  if (categoryId) await requireUsedCategory(work, categoryId);
  const id = newId();
  const fields = {
    ...given,
    brand: brand ?? null,
    categoryId: categoryId ?? null,
    supplier: supplier ?? null,
    costPrice: costPrice ?? null,
    description: description ?? null,
  };
  await work.db
    .insertInto('products')
    .values({
      id,
      ...fields,
      ...productSearch(fields),
      createdBy: work.actor.userId,
      createdAt: work.now,
      updatedAt: work.now,
    })
    .execute();
  work.audit({
    action: 'products.created',
    entity: 'products',
    entityId: id,
    changes: diff({}, fields),
  });
  return getProduct(work, id);
}

/** Changes the given fields. What it costs stays as it is for whoever may not see it. */
export async function editProduct(
  work: Work,
  id: string,
  { version, ...given }: Request<typeof products.update>['body'],
): Promise<ProductDetail> {
  const product = await lockProduct(work, id, version);
  const changes = withoutCost(work, given);
  if (changes.categoryId && changes.categoryId !== product.categoryId) {
    await requireUsedCategory(work, changes.categoryId);
  }
  await work.db
    .updateTable('products')
    .set({
      ...changes,
      ...productSearch({ ...product, ...changes }),
      version: product.version + 1,
      updatedAt: work.now,
    })
    .where('id', '=', id)
    .execute();
  work.audit({
    action: 'products.updated',
    entity: 'products',
    entityId: id,
    changes: diff(product, changes),
  });
  return getProduct(work, id);
}

export async function changeProductStatus(
  work: Work,
  id: string,
  { version, status }: Request<typeof products.changeStatus>['body'],
): Promise<ProductDetail> {
  const product = await lockProduct(work, id, version);
  await transition(
    work,
    'products',
    productMachine,
    product,
    status === 'active' ? 'activate' : 'deactivate',
  );
  return getProduct(work, id);
}
