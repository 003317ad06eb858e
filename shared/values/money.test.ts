import { expect, it, test } from 'vitest';
import { formatYuan, fromFen, MAX_YUAN, toFen, yuan } from './money.ts';

test.each([
  [0, 0],
  [12.34, 1234],
  [0.1 + 0.2, 30],
  [1.005, 101],
  [1.004, 100],
  [-1.005, -101],
  [2.675, 268],
  [19.99, 1999],
  [1234567.89, 123456789],
  [MAX_YUAN, 99_999_999_999_999],
])('%d yuan are %d fen', (amount, fen) => {
  expect(toFen(amount)).toBe(fen);
});

it('goes to fen and back without a loss over the whole range', () => {
  for (let fen = 1; fen <= toFen(MAX_YUAN); fen = fen * 3 + 7) expect(toFen(fromFen(fen))).toBe(fen);
});

it('takes every amount with two decimals', () => {
  for (let fen = 0; fen < 20_000; fen++) expect(yuan.safeParse(fen / 100).success, String(fen)).toBe(true);
  for (const amount of [1234567.89, 99999999.99, MAX_YUAN]) expect(yuan.safeParse(amount).success).toBe(true);
});

test.each([0.001, 1.005, 1e-7, 12.345, -0.01, -1, MAX_YUAN + 0.01, 1e15, Infinity, NaN, '12', null])(
  'refuses %j as an amount',
  (amount) => {
    expect(yuan.safeParse(amount).success).toBe(false);
  },
);

test.each([
  [0, '¥0.00'],
  [5, '¥5.00'],
  [999.9, '¥999.90'],
  [1000, '¥1,000.00'],
  [12800, '¥12,800.00'],
  [1234567.89, '¥1,234,567.89'],
  [MAX_YUAN, '¥999,999,999,999.99'],
  [-12800.5, '-¥12,800.50'],
])('%d is written %s', (amount, text) => {
  expect(formatYuan(amount)).toBe(text);
});
