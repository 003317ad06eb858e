import { expect, test } from 'vitest';
import { formatCount, formatShare } from './number.ts';

test.each([
  [0, '0'],
  [9999, '9999'],
  [10_000, '1万'],
  [12_345, '1.2万'],
  [19_999, '1.9万'],
  [99_999_999, '9999.9万'],
  [100_000_000, '1亿'],
  [350_000_000, '3.5亿'],
])('%d is said %s, never more than there are', (value, text) => {
  expect(formatCount(value)).toBe(text);
});

test.each([
  [0, '0%'],
  [0.004, '<1%'],
  [0.376, '38%'],
  [0.996, '>99%'],
  [1, '100%'],
])('%d of a whole is said %s, never none for some or all for most', (part, text) => {
  expect(formatShare(part)).toBe(text);
});
