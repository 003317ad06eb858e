import { expect, test } from 'vitest';
import { codeOf } from './label';

test.each([
  ['https://crm.example.com/#/service/equipment/index?code=K7M2QX9PTRHW4CND', 'K7M2QX9PTRHW4CND'],
  ['https://crm.example.com/#/service/equipment/index?from=label&code=AB%20C&x=1', 'AB C'],
  ['https://crm.example.com/#/service/equipment/index?code=%E0%A4', '%E0%A4'],
  ['  SN-2026-0001 ', 'SN-2026-0001'],
  ['https://weixin.example.com/menu', 'https://weixin.example.com/menu'],
])('%s names %s', (text, code) => {
  expect(codeOf(text)).toBe(code);
});
