import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { flag, listQuery, pageOf, several } from '../http/page.ts';
import { availableAction } from '../machine.ts';
import { id, idParams, version } from '../values/id.ts';
import { yuan } from '../values/money.ts';
import { optionalBlock, optionalLine, requiredLine } from '../values/text.ts';
import { productMachine } from './machine.ts';

export const productErrors = defineErrors({
  PRODUCT_CODE_TAKEN: { status: 409, message: '产品编码已经存在' },
  PRODUCT_CATEGORY_CODE_TAKEN: { status: 409, message: '分类编码已经存在' },
  PRODUCT_CATEGORY_INACTIVE: { status: 400, message: '这个分类已经停用' },
});

const code = requiredLine(50);
const category = z.object({ id, categoryName: z.string() });

export const productCategory = z.object({
  id,
  categoryName: z.string(),
  categoryCode: z.string(),
  sortOrder: z.number(),
  description: z.string().nullable(),
  isActive: z.boolean(),
  productCount: z.number(),
  version: z.number(),
});
export type ProductCategory = z.infer<typeof productCategory>;

const categoryFields = {
  categoryName: requiredLine(50),
  categoryCode: code,
  sortOrder: z.number().int().min(0).max(9_999).default(0),
  description: optionalLine(200),
};

const productFields = {
  productCode: code,
  productName: requiredLine(100),
  brand: optionalLine(50),
  categoryId: id.nullable().optional(),
  supplier: optionalLine(100),
  /** Kept as it is for whoever may not see it. */
  costPrice: yuan.nullable().optional(),
  salePrice: yuan,
  unit: requiredLine(10),
  /** Months of warranty that a delivered unit starts with. */
  warrantyMonths: z.number().int().min(0).max(240).default(12),
  description: optionalBlock(2000),
};

/** A new product: also the schema of its form. */
export const productDraft = z.strictObject({
  ...productFields,
  status: productMachine.status.default('active'),
});
export type ProductDraft = z.input<typeof productDraft>;

export const productItem = z.object({
  id,
  productCode: z.string(),
  productName: z.string(),
  brand: z.string().nullable(),
  category: category.nullable(),
  salePrice: z.number(),
  /** Null too for whoever may not see it. */
  costPrice: z.number().nullable(),
  unit: z.string(),
  warrantyMonths: z.number(),
  status: productMachine.status,
  createdAt: z.string(),
  version: z.number(),
});
export type ProductItem = z.infer<typeof productItem>;

export const productDetail = productItem.extend({
  supplier: z.string().nullable(),
  description: z.string().nullable(),
  updatedAt: z.string(),
  actions: z.array(availableAction),
});
export type ProductDetail = z.infer<typeof productDetail>;

/** What the detail page may offer beside the machine's own actions. */
export const PRODUCT_RECORD_ACTIONS = { edit: '编辑' } as const;

const productFilters = {
  categoryId: id.optional(),
  brand: optionalLine(50),
  status: several(productMachine.status).optional(),
};

export const products = {
  categories: endpoint({
    method: 'GET',
    path: '/api/products/categories',
    permission: 'products.read',
    summary: '产品分类，按顺序',
    query: listQuery(['sortOrder'], { isActive: flag.optional() }).omit({ keyword: true }),
    response: pageOf(productCategory),
  }),
  createCategory: endpoint({
    method: 'POST',
    path: '/api/products/categories',
    permission: 'products.manage',
    summary: '新建产品分类',
    body: z.strictObject(categoryFields),
    response: productCategory,
  }),
  updateCategory: endpoint({
    method: 'PUT',
    path: '/api/products/categories/:id',
    permission: 'products.manage',
    summary: '修改产品分类，只改提交的字段',
    params: idParams,
    body: z
      .strictObject({ version, ...categoryFields, sortOrder: z.number().int().min(0).max(9_999) })
      .partial()
      .required({ version: true }),
    response: productCategory,
  }),
  changeCategoryStatus: endpoint({
    method: 'PUT',
    path: '/api/products/categories/:id/status',
    permission: 'products.manage',
    summary: '启用或停用产品分类',
    params: idParams,
    body: z.strictObject({ version, isActive: z.boolean() }),
    response: productCategory,
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/products',
    permission: 'products.read',
    summary: '产品列表，可按名称、编码、品牌查找',
    query: listQuery(['productCode', '-createdAt'], productFilters),
    response: pageOf(productItem),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/products',
    permission: 'products.manage',
    summary: '新建产品',
    body: productDraft,
    response: productDetail,
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/products/:id',
    permission: 'products.read',
    summary: '产品详情',
    params: idParams,
    response: productDetail,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/products/:id',
    permission: 'products.manage',
    summary: '编辑产品，只改提交的字段',
    params: idParams,
    body: z
      .strictObject({
        version,
        ...productFields,
        warrantyMonths: z.number().int().min(0).max(240),
      })
      .partial()
      .required({ version: true }),
    response: productDetail,
  }),
  changeStatus: endpoint({
    method: 'PUT',
    path: '/api/products/:id/status',
    permission: 'products.manage',
    summary: '上架或停售',
    params: idParams,
    body: z.strictObject({ version, status: z.enum(['active', 'inactive']) }),
    response: productDetail,
  }),
};
