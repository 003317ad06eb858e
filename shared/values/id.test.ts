import { expect, it, test } from 'vitest';
import { id, idempotencyKey, version } from './id.ts';

test.each([
  '',
  'abc',
  '1',
  '0198c0de-0000-7000-8000-00000000000',
  "0198c0de-0000-7000-8000-000000000001'",
  '0198c0de00007000800000000000000001',
  '../etc/passwd',
])('%j is not an id', (text) => {
  expect(id.safeParse(text).success).toBe(false);
});

it('reads an id in either case', () => {
  expect(id.safeParse('0198c0de-0000-7000-8000-00000000000A').success).toBe(true);
});

test.each([0, -1, 1.5, 2_147_483_648, Infinity, NaN, '1', null])('%j is not a version', (value) => {
  expect(version.safeParse(value).success).toBe(false);
});

it('makes keys that the server takes and that do not repeat, even at one moment', () => {
  const keys = Array.from({ length: 2000 }, () => idempotencyKey(1_800_000_000_000));
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of [...keys, idempotencyKey(0, () => 0), idempotencyKey(0, () => 0.9999999999)]) {
    expect(key).toMatch(/^[\x21-\x7e]{8,200}$/);
  }
});
