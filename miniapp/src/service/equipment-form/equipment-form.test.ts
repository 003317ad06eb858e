import { expect, it } from 'vitest';
import { emptyEquipment, equipmentDraftOf, equipmentForm, withProduct } from './equipment-form';

const hotel = { id: 'c1', name: '海景酒店' };
const empty = emptyEquipment({ customer: hotel, serialNo: 'SN-1' });
const lock = { id: 'p1', productName: '智能门锁', productCode: 'LOCK-3', warrantyMonths: 24 };

it('sends what was filled in, and whose unit it is', () => {
  expect(equipmentDraftOf({ ...empty, equipmentName: ' 门锁 ' })).toEqual({
    customerId: 'c1',
    equipmentName: '门锁',
    serialNo: 'SN-1',
    warrantyMonths: 12,
  });
});

it('takes name, model and warranty from the product and leaves what was typed', () => {
  expect(withProduct(empty, lock)).toEqual({
    productId: { id: 'p1', name: '智能门锁' },
    equipmentName: '智能门锁',
    model: 'LOCK-3',
    warrantyMonths: '24',
  });
  expect(withProduct({ ...empty, equipmentName: '302 门锁', model: 'X9' }, lock)).toEqual({
    productId: { id: 'p1', name: '智能门锁' },
    warrantyMonths: '24',
  });
});

it('follows another product as long as the name is still that of the first', () => {
  const first = { ...empty, ...withProduct(empty, lock) };
  const second = withProduct(first, { ...lock, id: 'p2', productName: '中央网关' });
  expect(second.equipmentName).toBe('中央网关');
});

it('sends only what was changed, and takes a product away', () => {
  const base = {
    ...empty,
    equipmentName: '门锁',
    location: '302',
    productId: { id: 'p1', name: '智能门锁' },
  };
  expect(equipmentForm.changes(base, { ...base, productId: null, location: '' })).toEqual({
    productId: null,
    location: null,
  });
});

it('asks whose it is only when both moved it to different customers', () => {
  const other = { ...empty, customerId: { id: 'c2', name: '山景酒店' } };
  const third = { ...empty, customerId: { id: 'c3', name: '湖景酒店' } };
  expect(equipmentForm.merge(empty, other, empty).conflicts).toEqual([]);
  expect(equipmentForm.merge(empty, other, third).conflicts).toEqual(['customerId']);
});
