import { beforeAll, expect, it } from 'vitest';
import { products } from '#shared/products/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany } from '../../testing/company.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';
import { newProduct } from '../../testing/equipment.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

it('what a product costs is seen by those who may, in the list and on its page', async () => {
  const { id, productName } = await newProduct(t, people.admin, {
    productName: '温控面板',
    costPrice: 165.5,
  });
  for (const [as, costPrice] of [
    [people.finance, 165.5],
    [people.rep, null],
  ] as const) {
    expect((await t.call(products.get, { params: { id } }, { as })).data.costPrice).toBe(costPrice);
    const { list } = (await t.call(products.list, { query: { keyword: productName } }, { as })).data;
    expect(list.map((each) => each.costPrice)).toEqual([costPrice]);
  }
});

it('a code that is taken is refused at its field', async () => {
  const { productCode } = await newProduct(t, people.admin);
  const body = { productCode, productName: '网关', salePrice: 1, unit: '台' };
  const { failure } = await t.call(products.create, { body }, { as: people.admin });
  expect(failure).toMatchObject({ errorCode: 'PRODUCT_CODE_TAKEN', errors: [{ field: 'productCode' }] });
});

it('categories come in their order with how many products they hold, and take none once inactive', async () => {
  const as = people.admin;
  const make = async (sortOrder: number) => {
    const body = { categoryName: `分类${sortOrder}`, categoryCode: newId(), sortOrder };
    return (await t.call(products.createCategory, { body }, { as })).data;
  };
  const [second, first] = [await make(10), await make(9)];
  await newProduct(t, as, { categoryId: first.id });
  const page = (await t.call(products.categories, { query: { pageSize: 1 } }, { as })).data;
  expect(page.list).toMatchObject([{ id: first.id, productCount: 1 }]);
  const cursor = page.pagination.nextCursor as string;
  const next = (await t.call(products.categories, { query: { pageSize: 1, cursor } }, { as })).data;
  expect(next.list).toMatchObject([{ id: second.id, productCount: 0 }]);
  const params = { id: first.id };
  const body = { version: first.version, isActive: false };
  await t.call(products.changeCategoryStatus, { params, body }, { as });
  const draft = { productCode: newId(), productName: '面板', salePrice: 1, unit: '个', categoryId: first.id };
  expect((await t.call(products.create, { body: draft }, { as })).failure.errorCode).toBe(
    'PRODUCT_CATEGORY_INACTIVE',
  );
});
