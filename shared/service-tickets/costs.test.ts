import { expect, test } from 'vitest';
import { costsOf } from './costs.ts';

test('parts and fee add up to the fen, where decimals would not', () => {
  expect(
    costsOf({
      replacedParts: [
        { quantity: 3, unitCost: 0.1 },
        { quantity: 7, unitCost: 19.99 },
      ],
      serviceFee: 80.2,
    }),
  ).toEqual({ partsCost: 140.23, totalCost: 220.43 });
});

test('work without parts costs its fee', () => {
  expect(costsOf({ replacedParts: [], serviceFee: 0 })).toEqual({ partsCost: 0, totalCost: 0 });
});
