import { type EquipmentDetail, type EquipmentDraft, equipment } from '#shared/equipment/contract.ts';
import { type ProductDetail, type ProductDraft, products } from '#shared/products/contract.ts';
import { newId } from '../kernel/new-id.ts';
import type { TestApp, TestUser } from './createTestApp.ts';

/** A product on offer, made over HTTP. */
export async function newProduct(
  t: TestApp,
  as: TestUser,
  more: Partial<ProductDraft> = {},
): Promise<ProductDetail> {
  const body = { productCode: newId(), productName: '客房控制主机', salePrice: 1280, unit: '台', ...more };
  return (await t.call(products.create, { body }, { as })).data;
}

/** A unit at a customer's, registered over HTTP. */
export async function newEquipment(
  t: TestApp,
  as: TestUser,
  customerId: string,
  more: Partial<EquipmentDraft> = {},
): Promise<EquipmentDetail> {
  const body = { equipmentName: '客房控制主机', serialNo: newId(), customerId, ...more };
  return (await t.call(equipment.create, { body }, { as })).data;
}
