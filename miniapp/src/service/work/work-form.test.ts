import { describe, expect, test } from 'vitest';
import { totalOf, type WorkForm, withPart, withQuantity, wordsOf } from './work-form.ts';

const RELAY = { id: 'p1', productName: '继电器', productCode: 'R-1', salePrice: 19.99 };
const form = (changes: Partial<WorkForm> = {}): WorkForm => ({
  problemAnalysis: '继电器烧坏',
  solution: '更换',
  replacedParts: [],
  serviceFee: '',
  isRemote: false,
  ...changes,
});

describe('the form of the work', () => {
  test('counts a part that is picked again instead of listing it twice', () => {
    const parts = withPart(withPart([], RELAY), RELAY);
    expect(parts).toEqual([
      { productId: 'p1', partName: '继电器', partCode: 'R-1', quantity: 2, unitCost: '19.99' },
    ]);
  });

  test('takes a part off the list when none is left', () => {
    const parts = withPart([], RELAY);
    expect(withQuantity(parts, 0, 0)).toEqual([]);
    expect(withQuantity(parts, 0, 7)[0]?.quantity).toBe(7);
  });

  test('adds up to the fen while typing, and says nothing while an amount is not one', () => {
    const replacedParts = withQuantity(withPart([], RELAY), 0, 3);
    expect(totalOf(form({ replacedParts, serviceFee: '80.2' }))).toBe(140.17);
    expect(totalOf(form({ replacedParts, serviceFee: '80.' }))).toBeNull();
    expect(totalOf(form())).toBe(0);
  });

  test('sends an empty fee as nothing to pay', () => {
    expect(wordsOf(form())).toMatchObject({ serviceFee: 0, replacedParts: [] });
  });
});
