import { products } from '#shared/products/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { changeCategoryStatus, createCategory, editCategory } from './product-categories.commands.ts';
import { listCategories } from './product-categories.queries.ts';
import { changeProductStatus, createProduct, editProduct } from './products.commands.ts';
import { getProduct, listProducts } from './products.queries.ts';

/** What the company sells and fits. */
export const productRoutes: Route[] = [
  read(products.categories, (context, { query }) => listCategories(context, query)),
  write(products.createCategory, (work, { body }) => createCategory(work, body)),
  write(products.updateCategory, (work, { params, body }) => editCategory(work, params.id, body)),
  write(products.changeCategoryStatus, (work, { params, body }) =>
    changeCategoryStatus(work, params.id, body),
  ),
  read(products.list, (context, { query }) => listProducts(context, query)),
  write(products.create, (work, { body }) => createProduct(work, body)),
  read(products.get, (context, { params }) => getProduct(context, params.id)),
  write(products.update, (work, { params, body }) => editProduct(work, params.id, body)),
  write(products.changeStatus, (work, { params, body }) => changeProductStatus(work, params.id, body)),
];
