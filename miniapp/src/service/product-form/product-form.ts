import type { ProductCategory } from '#shared/products/contract.ts';
import { defineTextForm } from '../../domain/text-form';

export type ProductField =
  | 'productName'
  | 'productCode'
  | 'categoryId'
  | 'brand'
  | 'salePrice'
  | 'unit'
  | 'warrantyMonths'
  | 'costPrice'
  | 'supplier'
  | 'description';

/** The form of a product; categories are read by their names. */
export const productFormOf = (categories: readonly Pick<ProductCategory, 'id' | 'categoryName'>[]) =>
  defineTextForm<ProductField>({
    labels: {
      productName: '名称',
      productCode: '编码',
      categoryId: '分类',
      brand: '品牌',
      salePrice: '售价',
      unit: '单位',
      warrantyMonths: '质保',
      costPrice: '成本',
      supplier: '供应商',
      description: '说明',
    },
    choices: { categoryId: Object.fromEntries(categories.map(({ id, categoryName }) => [id, categoryName])) },
    numbers: ['warrantyMonths'],
    amounts: ['salePrice', 'costPrice'],
    required: ['productName', 'productCode', 'salePrice', 'unit', 'warrantyMonths'],
  });
