import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { ProductCategory, products } from '#shared/products/contract.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import type { Row } from '../../kernel/transition.ts';
import { getCategory } from './product-categories.queries.ts';

type Category = Row<'productCategories'>;

/** Throws NOT_FOUND or STALE. */
async function lockCategory(work: Work, id: string, version: number): Promise<Category> {
  const category = await work.db
    .selectFrom('productCategories')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!category) throw httpErrors.NOT_FOUND();
  if (category.version !== version)
    throw httpErrors.STALE({ details: { current: await getCategory(work, id) } });
  return category;
}

export async function createCategory(
  work: Work,
  { description, ...given }: Request<typeof products.createCategory>['body'],
): Promise<ProductCategory> {
  const id = newId();
  const fields = { ...given, description: description ?? null };
  await work.db
    .insertInto('productCategories')
    .values({ id, ...fields, createdAt: work.now, updatedAt: work.now })
    .execute();
  work.audit({
    action: 'productCategories.created',
    entity: 'productCategories',
    entityId: id,
    changes: diff({}, fields),
  });
  return getCategory(work, id);
}

async function updateCategory(
  work: Work,
  category: Category,
  changes: Partial<Category>,
): Promise<ProductCategory> {
  await work.db
    .updateTable('productCategories')
    .set({ ...changes, version: category.version + 1, updatedAt: work.now })
    .where('id', '=', category.id)
    .execute();
  const { isActive } = changes;
  work.audit({
    action:
      isActive === undefined
        ? 'productCategories.updated'
        : isActive
          ? 'productCategories.enabled'
          : 'productCategories.disabled',
    entity: 'productCategories',
    entityId: category.id,
    changes: diff(category, changes),
  });
  return getCategory(work, category.id);
}

/** Changes the given fields. */
export async function editCategory(
  work: Work,
  id: string,
  { version, ...changes }: Request<typeof products.updateCategory>['body'],
): Promise<ProductCategory> {
  return updateCategory(work, await lockCategory(work, id, version), changes);
}

/** Products of a category that is not used any more stay as they are; none are added. */
export async function changeCategoryStatus(
  work: Work,
  id: string,
  { version, isActive }: Request<typeof products.changeCategoryStatus>['body'],
): Promise<ProductCategory> {
  const category = await lockCategory(work, id, version);
  return updateCategory(work, category, { isActive });
}
